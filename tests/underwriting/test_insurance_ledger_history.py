from datetime import date, timedelta

from odoo import Command
from odoo.tests import Form

from ..common import DealerInsuranceCase

GROUNDS = {
    'new': "bought here as new, no earlier policy",
    'r_pot': "never insured here, won by the renewal desk",
    'first': "never insured here, not bought here",
}


class TestInsuranceLedgerHistory(DealerInsuranceCase):
    """What the ledger knows of the car decides the business type (domain 6.1), and says why."""

    def enter(self, vehicle, start, *policies, registered=True, **vals):
        """Enter a commercial policy that starts on `start`, a week before that."""
        policies = policies or (self.prepare_policy(start=start),)
        with self.at(f'{start} 10:00'):
            return self.make_entry(*policies, vehicle_id=vehicle.id, registered=registered, **vals)

    # Years in which the car was insured here before, whether it was bought here, and the channel of the new policy
    CASES = (
        ('new', (), {'is_bought_here': True, 'first_registration_date': '2026-10-01'}, 'SHOWROOM'),
        ('new', (), {'is_bought_here': True}, 'SHOWROOM'),
        ('r_pot', (), {'is_bought_here': True, 'first_registration_date': '2022-10-01'}, 'WALK_IN'),
        ('r_pot', (), {}, 'PHONE_INVITE'),
        ('r_pot', (), {}, 'SERVICE_ADVISOR'),
        ('r_pot', (), {}, 'EVENT'),
        ('first', (), {}, 'WALK_IN'),
        ('first', (), {}, None),
        ('r_new', ('2025',), {'is_bought_here': True, 'first_registration_date': '2025-11-01'}, 'WALK_IN'),
        ('r_ren', ('2024', '2025'), {'is_bought_here': True, 'first_registration_date': '2024-11-01'}, 'WALK_IN'),
        ('r_ren', ('2025',), {}, 'WALK_IN'),
        ('r_gap', ('2023',), {'is_bought_here': True, 'first_registration_date': '2023-11-01'}, 'WALK_IN'),
        ('r_gap', ('2023',), {}, 'PHONE_INVITE'),
    )

    def test_business_types(self):
        for number, (expected, years, vehicle_values, channel) in enumerate(self.CASES):
            with self.subTest(case=number, expected=expected):
                vehicle = self.make_vehicle(**vehicle_values)
                earlier = [self.enter(vehicle, f'{year}-11-18') for year in years]
                channel_id = self._get_reason('business_channel', channel).id if channel else False
                entry = self.enter(vehicle, '2026-11-18', channel_id=channel_id)
                self.assertEqual((entry.business_type, entry.history_type), (expected, expected))
                if earlier:
                    self.assertEqual(entry.previous_entry_id, earlier[-1])
                    self.assertIn(f"insured here until 11/17/{int(years[-1]) + 1} with", entry.business_ground)
                    self.assertIn(earlier[-1].display_name, entry.business_ground)
                else:
                    self.assertFalse(entry.previous_entry_id)
                    self.assertEqual(entry.business_ground, GROUNDS[expected])

    def test_gap_begins_after_the_stores_days(self):
        vehicle = self.make_vehicle()
        self.enter(vehicle, '2025-11-18')  # until 17 November
        days = self.store.insurance_gap_days
        for late, expected in ((days, 'r_ren'), (days + 1, 'r_gap')):
            start = str(date(2026, 11, 17) + timedelta(days=late))
            self.assertEqual(self.enter(vehicle, start, registered=False).business_type, expected)

    def test_another_store_is_no_history(self):
        vehicle = self.make_vehicle()
        clerk = self._make_user('other_clerk', 'group_policy_clerk', self.other_store)
        self.enter(vehicle, '2025-11-18', user=clerk)
        entry = self.enter(vehicle, '2026-11-18')
        self.assertEqual((entry.business_type, entry.previous_entry_id.id), ('first', False))

    def test_drafts_and_rows_taken_back_are_no_history(self):
        vehicle = self.make_vehicle()
        self.enter(vehicle, '2025-11-18', registered=False)
        self.assertEqual(self.enter(vehicle, '2026-11-18', registered=False).business_type, 'first')
        wrong = self.enter(vehicle, '2025-11-18')
        self.assertEqual(self.enter(vehicle, '2026-11-18', registered=False).business_type, 'r_ren')
        self.make_follow_up(wrong, reason='MISTAKE')
        self.assertEqual(self.enter(vehicle, '2026-11-18').business_type, 'first')

    def test_cancelled_and_rewritten(self):
        """A policy rewritten after a cancellation is the same occasion, whichever insurer takes it."""
        vehicle = self.make_vehicle(is_bought_here=True)
        first = self.enter(vehicle, '2026-09-01')
        self.make_follow_up(first, reason='INSURER_CHANGE')
        again = self.enter(vehicle, '2026-11-18', insurer_id=self.paic.id)
        self.assertEqual((first.business_type, again.business_type), ('new', 'new'))
        self.assertEqual(again.business_ground, "bought here as new, no earlier policy")
        self.assertFalse(again.previous_entry_id)

    def test_two_insurers(self):
        """T4: compulsory and commercial from two insurers are two rows of one business type."""
        vehicle = self.make_vehicle(is_bought_here=True)
        self.enter(vehicle, '2025-11-18', self.prepare_policy('compulsory', 950, '2025-11-18'))
        self.enter(vehicle, '2025-11-25', self.prepare_policy('commercial', 3000, '2025-12-15'),
                   insurer_id=self.paic.id)
        self.assertEqual(self.env['insurance.ledger.entry'].search([('vehicle_id', '=', vehicle.id)]).mapped(
            'business_type'), ['new', 'new'])
        compulsory = self.enter(vehicle, '2026-11-18', self.prepare_policy('compulsory', 950, '2026-11-18'))
        commercial = self.enter(vehicle, '2026-11-20', self.prepare_policy('commercial', 3000, '2026-12-15'),
                                insurer_id=self.paic.id)
        self.assertEqual((compulsory.business_type, commercial.business_type), ('r_new', 'r_new'))
        self.assertNotEqual(compulsory.ledger_id, commercial.ledger_id)
        for entry in (compulsory, commercial):
            self.assertFalse(entry.warnings)

    # === CHOSEN BY HAND === #

    def test_choice_says_what_the_history_says(self):
        entry = self.enter(self.make_vehicle(), '2026-11-18', business_type='r_pot')
        self.assertEqual((entry.business_type, entry.history_type), ('r_pot', 'first'))
        self.assertEqual(entry.business_ground,
                         "chosen by hand; the history says First policy here: never insured here, not bought here")

    def test_choice_outlives_further_typing(self):
        entry = self.enter(self.make_vehicle(), '2026-11-18', business_type='r_pot', registered=False)
        entry.with_user(self.clerk).write({'commercial_start': '2026-11-20'})
        entry.with_user(self.clerk).channel_id = self._get_reason('business_channel', 'WALK_IN')
        self.assertEqual(entry.business_type, 'r_pot')
        entry.with_user(self.clerk).business_type = 'first'
        entry.with_user(self.clerk).channel_id = self._get_reason('business_channel', 'PHONE_INVITE')
        self.assertEqual(entry.business_type, 'r_pot')

    def test_choice_on_the_screen(self):
        with Form(self.env['insurance.ledger.entry'].with_user(self.clerk),
                  'dealer_insurance.insurance_ledger_entry_view_form') as form:
            form.insurer_id = self.picc
            form.vehicle_id = self.make_vehicle()
            self.assertEqual(form.business_type, 'first')
            form.business_type = 'r_pot'
            form.compulsory_start = '2026-11-20'
            form.compulsory_premium = 950
            self.assertEqual(form.business_type, 'r_pot')
        self.assertEqual(form.record.business_type, 'r_pot')

    # === WARNINGS === #

    def test_gap_overlap_and_no_warning(self):
        for start, sentence in (
            ('2026-11-18', None),
            ('2026-11-28', "Commercial: 10 days without cover after the old policy, which ended on 11/17/2026"),
            ('2026-11-10', "Commercial: overlaps the old policy, which runs until 11/17/2026"),
        ):
            with self.subTest(start=start):
                vehicle = self.make_vehicle()
                self.enter(vehicle, '2025-11-18')
                warnings = self.enter(vehicle, start, registered=False).warnings
                self.assertIn(sentence, warnings) if sentence else self.assertFalse(warnings)

    def test_each_policy_follows_its_own_kind(self):
        """T4: the other insurer's row of last year is seen as well."""
        vehicle = self.make_vehicle()
        self.enter(vehicle, '2025-11-18', self.prepare_policy('compulsory', 950, '2025-11-18'))
        self.enter(vehicle, '2025-11-18', self.prepare_policy('commercial', 3000, '2025-11-18'),
                   insurer_id=self.paic.id)
        both = self.enter(vehicle, '2026-11-18', self.prepare_policy('compulsory', 950, '2026-11-20'),
                          self.prepare_policy('commercial', 3000, '2026-11-10'))
        self.assertIn("Compulsory: 2 days without cover", both.warnings)
        self.assertIn("Commercial: overlaps", both.warnings)

    def test_a_cancelled_policy_does_not_overlap(self):
        vehicle = self.make_vehicle()
        self.make_follow_up(self.enter(vehicle, '2026-10-01'), reason='INSURER_CHANGE')
        self.assertFalse(self.enter(vehicle, '2026-11-18', insurer_id=self.paic.id).warnings)

    def test_issued_too_early(self):
        for start, is_early in (('2026-12-18', False), ('2026-12-19', True)):
            warnings = self.make_entry(self.prepare_policy(start=start)).warnings
            self.assertEqual("days before it begins" in (warnings or ''), is_early, start)

    def test_no_agreement(self):
        entry = self.make_entry(insurer_id=self.cpic.id)
        self.assertIn("No agreement with this insurer is valid", entry.warnings)
        entry = self.make_entry(self.prepare_policy(start='2025-12-01'), issue_date='2025-11-30')
        self.assertIn("No agreement with this insurer is valid", entry.warnings)

    def test_doubtful_vin(self):
        vehicle = self.make_vehicle(vin_sn='LTSZZTDE0TA999999')
        self.assertTrue(vehicle.vin_warning)
        self.assertIn(vehicle.vin_warning, self.make_entry(vehicle_id=vehicle.id).warnings)

    def test_warnings_do_not_keep_a_row_out(self):
        vehicle = self.make_vehicle()
        self.enter(vehicle, '2025-11-18')
        entry = self.enter(vehicle, '2026-11-28', insurer_id=self.cpic.id, policy_ids=[
            Command.create(self.prepare_policy(start='2026-11-28'))])
        self.assertEqual(entry.state, 'registered')
        self.assertEqual(len(entry.warnings.splitlines()), 2)
