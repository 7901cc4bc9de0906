from odoo import models


class InsuranceLedgerEntry(models.Model):
    """Which commission rate holds for an entry: found once, kept with the policy and never recalculated (T10, T40)."""

    _inherit = 'insurance.ledger.entry'

    def _apply_rates(self):
        """Fix rate, basis and the ground of the rate on every policy; those of a follow-up are the original's.

        :raises UserError: where two lines of a rate card fit equally well
        """
        # sudo: whoever registers need not read rates; they are shown to those who may
        entries = self.sudo().filtered(lambda entry: not entry.is_signed)
        fresh = entries.filtered(lambda entry: not entry.origin_id and not entry.import_digest)
        requests, policies = [], []
        agreements = fresh._get_agreements()
        for entry in fresh:
            for policy in entry.policy_ids:
                requests.append({
                    'insurer': entry.insurer_id, 'day': entry.issue_date, 'product': policy.product,
                    'company': entry.company_id, 'facts': entry._get_rate_facts(),
                })
                policies.append(policy)
        for policy, (line, text) in zip(policies, self._match_rates(requests), strict=True):
            agreement = agreements.get(policy.entry_id)
            values = {
                'rate_line_id': line.id, 'commission_rate': line.rate if line else 0,
                'commission_basis': agreement.commission_basis if agreement else 'gross',
                'vat_rate': agreement.vat_rate if agreement else 0.06, 'rate_note': text,
            }
            policy._set_rate(values)
        for policy in entries.filtered('origin_id').policy_ids:
            policy._set_rate(policy.origin_policy_id._get_rate())

    def action_apply_rates(self):
        """Look the rates up again, after a rate card was completed; what is signed or imported keeps its rate."""
        self.check_access('write')
        self._apply_rates()

    def _match_rates(self, requests):
        """Return `(line, why)` for each request, one search for each store."""
        results = [None] * len(requests)
        for company in {request['company'] for request in requests}:
            mine = [number for number, request in enumerate(requests) if request['company'] == company]
            # sudo: as in `_apply_rates`
            found = self.env['insurance.rate.card'].sudo()._match_many(company, [requests[number] for number in mine])
            for number, result in zip(mine, found, strict=True):
                results[number] = result
        return results

    def _get_rate_facts(self):
        """Return what rate cards distinguish by."""
        commercial = self.policy_ids.filtered(lambda policy: policy.product == 'commercial')[:1]
        return {
            'business': 'new' if self.business_type == 'new' else 'renewal', 'use_type': self.use_type,
            'is_new_energy': self.is_new_energy, 'is_transferred': self.is_transferred,
            'third_party_limit': commercial.third_party_limit, 'has_damage': commercial.has_damage,
        }
