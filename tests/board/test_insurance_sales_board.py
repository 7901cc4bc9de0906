import random

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .sales_common import OCTOBER, SalesKpiCase

NUMBERS = ('delivered', 'delivered_retail', 'delivered_second_tier', 'delivered_other', 'counted', 'insured',
           'insured_any', 'compulsory_only', 'uninsured_count', 'premium_total', 'third_party_count',
           'non_motor_count', 'proposal_count', 'proposal_won')


class SalesBoardCase(SalesKpiCase):
    """A showroom of two consultants in a team, one more without cars, and the board of October 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.consultant3 = cls._make_user('consultant3', 'group_sales_consultant')
        cls.team = cls.env['insurance.sales.team'].create({
            'name': "Team East", 'company_id': cls.store.id,
            'member_ids': [Command.set((cls.consultant + cls.consultant2).ids)],
        })
        cls.Board, cls.Line = cls.env['insurance.sales.board'], cls.env['insurance.sales.board.line']
        cls.store.insurance_rank_minimum = 1

    def make_cars(self, consultant, insured, uninsured, day='2026-10-15'):
        cars = [self.make_car(day, consultant) for _car in range(insured + uninsured)]
        for car in cars[:insured]:
            self.insure(car, day=day)
        return cars

    def make_board(self, month='2026-10-01'):
        return self.Board.create({'company_id': self.store.id, 'month': month})

    def row(self, board, kind='store', subject=None):
        board.invalidate_recordset()
        return board.line_ids.filtered(
            lambda line: line.kind == kind and line.subject_id == (subject.id if subject else 0))

    def publish(self, board, day='2026-11-02 10:00'):
        with self.at(day):
            board.with_user(self.supervisor).action_publish()
        return board


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


@tagged('post_install', '-at_install')
class TestInsuranceSalesBoardAccess(SalesBoardCase):
    """Who reads what of the board, and the cars behind its numbers (domain 3.2)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = cls.make_car(consultant=cls.consultant)
        cls.insure(cls.own)
        cls.theirs = cls.make_car(consultant=cls.consultant2)
        cls.demo = cls.make_car(consultant=cls.consultant, source='DEMO')
        cls.board = cls.Board.create({'company_id': cls.store.id, 'month': '2026-10-01'})

    def cars(self, user, part, subject=None):
        line = self.row(self.board, 'consultant' if subject else 'store', subject)
        action = self.rpc(user, line, f'action_view_{part}')
        return self.env[action['res_model']].with_user(user).search(action['domain'])

    def test_everybody_of_the_desk_reads_rates(self):
        for role in ('consultant', 'specialist', 'clerk', 'supervisor', 'gm', 'group_manager'):
            line = self.row(self.board, 'consultant', self.consultant2).with_user(getattr(self, role))
            self.assertEqual(line.insured_rate_text, '0.0%', role)
        for role in ('finance', 'hotline', 'advisor', 'leader', 'administrator', 'other_supervisor'):
            with self.assertRaises(AccessError):
                self.row(self.board).with_user(getattr(self, role)).read(['delivered'])

    def test_premiums_are_not_the_sellers(self):
        names = ['premium_total', 'premium_commercial', 'premium_average']
        for role in ('consultant', 'specialist'):
            user = getattr(self, role)
            self.assertFalse(self.Line.with_user(user).fields_get(names), role)
            with self.assertRaises(AccessError):
                self.row(self.board).with_user(user).read(['premium_total'])
            with self.assertRaises(AccessError):
                self.Line.with_user(user)._read_group([], [], ['premium_total:sum'])
            with self.assertRaises(AccessError):
                self.Line.with_user(user)._read_group([], [], ['premium_average:avg'])
        self.assertEqual(self.row(self.board).with_user(self.clerk).premium_total, 1000)

    def test_cars_behind_the_numbers(self):
        self.assertEqual(self.cars(self.supervisor, 'delivered'), self.demo + self.theirs + self.own)
        self.assertEqual(self.cars(self.supervisor, 'counted'), self.theirs + self.own)
        self.assertEqual(self.cars(self.supervisor, 'insured'), self.own)
        self.assertEqual(self.cars(self.supervisor, 'uninsured'), self.theirs)
        self.assertEqual(self.cars(self.gm, 'delivered', self.consultant2), self.theirs)

    def test_consultant_opens_his_own_cars_only(self):
        self.assertEqual(self.cars(self.consultant, 'delivered', self.consultant), self.demo + self.own)
        self.assertFalse(self.row(self.board).with_user(self.consultant).can_open)
        for user, subject in ((self.consultant, self.consultant2), (self.consultant, None), (self.specialist, None)):
            with self.refused("cars of colleagues", AccessError):
                self.cars(user, 'delivered', subject)
            with self.refused("cars of colleagues", AccessError):
                self.cars(user, 'proposals', subject)

    def test_nobody_writes_rows(self):
        line = self.row(self.board)
        for role in ('consultant', 'supervisor', 'gm', 'clerk'):
            with self.assertRaises(AccessError):
                self.rpc(getattr(self, role), line, 'write', {'insured': 7})
            with self.assertRaises(AccessError):
                self.rpc(getattr(self, role), self.Line, 'create', [{'board_id': self.board.id, 'kind': 'store'}])
        for role in ('consultant', 'gm', 'clerk', 'group_manager'):
            with self.assertRaises(AccessError):
                self.rpc(getattr(self, role), self.board, 'write', {'comment': "x"})

    def test_supervisor_makes_a_board_by_hand(self):
        with Form(self.Board.with_user(self.supervisor)) as form:
            form.month = '2026-09-17'
            form.comment = "Trade fair"
        self.assertEqual(f'{form.record.month:%Y-%m-%d}', '2026-09-01')
        with self.refused("not begun"):
            self.Board.with_user(self.supervisor).create({'month': '2026-12-01'})
        with self.refused("stays the board"):
            form.record.month = '2026-07-01'


@tagged('post_install', '-at_install')
class TestInsuranceSalesBoardPublish(SalesBoardCase):
    """A published board stays as it is; what changes later stands on a later one (R2, T41)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cars = [cls.make_car(consultant=cls.consultant) for _car in range(4)]
        for car in cls.cars[:3]:
            cls.insure(car)
        cls.board = cls.Board.create({'company_id': cls.store.id, 'month': '2026-10-01'})

    def take_back(self, car):
        car.with_user(self.clerk)._take_back(car.delivery_date, self._get_reason('delivery_returned', 'CUSTOMER'))

    def adjustments(self, board, kind='store'):
        return {(f'{row.month:%Y-%m}', row.measure): (row.before, row.after)
                for row in board.adjustment_ids.filtered(lambda row: row.kind == kind)}

    def test_who_and_when(self):
        for role in ('consultant', 'specialist', 'clerk', 'gm', 'group_manager'):
            with self.refused("supervisor publishes", AccessError):
                self.board.with_user(getattr(self, role)).action_publish()
        with self.assertRaises(AccessError):
            self.board.with_user(self.other_supervisor).action_publish()
        with self.at('2026-10-30 23:59'), self.refused("from 2026-10-31, the last day"):
            self.board.with_user(self.supervisor).action_publish()
        self.publish(self.board, '2026-10-31 00:10')
        self.assertRecordValues(self.board, [{
            'state': 'published', 'published_by_id': self.supervisor.id, 'published_on': self.utc('2026-10-31 00:10'),
        }])
        with self.refused("already published"):
            self.board.with_user(self.supervisor).action_publish()

    def test_last_count_is_at_publishing(self):
        self.insure(self.cars[3])
        self.publish(self.board)
        self.assertEqual(self.row(self.board).insured, 4)

    def test_frozen(self):
        self.publish(self.board)
        self.take_back(self.cars[0])
        self.board.with_user(self.supervisor).action_refresh()
        self.Board._cron_refresh()
        self.board.with_user(self.gm).action_view_lines()
        line = self.row(self.board)
        self.assertEqual((line.insured, line.counted), (3, 4))
        for records in (line, line.sudo()):
            with self.refused("published and stays"):
                records.sudo().write({'insured': 1})
        with self.refused("published and stays"):
            line.unlink()
        with self.refused("published and is kept"):
            self.board.unlink()
        with self.refused("published and stays"):
            self.Line.create({'board_id': self.board.id, 'kind': 'team', 'subject_id': 9})
        self.board.with_user(self.supervisor).comment = "Said at the meeting"
        for values in ({'state': 'live'}, {'published_by_id': self.gm.id}, {'refreshed_on': False}):
            with self.assertRaises(AccessError):
                self.rpc(self.supervisor, self.board, 'write', values)

    def test_state_is_not_made_by_hand(self):
        with self.assertRaises(AccessError):
            self.rpc(self.supervisor, self.Board, 'create', [{'month': '2026-09-01', 'state': 'published'}])
        with self.assertRaises(AccessError):
            self.rpc(self.supervisor, self.board, 'write', {'line_ids': [Command.clear()]})

    def test_reasons_keep_their_words(self):
        reason = self._get_reason('delivery_uninsured', 'RELATIVE')
        self.cars[3].write({'insurance_answer': 'elsewhere', 'uninsured_reason_id': reason.id})
        self.publish(self.board)
        words = reason.name
        reason.name = "Something quite different"
        self.assertEqual(self.row(self.board).uninsured_text, f"{words} 1")

    def test_months_one_after_the_other(self):
        september = self.make_board('2026-09-01')
        self.publish(self.board)
        with self.refused("2026-10 .* is already published; boards are published one after"):
            september.with_user(self.supervisor).action_publish()

    def test_what_changed_stands_on_the_next_board(self):
        self.publish(self.board)
        self.take_back(self.cars[0])
        moved = self.cars[3]
        moved.consultant_id = self.consultant2
        november = self.publish(self.make_board('2026-11-01'), '2026-12-01 09:00')
        self.assertEqual(self.adjustments(november), {
            ('2026-10', 'delivered'): (4, 3), ('2026-10', 'counted'): (4, 3), ('2026-10', 'insured'): (3, 2),
            ('2026-10', 'insured_any'): (3, 2), ('2026-10', 'premium_total'): (3000, 2000),
            ('2026-10', 'premium_commercial'): (3000, 2000),
        })
        people = november.adjustment_ids.filtered(lambda row: row.kind == 'consultant' and row.measure == 'counted')
        self.assertEqual({row.consultant_id: (row.before, row.after) for row in people},
                         {self.consultant: (4, 2), self.consultant2: (0, 1)})
        # told once: the next board tells what is new only
        self.take_back(self.cars[1])
        with self.at('2026-12-10 09:00'):
            december = self.make_board('2026-12-01')
        self.publish(december, '2027-01-02 09:00')
        self.assertEqual(self.adjustments(december)['2026-10', 'insured'], (2, 1))
        with self.at('2027-01-10 09:00'):
            january = self.make_board('2027-01-01')
        self.publish(january, '2027-02-01 09:00')
        self.assertFalse(january.adjustment_ids)

    def test_adjustments_without_premiums_for_sellers(self):
        self.publish(self.board)
        self.take_back(self.cars[0])
        november = self.publish(self.make_board('2026-11-01'), '2026-12-01 09:00')
        Adjustment = self.env['insurance.sales.board.adjustment']
        for role in ('consultant', 'specialist'):
            seen = Adjustment.with_user(getattr(self, role)).search([('board_id', '=', november.id)])
            self.assertTrue(seen)
            self.assertFalse(seen.filtered(lambda row: row.measure.startswith('premium')), role)
        for role in ('clerk', 'gm'):
            seen = Adjustment.with_user(getattr(self, role)).search([('measure', '=', 'premium_total')])
            self.assertEqual(len(seen), 3)  # store, team, consultant
        row = november.adjustment_ids[:1]
        with self.refused("not changed"):
            row.write({'after': 1})
        with self.refused("are kept"):
            row.unlink()

    def test_other_stores_are_left_alone(self):
        other = self.Board.create({'company_id': self.other_store.id, 'month': '2026-10-01'})
        self.publish(self.board)
        self.assertEqual(other.state, 'live')
        self.assertEqual(self.row(other).delivered, 0)
        with mute_logger('odoo.sql_db'), self.assertRaises(IntegrityError):
            self.Board.create({'company_id': self.store.id, 'month': '2026-10-20'})
