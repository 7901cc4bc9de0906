from odoo import api, fields, models
from odoo.exceptions import UserError


class InsuranceKpiValue(models.Model):
    """A key figure as it stood when its month was closed: numerator, denominator and version of the formula.

    A row with `adjusts_month` tells what changed afterwards in an earlier closed month. Rows are only ever added.
    """

    _name = 'insurance.kpi.value'
    _description = "Frozen Key Figure"
    _order = 'month desc, adjusts_month nulls first, sequence, specialist_id nulls first, id'
    _rec_name = 'code'

    close_id = fields.Many2one('insurance.month.close', string="Closing", required=True, readonly=True, index=True,
                               ondelete='restrict')
    company_id = fields.Many2one('res.company', string="Store", required=True, readonly=True, index=True)
    month = fields.Date(required=True, readonly=True, index=True, help="The first day of the month that was closed.")
    adjusts_month = fields.Date(
        string="Changes Month", readonly=True, index='btree_not_null',
        help="An earlier month whose figure changed after it was closed; numerator and denominator are differences.",
    )
    specialist_id = fields.Many2one('res.users', string="Specialist", readonly=True, index='btree_not_null',
                                    help="Empty: the whole store.")
    scope_text = fields.Char(string="Whose Figure", compute='_compute_scope_text')
    sequence = fields.Integer(readonly=True, aggregator=None)
    code = fields.Char(string="Figure", required=True, readonly=True)
    name = fields.Char(string="Key Figure", compute='_compute_name')
    formula = fields.Char(compute='_compute_name')
    version = fields.Integer(string="Formula Version", required=True, readonly=True, aggregator=None)
    numerator = fields.Float(digits=(16, 2), readonly=True)
    denominator = fields.Float(digits=(16, 2), readonly=True)
    result = fields.Char(string="Value of the Figure", compute='_compute_result')

    _company_month_idx = models.Index("(company_id, month, code)")

    @api.depends('specialist_id')
    @api.depends_context('lang')
    def _compute_scope_text(self):
        for value in self:
            # sudo: the name of a colleague
            value.scope_text = value.specialist_id.sudo().name or self.env._("Whole Store")

    @api.depends('code')
    @api.depends_context('lang')
    def _compute_name(self):
        definitions = self.env['insurance.kpi']._get_definitions()
        for value in self:
            definition = definitions.get(value.code, {})
            value.name = definition.get('name', value.code)
            value.formula = definition.get('formula') if definition.get('version') == value.version else False

    @api.depends('code', 'numerator', 'denominator', 'adjusts_month')
    def _compute_result(self):
        Kpi = self.env['insurance.kpi']
        definitions = Kpi._get_definitions()
        for value in self:
            if value.adjusts_month:
                value.result = f"{value.numerator:+,.10g} / {value.denominator:+,.10g}"
            else:
                unit = definitions.get(value.code, {}).get('unit', 'ratio')
                value.result = Kpi._format(value.numerator, value.denominator, unit)

    def write(self, vals):
        raise UserError(self.env._("Frozen figures are not changed: what changed later is added when the next month is"
                                   " closed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Frozen figures are kept."))

    def action_view_rows(self):
        """Open the records the numerator counts, as they stand today."""
        return self._action_view_part('numerator')

    def action_view_base(self):
        """Open the records the denominator counts, as they stand today."""
        return self._action_view_part('denominator')

    def _action_view_part(self, part):
        self.ensure_one()
        return self.env['insurance.kpi']._action_view_rows(
            self.code, part, self.company_id, self.adjusts_month or self.month, self.specialist_id)
