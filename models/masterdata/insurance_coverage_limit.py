from odoo import api, fields, models


class InsuranceCoverageLimit(models.Model):
    """A limit on the menu of a coverage: yuan, yuan per seat, days or percent, as the coverage says."""

    _name = 'insurance.coverage.limit'
    _description = "Coverage Limit"
    _order = 'coverage_id, sequence, amount'

    coverage_id = fields.Many2one(
        'insurance.coverage', string="Coverage", required=True, index=True, ondelete='cascade'
    )
    amount = fields.Float(string="Limit", required=True, digits=(16, 2))
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _amount_uniq = models.Constraint('UNIQUE (coverage_id, amount)', "This limit is already on the menu.")
    _amount_positive = models.Constraint('CHECK (amount > 0)', "A limit is more than 0.")

    @api.depends('amount', 'coverage_id.limit_kind')
    @api.depends_context('lang')
    def _compute_display_name(self):
        for limit in self:
            limit.display_name = limit.coverage_id and limit.coverage_id._format_limit(limit.amount)
