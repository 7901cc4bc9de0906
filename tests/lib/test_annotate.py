import io
import os
import tempfile
import zipfile
from datetime import datetime

import openpyxl
import xlsxwriter
from lxml import etree
from openpyxl.formatting.rule import CellIsRule
from openpyxl.worksheet.datavalidation import DataValidation

from odoo.tests import tagged

from ...lib.sheet_edit import MAX_TEXT
from ...lib.workbook import WorkbookError, open_workbook
from ...lib.xlsx_out import Notes, annotate, annotate_sheets
from .common import SHEET_XML, LibCase

HEADING = '退回原因'
TRICKY = ('=1+1', '+86 1', '@x', '<b>&"\'', '第一\n第二', '👍 _x0041_', ' 留空 ', '=HYPERLINK("http://example.com")')


@tagged('post_install', '-at_install')
class TestLibAnnotate(LibCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.content = cls.make_workbook(
            {
                '数据': [
                    ['续保基盘'],
                    ['车架号', '备注', '金额'],
                    ['V1', 'x', 1],
                    ['V2', None, 2],
                    ['V3', 'z', '=C3+C4'],
                ],
                '说明': [['填写说明'], ['=1']],
            },
            cls.decorate,
        )

    @staticmethod
    def decorate(book):
        sheet = book['数据']
        sheet.merge_cells('A1:C1')
        sheet['A2'].font = openpyxl.styles.Font(bold=True, color='FF0000')
        sheet['B3'].number_format = '@'
        for row, text in enumerate(TRICKY, 6):
            sheet.cell(row, 1, f'T{row}')
            cell = sheet.cell(row, 2)
            cell.value = text
            cell.data_type = 's'
        sheet.cell(6, 3, datetime(2026, 12, 5))
        sheet.column_dimensions['B'].width = 33
        sheet.auto_filter.ref = 'A2:C13'
        sheet.freeze_panes = 'A3'
        red = openpyxl.styles.Font(color='FF0000')
        sheet.conditional_formatting.add('C3:C9', CellIsRule(operator='lessThan', formula=['0'], font=red))
        sheet.add_data_validation(DataValidation('list', formula1='"a,b"', sqref='B3'))
        sheet['A3'].comment = openpyxl.comments.Comment('bitte', 'x')
        book['说明'].sheet_state = 'hidden'

    def load(self, content, sheet_name='数据'):
        return openpyxl.load_workbook(io.BytesIO(content))[sheet_name]

    def test_column_of_reasons(self):
        result = annotate(self.content, '数据', 2, {3: '车架号重复', 5: '日期不存在'}, HEADING, warned={4: '电话可疑'})
        sheet = self.load(result)
        texts = [sheet.cell(row, 4).value for row in range(1, 7)]
        self.assertEqual(texts, [None, HEADING, '车架号重复', '电话可疑', '日期不存在', None])
        self.assertEqual(sheet['D2'].fill.fgColor.rgb, 'FFBFBFBF')
        self.assertTrue(sheet['D2'].font.bold)
        colours = [sheet.cell(row, 4).fill.fgColor.rgb for row in (3, 4, 5)]
        self.assertEqual(colours, ['FFFFC7CE', 'FFFFEB9C', 'FFFFC7CE'])
        self.assertFalse(sheet['D3'].font.bold)
        self.assertGreaterEqual(sheet.column_dimensions['D'].width, 40)
        self.assertEqual(sheet.dimensions, 'A1:D13')
        self.assertEqual(self.rows_of(result, '数据')[3], ['V1', 'x', 1, '车架号重复'])

    def test_everything_else_stays(self):
        result = annotate(self.content, '数据', 2, {3: 'x'}, HEADING)
        before, after = self.load(self.content), self.load(result)
        for row in before.iter_rows(max_col=3):
            for cell in row:
                other = after[cell.coordinate]
                self.assertEqual((cell.value, cell.data_type), (other.value, other.data_type), cell.coordinate)
                for aspect in ('number_format', 'font', 'fill', 'border', 'alignment'):
                    self.assertEqual(repr(getattr(cell, aspect)), repr(getattr(other, aspect)), cell.coordinate)
        self.assertEqual(after['C5'].value, '=C3+C4')
        self.assertEqual(after['C5'].data_type, 'f')
        self.assertEqual(after.column_dimensions['B'].width, 33)
        self.assertEqual(after.auto_filter.ref, 'A2:C13')
        self.assertEqual(after.freeze_panes, 'A3')
        self.assertEqual([str(area) for area in after.merged_cells.ranges], ['A1:C1'])
        self.assertEqual(len(after.conditional_formatting), 1)
        self.assertEqual(after.data_validations.count, 1)
        self.assertEqual(after['A3'].comment.text, 'bitte')
        self.assertEqual(self.load(result, '说明').sheet_state, 'hidden')
        with zipfile.ZipFile(io.BytesIO(self.content)) as old, zipfile.ZipFile(io.BytesIO(result)) as new:
            self.assertEqual(old.namelist(), new.namelist())
            same = [name for name in old.namelist() if old.read(name) == new.read(name)]
        changed = set(old.namelist()) - set(same)
        self.assertLessEqual(changed, {SHEET_XML, 'xl/styles.xml', '[Content_Types].xml'})

    def test_text_stays_text(self):
        """What looks like a formula is none, neither in the original nor among the reasons."""
        reasons = dict(enumerate(TRICKY, 6))
        result = annotate(self.content, '数据', 2, reasons, HEADING)
        sheet = self.load(result)
        for row, text in reasons.items():
            self.assertEqual((sheet.cell(row, 2).value, sheet.cell(row, 2).data_type), (text, 's'))
            self.assertEqual(sheet.cell(row, 4).data_type, 's')
            self.assertEqual(sheet.cell(row, 4).number_format, '@')
        rows = self.rows_of(result, '数据')
        for row, text in reasons.items():
            self.assertEqual(rows[row][3], text)
        self.assertEqual(self.read_part(result, SHEET_XML).count(b'<f>'), 1)

    def test_illegal_characters_and_length(self):
        result = annotate(self.content, '数据', 2, {3: 'a\x00\x0b\ud800b\r\nc', 4: '长' * 40000}, HEADING)
        rows = self.rows_of(result, '数据')
        self.assertEqual(rows[3][3], 'ab\nc')
        self.assertEqual(len(rows[4][3]), MAX_TEXT)

    def test_back_and_forth(self):
        """A workbook that comes back with its reasons has its column used again, and no stale reason is left."""
        first = annotate(self.content, '数据', 2, {3: 'a', 5: 'b'}, HEADING)
        second = annotate(first, '数据', 2, {4: 'c'}, HEADING)
        rows = self.rows_of(second, '数据')
        self.assertEqual(rows[2], ['车架号', '备注', '金额', HEADING])
        self.assertEqual([row[3:] for row in (rows[3], rows[4], rows[5])], [[], ['c'], []])
        self.assertEqual(self.load(second).max_column, 4)

    def test_several_sheets_in_one_go(self):
        content = self.make_workbook({name: [['车架号', '备注'], ['V', None]] for name in ('人保', '平安', '太保')})
        result = annotate_sheets(content, {'人保': Notes(1, {2: 'a'}), '太保': Notes(1, {}, {2: 'b'})}, HEADING)
        self.assertEqual(self.rows_of(result, '人保')[2], ['V', None, 'a'])
        self.assertEqual(self.rows_of(result, '平安')[2], ['V'])
        self.assertEqual(self.rows_of(result, '太保')[2], ['V', None, 'b'])

    def test_targets(self):
        expected = self.rows_of(annotate(self.content, '数据', 2, {3: 'x'}, HEADING), '数据')
        buffer = io.BytesIO()
        self.assertIsNone(annotate(self.content, '数据', 2, {3: 'x'}, HEADING, buffer))
        self.assertEqual(self.rows_of(buffer.getvalue(), '数据'), expected)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, 'x.xlsx')
            annotate(self.content, '数据', 2, {3: 'x'}, HEADING, path)
            with open(path, 'rb') as file:
                self.assertEqual(self.rows_of(file.read(), '数据'), expected)

    def test_refused(self):
        self.assertRaises(KeyError, annotate, self.content, '没有', 2, {3: 'x'}, HEADING)
        self.assertRaises(ValueError, annotate, self.content, '数据', 2, {300: 'x'}, HEADING)
        self.assertRaises(ValueError, annotate, self.content, '数据', 99, {3: 'x'}, HEADING)
        self.assertRefused(WorkbookError, 'csv_text', annotate, b'a,b', '数据', 2, {3: 'x'}, HEADING)
        full = self.with_sheet_xml('<row r="1"><c r="XFD1"><v>1</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>')
        self.assertRaises(ValueError, annotate, full, 'Sheet', 1, {2: 'x'}, HEADING)

    # === Raw sheets === #

    def test_styled_cells_in_the_way(self):
        """A coloured empty cell where the reason goes gives way; those beyond keep their order."""
        content = self.with_sheet_xml(
            '<row r="1" spans="1:2"><c r="A1"><v>1</v></c><c r="B1" s="0"/><c r="C1" s="0"/></row>'
            '<row r="2" ht="20" spans="1:3"><c r="A2"><v>2</v></c><c r="C2" s="0"></c></row>'
            '<row r="3"><c r="A3"><v>3</v></c><c r="B3" s="0"></c></row>'
        )
        result = annotate(content, 'Sheet', 1, {2: 'x', 3: 'y'}, HEADING)
        root = etree.fromstring(self.read_part(result, SHEET_XML))
        cells = [[cell.get('r') for cell in row] for row in root.iter('{*}row')]
        self.assertEqual(cells, [['A1', 'B1', 'C1'], ['A2', 'B2', 'C2'], ['A3', 'B3']])
        rows = list(root.iter('{*}row'))
        self.assertEqual([row.get('spans') for row in rows], [None, None, None])
        self.assertEqual(rows[1].get('ht'), '20')
        self.assertEqual(self.rows_of(result), {1: [1, HEADING], 2: [2, 'x'], 3: [3, 'y']})

    def test_prefixed_elements(self):
        """Some programs write every element with a prefix."""
        xml = (
            '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>'
            '<x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c></x:row><x:row r="2"><x:c r="A2"><x:v>2</x:v></x:c></x:row>'
            '</x:sheetData></x:worksheet>'
        )
        content = self.rezip(self.make_workbook({'Sheet': [[1]]}), {SHEET_XML: lambda _data: xml.encode()})
        self.assertEqual(self.rows_of(annotate(content, 'Sheet', 1, {2: 'x'}, HEADING)), {1: [1, HEADING], 2: [2, 'x']})

    def test_column_widths_are_split(self):
        """One width given to a range of columns is kept for the others of the range."""

        def widths(book):
            dimension = book.active.column_dimensions['A']
            dimension.min, dimension.max, dimension.width = 1, 20, 7

        content = self.make_workbook({'Sheet': [['a', 'b'], [1, 2]]}, widths)
        root = etree.fromstring(self.read_part(annotate(content, 'Sheet', 1, {2: 'x'}, HEADING), SHEET_XML))
        found = [(col.get('min'), col.get('max'), col.get('width')) for col in root.iter('{*}col')]
        self.assertEqual([(low, high) for low, high, _width in found], [('1', '2'), ('3', '3'), ('4', '20')])
        self.assertEqual([width for _low, _high, width in found], ['7', '48', '7'])

    def test_merged_areas_are_not_entered(self):
        content = self.make_workbook(
            {'Sheet': [['a', '备注'], [1, 2]]}, lambda book: book.active.merge_cells('B1:D1')
        )
        self.assertEqual(self.rows_of(annotate(content, 'Sheet', 1, {2: 'x'}, HEADING))[2], [1, 2, None, None, 'x'])

    def test_pictures_and_rich_text_stay(self):
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(buffer, {'in_memory': True}) as book:
            sheet = book.add_worksheet('Sheet')
            bold = book.add_format({'bold': True})
            sheet.write_row('A1', ['车架号', '备注'])
            sheet.write('A2', 'V1')
            sheet.write_rich_string('B2', 'a', bold, 'b', 'c')
            chart = book.add_chart({'type': 'column'})
            chart.add_series({'values': '=Sheet!$A$1:$A$2'})
            sheet.insert_chart('F2', chart)
            sheet.insert_textbox('F20', 'text')
        content = buffer.getvalue()
        result = annotate(content, 'Sheet', 1, {2: 'x'}, HEADING)
        for path in ('xl/drawings/drawing1.xml', 'xl/charts/chart1.xml', 'xl/sharedStrings.xml'):
            self.assertEqual(self.read_part(content, path), self.read_part(result, path))
        self.assertEqual(self.rows_of(result)[2], ['V1', 'abc', 'x'])

    # === Macros === #

    def test_macros_are_left_out(self):
        macro_type = 'application/vnd.ms-excel.sheet.macroEnabled.main+xml'
        plain_type = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml'
        content = self.rezip(
            self.content,
            {
                '[Content_Types].xml': lambda xml: xml.replace(plain_type.encode(), macro_type.encode()).replace(
                    b'</Types>',
                    b'<Override PartName="/xl/vbaProject.bin" ContentType="application/vnd.ms-office.vbaProject"/>'
                    b'</Types>',
                ),
                'xl/_rels/workbook.xml.rels': lambda xml: xml.replace(
                    b'</Relationships>',
                    b'<Relationship Id="rIdVba" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject"'
                    b' Target="vbaProject.bin"/></Relationships>',
                ),
            },
            added={'xl/vbaProject.bin': b'VBA'},
        )
        self.assertTrue(open_workbook(content).has_macros)
        result = annotate(content, '数据', 2, {3: 'x'}, HEADING)
        self.assertFalse(open_workbook(result).has_macros)
        types = self.read_part(result, '[Content_Types].xml').decode()
        self.assertIn(plain_type, types)
        for trace in ('macroEnabled', 'vbaProject'):
            self.assertNotIn(trace, types)
        self.assertNotIn(b'vbaProject', self.read_part(result, 'xl/_rels/workbook.xml.rels'))
        self.assertEqual(self.rows_of(result, '数据')[3][3], 'x')
