from odoo import Command
from odoo.exceptions import AccessError, UserError

from ..common import DealerInsuranceCase


class TestInsuranceCustomerPayment(DealerInsuranceCase):
    """One payment for several cars, several for one (T3); premiums are paid in the applicant's name (domain 5.9)."""

    def pay(self, amount, parts, payer=None, user=None, **vals):
        """Enter a payment as the clerk; `parts` is `{entry: amount}`."""
        payer = payer or next(iter(parts)).applicant_id
        return self.env['insurance.customer.payment'].with_user(user or self.clerk).create({
            'payer_id': payer.id, 'amount': amount,
            'line_ids': [Command.create({'entry_id': entry.id, 'amount': part}) for entry, part in parts.items()],
            **vals,
        }).sudo()

    def make_fleet(self, count=2):
        owner = self.make_owner()
        return [self.make_entry(vehicle_id=self.make_vehicle(owner_id=owner.id).id) for _car in range(count)]

    def test_one_payment_for_two_cars(self):
        first, second = self.make_fleet()
        payment = self.pay(7900, {first: 3950, second: 3950})
        self.assertEqual((first.amount_received, second.amount_received, payment.unallocated), (3950, 3950, 0))
        self.assertEqual(payment.cashier_id, self.clerk)

    def test_instalments(self):
        [entry] = self.make_fleet(1)
        self.pay(1000, {entry: 1000})
        rest = self.pay(4000, {entry: 2950})
        self.assertEqual((entry.amount_received, rest.unallocated), (3950, 1050))

    def test_no_more_than_was_received(self):
        first, second = self.make_fleet()
        with self.refused("7,900.00.* is allocated, but only .*7,899.99"):
            self.pay(7899.99, {first: 3950, second: 3950})
        payment = self.pay(7900, {first: 3950})
        with self.refused("is allocated, but only"):
            payment.line_ids.with_user(self.clerk).create({
                'payment_id': payment.id, 'entry_id': second.id, 'amount': 3950.01})
        with self.refused("is allocated, but only"):
            payment.with_user(self.clerk).amount = 3949
        with self.refused("is allocated, but only"):
            self.pay(100, {first: -100})

    def test_money_paid_back(self):
        [entry] = self.make_fleet(1)
        self.pay(3950, {entry: 3950})
        cancellation = self.make_follow_up(entry, reason='MISTAKE')
        self.pay(-3950, {cancellation: -3950})
        self.assertEqual((cancellation.amount_due, cancellation.amount_received), (-3950, -3950))
        with self.refused("is allocated, but only"):
            self.pay(-10, {cancellation: -11})

    def test_nothing_paid(self):
        [entry] = self.make_fleet(1)
        for parts in ({}, {entry: 0}):
            with self.refused("Payment of .*: enter the amount that was paid"):
                self.pay(0, parts, entry.applicant_id)
        with self.refused("enter the amount that was paid"):
            self.make_entry(payment_line_ids=[Command.create({'amount': 0})])
        payment = self.pay(3950, {entry: 3950})
        with self.refused("enter the amount that was paid"):
            payment.line_ids.with_user(self.clerk).amount = 0

    # === FROM THE ENTRY === #

    def test_entered_below_the_entry(self):
        entry = self.make_entry(payment_line_ids=[Command.create({'amount': 3950, 'method': 'card',
                                                                  'reference': "T1"})])
        payment = entry.payment_line_ids.payment_id
        self.assertRecordValues(payment, [{
            'payer_id': entry.applicant_id.id, 'amount': 3950, 'method': 'card', 'reference': "T1",
            'company_id': self.store.id, 'unallocated': 0,
        }])
        line = entry.payment_line_ids.with_user(self.clerk)
        for amount in (4000, 100, 3950):
            line.amount = amount
            self.assertEqual((payment.amount, entry.amount_received), (amount, amount))
        line.reference = "T2"
        self.assertEqual(payment.reference, "T2")

    def test_a_part_does_not_change_what_was_received(self):
        first, second = self.make_fleet()
        payment = self.pay(7900, {first: 3000})
        payment.line_ids.with_user(self.clerk).amount = 3950
        self.assertEqual((payment.amount, payment.unallocated), (7900, 3950))
        shared = self.pay(7900, {first: 3950, second: 3950})
        shared.line_ids[0].with_user(self.clerk).amount = 3000
        self.assertEqual(shared.amount, 7900)

    # === REAL NAME === #

    def test_somebody_else_pays(self):
        [entry] = self.make_fleet(1)
        stranger = self.make_owner()
        with self.refused(f"{stranger.name} pays for the applicant {entry.applicant_id.name}. Say why"):
            self.pay(3950, {entry: 3950}, stranger)
        family = self._get_reason('payment_exception', 'FAMILY')
        self.assertEqual(self.pay(3950, {entry: 3950}, stranger, payer_exception_id=family.id).payer_id, stranger)

    def test_another_reason_is_explained(self):
        [entry] = self.make_fleet(1)
        other = self._get_reason('payment_exception', 'OTHER')
        with self.refused("explain why the applicant does not pay"):
            self.pay(3950, {entry: 3950}, self.make_owner(), payer_exception_id=other.id)
        self.pay(3950, {entry: 3950}, self.make_owner(), payer_exception_id=other.id, payer_note="Employer pays")
        with self.refused("explain why the applicant does not pay"):
            self.make_entry(payment_line_ids=[Command.create({
                'amount': 1, 'payer_id': self.make_owner().id, 'payer_exception_id': other.id})])

    def test_payer_or_applicant_changed_afterwards(self):
        [entry] = self.make_fleet(1)
        payment = self.pay(3950, {entry: 3950})
        with self.refused("Say why"):
            payment.with_user(self.clerk).payer_id = self.make_owner()
        with self.refused("Say why"):
            entry.with_user(self.clerk).applicant_id = self.make_owner()

    # === WHAT STAYS === #

    def test_payments_of_registered_entries_stay(self):
        entry = self.make_entry(payment_line_ids=[Command.create({'amount': 3950})])
        line = entry.payment_line_ids
        for record in (line, line.payment_id):
            with self.subTest(model=record._name), self.refused("repayment with a negative amount"):
                self.rpc(self.clerk, record, 'unlink')
        draft = self.make_entry(registered=False, payment_line_ids=[Command.create({'amount': 10})])
        self.rpc(self.clerk, draft.payment_line_ids.payment_id, 'unlink')
        self.assertFalse(draft.payment_line_ids)

    def test_stores_do_not_mix(self):
        clerk = self._make_user('other_clerk', 'group_policy_clerk', self.other_store)
        theirs = self.make_entry(user=clerk)
        for user in (self.env.user, self.clerk):
            with self.assertRaises(UserError) as caught:
                self.pay(3950, {theirs: 3950}, user=user)
            self.assertIn("belongs to another store", str(caught.exception))
            self.assertNotIn(theirs.plate, str(caught.exception))

    def test_finance_receives_money_too(self):
        [entry] = self.make_fleet(1)
        payment = self.pay(3950, {entry: 3950}, user=self.finance)
        self.assertEqual((payment.cashier_id, entry.amount_received), (self.finance, 3950))
        entry.with_user(self.finance).action_sign()
        for role in ('supervisor', 'gm', 'consultant', 'specialist'):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.pay(10, {entry: 10}, user=getattr(self, role))
