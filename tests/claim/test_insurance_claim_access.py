from unittest.mock import patch

from odoo.exceptions import AccessError, LockError, UserError

from .claim_common import ClaimCase


class TestInsuranceClaimAccess(ClaimCase):
    """Who reads and writes which claims and which part of them (domain 3.2)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.advisor2 = cls._make_user('advisor2', 'group_service_advisor')
        cls.own = cls.dispatch()
        cls.colleagues = cls.dispatch(cls.advisor2)
        cls.both = cls.own | cls.colleagues
        other_advisor = cls._make_user('other_advisor', 'group_service_advisor', cls.other_store)
        cls.elsewhere = cls.env['insurance.claim'].with_user(other_advisor).create(dict(
            cls.prepare_claim(), company_id=cls.other_store.id))
        cls.env.invalidate_all()

    def found(self, user, model='insurance.claim'):
        return self.env[model].with_user(user).search([('company_id', 'in', (self.store | self.other_store).ids)])

    def test_own_store_other(self):
        for role in ('claims_clerk', 'leader', 'finance', 'gm', 'supervisor', 'hotline'):
            with self.subTest(role=role):
                self.assertEqual(self.found(getattr(self, role)), self.both.sorted('id', reverse=True))
        self.assertEqual(self.found(self.advisor), self.own)
        self.assertEqual(self.found(self.advisor2), self.colleagues)
        self.assertEqual(self.found(self.advisor2, 'insurance.claim.document').claim_id, self.colleagues)
        self.assertEqual(self.found(self.advisor2, 'insurance.claim.policy').claim_id, self.colleagues)
        for role in ('group_manager', 'clerk', 'specialist', 'consultant', 'administrator', 'plain'):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.found(getattr(self, role))

    def test_representative(self):
        self.store.insurance_claim_representative_ids = self.advisor2
        self.assertEqual(self.found(self.advisor2), self.both.sorted('id', reverse=True))
        self.assertEqual(self.found(self.advisor), self.own)
        self.own.with_user(self.advisor2).accident_place = "Corner"
        self.store.insurance_claim_representative_ids = False
        self.assertEqual(self.found(self.advisor2), self.colleagues)

    def test_advisor_does_not_give_claims_away(self):
        with self.assertRaises(AccessError):
            self.rpc(self.advisor, self.own, 'write', {'advisor_id': self.advisor2.id})
        self.rpc(self.leader, self.own, 'write', {'advisor_id': self.advisor2.id})

    def test_hotline_reads_no_money(self):
        names = {'state', 'plate', 'report_no', 'accident_place'}
        money = {'total_amount', 'expected_amount', 'received_amount', 'difference_amount', 'cost_ids',
                 'receipt_line_ids', 'labour_fee', 'invoice_amount', 'assessed_amount'}
        fields = self.env['insurance.claim'].with_user(self.hotline).fields_get()
        self.assertFalse(money & fields.keys())
        self.assertTrue(names <= fields.keys())
        claim = self.submit()
        self.receive(self.picc, 900, {'claim_id': claim.id, 'amount': 900, 'is_final': True})
        self.assertIn("100.00", claim.with_user(self.leader).blocking_text)
        self.assertFalse(claim.with_user(self.hotline).blocking_text)
        for model in ('cost', 'receipt', 'receipt.line', 'difference', 'assessment', 'version'):
            with self.subTest(model=model):
                self.assertFalse(self.env[f'insurance.claim.{model}'].with_user(self.hotline).has_access('read'))

    def test_parts_by_role(self):
        claim = self.settle()
        doors = {
            'stage 1': ({'accident_place': "x"}, {'advisor', 'leader'}),
            'invoice': ({'invoice_no': "1"}, {'advisor', 'leader'}),
            'insurer': ({'insurer_claim_no': "1"}, {'advisor', 'leader', 'claims_clerk'}),
        }
        for label, (values, may) in doors.items():
            for role in ('advisor', 'leader', 'claims_clerk', 'finance', 'gm', 'supervisor', 'hotline'):
                with self.subTest(part=label, role=role):
                    user = getattr(self, role)
                    if role in may:
                        self.rpc(user, claim, 'write', values)
                    else:
                        with self.assertRaises(AccessError):
                            self.rpc(user, claim, 'write', values)

    def test_stage_1_is_corrected_by_the_leader_later(self):
        claim = self.submit()
        with self.refused("claims leader corrects stage 1"):
            self.rpc(self.advisor, claim, 'write', {'accident_place': "x"})
        self.rpc(self.leader, claim, 'write', {'accident_place': "x"})

    def test_segregation_of_stages(self):
        claim = self.settle()
        self.tick_documents(claim)
        for user, method in ((self.advisor, 'action_submit'), (self.leader, 'action_submit'),
                             (self.finance, 'action_submit'), (self.claims_clerk, 'action_dispatch')):
            with self.subTest(user=user.login, method=method), self.assertRaises(UserError):
                self.rpc(user, claim, method)
        receipt = self.receive(self.picc, 100, post=False)
        for user in (self.advisor, self.claims_clerk, self.leader, self.gm, self.supervisor):
            with self.subTest(user=user.login), self.assertRaises(UserError):
                self.rpc(user, receipt, 'action_post')
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.rpc(user, receipt, 'create', [{'payer_id': self.picc.id, 'amount': 1}])

    def test_guarded_stamps(self):
        receipt = self.receive(self.picc, 100, post=False)
        for values in ({'state': 'posted'}, {'posted_by_id': self.finance.id}, {'allocated_amount': 1}):
            with self.subTest(values=values), self.assertRaises(AccessError):
                self.rpc(self.finance, receipt, 'write', values)
        document = self.own.document_ids[:1]
        for values in ({'is_blocking': False}, {'is_required': False}, {'state': 'present'}, {'file_count': 1},
                       {'not_needed_reason': "x"}, {'is_medical': False}):
            with self.subTest(values=values), self.assertRaises(AccessError):
                self.rpc(self.claims_clerk, document, 'write', values)

    def test_signatures_and_versions_are_not_made(self):
        for model in ('insurance.claim.signature', 'insurance.claim.version', 'insurance.claim.book'):
            for role in ('leader', 'gm', 'advisor'):
                with self.subTest(model=model, role=role), self.assertRaises(UserError):
                    self.rpc(getattr(self, role), self.env[model], 'create', [{}])

    # === TWO AT ONCE === #

    def test_two_at_once(self):
        """Who comes second reads why; the lock fails as it does while a colleague holds the row."""
        claim, receipt = self.paid(), self.receive(self.picc, 50, post=False)
        for record, method, pattern in (
            (claim.with_user(self.leader), 'action_close', "a colleague is working on it"),
            (receipt, 'action_post', "a colleague is allocating it"),
        ):
            with (
                self.subTest(method), patch.object(type(record), 'lock_for_update', side_effect=LockError("held")),
                self.refused(pattern, LockError),
            ):
                getattr(record, method)()

    # === SPEED === #

    def test_constant_queries(self):
        claims = self.env['insurance.claim'].browse(self.found(self.leader).ids)
        names = ['name', 'plate', 'state', 'waits_for', 'missing_count', 'expected_amount', 'blocking_text']
        counts = []
        for records in (claims[:1], claims):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.with_user(self.leader).read(names)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 1)
