from odoo import api, fields, models

LINE_KINDS = [('reason', "Reason"), ('insurer', "Won by")]


class InsuranceRenewalReportLine(models.Model):
    """A count of a monthly lost summary: the cases of one reason, or those that one insurer won."""

    _name = 'insurance.renewal.report.line'
    _description = "Line of a Lost Summary"
    _inherit = ['insurance.guard']
    _order = 'report_id, kind, count desc, previous_count desc, id'

    _guarded_fields = frozenset({
        'report_id', 'kind', 'reason_id', 'insurer_id', 'count', 'share', 'previous_count', 'price_gap', 'gap_count',
    })

    report_id = fields.Many2one('insurance.renewal.report', required=True, index=True, readonly=True,
                                ondelete='cascade')
    company_id = fields.Many2one(related='report_id.company_id', store=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    kind = fields.Selection(LINE_KINDS, required=True, readonly=True)
    reason_id = fields.Many2one('insurance.reason', string="Lost Reason", readonly=True, ondelete='restrict')
    insurer_id = fields.Many2one('res.partner', string="Lost to", readonly=True, ondelete='restrict')
    count = fields.Integer(string="Lost Cases", readonly=True)
    share = fields.Float(string="Share of Lost Cases", readonly=True, digits=(5, 4), aggregator=None)
    previous_count = fields.Integer(string="Month before", readonly=True)
    price_gap = fields.Monetary(string="Average Price Gap", readonly=True, aggregator=None)
    gap_count = fields.Integer(string="Cases with Price Gap", readonly=True)

    @api.depends('kind', 'reason_id', 'insurer_id')
    def _compute_display_name(self):
        for line in self:
            line.display_name = line._get_label()

    def _get_label(self):
        """Return the reason's name, or the insurer's short name; who won it may be unknown."""
        self.ensure_one()
        if self.kind == 'reason':
            return self.reason_id.name or self.env._("No reason given")
        return self.insurer_id.insurer_short_name or self.insurer_id.name or self.env._("Insurer unknown")
