from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import PNG, DealerInsuranceCase

OTHER_PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAYAAAD0In+KAAAAD0lEQVR4nGNgYPj/n4GBAQAFBAIA2sJqGgAAAABJRU5ErkJggg=='


class TestRegisterPageSigning(DealerInsuranceCase):
    """Who signs a page, when, and what must be in order before (R10-R15, T22, T23, invariants 3 and 4)."""

    def setUp(self):
        super().setUp()
        self.contact = self.make_contact(self.make_case(self.specialist), when='2026-11-17 10:00')
        self.page = self.contact.page_id.with_env(self.env)
        self.book = self.page.register_id
        freezer = self.at('2026-11-24 09:00')
        freezer.start()
        self.addCleanup(freezer.stop)

    def assertUnsigned(self):
        self.assertEqual(self.page.state, 'open')
        self.assertFalse(self.page.signature_ids)

    # === WHO === #

    def test_reviewer_signs(self):
        self.sign(self.page, remark="Well kept")
        signature = self.page.signature_id
        self.assertEqual((self.page.state, self.page.version), ('signed', 1))
        self.assertEqual((self.page.signed_by_id, self.page.signed_on), (self.supervisor, self.utc('2026-11-24 09:00')))
        self.assertEqual((signature.user_id, signature.remark), (self.supervisor, "Well kept"))
        self.assertFalse(signature.is_delegate or signature.is_late or signature.is_self_review)
        self.assertEqual(signature.answers, [[check.name, True] for check in self.page._get_checks()])
        self.assertTrue(self.contact.is_frozen)

    def test_late_signature_is_marked(self):
        with self.at('2026-11-29 23:59'):
            other = self.make_contact(self.make_case(self.specialist2), when='2026-11-17 10:00').page_id
            self.sign(other)
        with self.at('2026-11-30 00:00'):
            self.sign(self.page)
        self.assertFalse(other.sudo().signature_id.is_late)
        self.assertTrue(self.page.signature_id.is_late)

    def test_alternate_signs_for_the_reviewer(self):
        self.sign(self.page, self.gm)
        self.assertEqual(self.page.signed_by_id, self.gm)
        self.assertTrue(self.page.signature_id.is_delegate)

    def test_delegate_signs_in_his_days(self):
        delegation = self.env['insurance.register.delegate'].with_user(self.supervisor).create({
            'register_id': self.book.id, 'user_id': self.leader.id,
            'date_from': '2026-11-25', 'date_to': '2026-11-26', 'reason': "Holiday",
        })
        with self.refused("is reviewed by Supervisor"):
            self.sign(self.page, self.leader)
        with self.at('2026-11-27 00:00'), self.refused("is reviewed by Supervisor"):
            self.sign(self.page, self.leader)
        self.assertUnsigned()
        with self.at('2026-11-26 23:59'):
            self.sign(self.page, self.leader)
        self.assertEqual(self.page.signature_id.user_id, delegation.user_id)
        self.assertTrue(self.page.signature_id.is_delegate)

    def test_nobody_else_signs(self):
        second_supervisor = self._make_user('supervisor2', 'group_insurance_supervisor')
        for user in (second_supervisor, self.administrator, self.specialist, self.specialist2, self.leader, self.clerk,
                     self.finance, self.group_manager, self.other_supervisor, self.other_gm, self.plain,
                     self.env.ref('base.user_admin')):
            with self.subTest(user=user.login):
                with self.assertRaises(UserError):  # AccessError is one
                    self.sign(self.page, user)
                self.assertUnsigned()

    def test_custodian_does_not_sign_by_rpc(self):
        answers = {str(check.id): True for check in self.page._get_checks()}
        with self.refused("Only the reviewer"):
            self.rpc(self.specialist, self.page, 'action_sign', answers=answers, signature=PNG)
        with self.assertRaises(UserError):
            self.rpc(self.specialist, self.env['insurance.register.signature'], 'create', {
                'page_id': self.page.id, 'event': 'signed', 'image': PNG, 'answers': [],
            })
        self.assertUnsigned()

    def test_superuser_does_not_sign(self):
        with self.refused("Only the reviewer"):
            self.sign(self.page, self.env.ref('base.user_root'))
        with self.refused("The system does not sign"):
            self.env['insurance.register.signature'].create({
                'page_id': self.page.id, 'event': 'signed', 'image': PNG, 'answers': [],
            })
        self.assertUnsigned()

    def test_administrator_cannot_make_himself_reviewer(self):
        self.store.with_user(self.administrator).insurance_alternate_reviewer_id = self.administrator
        with self.assertRaises(UserError):
            self.sign(self.page, self.administrator)
        with self.refused("no role that reviews"):
            self.env['insurance.register'].with_user(self.administrator).create({
                'kind': 'renewal', 'custodian_id': self.specialist2.id, 'reviewer_id': self.administrator.id,
            })
        self.assertUnsigned()

    def test_alternate_who_keeps_the_book_does_not_sign_it(self):
        self.store.insurance_alternate_reviewer_id = self.specialist
        with self.refused("Only the reviewer"):
            self.sign(self.page, self.specialist)
        self.assertUnsigned()

    def test_author_does_not_sign(self):
        """The reviewer changed hands: who once wrote on the page does not sign it."""
        self.make_contact(self.make_case(self.specialist), user=self.supervisor, when='2026-11-17 12:00')
        page = self.env['insurance.register.page'].search([('custodian_id', '=', self.supervisor.id)])
        book = page.register_id
        self.env['insurance.register.page'].flush_model()
        self.env.cr.execute('UPDATE insurance_register SET custodian_id = %s, reviewer_id = %s WHERE id = %s',
                            [self.specialist2.id, self.supervisor.id, book.id])
        book.invalidate_recordset()
        with self.refused("You entered lines"):
            self.sign(page, self.supervisor)
        self.sign(page, self.gm)
        self.assertEqual(page.state, 'signed')

    # === WHEN AND WHAT === #

    def test_running_week_is_refused(self):
        with self.at('2026-11-22 23:59'), self.refused("the week is not over"):
            self.sign(self.page)
        with self.at('2026-11-23 00:00'):
            self.sign(self.page)
        self.assertEqual(self.page.state, 'signed')

    def test_full_page_may_be_signed_in_its_week(self):
        self.store.insurance_page_lines = 1
        with self.at('2026-11-18 10:00'):
            self.sign(self.page)
        self.assertEqual(self.page.state, 'signed')

    def test_same_week_review(self):
        self.store.insurance_review_lag_weeks = '0'
        with self.at('2026-11-20 18:00'):
            self.sign(self.page)
        self.assertEqual(self.page.state, 'signed')

    def test_signed_once(self):
        self.sign(self.page)
        with self.refused("is already signed"):
            self.sign(self.page)
        self.assertEqual(self.page.version, 1)

    def test_rejected_line_blocks_until_answered(self):
        line = self.contact.with_user(self.supervisor)
        line.action_review_line('rejected', "What did you offer?")
        with self.refused("line 1 is rejected"):
            self.sign(self.page)
        self.contact.with_user(self.specialist).content = self.contact.content
        self.assertEqual(line.review_state, 'rejected', "writing the same again is no answer")
        self.contact.with_user(self.specialist).content = "Offered the package with a higher limit"
        self.assertEqual(line.review_state, 'answered')
        self.sign(self.page)
        self.assertEqual(self.page.state, 'signed')

    def test_rejection_taken_back(self):
        line = self.contact.with_user(self.supervisor)
        line.action_review_line('rejected', "Wrong customer?")
        line.action_review_line('none')
        self.sign(self.page)
        self.assertEqual(self.page.state, 'signed')

    def test_incomplete_line_blocks(self):
        self.make_lost(self.make_case(self.specialist), when='2026-11-17 12:00')
        self.store.insurance_countermeasure_min = 200  # raised since
        with self.refused("Line 2: .*countermeasure"):
            self.sign(self.page)
        self.assertUnsigned()

    def test_empty_page_is_not_signed(self):
        empty = self.env['insurance.register.page'].create({
            'register_id': self.book.id, 'iso_year': 2026, 'iso_week': 40, 'week_start': '2026-09-28',
            'deadline': '2026-10-11', 'page_no': 99,
        })
        with self.refused("holds no line"):
            self.sign(empty)

    # === CHECKLIST === #

    def test_every_question_is_answered(self):
        page = self.page.with_user(self.supervisor)
        checks = page._get_checks()
        self.assertEqual(len(checks), 3)
        with self.refused("Answer every review question"):
            page.action_sign(answers={str(checks[0].id): True}, signature=PNG)
        with self.refused("Answer every review question"):
            page.action_sign(signature=PNG)
        self.assertUnsigned()

    def test_no_needs_a_remark(self):
        for remark in (False, '', '   '):
            with self.refused("Say in the remark"):
                self.sign(self.page, answer=False, remark=remark)
        self.sign(self.page, answer=False, remark="Too many calls on Friday evening")
        self.assertEqual({answer for _question, answer in self.page.signature_id.answers}, {False})

    def test_questions_of_the_store(self):
        self.env['insurance.register.check'].search([('kind', '=', 'renewal')]).active = False
        mine, _foreign = self.env['insurance.register.check'].create([
            {'kind': 'renewal', 'name': "Ours?", 'company_id': self.store.id},
            {'kind': 'renewal', 'name': "Theirs?", 'company_id': self.other_store.id},
        ])
        self.assertEqual(self.page.with_user(self.supervisor)._get_checks(), mine)
        self.sign(self.page)
        self.assertEqual(self.page.signature_id.answers, [["Ours?", True]])

    # === SIGNATURE IMAGE === #

    def test_no_image_no_signature(self):
        with self.refused("Draw your signature"):
            self.sign(self.page, signature=False)
        with self.refused("Draw your signature"):
            self.sign(self.page, signature='')
        with self.refused("could not be decoded"):
            self.sign(self.page, signature='bm90IGFuIGltYWdl')
        self.assertUnsigned()

    def test_stored_signature_is_used(self):
        self.supervisor.with_user(self.supervisor).insurance_signature = OTHER_PNG
        self.sign(self.page.with_context(bin_size=True), signature=False)
        self.assertEqual(self.page.signature_id.image.decode(), OTHER_PNG)

    def test_drawn_signature_goes_before_the_stored_one(self):
        self.supervisor.with_user(self.supervisor).insurance_signature = OTHER_PNG
        self.sign(self.page, signature=PNG)
        self.assertEqual(self.page.signature_id.image.decode(), PNG)

    def test_nobody_uses_the_signature_of_another(self):
        self.supervisor.with_user(self.supervisor).insurance_signature = OTHER_PNG
        with self.refused("Draw your signature"):
            self.sign(self.page, self.gm, signature=False)

    # === SMALL STORES === #

    def test_self_review_is_off(self):
        with self.refused("cannot review it"):
            self.book.with_user(self.supervisor).reviewer_id = self.specialist
        with self.refused("cannot review it"):
            self.env['insurance.register.delegate'].with_user(self.supervisor).create({
                'register_id': self.book.id, 'user_id': self.specialist.id,
                'date_from': '2026-11-24', 'date_to': '2026-11-24',
            })

    def test_self_review_allowed(self):
        self.store.insurance_allow_self_review = True
        self.book.with_user(self.supervisor).reviewer_id = self.specialist
        self.sign(self.page, self.specialist)
        self.assertEqual(self.page.signed_by_id, self.specialist)
        self.assertTrue(self.page.signature_id.is_self_review)

    def test_self_review_switched_off_again(self):
        self.store.insurance_allow_self_review = True
        self.book.with_user(self.supervisor).reviewer_id = self.specialist
        self.store.insurance_allow_self_review = False
        with self.refused("Only the reviewer"):
            self.sign(self.page, self.specialist)


@tagged('post_install', '-at_install')
class TestStoredSignature(DealerInsuranceCase):
    """The stored signature is its owner's alone, administrators included (invariant 3)."""

    def setUp(self):
        super().setUp()
        self.system = self._make_user('system')
        self.system.group_ids += self.env.ref('base.group_system') + self.env.ref('base.group_erp_manager')

    def test_owner_stores_and_reads_his_own(self):
        self.rpc(self.supervisor, self.supervisor, 'write', {'insurance_signature': PNG})
        [values] = self.rpc(self.supervisor, self.supervisor, 'read', ['insurance_signature'])
        self.assertEqual(values['insurance_signature'].decode(), PNG)

    def test_nobody_stores_it_for_another(self):
        for user in (self.system, self.gm, self.env.ref('base.user_admin'), self.env.ref('base.user_root')):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.rpc(user, self.supervisor, 'write', {'insurance_signature': PNG})
        with self.assertRaises(AccessError):
            self.supervisor.sudo().insurance_signature = PNG
        self.assertFalse(self.supervisor.insurance_signature)

    def test_administrators_create_users(self):
        user = self.rpc(self.system, self.env['res.users'], 'create', {'name': "Newcomer", 'login': 'newcomer'})
        self.assertTrue(user)

    def test_no_user_is_created_with_a_signature(self):
        with self.assertRaisesRegex(AccessError, "can store the signature"):
            self.rpc(self.system, self.env['res.users'], 'create', {
                'name': "New", 'login': 'new', 'insurance_signature': PNG,
            })

    def test_nobody_reads_that_of_another(self):
        self.supervisor.with_user(self.supervisor).insurance_signature = PNG
        for user in (self.specialist, self.gm, self.system):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.rpc(user, self.supervisor, 'read', ['insurance_signature'])
        with self.assertRaises(AccessError):
            self.rpc(self.specialist, self.supervisor + self.specialist, 'read', ['insurance_signature'])

    def test_no_attachment_to_replace(self):
        self.supervisor.with_user(self.supervisor).insurance_signature = PNG
        self.assertFalse(self.env['ir.attachment'].search_count([
            ('res_model', '=', 'res.users'), ('res_field', '=', 'insurance_signature'),
        ]))
