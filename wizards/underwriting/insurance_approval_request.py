from odoo import fields, models


class InsuranceApprovalRequest(models.TransientModel):
    """Dialog that asks for the approval of a proposal's benefits."""

    _name = 'insurance.approval.request'
    _description = "Ask for Approval"

    proposal_id = fields.Many2one('insurance.proposal', required=True, ondelete='cascade')
    reason = fields.Text(required=True)

    def action_ask(self):
        self.ensure_one()
        self.proposal_id._ask_approval(self.reason)
