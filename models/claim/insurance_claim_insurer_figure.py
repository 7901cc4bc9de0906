from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class InsuranceClaimInsurerFigure(models.Model):
    """What an insurer says of a month: how many claims of cars insured through the store were reported to it (K16)."""

    _name = 'insurance.claim.insurer.figure'
    _description = "Insurer's Count of Claims"
    _inherit = ['mail.thread', 'insurance.guard']
    _order = 'month desc, company_id, insurer_id'
    _check_company_auto = True

    company_id = fields.Many2one('res.company', string="Store", required=True, index=True,
                                 default=lambda self: self.env.company)
    currency_id = fields.Many2one(related='company_id.currency_id')
    insurer_id = fields.Many2one('res.partner', string="Insurer", required=True, index=True, tracking=True,
                                 domain=[('is_insurer', '=', True)])
    month = fields.Date(required=True, default=lambda self: self._default_month(), tracking=True,
                        help="Any day of the month: the first is kept.")
    reported_count = fields.Integer(string="Claims reported", required=True, tracking=True, aggregator='sum',
                                    help="Of cars insured through the store, by the insurer's own list.")
    stated_count = fields.Integer(string="Sent here, as the insurer counts", tracking=True,
                                  help="What the insurer counts as repaired here; empty where it does not say.")
    stated_output = fields.Monetary(string="Output, as the insurer counts", tracking=True)
    stated_premium = fields.Monetary(string="Premium, as the insurer counts", tracking=True)
    note = fields.Char(string="Source", help="The list or message the numbers are from.")

    _month_uniq = models.UniqueIndex("(company_id, insurer_id, month)",
                                     "The numbers of this insurer and month are entered already.")
    _counts_positive = models.Constraint(
        'CHECK (reported_count >= 0 AND stated_count >= 0 AND stated_output >= 0 AND stated_premium >= 0)',
        "Counts and amounts of an insurer cannot be negative.")

    @api.model
    def _default_month(self):
        return self.env.company._insurance_today().replace(day=1) - relativedelta(months=1)

    @api.depends('insurer_id', 'month')
    def _compute_display_name(self):
        for figure in self:
            insurer = figure.insurer_id.insurer_short_name or figure.insurer_id.name or ''
            figure.display_name = f"{insurer} {figure.month:%Y-%m}" if figure.month else insurer

    @api.constrains('month')
    def _check_month(self):
        for figure in self:
            if figure.month > figure.company_id._insurance_today():
                raise ValidationError(self.env._("%(figure)s: the month has not begun.", figure=figure.display_name))

    @api.constrains('insurer_id')
    def _check_insurer(self):
        for figure in self:
            if not figure.insurer_id.is_insurer:
                raise ValidationError(self.env._("%(partner)s is no insurer. Choose one from the list.",
                                                 partner=figure.insurer_id.name))

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._complete_month(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._complete_month(vals))

    @api.model
    def _complete_month(self, vals):
        """Return the values with the first day of the month in place of any other of its days."""
        month = fields.Date.to_date(vals.get('month'))
        return dict(vals, month=month.replace(day=1)) if month else vals

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise ValidationError(self.env._("An insurer's numbers are corrected, not deleted."))
