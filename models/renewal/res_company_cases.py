from odoo import fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    insurance_case_lead_days = fields.Integer(
        string="Cases before Expiry (days)",
        default=90,
        required=True,
        help="So many days before its policies expire, a car in the ledger becomes a renewal case by itself. 0: none.",
    )

    _case_lead_days_range = models.Constraint(
        'CHECK (insurance_case_lead_days BETWEEN 0 AND 366)', "Cases are made 0 to 366 days before the expiry.",
    )
