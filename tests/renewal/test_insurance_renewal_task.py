from odoo.tools import mute_logger

from ..common import DealerInsuranceCase


class TestInsuranceRenewalTask(DealerInsuranceCase):
    """What is due about a case, and what fulfils it (K6)."""

    def tasks(self, case, **values):
        tasks = self.env['insurance.renewal.task'].search([('renewal_id', '=', case.id)])
        return tasks.filtered(lambda task: all(task[name] == value for name, value in values.items()))

    def due(self, case, **values):
        return [str(task.due_date) for task in self.tasks(case, **values)]

    def no_answer(self, case, when=None, **vals):
        return self.make_contact(case, when=when, result_id=self._get_reason('contact_result', 'NO_ANSWER').id, **vals)

    # === FIRST CONTACT === #

    def test_first_contact_of_a_late_case(self):
        case = self.make_case(self.specialist)
        task = self.tasks(case)
        self.assertEqual((str(task.due_date), task.kind, task.state, task.user_id, task.company_id),
                         ('2026-11-20', 'first', 'open', self.specialist, self.store))

    def test_first_contact_of_an_early_case(self):
        self.assertEqual(self.due(self.make_case(self.specialist, '2027-03-01')), ['2026-12-31'])  # T-60
        self.store.insurance_first_contact_days = 45
        self.assertEqual(self.due(self.make_case(self.specialist, '2027-03-01')), ['2027-01-15'])

    def test_first_contact_on_working_days(self):
        with self.at('2026-11-19 10:00'):  # a Thursday: Saturday is moved to Friday
            self.assertEqual(self.due(self.make_case(self.specialist)), ['2026-11-20'])
        with self.at('2026-11-20 10:00'):  # nothing between the assignment on Friday and Sunday
            self.assertEqual(self.due(self.make_case(self.specialist)), ['2026-11-23'])

    def test_first_contact_follows_the_assignment(self):
        case = self.make_case()
        self.assertFalse(self.tasks(case))
        with self.at('2026-11-23 10:00'):
            case.with_user(self.supervisor).specialist_id = self.specialist
        self.assertEqual(self.due(case), ['2026-11-25'])

    def test_first_contact_follows_the_expiry(self):
        case = self.make_case(self.specialist, '2027-03-01')
        case.with_user(self.supervisor).commercial_expiry = '2027-04-01'
        self.assertEqual(self.due(case, state='open'), ['2027-01-29'])  # T-60 is Sunday the 31st
        case.with_user(self.supervisor).commercial_expiry = '2027-03-01'
        self.assertEqual(self.due(case, state='open'), ['2026-12-31'])
        with self.at('2026-11-28 10:00'):  # a Saturday: what would have been due before is due on Monday
            case.with_user(self.supervisor).commercial_expiry = '2026-12-20'
        self.assertEqual(self.due(case, state='open'), ['2026-11-30'])

    def test_first_contact_that_was_missed_or_tried_stays(self):
        missed, tried = (self.make_case(self.specialist) for _number in range(2))
        with self.at('2026-11-19 10:00'):
            self.no_answer(tried, next_date='2026-11-23')
            tried.commercial_expiry = '2027-03-01'
        with self.at('2026-11-23 10:00'):
            missed.commercial_expiry = '2027-03-01'
        for case in (missed, tried):
            self.assertEqual(self.due(case, kind='first', state='open'), ['2026-11-20'])

    def test_an_expiry_that_decides_nothing(self):
        case = self.make_case(self.specialist, '2027-03-01')
        task = self.tasks(case)
        case.compulsory_expiry = '2027-02-01'  # the commercial policy's is the reference
        self.assertEqual((self.tasks(case), task.state), (task, 'open'))

    def test_form_shows_them(self):
        case = self.make_case(self.specialist)
        for user, shown in ((self.specialist, True), (self.supervisor, True), (self.gm, True), (self.clerk, False),
                            (self.consultant, False)):
            with self.subTest(user=user.login):
                view = self.env['insurance.renewal'].with_user(user).get_view(
                    self.env.ref('dealer_insurance.insurance_renewal_view_form').id, 'form')
                self.assertEqual('name="task_ids"' in view['arch'], shown)
        self.assertEqual(case.with_user(self.specialist).task_ids, self.tasks(case))

    def test_tried_is_not_done(self):
        case = self.make_case(self.specialist)
        with self.at('2026-11-19 10:00'):
            self.no_answer(case, next_date='2026-11-23')
        first = self.tasks(case, kind='first')
        self.assertEqual((first.state, str(first.tried_on), first.is_tried_on_time), ('open', '2026-11-19', True))
        with self.at('2026-11-23 10:00'):
            self.make_contact(case)
        self.assertEqual((first.state, first.is_on_time, str(first.tried_on)), ('done', False, '2026-11-19'))

    # === PLANNED === #

    def test_plan_is_due(self):
        case = self.make_case(self.specialist)
        contact = self.make_contact(case, next_date='2026-11-25')
        task = self.tasks(case, kind='planned')
        self.assertEqual((str(task.due_date), task.planned_contact_id, task.promised), ('2026-11-25', contact, False))

    def test_done_on_the_day(self):
        case = self.make_case(self.specialist)
        self.make_contact(case, next_date='2026-11-25')
        with self.at('2026-11-25 23:50'):
            contact = self.make_contact(case)
        task = self.tasks(case, kind='planned')
        self.assertEqual((task.state, task.done_contact_id, str(task.done_on), task.is_on_time),
                         ('done', contact, '2026-11-25', True))

    def test_done_after_the_day(self):
        case = self.make_case(self.specialist)
        self.make_contact(case, next_date='2026-11-25')
        with self.at('2026-11-26 00:10'):  # still the 25th in UTC
            self.make_contact(case)
        task = self.tasks(case, kind='planned')
        self.assertEqual((task.state, str(task.done_on), task.is_on_time), ('done', '2026-11-26', False))

    def test_done_before_the_day(self):
        case = self.make_case(self.specialist)
        self.make_contact(case, next_date='2026-11-25')
        with self.at('2026-11-23 10:00'):
            self.make_contact(case, next_date='2026-11-30')
        self.assertEqual(self.tasks(case, kind='planned').mapped(lambda task: (str(task.due_date), task.state)),
                         [('2026-11-25', 'done'), ('2026-11-30', 'open')])

    def test_who_is_not_reached_is_still_to_be_called(self):
        case = self.make_case(self.specialist)
        self.make_contact(case, next_date='2026-11-25')
        with self.at('2026-11-25 10:00'):
            self.no_answer(case, next_date='2026-11-27')
            self.make_contact(case, content="继续跟进,下次再联系", next_date='2026-11-27')  # reached, but says nothing
        self.assertEqual(self.due(case, kind='planned', state='open'), ['2026-11-25', '2026-11-27'])

    def test_a_plan_moves_with_its_contact(self):
        case = self.make_case(self.specialist)
        contact = self.make_contact(case, next_date='2026-11-25')
        contact.next_date = '2026-11-26'
        self.assertEqual(self.due(case, kind='planned', state='open'), ['2026-11-26'])
        contact.next_date = '2026-11-25'
        self.assertEqual(self.due(case, kind='planned', state='open'), ['2026-11-25'])
        contact.next_date = False
        self.assertFalse(self.due(case, kind='planned', state='open'))

    def test_a_missed_plan_does_not_move(self):
        case = self.make_case(self.specialist)
        contact = self.make_contact(case, next_date='2026-11-19')
        with self.at('2026-11-20 10:00'):
            contact.next_date = '2026-11-24'
        self.assertEqual(self.due(case, kind='planned', state='open'), ['2026-11-19', '2026-11-24'])

    def test_an_older_contact_plans_and_fulfils_nothing_of_later(self):
        case = self.make_case(self.specialist)
        self.make_contact(case, next_date='2026-11-25')
        self.make_contact(case, when='2026-11-17 10:00', next_date='2026-11-24')
        self.assertEqual(self.due(case, kind='planned'), ['2026-11-25'])
        self.assertEqual(self.due(case, kind='planned', state='open'), ['2026-11-25'])

    def test_a_result_put_right(self):
        case = self.make_case(self.specialist)
        self.make_contact(case, when='2026-11-16 10:00', next_date='2026-11-18')
        contact = self.make_contact(case)
        self.assertEqual(self.due(case, state='done'), ['2026-11-18', '2026-11-20'])
        contact.result_id = self._get_reason('contact_result', 'NO_ANSWER')
        self.assertFalse(self.due(case, state='done', kind='planned'))
        contact.result_id = self._get_reason('contact_result', 'INTERESTED')
        self.assertEqual(self.due(case, state='done', kind='planned'), ['2026-11-18'])

    def test_a_signed_line_corrected(self):
        case = self.make_case(self.specialist)
        contact = self.make_contact(case, when='2026-11-10 10:00', next_date='2026-11-25')
        self.sign(contact.page_id.sudo())
        correction = self.make_contact(
            case, when='2026-11-10 10:00', correction_of_id=contact.id, next_date='2026-11-26',
            result_id=self._get_reason('contact_result', 'NO_ANSWER').id,
        )
        self.assertEqual(self.due(case, kind='planned', state='open'), ['2026-11-26'])
        self.assertEqual(self.tasks(case, kind='planned', state='open').planned_contact_id, correction)
        self.assertEqual(self.tasks(case, kind='first').state, 'open', "nobody was reached after all")

    def test_a_promised_call(self):
        case = self.make_case(self.specialist)
        busy = self._get_reason('contact_result', 'BUSY').id
        contact = self.make_contact(case, result_id=busy, next_date='2026-11-19')
        self.assertTrue(contact.is_promised and self.tasks(case, kind='planned').promised)
        contact.is_promised = False
        self.assertFalse(self.tasks(case, kind='planned').promised)

    # === THE CASE ENDS, OR CHANGES HANDS === #

    def test_end_of_the_case(self):
        case = self.make_case(self.specialist)
        self.make_contact(case, when='2026-11-13 10:00', next_date='2026-11-16')
        self.no_answer(case, when='2026-11-17 10:00', next_date='2026-11-18')
        self.assertEqual(self.due(case, kind='planned', state='open'), ['2026-11-16', '2026-11-18'])
        self.make_lost(case)
        self.assertFalse(self.due(case, state='open'))
        self.assertEqual([task.is_on_time for task in self.tasks(case, kind='planned')], [False, True])

    def test_end_without_a_talk(self):
        case = self.make_case(self.specialist)
        self.make_contact(case, when='2026-11-13 10:00', next_date='2026-11-16')
        self.no_answer(case, when='2026-11-17 10:00', next_date='2026-11-18')
        self.make_lost(case, result_id=self._get_reason('contact_result', 'NO_ANSWER').id)
        self.assertEqual(self.tasks(case, kind='planned').mapped('state'), ['open', 'dropped'], "missed stays missed")

    def test_archived(self):
        case = self.make_case(self.specialist)
        case.with_user(self.supervisor).action_archive()
        self.assertEqual(self.tasks(case).mapped('state'), ['dropped'])

    def test_won_back(self):
        case = self.make_case(self.specialist)
        self.make_contact(case, when='2026-11-17 10:00', next_date='2026-11-25')
        self.make_lost(case)
        self.assertEqual(self.tasks(case, kind='planned').state, 'done')
        with self.at('2026-11-19 10:00'):
            self.make_contact(case, user=self.supervisor, kind='win_back', next_date='2026-11-25')
        task = self.tasks(case, kind='planned')
        self.assertEqual((task.state, task.done_on, task.user_id), ('open', False, self.specialist))

    def test_handed_over(self):
        case = self.make_case(self.specialist)
        self.make_contact(case, when='2026-11-13 10:00', next_date='2026-11-16')
        self.no_answer(case, when='2026-11-17 10:00', next_date='2026-11-25')
        case.with_user(self.supervisor).specialist_id = self.specialist2
        missed, pending = self.tasks(case, kind='planned')
        self.assertEqual((missed.user_id, pending.user_id), (self.specialist, self.specialist2))

    def test_handed_over_before_the_first_contact(self):
        case = self.make_case(self.specialist)
        with self.at('2026-11-19 10:00'):
            case.with_user(self.supervisor).specialist_id = self.specialist2
            self.assertEqual(self.tasks(case, state='open').user_id, self.specialist2)
        with self.at('2026-11-23 10:00'):
            case.with_user(self.supervisor).specialist_id = self.specialist
            self.assertEqual(self.tasks(case, state='open').mapped(lambda task: (task.user_id, str(task.due_date))),
                             [(self.specialist2, '2026-11-20'), (self.specialist, '2026-11-25')])

    def test_nobody_writes_them(self):
        task = self.tasks(self.make_case(self.specialist))
        for user in (self.specialist, self.supervisor, self.gm, self.administrator):
            for operation in ('write', 'create', 'unlink'):
                with self.subTest(user=user.login, operation=operation):
                    self.assertFalse(task.with_user(user).has_access(operation))
        for user, expected in ((self.specialist, True), (self.specialist2, False), (self.supervisor, True),
                               (self.gm, True), (self.other_supervisor, False), (self.clerk, False)):
            with self.subTest(user=user.login):
                self.assertEqual(task.with_user(user).has_access('read'), expected)

    def test_once_a_day(self):
        task = self.tasks(self.make_case(self.specialist))
        with self.assertRaisesRegex(Exception, 'once'), mute_logger('odoo.sql_db'):
            task.copy()
