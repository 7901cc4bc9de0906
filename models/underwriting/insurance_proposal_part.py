from odoo import api, models
from odoo.exceptions import UserError


class InsuranceProposalPart(models.AbstractModel):
    """A row below a proposal: it changes while the proposal is a draft and never after, through every door."""

    _name = 'insurance.proposal.part'
    _description = "Part of a Proposal"
    _inherit = ['insurance.guard']

    _scope_fields = frozenset({'proposal_id', 'plan_id'})

    def _get_proposals(self):
        """Return the proposals these rows belong to."""
        raise NotImplementedError

    def _check_proposals_open(self):
        """Refuse changes below proposals that were handed over or wait for their approval."""
        for proposal in self._get_proposals():
            if proposal.state != 'draft':
                raise UserError(proposal._frozen_message())

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts._check_proposals_open()
        return parts

    def write(self, vals):
        self._check_proposals_open()
        result = super().write(vals)
        if self._scope_fields & vals.keys():
            self._check_proposals_open()  # nor does it move below another one
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_open(self):
        self._check_proposals_open()
