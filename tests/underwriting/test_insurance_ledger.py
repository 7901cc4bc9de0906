from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from ..common import DealerInsuranceCase


class TestInsuranceLedger(DealerInsuranceCase):
    """The ledger opens itself for each store, insurer and year, and numbers its rows (R29, R30)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.allow_benefits()

    def test_one_ledger_for_each_insurer_and_year(self):
        first, second, other = self.make_entry(), self.make_entry(), self.make_entry(insurer_id=self.paic.id)
        last_year = self.make_entry(self.prepare_policy(start='2025-12-01'), issue_date='2025-11-30')
        self.assertEqual(first.ledger_id, second.ledger_id)
        self.assertEqual((first.ledger_id.insurer_id, first.ledger_id.year), (self.picc, 2026))
        self.assertEqual((last_year.ledger_id.insurer_id, last_year.ledger_id.year), (self.picc, 2025))
        self.assertEqual(other.ledger_id.insurer_id, self.paic)
        self.assertEqual(len(first.ledger_id | last_year.ledger_id | other.ledger_id), 3)

    def test_stores_have_ledgers_of_their_own(self):
        clerk = self._make_user('other_clerk', 'group_policy_clerk', self.other_store)
        mine = self.make_entry()
        theirs = self.make_entry(user=clerk)
        self.assertEqual(theirs.company_id, self.other_store)
        self.assertNotEqual(mine.ledger_id, theirs.ledger_id)
        self.assertFalse(self.env['insurance.ledger'].with_user(self.clerk).search([('id', '=', theirs.ledger_id.id)]))

    def test_split_by_business(self):
        whole = self.make_entry(business_type='new')
        self.store.insurance_ledger_split = True
        new, renewal = self.make_entry(business_type='new'), self.make_entry(business_type='r_ren')
        self.assertEqual(
            (whole | new | renewal).ledger_id.mapped('business'), ['all', 'new', 'renewal'])
        self.assertEqual(new.number, 1)
        self.assertIn("New cars", new.ledger_id.display_name)

    def test_numbers_without_gaps_for_two_clerks(self):
        colleague = self._make_user('clerk2', 'group_policy_clerk')
        entries = [self.make_entry(user=user) for user in (self.clerk, colleague, self.clerk, colleague)]
        self.assertEqual([entry.number for entry in entries], [1, 2, 3, 4])
        drafts = [self.make_entry(registered=False) for _draft in range(3)]
        self.assertFalse(any(draft.number or draft.ledger_id for draft in drafts))
        drafts[0].with_user(self.clerk).unlink()
        drafts[1].policy_ids.premium = 0
        with self.refused("the premium is missing"):
            drafts[1].with_user(self.clerk).action_register()
        drafts[2].with_user(colleague).action_register()
        self.assertEqual(drafts[2].number, 5)

    def test_a_pile_is_numbered_in_the_order_of_issue(self):
        late, early = self.make_entry(registered=False), self.make_entry(registered=False, issue_date='2026-11-16')
        (late | early).with_user(self.clerk).action_register()
        self.assertEqual((early.number, late.number), (1, 2))

    def test_totals_count_what_the_reader_may_see(self):
        gift = {'type_id': self._get_reason('benefit_type', 'GIFT').id, 'amount': 120}
        entry = self.make_entry(salesperson_id=self.consultant.id, vehicle_tax=420, benefit_ids=[(0, 0, gift)])
        self.make_entry()
        ledger = entry.ledger_id
        self.assertRecordValues(ledger.with_user(self.finance), [{
            'entry_count': 2, 'unsigned_count': 2, 'vehicle_count': 2, 'premium_total': 7900, 'vehicle_tax_total': 420,
            'discount_total': 120,
        }])
        entry.with_user(self.finance).action_sign()
        ledger.invalidate_recordset()
        self.assertEqual(ledger.with_user(self.finance).unsigned_count, 1)
        self.assertEqual(ledger.with_user(self.consultant).premium_total, 3950)

    def test_running_total_follows_the_numbers(self):
        entries = self.env['insurance.ledger.entry'].union(
            *(self.make_entry(self.prepare_policy(premium=premium)) for premium in (1000, 2000, 500)))
        other = self.make_entry(self.prepare_policy(premium=70), insurer_id=self.paic.id)
        draft = self.make_entry(registered=False)
        self.make_follow_up(entries[0])
        self.assertEqual(entries.mapped('premium_to_date'), [1000, 3000, 3500])
        self.assertEqual(entries.follow_up_ids.premium_to_date, 2500)
        self.assertEqual((other.premium_to_date, draft.premium_to_date), (70, 0))

    def test_nobody_opens_renumbers_or_deletes_a_ledger(self):
        ledger = self.make_entry().ledger_id
        for user in (self.clerk, self.gm, self.finance, self.supervisor):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.rpc(user, ledger.browse(), 'create', {'insurer_id': self.cpic.id, 'year': 2026})
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.rpc(user, ledger, 'write', {'last_number': 7})
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.rpc(user, ledger, 'unlink')
        with self.refused("never deleted"):
            ledger.unlink()
        self.rpc(self.clerk, ledger, 'write', {'manager_id': self.clerk.id})
        self.assertEqual(ledger.manager_id, self.clerk)

    def test_same_ledger_twice(self):
        ledger = self.make_entry().ledger_id
        with mute_logger('odoo.sql_db'), self.assertRaises(UniqueViolation):
            ledger.copy()

    def test_entries_of_a_ledger(self):
        entry = self.make_entry()
        self.make_entry(insurer_id=self.paic.id)
        action = entry.ledger_id.with_user(self.finance).action_view_entries()
        self.assertEqual(self.env['insurance.ledger.entry'].search(action['domain']), entry)

    def test_signatures_are_checked_by_finance_and_the_manager(self):
        entry = self.make_entry()
        entry.with_user(self.finance).action_sign()
        for user in (self.finance, self.gm):
            notice = self.rpc(user, entry.ledger_id, 'action_check_signatures')['params']
            self.assertEqual((notice['type'], notice['message'][:1]), ('success', '1'))
        for user in (self.clerk, self.supervisor, self.consultant):
            with self.subTest(user=user.login), self.assertRaises(UserError):
                self.rpc(user, entry.ledger_id, 'action_check_signatures')
