from odoo import api, fields, models


class InsuranceSalesBoardLine(models.Model):
    """The last column of form 2.3: who is praised, and whom there is a talk with (R3, R4)."""

    _inherit = 'insurance.sales.board.line'

    follow_text = fields.Char(
        string="Praise or Coaching", compute='_compute_follow_text',
        help="As far as you may see it: talks are between the coach and the consultant.",
    )

    @api.depends('kind', 'company_id', 'month', 'consultant_id')
    @api.depends_context('uid', 'lang')
    def _compute_follow_text(self):
        marks = {}
        texts = [self.env._("Praise"), self.env._("Coaching")]
        for model, text in zip(('insurance.commendation', 'insurance.coaching'), texts, strict=True):
            for key in self._find_follow(model):
                marks.setdefault(key, []).append(text)
        for line in self:
            key = line.company_id.id, line.month, line.consultant_id.id
            line.follow_text = ', '.join(marks.get(key, ())) if line.kind == 'consultant' else False

    def _find_follow(self, model):
        """Return whom the present user may see a record of `model` of: list of (company id, month, user id)."""
        Model = self.env[model]
        if not Model.has_access('read') or not self.consultant_id:
            return []
        found = Model.search([
            ('company_id', 'in', self.company_id.ids), ('month', 'in', list(set(self.mapped('month')))),
            ('consultant_id', 'in', self.consultant_id.ids), ('state', 'not in', ('withdrawn', 'dropped')),
        ])
        return [(one.company_id.id, one.month, one.consultant_id.id) for one in found]
