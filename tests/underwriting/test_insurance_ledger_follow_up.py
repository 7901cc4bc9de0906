from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form

from ..common import DealerInsuranceCase


class TestInsuranceLedgerFollowUp(DealerInsuranceCase):
    """Endorsements and cancellations are rows of their own, at the original's rate (T7, T31, domain 5.13)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.allow_benefits()
        cls.card = cls.make_rate_card({'product': 'compulsory', 'rate': 0.04}, {'product': 'commercial', 'rate': 0.2})
        cls.env['insurance.insurer.agreement'].search([]).commission_basis = 'gross'

    def enter(self, **vals):
        """An entry of 1 March for a year: 365 days of 950 and 3,650."""
        with self.at('2026-03-01 10:00'):
            return self.make_entry(self.prepare_policy('compulsory', 950, '2026-03-01'),
                                   self.prepare_policy('commercial', 3650, '2026-03-01'), **vals)

    # === CANCELLATIONS === #

    def test_refund_by_days_and_claw_back_at_the_original_rate(self):
        entry = self.enter(business_type='r_ren')
        self.card.line_ids.rate = 0.3
        row = self.make_follow_up(entry, products=['commercial'], effective_date='2026-11-18')
        # 1 March to 17 November are 262 days; 103 of 365 are left
        self.assertRecordValues(row, [{
            'entry_type': 'cancellation', 'premium_total': -1030, 'commission_total': -206, 'vehicle_count': 0,
            'origin_id': entry.id, 'business_type': 'r_ren', 'vehicle_id': entry.vehicle_id.id, 'vehicle_tax': 0,
        }])
        self.assertEqual((entry.premium_total, entry.commission_total), (4600, 768))
        self.assertEqual(entry.policy_ids.mapped('status'), ['valid', 'cancelled'])
        self.assertEqual(entry.policy_ids[1].premium_now, 2620)
        self.assertEqual(row.issue_date.isoformat(), '2026-11-18')

    def test_all_is_paid_back_before_it_begins(self):
        for day, refund in (('2026-11-19', -3000), ('2026-11-20', -3000), ('2026-11-21', -2991.78)):
            with self.subTest(day=day):
                row = self.make_follow_up(self.make_entry(self.prepare_policy()), effective_date=day)
                self.assertEqual(row.premium_total, refund)

    def test_counts_are_taken_back_with_the_last_motor_policy(self):
        entry = self.enter(business_type='r_ren')
        self.assertEqual((entry.vehicle_count, entry.renewal_count), (1, 1))
        first = self.make_follow_up(entry, products=['commercial'])
        self.assertEqual((first.vehicle_count, first.renewal_count), (0, 0))
        second = self.make_follow_up(entry, reason='DEREGISTERED', products=['compulsory'])
        self.assertEqual((second.vehicle_count, second.renewal_count), (-1, -1))
        self.assertEqual((entry.vehicle_count, entry.renewal_count), (1, 1))
        new = self.enter(business_type='new')
        self.assertEqual(self.make_follow_up(new, reason='DEREGISTERED').renewal_count, 0)

    def test_a_non_motor_policy_does_not_keep_the_count(self):
        entry = self.make_entry(self.prepare_policy(), self.prepare_policy('non_motor', 200))
        self.assertEqual(self.make_follow_up(entry, products=['non_motor']).vehicle_count, 0)
        self.assertEqual(self.make_follow_up(entry, products=['commercial']).vehicle_count, -1)

    def test_compulsory_ends_for_three_reasons(self):
        legal = {'DEREGISTERED', 'OUT_OF_USE', 'LOST_CAR'}
        reasons = self.env['insurance.reason'].search([('use', '=', 'cancellation'), ('is_group', '=', False)])
        self.assertGreater(len(reasons), 6)
        for reason in reasons:
            entry = self.make_entry(self.prepare_policy('compulsory', 950))
            row = self.make_follow_up(entry, reason=reason.code, reason_note="As he says", registered=False)
            with self.subTest(reason=reason.code):
                if reason.code in legal or reason.is_correction:
                    row.with_user(self.clerk).action_register()
                    self.assertEqual(row.state, 'registered')
                else:
                    with self.refused("ends only when the vehicle is deregistered, formally out of use, or lost"):
                        row.with_user(self.clerk).action_register()

    def test_no_more_than_was_paid(self):
        entry = self.enter()
        with self.refused("more is taken back than was paid"):
            self.make_follow_up(entry, products=['commercial'], premiums={'commercial': -3650.01})
        self.make_follow_up(entry, 'endorsement', 'COVERAGE_DOWN', ['commercial'], premiums={'commercial': -1000})
        with self.refused("more is taken back than was paid"):
            self.make_follow_up(entry, products=['commercial'], premiums={'commercial': -2651})
        self.assertEqual(self.make_follow_up(
            entry, products=['commercial'], premiums={'commercial': -2650}).premium_total, -2650)
        with self.refused("a cancellation takes back"):
            self.make_follow_up(self.enter(), products=['commercial'], premiums={'commercial': 10})

    def test_not_twice(self):
        entry = self.enter()
        drafts = [self.make_follow_up(entry, products=['commercial'], registered=False) for _twice in range(2)]
        drafts[0].with_user(self.clerk).action_register()
        with self.refused("is cancelled already"):
            drafts[1].with_user(self.clerk).action_register()
        wizard = self.env['insurance.ledger.follow.up'].with_user(self.clerk).create({
            'entry_id': entry.id, 'reason_id': self._get_reason('cancellation', 'SOLD_CAR').id, 'kind': 'cancellation'})
        self.assertEqual(wizard.line_ids.policy_id.product, 'compulsory')

    def test_a_draft_changes_nothing(self):
        entry = self.enter()
        draft = self.make_follow_up(entry, products=['commercial'], registered=False)
        self.assertEqual(entry.policy_ids.mapped('status'), ['valid', 'valid'])
        draft.with_user(self.clerk).unlink()
        self.assertFalse(entry.follow_up_ids)

    def test_a_wrong_row_is_taken_back_in_full(self):
        gift = self._get_reason('benefit_type', 'GIFT').id
        entry = self.enter(vehicle_tax=420, vehicle_tax_late_fee=5, business_type='r_ren', benefit_ids=[
            Command.create({'type_id': gift, 'amount': 100, 'cost': 60})])
        entry.with_user(self.finance).action_sign()
        row = self.make_follow_up(entry, reason='MISTAKE')
        rows = entry | row
        for name in ('premium_total', 'vehicle_tax_total', 'commission_total', 'discount_total', 'benefit_cost',
                     'margin',
                     'vehicle_count', 'renewal_count', 'amount_due'):
            self.assertEqual(sum(rows.mapped(name)), 0, name)
        self.assertFalse(row.has_number_missing)  # it is no endorsement of the insurer's
        self.assertTrue(entry.is_signed)

    def test_reason_with_details(self):
        entry = self.make_entry(self.prepare_policy())
        with self.refused("Write the details of the reason"):
            self.make_follow_up(entry, reason='OTHER')
        self.make_follow_up(entry, reason='OTHER', reason_note="Emigrates")

    # === ENDORSEMENTS === #

    def test_endorsement_that_raises_the_premium(self):
        entry = self.enter()
        row = self.make_follow_up(entry, 'endorsement', 'COVERAGE_UP', ['commercial'], premiums={'commercial': 500})
        self.assertRecordValues(row, [{
            'entry_type': 'endorsement', 'premium_total': 500, 'commission_total': 100, 'vehicle_count': 0,
            'renewal_count': 0, 'number': 2,
        }])
        policy = entry.policy_ids[1]
        self.assertEqual((policy.status, policy.premium_now, row.policy_ids.origin_policy_id),
                         ('endorsed', 4150, policy))
        self.assertEqual((row.policy_ids.policy_no, policy.premium), (policy.policy_no, 3650))
        self.assertEqual(self.make_follow_up(
            entry, products=['commercial'], effective_date='2026-03-01').premium_total, -4150)

    def test_endorsement_without_its_number_is_not_signed(self):
        row = self.make_follow_up(self.enter(), 'endorsement', 'PLATE', registered=False)
        row.policy_ids[0].with_user(self.clerk).endorsement_no = False
        row.with_user(self.clerk).action_register()
        self.assertTrue(row.has_number_missing)
        with self.refused("a policy number is missing"):
            row.with_user(self.finance).action_sign()
        row.policy_ids[0].with_user(self.clerk).endorsement_no = 'E1'
        row.with_user(self.finance).action_sign()
        self.assertTrue(row.is_signed)

    def test_plate_of_the_endorsement_is_the_new_one(self):
        vehicle = self.make_vehicle(license_plate=False)
        entry = self.make_entry(vehicle_id=vehicle.id)
        vehicle.license_plate = "赣A12345"
        row = self.make_follow_up(entry, 'endorsement', 'PLATE')
        self.assertEqual((entry.plate, row.plate), (False, "赣A12345"))

    # === THE DIALOG === #

    def test_dialog(self):
        entry = self.enter()
        action = self.rpc(self.clerk, entry, 'action_follow_up')
        Wizard = self.env[action['res_model']].with_user(self.clerk).with_context(**action['context'])
        with self.at('2026-11-18 10:00'), Form(Wizard) as form:
            self.assertEqual(form.kind, 'endorsement')
            form.kind = 'cancellation'
            form.reason_id = self._get_reason('cancellation', 'SOLD_CAR')
            with form.line_ids.edit(0) as line:
                line.is_included = False
            with form.line_ids.edit(1) as line:
                self.assertEqual(line.premium, -1030)
                line.endorsement_no = 'E1'
        row = self.env['insurance.ledger.entry'].browse(form.record.action_prepare()['res_id'])
        self.assertRecordValues(row.policy_ids, [{'product': 'commercial', 'premium': -1030, 'endorsement_no': 'E1'}])

    def test_nothing_ticked(self):
        wizard = self.env['insurance.ledger.follow.up'].with_user(self.clerk).create({
            'entry_id': self.enter().id, 'reason_id': self._get_reason('endorsement', 'PLATE').id})
        wizard.line_ids.is_included = False
        with self.refused("tick at least one policy"):
            wizard.action_prepare()

    def test_of_a_draft_or_a_change(self):
        draft = self.make_entry(registered=False)
        row = self.make_follow_up(self.enter(), 'endorsement', 'PLATE')
        for entry in (draft, row):
            with self.refused("only a registered policy is endorsed or cancelled"):
                self.rpc(self.clerk, entry, 'action_follow_up')

    def test_only_the_clerk(self):
        entry = self.enter(salesperson_id=self.consultant.id)
        for role in ('consultant', 'supervisor', 'finance', 'gm'):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.rpc(getattr(self, role), self.env['insurance.ledger.follow.up'], 'create', {
                    'entry_id': entry.id, 'reason_id': self._get_reason('endorsement', 'PLATE').id})

    def test_not_by_hand(self):
        """Kind and origin are the dialog's: a row typed as a cancellation has neither."""
        entry = self.enter()
        for vals in ({'origin_id': entry.id}, {'entry_type': 'cancellation'}):
            with self.subTest(**vals), self.assertRaises(AccessError):
                self.rpc(self.clerk, entry.browse(), 'create', {
                    'insurer_id': self.picc.id, 'vehicle_id': entry.vehicle_id.id, **vals})
        other = entry.create({
            'insurer_id': self.picc.id, 'vehicle_id': entry.vehicle_id.id, 'entry_type': 'cancellation',
            'reason_id': self._get_reason('cancellation', 'SOLD_CAR').id,
            'policy_ids': [Command.create(self.prepare_policy(premium=-100))]})
        with self.refused("The entry it changes is not registered"):
            other.action_register()
