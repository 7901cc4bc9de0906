import json

from lxml import html

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .sales_common import SalesKpiCase
from .test_insurance_sales_board_praise import SalesPraiseCase

READERS = ('consultant', 'specialist', 'supervisor', 'clerk', 'gm', 'group_manager')


class TestSalesWall(SalesPraiseCase):
    """The wall shows names, cars and rates of the team, never premiums, at a cost that does not grow."""

    def get_wall(self, user=None, month='2026-10-01', **kwargs):
        return self.rpc(user or self.consultant2, self.env['insurance.sales.board'], 'get_wall', self.store.id, month,
                        **kwargs)

    def test_figures_and_order(self):
        wall = self.get_wall()
        self.assertEqual([(row['name'], row['rank'], row['insured'], row['counted']) for row in wall['people']],
                         [("Consultant", 1, 3, 3), ("Consultant2", 2, 2, 3), ("Consultant3", None, 1, 1)])
        self.assertEqual((wall['store']['insured'], wall['store']['counted']), (6, 7))
        self.assertAlmostEqual(wall['store']['rate'], 6 / 7)
        self.assertEqual((wall['month'], wall['present'], wall['published']), ('2026-10-01', '2026-11-01', ''))
        self.assertEqual([tuple(reason) for reason in wall['reasons']], [("Not answered", 1)])

    def test_everybody_of_the_board_and_nobody_else(self):
        for role in READERS:
            with self.subTest(role=role):
                self.assertEqual(len(self.get_wall(getattr(self, role))['people']), 3)
        for role in ('hotline', 'advisor', 'plain'):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.get_wall(getattr(self, role))
        with self.refused("not one of yours", AccessError):
            self.get_wall(self.other_supervisor)

    def test_no_premium_leaves_it(self):
        for user in (self.consultant, self.gm):
            text = json.dumps(self.get_wall(user))
            self.assertNotIn('premium', text)
            self.assertNotIn('6000', text)

    def test_a_running_month_is_counted_now_and_nothing_is_written(self):
        before = self.board.line_ids.filtered(lambda line: line.kind == 'store')
        self.insure(self.missing)
        self.assertEqual(self.get_wall()['store']['insured'], 7)
        self.assertEqual(before.insured, 6)
        self.assertTrue(self.env['insurance.sales.board'].get_wall._readonly)

    def test_a_published_month_stays(self):
        self.publish()
        self.get_praised().with_user(self.supervisor).action_give()
        self.insure(self.missing)
        wall = self.get_wall()
        self.assertEqual(wall['store']['insured'], 6)
        self.assertEqual(wall['published'], '2026-11-18 10:00')
        self.assertEqual(wall['praised'], ["Consultant"])

    def test_trend_of_twelve_months(self):
        trend = self.get_wall()['trend']
        self.assertEqual({len(values) for values in trend.values()}, {12})
        self.assertEqual(trend['month'][0], '2025-11-01')
        self.assertEqual(trend['insured'], [None] * 11 + [6])

    def test_months_there_are_none_of(self):
        self.assertIsNone(self.get_wall(month='2025-01-15')['store'])
        for month in ('October', '1999-01-01', 7):
            with self.subTest(month=month), self.refused("There is no board of"):
                self.get_wall(month=month)

    def test_queries_do_not_grow_with_the_team(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env['insurance.sales.board'].with_user(self.consultant2).get_wall(self.store.id, '2026-10-01')
            return self.env.cr.sql_log_count - before

        count()  # what the registry remembers from the first time on
        few = count()
        for number in range(6):
            user = self._make_user(f'newcomer_{number}', 'group_sales_consultant')
            for _car in range(4):
                self.make_car(consultant=user)
        count()
        self.assertLessEqual(count(), few)
        self.assertLessEqual(few, 25)

    def test_opening_it_makes_the_board_of_the_month(self):
        self.make_car('2026-11-02')
        action = self.env['insurance.sales.board'].with_user(self.consultant).action_open_wall()
        self.assertEqual(action['tag'], 'dealer_insurance.sales_wall')
        self.assertEqual(self.get_wall(month=False)['store']['delivered'], 1)


class TestSalesBoardPrint(SalesPraiseCase):
    """The board on paper: all columns of form 2.3, premiums for who may see them, adjustments (T41)."""

    def print_board(self, user, board=None, size='a3'):
        board = board or self.board
        content = self.env['ir.actions.report'].with_user(user)._render_qweb_html(
            f'dealer_insurance.report_insurance_sales_board_{size}', board.ids)[0]
        return html.fromstring(content)

    def get_text(self, *args, **kwargs):
        return ' '.join(self.print_board(*args, **kwargs).text_content().split())

    def test_columns_and_rows(self):
        text = self.get_text(self.supervisor)
        for part in ("New-car Sales and Insured Rate", "2026-10", "Running, not published", "Consultant3", "66.7%",
                     "85.7%", "Premium per Car", "Not answered 1"):
            self.assertIn(part, text)
        rows = self.print_board(self.supervisor).xpath("//table[contains(@class, 'lines')]/tbody/tr")
        self.assertEqual(len(rows), 4, "three consultants and the store")
        self.assertEqual(len({len(row) for row in rows}), 1)

    def test_premiums_are_for_few(self):
        for user in (self.consultant, self.specialist):
            text = self.get_text(user, size='a4')
            self.assertIn("66.7%", text)
            self.assertNotIn("Premium", text)
            self.assertNotIn("1,000", text)
        self.assertIn("1,000", self.get_text(self.clerk))

    def test_published(self):
        self.publish()
        self.get_praised().with_user(self.supervisor).action_give()
        text = self.get_text(self.consultant)
        self.assertIn("Published by Supervisor, 2026-11-18 10:00", text)
        self.assertIn("Praise", text)

    def test_adjustments(self):
        self.publish()
        self.insure(self.missing)
        self.make_car('2026-11-02')
        with self.at('2026-12-01 09:00'):
            later = self.env['insurance.sales.board'].create({'company_id': self.store.id, 'month': '2026-11-01'})
            later.with_user(self.supervisor).action_publish()
        text = self.get_text(self.supervisor, board=later)
        self.assertIn("Adjustments", text)
        self.assertIn("Commercial Premium", text)
        self.assertRegex(text, r"2026-10\s*Consultant2\s*Insured Commercially\s*2\s*3\s*\+1")
        self.assertNotRegex(self.get_text(self.consultant, board=later), "Premium")

    def test_from_the_wall(self):
        Board = self.env['insurance.sales.board'].with_user(self.consultant)
        action = Board.get_print(self.store.id, '2026-10-01', 'A3')
        self.assertEqual(action['report_name'], 'dealer_insurance.report_insurance_sales_board_a3')
        with self.refused("on A3 or A4"):
            Board.get_print(self.store.id, '2026-10-01', 'A2')
        with self.refused("no sales board of 2025-01"):
            Board.get_print(self.store.id, '2025-01-01')
        with self.refused("not one of yours", AccessError):
            Board.get_print(self.other_store.id, '2026-10-01')


@tagged('post_install', '-at_install')
class TestSalesWallTour(SalesKpiCase, HttpCase):
    """A consultant looks at the wall of the running month and of the one before."""

    freeze_time = None  # the browser lives in the present

    def test_consultant_looks_at_the_wall(self):
        today = self.store._insurance_today()
        for number in range(3):
            car = self.make_car(today, self.consultant)
            if number:
                self.insure(car, day=str(today))
            self.make_car(today, self.consultant2)
        self.start_tour('/odoo/action-dealer_insurance.sales_wall_action_open', 'dealer_insurance_sales_wall',
                        login=self.consultant.login)
