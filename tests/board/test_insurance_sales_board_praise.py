from datetime import date

from .sales_common import SalesKpiCase

MONTH = date(2026, 10, 1)


class SalesPraiseCase(SalesKpiCase):
    """A board of October: one consultant insured all cars, the other two of three, a third one of one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.consultant3 = cls._make_user('consultant3', 'group_sales_consultant')
        cls.cars = {user: [cls.make_car(consultant=user) for _number in range(count)] for user, count in (
            (cls.consultant, 3), (cls.consultant2, 3), (cls.consultant3, 1))}
        for car in (*cls.cars[cls.consultant], *cls.cars[cls.consultant2][:2], *cls.cars[cls.consultant3]):
            cls.insure(car)
        cls.missing = cls.cars[cls.consultant2][2]
        cls.board = cls.env['insurance.sales.board'].create({'company_id': cls.store.id, 'month': MONTH})

    def publish(self, user=None):
        self.board.with_user(user or self.supervisor).action_publish()

    def get_praised(self):
        return self.env['insurance.commendation'].search([('company_id', '=', self.store.id)])

    def get_talks(self):
        return self.env['insurance.coaching'].search([('company_id', '=', self.store.id)])


class TestSalesBoardPraise(SalesPraiseCase):
    """Publishing the board proposes praise and prepares talks, from the figures it shows (R3, R4)."""

    def set_target(self, rate, user=None):
        self.env['insurance.sales.target'].sudo().create({
            'company_id': self.store.id, 'month': MONTH, 'consultant_id': user.id if user else False,
            'insured_rate': rate,
        })

    # === PRAISE === #

    def test_the_first_is_proposed(self):
        self.publish()
        self.assertRecordValues(self.get_praised(), [{
            'consultant_id': self.consultant.id, 'month': MONTH, 'counted': 3, 'insured': 3, 'is_shared': False,
            'state': 'proposed',
        }])
        self.board._praise()
        self.assertEqual(len(self.get_praised()), 1)

    def test_equals_share_the_praise(self):
        self.insure(self.missing)
        self.publish()
        praised = self.get_praised()
        self.assertEqual(praised.consultant_id, self.consultant | self.consultant2)
        self.assertEqual(praised.mapped('is_shared'), [True, True])
        self.assertFalse(self.get_talks(), "nobody is last where all are first")

    def test_too_few_cars_praise_nobody(self):
        self.store.insurance_rank_minimum = 4
        self.publish()
        self.assertFalse(self.get_praised())
        self.assertFalse(self.get_talks())

    def test_nobody_is_first_with_no_car_insured(self):
        entries = self.env['insurance.ledger.entry'].search([('company_id', '=', self.store.id)])
        entries.policy_ids.sudo().write({'status': 'cancelled'})
        self.publish()
        self.assertFalse(self.get_praised())

    def test_nothing_before_it_is_published(self):
        self.board.action_refresh()
        self.assertFalse(self.get_praised())
        self.assertFalse(self.get_talks())

    # === COACHING === #

    def test_the_last_is_talked_to(self):
        self.publish()
        talk = self.get_talks()
        self.assertRecordValues(talk, [{
            'consultant_id': self.consultant2.id, 'ground': 'last', 'month': MONTH, 'counted': 3, 'insured': 2,
            'coach_id': self.supervisor.id, 'delivery_ids': self.missing.ids,
        }])

    def test_below_target_is_talked_to_however_few_cars(self):
        self.make_car(consultant=self.consultant3)
        self.set_target(0.9)
        self.set_target(0.5, self.consultant2)
        self.publish()
        self.assertEqual({talk.consultant_id: talk.ground for talk in self.get_talks()},
                         {self.consultant3: 'below_target', self.consultant2: 'last'})

    def test_switched_off(self):
        self.store.insurance_coaching = False
        self.publish()
        self.assertFalse(self.get_talks())
        self.assertTrue(self.get_praised())

    def test_who_left_is_neither_praised_nor_talked_to(self):
        (self.consultant | self.consultant2).action_archive()
        self.publish()
        self.assertFalse(self.get_praised())
        self.assertFalse(self.get_talks())

    def test_cars_of_other_months_and_sources_are_not_on_the_sheet(self):
        self.make_car('2026-11-02', self.consultant2)
        self.make_car(consultant=self.consultant2, source='SECOND_TIER')
        self.publish()
        self.assertEqual(self.get_talks().delivery_ids, self.missing)

    # === ON THE BOARD === #

    def test_the_last_column_shows_what_one_may_see(self):
        self.publish()
        self.get_praised().with_user(self.supervisor).action_give()
        lines = self.board.line_ids.filtered(lambda line: line.kind == 'consultant')
        by_user = {line.consultant_id: line for line in lines}
        for user, praise, talk in ((self.supervisor, "Praise", "Coaching"), (self.consultant, "Praise", False),
                                   (self.consultant2, "Praise", False), (self.specialist, "Praise", False)):
            with self.subTest(user=user.login):
                self.assertEqual(by_user[self.consultant].with_user(user).follow_text, praise)
                self.assertEqual(by_user[self.consultant2].with_user(user).follow_text or False, talk)
