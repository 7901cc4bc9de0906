from odoo import api, fields, models
from odoo.tools import SQL

CHECKED_A_NIGHT = 5000


class InsuranceLedgerSignature(models.Model):
    """Whether signed rows, and the chain of their signatures, are what they were when they were signed (T1)."""

    _inherit = 'insurance.ledger.signature'

    @api.model
    def _cron_check_integrity(self):
        """Compare signed rows with their signatures, the longest unchecked first, and tell the general managers."""
        # sudo: the check looks at every store
        signatures = self.sudo().search([], order='checked_on NULLS FIRST, id', limit=CHECKED_A_NIGHT)
        ledgers = self.env['insurance.ledger'].sudo().search([('event_count', '>', 0)])  # sudo: as above
        found = signatures._get_deviations()
        for ledger, sentence in ledgers._get_chain_ends().items():
            entry = ledger.entry_ids[:1]
            found[entry] = "\n".join(filter(None, (found.get(entry), sentence)))
        signatures.write({'checked_on': fields.Datetime.now()})
        activity_type = self.env.ref('dealer_insurance.mail_activity_type_ledger_integrity')
        managers = self.env.ref('dealer_insurance.group_general_manager').all_user_ids
        for entry, sentence in found.items():
            if activity_type in entry.activity_ids.activity_type_id:
                continue
            told = managers.filtered(lambda user, company=entry.company_id: company in user.company_ids)[:1]
            entry.activity_schedule(
                activity_type_id=activity_type.id, summary=sentence, user_id=told.id or self.env.uid,
            )
        return len(found)

    def _get_deviations(self):
        """Return `{entry: sentence}` of what differs between what was signed and what the database holds."""
        self.env.invalidate_all()  # what counts is what the database holds
        signatures = self.with_prefetch()
        previous, latest = signatures._get_previous_digests(), signatures._get_latest()
        found = {}
        entries = {entry.id: entry for entry in signatures.entry_id.with_prefetch()}
        for signature in signatures:
            entry = entries[signature.entry_id.id]
            if signature._get_own_digest() != signature.digest:
                sentence = self.env._("Signature %(number)s was changed.", number=signature.sequence)
            elif previous.get(signature.id) != (signature.previous_digest or None):
                sentence = self.env._("The signature before no. %(number)s was changed or is missing.",
                                      number=signature.sequence)
            elif latest[entry.id] != signature.id:
                continue
            elif (entry.signature_id == signature) != (signature.event == 'signed'):
                sentence = self.env._("The entry does not bear the signature that its history shows.")
            else:
                changes = entry._name_changes(signature.content) if signature.event == 'signed' else []
                sentence = changes and self.env._("Changed after signing: %(fields)s", fields=changes)
            if sentence:
                found[entry] = "\n".join(filter(None, (found.get(entry), sentence)))
        return found

    def _get_own_digest(self):
        values = {name: self[name] for name in (
            'sequence', 'event', 'signed_on', 'remark', 'content', 'previous_digest')}
        values.update({name: self[name].id for name in ('entry_id', 'ledger_id', 'user_id')})
        return self._digest(values)

    def _get_previous_digests(self):
        """Return `{signature id: digest of the one before it in its ledger, or None}`."""
        if not self:
            return {}
        return dict(self.env.execute_query(SQL(
            """
            SELECT own.id, before.digest FROM insurance_ledger_signature own
              LEFT JOIN insurance_ledger_signature before
                     ON before.ledger_id = own.ledger_id AND before.sequence = own.sequence - 1
             WHERE own.id IN %s
            """, tuple(self.ids))))

    def _get_latest(self):
        """Return `{entry id: id of its latest signature or voiding}`."""
        if not self:
            return {}
        return dict(self.env.execute_query(SQL(
            "SELECT entry_id, max(id) FROM insurance_ledger_signature WHERE entry_id IN %s GROUP BY entry_id",
            tuple(self.entry_id.ids))))
