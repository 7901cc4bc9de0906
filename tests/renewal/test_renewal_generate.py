from datetime import date
from unittest.mock import patch

from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.base.models.ir_cron import IrCron

from .generate_common import RenewalGenerateCase


@tagged('post_install', '-at_install')
class TestRenewalGenerate(RenewalGenerateCase):

    def test_copies_last_year(self):
        entry = self.make_expiring(business_type='new')
        case = self.generate()
        self.assertEqual(case.vehicle_id, entry.vehicle_id)
        self.assertEqual((case.partner_id, case.insured_id, case.applicant_id),
                         (entry.owner_id, entry.insured_id, entry.applicant_id))
        self.assertEqual((case.compulsory_no, case.commercial_no), (entry.compulsory_no, entry.commercial_no))
        self.assertEqual((case.compulsory_premium, case.commercial_premium, case.vehicle_tax), (950, 3000, 420))
        self.assertEqual((case.insurer_id, case.compulsory_insurer_id), (self.picc, self.picc))
        self.assertEqual(case.reference_expiry, date(2026, 12, 9))
        self.assertEqual((case.state, case.source, case.source_entry_id), ('unassigned', 'policy', entry))
        self.assertEqual((case.customer_class, case.consent_ground), ('r_new', 'contract'))
        self.assertFalse(case.message_ids)

    def test_again_makes_nothing(self):
        self.make_expiring()
        self.make_expiring('2026-01-05', '2026-01-20')
        cases = self.generate()
        self.assertEqual(len(cases), 2)
        self.assertEqual(self.env['insurance.renewal']._generate(self.store), 0)
        self.assertEqual(self.generate(), cases)

    def test_within_the_lead_only(self):
        self.make_expiring('2026-02-16', '2026-02-16')  # until 15 February 2027, 89 days away
        self.make_expiring('2026-02-18', '2026-02-18')  # until 17 February 2027, 91 days away
        self.assertEqual(self.generate().mapped('reference_expiry'), [date(2027, 2, 15)])
        self.store.insurance_case_lead_days = 95
        self.assertEqual(len(self.generate()), 2)

    def test_not_after_the_grace(self):
        self.make_expiring('2025-08-19', '2025-08-19')  # ended on 18 August, 92 days ago
        self.make_expiring('2025-08-22', '2025-08-22')  # ended on 21 August, 89 days ago
        self.assertEqual(self.generate().mapped('reference_expiry'), [date(2026, 8, 21)])

    def test_two_deadlines_are_one_case(self):
        """T4: different days, different insurers and entries."""
        entry = self.make_expiring('2025-12-01', None)
        other = self.make_expiring(None, '2026-01-20', vehicle_id=entry.vehicle_id.id, insurer_id=self.paic.id)
        case = self.generate()
        self.assertEqual(len(case), 1)
        self.assertEqual((case.compulsory_expiry, case.commercial_expiry, case.reference_expiry),
                         (date(2026, 11, 30), date(2027, 1, 19), date(2027, 1, 19)))
        self.assertEqual((case.insurer_id, case.compulsory_insurer_id), (self.paic, self.picc))
        self.assertEqual((case.source_entry_id, case.vehicle_tax), (other, 420))

    def test_earlier_deadline_counts_for_the_lead(self):
        """The compulsory policy ends in the lead, the commercial one three months later: the case is there in time."""
        self.make_expiring('2026-01-10', '2026-04-10')
        case = self.generate()
        self.assertEqual((case.compulsory_expiry, case.reference_expiry), (date(2027, 1, 9), date(2027, 4, 9)))
        self.assertEqual(self.generate(), case)

    def test_compulsory_alone(self):
        self.make_expiring('2025-12-10', None)
        case = self.generate()
        self.assertEqual((case.reference_expiry, case.commercial_expiry, case.commercial_no),
                         (date(2026, 12, 9), False, False))
        self.assertEqual(case.insurer_id, self.picc)

    def test_newest_policies_only(self):
        """T5: renewed early, so nothing is due; the new policies are next year's."""
        entry = self.make_expiring()
        self.make_entry(self.prepare_policy('compulsory', 900, '2026-12-10'),
                        self.prepare_policy('commercial', 2900, '2026-12-10'), vehicle_id=entry.vehicle_id.id,
                        issue_date='2026-11-12')
        self.assertFalse(self.generate())
        with self.at('2027-10-01 10:00'):
            self.assertEqual(self.generate().reference_expiry, date(2027, 12, 9))

    def test_lapsed_commercial_is_another_year(self):
        """A commercial policy of two years ago is not part of this year's set."""
        entry = self.make_expiring('2024-12-10', '2024-12-10')
        self.make_expiring('2025-12-10', None, vehicle_id=entry.vehicle_id.id)
        case = self.generate()
        self.assertEqual((case.reference_expiry, case.commercial_expiry), (date(2026, 12, 9), False))

    def test_no_second_case_beside_an_imported_one(self):
        entry = self.make_expiring()
        case = self.make_case(expiry='2026-12-28', vehicle_id=entry.vehicle_id.id, import_digest='x')
        self.assertEqual(self.generate(), case)

    def test_archived_case_stays_archived(self):
        self.make_expiring()
        self.generate().active = False
        self.assertFalse(self.generate())

    def test_next_year_again(self):
        entry = self.make_expiring()
        first = self.generate()
        self.make_entry(self.prepare_policy('commercial', 2900, '2026-12-10'), vehicle_id=entry.vehicle_id.id)
        self.assertEqual(first.state, 'won')
        with self.at('2027-10-01 10:00'):
            second = self.generate() - first
        self.assertEqual((second.reference_expiry, second.customer_class), (date(2027, 12, 9), 'r_ren'))

    def test_drafts_are_no_policies(self):
        self.make_expiring(registered=False)
        self.assertFalse(self.generate())

    def test_cancelled_policies_are_none(self):
        """The customer gave up the commercial policy: the compulsory one alone is due."""
        self.make_follow_up(self.make_expiring(), products=['commercial'])
        self.make_follow_up(self.make_expiring(None))
        case = self.generate()
        self.assertEqual((case.compulsory_expiry, case.commercial_expiry), (date(2026, 12, 9), False))
        self.assertFalse(self.get_excluded())

    def test_renewal_that_was_cancelled(self):
        """T7: the renewal fell through, the old policies are the newest again."""
        entry = self.make_expiring('2025-11-25', '2025-11-25')
        renewed = self.make_entry(self.prepare_policy('commercial', 2900, '2026-11-25'),
                                  vehicle_id=entry.vehicle_id.id)
        self.make_follow_up(renewed)
        self.assertEqual(self.generate().reference_expiry, date(2026, 11, 24))

    def test_leap_day(self):
        """T39: a year from 29 February ends on 27 February, a year from 1 March on the leap day."""
        with self.at('2027-12-20 10:00'):
            self.make_expiring('2027-03-01', '2027-03-01')
        with self.at('2028-12-20 10:00'):
            self.make_expiring('2028-02-29', '2028-02-29')
            self.assertEqual(self.generate().mapped('reference_expiry'), [date(2029, 2, 27)])
        with self.at('2028-01-10 10:00'):
            self.assertIn(date(2028, 2, 29), self.generate().mapped('reference_expiry'))

    def test_multi_year(self):
        entry = self.make_entry(
            self.prepare_policy('commercial', 9000, '2023-12-10', end_date='2026-12-09'), issue_date='2023-12-10')
        case = self.generate()
        self.assertTrue(case.is_multi_year)
        self.assertEqual(case.source_entry_id, entry)

    def test_stores_apart(self):
        """A car insured in both stores is a case in both."""
        self.make_expiring()
        clerk = self._make_user('clerk_west', 'group_policy_clerk', self.other_store)
        self.make_expiring(user=clerk, company_id=self.other_store.id)
        self.assertEqual(len(self.generate()), 1)
        self.assertEqual(len(self.generate(self.other_store)), 1)

    def test_equals_the_orm(self):
        """What the job writes is what the ORM would have computed and stored, field by field."""
        company = self.make_owner(is_company=True)
        driver = self.make_owner(parent_id=company.id)
        cars = [self.make_vehicle(), self.make_vehicle(owner_id=driver.id), self.make_vehicle()]
        for car, kind in zip(cars, ('new', 'r_pot', 'r_gap'), strict=True):
            self.make_expiring(vehicle_id=car.id, business_type=kind)
        made = self.generate()
        self.assertEqual(len(made), 3)
        stored = [name for name, field in made._fields.items() if field.store and field.compute]
        copied = [name for name, field in made._fields.items() if field.store and not field.compute
                  and field.type not in ('one2many', 'many2many') and name != 'id' and not name.startswith('message_')]
        before = {case: case.read(stored + copied)[0] for case in made}
        for name in stored:
            self.env.add_to_compute(made._fields[name], made)
        self.env.flush_all()
        self.env.invalidate_all()
        for case, values in before.items():
            self.assertEqual(case.read(stored)[0], {name: values[name] for name in ['id', *stored]})
        vals = [{name: value[0] if isinstance(value, tuple) else value for name, value in before[case].items()
                 if name in copied and name not in models.LOG_ACCESS_COLUMNS} for case in made]
        made.active = False
        typed = self.env['insurance.renewal'].create([dict(row, assigned_on=False) for row in vals])
        names = [name for name in [*stored, *copied] if name not in models.LOG_ACCESS_COLUMNS]
        self.assertEqual([{**row, 'id': 0} for row in typed.read(names)],
                         [{**{name: before[case][name] for name in names}, 'id': 0} for case in made])

    # === LEFT OUT === #

    def test_scrapped(self):
        self.make_follow_up(self.make_expiring(), reason='DEREGISTERED')
        self.assertFalse(self.generate())
        self.assertEqual(self.get_excluded().ground, 'scrapped')

    def test_total_loss(self):
        entry = self.make_expiring(None)
        self.make_follow_up(entry, reason='TOTAL_LOSS')
        self.assertFalse(self.generate())
        row = self.get_excluded()
        self.assertEqual((row.ground, row.entry_id, row.reference_expiry, row.partner_id),
                         ('total_loss', entry, date(2026, 12, 9), entry.owner_id))
        self.generate()
        self.assertEqual(self.get_excluded(), row)

    def test_partly_cancelled_after_total_loss(self):
        """The commercial policy paid the loss and ended, the compulsory one runs on: still no case, noted once."""
        entry = self.make_expiring('2025-12-20', '2025-12-10')
        self.make_follow_up(entry, reason='TOTAL_LOSS', products=['commercial'])
        self.assertFalse(self.generate())
        self.assertEqual(self.get_excluded().mapped('ground'), ['total_loss'])

    def test_do_not_call(self):
        entry = self.make_expiring()
        entry.owner_id.insurance_do_not_call = True
        self.assertFalse(self.generate())
        self.assertEqual(self.get_excluded().ground, 'do_not_call')

    def test_archived_vehicle(self):
        self.make_expiring().vehicle_id.active = False
        self.assertFalse(self.generate())
        self.assertEqual(self.get_excluded().ground, 'archived')

    def test_sold_to_a_stranger(self):
        self.make_expiring().vehicle_id.owner_id = False
        self.assertFalse(self.generate())
        self.assertEqual(self.get_excluded().ground, 'sold')

    def test_sold_with_a_new_owner(self):
        """T2: a case for the new owner, who has not agreed to calls; the car is counted once."""
        entry = self.make_expiring()
        buyer = self.make_owner()
        entry.vehicle_id.owner_id = buyer
        case = self.generate()
        self.assertEqual((case.partner_id, case.customer_class, case.is_new_owner), (buyer, 'r_pot', True))
        self.assertFalse(case.consent_ground or case.insured_id or case.applicant_id)
        row = self.get_excluded()
        self.assertEqual((row.ground, row.partner_id, row.renewal_id), ('sold', entry.owner_id, case))
        self.assertEqual(self.env['insurance.renewal']._count_base(self.store, date(2026, 12, 1), date(2026, 12, 31)),
                         {(self.store.id, date(2026, 12, 1)): (1, 1)})

    def test_new_owner_wants_no_calls(self):
        entry = self.make_expiring()
        entry.vehicle_id.owner_id = self.make_owner(insurance_do_not_call=True)
        self.assertFalse(self.generate())
        self.assertEqual(self.get_excluded().ground, 'do_not_call')

    def test_owner_of_before_the_policy(self):
        """A car that was bought second-hand and then insured here is not sold."""
        car = self.make_vehicle()
        with self.at('2025-06-01 10:00'):
            car.owner_id = self.make_owner()
        self.make_expiring(vehicle_id=car.id)
        self.assertEqual(self.generate().partner_id, car.owner_id)

    def test_case_after_all(self):
        entry = self.make_expiring()
        entry.owner_id.insurance_do_not_call = True
        self.generate()
        row = self.get_excluded()
        for user in (self.specialist, self.gm):
            with self.assertRaises(AccessError):
                if user == self.gm:
                    row.with_user(user).write({'renewal_id': False})
                else:
                    row.with_user(user).action_make_case()
        self.rpc(self.supervisor, row, 'action_make_case')
        case = self.env['insurance.renewal'].search([('vehicle_id', '=', entry.vehicle_id.id)])
        self.assertEqual((row.renewal_id, row.overruled_by_id), (case, self.supervisor))
        self.assertTrue(case.do_not_call)

    # === COUNTS === #

    def test_base_counts(self):
        for day in ('2025-12-10', '2025-12-11', '2026-01-01', '2026-01-02'):
            self.make_expiring(day, day)
        self.make_expiring('2025-12-12', '2025-12-12').owner_id.insurance_do_not_call = True
        cases = self.generate()
        sold = self._get_reason('renewal_lost', 'SOLD')
        cases[0].specialist_id = self.specialist
        self.make_lost(cases[0], lost_reason_id=sold.id, lost_price=0, lost_insurer_id=False,
                       lost_known_on='2026-11-17', lost_detail="To a friend")
        self.assertEqual(cases[0].state, 'invalid')
        counts = self.env['insurance.renewal']._count_base(
            self.store + self.other_store, date(2026, 12, 1), date(2026, 12, 31))
        # 1 January 2026 to 31 December 2026 belongs to December
        self.assertEqual(counts, {(self.store.id, date(2026, 12, 1)): (4, 2)})


@tagged('post_install', '-at_install')
class TestRenewalGenerateJob(RenewalGenerateCase):
    """The job stops anywhere and goes on: no case twice, none missing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for number in range(12):
            day = date(2025, 9, 5 + number)
            for month in (0, 1, 2, 3):
                start = fields.Date.to_string(fields.Date.add(day, months=month))
                cls.make_expiring(start, start)
        cls.stores = (cls.store + cls.other_store).ids

    def run_job(self, stop_after=None):
        """Run the job; with `stop_after`, the server dies when it commits for that time."""
        commits = []

        def commit(cron, processed=0, *, remaining=None, deactivate=False):
            commits.append(processed)
            if stop_after and len(commits) == stop_after:
                raise KeyboardInterrupt
            self.env.cr.execute('RELEASE SAVEPOINT batch; SAVEPOINT batch')
            return 100

        self.env.cr.execute('SAVEPOINT batch')
        with patch.object(IrCron, '_commit_progress', commit):
            try:
                self.env['insurance.renewal']._cron_generate()
            except KeyboardInterrupt:
                self.env.cr.execute('ROLLBACK TO SAVEPOINT batch')  # what was not committed is lost
                self.env.invalidate_all(flush=False)
        self.env.cr.execute('RELEASE SAVEPOINT batch')
        return self.env['insurance.renewal'].search([('company_id', 'in', self.stores)])

    def test_killed_anywhere(self):
        seen = set()
        for stop in range(1, 8):
            cases = self.run_job(stop_after=stop)
            self.assertEqual(len(cases), len(cases.vehicle_id))
            seen.add(len(cases))
        cases = self.run_job()
        self.assertEqual(len(cases), 48)
        self.assertEqual(len(cases.vehicle_id), 48)
        self.assertGreater(len(seen), 1)  # it did stop in between
        self.assertEqual(self.run_job(), cases)

    def test_stops_when_its_time_is_over(self):
        with patch.object(IrCron, '_commit_progress', lambda *args, **kwargs: 0):
            self.env['insurance.renewal']._cron_generate()
            first = self.env['insurance.renewal'].search_count([('company_id', 'in', self.stores)])
        self.assertLess(first, 48)

    def test_switched_off(self):
        self.env['res.company'].search([]).insurance_case_lead_days = 0
        self.assertFalse(self.run_job())

    def test_classes_follow_the_ledger(self):
        """An entry of an earlier year that comes in later turns the class of the open case."""
        car = self.make_vehicle()
        case = self.make_case(expiry='2026-12-20', vehicle_id=car.id, imported_class='r_gap', import_digest='x')
        self.assertEqual(case.customer_class, 'r_gap')
        self.make_entry(self.prepare_policy('commercial', 3000, '2024-12-21'), vehicle_id=car.id,
                        issue_date='2024-12-20', business_type='first')
        self.run_job()
        self.assertEqual(case.customer_class, 'r_gap')
        self.make_entry(self.prepare_policy('commercial', 3000, '2025-12-21'), vehicle_id=car.id,
                        issue_date='2025-12-20', business_type='r_ren')
        self.run_job()
        self.assertEqual(case.customer_class, 'r_ren')
