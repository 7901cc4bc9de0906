import base64
from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .letter_common import CONSENTS, LetterCase, drawn_signature

TWO = (('PICC', 'balanced'), ('PAIC', 'full'))


@tagged('post_install', '-at_install')
class TestInsuranceProposalAnswer(LetterCase):
    """Signing and declining: by the customer, with all he has to agree to, once, and in time (PIPL 13, 23)."""

    # === SIGNING === #

    def test_sign(self):
        proposal = self.make_proposal(TWO)
        self.accept(proposal, proposal.plan_ids[1], origin="From 192.0.2.7.")
        self.assertEqual((proposal.state, proposal.accepted_plan_id), ('accepted', proposal.plan_ids[1]))
        self.assertEqual(proposal.signed_by, "Customer One")
        self.assertTrue(all(proposal[name] for name in CONSENTS))
        note = proposal.message_ids.filtered(lambda message: "Signed by Customer One" in message.body)
        self.assertIn("192.0.2.7", note.body)
        self.assertIn("2026-11-18 10:00:00", note.body)  # the store's clock
        self.assertEqual(note.author_id, self.customer)
        self.assertEqual(note.attachment_ids.mapped('name'), [f'{proposal.name}.pdf'])
        self.assertTrue(note.subtype_id.internal)

    def test_incomplete_signatures(self):
        proposal = self.make_proposal()
        svg = base64.b64encode(b'<svg xmlns="http://www.w3.org/2000/svg"/>').decode()
        for values, pattern in (
            ({'consents': CONSENTS[:2]}, "all three"),
            ({'consents': ()}, "all three"),
            ({'signed_by': " "}, "type the name"),
            ({'signed_by': None}, "type the name"),
            ({'signature': False}, "draw the signature"),
            ({'signature': 'not base64!'}, "draw the signature"),
            ({'signature': base64.b64encode(b'no picture').decode()}, "draw the signature"),
            ({'signature': svg}, "draw the signature"),
            ({'signature': 'A' * 1_000_001}, "draw the signature"),
        ):
            with self.subTest(**values), self.refused(pattern):
                self.accept(proposal, **values)
        self.assertEqual(proposal.state, 'sent')
        self.assertFalse(proposal.consent_privacy)

    def test_plan_of_another_proposal(self):
        proposal, other = self.make_proposal(), self.make_proposal()
        with self.refused("not a plan of"):
            self.accept(proposal, other.plan_ids)
        self.assertFalse(proposal.consent_privacy)

    def test_closed_proposals_answer_in_words(self):
        proposal = self.make_proposal()
        with self.at(f'{proposal.valid_until} 23:59'):
            self.assertFalse(proposal._get_closed_text())
        proposal.invalidate_recordset()  # a new day is a new request
        with self.at(f'{proposal.valid_until + timedelta(days=1)} 00:00'), self.refused("was valid until"):
            self.accept(proposal)
        with self.refused("is being prepared"):
            self.accept(self.make_proposal(sent=False))
        self.accept(proposal)
        with self.refused("was accepted"):
            self.accept(proposal)
        declined = self.make_proposal()
        declined._decline(self._get_reason('proposal_declined', 'PRICE'))
        with self.refused("was declined"):
            self.accept(declined)
        replaced = self.make_proposal()
        replaced.action_new_version()
        with self.refused("replaced by a newer one"):
            self.accept(replaced)

    # === DECLINING === #

    def test_decline_online(self):
        proposal = self.make_proposal().sudo()
        reason = self._get_reason('proposal_declined', 'PRICE')
        foreign = self._get_reason('renewal_lost', 'PRICE')
        other = self._get_reason('proposal_declined', 'OTHER')
        for reason_id, note, pattern in ((None, "", "choose a reason"), (foreign.id, "", "choose a reason"),
                                         (other.id, " ", "few words")):
            self.assertRegex(proposal._decline_online(reason_id, note, '192.0.2.7'), pattern)
        self.assertEqual(proposal.state, 'sent')
        self.assertFalse(proposal._decline_online(reason.id, " Too dear ", '192.0.2.7'))
        self.assertEqual((proposal.state, proposal.declined_reason_id, proposal.declined_note),
                         ('declined', reason, "Too dear"))
        self.assertIn('192.0.2.7', ' '.join(proposal.message_ids.mapped('body')))
        self.assertRegex(proposal._decline_online(reason.id, "", '192.0.2.7'), "was declined")

    def test_customers_are_not_offered_our_own_reasons(self):
        own = self.env['insurance.reason'].create({
            'use': 'proposal_declined', 'code': 'X1', 'name': "Elsewhere", 'company_id': self.other_store.id})
        codes = self.make_proposal()._get_decline_reasons().mapped('code')
        self.assertIn('PRICE', codes)
        self.assertNotIn('NO_ANSWER', codes)
        self.assertNotIn(own.code, codes)

    # === ON THE STORE'S SCREEN === #

    def sign_on_screen(self, proposal, user=None, **vals):
        action = proposal.with_user(user or self.consultant).action_open_sign()
        form = Form(self.env[action['res_model']].with_user(user or self.consultant).with_context(action['context']))
        for name in CONSENTS:
            form[name] = vals.get(name, True)
        form.signature = vals.get('signature', drawn_signature())
        if 'plan' in vals:
            form.plan_id = vals['plan']
        return form.save().action_sign()

    def test_sign_on_screen(self):
        proposal = self.make_proposal(TWO, sent=False)
        self.sign_on_screen(proposal)
        self.assertEqual((proposal.state, proposal.accepted_plan_id), ('accepted', proposal.plan_ids[1]))
        self.assertTrue(proposal.sent_on)
        self.assertEqual(proposal.privacy_version, '2026-1')
        self.assertTrue(any("handed over by Consultant" in body for body in proposal.message_ids.mapped('body')))

    def test_plan_chosen_on_screen(self):
        proposal = self.make_proposal(TWO)
        self.sign_on_screen(proposal, plan=proposal.plan_ids[0])
        self.assertEqual(proposal.accepted_plan_id, proposal.plan_ids[0])

    def test_screen_needs_the_same(self):
        proposal = self.make_proposal(sent=False)
        with self.refused("all three"):
            self.sign_on_screen(proposal, consent_insurers=False)
        with self.refused("draw the signature"):
            self.sign_on_screen(proposal, signature=False)
        self.assertEqual(proposal.state, 'draft')

    def test_who_hands_the_tablet_over(self):
        proposal = self.make_proposal()
        for user in (self.clerk, self.gm, self.finance, self._make_user('consultant2', 'group_sales_consultant')):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self.sign_on_screen(proposal, user)

    # === BY MAIL === #

    def compose(self, proposal):
        action = proposal.action_send_mail()
        return Form(self.env['mail.compose.message'].with_user(self.consultant).with_context(action['context'])).save()

    def test_mail_hands_over(self):
        proposal = self.make_proposal(sent=False)
        composer = self.compose(proposal)
        self.assertEqual(proposal.state, 'draft')
        self.assertEqual(composer.partner_ids, self.customer)
        self.assertIn(proposal.name, composer.subject)
        self.assertIn(f'/my/proposals/{proposal.id}?access_token=', composer.body)
        self.assertEqual(len(composer.attachment_ids), 1)
        composer.action_send_mail()
        self.assertEqual(proposal.state, 'sent')

    def test_mail_again_changes_nothing(self):
        proposal = self.make_proposal()
        self.accept(proposal)
        self.compose(proposal).action_send_mail()
        self.assertEqual(proposal.state, 'accepted')

    def test_mail_needs_what_handing_over_needs(self):
        self.store.insurance_benefit_free_amount = 0
        proposal = self.make_proposal(sent=False)
        self.add_benefit(proposal.plan_ids, 'MAINTENANCE', "Oil change", amount=80)
        with self.refused("needs approval first"):
            proposal.action_send_mail()
        with self.assertRaises(AccessError):
            proposal.with_user(self.clerk).action_send_mail()
        with self.assertRaises(UserError):
            self.make_proposal(plans=(), sent=False).action_send_mail()
