import io

from lxml import html

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger
from odoo.tools.pdf import PdfFileReader

from ...models.underwriting import insurance_ledger_entry_print, insurance_ledger_print
from ..common import DealerInsuranceCase

YEAR = 'dealer_insurance.report_insurance_ledger'
MONTH = 'dealer_insurance.report_insurance_ledger_month'
ENTRIES = 'dealer_insurance.report_insurance_ledger_entry'


class LedgerReportCase(DealerInsuranceCase):
    """Renders the ledger as HTML; :meth:`sheets` returns one node per ledger, :meth:`text` the words on it."""

    def sheets(self, report, records, user=None):
        content = self.env['ir.actions.report'].with_user(user or self.clerk)._render_qweb_html(report, records.ids)[0]
        root = html.fromstring(content)
        self.assertEqual(len(root.find_class('article')), 1, "one article, or wkhtmltopdf needs patched Qt")
        return root.find_class('sheet')

    def text(self, node):
        return ' '.join(' '.join(node.itertext()).split())

    def sheet(self, report, records, user=None):
        (sheet,) = self.sheets(report, records, user)
        return sheet

    def make_print(self, ledgers, month, user=None):
        return self.env['insurance.ledger.print'].with_user(user or self.clerk).create({
            'ledger_ids': [Command.set(ledgers.ids)], 'month': month,
        })

    def totals(self, sheet):
        """Return the texts of the rows of totals, in order."""
        return [self.text(row) for row in sheet.xpath(".//tr[contains(@class, 'total')]")]


class TestInsuranceLedgerReport(LedgerReportCase):
    """《承保台帐》 on paper: what the form of the store had, month by month with its totals (domain 2.5)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_rate_card({'product': 'commercial', 'rate': 0.2}, {'product': 'compulsory', 'rate': 0.04})
        cls.october = cls.make_entry(
            issue_date='2026-10-30', vehicle_tax=420, salesperson_id=cls.consultant.id, business_type='r_ren',
        )
        cls.november = cls.make_entry(
            cls.prepare_policy(premium=5000, third_party_limit=3000000), cls.prepare_policy('non_motor', 200),
            issue_date='2026-11-17', salesperson_id=cls.specialist.id,
        )
        cls.ledger = cls.october.ledger_id

    def test_heading_and_columns(self):
        self.ledger.manager_id = self.clerk
        text = self.text(self.sheet(YEAR, self.ledger))
        for words in ("Underwriting Ledger", "2026", self.store.name, self.picc.name, "Kept by Clerk", "Whole year"):
            self.assertIn(words, text)
        compulsory, commercial = self.october.policy_ids.sorted('sequence')
        for words in ("2026-10-30", "Repeat renewal", self.october.plate, self.october.vin, self.october.owner_id.name,
                      compulsory.policy_no, commercial.policy_no, "2026-11-20–2027-11-19", "950.00", "420.00",
                      "3,000.00", "3,950.00", "Consultant", "Clerk", "3,000,000", "200.00"):
            self.assertIn(words, text)

    def test_insured_stands_where_it_differs(self):
        self.assertEqual(self.text(self.sheet(YEAR, self.ledger)).count(self.october.owner_id.name), 1)
        insured = self.make_owner(name="Leasing Company")
        self.october.insured_id = insured
        self.assertIn("Leasing Company", self.text(self.sheet(YEAR, self.ledger)))

    def test_premium_without_vehicle_tax(self):
        sheet = self.sheet(YEAR, self.ledger)
        grand = self.totals(sheet)[-1]
        self.assertIn("9,150.00", grand)  # 3,950 + 5,200, without the tax of 420 (T33)
        self.assertIn("Premium with vehicle tax: 9,570.00", self.text(sheet))

    def test_months_and_running_totals(self):
        october, first, november, second, grand = self.totals(self.sheet(YEAR, self.ledger))
        self.assertTrue(october.startswith("Total of 2026-10 (1 entries, 1 vehicles)"), october)
        self.assertTrue(november.startswith("Total of 2026-11 (1 entries, 1 vehicles)"), november)
        self.assertTrue(second.startswith("Running total (2 entries, 2 vehicles)"), second)
        self.assertTrue(grand.startswith("Grand total (2 entries, 2 vehicles)"), grand)
        self.assertIn("3,950.00", first)
        self.assertIn("5,200.00", november)
        self.assertIn("9,150.00", second)

    def test_one_month_begins_with_what_was_before(self):
        sheet = self.sheet(MONTH, self.make_print(self.ledger, '11'))
        self.assertIn("Month 2026-11", self.text(sheet))
        self.assertNotIn(self.october.plate, self.text(sheet))
        november, running, grand = self.totals(sheet)
        self.assertIn("5,200.00", november)
        self.assertIn("2 entries, 2 vehicles", running)
        self.assertIn("9,150.00", running)
        self.assertIn("5,200.00", grand)
        whole = self.sheet(MONTH, self.make_print(self.ledger, False))
        self.assertEqual(len(self.totals(whole)), 5)

    def test_month_without_entries(self):
        sheet = self.sheet(MONTH, self.make_print(self.ledger, '3'))
        self.assertEqual([text.split(' (')[0] for text in self.totals(sheet)], ["Grand total"])

    def test_discount_and_its_rate(self):
        self.store.insurance_benefit_free_amount = 1000
        self.november.benefit_ids = [Command.create({
            'type_id': self._get_reason('benefit_type', 'GIFT').id, 'amount': 500,
        })]
        november = self.totals(self.sheet(YEAR, self.ledger))[2]
        self.assertIn("500.00 10.0 %", november)  # of the commercial premium (K19)
        self.assertIn("500.00 6.2 %", self.totals(self.sheet(YEAR, self.ledger))[-1])

    def test_endorsement_and_cancellation_are_marked(self):
        self.make_follow_up(self.october, products=('commercial',))
        self.make_follow_up(self.november, 'endorsement', 'COVERAGE_UP', premiums={'commercial': 300})
        sheet = self.sheet(YEAR, self.ledger)
        (cancelled,) = sheet.xpath(".//tr[@class='cancellation']")
        (endorsed,) = sheet.xpath(".//tr[@class='endorsement']")
        self.assertIn(f"Cancellation of No. {self.october.number}", self.text(cancelled))
        self.assertIn("-3,000.00", self.text(cancelled))
        self.assertIn(f"Endorsement of No. {self.november.number}", self.text(endorsed))
        self.assertEqual(len(sheet.xpath(".//tr[@class='policy']")), 2)

    def test_finance_signature_with_name_and_day(self):
        self.assertNotIn("Finance", self.text(self.sheet(YEAR, self.ledger)).replace("(Finance)", ""))
        with self.at('2026-11-19 00:30'):  # still the 18th in UTC
            self.october.with_user(self.finance).action_sign()
        self.assertIn("Finance 2026-11-19", self.text(self.sheet(YEAR, self.ledger)))

    def test_text_is_not_markup(self):
        self.october.owner_id.name = "<b>Owner</b> <script>1</script>"
        sheet = self.sheet(YEAR, self.ledger)
        self.assertIn("<b>Owner</b> <script>1</script>", self.text(sheet))
        self.assertFalse(sheet.findall('.//script'))

    # === SELECTION === #

    def test_selected_entries_by_ledger(self):
        other = self.make_entry(insurer_id=self.paic.id)
        draft = self.make_entry(registered=False)
        first, second, third = self.sheets(ENTRIES, self.october | other | draft)
        self.assertIn("Selected entries: not the whole ledger", self.text(first))
        texts = [self.text(sheet) for sheet in (first, second, third)]
        self.assertEqual(len([text for text in texts if self.picc.name in text]), 2)
        self.assertEqual(len([text for text in texts if "Draft" in text]), 1)
        self.assertFalse([text for text in texts if self.november.plate in text])

    def test_too_many_for_one_print(self):
        for module in (insurance_ledger_entry_print, insurance_ledger_print):
            self.patch(module, 'MAX_PRINTED', 1)
        for records in (self.ledger, self.ledger.entry_ids):
            with self.assertRaisesRegex(UserError, "more than 1 entries"):
                self.env[records._name].browse(records.ids).with_user(self.clerk)._prepare_ledger_prints()
        self.assertTrue(self.sheet(MONTH, self.make_print(self.ledger, '11')) is not None)

    # === RIGHTS === #

    def test_commission_for_its_readers_only(self):
        for user in (self.clerk, self.finance, self.gm, self.group_manager):
            self.assertIn("Commission", self.text(self.sheet(YEAR, self.ledger, user)), user.login)
        self.assertIn("638.00", self.text(self.sheet(YEAR, self.ledger)))  # 950 at 4 % and 3,000 at 20 %
        for user in (self.supervisor, self.consultant):
            text = self.text(self.sheet(ENTRIES, self.october, user))
            self.assertNotIn("Commission", text, user.login)
            self.assertNotIn("638.00", text, user.login)

    def test_own_sales_only(self):
        sheet = self.sheet(YEAR, self.ledger, self.consultant)
        self.assertIn(self.october.plate, self.text(sheet))
        self.assertNotIn(self.november.plate, self.text(sheet))
        self.assertIn("1 more entries are not shown to Consultant", self.text(sheet))
        with self.assertRaises(AccessError), mute_logger('odoo.addons.base.models.ir_rule'):
            self.sheets(ENTRIES, self.november, self.consultant)

    def test_other_stores_and_roles(self):
        for user in (self.other_gm, self.plain):
            with self.assertRaises(AccessError, msg=user.login), mute_logger('odoo.addons.base.models.ir_rule'):
                self.sheets(YEAR, self.ledger, user)
        wizard = self.make_print(self.ledger, '11')
        with self.assertRaises(AccessError), mute_logger('odoo.addons.base.models.ir_rule'):
            self.sheets(MONTH, wizard, self.finance)  # another's dialog

    def test_no_phone(self):
        self.october.owner_id.phone = '13912345678'
        text = self.text(self.sheet(YEAR, self.ledger, self.gm))
        self.assertNotIn('5678', text)

    def test_dialog(self):
        wizard = self.env['insurance.ledger.print'].with_user(self.clerk).with_context(
            active_model='insurance.ledger', active_ids=self.ledger.ids).create({})
        self.assertEqual((wizard.ledger_ids, wizard.month), (self.ledger, '11'))
        action = wizard.action_print()
        self.assertEqual((action['type'], action['report_name']), ('ir.actions.report', MONTH))
        self.assertEqual(action['context']['active_ids'], wizard.ids)

    # === COST === #

    def test_queries_do_not_grow_with_the_rows(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.sheet(YEAR, self.ledger)
            return self.cr.sql_log_count - before

        count()
        few = count()
        for _number in range(15):
            self.make_entry(salesperson_id=self.specialist2.id)
        self.assertLessEqual(count(), few)


@tagged('post_install', '-at_install')
class TestInsuranceLedgerPdf(DealerInsuranceCase, HttpCase):
    """The real thing, through wkhtmltopdf: A4 across, headings on every page."""

    freeze_time = None  # wkhtmltopdf fetches its styles by HTTP, from a server that lives in the present

    def pdf(self, report, records, user):
        content, kind = self.env['ir.actions.report'].with_user(user).with_context(
            force_report_rendering=True)._render_qweb_pdf(report, records.ids)
        self.assertEqual(kind, 'pdf')
        return PdfFileReader(io.BytesIO(content))

    def test_thirty_entries_with_long_names(self):
        owner = self.make_owner(name="赣州市章贡区沙河镇鸿福建材贸易有限责任公司第二分公司")
        with self.at('2026-11-18 10:00'):
            entries = [self.make_entry(owner_id=owner.id, issue_date=f'2026-{9 + number // 10:02d}-15')
                       for number in range(30)]
        reader = self.pdf(YEAR, entries[0].ledger_id, self.clerk)
        self.assertGreater(len(reader.pages), 1)
        width, height = (float(size) for size in reader.pages[0].mediabox[2:])
        self.assertAlmostEqual(width, 842, delta=2)  # A4 across, in points
        self.assertAlmostEqual(height, 595, delta=2)
        for page in reader.pages:
            text = ' '.join(page.extract_text().split())
            for words in ("Underwriting Ledger", "Plate, VIN", f"of {len(reader.pages)}"):
                self.assertIn(words, text)

    def test_one_entry(self):
        with self.at('2026-11-18 10:00'):
            entry = self.make_entry(salesperson_id=self.consultant.id)
        self.assertEqual(len(self.pdf(YEAR, entry.ledger_id, self.clerk).pages), 1)
        self.assertEqual(len(self.pdf(ENTRIES, entry, self.consultant).pages), 1)
        with self.assertRaises(AccessError), mute_logger('odoo.addons.base.models.ir_rule'):
            self.pdf(ENTRIES, entry, self.specialist)
