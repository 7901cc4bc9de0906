import json
from collections import Counter
from datetime import date

from odoo.tests import tagged

from ..import_common import FIXTURES
from .import_ledger_common import ImportLedgerCase

WORKBOOK = 'ledger_2026-10.xlsx'
CHANNELS = {'RETAIL': 'SHOWROOM'}  # our code where the truth has another


@tagged('post_install', '-at_install')
class TestImportLedgerFixture(ImportLedgerCase):
    """A store's real ledger: what comes out of it is what its truth says."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.truth = json.loads((FIXTURES / 'ledger_2026-10.json').read_text())
        cls.content = (FIXTURES / WORKBOOK).read_bytes()
        cls.make_staff(name for names in cls.truth['staff'].values() for name in names)
        cls.env['insurance.insurer.agreement'].search([('company_id', '=', cls.store.id)]).unlink()
        cls.env['insurance.insurer.agreement'].create([{
            'company_id': cls.store.id, 'insurer_id': cls._get_insurer(insurer['code']).id,
            'date_from': date(2026, 1, 1),
            'commission_basis': 'net' if insurer['commission_basis'] == 'net_of_vat' else 'gross',
        } for insurer in cls.truth['insurers']])

    def check_fixture(self):
        return self.check_ledger(content=self.content)

    def import_fixture(self):
        return self.run_import(self.check_fixture())

    def get_places(self, importing, level):
        """Return `{issue code: {(sheet, row)}}`."""
        found = {}
        for row in importing.row_ids:
            for issue in row.issues or []:
                if issue['level'] == level:
                    found.setdefault(issue['code'], set()).add((row.sheet_name, row.number))
        return found

    def expected(self, key):
        return {code: {(sheet, row) for sheet, rows in sheets.items() for row in rows}
                for code, sheets in self.truth['workbook'][key].items()}

    def get_entry(self, importing, sheet, number):
        """Return the entry made of a row."""
        row = importing.row_ids.filtered(lambda row: (row.sheet_name, row.number) == (sheet, number))
        handler = self.env['insurance.import.ledger']
        return self.env['insurance.ledger.entry'].search([
            ('company_id', '=', self.store.id), ('import_digest', '=', handler._digest(row.values))])

    # === JUDGING === #

    def test_preview_equals_truth(self):
        importing = self.check_fixture()
        counts = self.truth['workbook']['counts']
        self.assertEqual(self.get_places(importing, 'reject'), self.expected('rejected'))
        self.assertEqual(self.get_places(importing, 'warn'), self.expected('warned'))
        self.assertFalse(self.get_places(importing, 'info'))
        self.assertEqual(
            (importing.row_count, importing.new_count, importing.rejected_count, importing.warned_count),
            (counts['rows'], counts['accepted'], counts['rejected'], counts['warned']),
        )
        self.assertEqual(importing.sheet_ids.filtered('is_used').mapped('name'), list(self.truth['workbook']['sheets']))
        known = {column.heading: column.field_id.code or None for column in importing.column_ids}
        truth = self.truth['workbook']['sheets']["人保"]['columns']
        self.assertEqual(known, {heading: code if code != 'no' else None for heading, code in truth.items()})
        self.assertFalse(self.find_entries())

    def test_holders_of_taken_numbers_are_named(self):
        importing = self.check_fixture()
        for taken in self.truth['workbook']['policy_numbers_taken']:
            row = importing.row_ids.filtered(
                lambda row, taken=taken: (row.sheet_name, row.number) == (taken['sheet'], taken['row']))
            self.assertIn(f"in row {taken['holder']['row']}.", row.message)

    def test_untidy_cells_are_understood(self):
        importing = self.check_fixture()
        rows = {(row.sheet_name, row.number): row for row in importing.row_ids}
        compared = Counter()
        for kind, cells in self.truth['workbook']['messy'].items():
            for cell in cells:
                row = rows[cell['sheet'], cell['row']]
                code = self.truth['workbook']['sheets'][cell['sheet']]['columns'][cell['column']]
                if code == 'insurer' or row.status == 'rejected':
                    continue
                means, found = cell['means'], row.values.get(code)
                if isinstance(means, str) and code.endswith('rate'):
                    self.assertEqual(float(found), float(means), (kind, cell['row']))
                else:
                    self.assertEqual(None if found is None else str(found), None if means is None else
                                     str(means).replace('\r', ''), (kind, cell['row']))
                compared[kind] += 1
        self.assertGreater(sum(compared.values()), 200)

    # === WRITING === #

    def test_totals_equal_truth(self):
        importing = self.import_fixture()
        self.assertEqual(importing.state, 'done')
        entries = self.find_entries()
        self.assertEqual(len(entries), self.truth['workbook']['counts']['accepted'])
        self.assertEqual(set(entries.mapped('state')), {'registered'})
        for code, truth in self.truth['workbook']['totals'].items():
            mine = entries if code == 'store' else entries.filtered(
                lambda entry, code=code: entry.insurer_id.insurer_code == code)
            with self.subTest(insurer=code):
                self.assertEqual(self.get_totals(mine), truth)

    def get_totals(self, entries):
        policies = entries.policy_ids
        by_product = {product: policies.filtered(lambda policy, product=product: policy.product == product)
                      for product in ('compulsory', 'commercial', 'non_motor')}
        kinds = Counter(entries.mapped('entry_type'))

        def money(amounts):
            return f'{sum(amounts):.2f}'

        return {
            'premium': {**{product: money(parts.mapped('premium')) for product, parts in by_product.items()},
                        'total': money(entries.mapped('premium_total'))},
            'commission': {**{product: money(parts.mapped('commission')) for product, parts in by_product.items()},
                           'total': money(entries.mapped('commission_total'))},
            'vehicle_tax': money(entries.mapped('vehicle_tax_total')),
            'discount': money(entries.mapped('discount_total')),
            'received': money(entries.mapped('amount_received')),
            'rows': {'business': kinds['policy'], 'endorsement': kinds['endorsement'],
                     'cancellation': kinds['cancellation']},
        }

    def test_volume_by_insurer_equals_truth(self):
        self.import_fixture()
        business = self.find_entries(entry_type='policy')
        for code, truth in self.truth['volume'].items():
            entries = business.filtered(lambda entry, code=code: entry.insurer_id.insurer_code == code)
            policies = entries.policy_ids.filtered(lambda policy: policy.status != 'cancelled')
            products = Counter(policies.mapped('product'))
            with self.subTest(insurer=code):
                self.assertEqual(len(entries), truth['ledger_rows'])
                self.assertEqual(len(policies.vehicle_id), truth['vehicles'])
                self.assertEqual({**products, 'total': len(policies)}, truth['policies'])
                self.assertEqual(f"{sum(policies.mapped('premium_now')):.2f}", truth['premium'])

    def test_follow_ups_hang_on_their_policies(self):
        importing = self.import_fixture()
        for change in self.truth['workbook']['follow_ups']:
            entry = self.get_entry(importing, change['sheet'], change['row'])
            origin = self.get_entry(importing, change['original']['sheet'], change['original']['row'])
            with self.subTest(**change):
                self.assertEqual(entry.entry_type, change['type'].lower())
                self.assertEqual(entry.origin_id, origin)
                self.assertEqual(entry.business_type, origin.business_type)
                self.assertEqual(entry.policy_ids.mapped('product'), change['products'])
                self.assertEqual(entry.policy_ids.origin_policy_id.entry_id, origin)
                self.assertEqual(set(entry.policy_ids.origin_policy_id.mapped('status')),
                                 {'cancelled' if change['type'] == 'CANCELLATION' else 'endorsed'})
                self.assertTrue(entry.reason_id)

    def test_what_an_entry_holds(self):
        importing = self.import_fixture()
        entry = self.get_entry(importing, "国寿财", 26)
        policies = entry.policy_ids.grouped('product')
        self.assertEqual(entry.business_type, 'r_new')
        self.assertEqual(entry.channel_id.code, 'PHONE_INVITE')
        self.assertEqual((entry.salesperson_id.name, entry.salesperson_name, entry.clerk_id.name),
                         (False, "苏明明", "邓洁"))
        self.assertEqual((policies['compulsory'].premium, policies['commercial'].premium), (855, 4754.61))
        self.assertEqual(policies['commercial'].third_party_limit, 2000000)
        self.assertEqual(policies['commercial'].commission_rate, 0.16)
        self.assertIn("workbook", policies['commercial'].rate_note)
        self.assertEqual(str(policies['commercial'].end_date), '2027-11-18')
        self.assertEqual((entry.benefit_ids.type_id.code, entry.benefit_ids.amount), ('DISCOUNT', 210))
        payment = entry.payment_line_ids.payment_id
        self.assertEqual((payment.payer_id, payment.amount, str(payment.paid_on)),
                         (entry.applicant_id, 5399.61, '2026-10-28'))
        self.assertEqual((entry.amount_due, entry.amount_received), (5399.61, 5399.61))
        self.assertEqual(entry.owner_id.sudo().insurance_id_number, '990000196611268505')
        self.assertTrue(entry.is_new_energy)
        self.assertEqual(entry.plate, "赣TDB2259")
        new_car = self.get_entry(importing, "人保", 3)
        self.assertEqual((new_car.business_type, new_car.plate), ('new', False))
        self.assertEqual(new_car.channel_id.code, 'SHOWROOM')

    def test_every_word_of_the_store_is_known(self):
        importing = self.import_fixture()
        values = self.truth['values']
        rows = importing.row_ids.filtered(lambda row: row.status != 'rejected')
        for row in rows:
            entry_type = row.values['entry_type']
            expected = {'ENDORSEMENT': ('endorsement', None), 'CANCELLATION': ('cancellation', None)}
            words = {(kind, business): text for text, code in values['business_type'].items()
                     for kind, business in [expected.get(code, ('policy', code.lower()))]}
            self.assertIn((entry_type, row.values.get('business_type')), words)
            channel = self.env['insurance.reason'].browse(row.values['channel_id']).code
            code = values['channel'][row.values['channel']]
            self.assertEqual(channel, CHANNELS.get(code, code))

    def test_numbers_follow_the_day_of_issue(self):
        self.import_fixture()
        for ledger in self.env['insurance.ledger'].search([('company_id', '=', self.store.id)]):
            entries = ledger.entry_ids.sorted('number')
            self.assertEqual(entries.mapped('number'), list(range(1, len(entries) + 1)))
            self.assertEqual(entries.mapped('issue_date'), sorted(entries.mapped('issue_date')))
            self.assertEqual(ledger.last_number, len(entries))

    def test_folders_follow_the_import(self):
        self.import_fixture()
        self.assertFalse(self.find_entries().archive_id)
        cron = self.env.ref('dealer_insurance.ir_cron_ledger_archive')
        self.assertTrue(self.env['ir.cron.trigger'].search_count([('cron_id', '=', cron.id)]))
        self.env['insurance.ledger.entry']._cron_file_imported()
        entries = self.find_entries()
        self.assertFalse(entries.filtered(lambda entry: not entry.archive_id))
        changes = entries.filtered('origin_id')
        self.assertEqual(changes.mapped('archive_id'), changes.origin_id.mapped('archive_id'))

    def test_new_plate_of_an_endorsement_reaches_the_car(self):
        importing = self.import_fixture()
        entry = self.get_entry(importing, "人保", 110)
        self.assertEqual((entry.vehicle_id.license_plate, entry.reason_id.code), ("赣SDA7420", 'PLATE'))
        self.assertFalse(entry.origin_id.plate)

    def test_same_file_twice_changes_nothing(self):
        self.import_fixture()
        models = ('insurance.ledger.entry', 'insurance.policy', 'insurance.benefit', 'insurance.customer.payment',
                  'res.partner', 'fleet.vehicle', 'insurance.archive')
        counts = {model: self.env[model].search_count([]) for model in models}
        stamps = {entry.id: entry.write_date for entry in self.find_entries()}
        again = self.check_fixture()
        self.assertEqual((again.new_count, again.update_count, again.unchanged_count), (0, 0, len(stamps)))
        self.assertEqual(again.rejected_count, self.truth['workbook']['counts']['rejected'])
        self.run_import(again)
        self.assertEqual({model: self.env[model].search_count([]) for model in models}, counts)
        self.assertEqual({entry.id: entry.write_date for entry in self.find_entries()}, stamps)
