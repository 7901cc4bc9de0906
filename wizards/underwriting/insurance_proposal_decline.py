from odoo import fields, models


class InsuranceProposalDecline(models.TransientModel):
    """Dialog that records why a customer does not want a proposal."""

    _name = 'insurance.proposal.decline'
    _description = "Decline a Proposal"

    proposal_id = fields.Many2one('insurance.proposal', required=True, ondelete='cascade')
    reason_id = fields.Many2one(
        'insurance.reason', string="Reason", required=True,
        domain="[('use', '=', 'proposal_declined'), ('is_group', '=', False)]",
    )
    needs_detail = fields.Boolean(related='reason_id.needs_detail')
    note = fields.Text(string="What the Customer Said")

    def action_decline(self):
        self.ensure_one()
        self.proposal_id.check_access('write')
        self.proposal_id._decline(self.reason_id, self.note)
