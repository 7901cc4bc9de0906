from odoo import Command
from odoo.exceptions import AccessError, ValidationError

from ..common import DealerInsuranceCase


class TestInsuranceLedgerRefusals(DealerInsuranceCase):
    """What a clerk could type or send past the screens, and what the ledger says to it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.entry = cls.make_entry(vehicle_tax=360)
        cls.compulsory, cls.commercial = cls.entry.policy_ids

    def write(self, records, user=None, **vals):
        return self.rpc(user or self.clerk, records, 'write', vals)

    def draft(self, *policies, **vals):
        return self.make_entry(*policies, registered=False, **vals)

    def cancel(self, **options):
        return self.make_follow_up(self.entry, products=['commercial'], **options)

    # === GUARDED === #

    def test_kind_and_proposal_are_not_typed(self):
        draft = self.draft()
        for vals in ({'entry_type': 'cancellation'}, {'proposal_id': 1}, {'proposal_plan_id': 1}):
            with self.subTest(**vals):
                with self.assertRaises(AccessError):
                    self.write(draft, **vals)
                with self.assertRaises(AccessError):
                    self.rpc(self.clerk, draft.browse(), 'create', [{
                        'insurer_id': self.picc.id, 'vehicle_id': draft.vehicle_id.id, **vals}])

    def test_parts_stay_in_their_row(self):
        draft = self.draft(self.prepare_policy('non_motor', 50))
        with self.refused("stays there"):
            self.write(self.commercial, entry_id=draft.id)
        with self.refused("stays there"):
            self.write(draft, policy_ids=[Command.link(self.commercial.id)])
        self.allow_benefits()
        self.write(self.entry, benefit_ids=[Command.create(
            {'type_id': self._get_reason('benefit_type', 'GIFT').id, 'amount': 10})])
        with self.refused("stays there"):
            self.write(self.entry.benefit_ids, entry_id=draft.id)
        self.assertEqual(self.entry.premium_total, 3950)

    # === TYPED WRONGLY === #

    def test_day_of_issue(self):
        with self.refused("enter the day of issue"):
            self.write(self.entry, issue_date=False)
        draft = self.draft()
        self.write(draft, issue_date='1926-11-18')
        with self.refused("look at the year"):
            self.rpc(self.clerk, draft, 'action_register')

    def test_period(self):
        for values in ({'commercial_start': '1926-11-20', 'commercial_end': '1927-11-19'},
                       {'commercial_end': '2126-11-19'}):
            draft = self.draft()
            with self.subTest(**values), self.refused("start or end is mistyped"):
                self.write(draft, **values)
                self.rpc(self.clerk, draft, 'action_register')
        self.write(draft, commercial_start='9999-06-01')
        self.assertEqual(str(draft.commercial_end), '9999-06-01')

    def test_amounts(self):
        for values in ({'commercial_premium': 1e30}, {'third_party_limit': -5}, {'third_party_limit': 1e12}):
            with self.subTest(**values), self.refused("is mistyped", ValidationError):
                self.write(self.draft(), **values)

    def test_choices_are_from_their_lists(self):
        wrong = self._get_reason('endorsement', 'PLATE') or self._get_reason('cancellation', 'CUSTOMER_WISH')
        for values in ({'channel_id': wrong.id}, {'delivery_id': wrong.id},
                       {'insurer_id': self.entry.owner_id.id}):
            with self.subTest(**values), self.refused("choose from the list", ValidationError):
                self.write(self.draft(), **values)
        with self.refused("no kind of benefit", ValidationError):
            self.write(self.entry, benefit_ids=[Command.create({'type_id': wrong.id, 'amount': 10})])

    def test_salesperson_is_of_the_store(self):
        refusal = f"does not belong to the store {self.store.name}"
        with self.refused(refusal, ValidationError):
            self.write(self.entry, salesperson_id=self.other_specialist.id)
        with self.refused(refusal, ValidationError):
            self.draft(salesperson_id=self.other_specialist.id)
        self.write(self.entry, salesperson_id=self.specialist.id)
        self.specialist.write({'company_id': self.other_store.id, 'company_ids': [Command.set(self.other_store.ids)]})
        self.assertEqual(self.cancel().salesperson_id, self.specialist)  # who sold it stays
        sold = self.entry.browse(self.rpc(self.clerk, self.entry, 'action_renew')['res_id'])
        self.assertFalse(sold.salesperson_id)
        with self.refused(refusal, ValidationError):
            self.write(sold, salesperson_id=self.specialist.id)

    def test_payer_without_an_applicant(self):
        draft = self.draft()
        self.write(draft, applicant_id=False)
        with self.refused("Say why", ValidationError):
            self.write(draft, payment_line_ids=[Command.create({
                'payer_id': self.make_owner().id, 'amount': 10, 'method': 'wechat', 'paid_on': '2026-11-18'})])

    # === ENDORSEMENTS AND CANCELLATIONS === #

    def test_two_cancellations_at_once(self):
        drafts = self.cancel(registered=False) | self.cancel(registered=False)
        with self.refused("is cancelled already"):
            self.rpc(self.clerk, drafts, 'action_register')

    def test_no_change_of_a_change(self):
        change = self.make_follow_up(self.entry, 'endorsement', 'COVERAGE_UP', ['commercial'],
                                     premiums={'commercial': 100})
        with self.refused("change the entry of the policy instead"):
            self.make_follow_up(change, products=['commercial'])

    def test_change_stays_with_car_and_insurer(self):
        for values in ({'vehicle_id': self.make_vehicle().id}, {'insurer_id': self.paic.id}):
            draft = self.cancel(registered=False)
            with self.subTest(**values), self.refused("its vehicle stay|not those of the entry"):
                self.write(draft, **values)
                self.rpc(self.clerk, draft, 'action_register')
        cancellation = self.cancel()
        for entry in (cancellation, self.entry):
            with self.refused("its vehicle stay"):
                self.write(entry, vehicle_id=self.make_vehicle().id)

    def test_reason_stays(self):
        cancellation = self.cancel()
        with self.refused("reason is missing"):
            self.write(cancellation, reason_id=False)
        with self.refused("none for such a change"):
            self.write(cancellation, reason_id=self._get_reason('renewal_lost', 'PRICE').id)

    def test_origin_is_not_lowered_below_what_was_taken_back(self):
        self.cancel(premiums={'commercial': -2000})
        with self.refused("more is taken back than was paid"):
            self.write(self.entry, commercial_premium=1999)
        with self.refused("the policy it changes is missing"):
            self.write(self.commercial, product='non_motor')
        self.write(self.entry, commercial_premium=2000)

    def test_vehicle_tax(self):
        for tax, words in ((-361, "More vehicle tax"), (5, "collects no vehicle tax")):
            draft = self.cancel(registered=False)
            self.write(draft, vehicle_tax=tax)
            with self.subTest(tax=tax), self.refused(words):
                self.rpc(self.clerk, draft, 'action_register')

    def test_benefits_are_not_slipped_in_with_a_change(self):
        draft = self.cancel(registered=False)
        self.write(draft, benefit_ids=[Command.create(
            {'type_id': self._get_reason('benefit_type', 'GIFT').id, 'amount': 500})])
        with self.refused("benefits need approval"):
            self.rpc(self.clerk, draft, 'action_register')
        self.write(draft.benefit_ids, amount=-500, cost=-500)
        self.rpc(self.clerk, draft, 'action_register')
        self.assertEqual(draft.discount_total, -500)

    def test_nobody_else_writes(self):
        for user in (self.finance, self.supervisor, self.gm, self.specialist, self.consultant):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.write(self.entry, user, remark="x")
