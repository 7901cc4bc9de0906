from datetime import timedelta

from lxml import html

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .letter_common import CONSENTS, LetterCase, drawn_signature

TWO = (('PICC', 'balanced'), ('PAIC', 'full'))


class ProposalPortalCase(LetterCase, HttpCase):
    """A customer with a portal login, and another one."""

    freeze_time = None  # sessions live in the present

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = new_test_user(cls.env, 'test_portal', password='test_portal', groups='base.group_portal',
                                   name="Customer One")
        cls.customer = cls.portal.partner_id
        cls.customer.write({'phone': '13800002222', 'lang': 'en_US'})
        cls.stranger = new_test_user(cls.env, 'test_stranger', password='test_stranger', groups='base.group_portal')

    def page(self, proposal, token=True, suffix='', **params):
        url = f'/my/proposals/{proposal.id}{suffix}'
        if token:
            params['access_token'] = proposal.sudo()._portal_ensure_token() if token is True else token
        return self.url_open(url + '?' + '&'.join(f'{name}={value}' for name, value in params.items()))

    def text(self, response):
        return ' '.join(html.fromstring(response.text).find('.//body').text_content().split())

    def accept_online(self, proposal, token=True, **params):
        token = proposal.sudo()._portal_ensure_token() if token is True else token
        query = f'?access_token={token}' if token else ''
        values = {'plan_id': proposal.plan_ids[:1].id, 'name': "Customer One", 'signature': drawn_signature(),
                  'consents': list(CONSENTS), **params}
        return self.make_jsonrpc_request(f'/my/proposals/{proposal.id}/accept{query}', values)

    def decline_online(self, proposal, token=True, **data):
        page = html.fromstring(self.page(proposal).text)
        csrf = page.xpath("//form[contains(@class, 'o_proposal_decline')]//input[@name='csrf_token']/@value")
        token = proposal.sudo()._portal_ensure_token() if token is True else token
        csrf_token = csrf[0] if csrf else self.csrf_token()
        return self.url_open(f'/my/proposals/{proposal.id}/decline?access_token={token}',
                             data={'csrf_token': csrf_token, **data})

    def age(self, proposal):
        """Let the proposal have run out yesterday."""
        yesterday = self.store._insurance_today() - timedelta(days=1)
        self.env.flush_all()
        self.env.cr.execute(
            'UPDATE insurance_proposal SET date = %s, valid_until = %s WHERE id = %s',
            (yesterday, yesterday, proposal.id))
        proposal.invalidate_recordset()


@tagged('post_install', '-at_install')
class TestProposalPortal(ProposalPortalCase):
    """The customer's pages: his own proposals, by link or by login, and what he may do there."""

    # === LIST AND ACCESS === #

    def test_list_and_counter(self):
        own, draft = self.make_proposal(), self.make_proposal(sent=False)
        foreign = self.make_proposal(partner_id=self.stranger.partner_id.id)
        self.authenticate('test_portal', 'test_portal')
        text = self.text(self.url_open('/my/proposals'))
        self.assertIn(own.name, text)
        self.assertNotIn(draft.name, text)
        self.assertNotIn(foreign.name, text)
        self.assertEqual(self.make_jsonrpc_request('/my/counters', {'counters': ['proposal_count']}),
                         {'proposal_count': 1})
        self.assertIn("Insurance Proposals", self.text(self.url_open('/my/home')))

    def test_list_needs_a_login(self):
        self.assertIn('/web/login', self.url_open('/my/proposals').url)

    def test_link(self):
        proposal = self.make_proposal(TWO)
        response = self.page(proposal)
        self.assertEqual(response.status_code, 200)
        text = self.text(response)
        for words in (proposal.name, "Choose this plan", "2,000,000", self.picc.name, "13800001111", "138****2222"):
            self.assertIn(words, text)
        self.assertNotIn("13800002222", response.text)

    def test_link_to_copy(self):
        proposal = self.make_proposal(sent=False)
        self.assertFalse(proposal.customer_link)
        proposal.action_send()
        link = self.rpc(self.consultant, proposal, 'read', ['customer_link'])[0]['customer_link']
        response = self.url_open(link[len(proposal.get_base_url()):])
        self.assertIn("Choose this plan", self.text(response))
        for user in (self.clerk, self.gm):  # who only looks is not handed it
            self.assertNotIn('customer_link', self.rpc(user, proposal, 'fields_get'))
        self.accept_online(proposal)
        self.assertEqual(proposal.customer_link, link)
        for state in ('expired', 'superseded'):
            other = self.make_proposal()
            if state == 'expired':
                self.age(other)
            else:
                other.action_new_version()
            self.assertFalse(other.customer_link, state)

    def test_wrong_links(self):
        proposal, other = self.make_proposal(), self.make_proposal()
        for token in (False, 'wrong', 'f%C3%BCr', other.sudo()._portal_ensure_token()):
            with self.subTest(token=token):
                response = self.page(proposal, token=token)
                self.assertEqual(response.status_code, 404)
                self.assertIn("This link is not valid", self.text(response))
                self.assertNotIn(proposal.name, response.text)
        unknown = self.url_open('/my/proposals/999999999?access_token=x')
        self.assertEqual(unknown.status_code, 404)
        proposal.sudo().access_token = False
        self.assertEqual(self.url_open(f'/my/proposals/{proposal.id}?access_token=').status_code, 404)

    def test_logged_in_customer_needs_no_link(self):
        proposal = self.make_proposal()
        self.authenticate('test_portal', 'test_portal')
        self.assertIn("Choose this plan", self.text(self.page(proposal, token=False)))

    def test_other_customer(self):
        proposal = self.make_proposal()
        self.authenticate('test_stranger', 'test_stranger')
        self.assertEqual(self.page(proposal, token=False).status_code, 404)
        self.assertIn("not valid", self.accept_online(proposal, token=False)['error'])
        self.assertEqual(proposal.state, 'sent')

    def test_customers_hold_no_rights_on_the_model(self):
        self.make_proposal()
        for model in ('insurance.proposal', 'insurance.proposal.plan', 'insurance.proposal.line'):
            self.assertFalse(self.env[model].with_user(self.portal).has_access('read'))

    def test_staff_look_but_do_not_answer(self):
        proposal = self.make_proposal()
        token = proposal.sudo()._portal_ensure_token()
        self.authenticate(self.gm.login, self.gm.login)
        response = self.page(proposal, token=False)
        self.assertIn("What the customer sees", self.text(response))
        self.assertNotIn("Choose this plan", self.text(response))
        self.assertNotIn(token, response.text)
        self.assertIn("customer's own link", self.accept_online(proposal, token=False)['error'])
        self.assertEqual(proposal.state, 'sent')
        self.authenticate(self.other_gm.login, self.other_gm.login)
        self.assertEqual(self.page(proposal, token=False).status_code, 404)

    def test_draft_shows_nothing_yet(self):
        proposal = self.make_proposal(sent=False)
        text = self.text(self.page(proposal))
        self.assertIn("is being prepared", text)
        self.assertNotIn(self.picc.name, text)
        self.assertNotEqual(self.page(proposal, report_type='pdf').headers['Content-Type'], 'application/pdf')

    # === ANSWERS === #

    def test_accept(self):
        proposal = self.make_proposal(TWO)
        answer = self.accept_online(proposal, plan_id=proposal.plan_ids[1].id)
        self.assertIn('message=signed', answer['redirect_url'])
        self.assertEqual((proposal.state, proposal.accepted_plan_id), ('accepted', proposal.plan_ids[1]))
        self.assertTrue(proposal.signature)
        self.assertLess(abs((fields.Datetime.now() - proposal.signed_on).total_seconds()), 60)
        bodies = ' '.join(proposal.message_ids.mapped('body'))
        self.assertIn("127.0.0.1", bodies)
        text = self.text(self.url_open(answer['redirect_url']))
        self.assertIn("Thank you!", text)
        self.assertNotIn("Choose this plan", text)
        self.assertIn("was accepted", self.accept_online(proposal)['error'])

    def test_accept_refused(self):
        proposal, other = self.make_proposal(), self.make_proposal()
        for params, words in (
            ({'plan_id': other.plan_ids.id}, "choose a plan"),
            ({'plan_id': None}, "choose a plan"),
            ({'consents': ['consent_clauses']}, "all three"),
            ({'consents': None}, "all three"),
            ({'consents': {'consent_clauses': True}}, "all three"),
            ({'consents': [[], {}]}, "all three"),
            ({'signature': None}, "draw the signature"),
            ({'signature': 5}, "draw the signature"),
            ({'name': ""}, "type the name"),
            ({'token': 'wrong'}, "not valid"),
        ):
            with self.subTest(**params):
                self.assertIn(words, self.accept_online(proposal, **params)['error'])
        self.assertEqual(proposal.state, 'sent')
        self.assertFalse(proposal.consent_privacy)

    def test_expired(self):
        proposal = self.make_proposal()
        self.age(proposal)
        text = self.text(self.page(proposal))
        self.assertIn("was valid until", text)
        self.assertNotIn("Choose this plan", text)
        self.assertIn("was valid until", self.accept_online(proposal)['error'])
        self.assertEqual(proposal.state, 'sent')

    def test_superseded(self):
        proposal = self.make_proposal()
        proposal.action_new_version()
        self.assertIn("replaced by a newer one", self.text(self.page(proposal)))
        self.assertIn("replaced by a newer one", self.accept_online(proposal)['error'])

    def test_decline(self):
        proposal = self.make_proposal()
        reason = self._get_reason('proposal_declined', 'COVERAGE')
        text = self.text(self.decline_online(proposal, reason_id=reason.id, note="Wants glass only"))
        self.assertIn("Thank you for telling us", text)
        self.assertEqual((proposal.state, proposal.declined_reason_id, proposal.declined_note),
                         ('declined', reason, "Wants glass only"))

    def test_decline_refused(self):
        proposal = self.make_proposal()
        other = self._get_reason('proposal_declined', 'OTHER')
        self.assertIn("choose a reason", self.text(self.decline_online(proposal, reason_id='x')))
        self.assertIn("few words", self.text(self.decline_online(proposal, reason_id=other.id)))
        self.assertEqual(self.decline_online(proposal, token='wrong', reason_id=other.id).status_code, 404)
        self.assertEqual(proposal.state, 'sent')

    def test_decline_needs_the_csrf_token(self):
        proposal = self.make_proposal()
        token = proposal.sudo()._portal_ensure_token()
        reason = self._get_reason('proposal_declined', 'PRICE')
        with mute_logger('odoo.http'):
            response = self.url_open(f'/my/proposals/{proposal.id}/decline?access_token={token}',
                                     data={'csrf_token': 'x', 'reason_id': reason.id})
        self.assertEqual(response.status_code, 400)
        self.assertEqual(proposal.state, 'sent')


@tagged('post_install', '-at_install')
class TestProposalPortalTour(ProposalPortalCase):
    """A customer compares, chooses, consents and signs in a browser."""

    def test_sign(self):
        proposal = self.make_proposal(TWO)
        self.start_tour(proposal.sudo().get_portal_url(), 'dealer_insurance_portal_sign')
        self.assertEqual((proposal.state, proposal.accepted_plan_id), ('accepted', proposal.plan_ids[0]))
        self.assertEqual(proposal.signed_by, "Customer One Junior")
