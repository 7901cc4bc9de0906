from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..common import DealerInsuranceCase

NOVEMBER = '2026-11-01'


class TestInsuranceRenewalBoard(DealerInsuranceCase):
    """The target/actual board: numbers, the cases behind them, paper (R22). It is 18 November 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Target = cls.env['insurance.renewal.target']
        cls.won = cls.make_closed(cls.specialist, 'won', '2026-11-20')
        cls.lost = cls.make_closed(cls.specialist, 'lost', '2026-11-05')
        cls.out = cls.make_closed(cls.specialist, 'invalid', '2026-11-06')
        cls.open = cls.make_case(cls.specialist, '2026-11-30', state='following')
        cls.colleague = cls.make_case(cls.specialist2, '2026-11-25', state='quoted', intention='high')
        cls.make_closed(cls.specialist2, 'won', '2026-10-31')
        cls.make_case(cls.specialist2, '2026-12-01')
        for state in ('won', 'won', 'lost'):
            cls.make_closed(cls.specialist2, state, '2025-11-12')
        cls.store_target = cls.make_target(cars=3)
        cls.own_target = cls.make_target(cls.specialist, cars=1)

    @classmethod
    def make_closed(cls, specialist, state, expiry):
        """Return a case closed before the store kept its ledger here: its past is not told contact by contact."""
        case = cls.make_case(specialist, expiry)
        cls.env.flush_all()
        cls.env.execute_query(SQL(
            "UPDATE insurance_renewal SET state = %s, closed_on = %s WHERE id = %s RETURNING id",
            state, expiry, case.id,
        ))
        case.invalidate_recordset()
        return case

    @classmethod
    def make_target(cls, specialist=None, month=NOVEMBER, cars=10):
        return cls.Target.create({
            'company_id': cls.store.id, 'specialist_id': specialist and specialist.id, 'month': month, 'cars': cars,
        })

    def board(self, user=None, **kwargs):
        return self.rpc(user or self.supervisor, self.Target, 'get_board', **kwargs)

    def list_cases(self, user, action):
        """Return the cases that an action shows to `user`, in the order of its list."""
        self.assertEqual(action['res_model'], 'insurance.renewal')
        order = 'closeness desc, reference_expiry, id' if action['view_mode'].startswith('list,form') else None
        return self.env['insurance.renewal'].with_user(user).search(action['domain'], order=order)

    # === NUMBERS === #

    def test_month_of_the_store(self):
        board = self.board()
        self.assertEqual((board['year'], board['month'], board['company']['name']), (2026, 11, self.store.name))
        november = board['months'][10]
        self.assertEqual(board['focus'], november)
        expected = {
            'due': 4, 'due_gross': 5, 'target': 3, 'actual': 1, 'lost': 1, 'open': 2, 'invalid': 1, 'gap': 2,
            'last_year': 2, 'is_present': True,
        }
        self.assertEqual({name: november[name] for name in expected}, expected)
        self.assertAlmostEqual(november['achieved'], 1 / 3)
        self.assertAlmostEqual(november['rate'], 1 / 4)
        self.assertAlmostEqual(november['last_year_rate'], 2 / 3, 4)
        self.assertEqual(board['chart']['target'], [None] * 10 + [3, None])
        self.assertEqual(board['chart']['actual'][9:11], [1, 1])
        self.assertEqual(board['updated'], '2026-11-18 10:00')

    def test_gross_has_the_cars_left_out(self):
        for expiry in ('2026-11-30', '2026-12-01'):
            car = self.make_vehicle()
            self.env['insurance.renewal.exclusion'].create({
                'company_id': self.store.id, 'vehicle_id': car.id, 'partner_id': car.owner_id.id,
                'reference_expiry': expiry, 'ground': 'sold', 'found_on': '2026-11-18',
            })
        november = self.board()['months'][10]
        self.assertEqual((november['due'], november['due_gross']), (4, 6))

    def test_premiums_are_added_up_for_who_asks(self):
        """The board shows none and does not count them; a target read beside it has its own."""
        calls = []

        def read_premiums(kpi, companies, cases):
            calls.append(companies)
            return [(self.store.id, self.specialist.id, fields.Date.to_date(NOVEMBER), 777)]

        self.patch(type(self.env['insurance.kpi']), '_read_premiums', read_premiums)
        self.Target.with_user(self.supervisor).get_board()
        self.assertFalse(calls)
        self.assertEqual(self.own_target.with_user(self.supervisor).actual_premium, 777)
        self.assertTrue(calls)

    def test_month_without_a_target_is_counted_without_a_judgement(self):
        october, january = (self.board()['months'][month] for month in (9, 0))
        self.assertEqual([october[name] for name in ('actual', 'target', 'achieved', 'status')],
                         [1, None, None, 'none'])
        self.assertEqual((october['rate'], october['has_target']), (1, False))
        # nothing was due: a dash, never 0 %
        self.assertEqual((january['due'], january['rate'], january['last_year_rate']), (0, None, None))

    def test_specialists_of_the_month(self):
        first, second = self.board()['specialists']
        self.assertEqual([first['id'], second['id']], [self.specialist.id, self.specialist2.id])
        self.assertEqual([first[name] for name in ('due', 'actual', 'target', 'lost', 'open', 'gap', 'status')],
                         [3, 1, 1, 1, 1, 0, 'reached'])
        self.assertEqual([second[name] for name in ('due', 'actual', 'target', 'achieved', 'last_year', 'status')],
                         [1, 0, None, None, 2, 'none'])
        [december] = self.board(year=2026, month=12)['specialists']
        self.assertEqual(december['id'], self.specialist2.id)

    def test_year_to_date_leaves_out_the_months_to_come(self):
        self.make_target(month='2026-12-01', cars=50)
        total = self.board()['total']
        self.assertEqual(total['target'], 53)
        self.assertEqual(total['begun'], {'due': 5, 'target': 3, 'actual': 2})
        self.assertAlmostEqual(total['achieved'], 1 / 3)  # October had no target: its car is not held against any
        self.assertAlmostEqual(total['rate'], 2 / 5)

    def test_standing(self):
        self.assertEqual(self.own_target.board_status, 'reached')
        self.assertEqual(self.store_target.board_status, 'behind')
        self.assertEqual(self.make_target(self.specialist2, cars=0).board_status, 'none')
        with self.at('2026-12-02 09:00'):
            self.store_target.invalidate_recordset()
            self.assertEqual(self.store_target.board_status, 'missed')

    def test_another_year_shows_its_december(self):
        board = self.board(year=2025)
        self.assertEqual((board['month'], board['months'][10]['actual'], board['present']), (12, 2, NOVEMBER))

    def test_cards_chart_ends_with_their_month(self):
        chart = self.store_target.with_user(self.supervisor).board_chart
        self.assertEqual(chart['labels'], ['6', '7', '8', '9', '10', '11'])
        self.assertEqual((chart['actual'][-2:], chart['target'][-2:]), ([1, 1], [None, 3]))
        self.assertEqual(self.own_target.with_user(self.supervisor).board_chart['actual'][-2:], [0, 1])

    # === WHO SEES WHAT === #

    def test_specialist_reads_the_board_and_opens_the_own_cases(self):
        board = self.board(self.specialist2)
        self.assertEqual(board['focus']['actual'], 1)
        self.assertEqual(len(board['specialists']), 2)
        self.assertNotIn('premium', str(board))
        action = self.rpc(self.specialist2, self.Target, 'get_board_action', self.store.id, NOVEMBER, False, 'open')
        self.assertEqual(self.list_cases(self.specialist2, action), self.colleague)

    def test_other_stores_and_other_desks_are_refused(self):
        for user in (self.other_supervisor, self.plain, self.finance, self.hotline):
            for method, args in (
                ('get_board', [self.store.id]), ('get_board_action', [self.store.id, NOVEMBER, False, 'due']),
                ('get_board_print', [self.store.id, 2026]),
            ):
                with self.subTest(user.login, method=method), self.assertRaises(AccessError):
                    self.rpc(user, self.Target, method, *args)

    def test_group_manager_sees_every_store_and_no_case(self):
        board = self.board(self.group_manager, company_id=self.other_store.id)
        self.assertEqual(board['company']['id'], self.other_store.id)
        self.assertEqual({one['id'] for one in board['companies']}, {self.store.id, self.other_store.id})
        self.assertFalse(board['can_open'])
        self.assertTrue(self.board()['can_open'])

    def test_years_and_months_there_are_none_of(self):
        for year, month in ((2026, 13), (2026, -1), (1999, 1), (20260, 1), ('2026', 1), (2026, 'x')):
            with self.subTest(year=year, month=month), self.refused("Choose a month of the years 2000 to 2099"):
                self.board(year=year, month=month)

    # === DRILL-DOWN === #

    def test_every_number_is_the_number_of_its_cases(self):
        for target in (self.store_target, self.own_target):
            for part, number in (('due', 'due_net'), ('renewed', 'actual_cars'), ('lost', 'lost_count'),
                                 ('open', 'open_count')):
                with self.subTest(target.display_name, part=part):
                    action = getattr(target.with_user(self.supervisor), f'action_view_{part}')()
                    self.assertEqual(len(self.list_cases(self.supervisor, action)), target[number])

    def test_gap_lists_open_cases_the_nearest_first(self):
        hot = self.make_case(self.specialist, '2026-11-28', state='appointment', intention='high')
        low = self.make_case(self.specialist2, '2026-11-02', state='following', intention='low')
        fresh = self.make_case(self.specialist, '2026-11-22', state='new')
        action = self.store_target.with_user(self.supervisor).action_view_gap()
        self.assertIn("2 cars missing", action['name'])
        # 8, then 7 (quoted, high), then 3 (following, not asked), and 2 by expiry
        cases = self.list_cases(self.supervisor, action)
        self.assertEqual(cases, hot + self.colleague + self.open + low + fresh)
        self.assertEqual(cases.mapped('closeness'), [8, 7, 3, 2, 2])
        own = self.own_target.with_user(self.supervisor).action_view_gap()
        self.assertEqual(self.list_cases(self.supervisor, own), hot + self.open + fresh)

    def test_order_by_closeness_is_that_of_the_shown_values(self):
        for number, state in enumerate(('issuing', 'dormant', 'quote_requested', 'unassigned', 'appointment')):
            for intention in (False, 'high', 'medium', 'low'):
                specialist = None if state == 'unassigned' else self.specialist
                self.make_case(specialist, f'2027-0{number + 1}-11', state=state, intention=intention)
        cases = self.env['insurance.renewal'].search([('company_id', '=', self.store.id)], order='closeness desc, id')
        self.assertEqual(cases, cases.sorted(lambda case: (-case.closeness, case.id)))
        self.assertEqual((self.won.closeness, cases[-1].closeness, cases[0].closeness), (-1, -1, 9))

    # === COST === #

    def test_queries_depend_neither_on_people_nor_on_months(self):
        def count():
            for _warming in range(2):
                self.board()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.Target.with_user(self.supervisor).get_board()
            return self.cr.sql_log_count - before

        few = count()
        for number in range(8):
            user = self._make_user(f'more_{number}', 'group_renewal_specialist')
            self.make_case(user, '2026-11-27')
            self.make_target(user, cars=number)
        for month in ('2026-12-01', '2027-01-01'):
            self.make_target(month=month)
        self.assertLessEqual(count(), few)
        self.assertLessEqual(few, 55)

    def test_queries_of_the_cards(self):
        def count(targets):
            targets = targets.with_user(self.supervisor)
            for _warming in range(2):
                targets.mapped('board_chart')
                self.env.invalidate_all()
            before = self.cr.sql_log_count
            targets.mapped('board_chart')
            return self.cr.sql_log_count - before

        many = self.store_target + self.own_target + self.Target.concat(*(
            self.make_target(month=f'2027-{month:02d}-01') for month in range(1, 10)
        ))
        self.assertLessEqual(count(many), count(self.store_target))

    # === PAPER === #

    def render(self, size, **data):
        data = {'company_id': self.store.id, 'year': 2026, 'month': 11, **data}
        html, _kind = self.env['ir.actions.report'].with_user(self.supervisor)._render_qweb_html(
            f'dealer_insurance.report_insurance_renewal_board_{size}', [], data=data)
        return etree.HTML(html.decode())

    def test_print_shows_chart_months_people_and_explanations(self):
        self.store_target.comment = "The insurer's system stood still for three days"
        for size in ('a4', 'a3'):
            with self.subTest(size):
                page = self.render(size)
                [chart] = page.xpath('//svg')
                self.assertIn("25.0%", ''.join(chart.itertext()))
                months, people = page.xpath("//table[contains(@class, 'lines')]")
                rows = {row.xpath('string(td[1])'): [''.join(cell.itertext()) for cell in row.xpath('td')][1:]
                        for row in months.xpath('tbody/tr')}
                self.assertEqual(rows["Target"][9:], ['—', '3', '—', '3'])
                self.assertEqual(rows["Actual"][9:], ['1', '1', '—', '2'])
                self.assertEqual(rows["Actual − Target"][10], '−2')
                self.assertEqual(rows["Target Reached"][10], '33.3%')
                self.assertEqual(rows["Against Last Year"][10], '−50.0%')
                self.assertEqual([''.join(row.xpath('td[1]')[0].itertext()) for row in people.xpath('tbody/tr')],
                                 [self.specialist.name, self.specialist2.name])
                self.assertIn("stood still for three days", ''.join(page.itertext()))

    def test_print_of_another_store_is_refused(self):
        with self.assertRaises(Exception) as caught:
            self.render('a4', company_id=self.other_store.id)
        self.assertIsInstance(caught.exception.__cause__ or caught.exception, AccessError)

    def test_sizes_of_paper(self):
        action = self.rpc(self.supervisor, self.Target, 'get_board_print', self.store.id, 2026, False, 'A3')
        self.assertEqual(action['report_name'], 'dealer_insurance.report_insurance_renewal_board_a3')
        self.assertEqual(action['data'], {'company_id': self.store.id, 'year': 2026, 'month': 11, 'size': 'A3'})
        with self.refused("A3 or A4, not on A0", UserError):
            self.rpc(self.supervisor, self.Target, 'get_board_print', self.store.id, 2026, False, 'A0')

    def test_months_are_those_of_the_store(self):
        with self.at('2026-11-30 23:59'):
            self.assertEqual(self.board()['month'], 11)
        with self.at('2026-12-01 00:01'):  # still November in UTC
            board = self.board()
        self.assertEqual((board['month'], fields.Date.to_date(board['present']).month), (12, 12))
