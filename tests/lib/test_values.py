import random
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from odoo.tests import tagged

from ...lib import values
from ...lib.cells import FORMULA_WITHOUT_VALUE, REASONS, CellError, ImpossibleValue
from .common import LibCase

BLANKS = (None, '', ' ', '\u3000', '\xa0', '-', '--', '—', '——', '/', '//', '\\', 'NULL', 'null', 'N/A', ' \u3000\t')


@tagged('post_install', '-at_install')
class TestLibValues(LibCase):
    def check_table(self, function, table):
        for written, meant in table:
            with self.subTest(function=function.__name__, written=written):
                self.assertEqual(function(written), meant)

    def check_refused(self, function, table):
        for written, code in table:
            with self.subTest(function=function.__name__, written=written):
                error = self.assertRefused(ImpossibleValue, code, function, written)
                self.assertIs(error.value, written)

    def test_blanks_and_errors(self):
        for function in (
            values.parse_date,
            values.parse_datetime,
            values.parse_money,
            values.parse_rate,
            values.parse_limit,
            values.parse_int,
            values.parse_bool,
            values.parse_text,
        ):
            self.check_table(function, [(blank, None) for blank in BLANKS])
            self.check_refused(
                function,
                [(CellError('#N/A'), 'cell_error'), (FORMULA_WITHOUT_VALUE, 'formula_without_value')],
            )

    def test_every_reason_is_a_sentence(self):
        for code in REASONS:
            self.assertNotIn('%(', str(ImpossibleValue(code, '05/12/2026')))
        self.assertIn('write 20% or 0.2', str(ImpossibleValue('rate_range', 20)))

    # === Dates === #

    def test_parse_date(self):
        day = date(2026, 12, 5)
        for written in (
            datetime(2026, 12, 5),
            datetime(2026, 12, 5, 23, 59),
            date(2026, 12, 5),
            46361,
            46361.0,
            46361.75,
            '46361',
            '2026-12-05',
            '2026-12-5',
            '2026/12/5',
            '2026/12/05',
            '2026.12.05',
            '2026.12.5',
            '2026年12月5日',
            '2026年12月05日',
            '2026 年 12 月 5 日',
            '2026年12月5号',
            '2026年12月5',
            '20261205',
            20261205,
            20261205.0,
            '２０２６－１２－０５',
            ' 2026-12-05\u3000',
            '2026-12-05 00:00:00',
            '2026-12-05T14:23:05',
            '2026/12/5 9:05',
            '2026年12月5日14:23',
            '2026.12.05 20:30',
            '20261205142300',
            '2026-12-05 星期六',
            '2026年12月5日(周六)',
        ):
            with self.subTest(written=written):
                self.assertEqual(values.parse_date(written), day)
        self.assertIsNone(values.parse_date('无'))
        self.assertEqual(values.parse_date('2028-02-29'), date(2028, 2, 29))

    def test_parse_date_epochs(self):
        self.assertEqual(values.parse_date(46361, values.EPOCH_1900), date(2026, 12, 5))
        self.assertEqual(values.parse_date(46361 - 1462, values.EPOCH_1904), date(2026, 12, 5))
        self.assertEqual(values.parse_date('44899', values.EPOCH_1904), date(2026, 12, 5))

    def test_impossible_dates(self):
        self.check_refused(
            values.parse_date,
            [
                ('2026-02-30', 'date_impossible'),
                ('2026-13-05', 'date_impossible'),
                ('2026.12.00', 'date_impossible'),
                ('2026年11月31日', 'date_impossible'),
                ('20261131', 'date_impossible'),
                (20261131, 'date_impossible'),
                ('2027-02-29', 'date_impossible'),
                ('0226-12-05', 'date_impossible'),
                ('05/12/2026', 'date_order'),
                ('5-12-2026', 'date_order'),
                ('5.12.26', 'date_order'),
                ('26-12-05', 'date_order'),
                ('26/12/5', 'date_order'),
                ('12/5/2026 10:00', 'date_order'),
                ('2026-12', 'date_unknown'),
                ('2026年12月', 'date_unknown'),
                ('12月5日', 'date_unknown'),
                ('2026-12/05', 'date_unknown'),
                ('2026-12-051', 'date_unknown'),
                ('2026-12-05前', 'date_unknown'),
                ('明天', 'date_unknown'),
                ('2026', 'date_unknown'),
                (2026, 'date_unknown'),
                (202612, 'date_unknown'),
                (0.5, 'date_unknown'),
                (-46361, 'date_unknown'),
                (float('nan'), 'date_unknown'),
                (float('inf'), 'date_unknown'),
                (True, 'date_unknown'),
                (time(14, 23), 'date_unknown'),
                (timedelta(1), 'date_unknown'),
                ('2026-12-05 25:00', 'time_unknown'),
                ('2026-12-05 10:61', 'time_unknown'),
                ('2026-12-05 14:30Z', 'time_unknown'),
                ('2026-12-05 下午', 'time_unknown'),
            ],
        )
        error = self.assertRefused(ImpossibleValue, 'date_order', values.parse_date, '05/12/2026')
        self.assertIn('05/12/2026', str(error))
        self.assertIn('2026-12-05', str(error))

    def test_parse_datetime(self):
        self.check_table(
            values.parse_datetime,
            [
                (datetime(2026, 10, 13, 11, 22, 0, 400), datetime(2026, 10, 13, 11, 22)),
                (datetime(2026, 10, 13, 11, 21, 59, 999_900), datetime(2026, 10, 13, 11, 22)),
                (date(2026, 10, 13), datetime(2026, 10, 13)),
                (46308.47361111, datetime(2026, 10, 13, 11, 22)),
                (46317.88055556, datetime(2026, 10, 22, 21, 8)),
                ('2026-10-01 14:23', datetime(2026, 10, 1, 14, 23)),
                ('2026-10-01T14:23:05.678', datetime(2026, 10, 1, 14, 23, 5)),
                ('2026/10/11 9:59', datetime(2026, 10, 11, 9, 59)),
                ('2026.10.22 20:30', datetime(2026, 10, 22, 20, 30)),
                ('2026年10月5日 15:00', datetime(2026, 10, 5, 15)),
                ('2026年10月5日 15时30分', datetime(2026, 10, 5, 15, 30)),
                ('2026年10月5日15点', datetime(2026, 10, 5, 15)),
                ('2026年10月5日 15：00', datetime(2026, 10, 5, 15)),
                ('2026/10/5 下午 2:30', datetime(2026, 10, 5, 14, 30)),
                ('2026/10/5 上午12:05:09', datetime(2026, 10, 5, 0, 5, 9)),
                ('2026-10-05 2:30 PM', datetime(2026, 10, 5, 14, 30)),
                ('2026-10-05 12:30 pm', datetime(2026, 10, 5, 12, 30)),
                ('2026年10月5日 星期一 14:05', datetime(2026, 10, 5, 14, 5)),
                ('202610051405', datetime(2026, 10, 5, 14, 5)),
                ('20261005 14:05', datetime(2026, 10, 5, 14, 5)),
                ('2026-10-05', datetime(2026, 10, 5)),
            ],
        )
        self.check_refused(values.parse_datetime, [('2026-10-05 下午 14:30', 'time_unknown')])

    def test_random_days_in_every_writing(self):
        source = random.Random(20261205)
        for _round in range(200):
            day = date(1950, 1, 1) + timedelta(source.randrange(70000))
            serial = (day - date(1899, 12, 30)).days
            for written in (
                day.isoformat(),
                f'{day.year}/{day.month}/{day.day}',
                f'{day.year}.{day.month}.{day.day}',
                f'{day.year}年{day.month}月{day.day}日',
                f'{day:%Y%m%d}',
                int(f'{day:%Y%m%d}'),
                serial,
                serial + 0.25,
            ):
                self.assertEqual(values.parse_date(written), day, written)

    # === Numbers === #

    def test_parse_money(self):
        self.check_table(
            values.parse_money,
            [
                (3120.55, Decimal('3120.55')),
                (624.0599999999999, Decimal('624.06')),
                (0.1 + 0.2, Decimal('0.30')),
                (950, Decimal('950.00')),
                (0, Decimal('0.00')),
                (Decimal('1.005'), Decimal('1.01')),
                ('3120.55', Decimal('3120.55')),
                ('3,120.55', Decimal('3120.55')),
                ('1,234,567.8', Decimal('1234567.80')),
                ('¥3120.55', Decimal('3120.55')),
                ('￥3,120.55', Decimal('3120.55')),
                ('¥ 3120.55 元', Decimal('3120.55')),
                ('人民币3120.55元', Decimal('3120.55')),
                ('RMB 3120.55', Decimal('3120.55')),
                ('3120.55元整', Decimal('3120.55')),
                ('3120.55  ', Decimal('3120.55')),
                ('３，１２０．５５', Decimal('3120.55')),
                ('-85.87', Decimal('-85.87')),
                ('−85.87', Decimal('-85.87')),
                ('－８５.８７', Decimal('-85.87')),
                ('¥-85.87', Decimal('-85.87')),
                ('-¥85.87', Decimal('-85.87')),
                ('(85.87)', Decimal('-85.87')),
                ('（85.87）', Decimal('-85.87')),
                ('+85.87', Decimal('85.87')),
                ('1.2万', Decimal('12000.00')),
                ('1.2万元', Decimal('12000.00')),
                ('.5', Decimal('0.50')),
                ('5.', Decimal('5.00')),
                ("'950", Decimal('950.00')),
                ('2.005', Decimal('2.01')),
                ('无', None),
            ],
        )
        self.assertEqual(values.parse_money('1.2', 10000), Decimal('12000.00'))
        self.assertEqual(values.parse_money('1.2万', 10000), Decimal('12000.00'))
        self.check_refused(
            values.parse_money,
            [
                (written, 'number_unknown')
                for written in (
                    '31,20.55',
                    '3.120,55',
                    '3 120.55',
                    '3120.55.1',
                    '950约',
                    '1e3',
                    '--5',
                    '-(5)',
                    '(5',
                    '=1+1',
                    '九百五',
                    True,
                    datetime(1902, 8, 7),
                    float('inf'),
                )
            ],
        )

    def test_parse_rate(self):
        self.check_table(
            values.parse_rate,
            [
                (0.2, Decimal('0.2')),
                (0.215, Decimal('0.215')),
                ('0.2', Decimal('0.2')),
                ('20%', Decimal('0.2')),
                ('20 %', Decimal('0.2')),
                ('２０％', Decimal('0.2')),
                ('21.5%', Decimal('0.215')),
                ('5‰', Decimal('0.005')),
                (0, Decimal(0)),
                (1, Decimal(1)),
                ('100%', Decimal(1)),
            ],
        )
        self.check_refused(
            values.parse_rate,
            [
                (20, 'rate_range'),
                ('20', 'rate_range'),
                ('120%', 'rate_range'),
                (-0.1, 'rate_range'),
                ('%', 'number_unknown'),
                ('二成', 'number_unknown'),
            ],
        )

    def test_parse_limit(self):
        self.check_table(
            values.parse_limit,
            [
                ('200万', Decimal(2000000)),
                ('200 万元', Decimal(2000000)),
                ('２００万', Decimal(2000000)),
                ('200W', Decimal(2000000)),
                ('200w', Decimal(2000000)),
                ('2,000,000', Decimal(2000000)),
                (2000000, Decimal(2000000)),
                (2000000.0, Decimal(2000000)),
                ('2000000元', Decimal(2000000)),
                ('1亿', Decimal(100000000)),
                ('1万', Decimal(10000)),
                (10000, Decimal(10000)),
                (0, Decimal(0)),
                ('无', None),
            ],
        )
        self.assertEqual(values.parse_limit(200, 10000), Decimal(2000000))
        self.assertEqual(values.parse_limit('200万', 10000), Decimal(2000000))
        self.check_refused(
            values.parse_limit,
            [(200, 'limit_unit'), ('200', 'limit_unit'), (-2000000, 'number_unknown'), ('投保', 'number_unknown')],
        )
        self.check_refused(values.parse_limit, [(20000.5, 'number_unknown')])

    def test_parse_int(self):
        self.check_table(
            values.parse_int,
            [
                (3, 3),
                (3.0, 3),
                ('3', 3),
                ('３', 3),
                ('3次', 3),
                ('3 次', 3),
                ('1,000', 1000),
                ('-2', -2),
                (0, 0),
                ('无', None),
            ],
        )
        self.check_refused(
            values.parse_int,
            [
                (3.5, 'number_not_whole'),
                ('3.5', 'number_not_whole'),
                ('三', 'number_unknown'),
                (True, 'number_unknown'),
            ],
        )

    # === Yes or no, text === #

    def test_parse_bool(self):
        for written in ('是', '有', 'Y', 'y', 'yes', 'Yes', 'TRUE', 'true', '1', 1, 1.0, True, '√', '✓', '✔️', ' 是 '):
            self.assertIs(values.parse_bool(written), True, written)
        for written in ('否', '无', '没有', 'N', 'no', 'FALSE', '0', 0, False, '×', '✗', '❌'):
            self.assertIs(values.parse_bool(written), False, written)
        self.check_refused(
            values.parse_bool,
            [(written, 'yes_no_unknown') for written in ('X', 'x', '2', 2, '是的吧', '待定', datetime(2026, 1, 1))],
        )

    def test_parse_text(self):
        self.check_table(
            values.parse_text,
            [
                (text, text)
                for text in (
                    '=1+1',
                    '=HYPERLINK("http://example.com","x")',
                    '+86 13800001234 回电',
                    '-2台车一起续',
                    '@店长 请跟进',
                    '<b>加急</b> & 请先联系',
                    '客户说"太贵了", 要\'最低价\'',
                    '第一次\n第二次\t三',
                    '客户很满意👍🎉 👨\u200d👩\u200d👧',
                    'ＶＩＰ　客户',
                    '长' * 4000,
                    '无',
                )
            ],
        )
        self.check_table(
            values.parse_text,
            [
                ('  a b\u3000', 'a b'),
                ('a\r\nb\rc', 'a\nb\nc'),
                ('a\x00\x07b\ufeff', 'ab'),
                (3, '3'),
                (3.0, '3'),
                (0.2, '0.2'),
                (datetime(2026, 12, 5), '2026-12-05'),
                (datetime(2026, 12, 5, 14, 30), '2026-12-05 14:30:00'),
            ],
        )
