from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import DealerInsuranceCase


@tagged('post_install', '-at_install')
class TestInsuranceSalesTarget(DealerInsuranceCase):
    """What consultants and the store aim at among new cars (K2). It is 18 November 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Target = cls.env['insurance.sales.target'].with_user(cls.supervisor)

    def make(self, month='2026-11-01', consultant=None, cars=10, rate=0.8, sudo=False):
        Target = self.Target.sudo() if sudo else self.Target
        return Target.create({'company_id': self.store.id, 'month': month, 'cars': cars, 'insured_rate': rate,
                              'consultant_id': consultant and consultant.id}).with_user(self.supervisor)

    def test_any_day_is_the_first(self):
        target = self.make('2026-12-24', self.consultant)
        self.assertEqual(f'{target.month}', '2026-12-01')
        target.month = '2027-01-31'
        self.assertEqual(f'{target.month}', '2027-01-01')
        self.assertEqual(target.display_name, f"2027-01 {self.consultant.name}")

    def test_past_months_stay(self):
        with self.refused("month is over"):
            self.make('2026-10-01')
        past, present = self.make('2026-10-01', sudo=True), self.make()
        for values in ({'cars': 3}, {'insured_rate': 0.1}, {'month': '2026-12-01'},
                       {'consultant_id': self.consultant.id}):
            with self.refused("month is over"):
                self.rpc(self.supervisor, past, 'write', values)
        with self.refused("month is over"):
            past.unlink()
        with self.refused("month is over"):
            present.month = '2026-09-01'
        present.cars = 11
        present.unlink()

    def test_one_per_person_and_month(self):
        self.make(consultant=self.consultant)
        self.make()
        with mute_logger('odoo.sql_db'), self.assertRaises(IntegrityError):
            self.make(consultant=self.consultant)
        with mute_logger('odoo.sql_db'), self.assertRaises(IntegrityError):
            self.make()

    def test_amounts(self):
        for values in ({'cars': -1}, {'rate': 1.2}, {'rate': -0.1}):
            with mute_logger('odoo.sql_db'), self.assertRaises(IntegrityError):
                self.make(**values)

    def test_who_writes(self):
        target = self.make(consultant=self.consultant)
        for role in ('consultant', 'gm', 'group_manager'):
            user = getattr(self, role)
            self.assertEqual(target.with_user(user).cars, 10)
            with self.assertRaises(AccessError):
                self.rpc(user, target, 'write', {'cars': 1})
            with self.assertRaises(AccessError):
                self.rpc(user, self.Target, 'action_copy_last_month')
        for role in ('specialist', 'finance', 'hotline', 'other_supervisor'):
            with self.assertRaises(AccessError):
                target.with_user(getattr(self, role)).read(['cars'])

    def test_copy_last_month(self):
        consultant2 = self._make_user('consultant2', 'group_sales_consultant')
        left = self._make_user('left', 'group_sales_consultant')
        for user in (self.consultant, consultant2, left, None):
            self.make('2026-10-01', user, 7, 0.9, sudo=True)
        left.active = False
        own = self.make(consultant=consultant2, cars=4)
        self.rpc(self.supervisor, self.Target, 'action_copy_last_month')
        targets = self.Target.search([('month', '=', '2026-11-01')])
        self.assertEqual({(target.consultant_id, target.cars, target.insured_rate) for target in targets}, {
            (self.consultant, 7, 0.9), (consultant2, 4, 0.8), (self.env['res.users'], 7, 0.9)})
        self.assertIn(own, targets)
        self.rpc(self.supervisor, self.Target, 'action_copy_last_month')  # the present month is complete
        self.assertEqual(self.Target.search_count([('month', '=', '2026-12-01')]), 3)
        with self.refused("nothing to copy"):
            self.rpc(self.supervisor, self.Target, 'action_copy_last_month')
