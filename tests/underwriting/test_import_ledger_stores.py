from odoo.tests import tagged

from .import_ledger_common import ImportLedgerCase


@tagged('post_install', '-at_install')
class TestImportLedgerStores(ImportLedgerCase):
    """Ledgers as other stores keep them: other headings, other sheets, other words."""

    def test_other_headings_and_two_rows_of_them(self):
        rows = [
            ["", "", "", "", "", "", "交强险", None, None, None, "商业险", None, None, None, "驾乘险", None, "", ""],
            ["签单日期", "新/续保", "VIN码", "号牌号码", "客户姓名", "手机号码", "保单号", "起保日期", "终保日期",
             "保费(元)", "保单号",
             "起保日期", "终保日期", "保费(元)", "保单号", "保费(元)", "车船税", "销售顾问"],
            ["2026.11.03", "新车", self.make_vin(1).lower(), "新车", "张三", "139-0000-0001", "PDZA202600000000000001",
             "2026/11/4", "2027/11/3", "¥950.00", "PDAA202600000000000001", "2026/11/4", "2027/11/3", "3,120.55",
             "PEAC202600000000000001", 128, "360元", self.consultant.name],
        ]
        importing = self.check_ledger(content=self.make_workbook(
            rows[1:], headings=rows[0], sheet="人保财险2026年"))
        known = {column.heading: column.field_id.code for column in importing.column_ids}
        self.assertEqual(known, {
            "签单日期": 'issue_date', "新/续保": 'business_type', "VIN码": 'vin', "号牌号码": 'plate',
            "客户姓名": 'owner',
            "手机号码": 'phone', "交强险 保单号": 'compulsory_no', "交强险 起保日期": 'compulsory_start',
            "交强险 终保日期": 'compulsory_end', "交强险 保费(元)": 'compulsory_premium',
            "商业险 保单号": 'commercial_no',
            "商业险 起保日期": 'commercial_start', "商业险 终保日期": 'commercial_end',
            "商业险 保费(元)": 'commercial_premium',
            "驾乘险 保单号": 'non_motor_no', "驾乘险 保费(元)": 'non_motor_premium', "驾乘险 车船税": 'vehicle_tax',
            "驾乘险 销售顾问": 'salesperson',
        })
        self.run_import(importing)
        entry = self.env['insurance.ledger.entry'].search([('vehicle_id.vin_sn', '=', self.make_vin(1))])
        self.assertEqual((entry.insurer_id, entry.business_type, entry.salesperson_id),
                         (self.picc, 'new', self.consultant))
        self.assertEqual(entry.policy_ids.mapped('premium'), [950, 3120.55, 128])
        self.assertEqual(str(entry.policy_ids[2].start_date), '2026-11-04')  # of the other policies
        self.assertEqual((entry.vehicle_tax, entry.amount_received), (360, 0))

    def test_one_sheet_with_a_column_of_insurers(self):
        self.import_ledger(
            self.make_ledger_row(1, 保险公司="中国人民财产保险股份有限公司"),
            self.make_ledger_row(2, 保险公司="平安产险"),
            self.make_ledger_row(3, 保险公司="CPIC"), sheet="2026年台账",
        )
        self.assertEqual([self.find_entries(number).insurer_id for number in (1, 2, 3)],
                         [self.picc, self.paic, self.cpic])

    def test_sheet_tells_the_insurer(self):
        headings = [heading for heading in self.LEDGER_HEADINGS if heading != "保险公司"]
        at = self.LEDGER_HEADINGS.index("保险公司")

        def row(number):
            cells = self.make_ledger_row(number)
            return cells[:at] + cells[at + 1:]

        importing = self.check_ledger(content=self.make_workbook(
            [row(1)], headings=headings, sheet="人保11月", more=[
                ("平安", [headings, row(2)]), ("Sheet3", [headings, row(3)]), ("太平洋财险", [headings, row(4)])],
        ))
        self.assertEqual(self.get_codes(importing, 'reject'), {'insurer_missing': [2]})
        refused = importing.row_ids.filtered(lambda row: row.status == 'rejected')
        self.assertEqual(refused.sheet_name, "Sheet3")
        self.run_import(importing)
        self.assertEqual([self.find_entries(number).insurer_id for number in (1, 2, 4)],
                         [self.picc, self.paic, self.cpic])

    def test_a_line_for_each_policy(self):
        headings = ("出单日期", "业务类型", "车架号", "投保人", "车主", "保险公司", "险种", "保单号", "起保日期",
                    "保费", "手续费比例")
        vin = self.make_vin(1)
        importing = self.check_ledger(content=self.make_workbook([
            ["2026-11-03", "续转续", vin, "李四", "张三", "人保", "交强险", "PDZA202600000000000001", "2026-11-20",
             950, "4%"],
            ["2026-11-03", "续转续", vin, "李四", "张三", "人保", "商业险", "PDAA202600000000000001", "2026-11-20",
             3000, "20%"],
            ["2026-11-03", "续转续", vin, "李四", "张三", "人保", "驾意险", "PEAC202600000000000001", "2026-11-20",
             100, None],
        ], headings=headings, sheet="明细"))
        self.assertFalse(importing.rejected_count)
        self.run_import(importing)
        entries = self.find_entries()
        self.assertEqual(entries.policy_ids.sorted('id').mapped('product'), ['compulsory', 'commercial', 'non_motor'])
        self.assertEqual(entries.vehicle_id.vin_sn, vin)
        self.assertEqual((entries.applicant_id.name, entries.owner_id.name), ("李四", "张三"))
        commercial = entries.policy_ids.filtered(lambda policy: policy.product == 'commercial')
        self.assertEqual((commercial.commission, str(commercial.end_date)), (600, '2027-11-19'))

    def test_plain_renewal_is_told_by_history(self):
        self.import_ledger(self.make_ledger_row(
            1, 出单日期="2025-12-01", 业务类型="新保", 交强险保单号="PDZA2025000000000001", 交强险起期="2025-12-06",
            交强险止期="2026-12-05", 商业险保单号="PDAA2025000000000001", 商业险起期="2025-12-06",
            商业险止期="2026-12-05"))
        importing = self.check_ledger(self.make_ledger_row(1, 业务类型="续保"))
        self.assertFalse(importing.warned_count)
        self.run_import(importing)
        self.assertEqual(self.find_entries(1).sorted('issue_date').mapped('business_type'), ['new', 'r_new'])

    def test_split_ledgers(self):
        self.store.insurance_ledger_split = True
        self.import_ledger(self.make_ledger_row(1, 业务类型="新保"), self.make_ledger_row(2), self.make_ledger_row(3))
        ledgers = {entry.business_type: (entry.ledger_id.business, entry.number) for entry in self.find_entries()}
        self.assertEqual(ledgers, {'new': ('new', 1), 'r_ren': ('renewal', 2)})

    def test_workbook_without_what_a_ledger_needs(self):
        importing = self.upload_ledger(content=self.make_workbook(
            [["张三", "赣Z00001"]], headings=("车主", "车牌号"), sheet="人保"))
        with self.refused("VIN"):
            importing.action_check()

    def test_rows_come_back_with_their_reasons_on_every_sheet(self):
        importing = self.import_ledger(
            self.make_ledger_row(1, 车架号=None), self.make_ledger_row(2),
            more=[("平安", [list(self.LEDGER_HEADINGS), self.make_ledger_row(3, 保险公司="平安", 商业险保费=-1)])],
        )
        self.assertEqual((importing.done_count, importing.rejected_count), (1, 2))
        self.assertTrue(importing.result)
