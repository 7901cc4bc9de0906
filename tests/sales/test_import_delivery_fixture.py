import json
from collections import Counter

from odoo.tests import tagged

from ..import_common import FIXTURES
from .import_delivery_common import ImportDeliveryCase

WORKBOOK = 'deliveries_2026-10.xlsx'


@tagged('post_install', '-at_install')
class TestImportDeliveryFixture(ImportDeliveryCase):
    """A store's real list of deliveries: what comes out of it is what its truth says."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.truth = json.loads((FIXTURES / 'deliveries_2026-10.json').read_text())
        cls.content = (FIXTURES / WORKBOOK).read_bytes()
        cls.sheet, = cls.truth['workbook']['sheets']
        cls.make_consultants(cls.truth['staff']['consultants'])

    def check_fixture(self):
        return self.check_deliveries(content=self.content)

    def import_fixture(self):
        return self.run_import(self.check_fixture())

    def expected(self, key):
        return {code: sorted(sheets[self.sheet]) for code, sheets in self.truth['workbook'][key].items()}

    def get_delivery(self, importing, number):
        row = importing.row_ids.filtered(lambda row: row.number == number)
        return self.env['insurance.delivery'].search([
            ('company_id', '=', self.store.id), ('vehicle_id.vin_sn', '=', row.values['vin'])])

    def test_preview_equals_truth(self):
        importing = self.check_fixture()
        counts = self.truth['workbook']['counts']
        self.assertEqual(
            (importing.row_count, importing.new_count, importing.rejected_count, importing.warned_count),
            (counts['rows'], counts['accepted'], counts['rejected'], counts['warned']),
        )
        self.assertEqual(self.get_codes(importing, 'reject'), self.expected('rejected'))
        self.assertEqual(self.get_codes(importing, 'warn'), self.expected('warned'))
        self.assertFalse(self.get_codes(importing, 'info'))
        self.assertEqual(importing.sheet_ids.filtered('is_used').mapped('name'), [self.sheet])
        known = {column.heading: column.field_id.code or None for column in importing.column_ids}
        truth = self.truth['workbook']['sheets'][self.sheet]['columns']
        self.assertEqual(known, {heading: code if code != 'no' else None for heading, code in truth.items()})
        self.assertFalse(self.find_deliveries())

    def test_untidy_cells_are_understood(self):
        importing = self.check_fixture()
        columns = self.truth['workbook']['sheets'][self.sheet]['columns']
        rows = {row.number: row for row in importing.row_ids}
        compared = Counter()
        for kind, cells in self.truth['workbook']['messy'].items():
            for cell in cells:
                row = rows[cell['row']]
                if row.status == 'rejected':
                    continue
                self.assertEqual(str(row.values[columns[cell['column']]]), cell['means'], (kind, cell['row']))
                compared[kind] += 1
        self.assertGreater(sum(compared.values()), 40)
        self.assertEqual(compared.keys(), self.truth['workbook']['messy'].keys())

    def test_what_is_written(self):
        importing = self.import_fixture()
        self.assertEqual(importing.state, 'done')
        deliveries = self.find_deliveries()
        truth = self.truth['insured_rate']
        self.assertEqual(len(deliveries), self.truth['workbook']['counts']['accepted'])
        self.assertEqual(set(deliveries.mapped('state')), {'delivered'})
        self.assertEqual(len(deliveries.filtered('is_counted')), truth['store']['delivered_retail'])
        left_out = Counter(deliveries.filtered(lambda one: not one.is_counted).business_source_id.mapped('code'))
        self.assertEqual(set(left_out), set(truth['excluded_deliveries']))
        sources = Counter(delivery.business_source_id.code for delivery in deliveries)
        self.assertEqual({code: sources[code] for code in left_out}, truth['excluded_deliveries'])
        counted = Counter(one.consultant_id.name for one in deliveries if one.is_counted)
        self.assertEqual(counted, {name: row['delivered_retail'] for name, row in truth['consultants'].items()})
        self.assertEqual(set(deliveries.filtered(lambda one: not one.consultant_id).mapped('consultant_name')),
                         {"钱多多"})
        self.assertFalse(deliveries.filtered(lambda one: str(one.month) != '2026-10-01'))

    def test_answers_and_reasons(self):
        importing = self.import_fixture()
        reasons = {
            12: ('elsewhere', 'RELATIVE', "亲友在保险公司"), 9: ('elsewhere', 'SECOND_TIER', "二级商自行投保"),
            52: ('none', 'TRANSFER', "调拨车辆"), 4: ('here', False, False),
        }
        for number, expected in reasons.items():
            delivery = self.get_delivery(importing, number)
            with self.subTest(row=number):
                self.assertEqual(
                    (delivery.insurance_answer, delivery.uninsured_reason_id.code, delivery.uninsured_note), expected)
        rows = importing.row_ids.filtered(lambda row: row.status != 'rejected')
        for row in rows.filtered(lambda row: row.values.get('note')):
            delivery = self.get_delivery(importing, row.number)
            self.assertEqual(delivery.uninsured_note, row.values['note'])
            is_known = row.values['note'] != "未填"
            self.assertEqual(bool(delivery.uninsured_reason_id), is_known, row.values['note'])

    def test_cars_and_customers(self):
        importing = self.import_fixture()
        delivery = self.get_delivery(importing, 4)
        vehicle = delivery.vehicle_id
        self.assertEqual((delivery.partner_id.name, delivery.partner_id.phone), ("胡凯", "13700008378"))
        self.assertEqual((vehicle.owner_id, vehicle.is_bought_here, str(vehicle.acquisition_date)),
                         (delivery.partner_id, True, '2026-10-02'))
        self.assertEqual((vehicle.seller_id, vehicle.model_id.name), (delivery.consultant_id, "奇骏 2.5L 七座版"))
        self.assertFalse(self.get_delivery(importing, 52).vehicle_id.is_bought_here)
        self.assertEqual(self.get_delivery(importing, 15).remark, "<b>加急</b> & 请先联系")

    def test_same_file_twice_changes_nothing(self):
        self.import_fixture()
        models = ('insurance.delivery', 'res.partner', 'fleet.vehicle', 'fleet.vehicle.model')
        counts = {model: self.env[model].search_count([]) for model in models}
        stamps = {delivery.id: delivery.write_date for delivery in self.find_deliveries()}
        again = self.check_fixture()
        self.assertEqual((again.new_count, again.update_count, again.unchanged_count), (0, 0, len(stamps)))
        self.assertIn("same file", again.notices)
        self.run_import(again)
        self.assertEqual({model: self.env[model].search_count([]) for model in models}, counts)
        self.assertEqual({delivery.id: delivery.write_date for delivery in self.find_deliveries()}, stamps)
