from odoo import Command
from odoo.exceptions import UserError

from .claim_common import ClaimCase


class TestInsuranceClaimExit(ClaimCase):
    """Cancelled, refused, total loss: with a reason, and what follows elsewhere (T15, domain 5.7)."""

    def test_cancelled(self):
        claim = self.dispatch()
        with self.refused("Say why"):
            claim.action_cancel("no")
        claim.action_cancel("The customer went elsewhere")
        self.assertEqual((claim.state, claim.exit_by_id, claim.waits_for), ('cancelled', self.advisor, 'nothing'))
        for values in ({'accident_place': "x"}, {'insurer_claim_no': "x"}):
            with self.assertRaises(UserError):
                self.rpc(self.leader, claim, 'write', values)
        claim.with_user(self.leader).action_resume("The customer came back")
        self.assertEqual((claim.state, claim.exit_reason), ('dispatched', False))

    def test_money_keeps_it(self):
        claim = self.settle()
        self.receive(self.picc, 1000, (claim, 1000))
        claim.action_revise("Wrong settlement sheet")
        with self.refused("has money allocated"):
            claim.action_cancel("Entered by mistake")

    def test_refused_by_the_insurer(self):
        claim = self.submit(('own_commercial', 1000))
        clerk = claim.with_user(self.claims_clerk)
        for day, notice in ((False, False), ('2026-11-19', False), ('2026-11-17', False), ('2026-11-18', '2026-11-17')):
            with self.subTest(day=day, notice=notice), self.assertRaises(UserError):
                clerk.action_refuse("Licence had expired", day, notice)
        with self.assertRaises(UserError):
            self.rpc(self.advisor, claim, 'action_refuse', "Licence had expired", '2026-11-18')
        clerk.action_refuse("Licence had expired", '2026-11-18')
        self.assertEqual((claim.state, str(claim.refusal_due_on), claim.difference_amount),
                         ('refused', '2026-11-21', -1000))
        claim.handed_over_on = '2026-11-18'
        with self.refused("notice of refusal\n– Reason and handling of the difference of .*1,000"):
            self.close(claim)
        clerk.action_note_refusal_notice('2026-11-18')
        clerk.action_explain_difference()
        clerk.difference_ids.write({
            'reason_id': self._get_reason('claim_difference', 'DENIED').id, 'note': "Paid in cash",
            'handling_id': self._get_reason('claim_handling', 'CUSTOMER').id})
        clerk.difference_ids.action_done()
        self.close(claim)
        claim.with_user(self.gm).action_reopen("The insurer pays after all")
        self.assertEqual(claim.state, 'refused')
        claim.with_user(self.leader).action_resume("The insurer pays after all")
        self.assertEqual((claim.state, claim.is_final), ('submitted', False))

    def test_total_loss(self):
        case = self.make_case(self.specialist, vehicle_id=self.vehicle.id, expiry='2027-02-28')
        elsewhere = self.make_case(self.other_specialist, vehicle_id=self.vehicle.id, expiry='2027-02-28')
        other = self.make_case(self.specialist)
        claim = self.dispatch()
        claim.action_total_loss("Agreed as a total loss")
        self.assertEqual((claim.state, case.state, case.lost_reason_id.code, elsewhere.state, other.state),
                         ('total_loss', 'invalid', 'SCRAP', 'new', 'new'))
        kind = self.env.ref('dealer_insurance.mail_activity_type_total_loss')
        self.assertEqual(self.entry.activity_ids.filtered(lambda one: one.activity_type_id == kind).user_id, self.clerk)
        claim.with_user(self.leader).action_resume("It is repaired after all")
        claim.action_total_loss("Now it is final")
        self.assertEqual(len(self.entry.activity_ids.filtered(lambda one: one.activity_type_id == kind)), 1)
        self.close(claim)
        self.assertEqual(claim.state, 'closed')

    def test_total_loss_is_not_written_on_cases(self):
        case = self.make_case(self.specialist)
        with self.assertRaises(UserError):
            self.rpc(self.specialist, case, 'write', {'state': 'invalid', 'total_loss_on': '2026-11-18'})
        with self.assertRaises(UserError):
            self.rpc(self.supervisor, case, 'write', {'total_loss_on': '2026-11-18'})

    def test_answers_the_hotline(self):
        report = self.env['insurance.accident'].with_user(self.hotline).create({
            'vehicle_id': self.vehicle.id, 'plate': self.vehicle.license_plate, 'caller_phone': '13800000000',
            'reported_on': self.utc('2026-11-17 18:50'), 'accident_on': self.utc('2026-11-17 18:30'),
            'caller_name': "Owner",
        })
        claim = self.dispatch()
        self.assertEqual((claim.accident_id, claim.arrival), (report.sudo(), 'reported'))
        self.assertEqual(report.sudo().state, 'returned')
        walk_in = self.dispatch(vehicle_id=self.make_vehicle().id)
        self.assertEqual((walk_in.accident_id.id, walk_in.arrival), (False, 'walk_in'))

    def test_unknown_policy_is_noted(self):
        car = self.make_vehicle()
        policy = {'product': 'commercial', 'insurer_id': self.paic.id, 'policy_no': "pa 123-45",
                  'start_date': '2026-05-01'}
        claim = self.dispatch(vehicle_id=car.id, insurer_id=self.paic.id, policy_ids=[Command.create(policy)])
        seen = self.env['insurance.diversion.sighting'].search([('vehicle_id', '=', car.id)])
        self.assertEqual((seen.insurer_id, seen.policy_no, str(seen.start_date), seen.source_id),
                         (self.paic, 'PA12345', '2026-05-01', claim.id))
        self.dispatch()
        self.assertFalse(self.env['insurance.diversion.sighting'].search([('vehicle_id', '=', self.vehicle.id)]))

    def test_injury_is_no_time_to_sell(self):
        self.assertFalse(self.vehicle.has_open_injury)
        claim = self.dispatch(loss_kind='injury')
        self.vehicle.invalidate_recordset()
        self.assertTrue(self.vehicle.with_user(self.specialist).has_open_injury)
        self.assertTrue(claim.has_injury)
