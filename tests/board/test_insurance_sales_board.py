import random

from odoo.tests import tagged

from .sales_board_common import SalesBoardCase
from .sales_common import OCTOBER

NUMBERS = ('delivered', 'delivered_retail', 'delivered_second_tier', 'delivered_other', 'counted', 'insured',
           'insured_any', 'compulsory_only', 'uninsured_count', 'premium_total', 'third_party_count',
           'non_motor_count', 'proposal_count', 'proposal_won')


@tagged('post_install', '-at_install')
class TestInsuranceSalesBoard(SalesBoardCase):
    """The sales and insured-rate board: its figures, ranks and groups (R2, form 2.3). It is 18 November 2026."""

    # === FIGURES === #

    def test_columns_of_the_form(self):
        self.env['insurance.sales.target'].create([
            {'company_id': self.store.id, 'consultant_id': self.consultant.id, 'month': '2026-10-01', 'cars': 5,
             'insured_rate': 0.8},
            {'company_id': self.store.id, 'consultant_id': self.consultant2.id, 'month': '2026-10-01', 'cars': 3},
        ])
        first = self.make_car(consultant=self.consultant)
        self.insure(first, 'compulsory', self.prepare_policy(
            'commercial', 3000, '2026-10-15', third_party_limit=2_000_000), 'non_motor')
        second = self.make_car(consultant=self.consultant)
        self.insure(second, self.prepare_policy('commercial', 2000, '2026-10-15', third_party_limit=1_000_000))
        self.insure(self.make_car(consultant=self.consultant), 'compulsory')
        family = self._get_reason('delivery_uninsured', 'RELATIVE')
        self.make_car(consultant=self.consultant, insurance_answer='elsewhere', uninsured_reason_id=family.id)
        self.make_car(consultant=self.consultant, source='SECOND_TIER')
        self.make_car(consultant=self.consultant, source='DEMO')
        self.make_car('2026-11-02', self.consultant)  # another month
        line = self.row(self.make_board(), 'consultant', self.consultant)
        self.assertRecordValues(line, [{
            'team_id': self.team.id, 'target_cars': 5, 'target_rate': 0.8, 'delivered': 6, 'delivered_retail': 4,
            'delivered_second_tier': 1, 'delivered_other': 1, 'counted': 4, 'insured': 2, 'insured_any': 3,
            'compulsory_only': 1, 'uninsured_count': 2, 'premium_total': 8000, 'premium_commercial': 5000,
            'third_party_count': 1, 'third_party_base': 2, 'non_motor_count': 1, 'insured_rate': 0.5,
            'insured_any_rate': 0.75, 'third_party_rate': 0.5, 'standing': 'behind',
            'insured_rate_text': '50.0%', 'reached_rate_text': '120.0%', 'proposal_rate_text': '—',
        }])
        self.assertAlmostEqual(line.premium_average, 2666.67)
        self.assertEqual(line.uninsured_text, f"{family.name} 1, Compulsory only 1")

    def test_store_and_team_add_up(self):
        self.make_cars(self.consultant, 2, 1)
        self.make_cars(self.consultant2, 1, 1)
        self.make_cars(self.consultant3, 0, 1)
        nobody = self.make_car()
        nobody.consultant_id = False
        board = self.make_board()
        store, team = self.row(board), self.row(board, 'team', self.team)
        self.assertEqual((store.insured, store.counted, store.insured_rate_text), (3, 7, '42.9%'))
        self.assertEqual((team.insured, team.counted), (3, 5))
        people = board.line_ids.filtered(lambda line: line.kind == 'consultant')
        for name in NUMBERS:
            self.assertEqual(sum(people.mapped(name)), store[name], name)
        self.assertEqual(self.row(board, 'consultant').display_name, "Without Consultant")
        self.assertEqual([line.kind for line in board.line_ids[:2]], ['store', 'team'])

    def test_store_without_target_aims_at_the_sum(self):
        Target = self.env['insurance.sales.target']
        values = {'company_id': self.store.id, 'month': '2026-10-01'}
        Target.create([{**values, 'consultant_id': self.consultant.id, 'cars': 5},
                       {**values, 'consultant_id': self.consultant3.id, 'cars': 2}])
        board = self.make_board()
        self.assertEqual((self.row(board).target_cars, self.row(board, 'team', self.team).target_cars), (7, 5))
        self.assertEqual(self.row(board, 'consultant', self.consultant3).delivered, 0)
        own = Target.create({**values, 'cars': 12, 'insured_rate': 0.9})
        board._refresh()
        self.assertEqual(self.row(board).target_cars, 12)
        self.assertEqual(self.row(board, 'consultant', self.consultant3).target_rate, 0.9)
        self.assertEqual(Target._get_aims(self.store, *OCTOBER), {(self.store.id, False): 12})
        own.unlink()
        self.assertEqual(Target._get_aims(self.store, *OCTOBER), {(self.store.id, False): 7})

    def test_board_agrees_with_the_key_figures(self):
        """Seeded worlds: what the board shows is K1, K2 and K28 of the store and of each consultant; never above 1."""
        for seed in (5, 41):
            chance = random.Random(seed)
            savepoint = self.env.cr.savepoint(flush=True)
            for _car in range(20):
                car = self.make_car(f'2026-10-{chance.randint(1, 31):02d}', chance.choice(
                    (self.consultant, self.consultant2, self.consultant3)), chance.choice(('RETAIL', 'RETAIL', 'DEMO')))
                if chance.random() < 0.7:
                    self.insure(car, *chance.sample(('commercial', 'compulsory', 'non_motor'), 2),
                                day=f'2026-10-{chance.randint(1, 31):02d}')
            self.env['insurance.sales.target'].create({
                'company_id': self.store.id, 'month': '2026-10-01', 'consultant_id': self.consultant2.id, 'cars': 9})
            board = self.make_board()
            with self.subTest(seed=seed):
                for code, names in {'K1': ('insured', 'counted'), 'K1_any': ('insured_any', 'counted'),
                                    'K2': ('delivered', 'target_cars')}.items():
                    self.assertEqual(self.get_values(code), tuple(self.row(board)[name] for name in names))
                    for user, figure in self.get_values(code, by=True).items():
                        line = self.row(board, 'consultant', self.env['res.users'].browse(user))
                        self.assertEqual(figure, tuple(line[name] for name in names), (code, user))
                for line in board.line_ids:
                    self.assertLessEqual(line.insured, line.insured_any)
                    self.assertLessEqual(line.insured_any, line.counted)
                    self.assertLessEqual(line.non_motor_count, line.insured_any)
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    # === RANKS === #

    def test_rank_by_rate_then_deliveries_then_premium(self):
        fourth, fifth = (self._make_user(f'consultant{number}', 'group_sales_consultant') for number in (4, 5))
        self.make_cars(self.consultant, 2, 0)
        self.make_cars(self.consultant2, 3, 0)
        self.make_cars(self.consultant3, 3, 1)
        self.make_cars(fourth, 2, 0)
        for car in self.make_cars(fifth, 0, 2):
            self.insure(car, self.prepare_policy('commercial', 5000, '2026-10-15'))
        board = self.make_board()
        ranks = {user: self.row(board, 'consultant', user).rank_rate
                 for user in (self.consultant2, fifth, self.consultant, fourth, self.consultant3)}
        self.assertEqual(list(ranks.values()), [1, 2, 3, 3, 5])  # equals share a rank
        sales = {user: self.row(board, 'consultant', user).rank_sales for user in ranks}
        self.assertEqual(list(sales.values()), [2, 3, 3, 3, 1])
        self.assertEqual(board.best_text, self.consultant2.name)

    def test_one_of_one_is_not_ranked(self):
        self.store.insurance_rank_minimum = 3
        self.make_cars(self.consultant, 2, 0)
        self.make_cars(self.consultant2, 1, 2)
        board = self.make_board()
        self.assertRecordValues(self.row(board, 'consultant', self.consultant), [{'is_ranked': False, 'rank_rate': 0}])
        self.assertRecordValues(self.row(board, 'consultant', self.consultant2), [{'is_ranked': True, 'rank_rate': 1}])
        self.assertFalse(board.line_ids.filtered(lambda line: line.kind != 'consultant' and line.rank_rate))

    # === RUNNING === #

    def test_counted_anew_rows_stay_themselves(self):
        cars = self.make_cars(self.consultant, 1, 1)
        gone = self.make_car(consultant=self.consultant2)
        board = self.make_board()
        before, other = self.row(board, 'consultant', self.consultant), self.row(board, 'consultant', self.consultant2)
        self.insure(cars[1])
        gone.consultant_id = self.consultant
        with self.at('2026-11-19 08:00'):
            board.with_user(self.consultant).action_refresh()
        self.assertEqual(self.row(board, 'consultant', self.consultant), before)
        self.assertEqual((before.insured, before.counted), (2, 3))
        self.assertFalse(other.exists())
        self.assertEqual(board.refreshed_on, self.utc('2026-11-19 08:00'))

    def test_opening_makes_the_boards_of_the_months_with_cars(self):
        self.make_cars(self.consultant, 1, 0, '2026-08-10')
        self.make_cars(self.consultant, 1, 0, '2025-10-10')
        self.make_car('2026-11-10')
        Board = self.Board.with_user(self.consultant)
        action = Board.action_open_board()
        self.assertEqual(action['res_model'], 'insurance.sales.board.line')
        boards = self.Board.search([('company_id', '=', self.store.id)])
        self.assertEqual([f'{board.month:%Y-%m}' for board in boards], ['2026-11', '2026-08'])
        august, november = boards[1], boards[0]
        car = self.make_car('2026-11-11')
        self.make_car('2026-08-11')
        Board.action_open_board()
        self.assertEqual((self.row(november).delivered, self.row(august).delivered), (2, 1))
        august.with_user(self.consultant).action_view_lines()
        self.assertEqual(self.row(august).delivered, 2)
        self.assertEqual(car.month, november.month)

    def test_job_counts_and_reminds_once(self):
        self.make_cars(self.consultant, 1, 0)
        self.Board._cron_refresh()
        self.Board._cron_refresh()
        board = self.Board.search([('company_id', '=', self.store.id), ('month', '=', '2026-10-01')])
        self.assertEqual((self.row(board).delivered, len(board.activity_ids)), (1, 1))
        self.assertEqual(board.activity_ids.user_id, self.supervisor)
        self.publish(board, '2026-11-18 11:00')
        self.assertFalse(board.activity_ids)
        self.assertFalse(self.Board.search([('company_id', '=', self.other_store.id)]))

    def test_trend_of_a_row(self):
        self.make_cars(self.consultant, 1, 1, '2026-08-10')
        self.make_cars(self.consultant, 1, 0, '2026-10-10')
        self.make_board('2026-08-01')
        board = self.make_board()
        trend = self.row(board, 'consultant', self.consultant).trend
        self.assertEqual([(row['month'], row['delivered'], row['rate']) for row in trend], [
            ('2026-05', None, None), ('2026-06', None, None), ('2026-07', None, None), ('2026-08', 2, 0.5),
            ('2026-09', None, None), ('2026-10', 1, 1.0)])

    def test_rates_of_groups_divide_the_sums(self):
        self.make_cars(self.consultant, 1, 0)
        self.make_cars(self.consultant2, 1, 3)
        self.make_board()
        groups = self.Line.with_user(self.supervisor)._read_group(
            [('kind', '=', 'consultant')], ['team_id'], ['insured_rate:avg', 'premium_average:avg'])
        self.assertEqual(groups, [(self.team, 0.4, 1000.0)])  # not the average of 100 % and 25 %
        self.assertEqual(self.Line.fields_get(['insured_rate'])['insured_rate']['aggregator'], 'avg')
        self.assertEqual(self.Line._read_group([('id', '=', 0)], [], ['insured_rate:avg']), [(False,)])

    # === BUDGETS === #

    def test_queries_do_not_grow(self):
        """Counting and showing a board costs the same number of queries whatever its size."""
        costs = []
        for cars in (1, 8):
            for user in (self.consultant, self.consultant2, self.consultant3):
                self.make_cars(user, cars, cars, '2026-10-10')
            board = self.Board.search([('company_id', '=', self.store.id)]) or self.make_board()
            board._refresh()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            board._refresh()
            counted = self.env.cr.sql_log_count - start
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.Line.with_user(self.supervisor).web_search_read(
                [('board_id', '=', board.id)], {name: {} for name in (
                    'display_name', 'trend', 'insured_rate_text', 'uninsured_text', 'premium_average', 'can_open')})
            costs.append((counted, self.env.cr.sql_log_count - start))
        self.assertEqual(costs[1][0], costs[0][0])
        self.assertLessEqual(costs[1][1], costs[0][1])
        self.assertLessEqual(max(costs[0]), 15)
