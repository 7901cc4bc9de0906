from datetime import date

from lxml import html
from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError
from odoo.tools import mute_logger

from ..common import DealerInsuranceCase

OCTOBER = date(2026, 10, 1)


class TestCoaching(DealerInsuranceCase):
    """The talk about cars that were not insured: prepared, held by another person, and never in the way (R4)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.consultant2 = cls._make_user('consultant2', 'group_sales_consultant')
        cls.lost = cls.env['insurance.delivery'].create([{
            'company_id': cls.store.id, 'vehicle_id': cls.make_vehicle().id, 'delivery_date': '2026-10-15',
            'state': 'delivered', 'consultant_id': cls.consultant.id, 'insurance_answer': 'elsewhere',
            'uninsured_reason_id': cls.env['insurance.reason'].search(
                [('use', '=', 'delivery_uninsured'), ('is_group', '=', False)], limit=1).id,
            'uninsured_note': f"Brother sells insurance {number}",
        } for number in range(2)])
        cls.talk = cls.prepare(cls.consultant)

    @classmethod
    def prepare(cls, user, coach=None, **vals):
        return cls.env['insurance.coaching']._prepare_talks(cls.store, OCTOBER, [{
            'consultant': user, 'ground': 'below_target', 'delivered': 5, 'counted': 4, 'insured': 2,
            'target_rate': 0.9, 'deliveries': cls.lost, **vals,
        }], coach or cls.supervisor)

    def hold(self, talk=None, user=None):
        talk = (talk or self.talk).with_user(user or self.supervisor)
        talk.write({'causes': "Insurance comes up at the handover only", 'due_date': '2026-12-01',
                    'measures': "A proposal with every order"})
        talk.action_hold()
        return talk

    def get_reminders(self):
        return [(one.user_id, one.date_deadline, one.activity_type_id.name) for one in self.talk.activity_ids]

    # === PREPARING === #

    def test_prepared_with_cars_and_questions(self):
        self.assertRecordValues(self.talk, [{
            'consultant_id': self.consultant.id, 'ground': 'below_target', 'counted': 4, 'insured': 2, 'rate': 0.5,
            'target_rate': 0.9, 'coach_id': self.supervisor.id, 'state': 'prepared', 'delivery_count': 2,
        }])
        self.assertEqual(self.talk.delivery_ids, self.lost)
        self.assertEqual(len(self.talk.questions.splitlines()), 5)
        self.assertEqual(self.get_reminders(), [(self.supervisor, date(2026, 11, 25), "Hold the coaching talk")])
        self.assertFalse(self.prepare(self.consultant), "one sheet a month")

    def test_questions_of_the_store(self):
        self.store.insurance_coaching_questions = "Why?\nWhat next?"
        self.assertEqual(self.prepare(self.consultant2).questions, "Why?\nWhat next?")

    def test_nobody_coaches_himself(self):
        talk = self.prepare(self.supervisor)
        self.assertEqual(talk.coach_id, self.gm, "the alternate reviewer instead")
        with self.refused("nobody coaches himself"):
            talk.with_user(self.supervisor).action_hold()
        with mute_logger('odoo.sql_db'), self.assertRaises(CheckViolation), self.env.cr.savepoint():
            talk.with_user(self.gm).coach_id = self.supervisor
            talk.flush_recordset()

    def test_who_may_lead_it(self):
        with self.refused("led by an insurance supervisor"):
            self.talk.with_user(self.supervisor).coach_id = self.consultant2
        self.assertFalse(self.prepare(self.consultant2, coach=self.clerk).coach_id == self.clerk)

    # === HOLDING === #

    def test_held(self):
        talk = self.talk.with_user(self.supervisor)
        with self.refused("causes found and the measures"):
            talk.action_hold()
        talk.write({'causes': "Insurance comes up late", 'measures': "A proposal with every order"})
        for day in (False, '2026-11-17'):
            talk.due_date = day
            with self.refused("a day from today"):
                talk.action_hold()
        self.hold()
        self.assertRecordValues(self.talk, [{'state': 'held', 'held_on': date(2026, 11, 18)}])
        self.assertEqual(self.get_reminders(),
                         [(self.supervisor, date(2026, 12, 1), "Look at the measures of the coaching")])

    def test_afterwards_only_what_became_of_it(self):
        with self.refused("hold the talk first"):
            self.talk.with_user(self.supervisor).outcome = "Better"
        talk = self.hold()
        with self.refused("is over"):
            talk.causes = "Other causes"
        with self.refused("is over"):
            talk.action_drop()
        talk.outcome = "Every order has a proposal now"
        self.assertFalse(self.talk.activity_ids)

    def test_dropped(self):
        talk = self.talk.with_user(self.gm)
        talk.action_drop()
        self.assertFalse(self.talk.activity_ids)
        with self.refused("is over"):
            talk.action_hold()
        with self.refused("is over"):
            talk.measures = "None"

    # === WHO SEES IT === #

    def test_the_consultant_reads_the_own_talk_once_it_was_held(self):
        Coaching = self.env['insurance.coaching']
        self.assertFalse(Coaching.with_user(self.consultant).search([]))
        self.hold()
        self.assertEqual(Coaching.with_user(self.consultant).search([]), self.talk)
        for user in (self.consultant2, self.other_supervisor):
            self.assertFalse(Coaching.with_user(user).search([]))
        for user in (self.specialist, self.clerk, self.finance, self.group_manager):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                Coaching.with_user(user).search([])
        for method, args in (('write', ({'outcome': "Fine"},)), ('action_hold', ()), ('action_drop', ())):
            with self.subTest(method=method), self.assertRaises(AccessError):
                self.rpc(self.consultant, self.talk, method, *args)

    def test_figures_and_stamps_are_nobodys_to_write(self):
        for name, value in (('insured', 4), ('state', 'held'), ('held_on', '2026-11-01'), ('delivery_ids', []),
                            ('consultant_id', self.consultant2.id)):
            with self.subTest(name=name), self.assertRaises(AccessError):
                self.rpc(self.supervisor, self.talk, 'write', {name: value})
        with self.assertRaises(AccessError):
            self.rpc(self.supervisor, self.talk, 'unlink')

    def print_sheet(self, user):
        content = self.env['ir.actions.report'].with_user(user)._render_qweb_html(
            'dealer_insurance.report_insurance_coaching', self.talk.ids)[0]
        return ' '.join(html.fromstring(content).text_content().split())

    def test_sheet(self):
        text = self.print_sheet(self.supervisor)
        for part in ("Consultant", "50.0%", "90.0%", "2 / 4", "Brother sells insurance 1", "Somewhere Else"):
            self.assertIn(part, text)
        with self.assertRaises(AccessError):
            self.print_sheet(self.consultant)
        self.hold()
        self.assertIn("A proposal with every order", self.print_sheet(self.consultant))
        with self.assertRaises(AccessError):
            self.print_sheet(self.consultant2)
