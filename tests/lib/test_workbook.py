import io
import time
import zipfile
from datetime import datetime

import openpyxl
import xlsxwriter

from odoo.tests import tagged

from ...lib import workbook
from ...lib.cells import FORMULA_WITHOUT_VALUE, CellError
from ...lib.values import EPOCH_1904, parse_date
from .common import MAIN_NAMESPACE, SHEET_XML, LibCase


@tagged('post_install', '-at_install')
class TestLibWorkbook(LibCase):
    def test_rows(self):
        """Rows carry Excel's numbers; rows without contents, or of blanks only, are no rows."""

        def colour(book):
            book.active['A5'].fill = openpyxl.styles.PatternFill('solid', fgColor='FFFF00')

        content = self.make_workbook(
            {'Sheet': [['标题'], [], ['a', None, 3, None], [' ', '\u3000', '\xa0'], [], [None, True, 2.5]]}, colour
        )
        self.assertEqual(
            self.rows_of(content),
            {1: ['标题'], 3: ['a', None, 3], 6: [None, True, 2.5]},
        )
        book = workbook.open_workbook(content)
        self.assertFalse(book.has_macros)
        self.assertIsNone(book.sheets[0].truncated_at)
        row = next(iter(book.sheets[0].rows()))
        self.assertEqual((row.number, row.values, row.formula_without_value), (1, ['标题'], []))
        self.assertEqual(len(list(book.sheets[0].rows())), 3, "a sheet can be read again")
        self.assertRaises(KeyError, book.sheet, 'Other')

    def test_values(self):
        values = [datetime(2026, 12, 5), datetime(2026, 12, 5, 14, 30), ' 留 空 ', 18700004587, '00123', '第一\n二']
        self.assertEqual(self.rows_of(self.make_workbook({'Sheet': [values]})), {1: values})

    def test_line_break_written_as_code(self):
        content = self.with_sheet_xml(
            '<row r="1"><c r="A1" t="inlineStr"><is><t>第一_x000D_\n第二</t></is></c></row>'
        )
        self.assertEqual(self.rows_of(content)[1], ['第一\r\n第二'])

    def test_epoch_1904(self):
        def use_1904(book):
            book.epoch = openpyxl.utils.datetime.MAC_EPOCH

        book = workbook.open_workbook(self.make_workbook({'Sheet': [[44899]]}, use_1904))
        self.assertEqual(book.epoch, EPOCH_1904)
        ((_number, values),) = book.sheets[0].rows()
        self.assertEqual(parse_date(values[0], book.epoch).isoformat(), '2026-12-05')

    def test_wrong_dimension(self):
        """What the file says about its own size is not believed."""
        content = self.make_workbook({'Sheet': [['a', 'b'], ['c', 'd']]})
        for wrong in (b'A1', b'A1:XFD1048576', b'A1:A1'):
            changed = self.rezip(content, {SHEET_XML: lambda xml, ref=wrong: xml.replace(b'"A1:B2"', b'"%s"' % ref)})
            self.assertEqual(self.rows_of(changed), {1: ['a', 'b'], 2: ['c', 'd']}, wrong)

    def test_cells_without_reference(self):
        content = self.with_sheet_xml(
            '<row><c><v>1</v></c><c><f>A1</f></c></row><row><c t="inlineStr"><is><t>x</t></is></c></row>'
        )
        self.assertEqual(self.rows_of(content), {1: [1, FORMULA_WITHOUT_VALUE], 2: ['x']})

    def test_error_cells(self):
        content = self.with_sheet_xml(
            '<row r="1"><c r="A1" t="e"><v>#N/A</v></c><c r="B1" t="str"><f>X1</f><v>#REF!</v></c>'
            '<c r="C1" t="inlineStr"><is><t>#1 楼</t></is></c></row>'
        )
        values = self.rows_of(content)[1]
        self.assertEqual(values, [CellError('#N/A'), CellError('#REF!'), '#1 楼'])
        self.assertNotIsInstance(values[0], str)

    # === Formulas === #

    def test_formula_values(self):
        """Formulas give their last value; one that was never calculated is told by its cell."""
        content = self.with_sheet_xml(
            '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>""</f><v></v></c>'
            '<c r="C1" t="str"><f>"x"</f><v>x</v></c></row>'
            '<row r="3"><c r="A3"><v>7</v></c><c r="C3"><f>A3*2</f></c><c r="D3"><f>A3*3</f><v/></c></row>'
            '<row r="4"><c r="B4"><f t="shared" si="0"/><v></v></c></row>'
        )
        sheet = workbook.open_workbook(content).sheets[0]
        rows = list(sheet.rows())
        missing = FORMULA_WITHOUT_VALUE
        self.assertEqual(
            [(row.number, row.values) for row in rows],
            [(1, [2, None, 'x']), (3, [7, None, missing, missing]), (4, [None, missing])],
        )
        self.assertEqual([row.formula_without_value for row in rows], [[], [2, 3], [1]])

    def test_formulas_as_openpyxl_writes_them(self):
        content = self.make_workbook({'Sheet': [['a', 'b'], [1, '=A2+1'], [2, 3]]})
        self.assertEqual(self.rows_of(content)[2], [1, FORMULA_WITHOUT_VALUE])
        self.assertEqual(self.rows_of(content)[3], [2, 3])

    def test_formulas_as_xlsxwriter_writes_them(self):
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(buffer, {'in_memory': True}) as book:
            sheet = book.add_worksheet()
            sheet.write_formula('A1', '=1+1', None, 2)
            sheet.write_string('B1', '=1+1')
        self.assertEqual(self.rows_of(buffer.getvalue()), {1: [2, '=1+1']})

    # === Merged areas === #

    def test_merged_downwards(self):
        """A text or date merged over rows belongs to each; an amount counts once."""

        def merge(book):
            for area in ('A2:A4', 'B2:B4', 'C2:C3', 'D2:E2', 'A6:B7'):
                book.active.merge_cells(area)

        day = datetime(2026, 12, 5)
        content = self.make_workbook(
            {
                'Sheet': [
                    ['车主', '金额', '日期', '车牌', '备注'],
                    ['李娜', 950, day, '甲', None],
                    [None, None, None, '乙'],
                    [None, None, day, '丙'],
                    ['王五', 1, None, '丁'],
                    ['合并', None, None, '戊'],
                    [None, None, None, '己'],
                ]
            },
            merge,
        )
        book = workbook.open_workbook(content)
        self.assertEqual(
            dict(book.sheets[0].rows()),
            {
                1: ['车主', '金额', '日期', '车牌', '备注'],
                2: ['李娜', 950, day, '甲'],
                3: ['李娜', None, day, '乙'],
                4: ['李娜', None, day, '丙'],
                5: ['王五', 1, None, '丁'],
                6: ['合并', None, None, '戊'],
                7: [None, None, None, '己'],
            },
        )
        self.assertIn(workbook.Merge(2, 0, 4, 0), book.sheets[0].merges)
        self.assertEqual(len(book.sheets[0].merges), 5)

    def test_merged_downwards_over_a_blank_row(self):
        """A row that has nothing of its own is blank, though the merged area reaches over it."""
        content = self.make_workbook(
            {'Sheet': [['a', 'x'], ['甲', 1], [None, None], [None, 3], [None, 4]]},
            lambda book: book.active.merge_cells('A2:A4'),
        )
        self.assertEqual(self.rows_of(content), {1: ['a', 'x'], 2: ['甲', 1], 4: ['甲', 3], 5: [None, 4]})

    # === Sheets === #

    def test_hidden_sheets_come_last(self):
        def hide(book):
            book['密'].sheet_state = 'hidden'
            book['藏'].sheet_state = 'veryHidden'

        content = self.make_workbook({'密': [['a']], '一': [['b']], '藏': [['c']], '二': []}, hide)
        book = workbook.open_workbook(content)
        self.assertEqual([sheet.name for sheet in book.sheets], ['一', '二', '密', '藏'])
        self.assertEqual([sheet.hidden for sheet in book.sheets], [False, False, True, True])
        self.assertEqual(dict(book.sheet('藏').rows()), {1: ['c']})
        self.assertFalse(book.sheet('二').is_filled())

    def test_chart_sheets_are_no_sheets(self):
        def add_chart(book):
            book.create_chartsheet('图').add_chart(openpyxl.chart.BarChart())

        book = workbook.open_workbook(self.make_workbook({'Sheet': [['a']]}, add_chart))
        self.assertEqual([sheet.name for sheet in book.sheets], ['Sheet'])

    def test_macros_are_told(self):
        content = self.rezip(self.make_workbook({'Sheet': [['a']]}), added={'xl/vbaProject.bin': b'VBA'})
        self.assertTrue(workbook.open_workbook(content).has_macros)

    # === Size === #

    def test_long_gap(self):
        """1,999 blank rows are a gap, 2,000 the end."""
        for blank, numbers, truncated_at in ((1999, [1, 2001], None), (2000, [1], 2001)):
            content = self.with_sheet_xml(
                f'<row r="1"><c r="A1"><v>1</v></c></row><row r="{blank + 2}"><c><v>2</v></c></row>'
            )
            sheet = workbook.open_workbook(content).sheets[0]
            self.assertEqual([number for number, _values in sheet.rows()], numbers)
            self.assertEqual(sheet.truncated_at, truncated_at)

    def test_a_million_coloured_rows(self):
        """Rows styled down to the last one Excel has cost next to nothing."""
        content = self.make_workbook({'Sheet': [['车架号'], ['LGBH52E00RY000001']]})
        buffer, source = io.BytesIO(), zipfile.ZipFile(io.BytesIO(content))
        with source, zipfile.ZipFile(buffer, 'w', zipfile.ZIP_DEFLATED) as target:
            for entry in source.infolist():
                if entry.filename != SHEET_XML:
                    target.writestr(entry.filename, source.read(entry))
            with target.open(SHEET_XML, 'w') as sheet:
                sheet.write(
                    f'<worksheet xmlns="{MAIN_NAMESPACE}"><dimension ref="A1:B1048576"/><sheetData>'
                    '<row r="1"><c r="A1" t="inlineStr"><is><t>车架号</t></is></c></row>'
                    '<row r="2"><c r="A2" t="inlineStr"><is><t>LGBH52E00RY000001</t></is></c></row>'.encode()
                )
                for start in range(3, 1048577, 10000):
                    sheet.write(
                        b''.join(
                            b'<row r="%d" s="0" customFormat="1"><c r="A%d" s="0"/><c r="B%d" s="0"/></row>'
                            % (row, row, row)
                            for row in range(start, min(start + 10000, 1048577))
                        )
                    )
                sheet.write(b'</sheetData></worksheet>')
        started = time.monotonic()
        sheet = workbook.open_workbook(buffer.getvalue()).sheets[0]
        self.assertEqual(dict(sheet.rows()), {1: ['车架号'], 2: ['LGBH52E00RY000001']})
        self.assertEqual(sheet.truncated_at, 2002)
        self.assertLess(time.monotonic() - started, 20, "seconds; two or three on a quiet machine")
