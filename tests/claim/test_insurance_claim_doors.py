from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError

from .claim_common import ClaimCase

STAMPS = {
    'state': 'paid', 'name': 'X', 'entered_on': '2026-11-01 00:00:00', 'settled_on': '2026-11-01 00:00:00',
    'submitted_on': '2026-11-01', 'approved_on': '2026-11-01', 'closed_on': '2026-11-01 00:00:00',
    'closing_note': "x", 'is_late': False, 'expected_amount': 0, 'received_amount': 1, 'difference_amount': 0,
    'unexplained_amount': 0, 'payment_status': 'paid', 'waits_for': 'check', 'missing_count': 0, 'total_amount': 1,
    'assessed_amount': 1, 'limit_due_on': '2026-11-01', 'limit_told_on': '2026-11-01', 'reopened_count': 0,
    'is_final': True, 'arrival': 'reported', 'plate': 'X', 'vin': 'X', 'is_by_representative': False,
}  # none of which anybody types


class TestInsuranceClaimDoors(ClaimCase):
    """What a role can do to claims by calling the server itself, beside the screens."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.advisor2 = cls._make_user('advisor2', 'group_service_advisor')
        cls.claim = cls.dispatch()

    # === STAMPS === #

    def test_stamps_are_not_written(self):
        people = dict.fromkeys(('entered_by_id', 'settled_by_id', 'submitted_by_id', 'closed_by_id', 'final_by_id',
                                'exit_by_id'), self.leader.id)
        for role in ('advisor', 'claims_clerk', 'leader', 'finance', 'gm', 'administrator', 'group_manager'):
            for name, value in {**STAMPS, **people}.items():
                with self.subTest(role=role, name=name), self.assertRaises(AccessError):
                    self.rpc(getattr(self, role), self.claim, 'write', {name: value})

    def test_stamps_are_not_created_defaulted_or_imported(self):
        Claim = self.env['insurance.claim']
        for name, value in STAMPS.items():
            with self.subTest(name=name), self.assertRaises(AccessError):
                self.rpc(self.advisor, Claim, 'create', dict(self.prepare_claim(), **{name: value}))
            with self.subTest(name=name, door='context'), self.assertRaises(AccessError):
                self.rpc(self.advisor, Claim, 'create', self.prepare_claim(), context={f'default_{name}': value})
        result = self.rpc(self.advisor, Claim, 'load', ['.id', 'state'], [[str(self.claim.id), 'closed']])
        self.assertFalse(result['ids'])
        self.assertEqual(self.claim.state, 'dispatched')

    def test_claims_of_colleagues(self):
        for user in (self.advisor2, self._make_user('far', 'group_claims_leader', self.other_store)):
            for method, args in (
                ('write', ({'note': "x"},)), ('unlink', ()), ('action_repaired', ()), ('action_cancel', ("Wrong one",)),
                ('action_total_loss', ("Burnt out",)), ('action_refuse', ("Refused", '2026-11-18')),
                ('action_propose_costs', ()), ('action_open_check', ()), ('read', (['plate'],)),
                ('export_data', (['plate'],)), ('message_post', ()), ('action_close', ()),
                ('action_resume', ("Once again",)),
            ):
                with self.subTest(user=user.login, method=method), self.assertRaises(UserError):
                    self.rpc(user, self.claim, method, *args)
        for model, values in (('policy', {'product': 'commercial'}), ('cost', {'payer': 'store', 'amount': 1}),
                              ('assessment', {'labour': 1})):
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.rpc(self.advisor2, self.env[f'insurance.claim.{model}'], 'create',
                         dict(values, claim_id=self.claim.id))
            with self.subTest(model=model, door='context'), self.assertRaises(AccessError):
                self.rpc(self.advisor2, self.env[f'insurance.claim.{model}'], 'create', values,
                         context={'default_claim_id': self.claim.id})

    def test_a_claim_stays_in_its_store(self):
        self.leader.company_ids += self.other_store
        with self.refused("stays in the store"):
            self.rpc(self.leader, self.claim, 'write', {'company_id': self.other_store.id})

    # === WHAT BELONGS TO ANOTHER CLAIM === #

    def test_parts_of_other_claims(self):
        other = self.dispatch(self.advisor2)
        values = {'claim_id': self.claim.id, 'payer': 'own_commercial', 'amount': 1,
                  'policy_line_id': other.sudo().policy_ids[:1].id}
        with self.assertRaises(ValidationError):
            self.rpc(self.advisor, self.env['insurance.claim.cost'], 'create', values)
        claims = [self.submit(('own_commercial', 1000)) for _number in range(2)]
        claims[0].with_user(self.finance).action_set_final()
        with self.assertRaises(ValidationError):
            self.rpc(self.claims_clerk, self.env['insurance.claim.difference'], 'create', {
                'claim_id': claims[0].id, 'cost_id': claims[1].sudo().cost_ids.id, 'amount': -1000})

    # === WHAT IS KEPT BEHIND THE SCREENS === #

    def test_kept_contents_are_nobodys_to_read(self):
        """Finance reads money, not phone numbers and medical papers, which versions and signatures hold."""
        claim = self.paid(sender_phone='13900001111')
        claim.action_revise("The labour was wrong")
        claim.action_settle()
        self.close(claim)
        for record in (claim.sudo().version_ids, claim.sudo().signature_ids):
            for role in ('finance', 'claims_clerk', 'leader', 'gm', 'supervisor'):
                with self.subTest(model=record._name, role=role), self.assertRaises(AccessError):
                    self.rpc(getattr(self, role), record, 'read', ['content'])
                with self.subTest(model=record._name, role=role, door='search'), self.assertRaises(AccessError):
                    self.rpc(getattr(self, role), record, 'search', [('content', 'ilike', '13900001111')])
        self.assertFalse(self.env['insurance.claim.signature'].search([])._get_deviations())

    def test_phone_numbers(self):
        self.claim.sender_phone = '13900001111'
        for role in ('finance', 'hotline'):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.rpc(getattr(self, role), self.claim, 'read', ['sender_phone'])
            with self.subTest(role=role, door='search'), self.assertRaises(AccessError):
                self.rpc(getattr(self, role), self.claim, 'search', [('sender_phone', 'ilike', '1390')])

    def test_medical_papers(self):
        claim = self.dispatch(loss_kind='injury')
        papers = claim.sudo().document_ids.filtered('is_medical')
        file = self.make_file(self.claims_clerk)
        papers[0].with_user(self.claims_clerk).attachment_ids = file
        for role in ('advisor', 'finance', 'supervisor', 'hotline', 'administrator'):
            user = getattr(self, role)
            for record, names in ((papers, ['state']), (file, ['name'])):
                with self.subTest(role=role, model=record._name), self.assertRaises(AccessError):
                    self.rpc(user, record, 'read', names)
        for role in ('advisor', 'finance', 'supervisor'):
            with self.subTest(role=role):
                [values] = self.rpc(getattr(self, role), claim, 'web_read', {'document_ids': {'fields': {'state': {}}}})
                self.assertFalse({row['id'] for row in values['document_ids']} & set(papers.ids))
                sheet = claim.with_user(getattr(self, role))._prepare_case_sheet()
                self.assertNotIn(papers[0].type_id.name, str(sheet['documents']))

    def test_letters_stay_as_sent(self):
        claim = self.submit(('own_compulsory', 300))
        with self.at('2026-12-10 09:00'):
            self.env.invalidate_all()
            owed = self.env['insurance.claim.owed'].with_user(self.claims_clerk).search([('claim_id', '=', claim.id)])
            domain = owed.action_dun()['domain']
            letter = self.env['insurance.claim.dunning'].with_user(self.claims_clerk).search(domain)
            letter.action_send()
        for door in (lambda file: file.unlink(), lambda file: file.write({'raw': b'other'}),
                     lambda file: file.write({'res_id': False}), lambda file: file.sudo().unlink()):
            with self.assertRaises(UserError):
                door(letter.letter_id.sudo(False).with_user(self.claims_clerk))

    # === FACTS THAT CHANGE === #

    def test_documents_follow_the_facts_at_once(self):
        """An injury told after the settlement asks for its papers before the documents go to the insurer."""
        claim = self.settle()
        self.tick_documents(claim)
        claim.has_injury = True
        with self.refused("Injury: medical record"):
            claim.with_user(self.claims_clerk).action_submit()

    def test_who_is_paid_stands_with_the_composition(self):
        claim = self.settle()
        for role in ('advisor', 'leader'):
            for values in ({'payee': 'customer'}, {'claim_mode': 'customer'}):
                with self.subTest(role=role, values=values), self.refused("Press Revise"):
                    self.rpc(getattr(self, role), claim, 'write', values)
        claim.action_revise("The customer claims himself")
        claim.claim_mode = 'customer'
        claim.action_settle()
        self.assertEqual(claim.expected_amount, 0)
        claim.action_self_claim()

    def test_dates_of_the_sheet(self):
        claim = self.dispatch()
        for values in ({'repaired_on': '2026-11-19'}, {'handed_over_on': '2026-12-01'}, {'sheet_date': '2026-11-20'}):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.rpc(self.advisor, claim, 'write', values)
        with self.assertRaises(ValidationError):
            claim.write({'repaired_on': '2026-11-18', 'handed_over_on': '2026-11-17'})

    # === TWO PEOPLE === #

    def test_who_took_part_does_not_close(self):
        both = self._make_user('both', 'group_claims_leader')
        both.group_ids += self.env.ref('dealer_insurance.group_finance')
        posted, lost = self.paid(), self.dispatch()
        posted.action_revise("More parts")
        posted.sudo().cost_ids.amount = 1100
        posted.labour_fee = 1100
        posted.action_settle()
        receipt = self.receive(self.picc, 100, (posted, 100), post=False)
        receipt.with_user(both).action_post()
        lost.with_user(both).action_total_loss("Burnt out")
        for claim in (posted, lost):
            with self.subTest(state=claim.state), self.refused("entered part of it yourself"):
                self.close(claim, both)
            self.close(claim)

    # === MONEY === #

    def test_no_more_is_paid_back_than_came(self):
        claim = self.submit(('own_commercial', 1000))
        self.receive(self.picc, 1100, (claim, 1100))
        with self.refused("did not come"):
            self.receive(self.picc, -1200, (claim.sudo().cost_ids, -1200))
        receipt = self.receive(self.picc, -100, (claim, -100))
        self.assertEqual((receipt.line_ids.cost_id, claim.state), (claim.sudo().cost_ids, 'paid'))

    def test_money_resolved_explains_nothing_new(self):
        claim = self.submit(('own_commercial', 900), ('own_compulsory', 100))
        own, compulsory = claim.sudo().cost_ids
        claim.with_user(self.finance).action_set_final()
        claim.with_user(self.finance).action_explain_difference()
        self.receive(self.picc, 1000, (own, 900), (compulsory, 100))
        self.assertEqual(set(claim.sudo().difference_ids.mapped('state')), {'resolved'})
        claim.sudo().receipt_line_ids.with_user(self.finance)[0].action_reverse("Wrong claim")
        self.assertEqual((claim.state, claim.waits_for), ('difference', 'difference'))

    def test_cents(self):
        claim = self.submit(('own_commercial', 33.33), ('own_compulsory', 33.33), ('store', 33.34))
        self.assertEqual((claim.total_amount, claim.cost_gap, claim.expected_amount), (100, 0, 66.66))
        other = self.dispatch()
        other.write({'assessment_ids': [Command.create({'labour': 1})]})
        other.action_repaired()
        self.compose(other, ('own_commercial', 99.99), fee=100)
        with self.refused("differs from the settlement total by .*0.01"):
            other.action_settle()
