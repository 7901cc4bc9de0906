from datetime import date

from odoo.tests import BaseCase, tagged

from ...lib import money
from ...lib.rates import Facts, Rate, best

DAY = date(2026, 11, 18)


def rate(percent, key=1, is_own=True, date_from=date(2026, 1, 1), date_to=date(2026, 12, 31), **dimensions):
    return Rate(key, is_own, date_from, date_to, percent / 100, **dimensions)


@tagged('post_install', '-at_install')
class TestRates(BaseCase):
    """Which rate applies, without a database (T10)."""

    def check(self, rates, expected, day=DAY, **facts):
        found = best(rates, day, Facts(**facts))
        self.assertEqual([round(one.rate * 100) for one in found], expected)

    def test_each_dimension(self):
        cases = (
            ({'business': 'new'}, {'business': 'new'}, {'business': 'renewal'}),
            ({'use_type': 'taxi'}, {'use_type': 'taxi'}, {'use_type': 'private'}),
            ({'energy': 'nev'}, {'is_new_energy': True}, {}),
            ({'energy': 'fuel'}, {}, {'is_new_energy': True}),
            ({'is_transferred': 'yes'}, {'is_transferred': True}, {}),
            ({'is_transferred': 'no'}, {}, {'is_transferred': True}),
            ({'has_damage': 'yes'}, {'has_damage': True}, {}),
            ({'has_damage': 'no'}, {}, {'has_damage': True}),
        )
        for dimensions, fits, fits_not in cases:
            with self.subTest(dimensions=dimensions):
                self.check([rate(10), rate(20, **dimensions)], [20], **fits)
                self.check([rate(10), rate(20, **dimensions)], [10], **fits_not)
                self.check([rate(20, **dimensions)], [], **fits_not)

    def test_unknown_facts_fit_open_lines_only(self):
        self.check([rate(10, business='new'), rate(20, use_type='private'), rate(5)], [5])

    def test_limits(self):
        rates = [rate(10), rate(15, limit_to=1_000_000), rate(25, limit_from=1_500_000, limit_to=3_000_000),
                 rate(30, limit_from=4_000_000)]
        for limit, percent in ((0, 15), (1_000_000, 15), (1_000_001, 10), (1_500_000, 25), (3_000_000, 25),
                               (3_999_999, 10), (4_000_000, 30), (10_000_000, 30)):
            with self.subTest(limit=limit):
                self.check(rates, [percent], third_party_limit=limit)

    def test_more_dimensions_win(self):
        rates = [rate(10), rate(12, business='new'), rate(14, business='new', energy='nev'),
                 rate(16, business='new', energy='nev', limit_from=2_000_000)]
        self.check(rates, [10], business='renewal', is_new_energy=True)
        self.check(rates, [12], business='new')
        self.check(rates, [14], business='new', is_new_energy=True, third_party_limit=1_000_000)
        self.check(rates, [16], business='new', is_new_energy=True, third_party_limit=2_000_000)

    def test_own_before_group(self):
        rates = [rate(30, is_own=False, business='new', energy='nev'), rate(20)]
        self.check(rates, [20], business='new', is_new_energy=True)
        self.check([rate(30, is_own=False, business='new'), rate(20, business='renewal')], [30], business='new')

    def test_contradiction(self):
        rates = [rate(10), rate(12, business='new'), rate(14, energy='nev')]
        self.check(rates, [12, 14], business='new', is_new_energy=True)
        self.check(rates, [14], business='renewal', is_new_energy=True)
        self.check([*rates, rate(18, business='new', energy='nev')], [18], business='new', is_new_energy=True)
        self.check([rate(12, 1, business='new'), rate(12, 2, energy='nev')], [12], business='new', is_new_energy=True)

    def test_days(self):
        rates = [rate(10, date_to=date(2026, 11, 17)), rate(20, date_from=date(2026, 11, 18), date_to=date.max)]
        for day, expected in ((date(2025, 12, 31), []), (date(2026, 1, 1), [10]), (date(2026, 11, 17), [10]),
                              (date(2026, 11, 18), [20]), (date(2036, 1, 1), [20])):
            with self.subTest(day=day):
                self.check(rates, expected, day)


@tagged('post_install', '-at_install')
class TestMoney(BaseCase):
    """Rounded once, half up, and as the numbers are written."""

    def test_halves(self):
        for amount, factor, expected in ((100.25, 0.1, 10.03), (-100.25, 0.1, -10.03), (1.005, 1, 1.01),
                                         (2.675, 1, 2.68), (0.004, 1, 0.0), (1234567.85, 0.1, 123456.79)):
            with self.subTest(amount=amount):
                self.assertEqual(money.share(amount, factor), expected)

    def test_once(self):
        self.assertEqual(money.share(100, 0.25, 1.06), 23.58)
        self.assertEqual(money.share(money.share(100, 1, 1.06), 0.25), 23.59)  # what it would be

    def test_floated(self):
        self.assertEqual(money.floated(1100, -0.35), 715)
        self.assertEqual(money.floated(950.05, -0.5), 475.03)
        self.assertEqual(money.floated(950, 0.3, 1), 1235)
