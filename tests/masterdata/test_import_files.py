"""Files that are no workbook, or not one to be read: each answered in words, nothing half imported."""

import io
import zipfile

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..import_common import ImportCase

OLE = b'\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'


@tagged('post_install', '-at_install')
class TestImportFiles(ImportCase):

    def assert_refused(self, content, pattern, filename="base.xlsx"):
        importing = self.upload(content, filename=filename)
        with self.refused(pattern):
            importing.action_check()
        self.assertEqual(importing.state, 'new')
        self.assertFalse(importing.row_ids)
        with self.refused("Check"):
            importing.action_import()

    def test_no_file(self):
        self.assert_refused(b'', "Drop the workbook")

    def test_not_a_workbook(self):
        for content in (b'%PDF-1.7 whatever', b'\x89PNG\r\n\x1a\n' + b'\0' * 50, b'PK\x03\x04 broken'):
            self.assert_refused(content, "no Excel workbook|damaged")

    def test_old_format(self):
        self.assert_refused(OLE + b'\0' * 600 + 'Workbook'.encode('utf-16-le') + b'\0' * 600, "Excel 97-2003")

    def test_protected_by_password(self):
        self.assert_refused(OLE + b'\0' * 600 + 'EncryptedPackage'.encode('utf-16-le') + b'\0' * 600, "password")

    def test_text(self):
        self.assert_refused("车牌号,车架号\n赣Z00001,X\n".encode(), "text file", "base.csv")

    def test_too_large_unpacked(self):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, 'w', zipfile.ZIP_DEFLATED) as archive:
            archive.writestr('[Content_Types].xml', '<Types/>')
            with archive.open('xl/worksheets/sheet1.xml', 'w', force_zip64=True) as part:
                for _megabyte in range(600):
                    part.write(b' ' * 2 ** 20)
        self.assertLess(len(buffer.getvalue()), 2 * 2 ** 20)
        self.assert_refused(buffer.getvalue(), r"larger than 512 MB")

    def test_too_large_packed(self):
        self.assert_refused(b'PK\x03\x04' + b'x' * (21 * 2 ** 20), r"larger than 20 MB")

    def test_no_headings(self):
        self.assert_refused(self.make_workbook([["a", 1], ["b", 2]], headings=("x", "y")), "no row of headings")

    def test_missing_columns_are_named(self):
        self.assert_refused(self.make_workbook([["赣Z00001", "客户"]], headings=("车牌号", "车主")), "VIN")

    def test_headings_without_rows(self):
        self.assert_refused(self.make_workbook([]), "no rows were found")

    def test_wrong_sheet_is_passed_over(self):
        content = self.make_workbook([self.make_row(1)], more=[("说明", [["1. 车架号必填"]])])
        importing = self.upload(content)
        importing.action_check()
        self.assertEqual(importing.sheet_ids.filtered('is_used').mapped('name'), ["续保基盘"])
        self.assertEqual(importing.row_count, 1)

    def test_formula_without_value(self):
        """openpyxl writes formulas without a value, as programs do that never calculate."""
        importing = self.upload(self.make_workbook([self.make_row(1, 商业险到期日='=DATE(2026,12,5)')]))
        importing.action_check()
        self.assertEqual(self.get_codes(importing, 'reject'), {'formula_without_value': [2]})

    def test_dates_of_all_kinds(self):
        writings = ("2026-12-05", "2026/12/5", "2026.12.05", "2026年12月5日", "20261205", 46361, "2026-12-05 00:00:00")
        importing = self.upload(self.make_workbook([
            self.make_row(number, 商业险到期日=writing) for number, writing in enumerate(writings, 1)
        ]))
        importing.action_check()
        self.assertFalse(self.get_codes(importing, 'reject'))
        self.assertEqual({row.values['commercial_expiry'] for row in importing.row_ids}, {'2026-12-05'})
        wrong = self.upload(self.make_workbook([
            self.make_row(1, 商业险到期日="2026-02-30"), self.make_row(2, 商业险到期日="05/12/2026"),
            self.make_row(3, 商业险到期日="明年"),
        ]))
        wrong.action_check()
        self.assertEqual(self.get_codes(wrong, 'reject'),
                         {'date_impossible': [2], 'date_order': [3], 'date_unknown': [4]})

    def test_only_supervisors_import(self):
        for user in (self.specialist, self.clerk, self.finance, self.gm, self.administrator, self.consultant):
            with self.subTest(user=user.name), self.refused("not allowed", AccessError):
                self.upload(self.make_workbook([self.make_row(1)]), user=user)

    def test_imports_of_another_store_are_hidden(self):
        importing = self.upload(self.make_workbook([self.make_row(1)]))
        importing.action_check()
        for model in ('insurance.import', 'insurance.import.row', 'insurance.import.column'):
            self.assertTrue(self.env[model].with_user(self.supervisor).search_count([]), model)
            self.assertFalse(self.env[model].with_user(self.other_supervisor).search_count([]), model)
        with self.assertRaises(UserError):
            importing.with_user(self.other_supervisor).action_import()

    def test_macros_are_told_and_not_run(self):
        content = io.BytesIO(self.make_workbook([self.make_row(1)]))
        with zipfile.ZipFile(content, 'a') as archive:
            archive.writestr('xl/vbaProject.bin', b'macro')
        importing = self.upload(content.getvalue(), filename="base.xlsm")
        importing.action_check()
        self.assertIn("macros", importing.notices)
        self.assertEqual(importing.new_count, 1)

    def test_merged_owner_counts_for_each_car(self):
        rows = [self.make_row(1, 车主="示例物流公司"), self.make_row(2, 车主=None)]
        book = openpyxl.load_workbook(io.BytesIO(self.make_workbook(rows)))
        book.active.merge_cells('D2:D3')
        buffer = io.BytesIO()
        book.save(buffer)
        importing = self.upload(buffer.getvalue())
        importing.action_check()
        self.assertEqual({row.values['owner'] for row in importing.row_ids}, {"示例物流公司"})

    def test_a_million_empty_rows(self):
        """Rows that are only coloured down to the end of the sheet cost nothing and are told."""
        source = io.BytesIO(self.make_workbook([self.make_row(1)]))
        buffer = io.BytesIO()
        with zipfile.ZipFile(source) as old, zipfile.ZipFile(buffer, 'w', zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                part = old.read(name)
                if name == 'xl/worksheets/sheet1.xml':
                    empty = b''.join(b'<row r="%d" s="1" customFormat="1"/>' % row for row in range(3, 1048577))
                    part = part.replace(b'</sheetData>', empty + b'</sheetData>')
                new.writestr(name, part)
        importing = self.upload(buffer.getvalue())
        importing.action_check()
        self.assertEqual(importing.row_count, 1)
        self.assertIn("reading stopped at row", importing.notices)
