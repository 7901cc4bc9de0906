from unittest.mock import patch

import psycopg2

from odoo import Command
from odoo.exceptions import AccessError
from odoo.sql_db import db_connect
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .statement_common import StatementCase


@tagged('post_install', '-at_install')
class TestInsuranceStatement(StatementCase):
    """What people do about a statement: who may, what is refused, what two at once read."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rate()
        cls.entry = cls.make_entry(issue_date='2026-11-03')
        cls.compulsory, cls.commercial = cls.entry.policy_ids.sorted('sequence')
        cls.reason = cls._get_reason('settlement_difference', 'RATE')

    def state(self, policy, **cells):
        return self.import_statement(self.make_stated_row(policy, **cells)).line_ids

    def state_cheaper(self):
        return self.state(self.commercial, 手续费金额=500)

    # === EXCEPTIONS === #

    def test_finance_accepts_with_a_reason(self):
        line = self.state_cheaper()
        with self.refused("choose a reason"):
            line.with_user(self.finance).action_accept(self._get_reason('cancellation', 'CUSTOMER_WISH').id)
        line.with_user(self.finance).action_accept(self.reason.id, " agreed by phone ")
        self.assertEqual((line.handling, line.handling_note, line.handled_by_id, line.is_exception),
                         ('accepted', "agreed by phone", self.finance, False))
        self.assertEqual(line.statement_id.exception_count, 0)
        with self.refused("dealt with it already"):
            line.with_user(self.finance).action_accept(self.reason.id)

    def test_clerk_does_not_accept_and_finance_does_not_correct(self):
        line = self.state_cheaper()
        with self.refused("Only finance accepts", AccessError):
            line.with_user(self.clerk).action_accept(self.reason.id)
        with self.refused("Only the policy clerk", AccessError):
            line.with_user(self.finance).action_correct(self.reason.id)
        for user in (self.gm, self.group_manager):
            with self.refused("Clerk and finance", AccessError):
                line.with_user(user).action_claim(self.reason.id)
        self.assertTrue(line.is_exception)

    def test_what_agrees_is_not_accepted(self):
        line = self.state(self.commercial)
        with self.refused("agrees"):
            line.with_user(self.finance).action_accept(self.reason.id)

    def test_accepted_is_open_again_when_the_amounts_change(self):
        line = self.state_cheaper()
        line.with_user(self.finance).action_accept(self.reason.id)
        line.statement_id.with_user(self.finance).action_match()
        self.assertEqual(line.handling, 'accepted')
        change = self.make_follow_up(self.entry, products=['commercial'], reason='MISTAKE').sudo()
        self.assertTrue(change)
        self.env['insurance.insurer.agreement'].search([('insurer_id', '=', self.picc.id)]).tolerance = 100
        line.statement_id.with_user(self.finance).action_match()
        self.assertEqual((line.result, line.handling, line.handled_by_id.id), ('tail_difference', 'none', False))

    def test_correction_is_a_row_of_its_own(self):
        line = self.state_cheaper()
        action = line.with_user(self.clerk).action_correct(self.reason.id, "Rate of the campaign")
        draft = self.env['insurance.ledger.entry'].browse(action['res_id'])
        self.assertEqual((line.handling, line.correction_entry_id, draft.state), ('correction', draft, 'draft'))
        line.statement_id.with_user(self.clerk).action_match()
        self.assertEqual(line.result, 'rate_differs')
        draft.with_user(self.clerk).action_register()
        line.statement_id.with_user(self.clerk).action_match()
        self.assertEqual((line.result, line.our_commission, line.commission_difference), ('agreed', 500, 0))
        self.assertEqual(self.commercial.commission, 566.04)
        missing = line.statement_id._get_missing(
            self.store, self.picc, line.statement_id.date_from, line.statement_id.date_to)
        self.assertEqual(missing, self.compulsory)
        with self.refused("is in the ledger"):
            line.with_user(self.finance).action_reopen()

    def test_correction_given_up_is_an_exception_again(self):
        line = self.state_cheaper()
        action = line.with_user(self.clerk).action_correct(self.reason.id, "Rate of the campaign")
        self.env['insurance.ledger.entry'].with_user(self.clerk).browse(action['res_id']).unlink()
        line.statement_id.with_user(self.clerk).action_match()
        self.assertEqual((line.handling, line.is_exception), ('none', True))

    def test_nothing_of_ours_to_correct(self):
        self.state(self.commercial)
        twice = self.state(self.commercial, 手续费金额=1)
        with self.refused("stated twice"):
            twice.with_user(self.clerk).action_correct(self.reason.id)

    def test_correcting_what_the_ledger_lacks_opens_what_is_to_be_entered(self):
        unknown = self.state(self.commercial, **{"保单号": 'PDAA999999999999', "保费(含税)": 10})
        action = unknown.with_user(self.clerk).action_correct()
        self.assertEqual((action['res_model'], action['context']['default_vehicle_id']),
                         ('insurance.ledger.entry', self.entry.vehicle_id.id))
        self.assertTrue(unknown.is_exception)
        with Form(self.env['insurance.ledger.entry'].with_user(self.clerk).with_context(action['context'])) as form:
            self.assertEqual((form.commercial_no, form.commercial_premium), ('PDAA999999999999', 0))
            form.commercial_premium = 10
        entry = self.env['insurance.ledger.entry'].browse(form.id)
        self.assertEqual((entry.policy_ids.product, entry.policy_ids.policy_no, entry.policy_ids.start_date),
                         ('commercial', 'PDAA999999999999', self.commercial.start_date))
        back = self.state(self.compulsory, **{"批单号": 'E0000000001', "保费(含税)": -950, "手续费金额": -35.85})
        action = back.with_user(self.clerk).action_correct()
        self.assertEqual(action['res_model'], 'insurance.ledger.follow.up')

    # === BY HAND === #

    def test_matched_by_hand_stays(self):
        line = self.state(self.commercial, **{"保单号": 'PDAA999999999999', "保费(含税)": 3010, "手续费金额": 567.92})
        self.assertEqual(line.result, 'not_in_ledger')
        candidates = line.with_user(self.finance).get_comparison()['candidates']
        self.assertIn(self.commercial.id, [candidate['id'] for candidate in candidates])
        line.with_user(self.finance).action_match_by_hand(self.commercial.id, self.reason.id, "same car")
        self.assertEqual((line.result, line.matched_by, line.hand_by_id), ('premium_differs', 'hand', self.finance))
        line.statement_id.with_user(self.clerk).action_match()
        self.assertEqual((line.policy_id, line.matched_by), (self.commercial, 'hand'))
        line.with_user(self.finance).action_unmatch()
        self.assertEqual((line.result, line.matched_by), ('not_in_ledger', False))

    def test_policies_that_cannot_be_the_line_s(self):
        line = self.state(self.commercial, **{"保单号": 'PDAA999999999999', "保费(含税)": 3010})
        self.state(self.commercial)
        elsewhere = self.make_entry(insurer_id=self.paic.id).policy_ids
        draft = self.make_entry(registered=False).policy_ids
        for policy, message in ((elsewhere[1], "same insurer"), (draft[1], "not registered"),
                                (self.compulsory, "another product"), (self.commercial, "states the policy already"),
                                (self.env['insurance.policy'], "same insurer")):
            with self.subTest(message=message), self.refused(message):
                line.with_user(self.finance).action_match_by_hand(policy.id, self.reason.id)

    # === THE STATEMENT === #

    def test_closing_needs_every_exception_worked(self):
        line = self.state_cheaper()
        with self.refused("1 exceptions are left"):
            line.statement_id.with_user(self.finance).action_done()
        line.with_user(self.clerk).action_claim(self.reason.id, "Asked by mail")
        with self.refused("Only finance", AccessError):
            line.statement_id.with_user(self.clerk).action_done()
        line.statement_id.with_user(self.finance).action_done()
        with self.refused("the statement is closed"):
            line.with_user(self.finance).action_reopen()
        line.statement_id.with_user(self.finance).action_reopen()
        line.with_user(self.finance).action_reopen()
        self.assertTrue(line.is_exception)

    def test_closing_compares_with_the_ledger_as_it_stands(self):
        """What agreed when it was imported may not agree any more."""
        line = self.state(self.commercial)
        self.assertEqual(line.result, 'agreed')
        self.env['insurance.ledger.entry'].with_user(self.clerk)._make_settlement_correction(
            self.commercial.with_user(self.clerk), 100, 18.87, "Corrected after a call").action_register()
        with self.refused("1 exceptions are left"):
            line.statement_id.with_user(self.finance).action_done()

    def test_closing_waits_for_a_drafted_correction(self):
        line = self.state_cheaper()
        action = line.with_user(self.clerk).action_correct(self.reason.id, "Rate of the campaign")
        draft = self.env['insurance.ledger.entry'].browse(action['res_id'])
        with self.refused(f"{line.display_name}: the correction .* is still a draft"):
            line.statement_id.with_user(self.finance).action_done()
        draft.with_user(self.clerk).action_register()
        line.statement_id.with_user(self.finance).action_done()
        self.assertEqual(line.statement_id.state, 'done')

    # === THE LEDGER MOVES ON === #

    def test_lines_follow_what_is_registered(self):
        """Without anybody opening the exceptions: a policy entered later, one that is cancelled, a correction."""
        draft = self.make_entry(self.prepare_policy(policy_no='PDAA202677000001'), registered=False)
        other = self.state(self.compulsory)
        line = self.state(draft.policy_ids, 手续费比例=0.2, 手续费金额=566.04)
        self.assertEqual((line.result, line.is_exception), ('not_in_ledger', True))
        matched_by_others = other.write_date
        draft.with_user(self.clerk).action_register()
        self.assertEqual((line.policy_id, line.result, line.is_exception), (draft.policy_ids, 'agreed', False))
        self.assertEqual(other.write_date, matched_by_others)
        self.env['insurance.ledger.entry'].with_user(self.clerk)._make_settlement_correction(
            draft.policy_ids.with_user(self.clerk), 100, 18.87, "Corrected after a call").action_register()
        self.assertEqual((line.result, line.premium_difference, line.is_exception), ('premium_differs', -100, True))

    def test_lines_follow_as_if_all_were_matched(self):
        """Only the lines concerned are compared: it ends as comparing all of them does."""
        draft = self.make_entry(self.prepare_policy(policy_no='PDAA202677000001'), registered=False)
        paid = {"手续费比例": 0.2, "手续费金额": 566.04}
        row = self.make_stated_row(draft.policy_ids, **paid)
        mistyped = self.make_stated_row(draft.policy_ids, **{**paid, "保单号": 'PDAX202677000009'})
        stranger = self.make_stated_row(draft.policy_ids, **{**paid, "车架号": self.make_vin(880001)})
        statement = self.import_statement(row, row, mistyped, stranger)
        draft.with_user(self.clerk).action_register()
        names = ('result', 'policy_id', 'matched_by', 'duplicate_of_id', 'is_exception')
        found = [tuple(line[name] for name in names) for line in statement.line_ids]
        self.assertIn('agreed', [result[0] for result in found])
        statement.with_user(self.clerk).action_match()
        self.assertEqual([tuple(line[name] for name in names) for line in statement.line_ids], found)

    def test_registering_waits_for_nobody(self):
        """While somebody imports statements of the insurer, the entry is registered and that import compares it."""
        draft = self.make_entry(self.prepare_policy(policy_no='PDAA202677000001'), registered=False)
        line = self.state(draft.policy_ids)
        with patch.object(type(line.statement_id), '_try_lock_matching', lambda *_args: False):
            draft.with_user(self.clerk).action_register()
        self.assertEqual((draft.state, line.result), ('registered', 'not_in_ledger'))

    def test_registering_without_statements_costs_one_query(self):
        entry = self.entry
        entry.fetch(['company_id', 'insurer_id', 'vehicle_id'])
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.env['insurance.statement']._match_registered(entry)

    def test_nobody_writes_or_deletes(self):
        line = self.state(self.commercial)
        for user in (self.clerk, self.finance, self.gm):
            for records, values in ((line, {'result': 'agreed', 'commission': 1}),
                                    (line.statement_id, {'state': 'done'})):
                with self.assertRaises(AccessError):
                    records.with_user(user).write(values)
                with self.assertRaises(AccessError):
                    records.with_user(user).unlink()
            with self.assertRaises(AccessError):
                self.env['insurance.statement.line'].with_user(user).create({
                    'statement_id': line.statement_id.id, 'fingerprint': 'x'})
        with self.refused("stay on record"):
            line.unlink()

    def test_others_see_no_statement_by_any_door(self):
        line = self.state(self.commercial)
        importing = line.statement_id.import_id
        for name in ('specialist', 'supervisor', 'consultant', 'hotline', 'advisor', 'leader', 'administrator',
                     'claims_clerk'):
            user = getattr(self, name)
            with self.subTest(role=name):
                for records in (line, line.statement_id):
                    self.assertFalse(records.with_user(user).has_access('read'))
                for records in (importing, importing.row_ids, importing.column_ids, importing.sheet_ids):
                    self.assertFalse(records.with_user(user).has_access('read'))
                with self.assertRaises(AccessError):
                    self.env['insurance.statement'].with_user(user).get_desk()
                with self.assertRaises(AccessError):
                    importing.with_user(user).content  # noqa: B018
        for name in ('clerk', 'finance', 'gm', 'group_manager'):
            self.assertEqual(line.with_user(getattr(self, name)).commission, 566.04)
        theirs = self._make_user('other_finance', 'group_finance', self.other_store)
        self.assertFalse(line.with_user(theirs).has_access('read'))

    def test_desk_lists_what_is_left(self):
        line = self.state_cheaper()
        self.state(self.compulsory)
        desk = self.rpc(self.finance, self.env['insurance.statement'], 'get_desk')
        self.assertEqual([(entry['id'], entry['result']) for entry in desk['queue']], [(line.id, 'rate_differs')])
        self.assertEqual(desk['rights'], {'accept': True, 'correct': False, 'work': True})
        rows = {row['label']: row for row in self.rpc(self.finance, line, 'get_comparison')['rows']}
        self.assertTrue(rows["Commission"]['differs'])
        self.assertFalse(rows["Premium"]['differs'])

    # === IMPORT === #

    def test_insurer_is_chosen(self):
        importing = self.upload_statement(self.make_stated_row(self.commercial))
        importing.insurer_id = False
        with self.refused("choose the insurer"):
            importing.action_check()

    def test_headings_are_remembered_for_the_insurer(self):
        headings = ["结算费"] + list(self.STATED)
        row = [1, *self.make_stated_row(self.commercial)]
        content = self.make_workbook([row], headings=headings, sheet="Sheet1")
        importing = self.check_statement(content=content)
        column = importing.column_ids.filtered(lambda column: column.heading == "结算费")
        column.field_id = self.env.ref('dealer_insurance.insurance_import_field_statement_remark')
        importing.action_check()
        for insurer, code in ((self.picc, 'remark'), (self.paic, False)):
            again = self.check_statement(content=content, insurer=insurer)
            column = again.column_ids.filtered(lambda column: column.heading == "结算费")
            self.assertEqual(column.field_id.code, code)

    def test_a_few_rows_once_more_are_taken_and_called_so(self):
        self.state(self.commercial)
        others = [self.make_stated_row(self.make_entry().policy_ids[:1]) for _number in range(3)]
        importing = self.check_statement(self.make_stated_row(self.commercial), *others)
        self.assertEqual((importing.new_count, importing.warned_count), (4, 1))
        self.assertIn("Stated once before", importing.problem_row_ids.message)
        self.run_import(importing)
        self.assertEqual(importing.sudo().statement_ids.line_ids.mapped('result'), ['duplicate', *['agreed'] * 3])

    def test_same_statement_with_a_row_more(self):
        rows = [self.make_stated_row(policy) for policy in self.entry.policy_ids]
        self.import_statement(*rows)
        more = self.make_stated_row(self.make_entry().policy_ids[:1])
        importing = self.run_import(self.check_statement(*rows, more))
        self.assertEqual((importing.unchanged_count, importing.done_count), (2, 1))
        self.assertEqual(importing.sudo().statement_ids.line_count, 1)

    def test_bad_rows_come_back_with_their_reason(self):
        row = self.make_stated_row(self.commercial, **{"保费(含税)": "abc"})
        empty = self.make_stated_row(self.compulsory, **{"保单号": None, "保费(含税)": None})
        importing = self.check_statement(row, empty, self.make_stated_row(self.compulsory))
        self.assertEqual((importing.rejected_count, importing.new_count), (2, 1))
        self.assertIn("abc is no number", importing.row_ids[0].message)
        self.assertIn("Neither a policy number nor a premium", importing.row_ids[1].message)

    # === TWO AT ONCE, AND WHAT DIES === #

    def test_somebody_else_is_importing(self):
        """The other one's transaction is open, in a connection of its own."""
        importing = self.check_statement(self.make_stated_row(self.commercial))
        importing.action_import()
        other = db_connect(self.env.cr.dbname).cursor()
        try:
            other.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
                          [f'insurance.statement {self.store.id} {self.picc.id}'])
            with self.refused("at this moment"):
                importing.import_batch()
        finally:
            other.close()
        self.assertEqual(self.run_import(importing).done_count, 1)

    def test_the_desk_opens_while_somebody_else_is_matching(self):
        """The other one's transaction is open: what is on file is shown."""
        line = self.state_cheaper()
        with patch.object(type(line.statement_id), '_try_lock_matching', lambda *_args: False):
            desk = self.rpc(self.finance, line.statement_id.browse(), 'get_desk')
        self.assertEqual([entry['id'] for entry in desk['queue']], line.ids)

    def test_somebody_else_was_faster(self):
        """Both checked it before either wrote: the second is run again by the server, and then leaves out all."""
        row = self.make_stated_row(self.commercial)
        first, second = self.check_statement(row), self.check_statement(row)
        self.run_import(first)
        second.action_import()
        with mute_logger('odoo.sql_db'), patch.object(type(second), '_leave_out_known'), \
                self.assertRaises(psycopg2.errors.SerializationFailure), self.env.cr.savepoint():
            second.import_batch()
        self.env.invalidate_all()
        self.run_import(second)
        self.assertEqual((second.state, second.unchanged_count, second.done_count), ('done', 1, 0))
        self.assertIn("On file already", second.row_ids.message)
        self.assertEqual(len(self.get_lines(self.commercial)), 1)

    def test_a_process_that_dies_leaves_nothing(self):
        rows = [self.make_stated_row(policy) for policy in self.entry.policy_ids]
        importing = self.check_statement(*rows)
        importing.action_import()
        Statement = type(self.env['insurance.statement'])
        with patch.object(Statement, '_match', side_effect=SystemExit), self.assertRaises(SystemExit), \
                self.env.cr.savepoint():
            importing.import_batch()
        self.env.invalidate_all()
        self.assertEqual(importing.state, 'running')
        self.assertFalse(self.env['insurance.statement'].search_count([('import_id', '=', importing.id)]))
        self.assertFalse(self.get_lines(self.commercial))
        self.assertEqual(self.run_import(importing).done_count, 2)
        self.assertEqual(self.get_lines(self.commercial).result, 'agreed')

    def test_somebody_else_works_on_the_line(self):
        line = self.state_cheaper()
        with patch.object(type(line), 'try_lock_for_update', lambda records, **_options: records.browse()), \
                self.refused("somebody else is working on it"):
            line.with_user(self.finance).action_accept(self.reason.id)
        self.assertTrue(line.is_exception)

    def test_finance_of_two_stores(self):
        """Statements of another store are neither seen nor matched with."""
        self.finance.company_ids = [Command.link(self.other_store.id)]
        line = self.state(self.commercial)
        found = self.env['insurance.statement'].with_user(self.finance).with_context(
            allowed_company_ids=self.other_store.ids).search([])
        self.assertNotIn(line.statement_id, found)
