from datetime import date

from ..renewal.lost_common import LostCase

NOVEMBER = date(2026, 11, 1), date(2026, 11, 30)
DECEMBER = date(2026, 12, 1), date(2026, 12, 31)


class TestInsuranceKpiLost(LostCase):
    """Reviews and lost summaries on time (K26, K27)."""

    def value(self, code, span, by_specialist=False, user=None, companies=None):
        values = self.env['insurance.kpi'].with_user(user or self.supervisor)._get_values(
            companies or self.store, *span, by_specialist=by_specialist, codes=[code])
        return values[code]

    # === K27 === #

    def test_summaries(self):
        self.make_case(self.specialist2)
        with self.at('2026-12-01 08:00'):
            first, second = self.draft().sorted(lambda report: report.specialist_id.id)
            self.assertEqual(self.value('K27', NOVEMBER), {(self.store.id, False): (0, 2)})
        with self.at('2026-12-02 23:59'):
            self.write_summary(first).action_submit()
        with self.at('2026-12-03 00:00'):
            second.with_user(self.specialist2).action_submit()
        self.assertEqual(self.value('K27', NOVEMBER), {(self.store.id, False): (1, 2)})
        self.assertEqual(self.value('K27', NOVEMBER, by_specialist=True), {
            (self.store.id, self.specialist.id): (1, 1), (self.store.id, self.specialist2.id): (0, 1)})
        self.assertEqual(self.value('K27', NOVEMBER, user=self.specialist2),
                         {(self.store.id, self.specialist2.id): (0, 1)})
        self.assertEqual(self.value('K27', DECEMBER), {})
        self.assertFalse(self.value('K27', NOVEMBER, user=self.other_supervisor))

    def test_returned_summaries_stay_in_time(self):
        with self.at('2026-12-02 10:00'):
            report = self.write_summary(self.draft())
            report.action_submit()
            report.with_user(self.supervisor).action_return("More please")
        with self.at('2026-12-05 10:00'):
            report.action_submit()
        self.assertEqual(self.value('K27', NOVEMBER), {(self.store.id, False): (1, 1)})

    # === K26 === #

    def test_reviews(self):
        """Two weeks of one book and one of another, due on 15, 22 and 22 November."""
        early = self.make_contact(self.make_case(self.specialist), when='2026-11-05 10:00').page_id
        other = self.make_contact(self.make_case(self.specialist2), when='2026-11-10 10:00').page_id
        later = self.by_price[0].page_id
        self.assertEqual([page.deadline.day for page in (early, later, other)], [15, 22, 22])
        self.assertEqual(self.value('K26', NOVEMBER), {(self.store.id, False): (0, 3)})
        self.sign(early)  # on the 18th: late
        with self.at('2026-11-22 23:59'):
            self.sign(later)
        self.assertEqual(self.value('K26', NOVEMBER), {(self.store.id, False): (1, 3)})
        self.assertEqual(self.value('K26', NOVEMBER, by_specialist=True), {
            (self.store.id, self.specialist.id): (1, 2), (self.store.id, self.specialist2.id): (0, 1)})
        with self.at('2026-11-23 00:00'):
            self.sign(other)
        self.assertEqual(self.value('K26', NOVEMBER), {(self.store.id, False): (1, 3)})
        later.with_user(self.gm).action_reopen("Wrong insurer")
        self.assertEqual(self.value('K26', NOVEMBER), {(self.store.id, False): (1, 3)})  # it was signed in time

    # === ROWS === #

    def test_the_group_reads_figures_only(self):
        """Summaries, pages and cases are not the group's: it is told so instead of an empty list (domain 3.2)."""
        with self.at('2026-12-01 08:00'):
            self.draft()
        Kpi = self.env['insurance.kpi'].with_user(self.group_manager)
        for code, records in (('K26', "Register Page"), ('K27', "Lost Summary"), ('K3', "Renewal Case")):
            with self.subTest(code=code):
                self.assertTrue(self.value(code, NOVEMBER, user=self.group_manager) or code == 'K3')
                with self.refused(f"your role reads the figure only.*{records}"):
                    Kpi._action_view_rows(code, 'denominator', self.store, NOVEMBER[0])

    def test_an_empty_list_opens(self):
        """Nothing behind a figure is an empty list, not a refusal."""
        action = self.env['insurance.kpi'].with_user(self.supervisor)._action_view_rows(
            'K27', 'numerator', self.store, NOVEMBER[0])
        self.assertFalse(self.env[action['res_model']].search(action['domain']))

    def test_rows_behind_the_figures(self):
        self.make_case(self.specialist2)
        self.sign(self.make_contact(self.make_case(self.specialist), when='2026-11-05 10:00').page_id)
        with self.at('2026-12-01 08:00'):
            reports = self.draft()
            self.write_summary(reports.filtered(lambda report: report.specialist_id == self.specialist)).action_submit()
        Kpi = self.env['insurance.kpi'].with_user(self.supervisor)
        for code in ('K26', 'K27'):
            for user in (None, self.specialist):
                key = self.store.id, user.id if user else False
                for part, number in zip(('numerator', 'denominator'),
                                        self.value(code, NOVEMBER, by_specialist=bool(user))[key], strict=True):
                    model, domain = Kpi._get_rows_domain(code, part, self.store, *NOVEMBER, user)
                    with self.subTest(code=code, part=part, user=user):
                        self.assertEqual(self.env[model].with_user(self.supervisor).search_count(domain), number)
