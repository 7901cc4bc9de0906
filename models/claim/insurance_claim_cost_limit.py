from datetime import timedelta

from odoo import api, fields, models

from ...lib import claim_money
from .insurance_claim_clock import LIMIT_KINDS

RUNNING = frozenset({'dispatched', 'repaired', 'settled', 'submitted', 'partial', 'difference'})
DECIDING = frozenset({'submitted', 'partial', 'difference'})


class InsuranceClaimCost(models.Model):
    """The limit that runs for the insurer of a part of the cost (5.7): list of documents, decision, payment."""

    _inherit = 'insurance.claim.cost'

    limit_kind = fields.Selection(LIMIT_KINDS, string="Insurer owes", compute='_compute_limit', store=True)
    limit_due_on = fields.Date(string="Insurer's Limit", compute='_compute_limit', store=True)
    dunning_line_ids = fields.One2many('insurance.claim.dunning.line', 'cost_id', string="Dunned with")

    @api.depends('payer', 'expected_amount', 'open_amount', 'claim_id.state', 'claim_id.applied_on',
                 'claim_id.list_received_on', 'claim_id.submitted_on', 'claim_id.supplemented_on',
                 'claim_id.approved_on', 'receipt_line_ids.state', 'receipt_line_ids.received_on')
    def _compute_limit(self):
        for cost in self:
            cost.limit_kind, start, days = cost._get_limit()
            cost.limit_due_on = start and start + timedelta(days=days)

    def _get_limit(self):
        """Return `(kind, first day, days)` of the limit that runs, or `(False, False, 0)`.

        Regulation on compulsory insurance art. 28 and 29 (list 1 day, decision 5 days), Insurance Law art. 23 (decision
        30 days, payment 10 days after agreement); documents that were added start the decision anew. Who has paid part
        has agreed, whether the approval was noted or not.
        """
        self.ensure_one()
        claim, store = self.claim_id, self.company_id
        none = (False, False, 0)
        if self.payer not in claim_money.INSURERS or claim.state not in RUNNING or not self.expected_amount:
            return none
        is_compulsory = self.payer.endswith('compulsory')
        if claim.state in DECIDING:
            valid = self.receipt_line_ids.filtered(lambda line: line.state == 'valid')
            agreed = claim.approved_on or min(valid.mapped('received_on'), default=False)
            if agreed:
                is_owed = self.currency_id.compare_amounts(self.open_amount, 0) > 0
                return ('payment', agreed, store.insurance_claim_payment_days) if is_owed else none
            days = store.insurance_claim_compulsory_days if is_compulsory else store.insurance_claim_decision_days
            return 'decision', max(filter(None, (claim.submitted_on, claim.supplemented_on)), default=False), days
        if is_compulsory and claim.applied_on and not claim.list_received_on:
            return 'list', claim.applied_on, store.insurance_claim_list_days
        return none
