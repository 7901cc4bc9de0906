from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from ..common import DealerInsuranceCase


class TestRegisterReopening(DealerInsuranceCase):
    """A signed page is opened again by the general manager alone, for a reason, and signed anew (T1)."""

    def setUp(self):
        super().setUp()
        self.contact = self.make_contact(self.make_case(self.specialist), when='2026-11-10 10:00')
        self.page = self.contact.page_id.with_env(self.env)
        self.sign(self.page)

    def test_only_the_general_manager(self):
        for user in (self.supervisor, self.specialist, self.administrator, self.leader, self.group_manager,
                     self.other_gm):
            with self.subTest(user=user.login), self.assertRaises(UserError):
                self.rpc(user, self.page, 'action_reopen', "For a good reason")
            with self.subTest(user=user.login, door='wizard'), self.assertRaises(UserError):
                self.env['insurance.register.reopen'].with_user(user).create({
                    'page_id': self.page.id, 'reason': "For a good reason",
                }).action_reopen()
        self.assertEqual(self.page.state, 'signed')

    def test_a_reason_is_needed(self):
        for reason in (False, '', '    x    '):
            with self.refused("Say why"):
                self.rpc(self.gm, self.page, 'action_reopen', reason)
        self.assertEqual(self.page.state, 'signed')

    def test_superuser_does_not_reopen(self):
        with self.assertRaises(UserError):
            self.page.with_user(self.env.ref('base.user_root')).action_reopen("For a good reason")

    def test_unsigned_page(self):
        fresh = self.make_contact(self.make_case(self.specialist)).page_id
        with self.refused("is not signed"):
            fresh.with_user(self.gm).action_reopen("For a good reason")

    def test_reopened_and_signed_again(self):
        self.env['insurance.register.reopen'].with_user(self.gm).create({
            'page_id': self.page.id, 'reason': "Two customers were mixed up",
        }).action_reopen()
        self.assertEqual((self.page.state, self.page.version), ('reopened', 1))
        self.assertFalse(self.page.signature_id or self.page.signed_on or self.page.signed_by_id)
        self.contact.with_user(self.specialist).content = "Talked to the husband, not to the wife"
        self.sign(self.page)
        self.assertEqual((self.page.state, self.page.version), ('signed', 2))
        events = self.page.signature_ids.sorted('id')
        self.assertEqual(events.mapped('event'), ['signed', 'voided', 'signed'])
        self.assertEqual(events.mapped('user_id'), self.supervisor | self.gm)
        self.assertEqual(events[1].remark, "Two customers were mixed up")
        self.assertFalse(self.env['insurance.register.page']._check_integrity(self.page.register_id.ids))
        with self.refused("cannot be changed"):
            self.contact.with_user(self.specialist).content = "Once more"

    def test_reopened_page_takes_lines_again(self):
        self.page.with_user(self.gm).action_reopen("A line was forgotten")
        line = self.make_contact(self.make_case(self.specialist), when='2026-11-10 11:00')
        self.assertEqual(line.page_id, self.page)


class TestRegisterCorrection(DealerInsuranceCase):
    """A signed line is corrected by a new line that points at it (T1, invariant 2)."""

    def setUp(self):
        super().setUp()
        self.case = self.make_case(self.specialist)
        self.line = self.make_lost(self.case, when='2026-11-10 10:00')
        self.page = self.line.page_id.with_env(self.env)
        self.sign(self.page)

    def correct(self, line=None, user=None, **vals):
        """Correct `line` as the button does: the dialog opens with its values, and is saved with `vals`."""
        line = (line or self.line).with_user(user or self.specialist)
        context = line.action_correct()['context']
        Contact = self.env['insurance.renewal.contact'].with_user(user or self.specialist).with_context(context)
        return Contact.create(vals)

    def test_correction(self):
        correction = self.correct(lost_price=2800)
        self.assertEqual(correction.correction_of_id, self.line)
        self.assertEqual((correction.lost_price, self.line.lost_price), (2800, 3000))
        self.assertEqual(correction.contact_on, self.line.contact_on)
        self.assertEqual(correction.countermeasure, self.line.countermeasure)
        self.assertTrue(self.line.is_superseded)
        page = correction.page_id
        self.assertTrue(page.supplementary)
        self.assertEqual((page.iso_year, page.iso_week), (self.page.iso_year, self.page.iso_week))
        self.assertEqual(page.deadline, date(2026, 11, 29))
        self.assertEqual(self.page.state, 'signed')
        self.assertFalse(self.env['insurance.register.page']._check_integrity(self.page.register_id.ids))

    def test_case_follows_the_correction(self):
        correction = self.correct(lost_price=2800, lost_insurer_id=self.cpic.id)
        self.assertEqual((self.case.state, self.case.lost_contact_id), ('lost', correction))
        self.assertEqual((self.case.lost_insurer_id, self.case.lost_price), (self.cpic, 2800))
        self.assertEqual(self.case.contact_count, 1)

    def test_outcome_corrected(self):
        for outcome, state in (('won', 'won'), ('continue', 'following')):
            with self.subTest(outcome=outcome), self.env.cr.savepoint() as savepoint:
                values = {'outcome': outcome, 'lost_reason_id': False, 'lost_price': 0, 'lost_insurer_id': False}
                if outcome == 'won':
                    values.update(won_insurer_id=self.picc.id, won_policy_no='PDAA202636000000000001')
                self.correct(**values)
                self.assertEqual(self.case.state, state)
                self.assertFalse(self.case.lost_contact_id)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_won_corrected_to_lost(self):
        case = self.make_case(self.specialist)
        won = self.make_won(case, when='2026-11-10 12:00')
        self.sign(won.page_id)
        self.assertEqual(case.state, 'won')
        self.correct(won, outcome='lost', won_insurer_id=False, won_policy_no=False, lost_price=2900,
                     lost_reason_id=self._get_reason('renewal_lost', 'PRICE').id, lost_insurer_id=self.paic.id,
                     countermeasure="Matched the offer, the customer had already paid elsewhere")
        self.assertEqual(case.state, 'lost')
        self.assertFalse(case.won_contact_id)

    def test_quoting_result_of_a_reopened_case(self):
        self.correct(outcome='continue', lost_reason_id=False, lost_price=0, lost_insurer_id=False,
                     result_id=self._get_reason('contact_result', 'QUOTED').id)
        self.assertEqual(self.case.state, 'following')

    def test_dialog(self):
        action = self.line.with_user(self.specialist).action_correct()
        Contact = self.env['insurance.renewal.contact'].with_user(self.specialist).with_context(action['context'])
        form = Form(Contact, 'dealer_insurance.insurance_renewal_contact_view_form')
        form.lost_price = 2750
        correction = form.save()
        self.assertEqual((correction.correction_of_id, correction.lost_price), (self.line, 2750))

    def test_unsigned_line_is_edited_instead(self):
        fresh = self.make_contact(self.make_case(self.specialist))
        with self.refused("not signed yet"):
            fresh.action_correct()
        with self.refused("Only a signed line"):
            self.make_contact(fresh.renewal_id, correction_of_id=fresh.id)

    def test_line_of_another_case(self):
        with self.refused("Only a signed line of the same case"):
            self.make_contact(self.make_case(self.specialist), correction_of_id=self.line.id)

    def test_corrected_once(self):
        correction = self.correct(lost_price=2800)
        with self.refused("already corrected"):
            self.correct(lost_price=2700)
        with self.at('2026-11-24 09:00'):
            self.sign(correction.page_id)
            again = self.correct(correction, lost_price=2600)
        self.assertTrue(correction.is_superseded)
        self.assertEqual(self.case.lost_contact_id, again)

    def test_who_corrects(self):
        self.case.with_user(self.supervisor).specialist_id = self.specialist2
        with self.assertRaises(AccessError):
            self.correct(user=self.specialist2, lost_price=1)
        self.correct(user=self.supervisor, lost_price=2800)
        self.assertEqual(self.case.lost_price, 2800)

    def test_no_correction_through_the_context(self):
        """What the dialog passes as defaults is judged like what is written."""
        stranger = self.make_contact(self.make_case(self.specialist2), when='2026-11-10 12:00')
        self.sign(stranger.page_id)
        Contact = self.env['insurance.renewal.contact']
        for context in ({'default_correction_of_id': stranger.id}, {'default_kind': 'win_back'}, {}):
            values = self.prepare_contact(self.case)
            del values['renewal_id']
            with self.subTest(context=context), self.assertRaises(UserError):
                self.rpc(self.specialist, Contact, 'create', values,
                         context=dict(context, default_renewal_id=self.case.id))
        self.assertEqual(self.case.state, 'lost')

    def test_reference_is_not_moved(self):
        correction = self.correct(lost_price=2800)
        for values in ({'correction_of_id': False}, {'correction_of_id': correction.id}):
            with self.subTest(values=values), self.refused("never changed"):
                correction.with_user(self.specialist).write(values)
        for command in (Command.unlink(correction.id), Command.link(correction.id), Command.clear()):
            with self.subTest(command=command), self.assertRaises(UserError):
                self.line.with_user(self.specialist).write({'correction_ids': [command]})
        self.assertTrue(self.line.is_superseded)
