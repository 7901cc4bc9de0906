from datetime import date

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_insurance_kpi_renewal import KpiCase


class TargetCase(KpiCase):
    def make_target(self, month='2026-12-01', specialist=None, **vals):
        """Return a new target as the supervisor drafts it."""
        return self.env['insurance.renewal.target'].with_user(self.supervisor).create({
            'company_id': self.store.id, 'month': month, 'specialist_id': specialist.id if specialist else False,
            'cars': 10, 'premium': 30000, 'rate': 0.5, **vals,
        })

    def confirm(self, targets):
        targets.with_user(self.supervisor).action_submit()
        targets.with_user(self.gm).action_confirm()
        return targets


@tagged('post_install', '-at_install')
class TestTargetFlow(TargetCase):
    """Who sets, confirms and changes a target (R19, R21)."""

    def test_confirmed_before_the_month(self):
        target = self.confirm(self.make_target('2026-12-17'))
        self.assertEqual(target.month, date(2026, 12, 1))
        self.assertEqual((target.state, target.is_late, target.confirmed_by_id), ('confirmed', False, self.gm))
        self.assertEqual((target.original_cars, target.original_premium), (10, 30000))

    def test_confirmed_late(self):
        for moment, late in (('2026-11-30 23:59', False), ('2026-12-01 00:01', True)):
            with self.subTest(moment):
                specialist = self.specialist if late else None
                target = self.make_target(specialist=specialist)
                with self.at(moment):
                    self.assertEqual(self.confirm(target).is_late, late)

    def test_says_whose_it_is(self):
        own = self.make_target(specialist=self.specialist)
        self.assertEqual((self.make_target() | own).mapped('scope_text'), ["Whole Store", "Specialist"])

    def test_manager_is_asked(self):
        store, own = self.make_target(), self.make_target(specialist=self.specialist)
        (store + own).action_submit()
        self.assertEqual(store.activity_ids.user_id, self.gm)
        self.assertEqual(store.activity_ids.date_deadline, date(2026, 11, 30))
        self.assertFalse(own.activity_ids)
        (store + own).with_user(self.gm).action_confirm()
        self.assertFalse(store.activity_ids)

    def test_only_the_manager_confirms(self):
        target = self.make_target()
        with self.refused("general manager confirms", AccessError):
            target.action_confirm()
        with self.refused("supervisor submits", AccessError):
            target.with_user(self.gm).action_submit()
        with self.refused("is in the state Draft"):
            target.with_user(self.gm).action_confirm()
        target.action_submit()
        target.with_user(self.gm).action_return()
        self.assertEqual(target.state, 'draft')

    def test_two_people(self):
        self.supervisor.group_ids += self.env.ref('dealer_insurance.group_general_manager')
        target = self.make_target()
        target.action_submit()
        with self.refused("does not confirm it"):
            target.action_confirm()
        target.with_user(self.gm).action_confirm()

    def test_specialist_only_reads(self):
        target = self.make_target(specialist=self.specialist)
        mine = target.with_user(self.specialist)
        self.assertEqual(mine.cars, 10)
        with self.assertRaises(AccessError):
            mine.cars = 1
        for action in ('action_submit', 'action_confirm', 'action_propose', 'action_open_revise'):
            with self.subTest(action), self.assertRaises(AccessError):
                self.rpc(self.specialist, target, action)
        with self.assertRaises(AccessError):
            self.rpc(self.specialist, target.browse(), 'action_make_next_month')

    def test_submitted_is_not_edited(self):
        target = self.make_target()
        target.cars = 12
        target.action_submit()
        for vals in ({'cars': 1}, {'premium': 1}, {'rate': 0.1}, {'month': '2027-01-01'},
                     {'specialist_id': self.specialist.id}):
            with self.subTest(vals), self.refused("was submitted"):
                target.write(vals)
        target.comment = "Fewer new cars last year"
        self.assertEqual(target.cars, 12)

    def test_stamps_are_not_written(self):
        target = self.make_target()
        for vals in ({'state': 'confirmed'}, {'original_cars': 1}, {'is_late': False}, {'confirmed_by_id': self.gm.id},
                     {'proposal_text': "x"}):
            with self.subTest(vals), self.assertRaises(AccessError):
                target.write(vals)

    def test_submitting_nothing(self):
        with self.refused("target in cars first"):
            self.make_target(cars=0).action_submit()

    def test_revision(self):
        target = self.confirm(self.make_target())
        action = self.rpc(self.supervisor, target, 'action_open_revise')
        wizard = self.env['insurance.renewal.target.revise'].with_user(self.supervisor).with_context(
            **action['context']).create({'cars': 14, 'reason': "Two fleets of a company expire"})
        self.assertEqual(wizard.premium, 30000)
        wizard.action_apply()
        revision = target.revision_ids
        self.assertEqual((target.cars, target.original_cars, target.state), (14, 10, 'confirmed'))
        self.assertEqual((revision.old_cars, revision.new_cars, revision.old_premium, revision.new_premium),
                         (10, 14, 30000, 30000))
        self.assertEqual((revision.user_id, revision.reason),
                         (self.supervisor, "Two fleets of a company expire"))
        for operation in ('write', 'create', 'unlink'):
            self.assertFalse(revision.with_user(self.supervisor).has_access(operation))

    def test_revision_needs_reason_and_change(self):
        target = self.confirm(self.make_target())
        values = {'cars': 14, 'premium': 30000, 'rate': 0.5}
        with self.refused("say why"):
            target._revise(values, " ")
        with self.refused("nothing is different"):
            target._revise({**values, 'cars': 10}, "No change at all")
        with self.assertRaises(AccessError):
            target.with_user(self.specialist)._revise(values, "I want less")
        with self.refused("is in the state Draft"):
            self.make_target(specialist=self.specialist)._revise(values, "Too early")

    def test_past_months_stay(self):
        target = self.confirm(self.make_target())
        draft = self.make_target(specialist=self.specialist)
        with self.at('2026-12-31 12:00'):
            target._revise({'cars': 11, 'premium': 30000, 'rate': 0.5}, "Still the month itself")
        with self.at('2027-01-01 00:30'):
            (target + draft).invalidate_recordset()
            with self.refused("month is over"):
                target._revise({'cars': 9, 'premium': 1, 'rate': 0.5}, "Too late")
            with self.refused("month is over"):
                draft.cars = 3
            with self.refused("month is over"):
                draft.action_submit()
            with self.refused("month is over"):
                self.make_target(specialist=self.specialist2)
            target.comment = "What we learnt"

    def test_one_of_each(self):
        self.make_target()
        self.make_target(specialist=self.specialist)
        with self.assertRaises(UniqueViolation), mute_logger('odoo.sql_db'):
            self.make_target('2026-12-31')

    def test_deleting(self):
        self.make_target().unlink()
        target = self.make_target()
        target.action_submit()
        with self.refused("not deleted"):
            target.unlink()

    def test_other_store(self):
        target = self.make_target()
        with self.assertRaises(AccessError):
            target.with_user(self.other_gm).read(['cars'])
        with self.assertRaises(AccessError):
            self.env['insurance.renewal.target'].with_user(self.other_supervisor).create({
                'company_id': self.store.id, 'month': '2027-03-01', 'cars': 1})


@tagged('post_install', '-at_install')
class TestTargetActuals(TargetCase):
    """Target and actual side by side (K12, domain 2.4)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.open, cls.renewed, cls.lost, cls.unassigned = (
            cls.make_case(cls.specialist if index < 3 else None, '2026-12-20', imported_class='r_ren')
            for index in range(4)
        )
        policy = cls.prepare_policy(premium=3000, start='2026-12-21')
        cls.make_entry(policy, vehicle_id=cls.renewed.vehicle_id.id)
        cls.make_lost(cls.lost)

    def values(self, target, *names):
        target.invalidate_recordset()
        return tuple(target[name] for name in names)

    def test_actuals(self):
        store, own = self.make_target(cars=2), self.make_target(specialist=self.specialist, cars=1)
        other = self.make_target(specialist=self.specialist2, cars=0)
        names = ('due_gross', 'due_net', 'actual_cars', 'lost_count', 'open_count', 'actual_premium', 'gap_cars')
        self.assertEqual(self.values(store, *names), (4, 4, 1, 1, 2, 3000, 1))
        self.assertEqual(self.values(own, *names), (3, 3, 1, 1, 1, 3000, 0))
        self.assertEqual(self.values(other, *names), (0, 0, 0, 0, 0, 0, 0))
        self.assertAlmostEqual(own.actual_rate, 1 / 3, 4)
        self.assertEqual((store.achieved_rate, own.achieved_rate, other.achieved_rate), (0.5, 1, 0))
        self.assertEqual((store.achieved_rate_text, other.achieved_rate_text, other.actual_rate_text),
                         ("50.0%", "—", "—"))
        self.assertEqual((store.r_ren_cars, store.r_new_cars), (1, 0))

    def test_last_year(self):
        self.assertEqual(self.values(self.make_target('2027-12-01'), 'actual_cars', 'last_year_cars',
                                     'last_year_rate_text'), (0, 1, "25.0%"))

    def test_without_a_record(self):
        """The board asks for months nobody set a target for."""
        empty = self.env['insurance.renewal.target'].new({
            'company_id': self.store.id, 'month': '2026-12-01', 'specialist_id': False})
        self.assertEqual((empty.due_net, empty.actual_cars), (4, 1))
        self.assertFalse(self.env['insurance.renewal.target'].new({'company_id': False}).due_net)

    def test_target_reached(self):
        """K12: confirmed targets only; the first confirmed one stays beside the present one."""
        self.assertEqual(self.figures('K12'), (1, 0))
        target = self.make_target(cars=4)
        self.assertEqual(self.figures('K12'), (1, 0))
        self.confirm(target)
        target._revise({'cars': 2, 'premium': 30000, 'rate': 0.5}, "Fewer are due than thought")
        self.assertEqual(self.figures('K12'), (1, 2))
        self.assertEqual(self.figures('K12_original'), (1, 4))
        self.assertEqual(self.figures('K12_premium'), (3000, 30000))
        self.assertEqual(self.figures('K12', by_specialist=True), {self.specialist.id: (1, 0), False: (0, 0)})

    def test_expected(self):
        """Open cases count as much as such cases did last year: 10 of 40 were renewed in the last 60 days."""
        users = {1: self.specialist, 0: self.specialist2}
        for index in range(40):
            case = self.make_case(users[index % 2], '2025-11-30')
            self.env.cr.execute("""UPDATE insurance_renewal SET state = %s, closed_on = %s WHERE id = %s""", [
                'won' if index < 20 and index % 2 else 'lost', date(2025, 11, 20), case.id])
        self.env.invalidate_all()
        rates = self.env['insurance.kpi']._get_band_rates(self.store)
        self.assertEqual(rates[None, 0], 0.25)
        self.assertEqual(rates[None, 3], 0.25)
        self.assertEqual((rates[self.specialist.id, 1], rates[self.specialist2.id, 1]), (0.5, 0))
        self.assertNotIn((None, 4), rates)
        expected = self.env['insurance.kpi']._get_expected(self.store, date(2026, 12, 1), date(2026, 12, 31))
        self.assertEqual(expected[self.store.id, self.specialist.id, date(2026, 12, 1)], 0.5)
        self.assertEqual(expected[self.store.id, False, date(2026, 12, 1)], 0.25)
        self.assertEqual(self.values(self.make_target(), 'expected_cars'), (2,))  # 1 renewed + 0.5 + 0.25

    def test_few_cases_say_nothing(self):
        for index in range(4):
            case = self.make_case(self.specialist if index else self.specialist2, '2025-11-30')
            self.env.cr.execute("UPDATE insurance_renewal SET state = %s, closed_on = '2025-11-20' WHERE id = %s",
                                ['won' if index else 'lost', case.id])
        self.env.invalidate_all()
        rates = self.env['insurance.kpi']._get_band_rates(self.store)
        self.assertEqual(rates[None, 2], 0.75)
        self.assertNotIn((self.specialist.id, 2), rates)

    def test_query_budget(self):
        """A board of many targets takes as many queries as one of two."""
        few = self.make_target() + self.make_target(specialist=self.specialist)
        many = few + few.concat(*(self.make_target(f'2027-{month:02d}-01', user)
                                  for month in range(1, 10) for user in (None, self.specialist)))
        many.mapped('actual_cars')  # what is cached for good
        counts = []
        for targets in (few, many):
            targets.invalidate_recordset()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            targets.mapped('actual_cars')
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
        self.assertLessEqual(counts[0], 16)


@tagged('post_install', '-at_install')
class TestTargetProposal(TargetCase):
    """What is proposed for next month, and the arithmetic behind it (R21)."""

    def make_past(self, month, renewed, lost, specialist=None):
        """Make cases of a past month, `renewed` of them renewed for 2,000 each, as the ledger would not know them."""
        for index in range(renewed + lost):
            case = self.make_case(specialist or self.specialist, f'{month}-15')
            if index < renewed:
                self.env.cr.execute(
                    "UPDATE insurance_renewal SET state = 'won', closed_on = reference_expiry - 10 WHERE id = %s",
                    [case.id])
            else:
                self.env.cr.execute(
                    "UPDATE insurance_renewal SET state = 'lost', closed_on = reference_expiry - 10 WHERE id = %s",
                    [case.id])
        self.env.invalidate_all()

    def test_proposal(self):
        for month, renewed, lost in (('2026-08', 3, 1), ('2026-09', 2, 2), ('2026-10', 1, 3), ('2025-12', 3, 1)):
            self.make_past(month, renewed, lost)
        for _index in range(10):
            self.make_case(self.specialist, '2026-12-10')
        target = self.make_target(cars=0, premium=0, rate=0)
        target.action_propose()
        # last three months 6 of 12 = 50 %; last year's December 75 % against 9 of 16 = 56.25 % of the year: 1.33,
        # at most 1.30
        self.assertEqual((target.rate, target.cars, target.proposed_cars), (0.65, 7, 7))
        for words in ("10 cars", "6 of 12 renewed = 50.0%", "75.0%", "factor 1.30", "50.0% × 1.30 = 65.0%",
                      "10 × 65.0% = 7"):
            self.assertIn(words, target.proposal_text)

    def test_premium(self):
        for index, month in enumerate(('08', '09', '10')):
            case = self.make_case(self.specialist, f'2026-{month}-15')
            with self.at(f'2026-{month}-10 10:00'):
                self.make_won(case, won_premium=2000 + index * 500)
        self.make_case(self.specialist, '2026-12-10')
        target = self.make_target(cars=0)
        target.action_propose()
        self.assertEqual((target.cars, target.premium), (1, 2500))

    def test_specialist_with_few_cars_takes_the_stores_rate(self):
        self.make_past('2026-10', 6, 6, self.specialist2)
        self.make_past('2026-10', 2, 0, self.specialist)
        for _index in range(2):
            self.make_case(self.specialist, '2026-12-10')
        own = self.make_target(specialist=self.specialist)
        own.action_propose()
        self.assertAlmostEqual(own.rate, 8 / 14, 4)
        self.assertIn("fewer than 10 cars", own.proposal_text)

    def test_new_store(self):
        self.make_case(self.specialist, '2026-12-10')
        target = self.make_target()
        target.action_propose()
        self.assertEqual((target.cars, target.rate), (0, 0))
        self.assertIn("enter the target by hand", target.proposal_text)

    def test_only_drafts(self):
        target = self.make_target()
        target.action_submit()
        with self.refused("is in the state Waiting"):
            target.action_propose()

    def test_next_month(self):
        self.make_case(self.specialist, '2026-12-10')
        self.make_case(self.specialist2, '2026-12-11')
        self.make_case(self.specialist2, '2027-01-11')
        there = self.make_target(specialist=self.specialist2, cars=5)
        Target = self.env['insurance.renewal.target']
        for _again in range(2):
            action = self.rpc(self.supervisor, Target, 'action_make_next_month')
            targets = Target.search(action['domain'])
            self.assertEqual(len(targets), 3)
            self.assertEqual(targets.specialist_id, self.specialist + self.specialist2)
        self.assertEqual(there.cars, 5)
