from datetime import date

from odoo import api, fields, models
from odoo.tools import SQL

from ...lib import identifiers
from ..masterdata.insurance_import_handler_vehicle_apply import SILENT

ROLES = ('owner', 'applicant', 'insured')
KEPT = ('business_type', 'plate', 'use_type', 'is_new_energy', 'owner_id', 'applicant_id', 'insured_id')  # as written
BY_HISTORY = frozenset({'history_type', 'previous_entry_id', 'business_type', 'renewal_count'})


class InsuranceImportLedger(models.AbstractModel):
    """Writing the rows of a ledger: people, cars, entries with their number, policies, benefits, payments."""

    _inherit = 'insurance.import.ledger'

    @api.model
    def _apply(self, rows, importing):
        handler = self.with_context(**SILENT)
        held = handler._hold_environments()
        data = [row.values for row in rows.sorted('sort_key')]  # copies, as the field gives them
        for row in data:
            row['digest'] = self._digest(row)
        handler._complete_numbers([row for row in data if row.get('entry_id')])
        new = [row for row in data if not row.get('entry_id')]
        if not new:
            return
        company = importing.company_id
        vehicles = handler._find_vehicles(new)
        people = handler._find_ledger_people(new, vehicles, company)
        handler._mark_newest(new, vehicles, company)
        vehicles = handler._write_vehicles(new, vehicles, [people[at, 'owner'] for at in range(len(new))], company)
        entries = handler._write_entries(new, vehicles, people, importing)
        entries = entries.with_env(self.with_context(**SILENT).env)
        entries.filtered(lambda entry: entry.entry_type == 'cancellation')._settle_counts()
        entries._after_register()
        entries.env.flush_all()  # what is computed from thousands of rows is not tracked either
        entries.invalidate_recordset(['policy_ids', 'benefit_ids', 'payment_line_ids'])  # in their order
        held.clear()  # up to here

    # === PEOPLE AND CARS === #

    @api.model
    def _find_ledger_people(self, data, vehicles, company):
        """Return `{(position, role): partner}` for owner, applicant and insured of every row.

        Phone and ID number are the insured's where he is named, as the columns stand beside him.
        """
        wanted = {}
        for at, row in enumerate(data):
            insured = row.get('insured') or row['owner']
            names = {'owner': row.get('owner') or insured, 'applicant': row.get('applicant') or insured,
                     'insured': insured}
            for role, name in names.items():
                known = name == insured
                wanted[at, role] = (
                    row['vin'], name, row.get('phone') or '' if known else '',
                    row.get('id_number') or '' if known else '',
                )
        people = self._resolve_people(wanted, vehicles, company)
        identities = {}
        for at, row in enumerate(data):
            insured = people[at, 'insured']
            if not insured.phone:
                self._update_phone(insured, row.get('phone'))
            if row.get('id_number'):
                identities.setdefault(insured.id, row['id_number'])
        self._fill_identities(identities)
        return people

    @api.model
    def _fill_identities(self, identities):
        """Enter ID numbers of people on file who have none, in one statement: `{partner id: number}`.

        The numbers have been checked; each as a write of its own would take longer than the rest of the import.
        """
        # sudo: the clear number is written here and read by no role
        Partner = self.env['res.partner'].sudo()
        partners = Partner.search([('id', 'in', list(identities)), ('insurance_id_number', '=', False)])
        if not partners:
            return
        partners.with_env(self.env).check_access('write')
        values = SQL(", ").join(
            SQL("(%s, %s, %s)", partner.id, identities[partner.id], identifiers.id_number_kind(identities[partner.id]))
            for partner in partners
        )
        self.env.cr.execute(SQL(
            """
            UPDATE res_partner SET insurance_id_number = known.number, insurance_id_type = known.kind,
                                   write_uid = %s, write_date = now() AT TIME ZONE 'UTC'
              FROM (VALUES %s) AS known(id, number, kind) WHERE res_partner.id = known.id
            """, self.env.uid, values,
        ))
        partners.invalidate_recordset(['insurance_id_number', 'insurance_id_type', 'insurance_id_masked'])

    @api.model
    def _mark_newest(self, data, vehicles, company):
        """Mark the rows that say how the car is now; older ones only fill in what is not known of it.

        The newest entry of the car tells; without one, the day on which the car was entered.
        """
        on_file = {vehicle.id: vin for vin, vehicle in vehicles.items()}
        groups = self.env['insurance.ledger.entry']._read_group(
            [('vehicle_id', 'in', list(on_file)), ('company_id', '=', company.id)], ['vehicle_id'], ['issue_date:max'],
        )
        newest = {on_file[vehicle.id]: day for vehicle, day in groups}
        for row in data:
            vin, day = row['vin'], date.fromisoformat(row['issue_date'])
            if vin in vehicles:
                known = newest.get(vin) or company._insurance_local(vehicles[vin].create_date).date()
                row['is_newest'] = day >= known
            else:
                row['is_newest'] = day >= newest.get(vin, day)
                newest[vin] = max(day, newest.get(vin, day))

    @api.model
    def _update_vehicle(self, vehicle, values, row):
        if not row['is_newest']:
            values = {name: value for name, value in values.items() if not vehicle[name]}
        return super()._update_vehicle(vehicle, values, row)

    # === ENTRIES === #

    @api.model
    def _write_entries(self, data, vehicles, people, importing):
        """Create registered entries with everything below them: policies first, then what changes them."""
        Entry = self.env['insurance.ledger.entry']
        Entry.check_access('create')
        numbers = self._reserve_numbers(data, importing.company_id)
        has_plates = 'plate' in importing.column_ids.field_id.mapped('code')
        vals_list = []
        for at, row in enumerate(data):
            vehicle = vehicles[row['vin']]
            plate = row.get('plate') or (False if has_plates else vehicle.license_plate)
            vals_list.append(dict(
                self._prepare_entry_values(row, importing.company_id),
                ledger_id=numbers[at][0].id,
                number=numbers[at][1],
                vehicle_id=vehicle.id,
                plate=plate,
                use_type=row.get('use') or vehicle.use_type,
                is_new_energy=vehicle.is_new_energy or identifiers.plate_kind(plate or '') == 'new_energy',
                **{f'{role}_id': people[at, role].id for role in ROLES},
            ))
        entries = Entry.browse()
        for positions in self._get_groups(data):
            rows, values = [data[at] for at in positions], [vals_list[at] for at in positions]
            origins = self._find_origins(rows, importing.company_id)
            self._add_follow_up_values(rows, values, origins)
            ahead = ('vehicle_tax_total', 'renewal_count') if 'business_type' in values[0] else ('vehicle_tax_total',)
            # sudo: state, place in the ledger and fingerprint are written by no user, see `_guarded_fields`
            made = self._create_many(Entry.sudo(), values, alike=('entry_type',), ahead=ahead)
            kept = [Entry._fields[name] for name in KEPT if name in values[0]]
            with self.env.protecting(kept, made):  # what is written below an entry does not change its heading
                self._write_parts(made, rows, origins)
                self._mark_registered(made)
            entries += made
        if importing.company_id.insurance_ledger_split:
            undecided = entries.filtered(
                lambda entry: entry.business_type == 'new' and entry.ledger_id.business != 'new')
            undecided._file()
        return entries

    @api.model
    def _mark_registered(self, entries):
        # as the paper has it: what is missing keeps finance from signing, not the row from the ledger
        entries.write({'state': 'registered', 'registered_by_id': self.env.uid,
                       'registered_on': fields.Datetime.now()})
        # before the search for their history writes what is known of them so far
        entries._recompute_recordset([name for name in entries._fields if name not in BY_HISTORY])
        self._flush_many(entries)

    @api.model
    def _get_groups(self, data):
        """Return the positions of the rows that are created together, in the order of creation.

        Policies come before what changes them, and whose business type the history decides are apart.
        """
        groups = {}
        for at, row in enumerate(data):
            is_change = row['entry_type'] != 'policy'
            groups.setdefault((is_change, is_change or bool(row.get('business_type'))), []).append(at)
        return [groups[key] for key in sorted(groups)]

    @api.model
    def _reserve_numbers(self, data, company):
        """Return `[(ledger, number)]`, one for each row: every ledger goes on in the order of the rows."""
        Ledger, ledgers, counts, places = self.env['insurance.ledger'], {}, {}, []
        for row in data:
            key = (row['insurer_id'], row['issue_date'][:4], row.get('business_type') == 'new')
            if key not in ledgers:
                ledgers[key] = Ledger._get_or_open(
                    company, self.env['res.partner'].browse(key[0]), date.fromisoformat(row['issue_date']),
                    'new' if key[2] else 'renewal',
                )
            ledger = ledgers[key]
            counts[ledger] = counts.get(ledger, 0) + 1
            places.append((ledger, counts[ledger]))
        # sudo: the numbers of a ledger are drawn by no user
        firsts = {ledger: ledger.sudo()._next_numbers(count) for ledger, count in counts.items()}
        return [(ledger, firsts[ledger] + number - 1) for ledger, number in places]

    @api.model
    def _prepare_entry_values(self, row, company):
        """Return what the row itself says of its entry."""
        values = {'business_type': row['business_type']} if row.get('business_type') else {}
        return {
            **values,
            'company_id': company.id,
            'insurer_id': row['insurer_id'],
            'entry_type': row['entry_type'],
            'issue_date': date.fromisoformat(row['issue_date']),
            'channel_id': row.get('channel_id', False),
            'is_transferred': row.get('is_transferred', False),
            'salesperson_id': row.get('salesperson_id', False),
            'salesperson_name': row.get('salesperson', False),
            'clerk_id': row.get('clerk_id', False),
            **{name: float(row.get(name) or 0) for name in (
                'vehicle_tax', 'vehicle_tax_arrears', 'vehicle_tax_late_fee')},
            'vehicle_count': int(row['entry_type'] == 'policy'),
            'remark': row.get('remark', False),
            'import_digest': row['digest'],
            'is_type_chosen': bool(row.get('business_type')),
        }
