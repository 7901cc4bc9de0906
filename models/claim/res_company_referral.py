from odoo import fields, models


class ResCompany(models.Model):
    """How the store counts what insurers send to it for repair (K16, K17): agreements differ."""

    _inherit = 'res.company'

    insurance_referral_net = fields.Boolean(
        string="Output without Tax", help="Count the output of K17 without value added tax.")
    insurance_referral_third = fields.Boolean(
        string="With Third-party Cars",
        help="Count third-party cars that the insurer pays for in the output of K17. K16 never counts them (T27).")
    insurance_referral_tax_rate = fields.Float(
        string="Tax Rate of Repairs", digits=(5, 4), default=0.13,
        help="Value added tax that is contained in settlement totals.")

    _referral_rate_valid = models.Constraint('CHECK (insurance_referral_tax_rate BETWEEN 0 AND 1)',
                                             "The tax rate of repairs is between 0 and 100 %.")
