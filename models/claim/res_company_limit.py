from odoo import fields, models


class ResCompany(models.Model):
    """How long insurers may take (5.7), and how they are dunned."""

    _inherit = 'res.company'

    insurance_claim_list_days = fields.Integer(
        string="List of Documents within (days)", default=1, required=True,
        help="Compulsory insurance: after the claim was filed (regulation art. 28). Limits count for dates entered from"
             " now on.")
    insurance_claim_compulsory_days = fields.Integer(
        string="Compulsory: Decision within (days)", default=5, required=True,
        help="After the documents are complete (regulation art. 29).")
    insurance_claim_decision_days = fields.Integer(
        string="Commercial: Decision within (days)", default=30, required=True,
        help="After the documents are complete (Insurance Law art. 23).")
    insurance_claim_payment_days = fields.Integer(
        string="Payment within (days)", default=10, required=True,
        help="After the agreement (Insurance Law art. 23).")
    insurance_claim_notice_days = fields.Integer(
        string="Refusal Notice within (days)", default=3, required=True,
        help="After the decision (Insurance Law art. 24).")
    insurance_claim_reply_days = fields.Integer(
        string="Answer to a Dunning Letter within (days)", default=7, required=True)

    _claim_limits_positive = models.Constraint(
        'CHECK (insurance_claim_list_days >= 0 AND insurance_claim_compulsory_days >= 0'
        ' AND insurance_claim_decision_days >= 0 AND insurance_claim_payment_days >= 0'
        ' AND insurance_claim_notice_days >= 0 AND insurance_claim_reply_days >= 0)',
        "Limits of insurers cannot be negative.",
    )
