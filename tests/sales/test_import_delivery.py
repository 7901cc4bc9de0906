from odoo.exceptions import AccessError
from odoo.tests import tagged

from .import_delivery_common import ImportDeliveryCase


@tagged('post_install', '-at_install')
class TestImportDelivery(ImportDeliveryCase):

    def test_delivery_of_a_row(self):
        importing = self.import_deliveries(self.make_delivery_row(1))
        delivery = self.find_deliveries(1)
        self.assertEqual((importing.state, importing.done_count), ('done', 1))
        self.assertEqual((str(delivery.delivery_date), str(delivery.month)), ('2026-11-10', '2026-11-01'))
        self.assertEqual((delivery.state, delivery.insurance_answer, delivery.is_counted), ('delivered', 'here', True))
        self.assertEqual((delivery.consultant_id, delivery.consultant_name), (self.consultant, "Consultant"))
        self.assertEqual(delivery.business_source_id.code, 'RETAIL')
        self.assertEqual((delivery.partner_id.name, delivery.partner_id.phone), ("客户1", "13700000001"))
        self.assertEqual(delivery.vehicle_id.owner_id, delivery.partner_id)
        self.assertEqual(delivery.answered_by_id, self.clerk)

    def test_many_rows_are_like_single_ones(self):
        """Rows written as copies of a first record end up as complete as rows written one by one."""
        team = self.env['insurance.sales.team'].create({
            'name': "Team", 'company_id': self.store.id, 'member_ids': self.consultant.ids})
        stranger = {'销售顾问': "陌生人", '业务来源': "二级", '交车日期': "2026-10-31", '是否投保': "否",
                    '未投保原因': "价格太高"}
        self.import_deliveries(*(
            self.make_delivery_row(number, **(stranger if number % 2 else {})) for number in range(1, 81)))
        for number in (2, 40, 80):
            delivery = self.find_deliveries(number)
            self.assertEqual((delivery.team_id, delivery.is_counted, str(delivery.month)), (team, True, '2026-11-01'))
            self.assertEqual((delivery.insurance_answer, delivery.uninsured_note), ('here', False))
            self.assertEqual((delivery.create_uid, delivery.answered_by_id), (self.clerk, self.clerk))
            self.assertEqual(delivery.vehicle_model_id.name, "轩逸 1.6L")
        for number in (1, 3, 79):
            delivery = self.find_deliveries(number)
            self.assertFalse(delivery.team_id or delivery.is_counted or delivery.consultant_id)
            self.assertEqual((delivery.consultant_name, str(delivery.month)), ("陌生人", '2026-10-01'))
            self.assertEqual((delivery.insurance_answer, delivery.uninsured_reason_id.code), ('elsewhere', 'PRICE'))
        self.assertEqual(len(self.find_deliveries().partner_id), 80)

    def test_clerk_and_supervisor_import_nobody_else(self):
        for user in (self.clerk, self.supervisor):
            with self.subTest(user=user.login):
                importing = self.import_deliveries(self.make_delivery_row(user.id % 1000), user=user)
                self.assertEqual(importing.state, 'done')
        for user in (self.consultant, self.specialist, self.gm):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.check_deliveries(self.make_delivery_row(5), user=user)
        self.assertEqual(self.env['insurance.import'].with_user(self.clerk).new({}).kind, 'ledger')
        self.assertEqual(self.env['insurance.import'].with_user(self.supervisor).new({}).kind, 'renewal_base')

    def test_headings_of_other_systems(self):
        headings = ("开票日期", "底盘号", "车系", "客户名称", "手机号码", "业务员", "销售类型", "店内投保", "投保公司")
        cells = ["2026-11-10", self.make_vin(700001), "轩逸", "客户1", "13700000001", "Consultant", "大客户", "店内",
                 "人保"]
        self.import_deliveries(cells, headings=headings)
        delivery = self.find_deliveries(1)
        self.assertEqual((delivery.business_source_id.code, delivery.insurance_answer), ('FLEET', 'here'))
        self.assertEqual((delivery.intended_insurer_id, delivery.consultant_id), (self.picc, self.consultant))

    def test_what_is_refused(self):
        refused = {
            '车架号': (None, 'vin_missing'), '客户姓名': (None, 'owner_missing'),
            '交车日期': (None, 'delivery_date_missing'),
        }
        for heading, (cell, code) in refused.items():
            with self.subTest(heading=heading):
                importing = self.check_deliveries(self.make_delivery_row(1, **{heading: cell}))
                self.assertEqual(self.get_codes(importing, 'reject'), {code: [2]})
        importing = self.check_deliveries(self.make_delivery_row(1, 交车日期="2026-11-19"))
        self.assertEqual(self.get_codes(importing, 'reject'), {'delivery_date_future': [2]})
        self.assertIn("2026-11-19", importing.row_ids.message)

    def test_car_of_another_store_is_refused(self):
        self.make_vehicle(vin_sn=self.make_vin(700001), company_id=self.other_store.id)
        importing = self.check_deliveries(self.make_delivery_row(1))
        self.assertEqual(self.get_codes(importing, 'reject'), {'vehicle_elsewhere': [2]})

    def test_what_is_warned_of(self):
        importing = self.import_deliveries(
            self.make_delivery_row(1, 业务来源="火星", 是否投保="?!", 联系电话="123", 销售顾问="陌生人"))
        self.assertEqual(self.get_codes(importing, 'warn').keys(),
                         {'source_unknown', 'yes_no_unknown', 'phone_invalid', 'consultant_unknown'})
        delivery = self.find_deliveries(1)
        self.assertEqual((delivery.insurance_answer, delivery.is_counted, delivery.consultant_name),
                         ('open', True, "陌生人"))
        self.assertFalse(delivery.business_source_id)
        self.assertTrue(importing.result)

    def test_two_users_of_one_name_count_for_neither(self):
        self._make_user('twin', 'group_sales_consultant').name = "Consultant"
        importing = self.import_deliveries(self.make_delivery_row(1))
        self.assertEqual(self.get_codes(importing, 'warn'), {'consultant_unknown': [2]})
        self.assertFalse(self.find_deliveries(1).consultant_id)

    def test_unknown_reason_is_kept_in_words(self):
        importing = self.import_deliveries(self.make_delivery_row(1, 是否投保="否", 未投保原因="猫生病了"))
        self.assertFalse(self.get_codes(importing, 'warn'))
        delivery = self.find_deliveries(1)
        self.assertEqual((delivery.insurance_answer, delivery.uninsured_reason_id.id, delivery.uninsured_note),
                         ('none', False, "猫生病了"))

    def test_reason_of_the_store_is_found_by_its_label(self):
        reason = self.env['insurance.reason'].create({
            'use': 'delivery_uninsured', 'code': 'CAT', 'name': "猫生病了", 'company_id': self.store.id})
        self.import_deliveries(self.make_delivery_row(1, 是否投保="否", 未投保原因="猫生病了"))
        self.assertEqual(self.find_deliveries(1).uninsured_reason_id, reason)

    def test_grown_list_changes_what_differs(self):
        self.import_deliveries(self.make_delivery_row(1, 销售顾问="新人"), self.make_delivery_row(2))
        first = self.find_deliveries(1)
        newcomer, = self.make_consultants(["新人"])
        importing = self.import_deliveries(
            self.make_delivery_row(1, 销售顾问="新人", 交车日期="2026-11-11"), self.make_delivery_row(2),
            self.make_delivery_row(3))
        self.assertEqual((importing.new_count, importing.update_count, importing.unchanged_count), (1, 1, 1))
        self.assertEqual(self.find_deliveries(1), first)
        self.assertEqual((first.consultant_id, str(first.delivery_date)), (newcomer, '2026-11-11'))

    def test_what_people_entered_is_kept(self):
        self.import_deliveries(self.make_delivery_row(1))
        delivery = self.find_deliveries(1).with_user(self.clerk)
        colleague = self._make_user('colleague', 'group_sales_consultant')
        delivery.write({
            'consultant_id': colleague.id, 'insurance_answer': 'elsewhere',
            'uninsured_reason_id': self._get_reason('delivery_uninsured', 'FINANCE').id,
        })
        self.import_deliveries(self.make_delivery_row(1, 备注="补充"))
        self.assertEqual((delivery.consultant_id, delivery.insurance_answer, delivery.remark),
                         (colleague, 'elsewhere', "补充"))

    def test_car_registered_at_the_sale_is_handed_over(self):
        vehicle = self.make_vehicle(vin_sn=self.make_vin(700001))
        sold = self.env['insurance.delivery'].with_user(self.consultant).create({
            'vehicle_id': vehicle.id, 'delivery_date': '2026-11-30', 'insurance_answer': 'none',
            'uninsured_reason_id': self._get_reason('delivery_uninsured', 'LATER').id,
        })
        importing = self.import_deliveries(self.make_delivery_row(1))
        self.assertEqual((importing.new_count, importing.update_count), (0, 1))
        self.assertEqual((sold.state, str(sold.delivery_date), sold.insurance_answer),
                         ('delivered', '2026-11-10', 'none'))
        self.assertEqual(sold.partner_id.name, "客户1")
        self.assertTrue(sold.sudo().is_counted)

    def test_checked_delivery_stays(self):
        self.import_deliveries(self.make_delivery_row(1, 是否投保="否", 未投保原因="价格高"))
        delivery = self.find_deliveries(1)
        delivery.with_user(self.clerk).action_complete()
        importing = self.import_deliveries(self.make_delivery_row(1, 交车日期="2026-11-12"))
        self.assertEqual((importing.unchanged_count, self.get_codes(importing, 'info')), (1, {'delivery_kept': [2]}))
        self.assertEqual(str(delivery.delivery_date), '2026-11-10')

    def test_car_taken_back_is_delivered_anew_only_later(self):
        self.import_deliveries(self.make_delivery_row(1))
        delivery = self.find_deliveries(1)
        delivery.with_user(self.clerk)._take_back(
            delivery.delivery_date, self._get_reason('delivery_returned', 'CUSTOMER'))
        again = self.import_deliveries(self.make_delivery_row(1))
        self.assertEqual((again.new_count, again.unchanged_count), (0, 1))
        self.import_deliveries(self.make_delivery_row(1, 交车日期="2026-11-16", 客户姓名="另一位客户"))
        anew = self.find_deliveries(1) - delivery
        self.assertEqual((anew.state, anew.partner_id.name, delivery.state), ('delivered', "另一位客户", 'returned'))

    def test_ledger_knows_more_of_a_car_on_file(self):
        owner = self.make_owner(name="投保人")
        vehicle = self.make_vehicle(vin_sn=self.make_vin(700001), owner_id=owner.id)
        self.import_deliveries(self.make_delivery_row(1))
        self.assertEqual((vehicle.owner_id, vehicle.seller_id), (owner, self.consultant))
        self.assertEqual(str(vehicle.acquisition_date), '2026-11-10')
        self.assertEqual(self.find_deliveries(1).partner_id.name, "客户1")

    def test_queries_do_not_grow_with_rows(self):
        """Checking and writing costs the same number of queries for 40 and for 120 rows."""
        counts = []
        for first, number in ((1000, 40), (2000, 120)):
            importing = self.upload(self.make_workbook(
                [self.make_delivery_row(first + at) for at in range(number)], headings=self.DELIVERY_HEADINGS,
            ), user=self.clerk, kind='delivery')
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            importing.action_check()
            self.run_import(importing)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLess(counts[1] - counts[0], 15, counts)
