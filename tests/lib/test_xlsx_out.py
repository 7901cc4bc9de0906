import io
from datetime import date, datetime
from decimal import Decimal

import openpyxl
from lxml import etree

from odoo.tests import tagged

from ...lib.xlsx_out import Column, add_sheet, new_workbook, sheet_title, write_table
from .common import SHEET_XML, LibCase

COLUMNS = [
    Column('车架号'),
    Column('到期日', 'date'),
    Column('报案时间', 'datetime'),
    Column('保费', 'money'),
    Column('次数', 'int'),
    Column('费率', 'rate'),
    Column('备注', 'wrap', 40),
]


@tagged('post_install', '-at_install')
class TestLibXlsxOut(LibCase):
    def write(self, rows, columns=COLUMNS, name='到期清单', row=1):
        buffer = io.BytesIO()
        workbook, formats = new_workbook(buffer)
        with workbook:
            sheet = add_sheet(workbook, name)
            sheet.write_string(0, 0, '标题', formats['title'])
            self.end = write_table(sheet, formats, row, columns, rows)
        return buffer.getvalue()

    def load(self, content):
        return openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]

    def test_values(self):
        content = self.write(
            [
                ['V1', date(2026, 12, 5), datetime(2026, 12, 5, 14, 30), Decimal('3120.55'), 3, Decimal('0.2'), 'a\nb'],
                [None, False, None, 0, 0, 0.0, ''],
                (12, datetime(2026, 1, 2), datetime(2026, 1, 2), -85.87, Decimal(7), 1, None),
            ]
        )
        self.assertEqual(self.end, 5)
        rows = self.rows_of(content)
        self.assertEqual(rows[2], ['车架号', '到期日', '报案时间', '保费', '次数', '费率', '备注'])
        self.assertEqual(rows[3], ['V1', datetime(2026, 12, 5), datetime(2026, 12, 5, 14, 30), 3120.55, 3, 0.2, 'a\nb'])
        self.assertEqual(rows[4], [None, None, None, 0, 0, 0])
        self.assertEqual(rows[5], ['12', datetime(2026, 1, 2), datetime(2026, 1, 2), -85.87, 7, 1])
        sheet = self.load(content)
        self.assertEqual(sheet['D3'].number_format, '#,##0.00')
        self.assertEqual(sheet['B3'].number_format, 'yyyy-mm-dd')
        self.assertEqual(sheet['A3'].number_format, '@')

    def test_text_stays_text(self):
        texts = ['=1+1', '+86 1', '-2台', 'http://example.com', '007', 'mailto:a@example.com', '{=1}', 'a\x00\ud800b']
        content = self.write([[text] for text in texts], [Column('备注')])
        sheet = self.load(content)
        for row, text in enumerate(texts, 3):
            self.assertEqual(sheet.cell(row, 1).data_type, 's', text)
            self.assertEqual(sheet.cell(row, 1).value, text.replace('\x00\ud800', ''))
            self.assertIsNone(sheet.cell(row, 1).hyperlink)
        self.assertNotIn(b'<f>', self.read_part(content, SHEET_XML))
        long = self.load(self.write([['长' * 40000]], [Column('备注')]))
        self.assertEqual(len(long['A3'].value), 32767)

    def test_wrong_kinds(self):
        for kind, value in (('money', '12'), ('int', 'x'), ('date', '2026-12-05'), ('datetime', 46361)):
            with self.assertRaises(TypeError):
                self.write([[value]], [Column('x', kind)])
        with self.assertRaises(ValueError):
            self.write([['a', 'b']], [Column('x')])

    def test_print_setup(self):
        content = self.write([['V1', None, None, None, None, None, None]])
        sheet = self.load(content)
        self.assertEqual((sheet.page_setup.orientation, sheet.page_setup.paperSize), ('landscape', 9))
        self.assertEqual((sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight), (None, 0))
        self.assertTrue(sheet.sheet_properties.pageSetUpPr.fitToPage)
        self.assertEqual(sheet.print_title_rows, '$2:$2')
        self.assertEqual(sheet.freeze_panes, 'A3')
        self.assertEqual(sheet.auto_filter.ref, 'A2:G3')

    def test_widths(self):
        content = self.write(
            [
                ['中国人民财产保险股份有限公司', None, None, Decimal('12345678.90'), 1, None, '长' * 300],
                ['短', None, None, None, None, None, None],
            ]
        )
        root = etree.fromstring(self.read_part(content, SHEET_XML))
        widths = {int(col.get('min')): float(col.get('width')) for col in root.iter('{*}col')}
        self.assertGreaterEqual(widths[1], 28, "a Chinese character is as wide as two Latin ones")
        self.assertGreaterEqual(widths[2], 11)
        self.assertGreaterEqual(widths[4], 13)
        self.assertLess(widths[5], 10)
        self.assertAlmostEqual(widths[7], 40, delta=1)
        wide = etree.fromstring(self.read_part(self.write([['长' * 300]], [Column('备注')]), SHEET_XML))
        self.assertLess(max(float(col.get('width')) for col in wide.iter('{*}col')), 60)

    def test_empty_table(self):
        content = self.write([])
        self.assertEqual(self.end, 2)
        self.assertEqual(list(self.rows_of(content)), [1, 2])

    def test_sheet_titles(self):
        self.assertEqual(sheet_title("人保/平安: [2026]?*\\'"), '人保 平安   2026')
        self.assertEqual(sheet_title(''), 'Sheet')
        self.assertEqual(sheet_title('x' * 40), 'x' * 31)
        self.assertEqual(sheet_title('人保', ['人保']), '人保 (2)')
        self.assertEqual(sheet_title('A' * 40, ['a' * 31]), 'A' * 27 + ' (2)')
        self.assertEqual(sheet_title('History'), 'History (2)')
        buffer = io.BytesIO()
        workbook, _formats = new_workbook(buffer)
        with workbook:
            names = [add_sheet(workbook, '人保').get_name() for _round in range(3)]
        self.assertEqual(names, ['人保', '人保 (2)', '人保 (3)'])
