from datetime import date

from odoo.exceptions import AccessError

from ..common import ROLES
from .archive_common import ArchiveCase


class TestNewCarRate(ArchiveCase):
    """The new-car insured rate (R37, K1), counted by hand."""

    # delivered on, policy issued on, products, store of the policy: counted with a commercial policy, with any
    CARS = [
        ('2026-10-05', '2026-10-05', ('compulsory', 'commercial'), None, 1, 1),
        ('2026-10-06', '2026-09-06', ('compulsory', 'commercial'), None, 1, 1),  # 30 days before: just in
        ('2026-10-06', '2026-09-05', ('compulsory', 'commercial'), None, 0, 0),  # 31 days before
        ('2026-10-07', '2026-10-10', ('compulsory', 'commercial'), None, 1, 1),  # 3 days after: just in
        ('2026-10-07', '2026-10-11', ('compulsory', 'commercial'), None, 0, 0),  # 4 days after
        ('2026-10-08', '2026-10-08', ('compulsory',), None, 0, 1),  # 单交强
        ('2026-10-09', '2026-10-09', ('non_motor',), None, 0, 0),
        ('2026-10-10', '2026-10-10', ('commercial',), 'other', 0, 0),  # issued by another store
        ('2026-10-11', None, (), None, 0, 0),
        ('2026-10-31', '2026-11-02', ('compulsory', 'commercial'), None, 1, 1),  # T13: counts in October
    ]

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cars = cls.env['fleet.vehicle']
        for delivered, issued, products, store, _commercial, _any in cls.CARS:
            vehicle = cls.make_new_car(delivered).vehicle_id
            cls.cars |= vehicle
            if issued:
                cls.make_entry(
                    products, vehicle, issue_date=issued, start=issued, business_type='new',
                    company_id=(cls.other_store if store else cls.store).id,
                    salesperson_id=not store and cls.consultant.id,
                )
        cls.Report = cls.env['insurance.new.car.report']

    @classmethod
    def make_new_car(cls, delivered, vehicle=None, **vals):
        """Return the delivery of a new car, or of `vehicle`, handed over to a retail customer by the consultant."""
        delivery = cls.env['insurance.delivery'].create({
            'vehicle_id': (vehicle or cls.make_vehicle(company_id=cls.store.id)).id, 'delivery_date': delivered,
            'consultant_id': cls.consultant.id, 'company_id': cls.store.id, **vals,
        })
        delivery.action_deliver()
        return delivery

    def rate(self, domain=(), user=None):
        """Return `(delivered, insured, any, rate, rate with any)` of the report."""
        [values] = self.Report.with_user(user or self.supervisor)._read_group(
            [('company_id', '=', self.store.id), *domain], [],
            ['delivered_count:sum', 'insured_count:sum', 'insured_any_count:sum', 'insured_rate:avg',
             'insured_any_rate:avg'])
        return values

    def test_each_car(self):
        for (delivered, issued, products, _store, commercial, any_policy), car in zip(
            self.CARS, self.cars, strict=True,
        ):
            with self.subTest(delivered=delivered, issued=issued, products=products):
                row = self.Report.search([('vehicle_id', '=', car.id)])
                self.assertEqual(
                    (row.insured_count, row.insured_any_count, row.compulsory_only_count, str(row.delivery_date)),
                    (commercial, any_policy, any_policy - commercial, delivered))

    def test_rate_of_the_month(self):
        october = [('delivery_date', '>=', '2026-10-01'), ('delivery_date', '<=', '2026-10-31')]
        delivered, insured, any_policy, rate, any_rate = self.rate(october)
        self.assertEqual((delivered, insured, any_policy), (10, 4, 5))
        self.assertAlmostEqual(rate, 0.4)
        self.assertAlmostEqual(any_rate, 0.5)
        self.assertFalse(self.rate([('delivery_date', '>', '2026-12-01')])[3], "no delivery, no rate")

    def test_never_above_one(self):
        """A car counts once however many policies it has; cars not delivered here are not counted (T13, K1)."""
        car = self.cars[0]
        self.make_entry(('commercial',), car, self.paic, issue_date='2026-10-06', start='2026-10-06')
        for _number in range(5):
            self.make_entry(issue_date='2026-10-06', start='2026-10-06', business_type='new')
        row = self.Report.search([('vehicle_id', '=', car.id)])
        self.assertEqual((len(row), row.insured_rate), (1, 1))
        self.assertEqual(self.rate()[:2], (10, 4))

    def test_what_leaves_both_sides(self):
        deliveries = self.env['insurance.delivery'].search([('vehicle_id', 'in', self.cars.ids)], order='id')
        deliveries[0].with_user(self.clerk)._take_back(
            date(2026, 10, 20), self._get_reason('delivery_returned', 'CUSTOMER'))
        deliveries[1].business_source_id = self._get_reason('delivery_source', 'DEMO')
        deliveries[3].business_source_id = self._get_reason('delivery_source', 'SECOND_TIER')
        self.assertEqual(self.rate()[:2], (7, 1))
        self.make_vehicle(is_bought_here=True, acquisition_date='2026-10-12', seller_id=self.consultant.id)
        self.assertEqual(self.rate()[0], 7, "what is not in the list of deliveries does not count")

    def test_taken_back_and_delivered_anew(self):
        """A car counts in the month of the delivery that stands, once."""
        old = self.env['insurance.delivery'].search([('vehicle_id', '=', self.cars[0].id)])
        old.with_user(self.clerk)._take_back(date(2026, 10, 20), self._get_reason('delivery_returned', 'CUSTOMER'))
        self.make_new_car('2026-11-02', self.cars[0])
        [row] = self.Report.search([('vehicle_id', '=', self.cars[0].id)])
        self.assertEqual((str(row.delivery_date), row.insured_count), ('2026-11-02', 1), "issued 28 days before")

    def test_cancelled_policies_leave_the_numerator(self):
        entry = self.env['insurance.ledger.entry'].search([('vehicle_id', '=', self.cars[0].id)])
        self.make_follow_up(entry, 'cancellation', {'commercial': -3000})
        row = self.Report.search([('vehicle_id', '=', self.cars[0].id)])
        self.assertEqual((row.insured_count, row.insured_any_count, row.compulsory_only_count), (0, 1, 1))
        self.assertEqual(self.rate()[:2], (10, 3))

    def test_drafts_do_not_count(self):
        self.make_entry(('commercial',), self.cars[8], register=False, issue_date='2026-10-11', start='2026-10-11')
        self.assertEqual(self.rate()[:2], (10, 4))

    def test_window_is_a_setting(self):
        self.store.write({'insurance_insured_days_before': 31, 'insurance_insured_days_after': 4})
        self.assertEqual(self.rate()[:2], (10, 6))

    def test_store_of_a_car_without_one(self):
        delivery = self.make_new_car('2026-10-12', self.make_vehicle(company_id=False))
        self.assertEqual(self.Report.search([('vehicle_id', '=', delivery.vehicle_id.id)]).company_id, self.store)

    def test_who_sees_it(self):
        for login in (*ROLES, 'plain'):
            user = getattr(self, login)
            readers = ('supervisor', 'gm', 'clerk', 'group_manager', 'finance', 'consultant', 'specialist',
                       'specialist2')
            with self.subTest(role=login):
                if login in readers:
                    self.assertEqual(self.rate(user=user)[0], 10)
                else:
                    with self.assertRaises(AccessError):
                        self.rate(user=user)
        self.assertFalse(self.Report.with_user(self.other_supervisor).search_count([
            ('company_id', '=', self.store.id)]))


class TestVolumes(ArchiveCase):
    """Renewal volume and volume per insurer (R37, K18), counted by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        both = ('compulsory', 'commercial')
        cls.renewed = cls.make_entry(both, business_type='r_ren', premiums={'compulsory': 855, 'commercial': 2500})
        cls.new = cls.make_entry(both, business_type='new', premiums={'compulsory': 950, 'commercial': 4000},
                                 salesperson_id=cls.consultant.id)
        cls.split = cls.make_entry(('compulsory',), business_type='r_new', insurer=cls.paic,
                                   premiums={'compulsory': 900})
        cls.make_entry(('commercial',), cls.split.vehicle_id, business_type='r_new', premiums={'commercial': 3100})
        cls.gone = cls.make_entry(both, business_type='r_gap', insurer=cls.paic, issue_date='2026-10-20',
                                  premiums={'compulsory': 760, 'commercial': 2000})
        cls.make_follow_up(cls.gone, 'cancellation', {'compulsory': -760, 'commercial': -2000})
        cls.make_follow_up(cls.renewed, 'endorsement', {'commercial': 150})
        cls.make_entry(both, company_id=cls.other_store.id, business_type='r_ren', salesperson_id=False)
        cls.make_entry(both, business_type='r_ren', register=False)
        cls.store.write({'insurance_benefit_free_amount': 500, 'insurance_margin_floor': -1000})  # nobody is asked
        kind = cls.env['insurance.reason'].search([
            ('use', '=', 'benefit_type'), ('is_cash', '=', False), ('is_group', '=', False)], limit=1)
        cls.env['insurance.benefit'].create({'entry_id': cls.renewed.id, 'type_id': kind.id, 'amount': 300})
        cls.Report = cls.env['insurance.underwriting.report']

    def sums(self, domain, *measures, groupby=(), user=None):
        return self.Report.with_user(user or self.supervisor)._read_group(
            [('company_id', '=', self.store.id), *domain], groupby, [f'{measure}:sum' for measure in measures])

    def test_per_insurer(self):
        rows = {insurer: values for insurer, *values in self.sums(
            [], 'vehicle_count', 'policy_count', 'premium', groupby=['insurer_id'])}
        self.assertEqual(rows, {
            self.picc: [3, 5, 855 + 2500 + 150 + 950 + 4000 + 3100],
            self.paic: [1, 1, 900],
        })

    def test_different_cars(self):
        """A car with policies of two insurers counts with each and once in all; a cancelled one does not (K18)."""
        Report, store = self.Report.with_user(self.supervisor), [('company_id', '=', self.store.id)]
        measure = 'car_count:count_distinct'
        self.assertEqual(dict(Report._read_group(store, ['insurer_id'], [measure])), {self.picc: 3, self.paic: 1})
        self.assertEqual(Report._read_group(store, [], [measure]), [(3,)], "four orders, three cars")
        self.assertEqual(self.sums([], 'vehicle_count'), [(4,)])
        described = self.rpc(self.supervisor, self.Report, 'fields_get', ['car_count'])['car_count']
        self.assertEqual((described['type'], described['aggregator']), ('integer', 'count_distinct'),
                         "what the pivot offers as a measure")

    def test_renewal_volume(self):
        renewals = [('business_type', 'in', ('r_new', 'r_ren', 'r_gap', 'r_pot'))]
        months = {str(month): values for month, *values in self.sums(
            renewals, 'renewal_count', 'premium', groupby=['issue_date:month'])}
        self.assertEqual(months, {
            '2026-10-01': [1, 2760],
            '2026-11-01': [3 - 1, 855 + 2500 + 150 + 900 + 3100 - 2760],  # the cancellation counts in its own month
        })

    def test_agrees_with_the_ledger(self):
        entries = self.env['insurance.ledger.entry'].search([
            ('company_id', '=', self.store.id), ('state', '=', 'registered')])
        [values] = self.sums([], 'premium', 'vehicle_count', 'renewal_count', 'discount')
        self.assertEqual(values, (
            sum(entries.mapped('premium_total')), sum(entries.mapped('vehicle_count')),
            sum(entries.mapped('renewal_count')), sum(entries.mapped('discount_total'))))
        self.assertEqual(values[3], 300)

    def test_vehicle_tax_is_no_premium(self):
        [before] = self.sums([], 'premium')
        self.new.vehicle_tax = 420
        self.assertEqual(self.sums([], 'premium'), [before])

    def test_who_sees_what(self):
        total = self.Report.search_count([('company_id', '=', self.store.id)])
        for login in (*ROLES, 'plain', 'other_supervisor'):
            user = getattr(self, login)
            expected = {
                **dict.fromkeys(('supervisor', 'gm', 'clerk', 'group_manager', 'finance'), total),
                'consultant': 2, 'specialist': total - 2, 'specialist2': 0, 'other_supervisor': 0,
            }.get(login)
            with self.subTest(role=login):
                Report = self.Report.with_user(user)
                if expected is None:
                    with self.assertRaises(AccessError):
                        Report.search_count([])
                else:
                    self.assertEqual(Report.search_count([('company_id', '=', self.store.id)]), expected)

    def test_commission_only_with_the_right(self):
        row = self.Report.search([('entry_id', '=', self.renewed.id)], limit=1)
        for login in ('supervisor', 'specialist'):
            with self.subTest(role=login):
                self.assertNotIn('commission', self.rpc(getattr(self, login), self.Report, 'fields_get'))
                for method, args in (
                    ('read', (['commission'],)), ('formatted_read_group', ([], ['insurer_id'], ['commission:sum'])),
                    ('search', ([('commission', '>', 0)],)),
                ):
                    with self.assertRaises(AccessError):
                        self.rpc(getattr(self, login), row, method, *args)
        for login in ('clerk', 'gm', 'finance', 'group_manager'):
            with self.subTest(role=login):
                self.assertIn('commission', self.rpc(getattr(self, login), row, 'read', ['commission'])[0])
