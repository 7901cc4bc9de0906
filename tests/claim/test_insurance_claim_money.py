from odoo.exceptions import UserError, ValidationError

from .claim_common import ClaimCase


class TestInsuranceClaimMoney(ClaimCase):
    """Receipts in instalments and over many claims, differences followed to their end (R56, K22, K23, T9, T24)."""

    def explain(self, claim, reason='PARTS_LABOUR', handling='DISCOUNT', note="Price of parts"):
        claim = claim.with_user(self.claims_clerk)
        claim.action_explain_difference()
        claim.difference_ids.filtered(lambda row: row.state == 'open').write({
            'reason_id': self._get_reason('claim_difference', reason).id,
            'handling_id': self._get_reason('claim_handling', handling).id, 'note': note,
        })
        return claim.difference_ids.filtered(lambda row: row.state == 'open')

    # === EXPECTED AND RECEIVED === #

    def test_instalments(self):
        claim = self.submit(('own_commercial', 1000))
        for amount, state, came in ((300, 'partial', 300), (300.5, 'partial', 600.5), (399.5, 'paid', 1000)):
            self.receive(self.picc, amount, (claim, amount))
            self.assertEqual((claim.state, claim.received_amount), (state, came))
        self.assertEqual((claim.difference_amount, claim.is_judged), (0, True))

    def test_last_instalment_judges(self):
        claim = self.submit(('own_commercial', 1000))
        self.receive(self.picc, 600, {'claim_id': claim.id, 'amount': 600})
        self.assertEqual((claim.state, claim.difference_amount, claim.open_amount), ('partial', 0, 400))
        self.receive(self.picc, 350, {'claim_id': claim.id, 'amount': 350, 'is_final': True})
        self.assertEqual((claim.state, claim.difference_amount, claim.unexplained_amount), ('difference', -50, -50))

    def test_said_to_be_complete(self):
        claim = self.submit(('own_commercial', 1000))
        self.receive(self.picc, 600, (claim, 600))
        with self.assertRaises(UserError):
            self.rpc(self.advisor, claim, 'action_set_final')
        claim.with_user(self.finance).action_set_final()
        self.assertEqual((claim.state, claim.difference_amount, claim.final_by_id), ('difference', -400, self.finance))
        claim.with_user(self.finance).action_unset_final()
        self.assertEqual((claim.state, claim.difference_amount), ('partial', 0))

    def test_tolerance(self):
        self.store.insurance_claim_tolerance = 1
        claim = self.submit(('own_commercial', 1000))
        self.receive(self.picc, 999, (claim, 999))
        self.assertEqual((claim.state, claim.difference_amount), ('paid', -1))
        other = self.submit(('own_commercial', 1000))
        self.receive(self.picc, 998.99, {'claim_id': other.id, 'amount': 998.99, 'is_final': True})
        self.assertEqual(other.state, 'difference')

    def test_several_payers(self):
        claim = self.submit(('own_commercial', 700, self.picc.id), ('other_compulsory', 2000, self.paic.id),
                            ('customer', 300), accident_type='double', liability='50')
        own, other, customer = claim.sudo().cost_ids
        self.assertEqual((claim.expected_amount, customer.expected_amount), (2700, 0))
        self.receive(self.paic, 2000, (claim, 2000))
        self.assertEqual((claim.state, own.received_amount, other.received_amount), ('partial', 0, 2000))
        self.receive(self.picc, 700, (claim, 700))
        self.assertEqual((claim.state, own.open_amount, other.open_amount), ('paid', 0, 0))

    def test_one_pays_the_others_part(self):
        claim = self.submit(('own_commercial', 900), ('own_compulsory', 100))
        first = claim.sudo().cost_ids[0]
        self.receive(self.picc, 1000, (first, 1000))
        self.assertEqual((claim.state, claim.difference_amount), ('difference', 0))
        rows = self.explain(claim, 'ALLOCATION')
        self.assertEqual(sorted(rows.mapped('amount')), [-100, 100])
        rows.action_done()
        self.assertEqual((claim.unexplained_amount, claim.waits_for), (0, 'check'))

    def test_over_payment(self):
        claim = self.submit(('own_commercial', 1000))
        self.receive(self.picc, 1200, (claim, 1200))
        self.assertEqual((claim.state, claim.difference_amount), ('difference', 200))
        row = self.explain(claim, 'OVERPAID', 'REFUND')
        self.assertEqual(row.amount, 200)
        self.receive(self.picc, -200, (claim.sudo().cost_ids, -200))
        self.assertEqual((claim.state, claim.difference_amount, row.state), ('paid', 0, 'resolved'))

    def test_one_receipt_for_many_claims(self):
        claims = [self.submit(('own_commercial', amount)) for amount in (1000, 500, 300)]
        receipt = self.receive(self.picc, 1600, post=False)
        receipt.action_propose()
        self.assertEqual([(line.claim_id, line.amount) for line in receipt.line_ids],
                         [(claims[0], 1000), (claims[1], 500), (claims[2], 100)])
        self.assertEqual((receipt.remaining_amount, claims[0].state), (0, 'submitted'))
        receipt.action_post()
        self.assertEqual([claim.state for claim in claims], ['paid', 'paid', 'partial'])
        with self.refused("only .*1,600.* came"):
            self.receive(self.picc, 1600, (claims[2], 1601))

    def test_remainder_is_given_later(self):
        receipt = self.receive(self.picc, 1000)
        self.assertEqual(receipt.remaining_amount, 1000)
        claim = self.submit(('own_commercial', 800))
        receipt.action_propose()
        self.assertEqual((claim.state, receipt.remaining_amount, receipt.line_ids.state), ('paid', 200, 'valid'))
        with self.refused("no claim waits"):
            receipt.action_propose()

    def test_taken_off_and_given_to_another(self):
        wrong, right = self.submit(('own_commercial', 800)), self.submit(('own_commercial', 800))
        receipt = self.receive(self.picc, 800, (wrong, 800))
        with self.refused("counts already"):
            self.rpc(self.finance, receipt.line_ids, 'write', {'amount': 1})
        with self.refused("counts already"):
            self.rpc(self.finance, receipt.line_ids, 'unlink')
        receipt.line_ids.action_reverse("Belongs to another claim")
        self.assertEqual((wrong.state, receipt.remaining_amount), ('submitted', 800))
        self.env['insurance.claim.receipt.line'].with_user(self.finance).create({
            'receipt_id': receipt.id, 'claim_id': right.id, 'amount': 800})
        self.assertEqual((right.state, receipt.remaining_amount), ('paid', 0))

    def test_recorded_receipt_stands(self):
        claim = self.submit(('own_commercial', 800))
        receipt = self.receive(self.picc, 800, (claim, 800))
        for values in ({'amount': 900}, {'payer_id': self.paic.id}, {'received_on': '2026-11-01'}):
            with self.subTest(values=values), self.refused("recorded and stays"):
                self.rpc(self.finance, receipt, 'write', values)
        with self.refused("recorded and stays"):
            self.rpc(self.finance, receipt, 'unlink')
        receipt.action_reverse("Entered twice")
        self.assertEqual((receipt.state, receipt.line_ids.state, claim.state), ('reversed', 'reversed', 'submitted'))

    def test_bad_receipts(self):
        claim = self.dispatch()
        for label, values, pattern in (
            ("in the future", {'received_on': '2026-11-19'}, "future"),
            ("not settled", {'line_ids': [(0, 0, {'claim_id': claim.id, 'amount': 1})]}, "no settlement yet"),
        ):
            with self.subTest(label), self.refused(pattern):
                self.receive(self.picc, 100, post=False, **values)
        settled = self.settle()
        with self.refused("sign of the receipt", ValidationError):
            self.receive(self.picc, 100, (settled, -5))

    def test_money_before_documents(self):
        claim = self.settle(('own_commercial', 800))
        self.receive(self.picc, 800, (claim, 800))
        self.assertEqual((claim.state, claim.payment_status), ('settled', 'paid'))
        self.tick_documents(claim)
        claim.with_user(self.claims_clerk).action_submit()
        self.assertEqual(claim.state, 'paid')

    # === WHO IS PAID === #

    def test_customer_claims_himself(self):
        claim = self.settle(('own_commercial', 1000), claim_mode='customer')
        self.assertEqual((claim.expected_amount, claim.payee), (0, 'customer'))
        self.tick_documents(claim)
        with self.refused("No insurer owes"):
            claim.with_user(self.claims_clerk).action_submit()
        claim.action_self_claim()
        self.assertEqual((claim.state, claim.waits_for), ('self_claim', 'check'))
        self.close(claim)
        self.assertEqual(claim.state, 'closed')

    def test_self_claim_owes_nothing(self):
        with self.refused("expected from insurers"):
            self.settle().action_self_claim()

    # === DIFFERENCES === #

    def short(self, amount=300):
        claim = self.submit(('own_commercial', 1000))
        self.receive(self.picc, 1000 - amount, {'claim_id': claim.id, 'amount': 1000 - amount, 'is_final': True})
        claim.handed_over_on = '2026-11-18'
        return claim

    def test_pending_keeps_it_open(self):
        claim = self.short()
        row = self.explain(claim, handling='PENDING')
        with self.refused("A handling other than"):
            row.action_done()
        with self.refused("Handling of the difference"):
            self.close(claim)

    def test_note_is_needed(self):
        row = self.explain(self.short(), note=False)
        with self.refused("Missing:\n– Note"):
            row.action_done()

    def test_handled_to_the_end(self):
        claim = self.short()
        with self.refused("Reason and handling"):
            self.close(claim)
        row = self.explain(claim)
        row.action_done()
        self.assertEqual((row.state, row.handled_by_id, claim.unexplained_amount), ('done', self.claims_clerk, 0))
        with self.refused("not open any more"):
            self.rpc(self.claims_clerk, row, 'write', {'amount': -1})
        self.close(claim)

    def test_part_explained(self):
        claim = self.short()
        row = self.explain(claim)
        row.amount = -200
        row.action_done()
        with self.refused("Explanation of .*100"):
            self.close(claim)
        rest = self.explain(claim, 'TAX_TAIL')
        self.assertEqual(rest.amount, -100)
        rest.action_done()
        self.close(claim)

    def test_write_off_asks_the_general_manager(self):
        for handling in ('BAD_DEBT', 'STORE'):
            claim = self.short()
            row = self.explain(claim, handling=handling)
            row.action_done()
            self.assertEqual((row.state, claim.waits_for), ('asked', 'approval'))
            self.assertIn(self.gm, claim.sudo().activity_ids.user_id)
            for user in (self.claims_clerk, self.finance, self.leader):
                with self.subTest(user=user.login), self.assertRaises(UserError):
                    self.rpc(user, row, 'action_approve')
            with self.assertRaises(UserError):
                self.close(claim)
            row.with_user(self.gm).action_disapprove("Ask the insurer once more")
            self.assertEqual((row.state, row.approval_note), ('open', "Ask the insurer once more"))
            row.action_done()
            row.with_user(self.gm).action_approve()
            self.assertEqual((row.state, row.approved_by_id, claim.waits_for), ('done', self.gm, 'check'))
            self.assertFalse(claim.sudo().activity_ids)
            self.close(claim)

    def test_taken_back(self):
        claim = self.short()
        row = self.explain(claim)
        row.action_done()
        with self.assertRaises(UserError):
            self.rpc(self.claims_clerk, row, 'action_take_back', "Was wrong")
        row.with_user(self.leader).action_take_back("The insurer pays after all")
        self.assertEqual((row.state, claim.unexplained_amount), ('open', -300))
        self.receive(self.picc, 300, (claim, 300))
        self.assertEqual((claim.state, row.state), ('paid', 'resolved'))

    def test_difference_of_another_kind_of_currency_rounding(self):
        claim = self.submit(('own_commercial', 0.3), sheet={})
        for _number in range(3):
            self.receive(self.picc, 0.1, (claim, 0.1))
        self.assertEqual((claim.state, claim.difference_amount), ('paid', 0))
