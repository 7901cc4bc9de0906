from odoo.exceptions import AccessError, UserError

from .settlement_common import SettlementCase


class TestInsuranceSettlement(SettlementCase):
    """Drawing up a list: what comes on it, what does not and why, and who may do what (R32, T13)."""

    # === PROPOSAL === #

    def test_entries_of_the_period(self):
        entry = self.make_entry()
        october = self.make_entry(issue_date='2026-10-31')
        draft = self.make_entry(registered=False)
        elsewhere = self.make_entry(insurer_id=self.paic.id)
        pending = self.make_entry(self.prepare_policy(policy_no=False, application_no='A1'))
        settlement = self.make_list()
        self.assertEqual(settlement.line_ids.entry_id, entry)
        self.assertRecordValues(settlement.line_ids, [{
            'premium': 3950, 'commission': 638, 'origin': 'period', 'state': 'open', 'sequence': 1,
            'is_partial': False, 'mark': 'none', 'company_id': self.store.id, 'insurer_id': self.picc.id,
        }])
        self.assertRegex(settlement.name, r'^JSQD-202611-\d{4}$')
        grounds = {left.id: (ground, sentence) for left, ground, sentence in settlement._get_left_out()}
        self.assertEqual({key: ground for key, (ground, _text) in grounds.items()},
                         {october.id: 'basis', draft.id: 'draft', pending.id: 'number'})
        self.assertIn("issued on 10/31/2026, and the signing date decides", grounds[october.id][1])
        self.assertNotIn(elsewhere.id, grounds)

    def test_proposing_again_adds_what_is_new(self):
        self.make_entry()
        settlement = self.make_list()
        self.assertEqual(self.rpc(self.clerk, settlement, 'action_propose'), 0)
        late = self.make_entry()
        self.assertEqual(self.rpc(self.clerk, settlement, 'action_propose'), 1)
        self.assertEqual(settlement.line_ids.mapped('sequence'), [1, 2])
        self.assertEqual(settlement.line_ids[1].entry_id, late)

    def test_start_date_decides_where_the_agreement_says_so(self):
        self.env['insurance.insurer.agreement'].search(
            [('insurer_id', '=', self.picc.id), ('company_id', '=', self.store.id)]).statement_basis = 'start'
        inside = self.make_entry(self.prepare_policy(start='2026-11-30'))
        later = self.make_entry(self.prepare_policy(start='2026-12-01'))
        settlement = self.make_list()
        self.assertEqual((settlement.basis, settlement.line_ids.entry_id), ('start', inside))
        [(entry, ground, sentence)] = settlement._get_left_out()
        self.assertEqual((entry, ground), (later, 'basis'))
        self.assertIn("begins on 12/01/2026, and the start date decides", sentence)
        self.assertIn("(start date)", settlement.scope_text)

    def test_cancellations_are_negative_lines(self):
        entry = self.make_entry(self.prepare_policy(premium=3000, start='2026-12-01'))
        cancelled = self.make_follow_up(entry)
        settlement = self.make_list()
        self.assertEqual(settlement.line_ids.entry_id, entry | cancelled)
        self.assertEqual(settlement.line_ids.mapped('commission'), [600, -600])
        self.assertEqual((settlement.our_premium, settlement.our_commission), (0, 0))

    def test_non_motor_is_settled_on_a_list_of_its_own(self):
        entry = self.make_entry(self.prepare_policy(), self.prepare_policy('non_motor', 100))
        only_other = self.make_entry(self.prepare_policy('non_motor', 80))
        motor = self.make_list()
        self.assertRecordValues(motor.line_ids, [{'entry_id': entry.id, 'premium': 3000, 'is_partial': True}])
        self.assertEqual([(left, ground) for left, ground, _text in motor._get_left_out()], [(only_other, 'product')])
        other = self.make_list(with_compulsory=False, with_commercial=False, with_non_motor=True)
        self.assertEqual(other.line_ids.mapped('premium'), [100, 80])

    def test_an_entry_is_on_one_list_only(self):
        self.make_entry()
        first, second = self.make_list(), self.make_list()
        self.assertEqual((len(first.line_ids), len(second.line_ids)), (1, 0))
        [(_entry, ground, sentence)] = second._get_left_out()
        self.assertEqual((ground, sentence), ('listed', f"It stands on list {first.name}."))

    def test_what_was_left_out_is_added_by_hand(self):
        october = self.make_entry(self.prepare_policy(start='2026-11-05'), issue_date='2026-10-31')
        september = self.make_entry(self.prepare_policy(start='2026-10-01'), issue_date='2026-09-30')
        signed = self.make_entry()
        signed.with_user(self.finance).action_sign()
        settlement = self.make_list()
        self.assertFalse(settlement.line_ids)
        grounds = {entry: ground for entry, ground, _text in settlement._get_left_out()}
        self.assertEqual(grounds, {october: 'basis', september: 'earlier', signed: 'signed'})
        rows = self.env['insurance.settlement.left.out'].with_user(self.clerk).search(
            settlement.with_user(self.clerk).action_view_left_out()['domain'])
        self.assertEqual(len(rows), 3)
        rows.action_add()
        self.assertEqual(set(settlement.line_ids.mapped('origin')), {'hand'})
        self.assertEqual(settlement.line_ids.entry_id, october | september | signed)
        with self.refused("cannot be put on it"):
            settlement.with_user(self.clerk)._add_entries(signed)

    def test_zero_endorsements_are_not_settled(self):
        entry = self.make_entry(self.prepare_policy())
        self.make_follow_up(entry, 'endorsement', 'PLATE', premiums={'commercial': 0})
        settlement = self.make_list()
        self.assertEqual(settlement.line_ids.entry_id, entry)
        self.assertEqual([ground for _entry, ground, _text in settlement._get_left_out()], ['zero'])

    # === RIGHTS === #

    def test_only_the_clerk_draws_up_lists(self):
        self.make_entry()
        for role in ('finance', 'gm', 'supervisor', 'group_manager', 'consultant', 'specialist', 'administrator'):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.rpc(getattr(self, role), self.env['insurance.settlement'], 'create',
                         [{'insurer_id': self.picc.id}])
        settlement = self.make_list(propose=False)
        for role in ('finance', 'gm', 'supervisor', 'group_manager'):
            for method in ('action_propose', 'action_submit'):
                with self.subTest(role=role, method=method), self.assertRaises(AccessError):
                    self.rpc(getattr(self, role), settlement, method)
        with self.refused("The policy clerk draws up", AccessError):
            settlement.action_propose()  # the system

    def test_nothing_is_written_by_hand(self):
        self.make_entry()
        settlement = self.make_list(submit=True)
        line = settlement.line_ids
        for user in (self.clerk, self.finance, self.gm, self.administrator):
            for values in ({'state': 'signed'}, {'premium': 1}, {'settled_commission': 1},
                           {'signed_by_id': user.id}, {'accepted_reason_id': self.difference.id}):
                with self.subTest(user=user.login, values=values), self.assertRaises(AccessError):
                    self.rpc(user, line, 'write', values)
            for values in ({'state': 'closed'}, {'closed_by_id': user.id}, {'reopened_count': 0}, {'line_ids': []},
                           {'name': "X"}):
                with self.subTest(user=user.login, values=values), self.assertRaises(AccessError):
                    self.rpc(user, settlement, 'write', values)
            with self.assertRaises(AccessError):
                self.rpc(user, line.browse(), 'create', [{'settlement_id': settlement.id,
                                                          'entry_id': line.entry_id.id}])
            with self.assertRaises(AccessError):
                self.rpc(user, line, 'unlink')

    def test_scope_stays_once_there_are_lines(self):
        self.make_entry()
        settlement = self.make_list()
        with self.refused("has lines already"):
            self.rpc(self.clerk, settlement, 'write', {'date_to': '2026-11-29'})
        self.rpc(self.clerk, settlement, 'write', {'date_to': '2026-11-30', 'note': "x"})
        self.rpc(self.clerk, settlement.line_ids, 'action_take_off')
        self.rpc(self.clerk, settlement, 'write', {'date_to': '2026-11-29'})
        self.assertFalse(settlement.line_ids)

    def test_drafts_may_go_submitted_lists_stay(self):
        self.make_entry()
        draft = self.make_list()
        self.rpc(self.clerk, draft, 'unlink')
        self.assertFalse(draft.exists())
        settlement = self.make_list(submit=True)
        with self.refused("was submitted and stays"):
            self.rpc(self.clerk, settlement, 'unlink')
        with self.refused("stays on the list"):
            self.rpc(self.clerk, settlement.line_ids, 'action_take_off')
        self.rpc(self.clerk, settlement, 'action_withdraw')
        self.assertEqual(settlement.state, 'draft')
        with self.refused("was submitted and stays"):
            self.rpc(self.clerk, settlement, 'unlink')

    def test_what_cannot_be_submitted(self):
        settlement = self.make_list()
        with self.refused("has no lines"):
            self.rpc(self.clerk, settlement, 'action_submit')
        self.make_entry()
        settlement.with_user(self.clerk).action_propose()
        self.rpc(self.clerk, settlement, 'action_submit')
        self.assertEqual((settlement.state, settlement.submitted_by_id), ('submitted', self.clerk))
        with self.refused("was submitted already"):
            self.rpc(self.clerk, settlement, 'action_submit')
        with self.refused("is with finance already"):
            self.rpc(self.clerk, settlement, 'action_propose')

    def test_commission_is_for_its_readers(self):
        entry = self.make_entry()
        settlement = self.make_list(submit=True)
        self.make_statement(*entry.policy_ids, settlement=settlement)
        names = {'our_commission', 'stated_commission', 'difference', 'accepted_difference', 'settled_commission',
                 'amount_invoiced', 'amount_received', 'amount_open'}
        lines = {'commission', 'settled_commission', 'stated_commission', 'difference'}
        for role in ('clerk', 'finance', 'gm', 'group_manager', 'supervisor'):
            user = getattr(self, role)
            expected = role != 'supervisor'
            with self.subTest(role=role):
                self.assertEqual(names <= settlement.with_user(user).fields_get().keys(), expected)
                self.assertEqual(lines <= settlement.line_ids.with_user(user).fields_get().keys(), expected)
        seen = settlement.with_user(self.supervisor)
        self.assertEqual((seen.our_premium, seen.line_ids.mark), (3950, 'matches'))
        with self.assertRaises(AccessError):
            self.rpc(self.supervisor, settlement, 'read', ['our_commission'])
        for role in ('supervisor', 'finance'):
            arch = settlement.with_user(getattr(self, role)).get_view(view_type='form')['arch']
            self.assertEqual('action_view_statements' in arch, role == 'finance', role)

    def test_other_stores(self):
        self.make_entry()
        settlement = self.make_list()
        clerk = self._make_user('other_clerk', 'group_policy_clerk', self.other_store)
        for records in (settlement, settlement.line_ids):
            self.assertFalse(records.with_user(clerk).search([('id', 'in', records.ids)]))
            with self.assertRaises(AccessError):
                self.rpc(clerk, records, 'read', ['display_name'])
        with self.assertRaises(UserError):
            self.rpc(clerk, settlement, 'action_propose')
