from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError

from ..common import DealerInsuranceCase


class TestInsuranceTraining(DealerInsuranceCase):
    """What reviewers tag becomes a training with a day and a result (R15)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.script, cls.method = (cls._get_reason('review_tag', code) for code in ('SCRIPT', 'METHOD'))
        cls.first, cls.second, cls.third = (
            cls.make_contact(cls.make_case(user), when=when) for user, when in (
                (cls.specialist, '2026-11-03 10:00'), (cls.specialist2, '2026-11-10 10:00'),
                (cls.specialist, '2026-11-11 10:00'))
        )
        for line, tags in ((cls.first, cls.script), (cls.second, cls.script | cls.method)):
            line.with_user(cls.supervisor).action_review_line('accepted', tag_ids=tags.ids)

    def gather(self, user=None, **vals):
        wizard = self.env['insurance.training.gather'].with_user(user or self.supervisor).create({
            'date_from': '2026-11-01', 'date_to': '2026-11-18', 'planned_on': '2026-11-18', **vals})
        return self.env['insurance.training'].with_user(self.supervisor).browse(wizard.action_gather()['res_id'])

    # === GATHERING === #

    def test_gather(self):
        training = self.gather(planned_on='2026-11-20')
        self.assertEqual(training.contact_ids, (self.first | self.second).with_user(self.supervisor))
        self.assertEqual(training.tag_ids, self.script | self.method)
        self.assertEqual(training.specialist_ids, self.specialist | self.specialist2)
        self.assertEqual((training.state, training.trainer_id), ('planned', self.supervisor))
        self.assertRegex(training.plan, "Talk and script: 2 lines of Specialist, Specialist2")
        reminder = training.activity_ids
        self.assertEqual((reminder.user_id, reminder.date_deadline), (self.supervisor, date(2026, 11, 20)))
        self.assertIn(self.specialist.partner_id, training.message_partner_ids)

    def test_filters(self):
        self.assertEqual(self.gather(tag_ids=[Command.set(self.method.ids)]).contact_ids.ids, self.second.ids)
        self.assertEqual(self.gather(specialist_ids=[Command.set(self.specialist.ids)]).contact_ids.ids,
                         self.first.ids)

    def test_days_of_the_store(self):
        edge = self.make_contact(self.make_case(self.specialist), when='2026-11-14 00:00')
        edge.with_user(self.supervisor).action_review_line('accepted', tag_ids=self.script.ids)
        with self.refused("no tagged line waits"):
            self.gather(date_from='2026-11-13', date_to='2026-11-13')
        self.assertEqual(self.gather(date_from='2026-11-14', date_to='2026-11-14').contact_ids.ids, edge.ids)

    def test_lines_are_trained_once(self):
        training = self.gather()
        with self.refused("no tagged line waits"):
            self.gather()
        training.action_cancel()
        self.assertEqual(self.gather().contact_ids, training.contact_ids)

    def test_other_stores(self):
        with self.refused("no tagged line waits"):
            self.gather(self.other_supervisor, company_id=self.other_store.id)
        with self.assertRaises(UserError):
            self.gather(self.other_supervisor, company_id=self.store.id)

    # === COURSE === #

    def test_held(self):
        training = self.gather()
        with self.refused("write what came of it"):
            training.action_done()
        training.outcome = "Both practised the answer to a telesales price; looked at again on the 30th"
        training.action_done()
        self.assertEqual((training.state, training.held_on), ('done', date(2026, 11, 18)))
        self.assertFalse(training.activity_ids)
        for change in ({'outcome': "Nicer"}, {'planned_on': '2026-11-19'}, {'contact_ids': [Command.clear()]}):
            with self.subTest(change=change), self.refused("is over and stays"):
                training.write(change)
        for method in ('action_done', 'action_cancel'):
            with self.subTest(method=method), self.refused("is over and stays"):
                getattr(training, method)()

    def test_not_yet_held(self):
        training = self.gather(planned_on='2026-11-19')
        training.outcome = "Will be fine"
        with self.refused("is planned for 2026-11-19"):
            training.action_done()
        with self.at('2026-11-19 00:00'):
            training.action_done()
        self.assertEqual(training.held_on, date(2026, 11, 19))

    def test_needs_participants(self):
        training = self.env['insurance.training'].with_user(self.supervisor).create({
            'name': "Telesales", 'planned_on': '2026-11-18', 'outcome': "Nobody came"})
        with self.refused("enter who took part"):
            training.action_done()

    def test_reminder_follows(self):
        training = self.gather()
        training.write({'planned_on': '2026-11-25', 'trainer_id': self.gm.id})
        self.assertEqual([(activity.user_id, activity.date_deadline) for activity in training.sudo().activity_ids],
                         [(self.gm, date(2026, 11, 25))])

    # === WHAT MUST NOT WORK === #

    def test_state_is_not_written(self):
        training = self.gather()
        for values in ({'state': 'done'}, {'held_on': '2026-11-18'}, {'state': 'planned'}):
            with self.subTest(values=values), self.assertRaises(AccessError):
                self.rpc(self.supervisor, training, 'write', values)
        with self.assertRaises(AccessError):
            self.rpc(self.supervisor, self.env['insurance.training'], 'create', [{
                'name': "Done already", 'planned_on': '2026-11-18', 'state': 'done', 'held_on': '2026-11-18'}])
        with self.refused("called off, not deleted"):
            training.sudo().unlink()

    def test_lines_of_other_stores(self):
        foreign = self.make_contact(self.make_case(self.other_specialist), when='2026-11-10 10:00').sudo()
        training = self.gather().sudo()
        with self.refused("register lines are those of", ValidationError):
            training.contact_ids |= foreign
        with self.refused("from the list offered", ValidationError):
            training.tag_ids |= self._get_reason('renewal_lost', 'PRICE')

    def test_participants_read(self):
        """A participant reads the training and his own lines of it, and changes nothing."""
        training = self.gather()
        [values] = self.rpc(self.specialist, training, 'web_read', {
            'name': {}, 'contact_ids': {'fields': {'content': {}}}})
        self.assertEqual([line['id'] for line in values['contact_ids']], self.first.ids)
        own = self.gather_for_second()
        self.assertFalse(own.with_user(self.specialist).has_access('read'))
        for method, args in (('action_done', ()), ('action_cancel', ()), ('write', ({'outcome': "Fine"},))):
            with self.subTest(method=method), self.assertRaises(AccessError):
                self.rpc(self.specialist, training, method, *args)
        for user in (self.clerk, self.finance, self.other_supervisor, self.other_specialist):
            with self.subTest(user=user.login):
                self.assertFalse(training.with_user(user).has_access('read'))

    def gather_for_second(self):
        line = self.make_contact(self.make_case(self.specialist2), when='2026-11-12 10:00')
        line.with_user(self.supervisor).action_review_line('accepted', tag_ids=self.script.ids)
        return self.gather()
