import io

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools.pdf import PdfFileReader

from .letter_common import LetterCase

NINE = tuple((insurer, level) for insurer in ('PICC', 'PAIC', 'CPIC') for level in ('economy', 'balanced', 'full'))


@tagged('post_install', '-at_install')
class TestInsuranceProposalPdf(LetterCase, HttpCase):
    """The real thing, through wkhtmltopdf: one or two pages of A4."""

    freeze_time = None  # wkhtmltopdf fetches its styles by HTTP, from a server that lives in the present

    def pdf(self, records, user, report='dealer_insurance.report_insurance_proposal'):
        content, kind = self.env['ir.actions.report'].with_user(user).with_context(
            force_report_rendering=True)._render_qweb_pdf(report, records.ids)
        self.assertEqual(kind, 'pdf')
        return PdfFileReader(io.BytesIO(content))

    def words(self, reader):
        return ' '.join(' '.join(page.extract_text() for page in reader.pages).split())

    def test_one_plan(self):
        reader = self.pdf(self.make_proposal(), self.consultant)
        self.assertLessEqual(len(reader.pages), 2)
        width, height = (float(size) for size in reader.pages[0].mediabox[2:])
        self.assertAlmostEqual(width, 595, delta=2)  # A4 upright, in points
        self.assertAlmostEqual(height, 842, delta=2)
        text = self.words(reader)
        for words in (self.store.name, "Customer One", "4,150.00", "Separate consent"):
            self.assertIn(words, text)

    def test_nine_plans_on_two_pages(self):
        proposal = self.make_proposal(NINE)
        self.assertLessEqual(len(proposal._prepare_letter()['rows']), 14)
        reader = self.pdf(proposal, self.consultant)
        self.assertLessEqual(len(reader.pages), 2)
        self.assertGreaterEqual(self.words(reader).count("5,150.00"), 3)

    def test_signed_letter(self):
        proposal = self.make_proposal(NINE[:3])
        self.accept(proposal)
        self.assertLessEqual(len(self.pdf(proposal, self.consultant).pages), 2)

    def test_several_letters_in_one_go(self):
        reader = self.pdf(self.make_proposal() | self.make_proposal(), self.consultant)
        self.assertLessEqual(len(reader.pages), 4)

    def test_portal_streams_the_pdf(self):
        proposal = self.make_proposal()
        token = proposal.sudo()._portal_ensure_token()
        response = self.url_open(f'/my/proposals/{proposal.id}?access_token={token}&report_type=pdf')
        self.assertEqual(response.status_code, 200)
        self.assertIn(proposal.name.replace('-', '_'), response.headers['Content-Disposition'])
        self.assertEqual(self.url_open(f'/my/proposals/{proposal.id}?report_type=pdf').status_code, 404)

    def test_approval_form(self):
        self.store.insurance_benefit_free_amount = 0
        proposal = self.make_proposal(sent=False)
        self.add_benefit(proposal.plan_ids, 'MAINTENANCE', "Oil change", amount=180)
        approval = proposal._ask_approval("Regular customer for years")
        report = 'dealer_insurance.report_insurance_approval'
        reader = self.pdf(approval, self.consultant, report)
        self.assertEqual(len(reader.pages), 1)
        text = self.words(reader)
        for words in (approval.name, "Oil change", "180.00", "Regular customer for years", "4,150.00"):
            self.assertIn(words, text)
        with self.assertRaises(AccessError):
            self.pdf(approval, self.other_gm, report)
