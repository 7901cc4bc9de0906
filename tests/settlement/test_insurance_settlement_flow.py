from unittest.mock import patch

from odoo.exceptions import AccessError, LockError, UserError
from odoo.models import BaseModel

from .settlement_common import SettlementCase


class TestInsuranceSettlementFlow(SettlementCase):
    """The check line by line, against the insurer's statement, until the list is closed (R32, T24, T32)."""

    # === SIGNING === #

    def test_lines_are_signed_one_by_one(self):
        first, second = self.make_entry(), self.make_entry()
        settlement = self.make_list(submit=True)
        self.make_statement(*first.policy_ids, *second.policy_ids, settlement=settlement)
        line, other = settlement.line_ids
        self.assertEqual(settlement.line_ids.mapped('mark'), ['matches', 'matches'])
        with self.assertRaises(ValueError):
            settlement.line_ids.with_user(self.finance).action_sign()
        self.sign_lines(line)
        self.assertRecordValues(line | other, [
            {'state': 'signed', 'signed_by_id': self.finance.id}, {'state': 'open', 'signed_by_id': False},
        ])
        self.assertEqual((first.is_signed, first.signed_by_id, second.is_signed), (True, self.finance, False))
        with self.refused("was signed by Finance already"):
            self.sign_lines(line)
        with self.refused("neither signed nor carried over"):
            self.close_list(settlement)
        self.sign_lines(other)
        self.close_list(settlement)
        self.assertRecordValues(settlement, [{
            'state': 'closed', 'closed_by_id': self.finance.id, 'settled_commission': 1276, 'difference': 0,
        }])
        self.assertEqual(settlement.statement_ids.state, 'done')

    def test_who_does_not_sign(self):
        self.make_entry()
        settlement = self.make_list()
        line = settlement.line_ids
        with self.refused("is not with finance"):
            self.sign_lines(line)
        settlement.with_user(self.clerk).action_submit()
        for role in ('clerk', 'gm', 'supervisor', 'group_manager', 'administrator', 'consultant'):
            with self.subTest(role=role), self.assertRaises(UserError):
                self.sign_lines(line, getattr(self, role))
        with self.refused("Only finance signs"):
            line.action_sign()
        other = self._make_user('other_finance', 'group_finance', self.other_store)
        with self.assertRaises(AccessError):
            self.sign_lines(line, other)

    def test_two_people(self):
        both = self._make_user('both', 'group_policy_clerk')
        both.group_ids += self.env.ref('dealer_insurance.group_finance')
        self.make_entry()
        self.make_entry(user=both)
        settlement = self.make_list()
        settlement.with_user(both).action_submit()
        for line in settlement.line_ids:
            with self.refused("another person signs"):
                self.sign_lines(line, both)
        self.sign_lines(settlement.line_ids)
        self.rpc(self.finance, settlement, 'action_settle_without_statement', "The insurer sends none")
        with self.refused("you submitted it yourself"):
            self.rpc(both, settlement, 'action_close')
        self.store.insurance_allow_self_review = True
        self.rpc(both, settlement, 'action_close')

    def test_an_entry_on_a_list_is_signed_there(self):
        entry = self.make_entry()
        settlement = self.make_list()
        settlement.with_user(self.clerk).action_submit()
        with self.refused(f"stands on {settlement.name}.*sign its line there"):
            self.rpc(self.finance, entry, 'action_sign')
        self.sign_lines(settlement.line_ids)

    def test_a_change_shows_until_it_is_signed(self):
        entry = self.make_entry()
        settlement = self.make_list(submit=True)
        entry.policy_ids[1].with_user(self.clerk).premium = 4000
        self.assertEqual(settlement.line_ids.premium, 4950)
        self.sign_lines(settlement.line_ids)
        with self.refused("is frozen"):
            entry.policy_ids[1].with_user(self.clerk).premium = 3000

    def test_the_insurer_stays_while_a_list_has_the_entry(self):
        entry = self.make_entry()
        settlement = self.make_list(submit=True)
        with self.refused(f"stands on {settlement.name}.*with its present insurer"):
            self.rpc(self.clerk, entry, 'write', {'insurer_id': self.paic.id})
        self.rpc(self.clerk, settlement.line_ids, 'action_next_list')
        self.rpc(self.clerk, entry, 'write', {'insurer_id': self.paic.id})
        self.assertFalse(self.make_list(date_from='2026-12-01', date_to='2026-12-31').line_ids)

    # === DIFFERENCES === #

    def test_what_differs_is_not_signed_without_reason(self):
        entry = self.make_entry()
        settlement = self.make_list(submit=True)
        statement = self.make_statement(*entry.policy_ids, settlement=settlement, commission=30)
        line = settlement.line_ids
        self.assertRecordValues(line, [{'mark': 'differs', 'stated_commission': 630, 'difference': -8,
                                        'premium_difference': 0, 'is_explained': False}])
        with self.refused("does not match the insurer's statement"):
            self.sign_lines(line)
        for reason, pattern in ((self._get_reason('endorsement', 'PLATE'), "choose the reason from the list"),
                                (self._get_reason('settlement_difference', 'OTHER'), "write what it is about")):
            with self.refused(pattern):
                self.rpc(self.finance, line, 'action_accept_difference', reason.id)
        for nonsense in (False, None, "x", 0, -1, {}):
            with self.refused("choose the reason from the list"):
                self.rpc(self.finance, line, 'action_accept_difference', nonsense)
        with self.assertRaises(AccessError):
            self.rpc(self.clerk, line, 'action_accept_difference', self.difference.id)
        self.rpc(self.finance, line, 'action_accept_difference', self.difference.id, "agreed by telephone")
        self.assertRecordValues(line, [{'accepted_by_id': self.finance.id, 'is_explained': True}])
        self.assertEqual(statement.exception_count, 0)
        self.assertEqual((settlement.difference, settlement.accepted_difference), (-8, -8))
        self.sign_lines(line)
        self.close_list(settlement)
        self.assertEqual((line.settled_commission, line.commission), (630, 638))

    def test_within_the_tolerance_it_matches(self):
        entry, other = self.make_entry(), self.make_entry()
        settlement = self.make_list(submit=True)
        self.make_statement(*entry.policy_ids, settlement=settlement, commission=38.05)
        self.make_statement(*other.policy_ids, settlement=settlement, commission=38.06)
        self.assertEqual(settlement.line_ids.mapped('mark'), ['matches', 'differs'])
        self.assertEqual(settlement.differing_count, 1)
        found = self.env['insurance.settlement.line'].search([('mark', '=', 'differs')])
        self.assertEqual(found, settlement.line_ids[1])

    def test_accepted_where_the_statement_is_worked(self):
        entry = self.make_entry()
        settlement = self.make_list(submit=True)
        statement = self.make_statement(*entry.policy_ids, settlement=settlement, commission=30)
        exception = statement.line_ids.filtered('is_exception')
        self.rpc(self.finance, exception, 'action_accept', self.difference.id, "agreed")
        self.assertEqual((settlement.line_ids.mark, settlement.line_ids.is_explained), ('differs', True))
        self.sign_lines(settlement.line_ids)
        self.close_list(settlement)

    def test_what_is_not_on_the_list_keeps_it_open(self):
        entry, stray = self.make_entry(), self.make_entry(
            self.prepare_policy(start='2026-10-10'), issue_date='2026-10-10')
        settlement = self.make_list(submit=True)
        self.make_statement(*entry.policy_ids, *stray.policy_ids, settlement=settlement)
        self.sign_lines(settlement.line_ids)
        with self.refused("states .*600.* for entries that are not on the list"):
            self.close_list(settlement)
        settlement.with_user(self.clerk)._add_entries(stray.with_user(self.clerk))
        self.sign_lines(settlement.line_ids[1])
        self.close_list(settlement)
        self.assertEqual(settlement.settled_commission, settlement.stated_commission)

    def test_lines_of_the_statement_must_be_dealt_with(self):
        entry = self.make_entry()
        settlement = self.make_list(submit=True)
        self.make_statement(*entry.policy_ids, settlement=settlement)
        unknown = self.make_statement(entry.policy_ids[0], settlement=settlement, policy_no='X1234567890',
                                      policy_key='X1234567890', vin=False, commission=99)
        self.assertEqual(unknown.line_ids.result, 'not_in_ledger')
        self.sign_lines(settlement.line_ids)
        with self.refused("1 lines of the insurer's statement are not dealt with"):
            self.close_list(settlement)
        self.rpc(self.finance, unknown.line_ids, 'action_accept', self.difference.id, "another store's")
        self.close_list(settlement)

    def test_without_statement_finance_says_why(self):
        self.make_entry()
        settlement = self.make_list(submit=True)
        self.sign_lines(settlement.line_ids)
        with self.refused("no statement of the insurer is attached"):
            self.close_list(settlement)
        with self.refused("say why"):
            self.rpc(self.finance, settlement, 'action_settle_without_statement', " ")
        with self.assertRaises(AccessError):
            self.rpc(self.clerk, settlement, 'action_settle_without_statement', "They send none")
        self.rpc(self.finance, settlement, 'action_settle_without_statement', "They send none")
        self.close_list(settlement)
        self.assertEqual(settlement.settled_commission, 638)

    def test_the_statement_of_a_closed_list_stays(self):
        entry = self.make_entry()
        settlement = self.make_list(submit=True)
        statement = self.make_statement(*entry.policy_ids, settlement=settlement)
        self.sign_lines(settlement.line_ids)
        self.close_list(settlement)
        with self.refused("the general manager reopens that first"):
            self.rpc(self.finance, statement, 'action_reopen')
        with self.refused("which is closed"):
            self.rpc(self.finance, statement, 'action_detach')

    def test_a_list_is_drawn_up_from_the_statement(self):
        stray = self.make_entry(self.prepare_policy(start='2026-09-10'), issue_date='2026-09-10')
        entry = self.make_entry()
        statement = self.make_statement(*stray.policy_ids, *entry.policy_ids)
        with self.assertRaises(AccessError):
            self.rpc(self.finance, statement, 'action_make_settlement')
        action = self.rpc(self.clerk, statement, 'action_make_settlement')
        settlement = self.env['insurance.settlement'].browse(action['res_id'])
        self.assertEqual((settlement.statement_ids, settlement.date_from.month), (statement, 11))
        self.assertRecordValues(settlement.line_ids, [{'entry_id': stray.id, 'origin': 'statement', 'mark': 'matches'},
                                                      {'entry_id': entry.id, 'origin': 'statement', 'mark': 'matches'}])
        self.rpc(self.finance, statement, 'action_detach')
        self.rpc(self.clerk, settlement, 'action_attach_statements')
        self.assertEqual(settlement.vendor_numbers, 'JS-1')
        with self.refused("no statement of the insurer for these days waits"):
            self.rpc(self.clerk, settlement, 'action_attach_statements')

    # === TWO PEOPLE AT ONCE === #

    def test_while_a_colleague_is_at_it(self):
        self.make_entry()
        settlement = self.make_list(submit=True)
        line = settlement.line_ids
        for records, method, arguments in (
                (line, 'action_sign', ()), (line, 'action_return', (self.difference.id,)),
                (line, 'action_next_list', ()), (settlement, 'action_close', ())):
            held = patch.object(BaseModel, 'lock_for_update', side_effect=LockError("held"))
            with self.subTest(method=method), held, self.refused("a colleague is .*Look again in a few seconds"):
                self.rpc(self.finance, records, method, *arguments)
        self.assertEqual(line.state, 'open')

    # === RETURNED, CARRIED OVER, IN PART === #

    def test_returned_and_given_back(self):
        self.make_entry()
        settlement = self.make_list(submit=True)
        line = settlement.line_ids
        with self.assertRaises(AccessError):
            self.rpc(self.clerk, line, 'action_return', self.difference.id)
        self.rpc(self.finance, line, 'action_return', self.difference.id, "rate of renewals")
        self.assertRecordValues(line, [{'state': 'returned', 'returned_reason_id': self.difference.id,
                                        'returned_by_id': self.finance.id}])
        self.assertEqual(settlement.activity_ids.user_id, self.clerk)
        with self.refused("with the clerk to be corrected"):
            self.sign_lines(line)
        with self.assertRaises(AccessError):
            self.rpc(self.finance, line, 'action_resubmit')
        self.rpc(self.clerk, line, 'action_resubmit')
        self.sign_lines(line)
        self.assertEqual(line.returned_note, "rate of renewals")

    def test_carried_over_to_the_next_list(self):
        entry, other = self.make_entry(), self.make_entry()
        settlement = self.make_list(submit=True)
        self.make_statement(*entry.policy_ids, settlement=settlement)
        line, missing = settlement.line_ids
        self.assertEqual(missing.mark, 'missing')
        with self.refused("left It out"):
            self.sign_lines(missing)
        self.rpc(self.finance, missing, 'action_next_list')
        self.sign_lines(line)
        self.close_list(settlement)
        self.assertEqual((settlement.settled_commission, settlement.our_commission), (638, 638))
        december = self.make_list(date_from='2026-12-01', date_to='2026-12-31', submit=True)
        self.assertRecordValues(december.line_ids, [{
            'entry_id': other.id, 'origin': 'carried', 'carried_from_id': missing.id, 'commission': 638,
        }])
        self.sign_lines(december.line_ids)
        with self.refused("was signed by Finance already"):
            self.rpc(self.finance, december.line_ids, 'action_next_list')

    def test_signed_before_the_statement_came(self):
        entry = self.make_entry()
        settlement = self.make_list(submit=True)
        self.sign_lines(settlement.line_ids)
        other = self.make_entry()
        settlement.with_user(self.clerk)._add_entries(other.with_user(self.clerk))
        self.make_statement(*other.policy_ids, settlement=settlement)
        self.sign_lines(settlement.line_ids[1])
        with self.refused("1 lines do not match the statement"):
            self.close_list(settlement)
        self.rpc(self.finance, settlement.line_ids[0], 'action_next_list')
        self.close_list(settlement)
        december = self.make_list(date_from='2026-12-01', date_to='2026-12-31', submit=True)
        self.assertEqual(december.line_ids.entry_id, entry)
        self.sign_lines(december.line_ids)  # the entry is frozen already, the line is signed by itself
        self.assertEqual(december.line_ids.state, 'signed')

    def test_settled_in_part(self):
        entry = self.make_entry()
        compulsory, commercial = entry.policy_ids
        settlement = self.make_list(submit=True)
        self.make_statement(compulsory, settlement=settlement)
        line = settlement.line_ids
        self.assertEqual(line.mark, 'differs')
        self.rpc(self.finance, line, 'action_settle_stated')
        self.assertRecordValues(settlement.line_ids, [
            {'state': 'open', 'commission': 38, 'is_partial': True, 'mark': 'matches'},
            {'state': 'carried', 'commission': 600, 'is_partial': True, 'mark': 'missing'},
        ])
        self.sign_lines(line)
        self.close_list(settlement)
        december = self.make_list(date_from='2026-12-01', date_to='2026-12-31', submit=True)
        self.assertRecordValues(december.line_ids, [{'entry_id': entry.id, 'commission': 600, 'origin': 'carried'}])
        self.make_statement(commercial, settlement=december)
        self.sign_lines(december.line_ids)
        self.close_list(december)
        self.assertEqual(settlement.settled_commission + december.settled_commission, 638)

    # === CORRECTIONS === #

    def test_a_wrong_rate_is_corrected_by_a_row_of_its_own(self):
        entry = self.make_entry()
        policy = entry.policy_ids[1]
        settlement = self.make_list(submit=True)
        statement = self.make_statement(policy, entry.policy_ids[0], settlement=settlement, commission=540)
        exception = statement.line_ids.filtered('is_exception')
        with self.assertRaises(AccessError):
            self.rpc(self.finance, exception, 'action_correct', self.difference.id, "18 % for renewals")
        self.rpc(self.clerk, exception, 'action_correct', self.difference.id, "18 % for renewals")
        draft = exception.correction_entry_id
        self.assertRecordValues(draft, [{'state': 'draft', 'entry_type': 'endorsement', 'origin_id': entry.id,
                                         'premium_total': 0, 'commission_total': -60}])
        self.assertFalse(draft.has_number_missing)
        with self.refused("waiting to be registered already"):
            policy.entry_id.with_user(self.clerk)._make_settlement_correction(policy, 0, -60, "once more")
        self.rpc(self.clerk, draft, 'action_register')
        self.assertEqual(policy.status, 'valid')
        correction = settlement.line_ids - settlement.line_ids[0]
        self.assertRecordValues(correction, [{'entry_id': draft.id, 'origin': 'correction', 'commission': -60,
                                              'mark': 'matches'}])
        self.assertRecordValues(settlement.line_ids[0], [{'mark': 'matches', 'difference': 0, 'commission': 638}])
        self.sign_lines(settlement.line_ids)
        self.assertTrue(draft.is_signed)
        self.close_list(settlement)
        self.assertRecordValues(settlement, [{'difference': 0, 'settled_commission': 578, 'our_commission': 578}])
        self.assertFalse(entry.signature_id._get_deviations())

    def test_a_correction_carries_the_rate_of_the_premium(self):
        entry = self.make_entry(self.prepare_policy())
        draft = entry.with_user(self.clerk)._make_settlement_correction(entry.policy_ids, 100, 15, "premium and rate")
        self.assertEqual((draft.premium_total, draft.sudo().commission_total), (100, 15))
        self.assertEqual(draft.sudo().policy_ids.commission_correction, -5)
        draft.action_register()
        self.assertEqual(draft.sudo().commission_total, 15)

    def test_what_is_not_corrected(self):
        entry = self.make_entry(self.prepare_policy())
        policy = entry.policy_ids
        for amounts, note, pattern in (((0, 0), "nothing at all", "nothing differs"), ((0, 5), "x", "say what"),
                                       ((0, 0.004), "a trifle", "nothing differs")):
            with self.refused(pattern):
                entry.with_user(self.clerk)._make_settlement_correction(policy, *amounts, note)
        for role in ('finance', 'gm', 'supervisor', 'specialist'):
            with self.subTest(role=role), self.assertRaises(AccessError):
                entry.with_user(getattr(self, role))._make_settlement_correction(policy, 0, 5, "by another")
        for user in (self.clerk, self.finance, self.administrator):
            with self.assertRaises(AccessError):
                self.rpc(user, policy, 'write', {'commission_correction': 5})

    # === REOPENING === #

    def test_reopening_is_the_general_managers_and_shows(self):
        self.make_entry()
        settlement = self.make_list(submit=True)
        self.sign_lines(settlement.line_ids)
        self.rpc(self.finance, settlement, 'action_settle_without_statement', "They send none")
        self.close_list(settlement)
        entry = settlement.line_ids.entry_id
        with self.refused("closed: reopen that list first"):
            self.rpc(self.gm, entry, 'action_unsign', "wrong premium")
        for role in ('clerk', 'finance', 'supervisor', 'group_manager'):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.rpc(getattr(self, role), settlement, 'action_reopen', "wrong premium")
        with self.refused("say why"):
            self.rpc(self.gm, settlement, 'action_reopen', "")
        self.rpc(self.gm, settlement, 'action_reopen', "wrong premium")
        self.assertRecordValues(settlement, [{'state': 'submitted', 'reopened_count': 1, 'closed_by_id': False}])
        self.assertIn("Reopened: wrong premium", settlement.message_ids[0].body)
        self.rpc(self.gm, entry, 'action_unsign', "wrong premium")
        self.assertRecordValues(settlement.line_ids, [{'state': 'open', 'signed_by_id': False}])
        self.sign_lines(settlement.line_ids)
        self.close_list(settlement)
