from odoo.tests import tagged

from .letter_common import LetterCase

REPORT = 'dealer_insurance.report_insurance_approval'


@tagged('post_install', '-at_install')
class TestInsuranceApprovalForm(LetterCase):
    """The approval form 审批单 (domain 2.10): who asked for what, who granted it, and no earnings of the store."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.store.insurance_benefit_free_amount = 0
        cls.env['insurance.rate.card'].create({
            'company_id': cls.store.id, 'insurer_id': cls.picc.id, 'name': "Card", 'date_from': '2026-01-01',
            'line_ids': [(0, 0, {'product': 'commercial', 'rate': 0.2222})],
        })
        cls.proposal = cls.make_proposal(sent=False)
        cls.add_benefit(cls.proposal.plan_ids, 'MAINTENANCE', "Oil change", amount=180, cost=91.17)
        cls.approval = cls.proposal._ask_approval("Regular customer for years")

    def form_text(self, user=None):
        (sheet,) = self.render(REPORT, self.approval, user).find_class('sheet')
        return self.words(sheet)

    def test_request(self):
        text = self.form_text()
        for words in (self.store.name, self.approval.name, "Asked", "Customer One", "138****2222", "Test Model",
                      self.proposal.name, "Oil change", "180.00", "Commercial 2,840.00", "Compulsory 950.00",
                      "Vehicle tax 360.00", "Together 4,150.00", "Asked by Consultant", "2026-11-18 10:00",
                      "Regular customer for years", "Insurance supervisor: Supervisor", "Cashier"):
            self.assertIn(words, text)

    def test_decision(self):
        self.approval.with_user(self.supervisor)._decide('approved', "For once")
        text = self.form_text()
        self.assertIn("Decision Approved Supervisor 2026-11-18 10:00 For once", text)
        self.assertNotIn("as deputy", text)

    def test_no_earnings_for_nobody(self):
        commission = self.approval.sudo().commission
        self.assertTrue(commission)
        for user in (self.consultant, self.supervisor, self.gm, self.finance):
            text = self.form_text(user)
            for words in (f'{commission:,.2f}', '91.17', "Commission", "Margin"):
                self.assertNotIn(words, text)
