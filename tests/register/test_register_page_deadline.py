from datetime import date

from ..common import DealerInsuranceCase


class TestRegisterPageDeadline(DealerInsuranceCase):
    """Pages are due on a Sunday, 24:00 store time; who forgets is reminded, then the alternate is told (R11, T22)."""

    def setUp(self):
        super().setUp()
        page = self.make_contact(self.make_case(self.specialist), when='2026-11-17 10:00').page_id
        self.page = page.with_env(self.env)
        self.Page = self.env['insurance.register.page']

    def remind(self):
        self.Page._cron_remind()
        return self.reminders()

    def reminders(self):
        self.page.invalidate_recordset(['activity_ids'])
        return self.page.activity_ids

    def types(self):
        return self.page.activity_ids.activity_type_id.mapped(lambda kind: kind.get_external_id()[kind.id])

    def test_due_on_the_sunday_after(self):
        self.assertEqual(self.page.deadline, date(2026, 11, 29))

    def test_due_on_the_same_sunday(self):
        self.store.insurance_review_lag_weeks = '0'
        page = self.make_contact(self.make_case(self.specialist2)).page_id
        self.assertEqual(page.deadline, date(2026, 11, 22))

    def test_overdue_after_sunday_midnight_in_the_store(self):
        overdue = [('is_overdue', '=', True), ('id', '=', self.page.id)]
        for moment, expected in (('2026-11-29 23:59', False), ('2026-11-30 00:00', True)):
            with self.at(moment):
                self.page.invalidate_recordset(['is_overdue'])
                found = self.Page.with_user(self.supervisor).search(overdue)
                self.assertEqual((self.page.is_overdue, bool(found)), (expected, expected), moment)
                not_overdue = self.Page.search([('is_overdue', '=', False), ('id', '=', self.page.id)])
                self.assertEqual(bool(not_overdue), not expected)

    def test_signed_page_is_not_overdue(self):
        with self.at('2026-11-24 09:00'):
            self.sign(self.page)
        with self.at('2026-12-24 09:00'):
            self.assertFalse(self.page.is_overdue)
            self.assertFalse(self.Page.search([('is_overdue', '=', True), ('id', '=', self.page.id)]))

    def test_book_counts_its_pages(self):
        book = self.page.register_id.with_user(self.supervisor)
        with self.at('2026-11-30 09:00'):
            self.make_contact(self.make_case(self.specialist))
            self.assertEqual((book.page_count, book.open_page_count, book.overdue_page_count), (2, 2, 1))
            self.sign(self.page)
            book.invalidate_recordset()
            self.assertEqual((book.page_count, book.open_page_count, book.overdue_page_count), (2, 1, 0))

    # === REMINDERS === #

    def test_no_reminder_while_the_week_runs(self):
        with self.at('2026-11-22 23:50'):
            self.assertFalse(self.remind())

    def test_reminder_once(self):
        with self.at('2026-11-23 08:30'):
            reminder = self.remind()
            self.assertEqual(reminder.user_id, self.supervisor)
            self.assertEqual(reminder.date_deadline, self.page.deadline)
            self.assertEqual(self.types(), ['dealer_insurance.mail_activity_type_review'])
            self.assertEqual(self.remind(), reminder)
        with self.at('2026-11-24 08:30'):
            self.assertEqual(self.remind(), reminder)

    def test_reminder_goes_to_the_delegate_of_the_day(self):
        self.env['insurance.register.delegate'].create({
            'register_id': self.page.register_id.id, 'user_id': self.gm.id,
            'date_from': '2026-11-23', 'date_to': '2026-11-27',
        })
        with self.at('2026-11-23 08:30'):
            self.assertEqual(self.remind().user_id, self.gm)

    def test_escalation_once(self):
        with self.at('2026-11-29 23:50'):
            self.remind()
            self.assertEqual(self.types(), ['dealer_insurance.mail_activity_type_review'])
        with self.at('2026-11-30 08:30'):
            self.remind()
            told = self.page.activity_ids.filtered(lambda activity: activity.user_id == self.gm)
            self.assertEqual(told.activity_type_id, self.env.ref('dealer_insurance.mail_activity_type_review_overdue'))
            self.assertEqual(self.remind(), self.page.activity_ids)
            self.assertEqual(len(self.page.activity_ids), 2)

    def test_no_alternate_no_escalation(self):
        self.store.insurance_alternate_reviewer_id = False
        with self.at('2026-11-30 08:30'):
            self.remind()
            self.assertEqual(self.types(), ['dealer_insurance.mail_activity_type_review'])

    def test_one_store_does_not_stop_the_others(self):
        self.other_store.insurance_alternate_reviewer_id = self.finance  # has no business with these pages
        other_page = self.make_contact(self.make_case(self.other_specialist), when='2026-11-17 10:00').page_id.sudo()
        with self.at('2026-11-30 08:30'):
            self.remind()
        self.assertEqual(len(self.page.activity_ids), 2)
        self.assertIn(self.other_supervisor, other_page.activity_ids.user_id)

    def test_signing_ends_the_reminders(self):
        with self.at('2026-11-30 08:30'):
            self.remind()
            self.sign(self.page)
            self.assertFalse(self.reminders())
            self.assertFalse(self.remind())

    def test_reopened_page_is_reminded_of_again(self):
        with self.at('2026-11-30 08:30'):
            self.remind()
            self.sign(self.page)
            self.page.with_user(self.gm).action_reopen("Two lines were mixed up")
            self.remind()
            self.assertEqual(self.page.activity_ids.user_id, self.gm | self.supervisor)

    def test_job(self):
        with self.at('2026-11-23 08:30'), self.enter_registry_test_mode():
            self.env.ref('dealer_insurance.ir_cron_register_remind').method_direct_trigger()
        self.assertEqual(self.reminders().user_id, self.supervisor)
