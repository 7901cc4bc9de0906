from odoo.tests import tagged

from ..import_common import ImportCase


@tagged('post_install', '-at_install')
class TestImportColumns(ImportCase):

    def get_column(self, importing, heading):
        return importing.column_ids.filtered(lambda column: column.heading == heading)

    def test_order_and_names_do_not_matter(self):
        headings = ("备注", "终保日期", "客户姓名", "底盘号", "承保公司", "手机号码", "号牌号码")
        row = ["文字", "2026/12/8", "客户甲", self.make_vin(510001), "平安", "13900000001", "赣Z12345"]
        importing = self.upload(self.make_workbook([row], headings=headings, title="2026年12月 到期客户"))
        importing.action_check()
        self.run_import(importing)
        case = self.find_case(self.make_vin(510001))
        self.assertEqual((str(case.reference_expiry), case.partner_id.name, case.insurer_id, case.plate, case.remark),
                         ('2026-12-08', "客户甲", self.paic, "赣Z12345", "文字"))

    def test_correction_is_remembered_for_the_store(self):
        headings = (*self.HEADINGS[:-1], "内部标记")
        content = self.make_workbook([self.make_row(1, 备注="VIP, 请先联系")], headings=headings)
        importing = self.upload(content)
        importing.action_check()
        column = self.get_column(importing, "内部标记")
        self.assertFalse(column.field_id)
        column.field_id = self.env.ref('dealer_insurance.insurance_import_field_renewal_remark')
        with self.refused("check the workbook again"):
            importing.action_import()
        importing.action_check()
        self.assertEqual(importing.row_ids.values['remark'], "VIP, 请先联系")
        again = self.upload(content)
        again.action_check()
        self.assertEqual(self.get_column(again, "内部标记").field_id.code, 'remark')
        elsewhere = self.upload(content, user=self.other_supervisor, company_id=self.other_store.id)
        elsewhere.action_check()
        self.assertFalse(self.get_column(elsewhere, "内部标记").field_id)

    def test_column_can_be_left_out_for_good(self):
        content = self.make_workbook([self.make_row(1)])
        importing = self.upload(content)
        importing.action_check()
        self.get_column(importing, "备注").field_id = False
        importing.action_check()
        self.assertNotIn('remark', importing.row_ids.values)
        again = self.upload(content)
        again.action_check()
        self.assertFalse(self.get_column(again, "备注").field_id)

    def test_sheet_can_be_chosen(self):
        other = self.make_row(2)
        importing = self.upload(self.make_workbook(
            [self.make_row(1)], more=[("十一月", [list(self.HEADINGS), other])],
        ))
        importing.action_check()
        self.assertEqual(importing.row_count, 1)
        importing.sheet_ids.is_used = True
        importing.action_check()
        self.assertEqual(importing.row_ids.mapped('sheet_name'), ["十一月", "续保基盘"])
        importing.sheet_ids.is_used = False
        with self.refused("tick at least one sheet"):
            importing.action_check()
