from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..common import DealerInsuranceCase


@tagged('post_install', '-at_install')
class TestRenewalLedger(DealerInsuranceCase):
    """The ledger proves that a case is won, and takes it back when the policy is cancelled (K3, T7)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = cls.make_case(cls.specialist, expiry='2026-11-30')

    def enter(self, vehicle=None, start='2026-12-01', number='PDAA1', **vals):
        """Enter and register a commercial policy as the clerk."""
        entry = self.env['insurance.ledger.entry'].with_user(self.clerk).create({
            'company_id': self.store.id, 'insurer_id': self.picc.id,
            'vehicle_id': (vehicle or self.case.vehicle_id).id, 'issue_date': '2026-11-18',
            'business_type': 'r_ren', 'commercial_no': number, 'commercial_start': start,
            'commercial_premium': 3200, **vals,
        })
        entry.action_register()
        return entry

    def cancel(self, entry, reason='SOLD_CAR'):
        wizard = self.env['insurance.ledger.follow.up'].with_user(self.clerk).create({
            'entry_id': entry.id, 'kind': 'cancellation', 'effective_date': '2026-12-01',
            'reason_id': self._get_reason('cancellation', reason).id,
        })
        draft = self.env['insurance.ledger.entry'].with_user(self.clerk).browse(wizard.action_prepare()['res_id'])
        draft.action_register()
        return draft

    def test_registering_wins_the_case(self):
        entry = self.enter()
        self.assertRecordValues(self.case, [{
            'state': 'won', 'won_entry_id': entry.id, 'won_insurer_id': self.picc.id, 'entry_count': 1,
        }])
        self.assertEqual(str(self.case.closed_on), '2026-11-18')
        self.assertEqual(entry.sudo().renewal_id, self.case)
        self.assertFalse(self.case.next_contact_date)

    def test_case_won_by_contact_keeps_its_contact(self):
        contact = self.make_won(self.case)
        self.enter()
        self.assertEqual(self.case.won_contact_id, contact)
        self.assertTrue(self.case.won_entry_id)

    def test_lost_case_that_comes_back_is_won(self):
        """T28: the final state wins."""
        self.make_lost(self.case)
        self.enter()
        self.assertEqual(self.case.state, 'won')
        self.assertFalse(self.case.lost_reason_id)

    def test_expiry_too_far_away_is_another_renewal(self):
        self.enter(start='2027-03-15')
        self.assertEqual(self.case.state, 'new')

    def test_other_car_and_other_store_do_not_win(self):
        self.enter(vehicle=self.make_vehicle())
        elsewhere = self.make_case(self.other_specialist, vehicle_id=self.case.vehicle_id.id, expiry='2026-11-30')
        self.enter(number='PDAA2')
        self.assertEqual(elsewhere.state, 'new')

    def test_draft_wins_nothing(self):
        self.env['insurance.ledger.entry'].with_user(self.clerk).create({
            'insurer_id': self.picc.id, 'vehicle_id': self.case.vehicle_id.id, 'commercial_start': '2026-12-01',
            'commercial_premium': 3200,
        })
        self.assertEqual(self.case.state, 'new')

    def test_cancellation_opens_the_case_again(self):
        entry = self.enter()
        self.assertEqual(entry.renewal_count, 1)
        draft = self.cancel(entry)
        self.assertEqual((draft.vehicle_count, draft.renewal_count), (-1, -1))
        self.assertEqual((self.case.state, self.case.won_entry_id.id, self.case.closed_on), ('following', False, False))

    def test_cancelled_and_written_anew_stays_won(self):
        first = self.enter()
        second = self.enter(number='PDAA9', insurer_id=self.paic.id)
        self.cancel(first, 'INSURER_CHANGE')
        self.assertEqual((self.case.state, self.case.won_entry_id), ('won', second))
        self.assertEqual(self.case.won_insurer_id, self.paic)

    def test_cancelling_the_commercial_policy_alone_keeps_the_case(self):
        entry = self.enter(compulsory_no='PDZA1', compulsory_start='2026-12-01', compulsory_premium=950)
        wizard = self.env['insurance.ledger.follow.up'].with_user(self.clerk).create({
            'entry_id': entry.id, 'kind': 'cancellation',
            'reason_id': self._get_reason('cancellation', 'INSURER_CHANGE').id,
        })
        wizard.line_ids.filtered(lambda line: line.policy_id.product == 'compulsory').is_included = False
        draft = self.env['insurance.ledger.entry'].with_user(self.clerk).browse(wizard.action_prepare()['res_id'])
        draft.action_register()
        self.assertEqual((draft.vehicle_count, self.case.state), (0, 'won'))

    def test_link_is_not_chosen_by_hand(self):
        entry = self.enter(vehicle=self.make_vehicle())
        with self.assertRaises(AccessError):
            self.rpc(self.clerk, entry, 'write', {'renewal_id': self.case.id})
        with self.assertRaises(AccessError):
            self.rpc(self.specialist, self.case, 'write', {'won_entry_id': entry.id})
        with self.refused("press Won"):
            self.rpc(self.specialist, self.case, 'write', {'state': 'won'})

    def test_case_makes_a_prospect(self):
        """Never insured here, but the renewal desk has a case: 潜转续, not 首次."""
        self.case.vehicle_id.is_bought_here = False
        entry = self.env['insurance.ledger.entry'].with_user(self.clerk).create({
            'insurer_id': self.picc.id, 'vehicle_id': self.case.vehicle_id.id,
            'policy_ids': [Command.create({'product': 'commercial', 'premium': 1, 'start_date': '2026-12-01'})],
        })
        self.assertEqual(entry.business_type, 'r_pot')

    def test_clerk_enters_the_policy_of_a_won_case(self):
        self.case.compulsory_expiry = '2026-12-05'
        self.make_won(self.case)
        action = self.case.with_user(self.clerk).action_enter_policy()
        entry = self.env['insurance.ledger.entry'].with_user(self.clerk).browse(action['res_id'])
        self.assertEqual((entry.insurer_id, entry.vehicle_id), (self.picc, self.case.vehicle_id))
        self.assertEqual(
            {policy.product: str(policy.start_date) for policy in entry.policy_ids},
            {'compulsory': '2026-12-06', 'commercial': '2026-12-01'},
        )
        with self.assertRaises(AccessError):
            self.case.with_user(self.specialist).action_enter_policy()

    def test_entry_of_a_case_starts_from_last_year(self):
        last = self.enter(start='2025-12-01', number='PDAA0', issue_date='2025-11-28', third_party_limit=2000000)
        self.make_won(self.case)
        action = self.case.with_user(self.clerk).action_enter_policy()
        policy = self.env['insurance.policy'].search([('entry_id', '=', action['res_id'])])
        self.assertEqual((str(policy.start_date), policy.third_party_limit), ('2026-12-01', 2000000))
        self.assertEqual(policy.entry_id.previous_entry_id, last)
