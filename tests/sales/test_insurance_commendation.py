from datetime import date

from lxml import html

from odoo.exceptions import AccessError

from ..common import DealerInsuranceCase

OCTOBER = date(2026, 10, 1)


class TestCommendation(DealerInsuranceCase):
    """Praise for the first of the month: proposed with its figures, given once, by somebody else (R3)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.consultant2 = cls._make_user('consultant2', 'group_sales_consultant')
        cls.praise = cls.propose(cls.consultant)

    @classmethod
    def propose(cls, *people, month=OCTOBER, store=None, insured=25):
        return cls.env['insurance.commendation']._propose(store or cls.store, month, [
            {'consultant': user, 'delivered': 27, 'counted': 26, 'insured': insured} for user in people])

    def test_proposed_with_the_figures_of_the_board(self):
        self.assertRecordValues(self.praise, [{
            'consultant_id': self.consultant.id, 'month': OCTOBER, 'delivered': 27, 'counted': 26, 'insured': 25,
            'is_shared': False, 'state': 'proposed', 'praised_by_id': False,
        }])
        self.assertEqual(round(self.praise.rate, 4), 0.9615)
        for text in ("Consultant", "25 of 26", "96.2%", "2026-10"):
            self.assertIn(text, self.praise.words)

    def test_a_month_praises_nobody_twice(self):
        both = self.propose(self.consultant, self.consultant2)
        self.assertEqual(both.consultant_id, self.consultant2)
        self.assertTrue(both.is_shared)
        self.assertFalse(self.propose(self.consultant, self.consultant2))
        self.assertTrue(self.propose(self.consultant, month=date(2026, 9, 1)))

    def test_given_by_a_manager(self):
        for user, praise in ((self.supervisor, self.praise), (self.gm, self.propose(self.consultant2))):
            with self.subTest(user=user.login):
                self.check_given(praise.with_user(user))

    def check_given(self, praise):
        praise.words = "Well done"
        praise.action_give()
        self.assertRecordValues(praise, [{
            'state': 'given', 'praised_by_id': praise.env.uid, 'praised_on': self.utc('2026-11-18 10:00'),
            'is_posted': False,
        }])
        with self.refused("stays as it is"):
            praise.action_give()
        with self.refused("stays as it is"):
            praise.words = "Something else"
        with self.refused("stays as it is"):
            praise.action_withdraw()

    def test_withdrawn_is_not_given(self):
        praise = self.praise.with_user(self.supervisor)
        praise.action_withdraw()
        with self.refused("stays as it is"):
            praise.action_give()
        self.assertFalse(self.propose(self.consultant), "nor proposed again")

    def test_nobody_praises_himself(self):
        with self.refused("nobody praises himself"):
            self.propose(self.supervisor).with_user(self.supervisor).action_give()

    def test_without_words_there_is_no_praise(self):
        praise = self.praise.with_user(self.supervisor)
        praise.words = "  "
        with self.refused("write the words"):
            praise.action_give()

    def test_posted_in_the_channel_of_the_store(self):
        channel = self.env['discuss.channel'].create({'name': "Showroom", 'channel_type': 'channel'})
        self.store.insurance_praise_channel_id = channel
        self.praise.words = "Well <b>done</b>\nall of you"
        self.praise.with_user(self.supervisor).action_give()
        message = channel.message_ids[0]
        self.assertEqual(self.praise.message_id, message)
        self.assertEqual(message.author_id, self.supervisor.partner_id)
        self.assertIn("Well &lt;b&gt;done", message.body)
        self.assertTrue(self.praise.is_posted)

    def test_figures_and_stamps_are_nobodys_to_write(self):
        for user in (self.supervisor, self.gm):
            for name, value in (('insured', 26), ('counted', 30), ('state', 'given'), ('praised_by_id', user.id),
                                ('consultant_id', self.consultant2.id), ('month', '2026-09-01')):
                with self.subTest(user=user.login, name=name), self.assertRaises(AccessError):
                    self.rpc(user, self.praise, 'write', {name: value})
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.rpc(user, self.praise, 'unlink')

    def test_others_read_what_was_given_and_do_not_give(self):
        for user in (self.consultant, self.consultant2, self.specialist, self.clerk, self.other_supervisor):
            with self.subTest(user=user.login):
                self.assertFalse(self.env['insurance.commendation'].with_user(user).search([]))
                with self.assertRaises(AccessError):
                    self.rpc(user, self.praise, 'action_give')
        self.praise.with_user(self.supervisor).action_give()
        for user in (self.consultant, self.consultant2, self.specialist, self.clerk):
            self.assertEqual(self.env['insurance.commendation'].with_user(user).search([]), self.praise)
        self.assertFalse(self.env['insurance.commendation'].with_user(self.other_supervisor).search([]))

    # === CERTIFICATE === #

    def print_certificate(self, user):
        content = self.env['ir.actions.report'].with_user(user)._render_qweb_html(
            'dealer_insurance.report_insurance_commendation', self.praise.ids)[0]
        return ' '.join(html.fromstring(content).text_content().split())

    def test_certificate(self):
        text = self.print_certificate(self.supervisor)
        for part in ("Certificate of Honour", "Consultant", "2026-10", "96.2%", "First place in the insured rate"):
            self.assertIn(part, text)
        self.assertNotIn("Supervisor", text, "nobody has signed yet")
        self.praise.with_user(self.supervisor).action_give()
        text = self.print_certificate(self.consultant)
        self.assertIn("Supervisor", text)
        self.assertIn("2026-11-18", text)

    def test_certificate_of_a_shared_place(self):
        self.praise = self.propose(self.consultant2, self.gm)[0]
        self.assertIn("Shared first place", self.print_certificate(self.supervisor))
