from odoo import fields, models


class InsuranceApprovalRequest(models.TransientModel):
    """Dialog that asks for the approval of what a proposal or a ledger entry gives the customer."""

    _name = 'insurance.approval.request'
    _description = "Ask for Approval"

    proposal_id = fields.Many2one('insurance.proposal', ondelete='cascade')
    entry_id = fields.Many2one('insurance.ledger.entry', ondelete='cascade')
    reason = fields.Text(required=True)

    def action_ask(self):
        self.ensure_one()
        (self.proposal_id or self.entry_id)._ask_approval(self.reason)
