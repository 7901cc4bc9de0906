from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .import_ledger_common import ImportLedgerCase


@tagged('post_install', '-at_install')
class TestImportLedger(ImportLedgerCase):

    # === ENTRIES === #

    def test_entry_of_a_row(self):
        importing = self.import_ledger(self.make_ledger_row(1))
        entry = self.find_entries(1)
        self.assertEqual((importing.state, importing.done_count), ('done', 1))
        self.assertEqual((entry.state, entry.number, entry.entry_type), ('registered', 1, 'policy'))
        self.assertEqual(entry.ledger_id.insurer_id, self.picc)
        self.assertEqual((entry.registered_by_id, entry.create_uid), (self.clerk, self.clerk))
        self.assertEqual((entry.salesperson_id, entry.clerk_id), (self.specialist, self.clerk))
        self.assertEqual((entry.premium_total, entry.vehicle_tax_total), (4070.55, 360))
        self.assertEqual((entry.discount_total, entry.amount_due, entry.amount_received), (100, 4330.55, 4330.55))
        self.assertEqual(entry.vehicle_count, 1)
        commissions = {policy.product: policy.commission for policy in entry.policy_ids}
        self.assertEqual(commissions, {'compulsory': 38.0, 'commercial': 561.7})
        self.assertEqual((entry.commission_total, entry.margin), (599.7, 499.7))
        self.assertEqual((str(entry.start_date), str(entry.end_date)), ('2026-12-06', '2027-12-05'))
        self.assertFalse(entry.has_number_missing)

    def test_many_rows_are_like_single_ones(self):
        """What is written for rows in bulk equals what the ORM works out for them."""
        kinds = ("续转续", "新转续", "新保")
        self.import_ledger(*[self.make_ledger_row(number, 业务类型=kinds[number % 3], 车船税=360 + number % 5)
                             for number in range(1, 61)],
                           *[self.make_change_row(number, "退保", -3000) for number in range(1, 31)])
        self.env.flush_all()
        for model in ('insurance.ledger.entry', 'insurance.policy', 'insurance.benefit', 'insurance.customer.payment',
                      'insurance.customer.payment.line', 'fleet.vehicle', 'res.partner'):
            records = self.env[model].search([('create_uid', '=', self.clerk.id)])
            self.assertTrue(records, model)
            names = [name for name, field in records._fields.items() if field.store and field.compute
                     and name not in ('business_type', 'plate', 'use_type', 'is_new_energy')]
            self.env.invalidate_all()
            before = {name: [record[name] for record in records] for name in names}
            for name in names:
                self.env.add_to_compute(records._fields[name], records)
            for name in names:
                with self.subTest(model=model, field=name):
                    self.assertEqual([record[name] for record in records], before[name])
            self.env.invalidate_all(flush=False)

    def test_cancellation_in_the_same_file(self):
        self.import_ledger(self.make_ledger_row(1), self.make_change_row(1, "退保", -3120.55))
        origin, change = self.find_entries(1, entry_type='policy'), self.find_entries(1, entry_type='cancellation')
        self.assertEqual(change.origin_id, origin)
        self.assertEqual(change.policy_ids.origin_policy_id, origin.policy_ids[1])
        self.assertEqual(change.commission_total, -561.7)
        self.assertEqual(origin.policy_ids.mapped('status'), ['valid', 'cancelled'])
        self.assertEqual(change.payment_line_ids.payment_id.amount, -3120.55)
        self.assertEqual((change.business_type, change.vehicle_count), ('r_ren', 0))

    def test_cancellation_of_everything_takes_the_car_back(self):
        self.import_ledger(self.make_ledger_row(1), self.make_ledger_row(
            1, 出单日期="2026-11-14", 业务类型="退保", 交强险保费=-950, 商业险保费=-3120.55, 车船税=0, 优惠金额=0,
            实收金额=-4070.55, 批单号="EDAA20260000000001", 备注="车辆已办理注销登记",
        ))
        change = self.find_entries(1, entry_type='cancellation')
        self.assertEqual((change.vehicle_count, change.reason_id.code), (-1, 'DEREGISTERED'))

    def test_endorsement_of_an_earlier_import(self):
        self.import_ledger(self.make_ledger_row(1))
        self.import_ledger(self.make_change_row(1, "批改", 85.5, 商业险手续费率=None, 备注="批改加保"))
        change = self.find_entries(1, entry_type='endorsement')
        self.assertEqual(change.origin_id, self.find_entries(1, entry_type='policy'))
        self.assertEqual((change.policy_ids.commission_rate, change.reason_id.code), (0.18, 'COVERAGE_UP'))
        self.assertIn("original", change.policy_ids.rate_note)

    def test_follow_up_above_its_policy(self):
        """The order of the rows in the workbook does not matter, the day of issue does."""
        importing = self.check_ledger(self.make_change_row(1, "退保", -3120.55), self.make_ledger_row(1))
        self.assertFalse(importing.warned_count)
        self.run_import(importing)
        self.assertTrue(self.find_entries(1, entry_type='cancellation').origin_id)

    def test_follow_up_without_its_policy_is_kept(self):
        importing = self.check_ledger(self.make_change_row(1, "退保", -3120.55))
        self.assertEqual(self.get_codes(importing, 'warn'), {'original_missing': [2]})
        self.run_import(importing)
        change = self.find_entries(1)
        self.assertEqual((change.entry_type, change.origin_id.id, change.premium_total),
                         ('cancellation', False, -3120.55))

    def test_rate_card_where_the_workbook_states_no_rate(self):
        self.env['insurance.rate.card'].create({
            'name': "2026", 'company_id': self.store.id, 'insurer_id': self.picc.id, 'date_from': '2026-01-01',
            'line_ids': [(0, 0, {'product': 'commercial', 'rate': 0.15})],
        })
        self.import_ledger(self.make_ledger_row(1, 商业险手续费率=None, 交强险手续费率=None))
        compulsory, commercial = self.find_entries(1).policy_ids
        self.assertEqual((commercial.commission_rate, commercial.commission), (0.15, 468.08))
        self.assertEqual((compulsory.commission_rate, compulsory.commission), (0, 0))
        self.assertIn("No rate", compulsory.rate_note)

    def test_net_basis_is_rounded_once(self):
        self.env['insurance.insurer.agreement'].search([('insurer_id', '=', self.picc.id)]).commission_basis = 'net'
        self.import_ledger(self.make_ledger_row(1))
        self.assertEqual(self.find_entries(1).policy_ids.mapped('commission'), [35.85, 529.9])

    # === REPEATED AND RESUMED === #

    def test_repeated_row_is_unchanged(self):
        content = self.make_workbook([self.make_ledger_row(1), self.make_change_row(1, "退保", -3120.55)],
                                     headings=self.LEDGER_HEADINGS, sheet="人保")
        self.import_ledger(content=content)
        again = self.check_ledger(content=content)
        self.assertEqual((again.unchanged_count, again.warned_count, again.new_count), (2, 0, 0))

    def test_entry_with_other_content_stays(self):
        self.import_ledger(self.make_ledger_row(1), self.make_change_row(1, "批改", 10))
        again = self.check_ledger(self.make_ledger_row(1, 商业险保费=1), self.make_change_row(1, "批改", 11))
        self.assertEqual((again.unchanged_count, again.new_count), (2, 0))
        self.assertEqual(self.get_codes(again, 'warn'), {'entry_differs': [2, 3]})
        self.run_import(again)
        self.assertEqual(len(self.find_entries()), 2)

    def test_numbers_that_come_later(self):
        """The insurer's system was late: the first list has application numbers only (T30)."""
        self.import_ledger(self.make_ledger_row(1, 交强险保单号=None, 商业险保单号=None))
        entry = self.find_entries(1)
        self.assertTrue(entry.has_number_missing)
        again = self.check_ledger(self.make_ledger_row(1))
        self.assertEqual((again.update_count, again.new_count), (1, 0))
        self.run_import(again)
        self.assertEqual(self.find_entries(1), entry)
        self.assertEqual(entry.policy_ids.mapped('policy_no'), ["PDZA2026000000000001", "PDAA2026000000000001"])
        self.assertFalse(entry.has_number_missing)
        third = self.check_ledger(self.make_ledger_row(1))
        self.assertEqual(third.unchanged_count, 1)

    def test_interrupted_import_is_continued(self):
        rows = [self.make_ledger_row(number) for number in range(1, 8)]
        importing = self.check_ledger(*rows, self.make_change_row(1, "退保", -3120.55))
        importing.action_import()
        self.patch(type(importing), '_get_batch_size', lambda self: 3)
        self.assertEqual(importing.import_batch()['done'], 3)
        importing.action_import()
        while importing.import_batch()['state'] == 'running':
            pass
        self.assertEqual(importing.done_count, 8)
        entries = self.find_entries()
        self.assertEqual(entries.mapped('number'), list(range(1, 9)))
        self.assertTrue(entries[-1].origin_id)

    def test_a_row_refused_while_writing_leaves_the_others(self):
        importing = self.check_ledger(*[self.make_ledger_row(number) for number in (1, 2, 3)])
        self.make_vehicle(vin_sn=self.make_vin(600002), company_id=self.other_store.id)
        with mute_logger('odoo.sql_db'):
            self.run_import(importing)
        self.assertEqual((importing.done_count, importing.rejected_count), (2, 1))
        self.assertEqual(len(self.find_entries()), 2)

    # === REFUSED === #

    def check_codes(self, level, *rows):
        return self.get_codes(self.check_ledger(*rows), level)

    def test_refused_rows(self):
        self.assertEqual(self.check_codes(
            'reject',
            self.make_ledger_row(1, 车架号=None),
            self.make_ledger_row(2, 保险公司="某某汽车统筹"),
            self.make_ledger_row(3, 商业险保费=-5),
            self.make_ledger_row(4, 商业险止期="2026-12-01"),
            self.make_ledger_row(5, 出单日期="2026-11-31"),
            self.make_ledger_row(6, 出单日期=None),
            self.make_ledger_row(7, 出单日期="2026-12-24"),
            self.make_ledger_row(8, 车牌号="8888"),
            self.make_change_row(9, "退保", 100),
            self.make_ledger_row(10, 商业险保单号="PDZA2026000000000010"),
            self.make_ledger_row(11, 商业险手续费率=18),
        ), {
            'vin_missing': [2], 'insurer_unknown': [3], 'premium_negative': [4], 'end_before_start': [5],
            'date_impossible': [6], 'issue_date_missing': [7], 'issue_date_future': [8], 'plate_malformed': [9],
            'cancellation_positive': [10], 'policy_number_twice': [11], 'rate_range': [12],
        })

    def test_policy_numbers(self):
        number = "PDAA2026000000000001"
        self.assertEqual(self.check_codes(
            'reject',
            self.make_ledger_row(1),
            self.make_ledger_row(2, 商业险保单号=number),
            self.make_ledger_row(3, 商业险保单号=number, 保险公司="平安"),  # another insurer's number
            self.make_change_row(1, "批改", 5),
            self.make_ledger_row(1, 交强险保单号=None, 交强险保费=None, 车船税=None, 备注="再次登记"),
            self.make_ledger_row(1),
        ), {'policy_number_taken': [3], 'policy_repeated': [6], 'row_repeated': [7]})

    def test_policy_number_on_file_belongs_to_another_car(self):
        self.import_ledger(self.make_ledger_row(1))
        self.assertEqual(self.check_codes(
            'reject', self.make_ledger_row(2, 商业险保单号="PDAA2026000000000001"),
        ), {'policy_number_on_file': [2]})

    def test_policy_of_another_store(self):
        clerk = self._make_user('other_clerk', 'group_policy_clerk', self.other_store)
        self.run_import(self.check_ledger(self.make_ledger_row(1), user=clerk))
        self.assertEqual(self.check_codes('reject', self.make_ledger_row(1)), {'policy_elsewhere': [2]})

    def test_two_rows_of_one_car(self):
        nothing = dict.fromkeys(("商业险保单号", "商业险起期", "商业险止期", "商业险保费", "三者险保额",
                                 "商业险手续费率"))
        other = dict.fromkeys(("交强险保单号", "交强险起期", "交强险止期", "交强险保费", "车船税", "交强险手续费率"))
        self.import_ledger(
            self.make_ledger_row(1, **nothing, 优惠金额=0, 实收金额=1310),
            self.make_ledger_row(1, **other, 保险公司="平安", 优惠金额=0, 实收金额=3120.55),
        )
        entries = self.find_entries(1)
        self.assertEqual(entries.insurer_id, self.picc | self.paic)
        self.assertEqual(len(entries.vehicle_id), 1)

    def test_warned_rows(self):
        self.assertEqual(self.check_codes(
            'warn',
            self.make_ledger_row(1, 业务员="查无此人"),
            self.make_ledger_row(2, 业务来源="外星"),
            self.make_ledger_row(3, 业务类型="不知道"),
            self.make_ledger_row(4, 证件号码="990000199001010018"),
            self.make_ledger_row(5, 保险公司="平安"),
        ), {
            'salesperson_unknown': [2], 'channel_unknown': [3], 'business_unknown': [4], 'id_number_invalid': [5],
            'insurer_of_other_sheet': [6],
        })

    # === PEOPLE AND CARS === #

    def test_id_number_tells_people_apart(self):
        first, second = '990000199001010017', '990000198512311239'
        self.import_ledger(
            self.make_ledger_row(1, 车主="李娜", 被保险人="李娜", 证件号码=first, 联系电话="13900000001"),
            self.make_ledger_row(2, 车主="李娜", 被保险人="李娜", 证件号码=first, 联系电话="13900000002"),
            self.make_ledger_row(3, 车主="李娜", 被保险人="李娜", 证件号码=second, 联系电话="13900000003"),
        )
        one, two, three = (self.find_entries(number).insured_id for number in (1, 2, 3))
        self.assertEqual(one, two)
        self.assertNotEqual(one, three)
        self.assertEqual(three.sudo().insurance_id_number, second)
        with self.refused("access", AccessError):
            three.with_user(self.clerk).read(['insurance_id_number'])

    def test_id_number_is_added_to_whom_we_know(self):
        owner = self.make_owner(name="王五", phone="13812345678")
        self.import_ledger(self.make_ledger_row(
            1, 车主="王五", 被保险人="王五", 证件号码='990000199001010017', 联系电话="13812345678"))
        self.assertEqual(self.find_entries(1).owner_id, owner)
        self.assertEqual(owner.insurance_id_number, '990000199001010017')
        self.assertEqual(owner.insurance_id_type, 'id_card')

    def test_old_rows_do_not_change_the_car(self):
        owner = self.make_owner(name="现车主")
        vehicle = self.make_vehicle(vin_sn=self.make_vin(600001), license_plate="赣Z77777", owner_id=owner.id)
        self.import_ledger(self.make_ledger_row(1, 出单日期="2026-01-10", 车牌号="赣Z00001", 车主="前车主"))
        self.assertEqual((vehicle.license_plate, vehicle.owner_id), ("赣Z77777", owner))
        entry = self.find_entries(1)
        self.assertEqual((entry.plate, entry.owner_id.name), ("赣Z00001", "前车主"))

    # === RIGHTS AND COST === #

    def test_who_imports_what(self):
        for user in (self.specialist, self.supervisor, self.finance, self.gm, self.administrator, self.consultant):
            with self.subTest(user=user.name), self.refused("not allowed", AccessError):
                self.upload_ledger(self.make_ledger_row(1), user=user)
        importing = self.check_ledger(self.make_ledger_row(1))
        for user in (self.supervisor, self.gm):
            self.assertTrue(importing.with_user(user).row_count)
            with self.assertRaises(AccessError):
                importing.with_user(user).action_import()
        base = self.upload(self.make_workbook([self.make_row(1)]))
        base.action_check()
        clerk = self.env['insurance.import'].with_user(self.clerk)
        self.assertEqual(clerk.search([]), importing)
        with self.refused("not allowed", AccessError):
            importing.with_user(self.clerk).kind = 'renewal_base'
        self.assertEqual(clerk.new({}).kind, 'ledger')
        self.assertEqual(self.env['insurance.import'].with_user(self.supervisor).new({}).kind, 'renewal_base')
        with self.assertRaises(AccessError):
            importing.row_ids.with_user(self.gm).read(['values'])

    def test_queries_do_not_grow_with_rows(self):
        """Checking and writing costs the same number of queries for 40 and for 120 rows with their follow-ups."""
        counts = []
        for first, number in ((1000, 40), (2000, 120)):
            rows = [self.make_ledger_row(first + at) for at in range(number)]
            rows += [self.make_change_row(first + at, "批改", 1) for at in range(number // 2)]
            importing = self.upload_ledger(*rows)
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            importing.action_check()
            self.run_import(importing)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLess(counts[1] - counts[0], 25, counts)
