from datetime import date

from odoo.tests import tagged

from ..common import DealerInsuranceCase

DECEMBER = (date(2026, 12, 1), date(2026, 12, 31))


class KpiCase(DealerInsuranceCase):
    """What the figures are counted from: cases of a month and what became of them."""

    def renew(self, case, start, issued='2026-11-18', premium=3000, **vals):
        """Register a policy of the car of `case` that begins on `start`."""
        policy = self.prepare_policy(premium=premium, start=start)
        return self.make_entry(policy, vehicle_id=case.vehicle_id.id, issue_date=issued,
                               company_id=case.company_id.id, **vals)

    def leave_base(self, case):
        """Log that the car of `case` was sold."""
        return self.make_lost(case, lost_reason_id=self._get_reason('renewal_lost', 'SOLD').id, lost_price=0,
                              lost_insurer_id=False, lost_known_on='2026-11-01', lost_detail="Sold to a dealer")

    def figures(self, code, first=DECEMBER[0], last=DECEMBER[1], user=None, by_specialist=False):
        """Return the figure of the store, or `{user id: figure}`, as the supervisor (or `user`) sees it."""
        rows = self.env['insurance.kpi'].with_user(user or self.supervisor)._get_values(
            self.store, first, last, by_specialist, codes=[code])[code]
        if by_specialist:
            return {who: figure for (_company, who), figure in rows.items()}
        return rows.get((self.store.id, False), (0, 0))


@tagged('post_install', '-at_install')
class TestOutcome(KpiCase):
    """What a case counts as (K3): by the ledger, within its days, in the month of the expiry."""

    def test_by_the_first_day_of_the_policy(self):
        for name, expiry, start, outcome in (
            ('day after', '2026-12-20', '2026-12-21', 'renewed'),
            ('90 days early', '2027-02-18', '2026-11-20', 'renewed'),
            ('91 days early', '2027-02-19', '2026-11-20', 'open'),
            ('last day of the grace', '2026-08-22', '2026-11-20', 'renewed'),
            ('day after the grace', '2026-08-21', '2026-11-20', 'open'),
        ):
            with self.subTest(name):
                case = self.make_case(self.specialist, expiry)
                self.renew(case, start)
                self.assertEqual(case.outcome, outcome)
                self.assertEqual(case.search([('id', '=', case.id), ('outcome', '=', outcome)]), case)
                self.assertFalse(case.search([('id', '=', case.id), ('outcome', '!=', outcome)]))

    def test_shorter_grace_takes_back(self):
        late = self.make_case(self.specialist, '2026-10-01')
        self.renew(late, '2026-11-20')
        self.assertEqual(late.outcome, 'renewed')
        self.store.insurance_renewal_grace_days = 49
        late.invalidate_recordset(['outcome'])
        self.assertEqual(late.outcome, 'regained')
        self.store.insurance_renewal_grace_days = 50
        late.invalidate_recordset(['outcome'])
        self.assertEqual(late.outcome, 'renewed')

    def test_cancellation_takes_back(self):
        case = self.make_case(self.specialist)
        entry = self.renew(case, '2026-12-21')
        self.assertEqual(self.figures('K3'), (1, 1))
        self.make_follow_up(entry)
        self.assertEqual(case.outcome, 'open')
        self.assertEqual(self.figures('K3'), (0, 1))

    def test_contact_counts_until_there_is_a_ledger(self):
        before, after = self.make_case(self.specialist), self.make_case(self.specialist)
        self.make_won(before, when='2026-11-09 10:00')
        self.assertEqual(before.outcome, 'renewed')
        self.make_entry(issue_date='2026-11-10')
        self.make_won(after, when='2026-11-10 10:00')
        (before + after).invalidate_recordset(['outcome'])
        self.assertEqual(before.outcome, 'renewed')
        self.assertEqual(after.outcome, 'unproven')
        self.assertEqual(self.figures('K3'), (1, 2))
        self.assertEqual(self.figures('K5_open'), (1, 2))
        self.renew(after, '2026-12-21')
        self.assertEqual(self.figures('K3'), (2, 2))

    def test_lost_and_out_of_the_base(self):
        lost, sold = self.make_case(self.specialist), self.make_case(self.specialist)
        self.make_lost(lost)
        self.leave_base(sold)
        self.assertEqual((lost.outcome, sold.outcome), ('lost', 'invalid'))

    def test_of_a_new_record(self):
        self.assertEqual(self.env['insurance.renewal'].new({}).outcome, 'open')


@tagged('post_install', '-at_install')
class TestKpiRenewal(KpiCase):
    """The renewal figures K3–K5, K9 and K11 over one month."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        build = KpiCase
        cls.cases = cls.env['insurance.renewal'].concat(*(
            cls.make_case(cls.specialist if index < 6 else cls.specialist2, f'2026-12-{index + 1:02d}',
                          commercial_premium=2000, compulsory_premium=500,
                          imported_class='r_new' if index % 2 else 'r_ren')
            for index in range(9)
        ))
        for index, issued in ((0, '2026-10-01'), (1, '2026-11-02'), (2, '2026-11-18')):
            case = cls.cases[index]
            policy = cls.prepare_policy(premium=3000, start=str(case.reference_expiry.replace(month=11)))
            cls.make_entry(policy, vehicle_id=case.vehicle_id.id, issue_date=issued)
        cls.make_lost(cls.cases[3])
        build.leave_base(cls, cls.cases[4])
        cls.make_lost(cls.cases[6])

    def test_identity(self):
        """Due are the renewed, the late, the lost and the open ones; who left the base is shown apart (K5)."""
        due = self.figures('K3')[1]
        parts = {code: self.figures(code) for code in ('K3', 'K5', 'K5_open', 'K5_late')}
        self.assertEqual({figure[1] for figure in parts.values()}, {due})
        self.assertEqual(sum(figure[0] for figure in parts.values()), due)
        out, cases = self.figures('K5_invalid')
        self.assertEqual((due + out, cases), (9, 9))

    def test_month(self):
        for code, figure in (
            ('K3', (3, 8)), ('K3_gross', (3, 9)), ('K3b_r_ren', (2, 4)), ('K3b_r_new', (1, 4)), ('K3b_r_gap', (0, 0)),
            ('K3c', (9000, 20000)), ('K5', (2, 8)), ('K5_open', (3, 8)), ('K5_late', (0, 8)), ('K5_invalid', (1, 9)),
            ('K11_61', (1, 3)), ('K11_31', (0, 3)), ('K11_15', (2, 3)), ('K11_0', (0, 3)), ('K11_after', (0, 3)),
        ):
            with self.subTest(code):
                self.assertEqual(self.figures(code), figure)

    def test_per_specialist(self):
        first, second = self.specialist.id, self.specialist2.id
        self.assertEqual(self.figures('K3', by_specialist=True), {first: (3, 5), second: (0, 3)})
        self.assertEqual(self.figures('K5', by_specialist=True), {first: (1, 5), second: (1, 3)})
        self.assertEqual(self.figures('K3_gross', by_specialist=True), {first: (3, 6), second: (0, 3)})

    def test_specialist_sees_his_own(self):
        self.assertEqual(self.figures('K3', user=self.specialist2, by_specialist=True),
                         {self.specialist2.id: (0, 3)})
        self.assertEqual(self.figures('K3', user=self.specialist2), (0, 0))

    def test_other_store_sees_nothing(self):
        Kpi = self.env['insurance.kpi'].with_user(self.other_supervisor)
        self.assertFalse(Kpi._get_values(self.store, *DECEMBER, codes=['K3'])['K3'])

    def test_cohort_by_expiry(self):
        """Issued in October and November, they count in December, the month of the expiry (T5)."""
        for first, last in ((date(2026, 10, 1), date(2026, 10, 31)), (date(2026, 11, 1), date(2026, 11, 30))):
            self.assertEqual(self.figures('K3', first, last), (0, 0))

    def test_left_out_of_the_base_is_gross(self):
        vehicle = self.make_vehicle()
        self.env['insurance.renewal.exclusion'].create({
            'company_id': self.store.id, 'vehicle_id': vehicle.id, 'partner_id': vehicle.owner_id.id,
            'reference_expiry': '2026-12-24', 'ground': 'sold', 'found_on': '2026-11-18',
        })
        self.assertEqual(self.figures('K3'), (3, 8))
        self.assertEqual(self.figures('K3_gross'), (3, 10))

    def test_archived_cases_do_not_count(self):
        self.cases[8].active = False
        self.assertEqual(self.figures('K3'), (3, 7))

    def test_endorsement_and_cancellation_change_the_premium(self):
        entry = self.cases[0].won_entry_id
        self.make_follow_up(entry, kind='endorsement', reason='COVERAGE_UP', premiums={'commercial': 200})
        self.assertEqual(self.figures('K3c'), (9200, 20000))
        self.make_follow_up(entry)
        self.assertEqual(self.figures('K3c')[0], 6000)

    def test_quoted(self):
        self.make_contact(self.cases[5], quote_commercial=2500)
        self.make_contact(self.cases[7])
        self.assertEqual(self.figures('K9'), (1, 8))
        model, domain = self.env['insurance.kpi']._get_rows_domain('K9', 'numerator', self.store, *DECEMBER)
        self.assertEqual(self.env[model].search(domain), self.cases[5])

    def test_rows_behind_the_figures(self):
        Kpi = self.env['insurance.kpi'].with_user(self.supervisor)
        for code in Kpi._get_definitions():
            if not code.startswith(('K3', 'K5', 'K9', 'K11')) or code == 'K3c':
                continue
            for index, part in enumerate(('numerator', 'denominator')):
                for user in (None, self.specialist):
                    figure = self.figures(code, by_specialist=bool(user))
                    figure = figure.get(user.id) if user else figure
                    model, domain = Kpi._get_rows_domain(code, part, self.store, *DECEMBER, user)
                    with self.subTest(code=code, part=part, user=user):
                        self.assertEqual(self.env[model].search_count(domain), figure[index])

    def test_issued_against_last_year(self):
        self.assertEqual(self.figures('K4', date(2026, 11, 1), date(2026, 11, 30)), (2, 0))
        self.assertEqual(self.figures('K4', date(2027, 11, 1), date(2027, 11, 30)), (0, 2))
        self.make_follow_up(self.cases[1].won_entry_id)
        self.assertEqual(self.figures('K4', date(2026, 11, 1), date(2026, 11, 30)), (1, 0))

    def test_query_budget(self):
        """The cohorts are read in as many queries for one case as for all."""
        Kpi = self.env['insurance.kpi']
        Kpi._get_cohorts(self.store, *DECEMBER)
        self.env.invalidate_all()
        with self.assertQueryCount(2):
            Kpi._get_cohorts(self.store + self.other_store, date(2026, 1, 1), date(2026, 12, 31))

    def test_all_figures_are_defined(self):
        definitions = self.env['insurance.kpi']._get_definitions()
        Kpi = self.env['insurance.kpi'].with_user(self.supervisor)  # who does not see what commission is about
        self.assertEqual(list(Kpi._get_values(self.store, *DECEMBER)), list(Kpi._get_definitions()))
        self.assertLess(set(Kpi._get_definitions()), set(definitions))
        for code, definition in definitions.items():
            with self.subTest(code):
                self.assertIn(definition['unit'], ('ratio', 'count', 'money'))
                self.assertTrue(definition['name'] and definition['formula'] and definition['version'] >= 1)


@tagged('post_install', '-at_install')
class TestKpiDates(KpiCase):
    """Months and texts at their edges."""

    def test_leap_day(self):
        case = self.make_case(self.specialist, '2028-02-29')
        with self.at('2028-02-10 10:00'):
            self.renew(case, '2028-03-01', issued='2028-02-10')
            self.assertEqual(self.figures('K3', date(2028, 2, 1), date(2028, 2, 29)), (1, 1))
            self.assertEqual(self.figures('K3', date(2028, 3, 1), date(2028, 3, 31)), (0, 0))
            self.assertEqual(self.figures('K11_15', date(2028, 2, 1), date(2028, 2, 29)), (1, 1))

    def test_same_days_last_year(self):
        Kpi = self.env['insurance.kpi']
        for days, before in (
            ((date(2028, 2, 1), date(2028, 2, 29)), (date(2027, 2, 1), date(2027, 2, 28))),
            ((date(2029, 2, 1), date(2029, 2, 28)), (date(2028, 2, 1), date(2028, 2, 29))),
            ((date(2026, 11, 1), date(2026, 11, 18)), (date(2025, 11, 1), date(2025, 11, 18))),
        ):
            self.assertEqual(Kpi._get_days_last_year(*days), before)

    def test_nothing_to_divide_by(self):
        Kpi = self.env['insurance.kpi']
        for numerator, denominator, text in (
            (0, 0, "—"), (3, 0, "—"), (0, 8, "0.0%"), (1, 8, "12.5%"), (1, 3, "33.3%"), (2, 3, "66.7%"),
            (1249, 10000, "12.5%"), (125, 100000, "0.1%"), (5, 4, "125.0%"),
        ):
            self.assertEqual(Kpi._format(numerator, denominator), text)
        self.assertIsNone(Kpi._get_rate(1, 0))
        self.assertEqual(Kpi._format(1234567.5, 0, 'money'), "1,234,567.50")

    def test_rounded_half_up(self):
        self.assertEqual(self.env['insurance.kpi']._format(1, 2000), "0.1%")
        self.assertEqual(self.env['insurance.kpi']._format(45, 2000), "2.3%")


@tagged('post_install', '-at_install')
class TestKpiVisit(KpiCase):
    """Invited, arrived, won (K10)."""

    def test_visits(self):
        invited, kept, walked_in, quiet = (self.make_case(self.specialist) for _index in range(4))
        november = (date(2026, 11, 1), date(2026, 11, 30))
        self.make_contact(invited, when='2026-11-10 10:00', appointment_on='2026-11-14')
        self.make_contact(kept, when='2026-10-30 10:00', appointment_on='2026-10-31')
        self.make_contact(kept, when='2026-11-11 10:00', arrived_on=self.utc('2026-11-11 09:30'))
        self.make_contact(walked_in, when='2026-11-12 10:00', arrived_on=self.utc('2026-11-12 09:30'))
        self.renew(kept, '2026-12-21')
        cases = [invited, kept, walked_in, quiet]
        for code, figure in (('K10_invited', (1, 4)), ('K10_arrived', (1, 2)), ('K10_closed', (1, 2))):
            with self.subTest(code):
                self.assertEqual(self.figures(code, *november), figure)
                self.assertEqual(self.rows(code, *november), figure)
        self.assertTrue(quiet.is_open and cases)

    def rows(self, code, first, last, user=None):
        """Return how many cases open behind numerator and denominator."""
        Kpi, found = self.env['insurance.kpi'], []
        for part in ('numerator', 'denominator'):
            model, domain = Kpi._get_rows_domain(code, part, self.store, first, last, user)
            self.assertEqual(model, 'insurance.renewal')
            found.append(self.env[model].search_count(domain))
        return tuple(found)

    def test_rows_are_cases(self):
        """A case with three appointments is one row, and it stands in the list of its specialist alone."""
        case = self.make_case(self.specialist)
        november = (date(2026, 11, 1), date(2026, 11, 30))
        for day in (10, 11, 12):
            self.make_contact(case, when=f'2026-11-{day} 10:00', appointment_on='2026-11-20')
        self.make_case(self.specialist2)
        self.assertEqual(self.rows('K10_invited', *november), (1, 2))
        self.assertEqual(self.rows('K10_invited', *november, self.specialist), (1, 1))
        self.assertEqual(self.rows('K10_invited', *november, self.specialist2), (0, 1))
        self.assertEqual(self.rows('K10_arrived', *november), (0, 1))
        self.assertEqual(self.rows('K10_closed', *november), (0, 0))

    def test_titles(self):
        self.make_contact(self.make_case(self.specialist), when='2026-11-10 10:00', appointment_on='2026-11-14')
        Kpi, month = self.env['insurance.kpi'].with_user(self.supervisor), date(2026, 11, 1)
        self.assertEqual(Kpi._action_view_rows('K10_invited', 'numerator', self.store, month)['name'],
                         "Invited Rate 2026-11: cases invited")
        action = Kpi._action_view_rows('K10_arrived', 'denominator', self.store, month, self.specialist)
        self.assertEqual(action['name'], "Arrived Rate 2026-11: customers expected, Specialist")
        self.assertEqual(Kpi._action_view_rows('K3', 'denominator', self.store, month)['name'],
                         "Renewal Rate 2026-11: Denominator")

    def test_arrival_on_the_stores_day(self):
        """Half past midnight on 1 December in the store is still November in UTC (T13)."""
        case = self.make_case(self.specialist, '2027-01-20')
        with self.at('2026-12-01 09:00'):
            self.make_contact(case, when='2026-11-30 10:00', appointment_on='2026-12-01')
            self.make_contact(case, when='2026-12-01 08:00', arrived_on=self.utc('2026-12-01 00:30'))
            self.assertEqual(self.figures('K10_arrived'), (1, 1))
            self.assertEqual(self.figures('K10_closed', date(2026, 11, 1), date(2026, 11, 30)), (0, 0))
