from odoo import api, models
from odoo.fields import Domain
from odoo.tools import float_compare

from .insurance_import_ledger import PRODUCTS


class InsuranceImportLedger(models.AbstractModel):
    """Rows of a ledger against each other and against what the ledgers of the system hold."""

    _inherit = 'insurance.import.ledger'

    @api.model
    def _judge(self, rows, session):
        for row in rows:
            self._judge_in_file(row, session)
        open_rows = [row for row in rows if not self._is_rejected(row)]
        self._judge_against_ledger(open_rows, session)
        self._settle(rows)

    @api.model
    def _get_numbers(self, data):
        """Return `{product: (insurer id, policy number)}` of a row's policies that have a number."""
        return {product: (data.get('insurer_id'), data[f'{product}_no'])
                for product in PRODUCTS if data.get(f'{product}_no')}

    @api.model
    def _get_place(self, row, other):
        """Return where another row stands: its number, with the sheet where it is not the same."""
        sheet, number = other
        return number if sheet == row['sheet_name'] else f"{sheet} {number}"

    @api.model
    def _judge_in_file(self, row, session):
        """Refuse a policy number that an accepted row above has for another car, and rows that stand there twice."""
        if self._is_rejected(row):
            return
        data, here = row['values'], (row['sheet_name'], row['number'])
        digest = row['digest'] = self._digest(data)
        if digest in session['digests']:
            row['issues'].append(self._issue('row_repeated', row=self._get_place(row, session['digests'][digest])))
            return
        keys = self._get_numbers(data).values()
        if data['entry_type'] != 'policy':
            session['digests'][digest] = here
            session['waiting'].append((row, list(keys)))
            return
        for key in keys:
            holder = session['policies'].get(key)
            if holder:
                code = 'policy_repeated' if holder[0] == data['vin'] else 'policy_number_taken'
                row['issues'].append(self._issue(code, value=key[1], row=self._get_place(row, holder[1:])))
                return
        session['digests'][digest] = here
        session['policies'].update((key, (data['vin'], *here)) for key in keys)

    # === THE LEDGERS OF THE SYSTEM === #

    @api.model
    def _judge_against_ledger(self, rows, session):
        """Tell new rows from those on file, and refuse numbers that the ledgers know of another car."""
        company = session['company']
        foreign = self._find_foreign_vehicles([row['values']['vin'] for row in rows], company)
        on_file = self._find_digests(rows, company)
        policies = self._find_policies({key for row in rows for key in self._get_numbers(row['values']).values()})
        changes = self._find_endorsements(rows, company)
        unnumbered = self._find_unnumbered(rows, company)
        for row in rows:
            data = row['values']
            row['status'] = 'new'
            if row['digest'] in on_file:
                row['status'] = 'unchanged'
            elif data['vin'] in foreign:
                row['issues'].append(self._issue('vehicle_elsewhere', value=data['vin']))
            elif data['entry_type'] == 'policy':
                self._judge_policy_on_file(row, policies, unnumbered, company)
            else:
                self._note_entry_on_file(row, changes.get((data['insurer_id'], data.get('endorsement_no'))))
        self._judge_agreements(rows, session)
        self._settle_waiting(session, policies)

    @api.model
    def _find_digests(self, rows, company):
        found = self.env['insurance.ledger.entry'].search_fetch([
            ('company_id', '=', company.id), ('import_digest', 'in', [row['digest'] for row in rows]),
        ], ['import_digest'])
        return set(found.mapped('import_digest'))

    @api.model
    def _find_policies(self, keys):
        """Return `{(insurer id, number): policy}` of the original policies with these numbers, in whichever store."""
        # sudo: a number is unique with its insurer in all stores
        found = self.env['insurance.policy'].sudo().search_fetch(
            Domain('policy_no', 'in', list({number for _insurer, number in keys}))
            & Domain('entry_type', '=', 'policy'),
            ['insurer_id', 'policy_no', 'entry_id', 'vehicle_id', 'company_id', 'product'],
        )
        return {(policy.insurer_id.id, policy.policy_no): policy for policy in found
                if (policy.insurer_id.id, policy.policy_no) in keys}

    @api.model
    def _find_endorsements(self, rows, company):
        """Return `{(insurer id, endorsement number): entry}` of the store's endorsements and cancellations."""
        numbers = [row['values']['endorsement_no'] for row in rows
                   if row['values']['entry_type'] != 'policy' and row['values'].get('endorsement_no')]
        found = self.env['insurance.policy'].search_fetch([
            ('endorsement_no', 'in', numbers), ('company_id', '=', company.id), ('entry_type', '!=', 'policy'),
        ], ['insurer_id', 'endorsement_no', 'entry_id']) if numbers else []
        return {(policy.insurer_id.id, policy.endorsement_no): policy.entry_id for policy in found}

    @api.model
    def _find_unnumbered(self, rows, company):
        """Return `{(insurer id, VIN, day): entry}` of these cars' imported entries without numbers yet (T30)."""
        found = self.env['insurance.ledger.entry'].search([
            ('company_id', '=', company.id), ('has_number_missing', '=', True), ('entry_type', '=', 'policy'),
            ('import_digest', '!=', False), ('signature_id', '=', False),
            ('vehicle_id.vin_sn', 'in', [row['values']['vin'] for row in rows]),
        ])
        return {(entry.insurer_id.id, entry.vin, str(entry.issue_date)): entry for entry in found}

    @api.model
    def _judge_policy_on_file(self, row, policies, unnumbered, company):
        data = row['values']
        for key in self._get_numbers(data).values():
            policy = policies.get(key)
            if not policy:
                continue
            if policy.company_id != company:
                row['issues'].append(self._issue('policy_elsewhere', value=key[1]))
            elif policy.vehicle_id.vin_sn != data['vin']:
                row['issues'].append(self._issue(
                    'policy_number_on_file', value=key[1], reason=policy.vehicle_id.vin_sn))
            else:
                self._note_entry_on_file(row, policy.entry_id)
            return
        entry = unnumbered.get((data['insurer_id'], data['vin'], data['issue_date']))
        if entry and self._completes(data, entry):
            row['status'] = 'update'
            data['entry_id'] = entry.id
            row['issues'].append(self._issue('entry_completed', 'info', reason=entry.display_name))

    @api.model
    def _note_entry_on_file(self, row, entry):
        """Leave alone what the ledger has already: it is corrected there."""
        if entry:
            row['status'] = 'unchanged'
            row['issues'].append(self._issue('entry_differs', 'warn', reason=entry.display_name))

    @api.model
    def _completes(self, data, entry):
        """Tell whether a row has the same policies as an entry on file, and numbers where the entry has none."""
        policies = entry.policy_ids.grouped('product')
        if set(policies) != set(self._get_products(data)):
            return False
        same = all(
            float_compare(policies[product].premium, float(data.get(f'{product}_premium') or 0), 2) == 0
            and policies[product].policy_no in (False, data.get(f'{product}_no', False)) for product in policies
        )
        return same and any(not policies[product].policy_no and data.get(f'{product}_no') for product in policies)

    @api.model
    def _judge_agreements(self, rows, session):
        """Remark rows of insurers without a valid agreement: nobody knows what the commission is worked out on."""
        if 'agreements' not in session:
            session['agreements'] = self.env['insurance.insurer.agreement']._get_periods(session['company'])
        for row in rows:
            data = row['values']
            periods = session['agreements'].get((session['company'],
                                                 self.env['res.partner'].browse(data['insurer_id'])))
            if not any(str(first) <= data['issue_date'] <= str(last) for first, last in periods or ()):
                row['issues'].append(self._issue('agreement_missing', 'info'))

    # === WHAT ENDORSEMENTS AND CANCELLATIONS CHANGE === #

    @api.model
    def _settle_waiting(self, session, policies):
        """Look for the policies of follow-ups among those read so far and on file; keep the others waiting."""
        waiting = []
        for row, keys in session['waiting']:
            if self._is_rejected(row) or row.get('status') == 'unchanged':
                continue
            holders = [session['policies'][key][0] for key in keys if key in session['policies']]
            holders += [policies[key].vehicle_id.vin_sn for key in keys
                        if key in policies and policies[key].company_id == session['company']]
            if not holders:
                waiting.append((row, keys))
            elif row['values']['vin'] not in holders:
                row['issues'].append(self._issue('original_other_vehicle', 'warn', reason=holders[0]))
                self._restage(row, session)
        session['waiting'] = waiting

    @api.model
    def _end(self, session):
        super()._end(session)
        self._settle_waiting(session, {})
        for row, _keys in session['waiting']:
            row['issues'].append(self._issue('original_missing', 'warn'))
            self._restage(row, session)

    @api.model
    def _restage(self, row, session):
        """Bring a row's remarks up to date where it has been staged with its chunk already."""
        self._settle([row])
        staged = self.env['insurance.import.row'].search([
            ('import_id', '=', session['importing'].id), ('sheet_name', '=', row['sheet_name']),
            ('number', '=', row['number']),
        ])
        staged.write({'issues': row['issues'], 'is_warned': row['is_warned']})
