from odoo import api, models
from odoo.exceptions import AccessError, UserError

from .insurance_ledger_entry_gate import KEEPERS


class InsuranceLedgerEntry(models.Model):
    """Our side is put right after a statement by a row of its own, never by a change of a signed one (T10)."""

    _inherit = 'insurance.ledger.entry'

    @api.model
    def _make_settlement_correction(self, policy, premium_difference, commission_difference, note):
        """Draw up the draft that corrects a policy row by what the insurer states; the clerk's.

        It counts once the clerk registers it, and is confirmed by finance's signature.

        :param policy: `insurance.policy` of a registered entry, an endorsement's or cancellation's included
        :param float premium_difference: theirs less ours; the rate's share of it is part of the next
        :param float commission_difference: theirs less ours
        :param str note: what is corrected and why
        :return: the draft entry
        :raises UserError: when there is nothing to correct, or a correction of the row is on its way
        """
        policy.ensure_one()
        self._check_correction(policy, premium_difference, commission_difference, note)
        origin = policy.origin_policy_id or policy
        company = policy.company_id
        reason = self.env['insurance.reason'].with_company(company)._get_by_code('endorsement', 'SETTLEMENT')
        values = origin.entry_id._prepare_follow_up('endorsement', company._insurance_today(), reason)
        # sudo: kind and origin of a row are not typed; the right to make rows was asked for first
        draft = self.sudo().create(dict(values, reason_note=note.strip()))
        rate = origin.sudo()._get_rate()  # sudo: the clerk need not read rates to take them over
        share = self.env['insurance.rate.card']._get_commission(
            premium_difference, rate['commission_rate'], rate['commission_basis'] or 'gross', rate['vat_rate'],
            policy.currency_id,
        )
        # sudo: as above, which row is corrected and by how much commission is not typed
        self.env['insurance.policy'].sudo().create({
            'entry_id': draft.id, 'origin_policy_id': origin.id, 'corrected_policy_id': policy.id,
            'product': policy.product, 'product_name': policy.product_name, 'policy_no': policy.policy_no,
            'application_no': policy.application_no, 'premium': premium_difference,
            'start_date': policy.start_date, 'end_date': policy.end_date,
            'third_party_limit': policy.third_party_limit, 'has_damage': policy.has_damage, **rate,
            'commission_correction': policy.currency_id.round(commission_difference - share),
        })
        return draft.with_env(self.env)

    @api.model
    def _check_correction(self, policy, premium_difference, commission_difference, note):
        """Refuse a correction that is nobody's to make, changes nothing, says nothing, or stands already."""
        self.check_access('create')
        if not self.env.user.has_group(KEEPERS):
            raise AccessError(self.env._("Only the policy clerk corrects the ledger."))
        policy.check_access('read')
        entry, currency = policy.entry_id, policy.currency_id
        if entry.state != 'registered' or policy.corrected_policy_id:
            raise UserError(self.env._("%(entry)s is not registered, or is a correction itself: change it directly.",
                                       entry=entry.display_name))
        if currency.is_zero(premium_difference) and currency.is_zero(commission_difference):
            raise UserError(self.env._("%(entry)s: nothing differs, there is nothing to correct.",
                                       entry=entry.display_name))
        if len((note or '').strip()) < 5:
            raise UserError(self.env._("%(entry)s: say what is corrected and why.", entry=entry.display_name))
        # sudo: whoever drew it up, it is named
        pending = self.sudo().search([
            ('policy_ids.corrected_policy_id', '=', policy.id), ('state', '=', 'draft'),
        ], limit=1)
        if pending:
            raise UserError(self.env._(
                "%(entry)s: a correction is waiting to be registered already: %(pending)s.",
                entry=entry.display_name, pending=pending.display_name,
            ))
