from odoo import fields, models


class ResCompany(models.Model):
    """What the crossings for policies written past the store go by (T14)."""

    _inherit = 'res.company'

    insurance_diversion_delivery_days = fields.Integer(
        string="Delivered without Answer (days)", default=7, required=True,
        help="A car delivered so many days ago with neither a policy nor a reason is named to finance and the general"
        " manager.",
    )
    insurance_diversion_days = fields.Integer(
        string="Around a Delivery (days)", default=3, required=True,
        help="A policy seen elsewhere is of interest when it is dated up to so many days before or after our delivery"
        " of the car (T14).",
    )
    insurance_diversion_quote_days = fields.Integer(
        string="After an Offer (days)", default=30, required=True,
        help="A policy seen elsewhere is of interest when it is dated up to so many days after our last offer.",
    )
    insurance_diversion_months = fields.Integer(
        string="Compare Shares over (months)", default=3, required=True,
        help="1, 2, 3, 4, 6 or 12: the periods of the year in which people's shares of cars insured elsewhere are"
        " compared.",
    )
    insurance_diversion_sample = fields.Integer(
        string="Smallest Sample", default=20, required=True,
        help="Nobody with fewer cases or cars in the period is compared.",
    )

    _diversion_days_positive = models.Constraint(
        'CHECK (insurance_diversion_delivery_days >= 0 AND insurance_diversion_days >= 0'
        ' AND insurance_diversion_quote_days >= 0)', "The days of the crossings cannot be negative.",
    )
    _diversion_months_divide = models.Constraint(
        'CHECK (insurance_diversion_months IN (1, 2, 3, 4, 6, 12))',
        "Shares are compared over 1, 2, 3, 4, 6 or 12 months.",
    )
    _diversion_sample_positive = models.Constraint(
        'CHECK (insurance_diversion_sample >= 5)', "Shares of fewer than 5 say nothing: choose a larger sample.",
    )
