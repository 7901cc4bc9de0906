import importlib.util

from odoo.exceptions import AccessError
from odoo.tests import Form
from odoo.tools import file_path, mute_logger

from ..common import DealerInsuranceCase


class CadenceCase(DealerInsuranceCase):
    """A world with the milestones T-30, T-7 and T+7 for everybody."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Milestone = cls.env['insurance.renewal.milestone']
        cls.Milestone.search([('company_id', '=', False)]).active = False
        cls.env.flush_all()
        cls.make_set(30, 7, -7)

    @classmethod
    def make_set(cls, *days, **vals):
        return cls.Milestone.create([{'days_before': number, **vals} for number in days])

    @classmethod
    def make_holiday(cls, first, last, company=None):
        leave = cls.env['resource.calendar.leaves'].with_company(company or cls.store).create({
            'name': "Spring Festival", 'calendar_id': False,
            'date_from': cls.utc(f'{first} 00:00'), 'date_to': cls.utc(f'{last} 23:59'),
        })
        leave.flush_recordset()  # its company is computed from who enters it


class TestProposedDate(CadenceCase):
    """The next contact that the form proposes."""

    def propose(self, case, moment='2026-11-18 10:00', intention=False):
        with self.at(moment):
            return str(case.with_user(case.specialist_id)._propose_next_date(intention))

    def test_next_milestone(self):
        case = self.make_case(self.specialist, '2026-12-23')  # a Wednesday
        for moment, expected in (
            ('2026-11-18 10:00', '2026-11-23'),
            ('2026-11-23 10:00', '2026-12-16'),
            ('2026-12-16 10:00', '2026-12-30'),
            ('2026-12-30 10:00', '2027-01-06'),  # after the last one: a week later
        ):
            with self.subTest(moment=moment):
                self.assertEqual(self.propose(case, moment), expected)

    def test_moved_earlier(self):
        case = self.make_case(self.specialist, '2026-12-20')  # a Sunday: T-7 is one too
        self.assertEqual(self.propose(case, '2026-11-23 10:00'), '2026-12-11')
        self.make_holiday('2026-12-08', '2026-12-14')
        self.assertEqual(self.propose(case, '2026-11-23 10:00'), '2026-12-07')
        self.assertEqual(self.propose(case, '2026-12-07 10:00'), '2026-12-25', "not on the day of the contact")

    def test_holidays_of_another_store(self):
        self.make_holiday('2026-12-08', '2026-12-14', self.other_store)
        case = self.make_case(self.specialist, '2026-12-20')
        self.assertEqual(self.propose(case, '2026-11-23 10:00'), '2026-12-11')

    def test_store_without_working_hours(self):
        self.store.resource_calendar_id = False
        case = self.make_case(self.specialist, '2026-12-20')
        self.assertEqual(self.propose(case, '2026-11-23 10:00'), '2026-12-13')

    def test_usual_days_stay_in_the_grace(self):
        case = self.make_case(self.specialist, '2026-09-01')
        self.store.insurance_renewal_grace_days = 80  # until 20 November
        self.assertEqual(self.propose(case), '2026-11-20')
        self.store.insurance_renewal_grace_days = 78
        self.assertEqual(self.propose(case), 'False')

    def test_plan_of_the_intention(self):
        self.make_set(30, 15, 7, intention='high')
        case = self.make_case(self.specialist, '2026-12-23')
        self.assertEqual(self.propose(case, '2026-11-24 10:00'), '2026-12-16')
        self.assertEqual(self.propose(case, '2026-11-24 10:00', 'high'), '2026-12-08')
        case.intention = 'high'
        self.assertEqual(self.propose(case, '2026-11-24 10:00'), '2026-12-08')

    def test_form(self):
        self.make_set(30, 15, 7, intention='high')
        with self.at('2026-11-24 10:00'):
            form = Form(self.env['insurance.renewal.contact'].with_user(self.specialist).with_context(
                default_renewal_id=self.make_case(self.specialist, '2026-12-23').id,
            ), 'dealer_insurance.insurance_renewal_contact_view_form')
            self.assertEqual(str(form.next_date), '2026-12-16')
            form.intention = 'high'
            self.assertEqual(str(form.next_date), '2026-12-08', "never later than the plan of the intention")
            form.next_date = '2026-12-01'
            form.intention = 'medium'
            self.assertEqual(str(form.next_date), '2026-12-01', "an earlier date is the specialist's")
            form.outcome = 'lost'
            self.assertFalse(form.next_date)


class TestMilestones(CadenceCase):
    """Which set a case follows, and who keeps the sets."""

    def plan(self, customer_class=False, intention=False, company=None):
        company = company or self.store
        return self.Milestone._get_plans(company)[company.id, customer_class, intention]

    def test_most_specific_set(self):
        self.make_set(20, customer_class='r_new')
        self.make_set(10, intention='high')
        self.make_set(5, customer_class='r_new', intention='high')
        self.make_set(3, company_id=self.store.id, intention='low')
        self.assertEqual(self.plan(), (30, 7, -7))
        self.assertEqual(self.plan('r_ren', 'medium'), (30, 7, -7))
        self.assertEqual(self.plan('r_new'), (20,))
        self.assertEqual(self.plan('r_ren', 'high'), (10,))
        self.assertEqual(self.plan('r_new', 'high'), (5,))
        self.assertEqual(self.plan('r_new', 'low'), (3,), "the store's own before the general ones")
        self.assertEqual(self.plan('r_new', 'low', self.other_store), (20,))

    def test_archived_milestones_do_not_count(self):
        self.make_set(20, customer_class='r_new').active = False
        self.assertEqual(self.plan('r_new'), (30, 7, -7))

    def test_twice_in_a_set(self):
        with self.assertRaisesRegex(Exception, 'once'), mute_logger('odoo.sql_db'):
            self.make_set(30)

    def test_supervisor_keeps_those_of_the_store(self):
        own = self.Milestone.with_user(self.supervisor).create({'company_id': self.store.id, 'days_before': 50})
        own.days_before = 51
        with self.assertRaises(AccessError):
            self.Milestone.with_user(self.supervisor).create({'days_before': 50})
        with self.assertRaises(AccessError):
            self.Milestone.with_user(self.supervisor).search([('company_id', '=', False)]).write({'days_before': 1})
        with self.assertRaises(AccessError):
            own.with_user(self.supervisor).company_id = False
        with self.assertRaises(AccessError):
            self.Milestone.with_user(self.specialist).create({'company_id': self.store.id, 'days_before': 50})
        self.Milestone.with_user(self.group_manager).create({'days_before': 50})


class TestJob(CadenceCase):
    """The nightly job: idempotent, catches up, for all cases at once."""

    def plan(self, moment, store=None):
        with self.at(moment):
            self.env['insurance.renewal.task']._plan_store(store or self.store)

    def due(self, case, **values):
        tasks = self.env['insurance.renewal.task'].search([('renewal_id', '=', case.id), ('kind', '=', 'milestone')])
        tasks = tasks.filtered(lambda task: all(task[name] == value for name, value in values.items()))
        return [str(task.due_date) for task in tasks]

    def test_milestones_reached(self):
        case = self.make_case(self.specialist, '2026-12-23')
        self.plan('2026-11-22 23:59')
        self.assertFalse(self.due(case))
        self.plan('2026-11-23 00:30')  # still the 22nd in UTC
        self.assertEqual(self.due(case, user_id=self.specialist, state='open'), ['2026-11-23'])
        self.plan('2026-11-23 12:00')
        self.plan('2026-11-24 00:30')
        self.assertEqual(self.due(case), ['2026-11-23'])
        self.plan('2026-12-16 00:30')
        self.assertEqual(self.due(case), ['2026-11-23', '2026-12-16'])

    def test_moved_earlier(self):
        case = self.make_case(self.specialist, '2026-12-20')  # T-7 is Sunday the 13th
        self.plan('2026-12-10 00:30')
        self.assertFalse(self.due(case, due_date='2026-12-11'))
        self.plan('2026-12-11 00:30')
        self.assertEqual(self.due(case)[-1], '2026-12-11')
        self.plan('2026-12-14 00:30')
        self.assertEqual(self.due(case)[-1], '2026-12-11')

    def test_catches_up_after_a_night_off(self):
        case = self.make_case(self.specialist, '2026-12-23')
        self.plan('2026-11-26 00:30')
        self.assertEqual(self.due(case, state='open'), ['2026-11-23'])

    def test_done_before_the_job_came(self):
        case = self.make_case(self.specialist, '2026-12-23')
        with self.at('2026-11-23 09:00'):
            self.make_contact(case, next_date='2026-12-01')
        with self.at('2026-11-25 09:00'):
            self.make_contact(case, next_date='2026-12-02')
        self.plan('2026-11-26 00:30')
        task = self.env['insurance.renewal.task'].search([('renewal_id', '=', case.id), ('kind', '=', 'milestone')])
        self.assertEqual((task.state, str(task.done_on), task.is_on_time), ('done', '2026-11-23', True))

    def test_not_beside_a_plan_of_the_day(self):
        case = self.make_case(self.specialist, '2026-12-23')
        self.make_contact(case, next_date='2026-11-23')
        self.plan('2026-11-23 00:30')
        self.assertFalse(self.due(case))

    def test_not_from_before_the_assignment(self):
        with self.at('2026-11-25 09:00'):
            case = self.make_case(self.specialist, '2026-12-23')
        self.plan('2026-11-26 00:30')
        self.assertFalse(self.due(case))

    def test_left_out(self):
        lost, archived, unassigned = (
            self.make_case(self.specialist, '2026-12-23'), self.make_case(self.specialist, '2026-12-23'),
            self.make_case(None, '2026-12-23'),
        )
        elsewhere = self.make_case(self.other_specialist, '2026-12-23')
        self.make_lost(lost)
        archived.active = False
        self.plan('2026-11-23 00:30')
        self.assertFalse(self.due(lost) + self.due(archived) + self.due(unassigned) + self.due(elsewhere))
        self.plan('2026-11-23 00:30', self.other_store)
        self.assertEqual(self.due(elsewhere), ['2026-11-23'])

    def test_set_of_class_and_intention(self):
        self.make_set(20, customer_class='r_new', intention='high')
        case = self.make_case(self.specialist, '2026-12-23', intention='high')
        other = self.make_case(self.specialist, '2026-12-23')
        (case + other).customer_class = 'r_new'
        self.plan('2026-11-23 00:30')
        self.assertEqual((self.due(case), self.due(other)), ([], ['2026-11-23']))
        self.plan('2026-12-03 00:30')
        self.assertEqual((self.due(case), self.due(other)), (['2026-12-03'], ['2026-11-23']))

    def test_first_contacts_of_cases_assigned_in_bulk(self):
        case = self.make_case(self.specialist)
        Task = self.env['insurance.renewal.task']
        Task.search([('renewal_id', '=', case.id)]).unlink()
        self.plan('2026-11-19 00:30')
        self.plan('2026-11-20 00:30')
        task = Task.search([('renewal_id', '=', case.id)])
        self.assertEqual((task.kind, str(task.due_date)), ('first', '2026-11-20'))

    def test_queries_do_not_grow(self):
        counts = []
        for number in (2, 2, 12):
            for _case in range(number):
                self.make_case(self.specialist, '2026-12-23')
            self.env.flush_all()
            before = self.cr.sql_log_count
            self.plan('2026-11-23 00:30')
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[2], counts[1], counts)

    def test_cron(self):
        case = self.make_case(self.specialist, '2026-12-23')
        with self.at('2026-11-23 00:30'), self.enter_registry_test_mode():
            self.env.ref('dealer_insurance.ir_cron_renewal_task').method_direct_trigger()
        self.assertEqual(self.due(case), ['2026-11-23'])


class TestMigration(CadenceCase):
    """What was planned before due contacts were kept."""

    def test_plans_of_open_cases(self):
        path = file_path('dealer_insurance/migrations/19.0.3.0.0/post-tasks.py')
        spec = importlib.util.spec_from_file_location('post_tasks', path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        planned, lost = self.make_case(self.specialist), self.make_case(self.specialist)
        contact = self.make_contact(planned, next_date='2026-11-25')
        self.make_contact(lost, when='2026-11-17 10:00', next_date='2026-11-25')
        self.make_lost(lost)
        Task = self.env['insurance.renewal.task']
        domain = [('renewal_id', 'in', (planned + lost).ids)]
        Task.search(domain).unlink()
        self.env.flush_all()
        for _run in range(2):
            module.migrate(self.cr, '19.0.2.0.0')
        task = Task.search(domain)
        self.assertEqual((task.renewal_id, str(task.due_date), task.planned_contact_id, task.user_id, task.state),
                         (planned, '2026-11-25', contact.sudo(), self.specialist, 'open'))
