import base64
import io
from datetime import date, datetime

from openpyxl import load_workbook

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .lost_common import LostCase


class AnalysisCase(LostCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for index in range(5):  # another specialist, who loses by service
            cls.make_lost(cls.make_case(cls.specialist2), when=f'2026-11-1{index} 15:00',
                          lost_reason_id=cls.service.id, lost_detail="Waiting time")
        cls.make_lost(cls.make_case(cls.specialist2), when='2026-10-31 23:59')
        cls.make_lost(cls.make_case(cls.specialist, '2025-11-30'), when='2025-11-01 00:00')

    def make(self, user=None, **vals):
        return self.env['insurance.renewal.analysis'].with_user(user or self.supervisor).create({
            'date_from': '2026-11-01', 'date_to': '2026-11-30', **vals})


class TestInsuranceRenewalAnalysis(AnalysisCase):
    """Why the store lost renewals: the month beside the one before and a year ago (R6)."""

    # === ARITHMETIC === #

    def test_reasons(self):
        analysis = self.make()._get_analysis()
        self.assertEqual((analysis['count'], analysis['previous_count'], analysis['year_count']), (10, 1, 1))
        rows = {row['label']: row for row in analysis['reasons']}
        service, price = rows["Service of the dealership"], rows["Price too high"]
        self.assertEqual([(row['count'], row['share'], row['previous'], row['change'], row['year'], row['grew'])
                          for row in (service, price)],
                         [(6, 0.6, 0, 6, 0, True), (3, 0.3, 1, 2, 1, True)])
        self.assertEqual((price['gap'], price['gap_count'], service['gap_count']), (350, 1, 0))
        self.assertFalse(rows["Already insured elsewhere"]['grew'])
        self.assertEqual(price['group'], "Price and cover")

    def test_sentences(self):
        text = "\n".join(self.make()._get_analysis()['sentences'])
        for words in ("10 renewals lost; 1 in the period before, 1 a year ago",
                      "Service of the dealership + Price too high: 90.0% of the lost cases",
                      "Service of the dealership 0 → 6", "350.00 above the competitor's price (1 cases)",
                      "Specialist2 loses 100.0% by Service of the dealership, the store 60.0%",
                      "1 cases were found to be insured elsewhere"):
            self.assertIn(words, text)

    def test_who_differs(self):
        rows = {row['label']: row for row in self.make()._get_analysis()['specialists']}
        self.assertTrue(rows["Specialist2"]['differs'])
        self.assertEqual((rows["Specialist"]['reason'], rows["Specialist"]['own_share']), ("Price too high", 0.6))
        self.make_contact(self.env['insurance.renewal'].search([('specialist_id', '=', self.specialist2.id),
                                                                ('closed_on', '=', '2026-11-14')]),
                          self.supervisor, kind='win_back')
        rows = {row['label']: row for row in self.make()._get_analysis()['specialists']}
        self.assertFalse(rows["Specialist2"]['differs'])  # four cases are too few to judge

    def test_periods(self):
        for (first, last), previous, year in (
            (('2026-11-01', '2026-11-30'), (date(2026, 10, 1), date(2026, 10, 31)),
             (date(2025, 11, 1), date(2025, 11, 30))),
            (('2028-02-01', '2028-02-29'), (date(2028, 1, 1), date(2028, 1, 31)),
             (date(2027, 2, 1), date(2027, 2, 28))),
            (('2027-02-01', '2027-02-28'), (date(2027, 1, 1), date(2027, 1, 31)),
             (date(2026, 2, 1), date(2026, 2, 28))),
            (('2026-07-01', '2026-09-30'), (date(2026, 4, 1), date(2026, 6, 30)),
             (date(2025, 7, 1), date(2025, 9, 30))),
            (('2026-11-10', '2026-11-16'), (date(2026, 11, 3), date(2026, 11, 9)),
             (date(2025, 11, 10), date(2025, 11, 16))),
        ):
            with self.subTest(first=first):
                periods = self.make(date_from=first, date_to=last)._get_periods()
                self.assertEqual((periods['previous'], periods['year']), (previous, year))

    def test_proposed_period(self):
        Analysis = self.env['insurance.renewal.analysis']
        for moment, span in (('2026-12-10 09:00', (date(2026, 11, 1), date(2026, 11, 30))),
                             ('2026-12-11 09:00', (date(2026, 12, 1), date(2026, 12, 11)))):
            with self.subTest(moment=moment), self.at(moment):
                values = Analysis.with_user(self.supervisor).default_get(['date_from', 'date_to'])
                self.assertEqual((values['date_from'], values['date_to']), span)

    def test_empty(self):
        wizard = self.make(date_from='2026-01-01', date_to='2026-01-31')
        self.assertEqual(wizard._get_analysis()['sentences'], ["No renewal was lost in this period."])
        self.assertIn("No renewal was lost", str(wizard.preview))
        with self.refused("No renewal was lost"):
            wizard.action_export()

    # === WORKBOOK === #

    def open(self, wizard):
        wizard.action_export()
        workbook = load_workbook(io.BytesIO(base64.b64decode(wizard.file)))
        tables = {}
        for sheet in workbook.worksheets:
            heads, *rows = sheet.iter_rows(min_row=3, values_only=True)
            tables[sheet.title] = [dict(zip(heads, row, strict=True)) for row in rows]
        return tables

    def test_workbook(self):
        tables = self.open(self.make())
        self.assertEqual(list(tables), ["Findings", "Reasons", "Won by Insurer", "Specialists", "Cases"])
        reasons = {row["Lost Reason"]: row for row in tables["Reasons"]}
        price = reasons["Price too high"]
        self.assertEqual((price["Lost Cases"], price["Share of Lost Cases"], price["Period before"],
                          price["Up or Down"], price["A Year ago"], price["Average Price Gap"]), (3, 0.3, 1, 2, 1, 350))
        self.assertIsNone(reasons["Service of the dealership"]["Average Price Gap"])
        self.assertEqual(sum(row["Lost Cases"] for row in tables["Won by Insurer"]), 10)
        self.assertEqual([(row["Specialist"], row["Most Unlike the Store in"], row["Differs"])
                          for row in tables["Specialists"]],
                         [("Specialist", "Price too high", "Yes"),
                          ("Specialist2", "Service of the dealership", "Yes")])
        cases = tables["Cases"]
        self.assertEqual(len(cases), 10)
        first = next(row for row in cases if row["Price Gap"])
        case = self.by_price[0].sudo().renewal_id
        self.assertEqual((first["Plate"], first["Lost on"], first["Competitor's Price"], first["Price Gap"]),
                         (case.plate, datetime(2026, 11, 11), 3500, 350))
        self.assertEqual([row["Found out Late"] for row in cases].count("Yes"), 1)

    def test_workbook_for_an_insurer(self):
        wizard = self.make(for_insurer=True)
        tables = self.open(wizard)
        self.assertNotIn("Specialists", tables)
        self.assertFalse({"Plate", "Specialist"} & tables["Cases"][0].keys())
        text = str(tables) + str(wizard.preview)
        for words in (self.specialist2.name, self.by_price[0].sudo().renewal_id.plate, "赣Z"):
            self.assertNotIn(words, text)

    def test_export_is_logged(self):
        wizard = self.make()
        wizard.action_export()
        log = self.env['insurance.access.log'].search([], limit=1)
        self.assertEqual((log.kind, log.user_id, log.company_id, log.row_count),
                         ('export', self.supervisor, self.store, 10))

    def test_large_export_alerts(self):
        """Above the store's number of rows the general manager is told at once (T37); not at it."""
        Message = self.env['mail.message']
        known = Message.search([])
        self.store.insurance_export_alert_rows = 10
        self.make().action_export()
        self.assertFalse(Message.search([('id', 'not in', known.ids)]))
        self.store.insurance_export_alert_rows = 9
        self.make().action_export()
        message = Message.search([('id', 'not in', known.ids)])
        self.assertEqual((message.subject, message.notified_partner_ids),
                         ("Large export of personal data: 10 rows", self.gm.partner_id))
        self.assertIn("Supervisor exported 10 rows of", message.body)

    def test_who_is_told_of_a_general_managers_export(self):
        known = self.env['mail.message'].search([])
        self.store.insurance_export_alert_rows = 0
        self.make(self.gm).action_export()
        message = self.env['mail.message'].search([('id', 'not in', known.ids)])
        self.assertEqual(message.notified_partner_ids, self.group_manager.partner_id)

    # === ACCESS === #

    def test_who_may(self):
        for user in (self.specialist, self.clerk, self.finance, self.group_manager, self.administrator):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.rpc(user, self.env['insurance.renewal.analysis'], 'create',
                         [{'date_from': '2026-11-01', 'date_to': '2026-11-30'}])
        self.assertEqual(self.make(self.gm)._get_analysis()['count'], 10)

    def test_own_store_only(self):
        wizard = self.make(self.other_supervisor, company_id=self.store.id)
        for method in ('action_print', 'action_export'):
            with self.subTest(method=method), self.assertRaises(UserError):
                self.rpc(self.other_supervisor, wizard, method)

    def test_only_its_maker_reads_it(self):
        wizard = self.make()
        wizard.action_export()
        self.assertFalse(wizard.with_user(self.gm).has_access('read'))


@tagged('post_install', '-at_install')
class TestInsuranceRenewalAnalysisPrint(AnalysisCase):
    """Screen and paper show the same tables."""

    def test_print(self):
        wizard = self.make()
        html, _type = self.env['ir.actions.report'].with_user(self.supervisor)._render_qweb_html(
            'dealer_insurance.report_insurance_renewal_analysis', wizard.ids)
        for text in (html.decode(), str(wizard.preview)):
            for words in ("90.0% of the lost cases", "Service of the dealership", "Specialist2", "350.00 (1)", "+6"):
                self.assertIn(words, text)
