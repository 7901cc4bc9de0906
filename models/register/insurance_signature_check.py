from odoo import api, fields, models
from odoo.tools import SQL

CHECKED_A_NIGHT = 5000


class InsuranceSignature(models.AbstractModel):
    """Whether signed records, and the chain of their signatures, are what they were when they were signed (T1)."""

    _inherit = 'insurance.signature'

    _activity_type = ''  # external ID of the to-do by which a manager learns of a deviation

    @api.model
    def _cron_check_integrity(self):
        """Compare signed records with their signatures, the longest unchecked first, and tell general managers."""
        # sudo: the check looks at every store
        signatures = self.sudo().search([], order='checked_on NULLS FIRST, id', limit=CHECKED_A_NIGHT)
        chain_model = self._fields[self._chain_field].comodel_name
        chains = self.env[chain_model].sudo().search([('event_count', '>', 0)])  # sudo: as above
        found = signatures._get_deviations()
        for chain, sentence in self.sudo()._get_chain_ends(chains).items():  # sudo: as above
            subject = self._get_chain_subject(chain)
            found[subject] = "\n".join(filter(None, (found.get(subject), sentence)))
        signatures.write({'checked_on': fields.Datetime.now()})
        activity_type = self.env.ref(self._activity_type)
        managers = self.env.ref('dealer_insurance.group_general_manager').all_user_ids
        for subject, sentence in found.items():
            if activity_type in subject.activity_ids.activity_type_id:
                continue
            told = managers.filtered(lambda user, company=subject.company_id: company in user.company_ids)[:1]
            subject.activity_schedule(
                activity_type_id=activity_type.id, summary=sentence, user_id=told.id or self.env.uid,
            )
        return len(found)

    @api.model
    def _get_chain_subject(self, chain):
        """Return the record on which a broken chain is noted: the last one that was signed in it."""
        return self.sudo().search([(self._chain_field, '=', chain.id)], order='id desc', limit=1)[self._subject_field]

    @api.model
    def _get_chain_ends(self, chains):
        """Return `{chain: sentence}` of those whose last signature is not the one that the chain remembers."""
        field = SQL.identifier(self._chain_field)
        last = {chain_id: (number, digest) for chain_id, number, digest in self.env.execute_query(SQL(
            "SELECT DISTINCT ON (%(field)s) %(field)s, sequence, digest FROM %(table)s"
            " WHERE %(field)s IN %(ids)s ORDER BY %(field)s, sequence DESC",
            field=field, table=SQL.identifier(self._table), ids=tuple(chains.ids)))} if chains else {}
        sentence = self.env._("The last signature of the ledger was changed or is missing.")
        return {
            chain: sentence for chain in chains
            if last.get(chain.id, (0, None)) != (chain.event_count, chain.last_digest or None)
        }

    def _get_deviations(self):
        """Return `{record: sentence}` of what differs between what was signed and what the database holds."""
        self.env.invalidate_all()  # what counts is what the database holds
        signatures = self.with_prefetch()
        previous, latest = signatures._get_previous_digests(), signatures._get_latest()
        found = {}
        subjects = {subject.id: subject for subject in signatures[self._subject_field].with_prefetch()}
        for signature in signatures:
            subject = subjects[signature[self._subject_field].id]
            sentence = signature._get_deviation(subject, previous.get(signature.id), latest[subject.id])
            if sentence:
                found[subject] = "\n".join(filter(None, (found.get(subject), sentence)))
        return found

    def _get_deviation(self, subject, previous, latest):
        """Return what is wrong with one signature of `subject`, or False.

        :param str previous: digest of the event before it in the chain
        :param int latest: the subject's latest event
        """
        self.ensure_one()
        if self._get_own_digest() != self.digest:
            return self.env._("Signature %(number)s was changed.", number=self.sequence)
        if previous != (self.previous_digest or None):
            return self.env._("The signature before no. %(number)s was changed or is missing.", number=self.sequence)
        if latest != self.id:
            return False
        if (subject.signature_id == self) != (self.event == 'signed'):
            return self.env._("The entry does not bear the signature that its history shows.")
        changes = subject._name_changes(self.content) if self.event == 'signed' else []
        return changes and self.env._("Changed after signing: %(fields)s", fields=changes)

    def _get_own_digest(self):
        values = {name: self[name] for name in (
            'sequence', 'event', 'signed_on', 'remark', 'content', 'previous_digest')}
        values.update({name: self[name].id for name in (self._subject_field, self._chain_field, 'user_id')})
        return self._digest(values)

    def _get_previous_digests(self):
        """Return `{signature id: digest of the one before it in its chain, or None}`."""
        if not self:
            return {}
        return dict(self.env.execute_query(SQL(
            """
            SELECT own.id, before.digest FROM %(table)s own
              LEFT JOIN %(table)s before
                     ON before.%(chain)s = own.%(chain)s AND before.sequence = own.sequence - 1
             WHERE own.id IN %(ids)s
            """, table=SQL.identifier(self._table), chain=SQL.identifier(self._chain_field), ids=tuple(self.ids))))

    def _get_latest(self):
        """Return `{id of what is signed: id of its latest signature or voiding}`."""
        if not self:
            return {}
        subject = SQL.identifier(self._subject_field)
        return dict(self.env.execute_query(SQL(
            "SELECT %(subject)s, max(id) FROM %(table)s WHERE %(subject)s IN %(ids)s GROUP BY %(subject)s",
            subject=subject, table=SQL.identifier(self._table), ids=tuple(self[self._subject_field].ids))))
