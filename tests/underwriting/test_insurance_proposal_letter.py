from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .letter_common import LetterCase

THREE = (('PICC', 'economy'), ('PAIC', 'balanced'), ('CPIC', 'full'))


@tagged('post_install', '-at_install')
class TestInsuranceProposalLetter(LetterCase):
    """What the customer reads on paper: everything he decides on, nothing of what the store earns (domain 2.2, 5.8)."""

    def test_heading(self):
        proposal = self.make_proposal()
        text = self.letter_text(proposal)
        for words in (self.store.name, "0791-86001234", "Vehicle Insurance Proposal", proposal.name, "Customer One",
                      "138****2222", "Test Model", "not registered yet", "not allocated yet", "119,800.00",
                      "Consultant", "13800001111", "Valid until"):
            self.assertIn(words, text)
        self.assertNotIn("13800002222", text)
        for words in ("Draft", "Expired", "Replaced"):
            self.assertNotIn(words, text)

    def test_marks(self):
        self.assertIn("Draft", self.letter_text(self.make_proposal(sent=False)))
        proposal = self.make_proposal()
        with self.at(f'{proposal.valid_until + timedelta(days=1)} 09:00'):
            self.assertIn("Expired", self.letter_text(proposal))
        proposal.action_new_version()
        self.assertIn("Replaced by a newer version", self.letter_text(proposal))
        self.assertIn(f"{proposal.name} v2", self.letter_text(proposal.next_id))

    def test_comparison(self):
        proposal = self.make_proposal(THREE)
        letter = proposal._prepare_letter()
        self.assertEqual([plan['mark'] for plan in letter['plans']], ['', 'recommended', ''])
        rows = {row['label']: row['cells'] for row in letter['rows']}
        third_party = rows[self.coverages['VCI-B'].name]
        self.assertEqual([cell['limit'] for cell in third_party], ['1,000,000', '2,000,000', '3,000,000'])
        self.assertEqual([cell['premium'] for cell in third_party], ['700.00', '890.00', '990.00'])
        self.assertEqual([bool(cell) for cell in rows[self.coverages['L'].name]], [False, False, True])
        self.assertEqual([cell['premium'] for cell in rows["Compulsory insurance"]], ['950.00'] * 3)
        self.assertEqual([cell['premium'] for cell in rows["Total to pay"]], ['3,810.00', '4,150.00', '5,150.00'])
        self.assertEqual(letter['plans'][1]['capital'], '肆仟壹佰伍拾元整')
        text = self.letter_text(proposal)
        for words in ("We recommend", "10,000 per seat", '伍仟壹佰伍拾元整', "I choose"):
            self.assertIn(words, text)

    def test_deductible(self):
        proposal = self.make_proposal(sent=False)
        proposal.plan_ids.line_ids[0].deductible = 0.15
        self.assertIn("Deductible 15 %", self.letter_text(proposal))

    def test_plan_without_compulsory_insurance(self):
        proposal = self.make_proposal(THREE[:2], sent=False)
        proposal.plan_ids[0].with_compulsory = False
        rows = {row['label']: row['cells'] for row in proposal._prepare_letter()['rows']}
        self.assertIsNone(rows["Compulsory insurance"][0])
        self.assertTrue(rows["Compulsory insurance"][1])

    def test_new_energy(self):
        proposal = self.make_proposal(fuel_type='electric', is_new_energy=True)
        text = self.letter_text(proposal)
        self.assertIn(self.coverages['VCI-A'].nev_name, text)
        self.assertIn("Electric", text)
        self.assertNotIn("Displacement", text)

    def test_reasons_and_risks(self):
        proposal = self.make_proposal(sent=False)
        text = self.letter_text(proposal)
        self.assertIn(self.coverages['VCI-B'].reason_text, text)
        self.assertIn(self.coverages['L'].risk_text, text)
        self.assertNotIn(self.coverages['L'].reason_text, text)
        proposal.plan_ids.line_ids[0].why = "You park in the street"
        self.assertIn("You park in the street", self.letter_text(proposal))

    def test_workings_once_where_plans_agree(self):
        letter = self.make_proposal(THREE)._prepare_letter()
        self.assertEqual([working['label'] for working in letter['workings']],
                         ["Compulsory insurance", "Vehicle tax"])
        self.assertFalse(any(working['plans'] for working in letter['workings']))

    def test_notices(self):
        text = self.letter_text(self.make_proposal(THREE))
        for words in ("Privacy notice, version 2026-1", "We keep your data for five years.", "does not depend on it",
                      "Separate consent", self.picc.name, self.paic.name, self.cpic.name):
            self.assertIn(words, text)
        self.assertNotIn('■', text)

    def test_version_of_the_notice_stays(self):
        proposal = self.make_proposal()
        self.store.insurance_privacy_version = '2027-1'
        self.assertIn("version 2026-1", self.letter_text(proposal))

    # === WHAT MUST NOT BE READ === #

    def test_benefits_by_name(self):
        proposal = self.make_proposal(sent=False)
        self.add_benefit(proposal.plan_ids, 'MAINTENANCE', "Oil change", amount=137.31, cost=91.17)
        self.add_benefit(proposal.plan_ids, 'PACKAGE', amount=68.11)
        text = self.letter_text(proposal, self.gm)
        self.assertIn("Oil change, Service package", text)
        for amount in ('137', '91.17', '68.11', '205'):
            self.assertNotIn(amount, text)

    def test_money_is_never_promised(self):
        self.store.insurance_allow_cash_rebate = True
        proposal = self.make_proposal(sent=False)
        self.add_benefit(proposal.plan_ids, 'CASH', "Back in your pocket", amount=300)
        text = self.letter_text(proposal)
        self.assertNotIn("Back in your pocket", text)
        self.assertNotIn("Cash", text)

    def test_no_commission(self):
        self.env['insurance.rate.card'].create({
            'company_id': self.store.id, 'insurer_id': self.picc.id, 'name': "Card", 'date_from': '2026-01-01',
            'line_ids': [(0, 0, {'product': 'commercial', 'rate': 0.1234})],
        })
        proposal = self.make_proposal()
        commission = proposal.sudo().plan_ids.commission
        self.assertTrue(commission)
        text = self.letter_text(proposal, self.gm).lower()
        for words in (f'{commission:,.2f}', '12.34', 'commission', 'margin'):
            self.assertNotIn(words, text)

    def test_text_is_not_markup(self):
        proposal = self.make_proposal(sent=False, note="<b>soon</b> <script>1</script>")
        root = self.render('dealer_insurance.report_insurance_proposal', proposal)
        self.assertIn("<b>soon</b> <script>1</script>", self.words(root))
        self.assertFalse(root.find_class('sheet')[0].findall('.//script'))

    def test_other_consultant_may_not_print(self):
        proposal = self.make_proposal()
        other = self._make_user('consultant2', 'group_sales_consultant')
        with self.assertRaises(AccessError):
            self.letter_text(proposal, other)
        with self.assertRaises(AccessError):
            self.letter_text(proposal, self.other_gm)

    # === LANGUAGE, SIGNATURE === #

    def test_each_in_the_language_of_its_customer(self):
        self.env['res.lang']._activate_lang('zh_CN')
        first = self.make_proposal()
        chinese = self.make_owner(name="Customer Two", lang='zh_CN')
        second = self.make_proposal(partner_id=chinese.id)
        root = self.render('dealer_insurance.report_insurance_proposal', first | second)
        self.assertEqual(len(root.find_class('article')), 1, "one article, or wkhtmltopdf needs patched Qt")
        by_name = {name: self.words(sheet) for sheet in root.find_class('sheet')
                   for name in ("Customer One", "Customer Two") if name in self.words(sheet)}
        self.assertIn('2,000,000', by_name["Customer One"])
        self.assertNotIn('万', by_name["Customer One"])
        self.assertIn('200万', by_name["Customer Two"])

    def test_signed(self):
        proposal = self.make_proposal(THREE)
        self.assertFalse(self.render('dealer_insurance.report_insurance_proposal', proposal).find_class('drawn')[0]
                         .findall('img'))
        self.accept(proposal, proposal.plan_ids[1])
        root = self.render('dealer_insurance.report_insurance_proposal', proposal)
        self.assertTrue(root.find_class('drawn')[0].findall('img'))
        text = self.words(root)
        self.assertIn("Chosen", text)
        self.assertNotIn("We recommend", text)
        self.assertEqual(text.count('■'), 4)  # three consents and the plan
        self.assertIn('肆仟壹佰伍拾元整', text)
        self.assertNotIn('伍仟壹佰伍拾元整', text)
        consent = proposal._prepare_letter()['consents'][2][2]
        self.assertIn(self.paic.name, consent)
        self.assertNotIn(self.picc.name, consent)
