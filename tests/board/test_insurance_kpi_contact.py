from datetime import date

from ..common import DealerInsuranceCase

NOVEMBER = date(2026, 11, 1), date(2026, 11, 30)


class TestInsuranceKpiContact(DealerInsuranceCase):
    """K6 to K8: what is due in the month, by the day's end on the clock of the store."""

    def value(self, code, user=None, month=NOVEMBER, store=None):
        """Return (numerator, denominator) of the store, or of `user`; the rows behind must be as many."""
        Kpi, store = self.env['insurance.kpi'], store or self.store
        values = Kpi._get_values(store, *month, by_specialist=bool(user), codes=[code])[code]
        found = values.get((store.id, user.id if user else False), (0, 0))
        for part, number in zip(('numerator', 'denominator'), found, strict=True):
            model, domain = Kpi._get_rows_domain(code, part, store, *month, user)
            self.assertEqual(self.env[model].search_count(domain), number)
        return found

    def miss(self, case, **vals):
        return self.make_contact(case, result_id=self._get_reason('contact_result', 'NO_ANSWER').id, **vals)

    def test_nothing_due(self):
        self.assertEqual([self.value(code) for code in ('K6', 'K7', 'K8')], [(0, 0)] * 3)
        self.assertEqual(self.env['insurance.kpi']._format(0, 0), "—")

    def test_on_time(self):
        cases = [self.make_case(self.specialist) for _number in range(5)]  # the first contact is due on the 20th
        for case in cases:
            self.make_contact(case, next_date='2026-11-24')
        self.assertEqual(self.value('K6'), (5, 5), "what is due later does not count yet")
        with self.at('2026-11-24 23:55'):
            self.make_contact(cases[0])
        with self.at('2026-11-24 10:00'):
            self.assertEqual(self.value('K6'), (6, 6), "the day is not over")
            self.miss(cases[2])
            self.make_lost(cases[3], result_id=self._get_reason('contact_result', 'REFUSE').id)
        with self.at('2026-11-25 00:05'):
            self.make_contact(cases[1])
            # of five planned contacts: done, a few minutes late, not reached, done by losing the case, forgotten
            self.assertEqual(self.value('K6'), (7, 10))
            self.assertEqual(self.value('K6', self.specialist), (7, 10))
            self.assertEqual(self.value('K6', self.specialist2), (0, 0))
            self.assertEqual(self.value('K6', store=self.other_store), (0, 0))

    def test_case_ended_before_the_day(self):
        case = self.make_case(self.specialist)
        self.miss(case, next_date='2026-11-20')
        self.make_lost(case, result_id=self._get_reason('contact_result', 'OFF').id)
        with self.at('2026-11-21 10:00'):
            self.assertEqual((self.value('K6'), self.value('K7')), ((0, 0), (0, 0)))

    def test_months_of_the_store(self):
        case = self.make_case(self.specialist)
        self.make_contact(case, when='2026-11-18 09:00', next_date='2026-11-30')
        with self.at('2026-12-01 00:30'):  # in UTC it is still November
            self.make_contact(case, next_date='2026-12-08')
            self.assertEqual(self.value('K6'), (1, 2))
            self.assertEqual(self.value('K8'), (1, 1))
            december = date(2026, 12, 1), date(2026, 12, 31)
            self.assertEqual((self.value('K6', month=december), self.value('K8', month=december)), ((0, 0), (1, 1)))

    def test_first_contact(self):
        tried, late, never = (self.make_case(self.specialist) for _number in range(3))
        with self.at('2026-11-20 18:00'):
            self.miss(tried)
        with self.at('2026-11-23 09:00'):
            self.make_contact(late)
            self.assertEqual(self.value('K7'), (1, 3))
            self.assertEqual(self.value('K7', self.specialist), (1, 3))
            self.assertFalse(never.contact_ids)

    def test_effective(self):
        case = self.make_case(self.specialist)
        self.make_contact(case, when='2026-11-16 10:00')
        self.miss(case)
        self.make_contact(case, content="已联系,继续跟进")
        self.make_contact(self.make_case(self.specialist2))
        self.assertEqual(self.value('K8'), (2, 4))
        self.assertEqual((self.value('K8', self.specialist), self.value('K8', self.specialist2)), ((1, 3), (1, 1)))

    def test_corrected_lines_count_once(self):
        case = self.make_case(self.specialist)
        contact = self.make_contact(case, when='2026-11-10 10:00')
        self.sign(contact.page_id.sudo())
        self.make_contact(case, when='2026-11-10 10:00', correction_of_id=contact.id,
                          result_id=self._get_reason('contact_result', 'NO_ANSWER').id)
        self.assertEqual(self.value('K8'), (0, 1))

    def test_a_talk_about_many_cars_counts_once(self):
        talk = self.make_contact(self.make_case(self.specialist))
        self.env['insurance.renewal.contact'].create(  # as the dialog for all cars of a customer does
            self.prepare_contact(self.make_case(self.specialist), shared_with_id=talk.id))
        self.assertEqual(self.value('K8'), (1, 1))

    def test_specialists_see_their_own(self):
        self.make_contact(self.make_case(self.specialist))
        self.make_contact(self.make_case(self.specialist2))
        Kpi = self.env['insurance.kpi'].with_user(self.specialist).with_company(self.store)
        values = Kpi._get_values(self.store, *NOVEMBER, codes=['K8'])
        self.assertEqual(values, {'K8': {(self.store.id, self.specialist.id): (1, 1)}})
