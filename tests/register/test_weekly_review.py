from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import warmup

from ..common import PNG, DealerInsuranceCase


class TestWeeklyReview(DealerInsuranceCase):
    """The review screen offers each reviewer the pages that wait for him, with what to look at (R11-R15)."""

    def setUp(self):
        super().setUp()
        self.page = self.log('2026-11-10 09:30').page_id  # week 46, due on Sunday the 22nd
        self.Page = self.env['insurance.register.page']

    def log(self, when, specialist=None, make=None, **vals):
        """Log a contact at `when`, entered at that moment, and return it."""
        specialist = specialist or self.specialist
        with self.at(when):
            vals = {'next_date': '2026-12-01', **vals} if not make else vals
            return (make or self.make_contact)(self.make_case(specialist), **vals).with_env(self.env)

    def queue(self, user, page_ids=None):
        return self.rpc(user, self.Page, 'get_review_queue', page_ids=page_ids)

    def queued(self, user, page_ids=None):
        """Return the ids of the pages in the user's queue."""
        return [page['id'] for book in self.queue(user, page_ids)['books'] for page in book['pages']]

    def review(self, user=None, page=None):
        return self.rpc(user or self.supervisor, page or self.page, 'get_review_page')

    def lines(self, user=None, page=None):
        groups = self.review(user, page)['groups']
        return [line for group in groups for day in group['days'] for line in day['lines']]

    def judge(self, lines, verdict, *args, user=None, **kwargs):
        return self.rpc(user or self.supervisor, lines, 'action_review_line', verdict, *args, **kwargs)

    def messages(self, line):
        return self.env['mail.message'].search_count(
            [('model', '=', 'insurance.renewal'), ('res_id', '=', line.renewal_id.id)]
        )

    # === QUEUE === #

    def test_week_that_runs_does_not_wait(self):
        current = self.log('2026-11-17 10:00').page_id
        self.assertEqual(self.queued(self.supervisor), self.page.ids)
        with self.at('2026-11-23 00:00'):
            self.assertEqual(self.queued(self.supervisor), [self.page.id, current.id])

    def test_week_waits_on_its_own_sunday_where_it_is_due(self):
        self.store.insurance_review_lag_weeks = '0'
        page = self.log('2026-11-17 10:00', self.specialist2).page_id
        with self.at('2026-11-21 23:59'):
            self.assertNotIn(page.id, self.queued(self.supervisor))
        with self.at('2026-11-22 00:00'):
            self.assertIn(page.id, self.queued(self.supervisor))

    def test_pages_are_grouped_by_book(self):
        other = self.log('2026-11-11 10:00', self.specialist2).page_id
        books = self.queue(self.supervisor)['books']
        self.assertEqual([book['keeper'] for book in books], ["Specialist", "Specialist2"])
        self.assertEqual([[page['id'] for page in book['pages']] for book in books], [self.page.ids, other.ids])

    def test_days_left(self):
        for moment, days in (('2026-11-18 10:00', 4), ('2026-11-22 23:59', 0), ('2026-11-23 00:00', -1)):
            with self.at(moment):
                page = self.queue(self.supervisor)['books'][0]['pages'][0]
                self.assertEqual((page['deadline'], page['days_left']), ('2026-11-22', days), moment)

    def test_counts(self):
        with self.at('2026-11-13 10:00'):  # entered three days late
            late = self.make_contact(self.make_case(self.specialist), when='2026-11-10 11:00', next_date='2026-12-01')
        rejected = self.log('2026-11-10 10:00')
        answered = self.log('2026-11-11 10:00')
        self.judge(rejected | answered, 'rejected', "Which insurer?")
        answered.with_user(self.specialist).content = "Customer asked for the offer of the certified insurer"
        page = self.queue(self.supervisor)['books'][0]['pages'][0]
        self.assertEqual(late.page_id, self.page)
        counts = {key: page[key] for key in ('line_count', 'flagged', 'rejected', 'answered')}
        self.assertEqual(counts, {'line_count': 4, 'flagged': 1, 'rejected': 1, 'answered': 1})

    def test_signed_pages_leave(self):
        self.sign(self.page)
        self.assertFalse(self.queued(self.supervisor))
        self.assertFalse(self.queued(self.supervisor, self.page.ids))

    def test_others_have_nothing_to_sign(self):
        for user in (self.specialist, self.specialist2, self.other_supervisor, self.clerk, self.leader):
            with self.subTest(user=user.login):
                self.assertFalse(self.queue(user)['books'])
                self.assertFalse(self.queued(user, self.page.ids))

    def test_alternate_is_shown_what_is_overdue(self):
        self.assertFalse(self.queued(self.gm))
        self.assertEqual(self.queued(self.gm, self.page.ids), self.page.ids)  # opened on purpose
        with self.at('2026-11-23 00:00'):
            self.assertEqual(self.queued(self.gm), self.page.ids)
            self.assertTrue(self.queue(self.gm)['books'][0]['is_delegate'])
            self.assertFalse(self.queue(self.supervisor)['books'][0]['is_delegate'])

    def test_chosen_pages_only(self):
        current = self.log('2026-11-17 10:00').page_id
        self.assertEqual(self.queued(self.supervisor, current.ids), current.ids)

    def test_signature_is_ones_own(self):
        self.assertFalse(self.queue(self.supervisor)['signature'])
        self.supervisor.with_user(self.supervisor).insurance_signature = PNG
        self.assertEqual(self.queue(self.supervisor)['signature'], f'data:image/png;base64,{PNG}')
        with self.at('2026-11-23 09:00'):
            self.assertFalse(self.queue(self.gm)['signature'])

    # === PAGE === #

    def test_heading(self):
        page = self.review()
        self.assertEqual((page['book']['keeper'], page['book']['reviewer']), ("Specialist", "Supervisor"))
        self.assertEqual((page['week'], page['week_start'], page['week_end']), (46, '2026-11-09', '2026-11-15'))
        self.assertEqual((page['is_mine'], page['error'], page['has_signature']), (True, False, False))
        self.assertEqual(page['line_model'], 'insurance.renewal.contact')
        self.assertEqual(len(page['questions']), 3)

    def test_lines_by_day_in_the_order_of_time(self):
        monday = self.log('2026-11-09 16:00')
        early = self.log('2026-11-10 08:05')
        days = self.review()['groups'][0]['days']
        self.assertEqual([day['day'] for day in days], ['2026-11-09', '2026-11-10'])
        lines = self.page._get_lines()
        self.assertEqual([line['id'] for day in days for line in day['lines']], [monday.id, early.id, lines[0].id])
        self.assertEqual([line['time'] for line in days[1]['lines']], ['08:05', '09:30'])

    def test_flags_and_outcome_of_a_lost_line(self):
        lost = self.log(
            '2026-11-10 15:00',
            make=self.make_lost,
            recommended_insurer_id=self.cpic.id,
            countermeasure="已跟进，继续跟进，再联系",
        )
        [line] = [line for line in self.lines() if line['id'] == lost.id]
        self.assertEqual({flag['code'] for flag in line['flags']}, {'uncertified', 'countermeasure'})
        self.assertEqual((line['outcome'], line['outcome_tone']), ('lost', 'danger'))
        self.assertEqual(line['record'], {'model': 'insurance.renewal', 'id': lost.renewal_id.id})
        self.assertFalse([line for line in self.lines() if line['id'] != lost.id and line['flags']])

    def test_agreement_counts_on_the_day_of_the_contact(self):
        agreement = self.env['insurance.insurer.agreement'].search([('insurer_id', '=', self.picc.id)])
        agreement.date_to = '2026-11-10'
        self.log('2026-11-10 23:30', recommended_insurer_id=self.picc.id)
        self.log('2026-11-11 00:30', recommended_insurer_id=self.picc.id)
        flagged = [line['day'] for line in self.lines() if line['flags']]
        self.assertEqual(flagged, ['2026-11-11'])

    def test_burst_is_judged_over_the_whole_week(self):
        self.store.insurance_page_lines = 3
        for second in range(5):
            with self.at('2026-11-12 17:00'):
                self.make_contact(self.make_case(self.specialist), when=f'2026-11-12 1{second}:00',
                                  next_date='2026-12-01')
        flags = [bool(line['flags']) for line in self.lines()]
        self.assertEqual(flags, [False, True, True])  # two of five stand here, three on the next page

    def test_workload(self):
        self.store.insurance_page_lines = 2
        for when in ('2026-11-10 09:59', '2026-11-10 17:20', '2026-11-15 23:59'):
            self.log(when)
        [person] = self.review()['workload']
        self.assertEqual((person['person'], person['count']), ("Specialist", 4))  # the second page included
        self.assertEqual([day['count'] for day in person['days']], [0, 3, 0, 0, 0, 0, 1])
        tuesday, sunday = person['days'][1], person['days'][6]
        self.assertEqual((tuesday['first'], tuesday['last']), ('09:30', '17:20'))
        self.assertEqual([(hour, count) for hour, count in enumerate(tuesday['hours']) if count], [(9, 2), (17, 1)])
        self.assertEqual((sunday['day'], sunday['hours'][23]), ('2026-11-15', 1))

    def test_error_says_what_stands_against_signing(self):
        self.judge(self.page._get_lines(), 'rejected', "Which insurer?")
        self.assertIn("rejected", self.review()['error'])
        self.judge(self.page._get_lines(), 'none')
        self.assertFalse(self.review()['error'])
        current = self.log('2026-11-17 10:00').page_id
        self.assertIn("the week is not over", self.review(page=current)['error'])

    def test_keeper_reads_his_page_and_is_told_who_reviews_it(self):
        page = self.review(self.specialist)
        self.assertFalse(page['is_mine'])
        self.assertIn("Supervisor", page['error'])
        self.assertEqual(len(self.lines(self.specialist)), 1)

    def test_page_is_not_for_everybody(self):
        for user in (self.specialist2, self.other_supervisor, self.leader):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.review(user)

    # === VERDICTS === #

    def test_tags_say_what_is_to_be_improved(self):
        line = self.page._get_lines()
        script = self._get_reason('review_tag', 'SCRIPT')
        self.assertIn({'id': script.id, 'name': script.name}, self.review()['tags'])
        self.judge(line, 'accepted', "Good, but say why", tag_ids=script.ids)
        self.assertEqual(self.lines()[0]['tag_ids'], script.ids)
        self.judge(line, 'accepted', "Good, but say why")
        self.assertEqual(line.review_tag_ids, script)  # without tag_ids they stay
        self.judge(line, 'none', tag_ids=[])
        self.assertFalse(line.review_tag_ids)

    def test_tags_come_from_the_list(self):
        price = self._get_reason('renewal_lost', 'PRICE')
        with self.assertRaisesRegex(UserError, "list offered"):
            self.judge(self.page._get_lines(), 'accepted', tag_ids=price.ids)

    def test_author_is_told_once(self):
        line = self.page._get_lines()
        before = self.messages(line)
        self.judge(line, 'rejected', "Which insurer?")
        self.assertEqual(self.messages(line), before + 1)
        self.judge(line, 'accepted', "Which insurer?")
        self.assertEqual(self.messages(line), before + 1)
        self.judge(line, 'rejected', "Which insurer?")
        self.assertEqual(self.messages(line), before + 2)

    def test_nobody_else_judges(self):
        line = self.page._get_lines()
        with self.assertRaises(UserError):
            self.judge(line, 'accepted', user=self.specialist)
        for user in (self.specialist2, self.leader, self.other_supervisor):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.judge(line, 'accepted', user=user)
        self.assertFalse(line.review_state)

    def test_delegate_from_another_desk(self):
        """Whom the reviewer sends signs without a role at the renewal desk, only on the delegation's days (T22)."""
        self.page.register_id.delegate_ids = [
            Command.create({'user_id': self.leader.id, 'date_from': '2026-11-18', 'date_to': '2026-11-19'})
        ]
        self.assertEqual(self.queued(self.leader), self.page.ids)
        page = self.review(self.leader)
        self.assertTrue(page['book']['is_delegate'])
        self.judge(self.page._get_lines(), 'accepted', "Well done", user=self.leader)
        answers = {str(question['id']): True for question in page['questions']}
        with self.at('2026-11-20 09:00'), self.assertRaises(UserError):
            self.rpc(self.leader, self.page, 'action_sign', answers, signature=PNG)
        self.rpc(self.leader, self.page, 'action_sign', answers, signature=PNG)
        self.assertEqual((self.page.state, self.page.signed_by_id), ('signed', self.leader))
        self.assertTrue(self.page.signature_id.is_delegate)

    # === COST === #

    def fill_page(self, count):
        """Log lines of every sort, each of a case of its own, over the days of the week."""
        for number in range(count):
            when = f'2026-11-{9 + number % 7:02d} {9 + number // 7:02d}:15'
            make, vals = [
                (None, {'recommended_insurer_id': (self.picc | self.cpic)[number % 2].id, 'quote_commercial': 3200}),
                (self.make_lost, {}),
                (self.make_won, {}),
                (None, {'content': "已跟进"}),
            ][number % 4]
            self.store.insurance_content_min = 1
            self.log(when, make=make, **vals)

    def count_queries(self, method, *args):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        getattr(self.page.with_user(self.supervisor), method)(*args)
        return self.cr.sql_log_count - before

    def test_number_of_queries_does_not_grow(self):
        self.fill_page(4)
        few = {method: self.count_queries(method) for method in ('get_review_page', 'get_review_queue')}
        self.fill_page(15)
        self.assertEqual(self.page.line_count, 20)
        for method, count in few.items():
            self.assertLessEqual(self.count_queries(method), count, method)

    @warmup
    def test_budget(self):
        self.fill_page(19)
        page = self.page.with_user(self.supervisor)
        self.env.flush_all()
        for method, budget in (('get_review_page', 34), ('get_review_queue', 19)):
            self.env.invalidate_all()
            with self.subTest(method=method), self.assertQueryCount(budget):
                getattr(page, method)()
