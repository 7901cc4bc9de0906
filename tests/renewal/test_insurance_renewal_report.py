from datetime import date

from psycopg2 import errors

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .lost_common import NOVEMBER, LostCase

FIRST = '2026-12-01 08:00'
TALK = "谈一谈"


class TestInsuranceRenewalReport(LostCase):
    """The monthly summary of lost cases: counted by the system, explained by the specialist, taken in by another."""

    def setUp(self):
        super().setUp()
        self.clock = self.at(FIRST)
        self.clock.start()
        self.addCleanup(self.clock.stop)
        self.report = self.draft().filtered(lambda report: report.specialist_id == self.specialist)

    def submit(self, report=None):
        report = self.write_summary(report or self.report)
        report.action_submit()
        return report

    # === DRAFT === #

    def test_counts(self):
        report = self.report
        self.assertEqual((report.state, report.month, report.due_date), ('draft', NOVEMBER, date(2026, 12, 2)))
        self.assertEqual((report.lost_count, report.previous_lost_count, report.late_discovery_count), (5, 0, 1))
        self.assertEqual(
            [(line.reason_id, line.count, line.share, line.previous_count) for line in report.reason_line_ids],
            [(self.price, 3, 0.6, 0), (self.already, 1, 0.2, 0), (self.service, 1, 0.2, 0)],
        )
        self.assertEqual({(line.insurer_id, line.count) for line in report.insurer_line_ids},
                         {(self.paic, 3), (self.cpic, 1), (self.env['res.partner'], 1)})
        self.assertEqual((report.price_gap, report.gap_count), (350, 1))  # 2,900 + 950 − 3,500, the newest quote
        self.assertEqual(report.reason_line_ids[0].price_gap, 350)
        self.assertEqual(report.reason_line_ids[1].gap_count, 0)

    def test_what_is_not_lost(self):
        """Sold cars left the base, won-back cases are not lost, others' cases and other months are not mine."""
        sold = self._get_reason('renewal_lost', 'SOLD')
        self.make_lost(self.make_case(self.specialist), when='2026-11-20 10:00', lost_reason_id=sold.id,
                       lost_known_on='2026-11-19', lost_detail="Dealer in town")
        self.make_lost(self.make_case(self.specialist2), when='2026-11-20 10:00')
        self.make_lost(self.make_case(self.specialist), when='2026-12-01 00:00')  # midnight in the store: December
        self.make_contact(self.by_service.sudo().renewal_id, self.supervisor, kind='win_back')
        self.make_lost(self.make_case(self.specialist), when='2026-11-30 23:59')
        self.report._refresh()
        self.assertEqual(self.report.lost_count, 5)
        self.assertNotIn(self.service, self.report.reason_line_ids.reason_id)

    def test_month_before(self):
        """A reason of the month before that has vanished keeps its line, with a count of nought."""
        cover = self._get_reason('renewal_lost', 'COVER')
        self.make_lost(self.make_case(self.specialist), when='2026-10-31 23:59', lost_reason_id=cover.id)
        self.make_lost(self.make_case(self.specialist), when='2026-10-05 10:00')
        self.report._refresh()
        self.assertEqual(self.report.previous_lost_count, 2)
        lines = {line.reason_id: (line.count, line.previous_count) for line in self.report.reason_line_ids}
        self.assertEqual((lines[self.price], lines[cover]), ((3, 1), (0, 1)))

    def test_telling_cases_are_proposed(self):
        telling = self.report.telling_contact_ids
        self.assertEqual(set(telling.lost_reason_id), {self.price, self.already, self.service})
        self.assertIn(self.by_price[0].sudo(), telling)  # the one with the widest gap

    def test_cron_is_idempotent(self):
        Report = self.env['insurance.renewal.report']
        Report._cron_draft()
        domain = [('company_id', '=', self.store.id), ('month', '=', NOVEMBER)]
        reports = Report.search(domain)
        activities = reports.activity_ids
        Report._cron_draft()
        self.assertEqual(Report.search(domain), reports)
        self.assertEqual(reports.activity_ids, activities)
        self.assertEqual(reports.specialist_id, self.specialist)  # the other specialist never had a case
        self.assertEqual([(activity.user_id, activity.date_deadline) for activity in activities],
                         [(self.specialist, date(2026, 12, 2))])
        with mute_logger('odoo.sql_db'), self.assertRaises(errors.UniqueViolation), self.cr.savepoint():
            self.report.copy()

    def test_each_store_for_itself(self):
        self.make_case(self.other_specialist)
        with self.at('2026-12-01 08:00'):
            self.env['insurance.renewal.report']._cron_draft()
        other = self.env['insurance.renewal.report'].search([('company_id', '=', self.other_store.id)])
        self.assertFalse(other)  # assigned in December only
        with self.at('2027-01-01 08:00'):
            self.env['insurance.renewal.report']._cron_draft()
        other = self.env['insurance.renewal.report'].search([('company_id', '=', self.other_store.id)])
        self.assertEqual((other.specialist_id, other.month, other.lost_count),
                         (self.other_specialist, date(2026, 12, 1), 0))

    def test_leavers_owe_nothing(self):
        self.specialist.active = False
        with self.at('2027-01-01 08:00'):
            self.assertFalse(self.draft(date(2026, 12, 1)))

    def test_button(self):
        self.make_case(self.specialist2)
        with self.at('2027-01-02 08:00'):
            Report = self.env['insurance.renewal.report']
            action = self.rpc(self.specialist, Report, 'action_draft')
            own = Report.search(action['domain'])
            self.assertEqual((own.specialist_id, own.month), (self.specialist, date(2026, 12, 1)))
            action = self.rpc(self.supervisor, Report, 'action_draft')
            self.assertEqual(Report.search(action['domain']).specialist_id, self.specialist | self.specialist2)
            with self.refused("had renewal cases"):
                self.rpc(self.other_specialist, Report, 'action_draft')
            with self.assertRaises(UserError):
                self.rpc(self.finance, Report, 'action_draft')

    # === SUBMIT === #

    def test_submit_freezes(self):
        report = self.submit()
        self.assertEqual((report.state, report.is_late), ('submitted', False))
        with self.refused("is submitted and stays"):
            report.analysis = "Something nicer"
        with self.refused("its numbers stay"):
            report.action_refresh()
        self.make_lost(self.make_case(self.specialist), when='2026-11-30 10:00')
        self.draft()
        self.assertEqual(report.lost_count, 5)

    def test_submit_counts_last(self):
        self.make_lost(self.make_case(self.specialist), when='2026-11-30 10:00')
        self.assertEqual(self.submit().lost_count, 6)

    def test_deadline(self):
        """By the 2nd, its last minute included (R9); the first submission decides."""
        for moment, late in (('2026-12-02 23:59', False), ('2026-12-03 00:00', True)):
            with self.subTest(moment=moment), self.at(moment), self.cr.savepoint() as savepoint:
                report = self.submit()
                self.assertEqual((report.is_late, report.is_overdue), (late, False))
                savepoint.rollback()
                self.env.invalidate_all()

    def test_overdue(self):
        Report = self.env['insurance.renewal.report']
        for moment, overdue in (('2026-12-02 23:59', False), ('2026-12-03 00:00', True)):
            with self.subTest(moment=moment), self.at(moment):
                self.report.invalidate_recordset()
                self.assertEqual(self.report.is_overdue, overdue)
                self.assertEqual(self.report in Report.search([('is_overdue', '=', True)]), overdue)

    def test_day_of_the_store(self):
        self.store.insurance_lost_report_day = 5
        with self.at('2027-01-01 08:00'):
            self.assertEqual(self.draft(date(2026, 12, 1)).due_date, date(2027, 1, 5))

    def test_what_is_missing(self):
        report = self.report.with_user(self.specialist)
        with self.refused("at least 10 characters under .*Analysis.*Proposed Measures"):
            report.action_submit()
        self.write_summary(report, measures="Later")
        with self.refused("under .*Proposed Measures"):
            report.action_submit()
        self.write_summary(report, telling_contact_ids=[Command.set(self.by_price[0].ids)])
        with self.refused("choose 3 telling cases"):
            report.action_submit()

    def test_nothing_lost_needs_no_words(self):
        self.make_case(self.specialist2)
        with self.at('2027-01-01 08:00'):
            report = self.draft(date(2026, 12, 1)).filtered(lambda r: r.specialist_id == self.specialist2)
            report.with_user(self.specialist2).action_submit()
            self.assertEqual((report.state, report.lost_count), ('submitted', 0))

    def test_telling_cases_are_ours(self):
        foreign = self.make_lost(self.make_case(self.specialist2), when='2026-11-20 10:00').sudo()
        report = self.report.with_user(self.specialist)
        with self.refused("choose lines with which", ValidationError):
            self.report.write({'telling_contact_ids': [Command.set(foreign.ids)]})
        with self.refused("at most 3", ValidationError):
            report.write({'telling_contact_ids': [Command.set(
                [line.id for line in (*self.by_price, self.late, self.by_service)])]})

    # === TAKING IN === #

    def test_receive(self):
        report = self.submit()
        reminder = report.sudo().activity_ids
        self.assertEqual((reminder.user_id, reminder.summary), (self.supervisor, report.display_name))
        wizard = self.env['insurance.renewal.report.receive'].with_user(self.supervisor).create({
            'report_id': report.id, 'remark': "Show me the comparison on Friday"})
        wizard.action_receive()
        self.assertEqual((report.state, report.received_by_id, report.remark),
                         ('received', self.supervisor, "Show me the comparison on Friday"))
        self.assertFalse(report.sudo().activity_ids)
        told = self.env['mail.notification'].search([('res_partner_id', '=', self.specialist.partner_id.id)])
        self.assertIn("Show me the comparison", ''.join(told.mail_message_id.mapped('body')))
        with self.refused("not submitted, or already taken in"):
            report.with_user(self.supervisor).action_return("Too late")

    def test_return(self):
        report = self.submit()
        with self.refused("Say what is missing"):
            report.with_user(self.supervisor).action_return(" ")
        report.with_user(self.supervisor).action_return("Which telesales offers?")
        self.assertEqual((report.state, report.return_count), ('returned', 1))
        self.assertEqual(report.sudo().activity_ids.user_id, self.specialist)
        report.analysis = "PAIC telesales at 3,000 in all three cases"
        with self.at('2026-12-04 09:00'):
            report.action_submit()
        self.assertEqual((report.state, report.is_late), ('submitted', False))
        self.assertTrue(report.resubmitted_on > report.submitted_on)

    def test_two_people(self):
        """Whoever wrote a summary does not take it in, whatever roles he has (invariant 4)."""
        self.specialist.group_ids = [Command.link(self.env.ref('dealer_insurance.group_insurance_supervisor').id)]
        self.store.insurance_allow_self_review = True
        self.store.insurance_renewal_reviewer_id = self.specialist
        report = self.submit()
        self.assertEqual(report.sudo().activity_ids.user_id, self.gm)
        with self.refused("is your own"):
            report.with_user(self.specialist).action_receive()
        report.with_user(self.gm).action_receive()
        self.assertEqual(report.received_by_id, self.gm)

    def test_who_may_not(self):
        report = self.submit()
        for user in (self.specialist, self.specialist2, self.clerk, self.other_supervisor, self.administrator,
                     self.finance, self.group_manager):
            for method, args in (('action_receive', ()), ('action_return', ("No",))):
                with self.subTest(user=user.login, method=method), self.assertRaises(AccessError):
                    self.rpc(user, report, method, *args)
        self.assertEqual(report.state, 'submitted')

    def test_only_its_author_submits(self):
        self.write_summary(self.report)
        for user in (self.supervisor, self.gm, self.specialist2, self.other_supervisor):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.rpc(user, self.report, 'action_submit')
        with self.refused("is submitted by Specialist"):
            self.report.action_submit()  # not even the system

    # === ACCESS === #

    def test_nobody_counts_by_hand(self):
        report, line = self.report, self.report.line_ids[0]
        values = {
            'state': 'received', 'lost_count': 0, 'submitted_on': '2026-12-01 00:00:00', 'due_date': '2026-12-31',
            'received_by_id': self.supervisor.id, 'remark': "Fine", 'month': '2026-10-01', 'is_late': False,
            'specialist_id': self.specialist2.id, 'company_id': self.other_store.id, 'line_ids': [Command.clear()],
            'reason_line_ids': [Command.clear()], 'price_gap': 0, 'return_count': 0,
        }
        for name, value in values.items():
            for user in (self.specialist, self.supervisor, self.gm):
                with self.subTest(field=name, user=user.login), self.assertRaises(AccessError):
                    self.rpc(user, report, 'write', {name: value})
        for user in (self.specialist, self.supervisor):
            with self.assertRaises(AccessError):
                self.rpc(user, line, 'write', {'count': 0})
            with self.assertRaises(AccessError):
                self.rpc(user, report, 'unlink')
        with self.refused("are kept"):
            report.unlink()

    def test_who_reads(self):
        for user, readable in ((self.specialist, True), (self.supervisor, True), (self.gm, True),
                               (self.specialist2, False), (self.other_supervisor, False), (self.clerk, False)):
            with self.subTest(user=user.login):
                self.assertEqual(self.report.with_user(user).has_access('read'), readable)
                self.assertEqual(self.report.line_ids.with_user(user).has_access('read'), readable)

    def test_supervisor_answers_below_it(self):
        report = self.submit()
        report.with_user(self.supervisor).message_post(body=TALK)
        with self.assertRaises(AccessError):
            report.with_user(self.specialist2).message_post(body=TALK)


@tagged('post_install', '-at_install')
class TestInsuranceRenewalReportPrint(LostCase):
    """The printed summary says who lost what, and who took it in."""

    def test_print(self):
        with self.at(FIRST):
            report = self.draft()
            self.write_summary(report).action_submit()
            report.with_user(self.supervisor).action_receive("Well seen")
            html, _type = self.env['ir.actions.report'].with_user(self.gm)._render_qweb_html(
                'dealer_insurance.report_insurance_renewal_report', report.ids)
        text = html.decode()
        for words in (self.store.name, "2026-11", "Price too high", "60.0%", "350.00 (1 cases)", "Insurer unknown",
                      self.late.sudo().renewal_id.plate, "Telesales of PAIC undercut", "Call 45 days", "Supervisor",
                      "Well seen", "2026-12-01 08:00"):
            self.assertIn(words, text)
        self.assertNotIn("Overdue", text)

    def test_print_keeps_to_the_rules(self):
        with self.at(FIRST):
            report = self.draft()
        with self.assertRaises(AccessError):
            self.env['ir.actions.report'].with_user(self.specialist2)._render_qweb_html(
                'dealer_insurance.report_insurance_renewal_report', report.ids)
