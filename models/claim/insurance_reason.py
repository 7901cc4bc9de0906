from odoo import fields, models


class InsuranceReason(models.Model):
    _inherit = 'insurance.reason'

    needs_approval = fields.Boolean(string="Asks for Approval",
                                    help="The general manager approves what is handled so, as a write-off.")
