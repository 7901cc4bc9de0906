from odoo.tests import tagged
from odoo.tools import mute_logger

from ..import_common import ImportCase


@tagged('post_install', '-at_install')
class TestImportRenewal(ImportCase):

    def test_case_of_a_row(self):
        importing = self.import_rows(self.make_row(1), headings=self.HEADINGS)
        case = self.find_case(self.make_vin(500001))
        self.assertEqual((importing.state, importing.done_count), ('done', 1))
        self.assertEqual(case.specialist_id, self.specialist)
        self.assertEqual(case.state, 'new')
        self.assertEqual(case.insurer_id, self.picc)
        self.assertEqual(case.commercial_premium, 3120.55)
        self.assertEqual(case.consent_ground, 'contract')
        self.assertEqual((case.partner_id.name, case.partner_id.phone), ("客户1", "13900000001"))
        self.assertEqual(case.insured_id, case.partner_id)
        self.assertEqual(case.vehicle_id.owner_id, case.partner_id)

    def test_many_rows_are_like_single_ones(self):
        """Rows written as copies of a first record end up as complete as rows written one by one."""
        rows = [self.make_row(number) for number in range(1, 61)]
        self.import_rows(*rows)
        for number in (1, 2, 60):
            case = self.find_case(self.make_vin(500000 + number))
            partner, vehicle = case.partner_id, case.vehicle_id
            self.assertEqual(partner.name, f"客户{number}")
            self.assertEqual(partner.complete_name, partner.name)
            self.assertEqual(partner.commercial_partner_id, partner)
            self.assertEqual(vehicle.name, f"{vehicle.brand_id.name}/轩逸 1.6L/赣Z{number:05d}")
            self.assertEqual(vehicle.state_id, self.env.ref('fleet.fleet_vehicle_state_registered'))
            self.assertEqual(str(case.reference_expiry), '2026-12-05')
            self.assertEqual(case.create_uid, self.supervisor)
            self.assertEqual(case.contact_count, 0)
        owners = self.env['insurance.renewal'].search([('company_id', '=', self.store.id)]).partner_id
        self.assertEqual(len(owners), 60)

    def test_update_changes_what_differs_and_keeps_the_specialist(self):
        self.import_rows(self.make_row(1))
        case = self.find_case(self.make_vin(500001))
        case.with_user(self.supervisor).specialist_id = self.specialist2
        importing = self.upload(self.make_workbook([
            self.make_row(1, 商业险到期日="2026-12-09", 上年商业险保费=2999, 联系电话="13911112222"),
        ]))
        importing.action_check()
        self.assertEqual(importing.update_count, 1)
        self.run_import(importing)
        self.assertEqual(self.find_case(self.make_vin(500001)), case)
        self.assertEqual((str(case.reference_expiry), case.commercial_premium), ('2026-12-09', 2999))
        self.assertEqual(case.specialist_id, self.specialist2)
        self.assertEqual(case.partner_id.phone, "13911112222")

    def test_corrections_of_staff_survive_the_same_row(self):
        content = self.make_workbook([self.make_row(1)])
        importing = self.upload(content)
        importing.action_check()
        self.run_import(importing)
        case = self.find_case(self.make_vin(500001))
        case.partner_id.phone = "13733334444"
        again = self.upload(content)
        again.action_check()
        self.assertEqual(again.unchanged_count, 1)
        self.run_import(again)
        self.assertEqual(case.partner_id.phone, "13733334444")

    def test_closed_case_stays(self):
        self.import_rows(self.make_row(1))
        case = self.find_case(self.make_vin(500001))
        self.make_lost(case)
        importing = self.upload(self.make_workbook([self.make_row(1, 上年商业险保费=1)]))
        importing.action_check()
        self.assertEqual((importing.unchanged_count, importing.update_count), (1, 0))
        self.run_import(importing)
        self.assertEqual((case.state, case.commercial_premium), ('lost', 3120.55))

    def test_next_year_is_a_new_case(self):
        self.import_rows(self.make_row(1))
        self.import_rows(self.make_row(1, 交强险到期日="2027-12-05", 商业险到期日="2027-12-05"))
        cases = self.find_case(self.make_vin(500001))
        self.assertEqual(sorted(str(case.reference_expiry) for case in cases), ['2026-12-05', '2027-12-05'])
        self.assertEqual(len(cases.vehicle_id), 1)
        self.assertEqual(len(cases.partner_id), 1)

    def test_same_name_is_not_the_same_person(self):
        self.import_rows(
            self.make_row(1, 车主="李娜", 联系电话="13900000001"),
            self.make_row(2, 车主="李　娜", 联系电话="13900000001"),
            self.make_row(3, 车主="李娜", 联系电话="13900000003"),
            self.make_row(4, 车主="李娜", 联系电话=None),
        )
        owners = [self.find_case(self.make_vin(500000 + number)).partner_id for number in (1, 2, 3, 4)]
        self.assertEqual(owners[0], owners[1])
        self.assertEqual(len({owner.id for owner in owners}), 3)

    def test_new_owner_leaves_history(self):
        self.import_rows(self.make_row(1))
        vehicle = self.find_case(self.make_vin(500001)).vehicle_id
        first = vehicle.owner_id
        self.import_rows(self.make_row(1, 车主="新车主", 联系电话="13600000000", 车牌号="赣Z99999"))
        self.assertEqual(vehicle.owner_id.name, "新车主")
        self.assertEqual(vehicle.owner_history_ids.partner_id, first)
        self.assertEqual(vehicle.plate_history_ids.plate, "赣Z00001")

    def test_policy_number_on_file_belongs_to_another_car(self):
        self.import_rows(self.make_row(1))
        importing = self.upload(self.make_workbook([
            self.make_row(2, 交强险保单号=f"PDZA2025{1:012d}"),
            self.make_row(3, 交强险保单号=f"PDZA2025{1:012d}", 上年保险公司="平安"),
        ]))
        importing.action_check()
        self.assertEqual(self.get_codes(importing, 'reject'), {'policy_number_on_file': [2]})

    def test_car_of_another_store_is_refused(self):
        self.make_vehicle(vin_sn=self.make_vin(500001), company_id=self.other_store.id)
        importing = self.upload(self.make_workbook([self.make_row(1)]))
        importing.action_check()
        self.assertEqual(self.get_codes(importing, 'reject'), {'vehicle_elsewhere': [2]})

    def test_a_row_refused_while_writing_leaves_the_others(self):
        """Between check and import somebody enters one of the cars in another store."""
        importing = self.upload(self.make_workbook([self.make_row(number) for number in (1, 2, 3)]))
        importing.action_check()
        self.make_vehicle(vin_sn=self.make_vin(500002), company_id=self.other_store.id)
        with mute_logger('odoo.sql_db'):
            self.run_import(importing)
        self.assertEqual((importing.done_count, importing.rejected_count), (2, 1))
        refused = importing.row_ids.filtered(lambda row: row.status == 'rejected')
        self.assertEqual(refused.number, 3)
        self.assertIn("Not written", refused.message)
        self.assertTrue(importing.result)

    def test_interrupted_import_is_continued(self):
        importing = self.upload(self.make_workbook([self.make_row(number) for number in range(1, 8)]))
        importing.action_check()
        importing.action_import()
        self.patch(type(importing), '_get_batch_size', lambda self: 3)
        self.assertEqual(importing.import_batch()['done'], 3)
        importing.action_import()
        while importing.import_batch()['state'] == 'running':
            pass
        self.assertEqual(importing.done_count, 7)
        self.assertEqual(self.env['insurance.renewal'].search_count([('company_id', '=', self.store.id)]), 7)

    def test_formula_like_text_stays_text(self):
        text = "=1+1\n@SUM(A1) <b>加急</b> 👍"
        importing = self.upload(self.make_workbook([self.make_row(1, 备注="+86 " + text)]))
        importing.action_check()
        self.run_import(importing)
        self.assertEqual(self.find_case(self.make_vin(500001)).remark, "+86 " + text)

    def test_queries_do_not_grow_with_rows(self):
        """Checking and writing a batch costs the same number of queries for 40 and for 120 rows."""
        counts = []
        for first, number in ((1000, 40), (2000, 120)):
            importing = self.upload(self.make_workbook([self.make_row(first + at) for at in range(number)]))
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            importing.action_check()
            self.run_import(importing)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLess(counts[1] - counts[0], 15, counts)
