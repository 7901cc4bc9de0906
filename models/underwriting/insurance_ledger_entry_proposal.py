from odoo import fields, models


class InsuranceLedgerEntry(models.Model):
    """An entry that came from a proposal, and what was approved for it."""

    _inherit = 'insurance.ledger.entry'

    proposal_id = fields.Many2one('insurance.proposal', string="Proposal", index='btree_not_null', readonly=True,
                                  copy=False, ondelete='restrict')
    proposal_plan_id = fields.Many2one('insurance.proposal.plan', string="Plan", index='btree_not_null', readonly=True,
                                       copy=False, ondelete='restrict')
    approval_ids = fields.One2many('insurance.approval', 'entry_id', string="Approvals")
