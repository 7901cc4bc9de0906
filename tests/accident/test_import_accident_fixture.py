import json
from datetime import date

from ..import_common import FIXTURES, ImportCase
from .common import AccidentCase

WORKBOOK = 'accidents_2026-10.xlsx'


class TestImportAccidentFixture(ImportCase, AccidentCase):
    """A store's real register of October: what comes out of it is what its truth says (K13, T8)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.truth = json.loads((FIXTURES / 'accidents_2026-10.json').read_text())
        for vin, plate in cls.truth['cars'].items():
            cls.make_vehicle(vin_sn=vin, license_plate=plate)
        importing = cls.upload(
            (FIXTURES / WORKBOOK).read_bytes(), user=cls.hotline, filename=WORKBOOK, kind='accident')
        importing.action_check()
        cls.checked = {level: cls.get_codes(importing, level) for level in ('reject', 'warn', 'info')}
        cls.importing = cls.run_import(importing)
        cls.by_row = {}
        for row in cls.importing.row_ids.filtered(lambda row: row.status != 'rejected'):
            found = cls.env['insurance.import.accident']._find_on_file([row.values], cls.store)
            cls.by_row[row.number], = found.values()

    def expected(self, key):
        return {code: sorted(sheets[self.truth['sheet']]) for code, sheets in self.truth['workbook'][key].items()}

    def get_figures(self):
        return self.env['insurance.accident']._get_return_figures(
            self.store.ids, date(2026, 10, 1), date(2026, 10, 31))

    def test_preview_equals_truth(self):
        counts = self.truth['workbook']['counts']
        self.assertEqual(self.checked['reject'], self.expected('rejected'))
        self.assertEqual(
            (self.importing.row_count, self.importing.rejected_count, self.importing.warned_count),
            (counts['rows'], counts['rejected'], counts['warned']),
        )
        self.assertEqual(self.checked['warn'], self.expected('warned'))
        self.assertFalse(self.checked['info'])
        known = {column.heading: column.field_id.code or None for column in self.importing.column_ids}
        self.assertEqual(known, {heading: code if code != 'no' else None
                                 for heading, code in self.truth['columns'].items()})

    def test_untidy_cells_are_understood(self):
        rows = {row.number: row for row in self.importing.row_ids if row.status != 'rejected'}
        columns, plain = self.truth['columns'], 0
        for kind, cells in self.truth['workbook']['messy'].items():
            for cell in cells:
                code = columns[cell['column']]
                if cell['row'] in rows and code in rows[cell['row']].values:
                    said = rows[cell['row']].values[code]
                    if code == 'insurer':
                        said = self.by_row[cell['row']].insurer_id.insurer_code
                    self.assertEqual(str(said), cell['means'], (kind, cell['row']))
                    plain += 1
        self.assertGreater(plain, 20)

    def test_duplicates_equal_truth(self):
        found = self.env['insurance.accident'].browse([one.id for one in self.by_row.values()])._find_duplicates()
        pairs = {frozenset((one, other.id)) for one, others in found.items() for other in others}
        self.assertEqual(pairs, {frozenset((self.by_row[one].id, self.by_row[two].id))
                                 for one, two in self.truth['duplicates']})

    def test_return_rate_equals_truth(self):
        truth = self.truth['K13']
        self.assertEqual(self.get_figures()['accidents'], truth['reports'])
        reports = self.env['insurance.accident'].search([('company_id', '=', self.store.id)])
        reports.with_user(self.leader).action_merge_proposed()
        figures = self.get_figures()
        self.assertEqual(figures, {
            'reports': truth['reports'], 'accidents': truth['distinct_accidents'],
            'returned': truth['returned_within_30_days'], 'returned_late': truth['returned_later'],
            'not_returned': truth['not_returned'], 'open': truth['open'], 'excluded': truth['excluded_from_net'],
        })
        gross = 100 * figures['returned'] / figures['accidents']
        net = 100 * figures['returned'] / (figures['accidents'] - figures['excluded'])
        self.assertEqual((f'{gross:.1f}', f'{net:.1f}'), (truth['rate_gross'], truth['rate_net']))
        late, = self.truth['marks']['returned_late']
        self.assertState(self.by_row[late], 'returned')

    def test_same_file_twice_changes_nothing(self):
        before = self.env['insurance.accident.contact'].search_count([])
        again = self.upload((FIXTURES / WORKBOOK).read_bytes(), user=self.hotline, filename=WORKBOOK, kind='accident')
        again.action_check()
        self.assertEqual((again.new_count, again.unchanged_count), (0, 107))
        self.assertEqual(self.env['insurance.accident.contact'].search_count([]), before)

    def test_lines_of_the_book(self):
        lines = self.by_row[5] | self.by_row[6]
        self.assertEqual(lines.entered_by_id, self.hotline)
        self.assertEqual(lines.mapped('operator_name'), ["彭莉", "萧然"])
        self.assertTrue(all(lines.mapped('is_backfilled')))
        self.assertFalse(self.by_row[6].first_contact_on)
