import base64
import io
import json
from collections import Counter

import openpyxl

from odoo.tests import tagged

from ..import_common import FIXTURES, ImportCase

WORKBOOK = 'renewal_base_2026-12.xlsx'
REFERENCE_HEADINGS = ("交强险到期日", "商业险到期日")


@tagged('post_install', '-at_install')
class TestImportRenewalFixture(ImportCase):
    """A store's real workbook: what comes out of it is what its truth says."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.truth = json.loads((FIXTURES / 'renewal_base_2026-12.json').read_text())
        cls.content = (FIXTURES / WORKBOOK).read_bytes()
        cls.sheet, = cls.truth['workbook']['sheets']
        cls.make_specialists(cls.truth['staff']['specialists'])

    def import_fixture(self):
        importing = self.upload(self.content, filename=WORKBOOK)
        importing.action_check()
        return importing

    def expected(self, key):
        return {code: sorted(sheets[self.sheet]) for code, sheets in self.truth['workbook'][key].items()}

    def test_preview_equals_truth(self):
        importing = self.import_fixture()
        counts = self.truth['workbook']['counts']
        self.assertEqual(
            (importing.row_count, importing.new_count, importing.rejected_count, importing.warned_count),
            (counts['rows'], counts['accepted'], counts['rejected'], counts['warned']),
        )
        self.assertEqual(self.get_codes(importing, 'reject'), self.expected('rejected'))
        self.assertEqual(self.get_codes(importing, 'warn'), self.expected('warned'))
        known = {column.heading: column.field_id.code or None for column in importing.column_ids}
        truth = self.truth['workbook']['sheets'][self.sheet]['columns']
        self.assertEqual(known, {heading: code if code != 'no' else None for heading, code in truth.items()})
        self.assertFalse(self.env['insurance.renewal'].search_count([('company_id', '=', self.store.id)]))

    def test_untidy_cells_are_understood(self):
        importing = self.import_fixture()
        columns = self.truth['workbook']['sheets'][self.sheet]['columns']
        rows = {row.number: row for row in importing.row_ids}
        compared = Counter()
        for kind, cells in self.truth['workbook']['messy'].items():
            for cell in cells:
                row, code = rows[cell['row']], columns[cell['column']]
                if code in ('insurer', 'specialist') or row.status == 'rejected':
                    continue
                self.assertEqual(str(row.values[code]), cell['means'].replace('\r', ''), (kind, cell['row']))
                compared[kind] += 1
        self.assertGreater(sum(compared.values()), 300)

    def test_written_cases(self):
        importing = self.run_import(self.import_fixture())
        counts = self.truth['workbook']['counts']
        cases = self.env['insurance.renewal'].search([('company_id', '=', self.store.id)])
        self.assertEqual((len(cases), importing.done_count, importing.state),
                         (counts['accepted'], counts['accepted'], 'done'))
        december = cases.filtered(lambda case: str(case.reference_expiry)[:7] == '2026-12')
        due = self.truth['due_base']
        self.assertEqual(len(december), due['total'])
        classes = Counter((case.customer_class or 'unknown').upper().replace('UNKNOWN', 'unknown')
                          for case in december)
        self.assertEqual(classes, {key: value for key, value in due.items() if key != 'total'})
        unknown = len(self.expected('warned')['specialist_unknown'])
        self.assertEqual(Counter(cases.mapped('state')), {'new': len(cases) - unknown, 'unassigned': unknown})
        vehicles = cases.vehicle_id
        self.assertEqual(len(vehicles), len(cases))
        self.assertFalse(vehicles.filtered(lambda vehicle: not vehicle.owner_id or vehicle.company_id))

    def test_same_file_twice_changes_nothing(self):
        self.run_import(self.import_fixture())
        domain = [('company_id', '=', self.store.id)]
        before = self.env['insurance.renewal'].search(domain)
        stamps = {case.id: case.write_date for case in before}
        people, cars = (self.env[model].search_count([]) for model in ('res.partner', 'fleet.vehicle'))
        again = self.import_fixture()
        self.assertEqual((again.new_count, again.update_count, again.unchanged_count), (0, 0, len(before)))
        self.assertIn("same file", again.notices)
        self.run_import(again)
        after = self.env['insurance.renewal'].search(domain)
        self.assertEqual({case.id: case.write_date for case in after}, stamps)
        self.assertEqual((self.env['res.partner'].search_count([]), self.env['fleet.vehicle'].search_count([])),
                         (people, cars))

    def test_workbook_comes_back_with_reasons(self):
        importing = self.run_import(self.import_fixture())
        content = base64.b64decode(importing.with_context(bin_size=False).result)
        before = openpyxl.load_workbook(io.BytesIO(self.content))[self.sheet]
        after = openpyxl.load_workbook(io.BytesIO(content))[self.sheet]
        last = before.max_column + 1
        remarked = {row for row in range(3, after.max_row + 1) if after.cell(row, last).value}
        expected = {number for key in ('rejected', 'warned') for rows in self.expected(key).values() for number in rows}
        self.assertEqual(remarked, expected)
        self.assertIn("Refused", after.cell(self.expected('rejected')['vin_missing'][0], last).value)
        for row in range(1, before.max_row + 1):
            for column in range(1, last):
                old, new = before.cell(row, column), after.cell(row, column)
                self.assertEqual((new.value, new.data_type), (old.value, old.data_type), (row, column))
