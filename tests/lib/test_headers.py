import openpyxl

from odoo.tests import tagged

from ...lib.headers import choose_sheet, find_header, is_footer_row, is_total_row
from ...lib.workbook import Merge, open_workbook
from .common import LibCase

SYNONYMS = {
    'vin': ['车架号', 'VIN', '车辆识别代号'],
    'plate': ['车牌号', '号牌号码'],
    'owner': ['车主'],
    'phone': ['联系电话', '电话'],
    'compulsory_no': ['交强险保单号'],
    'compulsory_expiry': ['交强险到期日'],
    'commercial_no': ['商业险保单号'],
    'commercial_expiry': ['商业险到期日'],
    'premium': ['保费(含税)', '保费', '含税保费'],
    'net_premium': ['保费(不含税)', '不含税保费'],
    'insurer': ['保险公司'],
    'remark': ['备注'],
}


@tagged('post_install', '-at_install')
class TestLibHeaders(LibCase):
    def find(self, *rows, merges=(), synonyms=SYNONYMS):
        return find_header(list(enumerate(rows, 1)), synonyms, merges=merges)

    def check_headings(self, table, synonyms=SYNONYMS):
        """Check headings one by one beside two that are certain."""
        for heading, field in table:
            with self.subTest(heading=heading):
                header = self.find(['车牌号', '备注', heading], synonyms=synonyms)
                self.assertEqual(header.columns.get(2), field)

    # === One heading === #

    def test_writings_of_a_heading(self):
        self.check_headings(
            [
                ('车架号', 'vin'),
                (' 车 架 号 ', 'vin'),
                ('车架号*', 'vin'),
                ('*车架号:', 'vin'),
                ('车架号：', 'vin'),
                ('车架\n号', 'vin'),
                ('vin', 'vin'),
                ('ＶＩＮ', 'vin'),
                ('车架号(VIN)', 'vin'),
                ('车架号（必填）', 'vin'),
                ('VIN(车架号)', 'vin'),
                ('Frame no.【车架号】', 'vin'),
                ('车架号/VIN', 'vin'),
                ('底盘号/车架号', 'vin'),
                ('(商业险)到期日', 'commercial_expiry'),
                ('到期日(商业险)', 'commercial_expiry'),
                ('到期日\n【交强险】', 'compulsory_expiry'),
                ('保费(元)', 'premium'),
                ('保费（含税）', 'premium'),
                ('保费(不含税)', 'net_premium'),
            ]
        )

    def test_headings_that_end_in_a_synonym(self):
        self.check_headings(
            [
                ('车架号码', 'vin'),
                ('车架号码(17位)', 'vin'),
                ('上年保险公司', 'insurer'),
                ('车主姓名', 'owner'),
                ('车主电话', 'phone'),
                ('本店交强险到期日期', 'compulsory_expiry'),
            ]
        )
        header = self.find(['车架号码', '车牌号'])
        self.assertEqual(header.guessed, {0})

    def test_headings_that_mean_something_else(self):
        self.check_headings(
            [
                ('非车险保费', None),
                ('未含税保费', None),
                ('保险公司意见', None),
                ('车主关系', None),
                ('车架', None),
                ('微信昵称', None),
                ('序号', None),
            ]
        )
        without_net = {name: headings for name, headings in SYNONYMS.items() if name != 'net_premium'}
        self.check_headings([('保费(不含税)', None), ('不含税保费', None)], without_net)

    def test_surer_match_wins(self):
        header = self.find(['上年保险公司', '保险公司', '车主电话', '联系电话', '车架号码', 'VIN'])
        self.assertEqual(header.columns, {1: 'insurer', 3: 'phone', 5: 'vin'})
        self.assertEqual(header.unmatched, {0: '上年保险公司', 2: '车主电话', 4: '车架号码'})
        self.assertFalse(header.guessed)
        self.assertFalse(header.ambiguous)
        header = self.find(['保费(不含税)', '保费(含税)', '车架号'])
        self.assertEqual(header.columns, {0: 'net_premium', 1: 'premium', 2: 'vin'})

    def test_ambiguous_headings(self):
        header = self.find(['车架号', '备注', '备 注', '备注:'])
        self.assertEqual(header.columns, {0: 'vin', 1: 'remark'})
        self.assertEqual(header.ambiguous, {'remark': [1, 2, 3]})

    def test_each_field_once(self):
        header = self.find(['车架号', 'VIN', '车牌号', '号牌号码'])
        self.assertEqual(sorted(header.columns.values()), ['plate', 'vin'])

    # === The row === #

    def test_title_rows_above(self):
        header = self.find(
            ['2026年12月到期客户续保基盘'],
            ['车架号必填, 17位; 车牌号没有的填新车'],
            ['单位: 元', None, None, '打印时间: 2026-11-05'],
            ['车架号', '车牌号', '联系电话'],
            ['LGBH52E00RY000001', '粤A12345', 13800001234],
        )
        self.assertEqual((header.row, header.columns), (4, {0: 'vin', 1: 'plate', 2: 'phone'}))
        self.assertEqual(header.headings, {0: '车架号', 1: '车牌号', 2: '联系电话'})

    def test_no_heading_row(self):
        self.assertIsNone(self.find(['车架号'], ['a', 'b', 'c']))
        self.assertIsNone(self.find())
        rows = [(number, ['x']) for number in range(1, 31)] + [(31, ['车架号', '车牌号'])]
        self.assertIsNone(find_header(rows, SYNONYMS))
        self.assertEqual(find_header(rows, SYNONYMS, max_scan=31).row, 31)
        self.assertEqual(find_header([(1, ['车架号'])], {'vin': ['车架号']}).row, 1)

    def test_scan_takes_no_more_rows_than_asked(self):
        rows = iter([(number, ['x']) for number in range(1, 100)])
        find_header(rows, SYNONYMS, max_scan=5)
        self.assertEqual(next(rows)[0], 6)

    def test_data_that_repeats_a_heading(self):
        """A row of texts below the headings does not pass for their second row."""
        data = ['LGBH52E00RY000001', None, '车主'], [None, '粤A12345', '李娜']
        header = self.find(['车架号', '车牌号', '车主'], *data)
        self.assertEqual((header.row, len(header.columns)), (1, 3))

    # === Two-row headings === #

    def test_group_headings(self):
        rows = (
            ['续保基盘'],
            ['车架号', '车牌号', '交强险', None, '商业险', None, '备注'],
            [None, None, '保单号', '到期日', '保单号', '到期日'],
            ['LGBH52E00RY000001', '粤A12345', 'PDZA1234567890', None, 'PDAA1234567890'],
        )
        merges = [Merge(1, 0, 1, 6), Merge(2, 0, 3, 0), Merge(2, 1, 3, 1), Merge(2, 2, 2, 3), Merge(2, 4, 2, 5)]
        columns = {
            0: 'vin',
            1: 'plate',
            2: 'compulsory_no',
            3: 'compulsory_expiry',
            4: 'commercial_no',
            5: 'commercial_expiry',
            6: 'remark',
        }
        for known in (merges, ()):
            header = self.find(*rows, merges=known)
            self.assertEqual((header.row, header.columns), (3, columns))
            self.assertEqual(header.headings[3], '交强险 到期日')
            self.assertEqual(header.headings[0], '车架号')

    def test_group_headings_in_other_words(self):
        header = self.find(
            ['车架号', '交强险信息', None, '商业险部分', None],
            [None, '保单号码', '到期日(年月日)', '保单号', '到期日'],
        )
        self.assertEqual(
            header.columns,
            {0: 'vin', 1: 'compulsory_no', 2: 'compulsory_expiry', 3: 'commercial_no', 4: 'commercial_expiry'},
        )

    def test_title_is_no_group_heading(self):
        header = self.find(['交强险', None, None], ['车架号', '车牌号', '备注'], merges=[Merge(1, 0, 1, 2)])
        self.assertEqual((header.row, header.columns), (2, {0: 'vin', 1: 'plate', 2: 'remark'}))
        self.assertEqual(header.headings[0], '车架号')

    def test_group_headings_of_a_workbook(self):
        def merge(book):
            for area in ('A1:D1', 'A2:A3', 'B2:C2', 'D2:D3', 'A4:A5'):
                book.active.merge_cells(area)

        content = self.make_workbook(
            {
                'Sheet': [
                    ['台帐'],
                    ['车主', '商业险', None, '车架号'],
                    [None, '保单号', '到期日', None],
                    ['李娜', 'P1', '2026-12-05', 'V1'],
                    [None, 'P2', '2026-12-06', 'V2'],
                ]
            },
            merge,
        )
        choice = choose_sheet(open_workbook(content), SYNONYMS)
        self.assertEqual(choice.header.row, 3)
        records = [choice.header.record(values) for number, values in choice.sheet.rows() if number > 3]
        self.assertEqual([record['owner'] for record in records], ['李娜', '李娜'])
        self.assertEqual([record['commercial_no'] for record in records], ['P1', 'P2'])

    # === What a header does === #

    def test_record(self):
        header = self.find(['车架号', '序号', '车牌号', '备注'])
        self.assertEqual(header.record(['V', 1, 'P']), {'vin': 'V', 'plate': 'P', 'remark': None})
        self.assertEqual(header.missing(['vin', 'owner']), ['owner'])
        self.assertEqual(header.missing([('owner', 'plate'), ('phone', 'owner')]), [('phone', 'owner')])

    def test_repeated_heading(self):
        header = self.find(['车架号', '车牌号', '备注'])
        self.assertTrue(header.is_repeated_in(['车架号', '车牌号:', None]))
        self.assertFalse(header.is_repeated_in(['LGBH52E00RY000001', '粤A12345', '备注']))
        self.assertFalse(header.is_repeated_in([None]))

    # === Sheets === #

    def test_choose_sheet(self):
        rows = [['车架号', '车牌号', '备注'], ['LGBH52E00RY000001', '粤A12345']]

        def hide(book):
            book['旧'].sheet_state = 'hidden'

        book = open_workbook(
            self.make_workbook(
                {
                    '填写说明': [['续保基盘填写说明'], ['1. 车架号必填, 17位']],
                    '旧': [[*rows[0], '车主'], rows[1]],
                    '模板': rows[:1],
                    '人保': rows,
                    '平安': [['2026年'], *rows],
                    '联系人': [['车主', '联系电话'], ['李娜', 1]],
                },
                hide,
            )
        )
        choice = choose_sheet(book, SYNONYMS, ['vin'])
        self.assertEqual((choice.sheet.name, choice.header.row, choice.missing), ('人保', 1, []))
        self.assertEqual([(sheet.name, header.row) for sheet, header in choice.same_shape], [('平安', 2), ('旧', 1)])
        choice = choose_sheet(book, SYNONYMS, ['vin', 'phone'])
        self.assertEqual((choice.sheet.name, choice.missing), ('人保', ['phone']))
        self.assertFalse(choice.same_shape)
        choice = choose_sheet(book, SYNONYMS, ['vin', 'owner'])
        self.assertEqual(choice.sheet.name, '旧', "a hidden sheet is better than none")

    def test_no_sheet(self):
        self.assertIsNone(choose_sheet(open_workbook(self.make_workbook({'Sheet': [['a', 'b']]})), SYNONYMS, ['vin']))

    def test_other_column_order_and_offset(self):
        def prepare(book):
            sheet = book.create_sheet('x')
            for column, heading in ((5, '车 牌 号'), (3, 'VIN'), (30, '备注')):
                sheet.cell(10, column, heading)
                sheet.cell(12, column, heading * 2)
            sheet.cell(1, 1).fill = openpyxl.styles.PatternFill('solid', fgColor='FF0000')

        choice = choose_sheet(open_workbook(self.make_workbook({}, prepare)), SYNONYMS, ['vin'])
        self.assertEqual((choice.header.row, choice.header.columns), (10, {2: 'vin', 4: 'plate', 29: 'remark'}))

    # === Rows that are no data === #

    def test_total_rows(self):
        for text in (
            '合计',
            '合  计',
            '总计:',
            '小计',
            '本页小计：',
            '人保合计',
            '合计(元)',
            '合计金额',
            '总计121笔',
            '本月累计',
            'Total',
            'Grand total:',
            '共 393 笔',
            '共计12条记录',
        ):
            self.assertTrue(is_total_row([text, None, 950.0]), text)
            self.assertTrue(is_total_row([None, None, text, 950.0]), text)
        for values in (
            [1, '合计', 3],
            ['李合计经营部'],
            ['LGBH52E00RY000001', '合计'],
            ['全部合计见下一张工作表的说明'],
            ['粤A12345', 950],
            [None],
            [],
        ):
            self.assertFalse(is_total_row(values), values)

    def test_footer_rows(self):
        for values in (
            ['制表人:            复核人:            (盖章有效)'],
            ['制表人：', '张三', None, '复核人：', '李四'],
            ['审核:'],
            [None, '打印时间: 2026-11-05 10:12:33'],
            ['单位负责人签字:'],
            ['注: 本表一式两份'],
            ['备注：以上数据仅供参考'],
            ['以下空白'],
            ['(盖章有效)'],
        ):
            self.assertTrue(is_footer_row(values), values)
        for values in (
            ['LGBH52E00RY000001', '制表人:'],
            [1, '注: x'],
            ['注: x', '粤A12345'],
            ['经办人', '张三'],
            ['李娜'],
            [],
        ):
            self.assertFalse(is_footer_row(values), values)
