from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form
from odoo.tools import mute_logger

from .letter_common import CONSENTS
from .proposal_common import ProposalCase


class TestInsuranceProposal(ProposalCase):
    """A proposal from draft to ledger, and what it refuses (R1, domain 2.2)."""

    # === NUMBER AND FACTS === #

    def test_number_per_store_and_month(self):
        first, second = self.draft(), self.draft()
        self.assertEqual(first.name[:12], 'BXJY-202611-')
        self.assertEqual(int(second.name[12:]), int(first.name[12:]) + 1)
        with self.at('2026-12-01 09:00'):
            self.assertEqual(self.draft().name, 'BXJY-202612-0001')
        elsewhere = self._make_user('other_consultant', 'group_sales_consultant', self.other_store)
        other = self.env['insurance.proposal'].with_user(elsewhere).create({'partner_id': self.customer.id})
        self.assertEqual(other.name, 'BXJY-202611-0001')

    def test_valid_for_a_week(self):
        proposal = self.env['insurance.proposal'].with_user(self.consultant).create({'partner_id': self.customer.id})
        self.assertEqual((proposal.valid_until - proposal.date).days, 7)
        with self.refused("must not end before"):
            proposal.valid_until = '2026-11-01'

    def test_days_left_out_or_beyond_the_calendar(self):
        draft = self.draft()
        for vals in ({'valid_until': False}, {'date': False}):
            with self.subTest(**vals), mute_logger('odoo.sql_db'), self.assertRaises(IntegrityError):
                self.rpc(self.consultant, draft, 'write', vals)  # which the client words as a missing value
                self.env.flush_all()
        self.assertEqual(str(self.draft(date='9999-12-31', valid_until='9999-12-31').valid_until), '9999-12-31')

    def test_line_without_a_coverage(self):
        line = self.draft().plan_ids.line_ids[:1]
        with mute_logger('odoo.sql_db'), self.assertRaises(IntegrityError):
            self.rpc(self.consultant, line, 'write', {'coverage_id': False})
            self.env.flush_all()

    def test_facts_come_from_the_vehicle(self):
        vehicle = self.make_vehicle(seats=7, displacement=2.0, fuel_type='gasoline', use_type='company')
        with Form(self.env['insurance.proposal'].with_user(self.consultant)) as form:
            form.vehicle_id = vehicle
            self.assertEqual(form.partner_id, vehicle.owner_id)
        proposal = form.record
        self.assertEqual((proposal.vin, proposal.plate), (vehicle.vin_sn, vehicle.license_plate))
        self.assertEqual((proposal.seats, proposal.displacement, proposal.use_type), (7, 2.0, 'company'))

    def test_vin_may_be_missing_but_not_wrong(self):
        proposal = self.draft()
        self.assertFalse(proposal.vin)
        with self.refused("is no VIN", ValidationError):
            proposal.vin = 'LGBH52E00RY00000O'
        vehicle = self.make_vehicle()
        with self.refused("is not that of", ValidationError):
            proposal.write({'vehicle_id': vehicle.id, 'vin': self.make_vin(900)})

    def test_new_car_has_no_accident_history(self):
        proposal = self.draft()
        self.assertEqual(proposal.accident_history, 'none')
        proposal.scene = 'renewal'
        self.assertFalse(proposal.accident_history)

    # === HANDING OVER === #

    def test_empty_proposals_are_not_handed_over(self):
        proposal = self.env['insurance.proposal'].with_user(self.consultant).create({'partner_id': self.customer.id})
        with self.refused("has no plan yet"):
            proposal.action_send()
        draft = self.draft(model_id=False)
        with self.refused("enter the model"):
            draft.action_send()
        draft.model_id = self.model
        draft.plan_ids.line_ids.premium = 0
        with self.refused("enter the premiums"):
            draft.action_send()
        draft.plan_ids.line_ids[0].premium = 1000
        draft.plan_ids.compulsory_premium = 0
        with self.refused("enter the compulsory premium"):
            draft.action_send()

    def test_sent_is_frozen_for_everyone(self):
        proposal = self.make_proposal()
        plan, line = proposal.plan_ids, proposal.plan_ids.line_ids[0]
        self.assertEqual((proposal.state, proposal.privacy_version), ('sent', '2026-1'))
        for user in (self.consultant, self.supervisor):
            for records, values in (
                (proposal, {'partner_id': self.make_owner().id}), (proposal, {'valid_until': '2027-01-01'}),
                (proposal, {'plan_ids': [Command.update(plan.id, {'compulsory_premium': 1})]}),
                (proposal, {'plan_ids': [Command.delete(plan.id)]}), (plan, {'insurer_id': self.paic.id}),
                (plan, {'line_ids': [Command.clear()]}), (line, {'premium': 1}), (line, {'why': "x"}),
            ):  # fmt: skip
                with self.subTest(user=user.login, values=values), self.refused("stays as it is"):
                    self.rpc(user, records, 'write', values)
            for records, method in ((line, 'unlink'), (plan, 'action_remove'), (proposal, 'unlink'),
                                    (plan, 'action_copy_to_insurer'), (proposal, 'action_add_full')):
                if user == self.supervisor and method == 'unlink' and records == proposal:
                    continue  # has no right to delete proposals at all
                with self.subTest(user=user.login, method=method), self.refused("stays (as it is|on record)"):
                    self.rpc(user, records, method)
        with self.refused("stays as it is"):
            self.env['insurance.proposal.line'].create(
                {'plan_id': plan.id, 'coverage_id': self.coverages['W'].id, 'premium': 1}
            )
        with self.refused("stays as it is"):
            proposal.sudo().note = "x"

    def test_lines_do_not_move_to_another_proposal(self):
        sent, draft = self.make_proposal(), self.draft(('PICC', 'full'))
        with self.refused("stays as it is"):
            draft.plan_ids.line_ids.filtered(lambda line: line.coverage_id.code == 'L').plan_id = sent.plan_ids
        with self.refused("stays as it is"):
            draft.plan_ids.proposal_id = sent

    def test_stamps_are_not_written_by_hand(self):
        proposal = self.draft()
        for values in (
            {'state': 'accepted'}, {'signature': 'eA=='}, {'signed_by': "Customer"}, {'signed_on': '2026-11-18'},
            {'accepted_plan_id': proposal.plan_ids.id}, {'name': 'BXJY-1'}, {'version': 5}, {'total_from': 1},
            {'declined_reason_id': self._get_reason('proposal_declined', 'PRICE').id}, {'privacy_version': '9'},
        ):  # fmt: skip
            for user in (self.consultant, self.supervisor):
                with self.subTest(values=values, user=user.login), self.assertRaises(AccessError):
                    self.rpc(user, proposal, 'write', values)
            values = dict(values, partner_id=self.customer.id)
            with self.subTest(values=values, door='create'), self.assertRaises(AccessError):
                self.rpc(self.consultant, proposal.browse(), 'create', values)
        context = {'default_state': 'accepted', 'default_signed_by': "Customer"}
        with self.assertRaises(AccessError):
            self.rpc(self.consultant, proposal.browse(), 'create', {'partner_id': self.customer.id}, context=context)

    def test_car_is_allocated_after_acceptance(self):
        proposal = self.make_proposal()
        vin = self.make_vin(901)
        proposal.vin = vin
        with self.refused("stays as it is"):
            proposal.vin = self.make_vin(902)
        vehicle = self.make_vehicle(vin_sn=vin, seats=7)
        proposal.vehicle_id = vehicle
        self.assertEqual((proposal.seats, proposal.plate), (5, vehicle.license_plate))

    # === ANSWER === #

    def test_accepted(self):
        proposal = self.make_proposal((('PICC', 'balanced'), ('PAIC', 'balanced')))
        with self.refused("has not agreed to everything"):
            proposal.plan_ids[1].action_accept()
        self.consent(proposal)
        proposal.plan_ids[1].action_accept()
        self.assertEqual((proposal.state, proposal.accepted_plan_id), ('accepted', proposal.plan_ids[1]))
        with self.refused("was answered already"):
            proposal.plan_ids[0].action_accept()
        with self.refused("stays as it is"):
            proposal.consent_privacy = False

    def test_each_consent_is_needed(self):
        for name in CONSENTS:
            proposal = self.make_proposal()
            proposal.write({**dict.fromkeys(CONSENTS, True), name: False})
            with self.subTest(name=name), self.refused("has not agreed to everything"):
                proposal.plan_ids.action_accept()

    def test_draft_is_handed_over_and_accepted_at_once(self):
        proposal = self.draft()
        self.consent(proposal)
        proposal.plan_ids.action_accept()
        self.assertEqual(proposal.state, 'accepted')
        self.assertTrue(proposal.sent_on)

    def test_expired(self):
        proposal = self.make_proposal()
        self.consent(proposal)
        with self.at('2026-11-25 23:59'):
            self.env.invalidate_all()
            self.assertFalse(proposal.is_expired)
        with self.at('2026-11-26 00:01'):
            self.env.invalidate_all()
            self.assertTrue(proposal.is_expired)
            self.assertIn(proposal, proposal.search([('is_expired', '=', True)]))
            with self.refused("was valid until"):
                self.rpc(self.consultant, proposal.plan_ids, 'action_accept')
            draft = self.draft(date='2026-11-18', valid_until='2026-11-25')
            with self.refused("was valid until"):
                draft.action_send()
        self.assertEqual(proposal.state, 'sent')

    def test_insurer_no_longer_certified(self):
        proposal = self.make_proposal()
        self.consent(proposal)
        self.env['insurance.insurer.agreement'].search([('insurer_id', '=', self.picc.id)]).date_to = '2026-11-01'
        self.env.invalidate_all()
        with self.refused("has no valid agreement"):
            proposal.plan_ids.action_accept()

    def test_signature_has_a_name(self):
        proposal = self.make_proposal()
        self.consent(proposal)
        with self.refused("type the name"):
            proposal.sudo()._accept(proposal.plan_ids, signature='eA==', signed_by=' ')
        other = self.draft().plan_ids
        with self.refused("is not a plan of"):
            proposal.sudo()._accept(other)

    def test_declined_with_reason(self):
        proposal = self.make_proposal()
        wizard = self.env['insurance.proposal.decline'].with_user(self.consultant)
        wrong = self._get_reason('renewal_lost', 'PRICE')
        with self.refused("choose a reason"):
            wizard.create({'proposal_id': proposal.id, 'reason_id': wrong.id}).action_decline()
        reason = self._get_reason('proposal_declined', 'PRICE')
        wizard.create({'proposal_id': proposal.id, 'reason_id': reason.id, 'note': "300 cheaper"}).action_decline()
        self.assertEqual((proposal.state, proposal.declined_reason_id), ('declined', reason))
        self.consent_refused(proposal)

    def consent_refused(self, proposal):
        with self.refused("stays as it is"):
            self.consent(proposal)

    def test_colleagues_do_not_decline(self):
        proposal = self.make_proposal()
        colleague = self._make_user('consultant2', 'group_sales_consultant')
        wizard = self.env['insurance.proposal.decline'].sudo().create({
            'proposal_id': proposal.id, 'reason_id': self._get_reason('proposal_declined', 'PRICE').id})
        for user in (colleague, self.gm, self.clerk):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                wizard.with_user(user).action_decline()

    # === CAR KNOWN LATER === #

    def test_allocated_car_changes_no_offer(self):
        """What the customer signed stays, whatever the car says that is allocated to him afterwards."""
        proposal = self.draft(uncovered_text="As we said")
        plan = proposal.plan_ids
        plan.write({'vehicle_tax': 361, 'compulsory_premium': 951})
        self.assertNotIn(361, (plan.vehicle_tax_tariff, plan.compulsory_tariff))
        proposal.action_send()
        self.accept(proposal)
        names = ('vehicle_tax', 'compulsory_premium', 'vehicle_tax_tariff', 'compulsory_tariff', 'total')
        before = [plan[name] for name in names]
        car = self.make_vehicle(fuel_type='electric', seats=9)
        proposal.vehicle_id = car
        proposal.action_make_entry()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual([plan[name] for name in names], before)
        self.assertRecordValues(proposal, [{
            'vin': car.vin_sn, 'plate': car.license_plate, 'seats': 5, 'fuel_type': 'gasoline', 'is_new_energy': False,
            'uncovered_text': "As we said", 'total_to': plan.total,
        }])
        self.assertRecordValues(proposal.sudo().entry_ids, [{'vehicle_tax': 361, 'compulsory_premium': 951}])

    # === VERSIONS === #

    def test_new_version(self):
        proposal = self.make_proposal((('PICC', 'balanced'), ('PAIC', 'full')))
        action = proposal.action_new_version()
        newer = proposal.browse(action['res_id'])
        self.assertEqual((newer.name, newer.version, newer.state), (proposal.name, 2, 'draft'))
        self.assertEqual((proposal.state, proposal.next_id, newer.previous_id), ('superseded', newer, proposal))
        self.assertEqual(newer.plan_ids.mapped('total'), proposal.plan_ids.mapped('total'))
        self.assertFalse(newer.consent_clauses or newer.sent_on or newer.signature)
        self.consent_refused(proposal)
        with self.refused("stays on record"):
            newer.unlink()

    def test_version_keeps_costs_the_consultant_does_not_see(self):
        proposal = self.draft()
        self.give(proposal.plan_ids, 100)
        proposal.plan_ids.sudo().write({'cost_other': 30})
        proposal.plan_ids.benefit_ids.sudo().cost = 45
        self.store.insurance_benefit_free_amount = 1000
        proposal.action_send()
        newer = proposal.browse(proposal.action_new_version()['res_id'])
        self.assertEqual(newer.plan_ids.sudo().cost_other, 30)
        self.assertEqual(newer.plan_ids.sudo().benefit_ids.cost, 45)

    def test_accepted_has_no_new_version(self):
        proposal = self.make_proposal()
        self.accept(proposal)
        with self.refused("cannot become"):
            proposal.action_new_version()

    # === LEDGER === #

    def test_entry_in_one_step(self):
        proposal = self.make_proposal(vin=self.make_vin(903))
        with self.refused("is not accepted yet"):
            proposal.action_make_entry()
        self.accept(proposal)
        proposal.action_make_entry()
        entry = proposal.sudo().entry_ids
        plan = proposal.plan_ids
        self.assertEqual((len(entry), entry.state, entry.proposal_plan_id), (1, 'draft', plan))
        self.assertEqual(entry.vehicle_id.vin_sn, proposal.vin)
        self.assertEqual(entry.premium_total, plan.premium_total)
        self.assertEqual(entry.vehicle_tax, plan.vehicle_tax)
        self.rpc(self.clerk, proposal, 'action_make_entry')
        self.assertEqual(proposal.sudo().entry_ids, entry)

    def test_entry_needs_a_vin(self):
        proposal = self.make_proposal()
        self.accept(proposal)
        with self.refused("enter VIN and model"):
            proposal.action_make_entry()
        vehicle = self.make_vehicle()
        proposal.vin = vehicle.vin_sn
        proposal.action_make_entry()
        self.assertEqual(proposal.vehicle_id, vehicle)

    def test_drafts_may_go(self):
        draft = self.draft()
        draft.unlink()
        self.assertFalse(draft.exists())
        with self.assertRaises(UserError):
            self.rpc(self.consultant, self.make_proposal(), 'unlink')
