import io
import re

from lxml import html

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools import SQL
from odoo.tools.pdf import PdfFileReader

from ..common import PNG, DealerInsuranceCase

PAGE_REPORT = 'dealer_insurance.report_register_page'
INTEGRITY_REPORT = 'dealer_insurance.report_register_integrity'


class RegisterReportCase(DealerInsuranceCase):
    """Renders the reports as HTML; :meth:`sheets` returns the printed pages, `text` the words on one of them."""

    def render(self, report, records, user):
        content = self.env['ir.actions.report'].with_user(user)._render_qweb_html(report, records.ids)[0]
        return html.fromstring(content)

    def sheets(self, pages, user=None):
        root = self.render(PAGE_REPORT, pages, user or self.supervisor)
        self.assertEqual(len(root.find_class('article')), 1, "one article, or wkhtmltopdf needs patched Qt")
        return root.find_class('sheet')

    def text(self, node):
        return ' '.join(' '.join(node.itertext()).split())

    def sheet_text(self, page, user=None):
        (sheet,) = self.sheets(page, user)
        return self.text(sheet)

    def reopen(self, page, moment, reason="Wrong insurer on line 1, to be corrected"):
        with self.at(moment):
            page.with_user(self.gm).action_reopen(reason)


class TestRegisterPageReport(RegisterReportCase):
    """The printed page says what the paper form said, and everything that happened to the page (R12, T1)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = cls.make_case(cls.specialist)
        cls.contact = cls.make_contact(
            cls.case, when='2026-11-17 11:00', recommended_insurer_id=cls.picc.id,
            quote_commercial=2960, quote_compulsory=855, quote_tax=420,
        ).with_env(cls.env)
        cls.page = cls.contact.page_id

    def sign_next_week(self, user=None, moment='2026-11-23 07:59', **kwargs):
        with self.at(moment):
            self.sign(self.page, user, **kwargs)

    # === CONTENT === #

    def test_cover_and_columns(self):
        text = self.sheet_text(self.page)
        for words in ("Renewal follow-up register", self.store.name, f"Book No. {self.page.register_id.name}",
                      "Keeper Specialist", "Reviewer Supervisor", "2026, week 47", "2026-11-16 – 2026-11-22", "Page 1",
                      "Review due 2026-11-29"):
            self.assertIn(words, text)
        for words in ("11-17 11:00", self.case.plate, self.case.partner_id.name, "Test Model", "2026-12-20",
                      "Phone", "Interested", self.contact.content, self.picc.insurer_short_name,
                      "2,960.00 / 855.00 / 420.00", "Goes on"):
            self.assertIn(words, text)
        self.assertNotIn("Entered Late", text)
        self.assertNotIn("Not certified", text)

    def test_late_entry_shows_when_it_was_entered(self):
        late = self.make_contact(self.case, when='2026-11-16 08:05')
        self.assertTrue(late.is_backfilled)
        self.assertIn("11-16 08:05 Entered Late 11-18 10:00", self.sheet_text(self.page))

    def test_uncertified_insurer_is_marked(self):
        self.make_contact(self.case, when='2026-11-18 09:00', recommended_insurer_id=self.cpic.id)
        self.assertIn("Not certified", self.sheet_text(self.page))

    def test_lost_line_says_why_where_to_and_what_was_done(self):
        self.make_lost(self.case, when='2026-11-18 09:00')
        text = self.sheet_text(self.page)
        for words in ("Lost reason: Price too high", f"Insured with: {self.paic.insurer_short_name}",
                      "Competitor's price: 3,000.00", "Countermeasure: Compared the coverage line by line"):
            self.assertIn(words, text)

    def test_won_line_says_with_whom(self):
        self.make_won(self.case, when='2026-11-18 09:00')
        self.assertIn(f"Renewed with: {self.picc.insurer_short_name} Policy No.: PDAA202636000000000001",
                      self.sheet_text(self.page))

    def test_reviewers_remark_stands_beside_the_line(self):
        self.contact.with_user(self.supervisor).action_review_line('accepted', "Call again on Friday")
        self.assertIn("Accepted Call again on Friday", self.sheet_text(self.page))

    def test_text_is_not_markup(self):
        self.contact.with_user(self.specialist).content = "<b>wants</b> a quote <script>1</script>"
        (sheet,) = self.sheets(self.page)
        self.assertIn("<b>wants</b> a quote <script>1</script>", self.text(sheet))
        self.assertFalse(sheet.findall('.//script'))

    def test_empty_lines_fill_up_the_form(self):
        (sheet,) = self.sheets(self.page)
        self.assertEqual(len(sheet.xpath(".//tr[@class='blank']")), 19)
        self.store.insurance_page_lines = 5
        (sheet,) = self.sheets(self.page)
        self.assertEqual(len(sheet.xpath(".//tr[@class='blank']")), 4)

    # === SIGNATURE === #

    def test_unsigned_page_has_empty_fields(self):
        (sheet,) = self.sheets(self.page)
        text = self.text(sheet)
        self.assertIn("Not reviewed", text)
        self.assertNotIn("Digest", text)
        self.assertFalse(sheet.findall('.//img'))
        self.assertEqual(text.count('□'), 2 * len(self.page._get_checks()))
        self.assertNotIn('■', text)

    def test_signed_page_shows_image_name_and_store_time(self):
        self.supervisor.tz = 'Europe/Lisbon'  # the store's clock counts, not the reader's
        self.sign_next_week(remark="Well kept")
        (sheet,) = self.sheets(self.page)
        text = self.text(sheet)
        self.assertIn("Supervisor 2026-11-23 07:59 Digest " + self.page.signature_id.digest[:12], text)
        self.assertEqual(sheet.findall('.//img')[0].get('src'), 'data:image/png;base64,' + PNG)
        self.assertIn("Remark: Well kept", text)
        for words in ("Not reviewed", "p.p.", "signed late", "self-review", "Version"):
            self.assertNotIn(words, text)

    def test_answers(self):
        self.sign_next_week(answer=False, remark="Trained on Tuesday")
        text = self.sheet_text(self.page)
        for check in self.page._get_checks():
            self.assertIn(f"{check.name} □ Yes ■ No", text)

    def test_delegate_and_lateness(self):
        self.sign_next_week(self.gm, '2026-11-30 00:01')  # the alternate reviewer, a minute after the deadline
        text = self.sheet_text(self.page, self.gm)
        self.assertIn("Gm p.p. 2026-11-30 00:01 signed late", text)

    def test_self_review_shows_on_every_print(self):
        self.assertNotIn("self-review", self.sheet_text(self.page).lower())
        self.store.insurance_allow_self_review = True
        self.assertIn("This store allows self-review", self.sheet_text(self.page))
        page = self.make_contact(self.case, self.supervisor, '2026-11-17 15:00').page_id
        self.assertEqual(page.custodian_id, self.supervisor)
        with self.at('2026-11-23 09:00'):
            self.sign(page)
        self.store.insurance_allow_self_review = False  # what was signed so stays marked
        self.assertIn("Self-reviewed: the signer entered lines of this page", self.sheet_text(page))

    def test_voided_signature_stays_on_the_page(self):
        self.sign_next_week()
        digest = self.page.signature_id.digest[:12]
        self.reopen(self.page, '2026-11-24 10:00')
        text = self.sheet_text(self.page)
        note = (f"Signature of Supervisor on 2026-11-23 07:59 ({digest}) voided by Gm on 2026-11-24 10:00:"
                " Wrong insurer on line 1, to be corrected")
        self.assertIn(note, text)
        self.assertIn("Reopened Not reviewed", text)
        self.sign_next_week(moment='2026-11-24 11:00')
        text = self.sheet_text(self.page)
        self.assertIn("Version 2", text)
        self.assertIn(note, text)
        self.assertIn("Supervisor 2026-11-24 11:00", text)
        self.assertNotIn("Reopened", text)

    def test_supplementary_page_and_correction(self):
        self.assertNotIn("Supplementary", self.sheet_text(self.page))
        self.sign_next_week()
        with self.at('2026-11-23 09:00'):
            line = self.make_contact(self.case, when='2026-11-17 10:00', correction_of_id=self.contact.id)
        self.assertIn("Supplementary", self.sheet_text(line.page_id))
        self.assertIn("Corrects: page 1 line 1", self.sheet_text(line.page_id))
        self.assertIn("Corrected by: page 2 line 1", self.sheet_text(self.page))

    def test_altered_page_says_so_to_who_reviews(self):
        self.sign_next_week()
        self.env.flush_all()
        self.env.cr.execute(SQL("UPDATE insurance_renewal_contact SET content = 'x' WHERE id = %s", self.contact.id))
        self.env.invalidate_all()
        mark = "Altered after signing"
        self.assertNotIn(mark, self.sheet_text(self.page))  # printing does not check
        self.page._check_integrity(self.page.register_id.ids)
        self.assertIn(mark, self.sheet_text(self.page))
        self.assertNotIn(mark, self.sheet_text(self.page, self.specialist))  # findings are the reviewer's

    # === SEVERAL PAGES, ACCESS === #

    def test_several_pages_in_the_order_of_the_books(self):
        with self.at('2026-11-26 10:00'):
            second = self.make_contact(self.case, when='2026-11-26 09:00').page_id
            other = self.make_contact(self.make_case(self.specialist2), when='2026-11-26 09:00').page_id
        pages = second | other | self.page
        sheets = [self.text(sheet) for sheet in self.sheets(pages)]
        self.assertEqual(
            [re.search(r'Keeper (\w+).*Reviewer Sup.* (Register page \d of \d)', sheet).groups() for sheet in sheets],
            [('Specialist', "Register page 1 of 3"), ('Specialist', "Register page 2 of 3"),
             ('Specialist2', "Register page 3 of 3")])
        self.assertIn("2026, week 47", sheets[0])
        self.assertIn("2026, week 48", sheets[1])
        breaks = [sheet.get('class').split() for sheet in self.sheets(pages)]
        self.assertEqual(['next' in classes for classes in breaks], [False, True, True])

    def test_specialist_prints_own_pages_only(self):
        self.assertIn(self.contact.content, self.sheet_text(self.page, self.specialist))
        for user in (self.specialist2, self.other_supervisor, self.plain, self.hotline):
            with self.assertRaises(AccessError, msg=user.login):
                self.sheets(self.page, user)

    def test_lines_of_others_in_a_shared_book_are_counted_not_shown(self):
        book = self.page.register_id
        book.write({'sharing': 'shared', 'member_ids': [(6, 0, self.specialist2.ids)]})
        line = self.make_contact(self.make_case(self.specialist2), when='2026-11-18 08:00', content="Only for Two")
        self.assertEqual(line.page_id, self.page)
        text = self.sheet_text(self.page, self.specialist)
        self.assertNotIn("Only for Two", text)
        self.assertIn("1 more lines by other writers of this book are not shown to Specialist", text)
        text = self.sheet_text(self.page)
        self.assertIn("Only for Two", text)
        self.assertIn("11-18 08:00 Specialist2", text)  # in a shared book the form names who wrote
        self.assertNotIn("more lines by other writers", text)

    def test_line_of_a_case_handed_over_keeps_car_and_customer(self):
        self.case.specialist_id = self.specialist2
        self.assertIn(self.case.partner_id.name, self.sheet_text(self.page, self.specialist))

    def test_queries_do_not_grow_with_the_lines(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.page.with_user(self.supervisor)._prepare_print_pages()
            return self.env.cr.sql_log_count - before

        for _number in range(2):
            self.make_contact(self.make_case(self.specialist), recommended_insurer_id=self.cpic.id)
        count()
        few = count()
        for _number in range(12):
            self.make_contact(self.make_case(self.specialist), recommended_insurer_id=self.paic.id)
        self.assertLessEqual(count(), few)


class TestRegisterIntegrityReport(RegisterReportCase):
    """The report of a book says what the last check found, and does not check itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contact = cls.make_contact(cls.make_case(cls.specialist), when='2026-11-17 09:30').with_env(cls.env)
        cls.page = cls.contact.page_id
        cls.book = cls.page.register_id

    def report_text(self, user=None):
        return self.text(self.render(INTEGRITY_REPORT, self.book, user or self.supervisor).find_class('article')[0])

    def sign_and_check(self, alter=None):
        with self.at('2026-11-23 09:00'):
            self.sign(self.page)
        if alter:
            self.env.flush_all()
            self.env.cr.execute(SQL("UPDATE insurance_renewal_contact SET %s WHERE id = %s", alter, self.contact.id))
            self.env.invalidate_all()
        with self.at('2026-11-24 03:15'):
            self.page._check_integrity(self.book.ids)

    def test_nothing_signed(self):
        text = self.report_text()
        self.assertIn("No page of this book is signed yet.", text)
        self.assertIn("Chain of signatures not checked yet (0 events", text)

    def test_signed_but_not_checked(self):
        with self.at('2026-11-23 09:00'):
            self.sign(self.page)
        text = self.report_text()
        self.assertIn("Nothing altered is known; 1 signed pages were not checked yet.", text)
        self.assertNotIn("Nothing was altered", text)
        self.assertNotIn("unbroken", text)

    def test_sound_book(self):
        self.sign_and_check()
        text = self.report_text()
        for words in ("Nothing was altered: every signed page is as it was", "Signed pages 1", "Not checked yet 0",
                      "Last check 2026-11-24 03:15", "unbroken (1 events, last digest " + self.book.last_digest[:12],
                      "printing does not check again", "Printed by Supervisor on 2026-11-18 10:00"):
            self.assertIn(words, text)

    def test_printing_does_not_check(self):
        self.sign_and_check()
        self.env.cr.execute(SQL("UPDATE insurance_renewal_contact SET content = 'x' WHERE id = %s", self.contact.id))
        self.env.invalidate_all()
        self.assertIn("Nothing was altered", self.report_text())
        self.assertFalse(self.book.finding_count)

    def test_finding_names_page_line_and_fields(self):
        self.sign_and_check(SQL("content = 'x', quote_commercial = 1"))
        text = self.report_text()
        self.assertIn("1 alterations found", text)
        self.assertIn("page 1 (2026-W47) 1 Line altered Content, Quoted Commercial 2026-11-24 03:15", text)
        self.assertNotIn("Nothing was altered", text)
        self.assertIn("unbroken", text)

    def test_explained_finding_stays_with_its_explanation(self):
        self.sign_and_check(SQL("content = 'x'"))
        finding = self.book.page_ids.finding_ids.with_user(self.gm)
        finding.explanation = "Restored from the paper copy"
        finding.action_explain()
        text = self.report_text()
        self.assertIn("Explained earlier:", text)
        self.assertIn("Restored from the paper copy (Gm)", text)
        self.assertNotIn("alterations found", text)

    def test_broken_chain(self):
        with self.at('2026-11-23 09:00'):
            self.sign(self.page)
        self.env.flush_all()
        self.env.cr.execute(SQL("UPDATE insurance_register SET last_digest = 'x' WHERE id = %s", self.book.id))
        self.env.invalidate_all()
        self.page._check_integrity(self.book.ids)
        text = self.report_text()
        self.assertIn("Chain of signatures broken", text)
        self.assertIn("Chain of signatures broken 20", text.split("alterations found")[1])

    def test_group_manager_and_administrator_see_the_count_of_all_pages(self):
        self.sign_and_check()
        for user in (self.gm, self.administrator, self.group_manager):
            self.assertIn("Signed pages 1", self.report_text(user))

    def test_specialist_may_not_see_findings(self):
        for user in (self.specialist, self.specialist2, self.plain, self.other_supervisor):
            with self.assertRaises(AccessError, msg=user.login):
                self.report_text(user)


@tagged('post_install', '-at_install')
class TestRegisterPdf(DealerInsuranceCase, HttpCase):
    """The real thing, through wkhtmltopdf."""

    freeze_time = None  # wkhtmltopdf fetches its styles by HTTP, from a server that lives in the present

    def pdf(self, report, records, user):
        content, kind = self.env['ir.actions.report'].with_user(user).with_context(
            force_report_rendering=True)._render_qweb_pdf(report, records.ids)
        self.assertEqual(kind, 'pdf')
        return PdfFileReader(io.BytesIO(content))

    def test_two_pages_in_one_go(self):
        case = self.make_case(self.specialist, expiry='2026-12-20')
        with self.at('2026-11-19 10:00'):
            first = self.make_contact(case, when='2026-11-10 09:00').page_id
            second = self.make_contact(case, when='2026-11-18 09:00').page_id
            self.sign(first)
        reader = self.pdf(PAGE_REPORT, first | second, self.specialist)
        self.assertEqual(len(reader.pages), 2)
        width, height = (float(size) for size in reader.pages[0].mediabox[2:])
        self.assertAlmostEqual(width, 842, delta=2)  # A4 across, in points
        self.assertAlmostEqual(height, 595, delta=2)
        with self.assertRaises(AccessError):
            self.pdf(PAGE_REPORT, first, self.specialist2)

    def test_integrity(self):
        with self.at('2026-11-19 10:00'):
            book = self.make_contact(self.make_case(self.specialist), when='2026-11-10 09:00').page_id.register_id
        self.assertEqual(len(self.pdf(INTEGRITY_REPORT, book, self.supervisor).pages), 1)
