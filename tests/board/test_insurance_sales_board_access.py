from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .sales_board_common import SalesBoardCase


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
