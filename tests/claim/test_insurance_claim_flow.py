from odoo import Command
from odoo.exceptions import AccessError, UserError

from .claim_common import ClaimCase


class TestInsuranceClaimFlow(ClaimCase):
    """Stages by one gate: none is skipped, and a refusal lists what is missing (R53, R54, R57)."""

    def test_way_of_a_claim(self):
        claim = self.make_claim()
        self.assertRegex(claim.name, r'^LPTZ-202611-\d{4}$')
        self.assertEqual((claim.state, claim.advisor_id, claim.plate),
                         ('draft', self.advisor, self.vehicle.license_plate))
        self.assertEqual(claim.policy_ids.mapped('product'), ['commercial', 'compulsory'])
        self.assertEqual((claim.insurer_id, claim.is_insured_here, claim.arrival), (self.picc, True, 'walk_in'))
        claim.action_dispatch()
        self.assertEqual((claim.state, claim.entered_by_id, claim.is_late), ('dispatched', self.advisor, False))
        claim.write({'assessment_ids': [Command.create({'labour': 400, 'parts': 600})]})
        claim.action_repaired()
        self.assertEqual((claim.state, str(claim.repaired_on), claim.assessed_amount), ('repaired', '2026-11-18', 1000))
        self.compose(claim, ('own_commercial', 900), ('customer', 100))
        self.assertEqual((claim.total_amount, claim.cost_gap, claim.expected_amount), (1000, 0, 900))
        claim.action_settle()
        self.assertEqual((claim.state, claim.waits_for, claim.settled_by_id), ('settled', 'documents', self.advisor))
        self.tick_documents(claim)
        self.assertEqual(claim.waits_for, 'submission')
        claim.with_user(self.claims_clerk).action_submit()
        self.assertEqual((claim.state, claim.payment_status, claim.open_amount), ('submitted', 'waiting', 900))
        self.receive(self.picc, 400, (claim, 400))
        self.assertEqual((claim.state, claim.open_amount, claim.is_judged), ('partial', 500, False))
        self.receive(self.picc, 500, (claim, 500))
        self.assertEqual((claim.state, claim.difference_amount, claim.waits_for), ('paid', 0, 'check'))
        claim.handed_over_on = '2026-11-18'
        self.close(claim)
        self.assertEqual((claim.state, claim.closed_by_id, claim.waits_for), ('closed', self.leader, 'nothing'))
        self.assertEqual(claim.signature_id.sudo().sequence, 1)

    def test_refusal_lists_what_is_missing(self):
        claim = self.make_claim(order_no=False, report_no=False, accident_place=False, liability=False, mileage=0)
        with self.refused(r"Work Order\n– Mileage \(km\)\n– Report No.\n– Place of the Accident\n– Liability of this"):
            claim.action_dispatch()
        self.assertIn("Work Order", claim.blocking_text)
        self.assertEqual(claim.state, 'draft')

    def test_no_stage_is_skipped(self):
        claim = self.make_claim()
        for user, method in ((self.advisor, 'action_repaired'), (self.advisor, 'action_settle'),
                             (self.claims_clerk, 'action_submit'), (self.leader, 'action_close')):
            with self.subTest(method), self.assertRaises(UserError):
                self.rpc(user, claim, method)
        dispatched = self.dispatch()
        with self.assertRaises(UserError):
            self.rpc(self.advisor, dispatched, 'action_dispatch')
        with self.refused("Composition of cost by payer"):
            dispatched.action_settle()

    def test_state_is_not_written(self):
        claim = self.dispatch()
        for values in ({'state': 'closed'}, {'closed_by_id': self.leader.id}, {'entered_on': '2026-11-01 00:00:00'},
                       {'submitted_on': '2026-11-01'}, {'final_on': '2026-11-01 00:00:00'}, {'expected_amount': 1}):
            for user in (self.advisor, self.leader, self.claims_clerk):
                with self.subTest(values=values, user=user.login), self.assertRaises(AccessError):
                    self.rpc(user, claim, 'write', values)
        with self.assertRaises(AccessError):
            self.rpc(self.advisor, self.env['insurance.claim'], 'create', [self.prepare_claim(state='paid')])

    def test_composition_is_exact(self):
        claim = self.dispatch()
        claim.write({'assessment_ids': [Command.create({'labour': 0.3})]})
        claim.action_repaired()
        self.compose(claim, ('own_commercial', 0.1), ('customer', 0.2), fee=0.3)
        self.assertEqual(claim.cost_gap, 0)
        self.compose(claim, ('own_commercial', 0.1), ('customer', 0.19), fee=0.3)
        with self.refused("differs from the settlement total by .*0.01"):
            claim.action_settle()

    def test_late_entry(self):
        in_time = self.make_claim()
        with self.at('2026-11-18 23:59'):
            in_time.action_dispatch()
        late = self.make_claim()
        with self.at('2026-11-20 00:30'):
            late.action_dispatch()
        at_midnight = self.make_claim()
        with self.at('2026-11-19 00:00'):
            at_midnight.action_dispatch()
        self.assertEqual([(one.is_late, one.late_days) for one in (in_time, late, at_midnight)],
                         [(False, 0), (True, 2), (True, 1)])

    def test_dates(self):
        with self.refused("after the day of dispatch"):
            self.make_claim(accident_on=self.utc('2026-11-18 09:00'), dispatched_on='2026-11-17')
        with self.refused("in the future"):
            self.make_claim(accident_on=self.utc('2026-11-18 12:00'))
        with self.refused("day of dispatch is in the future"):
            self.make_claim(dispatched_on='2026-11-19')

    def test_settlement_stands(self):
        claim = self.settle()
        for door in (
            lambda: self.rpc(self.advisor, claim, 'write', {'labour_fee': 5}),
            lambda: self.rpc(self.leader, claim, 'write', {'sheet_no': 'X'}),
            lambda: self.rpc(self.advisor, claim.cost_ids, 'write', {'amount': 5}),
            lambda: self.rpc(self.advisor, claim.cost_ids, 'unlink'),
            lambda: self.rpc(self.advisor, claim.cost_ids.browse(), 'create', [
                {'claim_id': claim.id, 'payer': 'store', 'amount': 1}]),
        ):
            with self.assertRaises(UserError):
                door()

    def test_revision_is_a_version(self):
        claim = self.submit()
        self.receive(self.picc, 400, (claim, 400))
        with self.refused("Say why"):
            claim.action_revise("no")
        claim.action_revise("The insurer agreed to a supplement")
        self.assertEqual((claim.state, claim.version_count, claim.version_ids.total_amount), ('repaired', 1, 1000))
        self.assertEqual(claim.sudo().version_ids.content['cost_ids'].popitem()[1]['amount'], '1000.00000')
        cost = claim.cost_ids
        with self.refused("has money allocated"):
            cost.unlink()
        claim.write({'labour_fee': 1200, 'cost_ids': [Command.update(cost.id, {'amount': 1200})]})
        claim.action_settle()
        self.assertEqual((claim.state, claim.expected_amount, claim.open_amount), ('partial', 1200, 800))
        with self.assertRaises(UserError):
            claim.version_ids.sudo().write({'reason': "other"})

    def test_assessments_are_versions(self):
        claim = self.dispatch()
        rows = self.env['insurance.claim.assessment'].with_user(self.advisor)
        first = rows.create({'claim_id': claim.id, 'labour': 400, 'parts': 600, 'salvage': 50})
        with self.refused("say why"):
            rows.create({'claim_id': claim.id, 'kind': 'supplement', 'labour': 10})
        with self.refused("assessed already"):
            rows.create({'claim_id': claim.id, 'labour': 10})
        more = rows.create({'claim_id': claim.id, 'kind': 'supplement', 'parts': 200, 'reason': "Hidden damage",
                            'answer': 'asked'})
        self.assertEqual((first.number, more.number, claim.assessed_amount), (1, 2, 950))
        with self.refused("stays as it is"):
            self.rpc(self.advisor, first, 'write', {'labour': 1})
        more.with_user(self.claims_clerk).action_agree()
        self.assertEqual((claim.assessed_amount, more.answered_by_id), (1150, self.claims_clerk))
        with self.refused("noted already"):
            more.action_decline()

    def test_representative_attaches_the_sheet(self):
        self.store.insurance_claim_representative_ids = self.advisor
        colleague = self._make_user('advisor2', 'group_service_advisor')
        claim = self.dispatch(advisor_id=colleague.id)
        claim.write({'assessment_ids': [Command.create({'labour': 1000})]})
        claim.action_repaired()
        self.compose(claim)
        with self.refused("Scan of the settlement sheet"):
            claim.action_settle()
        sheet = claim.document_ids.filtered(lambda one: one.type_id.code == 'SETTLEMENT_SHEET')
        sheet.attachment_ids = self.make_file(self.advisor)
        claim.action_settle()
        self.assertEqual((claim.is_by_representative, claim.settled_by_id, claim.advisor_id),
                         (True, self.advisor, colleague))

    def test_proposed_composition(self):
        claim = self.dispatch(accident_type='double', liability='100')
        claim.write({'assessment_ids': [Command.create({'labour': 1})]})
        claim.action_repaired()
        claim.write({'labour_fee': 3000.05})
        claim.action_propose_costs()
        self.assertEqual([(cost.payer, cost.amount, cost.is_no_fault, cost.payer_id) for cost in claim.cost_ids], [
            ('other_compulsory', 100, True, self.picc), ('own_commercial', 2900.05, False, self.picc)])
        self.assertEqual(claim.cost_gap, 0)
        with self.refused("at most .*100"):
            claim.cost_ids[0].amount = 101

    def test_third_party_car(self):
        claim = self.dispatch(
            vehicle_id=self.make_vehicle().id, role='third', insurer_id=self.paic.id, liability='0',
            accident_type='double',
            policy_ids=[Command.create({'side': 'other', 'product': product, 'insurer_id': self.paic.id,
                                        'policy_no': f'O{product}'}) for product in ('compulsory', 'commercial')])
        self.assertEqual((claim.insurer_id, claim.is_insured_here), (self.paic, False))
        claim.write({'labour_fee': 5000})
        claim.action_propose_costs()
        self.assertEqual([(cost.payer, cost.amount, cost.payer_id) for cost in claim.cost_ids], [
            ('other_compulsory', 2000, self.paic), ('other_commercial', 3000, self.paic)])

    def test_drafts_only_are_deleted(self):
        draft, dispatched = self.make_claim(), self.dispatch()
        self.rpc(self.advisor, draft, 'unlink')
        with self.refused("Cancel it with a reason"):
            self.rpc(self.advisor, dispatched, 'unlink')
        with self.refused("not copied"):
            dispatched.copy()
