from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .claim_common import ClaimCase


class TestInsuranceClaimClose(ClaimCase):
    """Closed by the leader's own signature, frozen through every door, checked every night (R57, T1, T44)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.claim = cls.paid(('own_commercial', 900), ('customer', 100))
        cls.receipt = cls.env['insurance.claim.receipt.line'].search([('claim_id', '=', cls.claim.id)]).receipt_id

    def test_who_does_not_close(self):
        for role in ('advisor', 'claims_clerk', 'finance', 'gm', 'supervisor', 'hotline', 'group_manager',
                     'administrator', 'specialist', 'plain'):
            with self.subTest(role=role), self.assertRaises(UserError):
                self.rpc(getattr(self, role), self.claim, 'action_close')
        with self.refused("Only the claims leader"):
            self.claim.sudo().with_user(self.env.ref('base.user_root')).action_close()
        elsewhere = self._make_user('other_leader', 'group_claims_leader', self.other_store)
        with self.assertRaises(AccessError):
            self.rpc(elsewhere, self.claim, 'action_close')
        self.assertEqual(self.claim.state, 'paid')

    def test_entry_person_does_not_close(self):
        both = self._make_user('both', 'group_service_advisor')
        both.group_ids += self.env.ref('dealer_insurance.group_claims_leader')
        claim = self.paid(user=both)
        with self.refused("you entered part of it yourself"):
            self.close(claim, both)
        self.store.insurance_allow_self_review = True
        self.close(claim, both)
        self.assertTrue(claim.is_self_review)
        self.store.insurance_allow_self_review = False
        self.close(self.claim)
        self.assertFalse(self.claim.is_self_review)

    def test_frozen_through_every_door(self):
        claim = self.claim
        self.close(claim)
        costs, line = claim.sudo().cost_ids, self.receipt.line_ids
        document, policy = claim.document_ids[:1], claim.policy_ids[:1]
        file = self.make_file(self.claims_clerk)
        doors = {
            'header': lambda env: claim.with_env(env).write({'note': "x"}),
            'stage 1': lambda env: claim.with_env(env).write({'accident_place': "x"}),
            'state': lambda env: claim.with_env(env).write({'state': 'paid'}),
            'cost': lambda env: costs[:1].with_env(env).write({'amount': 1}),
            'new cost': lambda env: env['insurance.claim.cost'].create(
                {'claim_id': claim.id, 'payer': 'store', 'amount': 1}),
            'cost away': lambda env: costs[1:].with_env(env).unlink(),
            'allocation': lambda env: line.with_env(env).write({'amount': 1}),
            'new allocation': lambda env: env['insurance.claim.receipt.line'].create(
                {'receipt_id': self.receipt.id, 'claim_id': claim.id, 'amount': 1}),
            'document': lambda env: document.with_env(env).write({'note': "x"}),
            'file': lambda env: document.with_env(env).write({'attachment_ids': [(4, file.id)]}),
            'new document': lambda env: env['insurance.claim.document'].create(
                {'claim_id': claim.id, 'type_id': self.env.ref(
                    'dealer_insurance.insurance_claim_document_type_old_parts').id}),
            'policy': lambda env: policy.with_env(env).write({'policy_no': "x"}),
            'policy away': lambda env: policy.with_env(env).unlink(),
            'assessment': lambda env: env['insurance.claim.assessment'].create(
                {'claim_id': claim.id, 'kind': 'supplement', 'labour': 1, 'reason': "x"}),
            'difference': lambda env: env['insurance.claim.difference'].create({'claim_id': claim.id, 'amount': 1}),
            'delete': lambda env: claim.with_env(env).unlink(),
        }
        users = (self.advisor, self.leader, self.claims_clerk, self.finance, self.gm, self.env.ref('base.user_root'))
        for label, door in doors.items():
            for user in users:
                with self.subTest(door=label, user=user.login), self.assertRaises(UserError):
                    door(self.env(user=user.id, su=user._is_superuser()))
        for method in ('action_revise', 'action_cancel', 'action_total_loss', 'action_resume'):
            with self.subTest(method), self.assertRaises(UserError):
                self.rpc(self.leader, claim, method, "Because I want to")
        with self.assertRaises(UserError):
            self.receipt.action_reverse("Entered twice")
        self.assertFalse(self.env['insurance.claim.signature'].search([])._get_deviations())

    def test_files_of_closed_claims(self):
        document = self.claim.document_ids[:1]
        file = self.make_file(self.claims_clerk)
        document.with_user(self.claims_clerk).attachment_ids = file
        self.close(self.claim)
        for door in (
            lambda: file.with_user(self.claims_clerk).unlink(), lambda: file.sudo().unlink(),
            lambda: file.with_user(self.claims_clerk).write({'raw': b'other'}),
            lambda: self.env['ir.attachment'].with_user(self.claims_clerk).create(
                {'name': "late", 'raw': b'x', 'res_model': document._name, 'res_id': document.id}),
        ):
            with self.assertRaises(UserError):
                door()

    def test_people_may_still_talk(self):
        self.close(self.claim)
        self.claim.with_user(self.advisor).message_post(body=self.claim.name)
        self.claim.with_user(self.leader).activity_schedule('mail.mail_activity_data_todo', summary="Call back")

    def test_reopening(self):
        self.close(self.claim)
        signature = self.claim.sudo().signature_id
        with self.refused("Say why"):
            self.claim.with_user(self.gm).action_reopen("no")
        with self.assertRaises(UserError):
            self.rpc(self.leader, self.claim, 'action_reopen', "Because it is wrong")
        self.claim.with_user(self.gm).action_reopen("The invoice was wrong")
        claim = self.claim
        self.assertEqual((claim.state, claim.reopened_count, claim.closed_by_id.id, claim.signature_id.id),
                         ('paid', 1, False, False))
        self.assertEqual(self.claim.sudo().signature_ids.mapped('event'), ['signed', 'voided'])
        with self.assertRaises(UserError):
            signature.write({'user_id': self.gm.id})
        self.close(self.claim)
        self.assertEqual(self.claim.sudo().signature_ids.mapped('sequence'), [1, 2, 3])
        self.assertFalse(self.env['insurance.claim.signature'].search([])._get_deviations())

    def find(self):
        self.env.flush_all()
        return self.env['insurance.claim.signature'].sudo().search([])._get_deviations()

    def test_changes_in_the_database_are_found(self):
        self.close(self.claim)
        cost, line = self.claim.sudo().cost_ids[:1], self.receipt.line_ids
        self.assertFalse(self.find())
        for table, record, column, value, label in (
            ('insurance_claim', self.claim, 'accident_place', "elsewhere", "Place of the Accident"),
            ('insurance_claim', self.claim, 'closed_by_id', self.gm.id, "Case Checked by"),
            ('insurance_claim_cost', cost, 'amount', 901, "Composition of Cost: amount|Amount"),
            ('insurance_claim_receipt_line', line, 'amount', 1, "Money Received"),
            ('insurance_claim_document', self.claim.document_ids[:1], 'not_needed_reason', "x", "Documents"),
        ):
            with self.subTest(column=column):
                self.env.flush_all()
                savepoint = self.env.cr.savepoint()
                self.env.cr.execute(SQL("UPDATE %s SET %s = %s WHERE id = %s", SQL.identifier(table),
                                        SQL.identifier(column), value, record.id))
                found = self.find()
                self.assertRegex(found.get(self.claim, ''), label)
                savepoint.rollback()
                self.env.invalidate_all()
        self.env.cr.execute(SQL("UPDATE insurance_claim_signature SET user_id = %s", self.gm.id))
        self.assertRegex(self.find()[self.claim], "Signature 1 was changed")
        self.env['insurance.claim.signature']._cron_check_integrity()
        self.assertIn(self.gm, self.claim.sudo().activity_ids.user_id)

    def test_a_signature_that_is_gone(self):
        other = self.paid()
        self.close(self.claim)
        self.close(other)
        self.env.flush_all()
        self.env.cr.execute("UPDATE insurance_claim SET signature_id = NULL")
        self.env.cr.execute("DELETE FROM insurance_claim_signature WHERE sequence = 2")
        self.env.invalidate_all()
        self.assertTrue(self.env['insurance.claim.signature']._cron_check_integrity())
