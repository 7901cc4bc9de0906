from datetime import date, timedelta

from odoo.tests import tagged

from .sales_common import NOVEMBER, OCTOBER, SalesKpiCase


@tagged('post_install', '-at_install')
class TestInsuranceKpiSales(SalesKpiCase):
    """The new-car insured rate K1 at its edges (domain 4, T13)."""

    def get_k1(self, **options):
        """Return `(commercial, any, compulsory only, retail cars)` of the store."""
        (commercial, counted), (any_policy, _same), (compulsory, _base) = (
            self.get_values(code, **options) for code in ('K1', 'K1_any', 'K1_compulsory'))
        return commercial, any_policy, compulsory, counted

    # === K1: THE DAYS AROUND THE DELIVERY === #

    def test_days_around_the_delivery(self):
        self.store.write({'insurance_insured_days_before': 30, 'insurance_insured_days_after': 3})
        delivered = date(2026, 10, 15)
        for days, insured in ((-31, 0), (-30, 1), (-1, 1), (0, 1), (2, 1), (3, 1), (4, 0)):
            with self.subTest(days=days):
                delivery = self.make_car(delivered)
                self.insure(delivery, day=delivered + timedelta(days=days))
                self.assertEqual(self.get_k1(), (insured, insured, 0, 1))
                delivery.active = False

    def test_days_are_the_stores_own(self):
        delivery = self.make_car('2026-10-15')
        self.insure(delivery, day='2026-10-25')
        self.assertEqual(self.get_k1(), (0, 0, 0, 1))
        self.store.insurance_insured_days_after = 10
        self.assertEqual(self.get_k1(), (1, 1, 0, 1))

    def test_month_is_that_of_the_delivery(self):
        """Delivered on the 31st with a policy of the 1st, and the other way about (T13)."""
        self.insure(self.make_car('2026-10-31'), day='2026-11-01')
        self.assertEqual((self.get_k1(), self.get_values('K1', NOVEMBER)), ((1, 1, 0, 1), (0, 0)))
        self.insure(self.make_car('2026-11-01'), day='2026-10-31')
        self.assertEqual((self.get_k1(), self.get_values('K1', NOVEMBER)), ((1, 1, 0, 1), (1, 1)))

    def test_last_minute_of_the_month_in_the_store(self):
        """What is handed over today counts for today in the store, whatever the day is in Greenwich (T13)."""
        with self.at('2026-11-01 00:10'):
            delivery = self.env['insurance.delivery'].with_user(self.consultant).create({
                'vehicle_id': self.make_vehicle().id})
            delivery.action_deliver()
        self.assertEqual((str(delivery.delivery_date), self.get_values('K1', NOVEMBER)), ('2026-11-01', (0, 1)))

    # === K1: WHAT COUNTS === #

    def test_products(self):
        for products, expected in (
            (('commercial',), (1, 1, 0, 1)), (('compulsory',), (0, 1, 1, 1)), (('non_motor',), (0, 0, 0, 1)),
            (('compulsory', 'commercial', 'non_motor'), (1, 1, 0, 1)),
        ):
            with self.subTest(products=products):
                delivery = self.make_car()
                self.insure(delivery, *products)
                self.assertEqual(self.get_k1(), expected)
                delivery.active = False

    def test_split_over_two_insurers(self):
        delivery = self.make_car()
        self.insure(delivery, 'compulsory')
        self.insure(delivery, insurer_id=self.paic.id)
        self.assertEqual(self.get_k1(), (1, 1, 0, 1))

    def test_two_policies_are_one_car(self):
        delivery = self.make_car()
        self.insure(delivery)
        self.insure(delivery, day='2026-10-16')
        self.assertEqual(self.get_k1(), (1, 1, 0, 1))

    def test_cancelled_and_reissued(self):
        delivery = self.make_car()
        entry = self.insure(delivery, 'compulsory', 'commercial')
        self.make_follow_up(entry, products=['commercial'])
        self.assertEqual(self.get_k1(), (0, 1, 1, 1))
        self.insure(delivery, day='2026-10-16', insurer_id=self.paic.id)
        self.assertEqual(self.get_k1(), (1, 1, 0, 1))

    def test_draft_and_other_stores_policies_do_not_count(self):
        delivery = self.make_car()
        self.make_entry(vehicle_id=delivery.vehicle_id.id, issue_date='2026-10-15', registered=False)
        other_clerk = self._make_user('other_clerk', 'group_policy_clerk', self.other_store)
        self.env['insurance.insurer.agreement'].create({
            'company_id': self.other_store.id, 'insurer_id': self.picc.id, 'date_from': '2026-01-01'})
        self.make_entry(user=other_clerk, vehicle_id=delivery.vehicle_id.id, issue_date='2026-10-15')
        self.assertEqual(self.get_k1(), (0, 0, 0, 1))

    def test_what_leaves_the_base(self):
        for source in ('SECOND_TIER', 'TRANSFER', 'DEMO', 'EXPORT', 'INTER_STORE'):
            self.insure(self.make_car(source=source))
        self.make_car(state='sold')
        self.assertEqual(self.get_values('K1'), (0, 0))
        self.assertEqual(self.get_values('K2'), (5, 0))
        fleet = self.make_car(source='FLEET')
        self.assertEqual(self.get_values('K1'), (0, 1))
        self.store.insurance_fleet_counts = False
        self.assertFalse(fleet.is_counted)
        self.assertEqual(self.get_values('K1'), (0, 0))

    def test_return_drops_both_sides(self):
        delivery = self.make_car()
        self.insure(delivery)
        self.make_car()
        self.assertEqual(self.get_k1(), (1, 1, 0, 2))
        delivery.with_user(self.clerk)._take_back(
            date(2026, 11, 2), self._get_reason('delivery_returned', 'CUSTOMER'))
        self.assertEqual(self.get_k1(), (0, 0, 0, 1))
        anew = self.make_car('2026-11-03', vehicle=delivery.vehicle_id)
        self.assertEqual((self.get_k1(), self.get_values('K1', NOVEMBER)), ((0, 0, 0, 1), (1, 1)))
        self.assertTrue(anew.is_counted)

    def test_without_deliveries(self):
        for code in ('K1', 'K1_any', 'K1_compulsory', 'K2', 'K28'):
            self.assertIsNone(self.get_values(code), code)
        self.make_car('2026-11-03')
        self.assertEqual(self.get_values('K1'), (0, 0))
        self.assertEqual(self.env['insurance.kpi']._format(0, 0), "—")
        self.assertFalse(self.get_values('K1', by=True))
        self.assertIsNone(self.get_values('K1', store=self.other_store, user=self.other_supervisor))

    # === WHOSE, AND WHICH CARS === #

    def test_per_consultant(self):
        self.insure(self.make_car())
        self.make_car(consultant=self.consultant2)
        self.insure(self.make_car(consultant=self.consultant2), 'compulsory')
        nobody = self.make_car()
        nobody.consultant_id = False
        both = {self.consultant.id: (1, 1), self.consultant2.id: (0, 2), False: (0, 1)}
        self.assertEqual(self.get_values('K1', by=True), both)
        self.assertEqual(self.get_values('K1_compulsory', by=True)[self.consultant2.id], (1, 2))
        self.assertEqual(self.get_values('K1', by=True, user=self.consultant2), {self.consultant2.id: (0, 2)})
        self.assertFalse(self.get_values('K1', by=True, user=self.finance))
        self.assertEqual(self.get_values('K1'), (1, 4))

    def test_rows_behind_the_figures(self):
        insured, bare, second = self.make_car(), self.make_car(consultant=self.consultant2), self.make_car(
            source='SECOND_TIER')
        self.insure(insured)
        half = self.make_car()
        self.insure(half, 'compulsory')
        self.insure(second)
        self.make_car('2026-11-03')
        self.assertEqual(self.get_rows('K1', 'denominator'), insured | bare | half)
        self.assertEqual(self.get_rows('K1', 'numerator'), insured)
        self.assertEqual(self.get_rows('K1_any', 'numerator'), insured | half)
        self.assertEqual(self.get_rows('K1_compulsory', 'numerator'), half)
        self.assertEqual(self.get_rows('K1', 'denominator', user=self.consultant2), bare)
        self.assertEqual(self.get_rows('K2', 'numerator'), insured | bare | half | second)
        action = self.env['insurance.kpi'].with_user(self.supervisor)._action_view_rows(
            'K1', 'numerator', self.store, OCTOBER[0])
        self.assertEqual(action['res_model'], 'insurance.delivery')

    # === K2 === #

    def test_deliveries_against_target(self):
        Target = self.env['insurance.sales.target']
        Target.create([{'company_id': self.store.id, 'month': '2026-10-01', 'consultant_id': user.id, 'cars': cars}
                       for user, cars in ((self.consultant, 4), (self.consultant2, 6))])
        self.make_car()
        self.make_car(source='SECOND_TIER')
        self.assertEqual(self.get_values('K2', by=True), {self.consultant.id: (2, 4), self.consultant2.id: (0, 6)})
        self.assertEqual(self.get_values('K2'), (2, 10))
        store = Target.create({'company_id': self.store.id, 'month': '2026-10-01', 'cars': 20})
        self.assertEqual(self.get_values('K2'), (2, 20))
        self.assertIn(store, self.get_rows('K2', 'denominator'))
        self.assertEqual(self.env['insurance.kpi']._format(3, 0), "—")

    def test_queries_do_not_grow_with_cars(self):
        Kpi, counts = self.env['insurance.kpi'].with_user(self.supervisor), []
        for _round in range(3):
            for _car in range(4):
                self.insure(self.make_car())
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            Kpi._get_values(self.store, *OCTOBER, by_specialist=True, codes=['K1', 'K1_any', 'K1_compulsory', 'K2'])
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
        self.assertLessEqual(counts[2], 6)

    # === FACTS === #

    def get_facts(self, delivery):
        Delivery = self.env['insurance.delivery']
        Delivery._flush_facts()
        self.env.cr.execute(Delivery._get_facts_sql(self.store, *OCTOBER))
        return {row['id']: row for row in self.env.cr.dictfetchall()}[delivery.id]

    def test_premium_in_force(self):
        delivery = self.make_car()
        entry = self.insure(delivery, self.prepare_policy('compulsory', 950, '2026-10-15'), self.prepare_policy(
            'commercial', 3000, '2026-10-15', third_party_limit=1_500_000), vehicle_tax=360)
        facts = self.get_facts(delivery)
        self.assertEqual((float(facts['premium']), float(facts['premium_commercial'])), (3950, 3000))
        self.assertEqual((facts['third_party'], facts['third_party_2m'], facts['non_motor']), (1, 0, 0))
        self.make_follow_up(entry, 'endorsement', 'COVERAGE_UP', products=['commercial'],
                            premiums={'commercial': 200}, day='2026-11-10')
        self.make_follow_up(entry, 'endorsement', 'COVERAGE_UP', products=['commercial'], registered=False,
                            premiums={'commercial': 77}, day='2026-11-11')
        facts = self.get_facts(delivery)
        self.assertEqual((float(facts['premium']), float(facts['premium_commercial'])), (4150, 3200))
        self.insure(
            delivery, self.prepare_policy('non_motor', 99, '2026-10-15', product_name="Driver"), day='2026-10-16')
        facts = self.get_facts(delivery)
        self.assertEqual((float(facts['premium']), facts['non_motor'], facts['insurer_id']), (4249, 1, self.picc.id))

    def test_limit_of_two_million(self):
        for limit, expected in ((0, (0, 0)), (1_999_999, (1, 0)), (2_000_000, (1, 1)), (3_000_000, (1, 1))):
            with self.subTest(limit=limit):
                delivery = self.make_car()
                self.insure(delivery, self.prepare_policy('commercial', 3000, '2026-10-15', third_party_limit=limit))
                facts = self.get_facts(delivery)
                self.assertEqual((facts['third_party'], facts['third_party_2m']), expected)
