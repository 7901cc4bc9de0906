from odoo import fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    insurance_claim_representative_ids = fields.Many2many(
        'res.users', 'insurance_claim_representative_rel', 'company_id', 'user_id', string="Enter Claims for All",
        help="Service advisors who enter the claims of their colleagues too; they attach the settlement sheet (R55).",
    )
    insurance_claim_tolerance = fields.Monetary(
        string="Tolerated Difference", currency_field='currency_id', default=0,
        help="A difference between money expected and received up to this amount needs no explanation (R56).",
    )
    insurance_claim_property_limit = fields.Monetary(
        string="Compulsory: Property", currency_field='currency_id', default=2000,
        help="What compulsory insurance pays for property where the other side is at fault; proposes the composition.",
    )
    insurance_claim_no_fault_limit = fields.Monetary(
        string="Compulsory: Property without Fault", currency_field='currency_id', default=100,
        help="What compulsory insurance pays for property where the other side has no fault.",
    )

    _claim_amounts_positive = models.Constraint(
        'CHECK (insurance_claim_tolerance >= 0 AND insurance_claim_property_limit >= 0'
        ' AND insurance_claim_no_fault_limit >= 0)', "Tolerance and limits of claims cannot be negative.",
    )
