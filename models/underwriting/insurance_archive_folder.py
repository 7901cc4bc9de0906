from collections import defaultdict
from datetime import date, timedelta

from odoo import api, models
from odoo.tools import SQL

SAME_YEAR = timedelta(days=180)  # entries of a car that begin nearer than this share a folder
LAPSED = ('r_gap', 'r_pot', 'first')


class InsuranceArchive(models.Model):
    """How folders make themselves: which entry belongs into which, and which documents they need."""

    _inherit = 'insurance.archive'

    # === FINDING AND MAKING === #

    @api.model
    def _file(self, entries):
        """Put registered ledger `entries` into their folders, making those that are missing; any number at once.

        A follow-up goes to the folder of the entry it changes; a policy to the folder of the same store and vehicle
        whose period begins within 180 days of the entry's earliest policy, else to a new one.
        :return: the folders, in the superuser's environment
        """
        # sudo: folders make themselves; who registers an entry can make none by hand
        entries = entries.sudo().filtered('vehicle_id')
        entries.owner_id.fetch(['is_company', 'insurance_id_type'])  # read all at once, not folder by folder
        follow_ups = entries.filtered('origin_id')
        chosen = self._choose(entries - follow_ups)
        archives = self.sudo()._make(chosen)  # sudo: as above
        self._assign(archives)
        followed = {
            entry: entry.origin_id.archive_id for entry in follow_ups if entry.origin_id.archive_id
        }
        self._assign(followed)
        # sudo: as above
        touched = self.sudo().browse({archive.id for archive in (*archives.values(), *followed.values())})
        touched._update_header()
        touched._sync_documents()
        return touched

    @api.model
    def _choose(self, entries):
        """Return `{entry: folder, or the first entry of a folder to make}`, reading all folders in one query."""
        found = self.sudo().search_fetch(  # sudo: as in `_file`
            [('vehicle_id', 'in', entries.vehicle_id.ids), ('company_id', 'in', entries.company_id.ids)],
            ['company_id', 'vehicle_id', 'date_from'],
        ) if entries else self.browse()
        places = defaultdict(list)
        for archive in found:
            places[archive.company_id.id, archive.vehicle_id.id].append((archive.date_from, archive))
        chosen = {}
        for entry in entries.sorted(lambda one: (one._get_archive_start(), one.id)):
            start, near = entry._get_archive_start(), places[entry.company_id.id, entry.vehicle_id.id]
            distance, _position = min(
                ((abs(begin - start), position) for position, (begin, _place) in enumerate(near)),
                default=(SAME_YEAR * 2, None),
            )
            if distance <= SAME_YEAR:
                chosen[entry] = near[_position][1]
            else:
                near.append((start, entry))
                chosen[entry] = entry
        return chosen

    def _make(self, chosen):
        """Create the folders that `chosen` asks for; return `{entry: folder}`."""
        first = [entry for entry, place in chosen.items() if place == entry]
        numbers = self._take_numbers(first)
        members = defaultdict(list)
        for entry, place in chosen.items():
            members[place].append(entry.id)
        values = [
            {
                **self._prepare_header(entry.browse(sorted(members[entry]))),
                'name': f'{entry._get_archive_start().year}-{numbers[entry]:05d}',
                'number': numbers[entry],
                'policy_year': entry._get_archive_start().year,
                'company_id': entry.company_id.id,
                'vehicle_id': entry.vehicle_id.id,
                'custodian_id': entry.clerk_id.id,
            }
            for entry in first
        ]
        # nothing has happened to a new folder that its history should tell
        made = dict(zip(first, self.with_context(tracking_disable=True).create(values).with_env(self.env), strict=True))
        return {entry: made.get(place, place) for entry, place in chosen.items()}

    @api.model
    def _take_numbers(self, entries):
        """Return `{entry: folder number}`, running per store and year; two clerks never get the same."""
        groups = defaultdict(list)
        for entry in entries:
            groups[entry.company_id.id, entry._get_archive_start().year].append(entry)
        numbers = {}
        for (company_id, year), members in sorted(groups.items()):
            [[following]] = self.env.execute_query(SQL(
                "UPDATE ir_sequence_date_range SET number_next = number_next + %s WHERE id = %s RETURNING number_next",
                len(members), self._get_counter(company_id, year).id,
            ))
            numbers.update(zip(members, range(following - len(members), following), strict=True))
        return numbers

    @api.model
    def _get_counter(self, company_id, year):
        """Return the running number (ir.sequence.date_range) of a store's folders of `year`; it makes itself.

        Two clerks who register at once change the same row: the later one starts anew and sees the first one's folder.
        """
        # sudo: sequences are no role's to read
        Sequence = self.env['ir.sequence'].sudo()
        sequence = Sequence.search([('code', '=', self._name), ('company_id', '=', company_id)], limit=1)
        if not sequence:
            sequence = Sequence.create({
                'name': self._description, 'code': self._name, 'company_id': company_id, 'implementation': 'no_gap',
                'use_date_range': True,
            })
        counter = sequence.date_range_ids.filtered(lambda one: one.date_from.year == year)
        counter = counter or sequence._create_date_range_seq(date(year, 1, 1))
        counter.flush_recordset()
        return counter

    @api.model
    def _assign(self, archives):
        """Note the folder on the entries of `{entry: folder}`, thousands of them in one statement.

        A signed entry is frozen; which folder holds its papers is no part of what was signed.
        """
        if not archives:
            return
        Entry = self.env['insurance.ledger.entry']
        Entry.flush_model(['archive_id'])
        self.env.execute_query(SQL(
            "UPDATE insurance_ledger_entry AS entry SET archive_id = place.archive"
            "  FROM (SELECT unnest(%s::int[]) AS id, unnest(%s::int[]) AS archive) AS place"
            " WHERE entry.id = place.id RETURNING entry.id",
            [entry.id for entry in archives], [archive.id for archive in archives.values()],
        ))
        Entry.invalidate_model(['archive_id'], flush=False)
        self.invalidate_model(['entry_ids'], flush=False)

    @api.model
    def _prepare_header(self, entries):
        """Return what the heading of a folder says of its policies: `entries` in the order they came."""
        main = entries.filtered('commercial_premium')[-1:] or entries[-1]
        return {
            'partner_id': entries[-1].owner_id.id,
            'insurer_id': main.insurer_id.id,
            'salesperson_id': main.salesperson_id.id,
            'business': 'new' if 'new' in entries.mapped('business_type') else 'renewal',
            'is_company_owner': entries[-1]._is_company_owned(),
            'date_from': min(entry._get_archive_start() for entry in entries),
            'date_to': max(entry._get_archive_end() for entry in entries),
        }

    def _update_header(self):
        """Bring owner, insurer, salesperson and period of the folders in line with their policies."""
        for archive in self:
            entries = archive.entry_ids.filtered(lambda entry: entry.entry_type == 'policy').sorted('id')
            values = self._prepare_header(entries) if entries else {}
            changed = {name: value for name, value in values.items()
                       if archive._fields[name].convert_to_write(archive[name], archive) != value}
            if changed:
                archive.write(changed)

    # === REQUIRED DOCUMENTS === #

    def _get_facts(self):
        """Return what decides over the documents of a folder, as a dict of bools (form 2.6)."""
        self.ensure_one()
        entries = self.entry_ids.filtered(lambda entry: entry.entry_type == 'policy')
        free = self.company_id.insurance_benefit_free_amount
        return {
            'is_new': self.business == 'new',
            'is_company': self.is_company_owner,
            'is_lapsed': any(entry._is_lapsed_or_changed() for entry in entries),
            'has_agent': any(entry.applicant_id and entry.applicant_id != entry.owner_id for entry in entries),
            'has_benefit': sum(entries.mapped('discount_total')) > free,
        }

    def _read_ahead(self):
        """Read what decides over the documents of all these folders at once, not folder by folder."""
        entries = self.entry_ids
        entries.policy_ids.fetch(['product', 'entry_id'])
        entries.owner_id.fetch(['is_company', 'insurance_id_type'])
        entries.previous_entry_id.archive_id.entry_ids.mapped('insurer_id')

    def _get_slots(self, kinds):
        """Return the documents this folder needs: `{(kind, entry id, policy id): 'required' or 'later'}`."""
        self.ensure_one()
        facts, entries = self._get_facts(), self.entry_ids
        policies = entries.filtered(lambda entry: entry.entry_type == 'policy').policy_ids
        slots = {}
        for kind in kinds:
            need = kind._get_need(facts)
            if need not in ('required', 'later') or kind.company_id not in (self.company_id, kind.company_id.browse()):
                continue
            if kind.entry_type != 'policy':
                for entry in entries.filtered(lambda one, kind=kind: one.entry_type == kind.entry_type):
                    slots[kind, entry.id, False] = need
                continue
            concerned = policies.filtered(lambda one, kind=kind: not kind.product or one.product == kind.product)
            if kind.per_policy:
                slots.update({(kind, policy.entry_id.id, policy.id): need for policy in concerned})
            elif concerned:
                slots[kind, False, False] = need
        return slots

    def _sync_documents(self):
        """List the documents that the folders need beside those they have; nothing that is there goes away."""
        Document = self.env['insurance.archive.document'].sudo()  # sudo: the list makes itself
        kinds = self.env['insurance.document.type'].sudo().search(
            [('company_id', 'in', (*self.company_id.ids, False))])  # sudo: kinds of every store concerned
        present = defaultdict(dict)
        for document in Document.search([('archive_id', 'in', self.ids)]):
            key = (document.type_id, document.entry_id.id, document.policy_id.id)
            present[document.archive_id.id].setdefault(key, document)
        missing = []
        archives = self.sudo()  # sudo: the entries decide, also those that the user does not see
        archives._read_ahead()
        for archive in archives:
            slots, there = archive._get_slots(kinds), present[archive.id]
            for key, need in slots.items():
                if key in there:
                    if there[key].need != need:
                        there[key].need = need
                    continue
                missing.append((archive, *key, need))
            for key, document in there.items():
                if key not in slots and document.need != 'optional':
                    document.need = 'optional'
        archives._list_documents(missing)

    def _list_documents(self, missing):
        """Add documents that are asked for and not there yet, tens of thousands of them in one statement.

        :param missing: tuples (folder, kind, entry id or False, policy id or False, 'required' or 'later')
        """
        if not missing:
            return
        Document = self.env['insurance.archive.document']
        self.env['insurance.document.type'].flush_model(['sequence'])
        self.flush_model(['company_id'])
        columns = zip(*(
            (archive.id, kind.id, entry_id or None, policy_id or None, need, Document._is_due(need, archive.vehicle_id))
            for archive, kind, entry_id, policy_id, need in missing
        ), strict=True)
        self.env.execute_query(SQL(
            """
            INSERT INTO insurance_archive_document (archive_id, type_id, entry_id, policy_id, need, is_required, state,
                        active, company_id, type_sequence, create_uid, create_date, write_uid, write_date)
                 SELECT listed.archive, listed.kind, listed.entry, listed.policy, listed.need, listed.due, 'missing',
                        TRUE, archive.company_id, kind.sequence, %(user)s, %(now)s, %(user)s, %(now)s
                   FROM unnest(%(archives)s::int[], %(kinds)s::int[], %(entries)s::int[], %(policies)s::int[],
                               %(needs)s::text[], %(due)s::bool[])
                        AS listed(archive, kind, entry, policy, need, due)
                   JOIN insurance_archive AS archive ON archive.id = listed.archive
                   JOIN insurance_document_type AS kind ON kind.id = listed.kind
              RETURNING id
            """,
            user=self.env.uid, now=self.env.cr.now(),
            **{name: list(values) for name, values in zip(
                ('archives', 'kinds', 'entries', 'policies', 'needs', 'due'), columns, strict=True)},
        ))
        self.invalidate_recordset(['document_ids'], flush=False)
        for name in ('required_count', 'present_count', 'completeness', 'is_complete', 'complete_rate'):
            self.env.add_to_compute(self._fields[name], self)
