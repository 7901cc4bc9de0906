from odoo import fields, models


class InsuranceReason(models.Model):
    """What the reasons why an accident car left ask for (domain 2.8, 6.6)."""

    _inherit = 'insurance.reason'

    is_about_advisor = fields.Boolean(
        string="About the Advisor",
        help="The entry is about the service advisor: somebody else enters it, and he does not read it (R51).",
    )
    needs_assessment = fields.Boolean(
        string="Asks for the Assessment", help="The insurer's figure and the assessor's name are to be given (R50).",
    )
