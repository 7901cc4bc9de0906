from odoo import api, fields, models


class InsuranceRenewalHandover(models.Model):
    """The receipt of a handover: which open cases a specialist who leaves gave to whom (T12). Written once."""

    _name = 'insurance.renewal.handover'
    _description = "Handover of Cases"
    _order = 'done_on desc, id desc'
    _rec_names_search = ['user_id.name']

    company_id = fields.Many2one('res.company', string="Store", required=True, index=True, readonly=True)
    user_id = fields.Many2one('res.users', string="Leaves", required=True, index=True, readonly=True,
                              ondelete='restrict')
    reason = fields.Char(required=True, readonly=True)
    done_by_id = fields.Many2one('res.users', string="Shared out by", required=True, readonly=True)
    done_on = fields.Datetime(string="Shared out on", required=True, readonly=True)
    line_ids = fields.One2many('insurance.renewal.handover.line', 'handover_id', string="Cases", readonly=True)
    line_count = fields.Integer(string="Cases handed over", compute='_compute_line_count')
    book_ids = fields.Many2many('insurance.register', string="Open Books", compute='_compute_book_ids')

    @api.depends('user_id', 'done_on')
    def _compute_display_name(self):
        for handover in self:
            day = handover.done_on and handover.company_id._insurance_local(handover.done_on).date()
            handover.display_name = " ".join(filter(None, (handover.user_id.name, str(day or ''))))

    def _compute_line_count(self):
        counts = dict(self.env['insurance.renewal.handover.line']._read_group(
            [('handover_id', 'in', self.ids)], ['handover_id'], ['__count']))
        for handover in self:
            handover.line_count = counts.get(handover, 0)

    def _compute_book_ids(self):
        for handover in self:
            handover.book_ids = self.env['insurance.register'].search([
                ('custodian_id', '=', handover.user_id.id), ('company_id', '=', handover.company_id.id),
                ('kind', '=', 'renewal'), ('state', '=', 'open'),
            ])

    def _get_totals(self):
        """Return `[(user, count)]` of who got how many cases, most first, for the print."""
        self.ensure_one()
        groups = self.env['insurance.renewal.handover.line']._read_group(
            [('handover_id', '=', self.id)], ['specialist_id'], ['__count'], order='__count desc')
        return list(groups)
