from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError

from .proposal_common import ProposalCase

REASON = "Third car of the family"


class TestInsuranceApproval(ProposalCase):
    """Discount approvals: who must agree, who may, and that nobody agrees with himself (T11, invariant 4)."""

    def ask(self, amount=200, user=None):
        """Return a proposal with a benefit, and the request its consultant made for it."""
        proposal = self.draft()
        self.give(proposal.plan_ids, amount)
        wizard = self.env['insurance.approval.request'].with_user(user or self.consultant)
        wizard.create({'proposal_id': proposal.id, 'reason': REASON}).action_ask()
        return proposal, proposal.sudo().approval_ids.sudo(False)

    # === LIMITS === #

    def test_required_level(self):
        level = self.env['insurance.approval']._required_level
        for discount, commission, cost, expected in (
            (0, 600, 0, False), (0, 0, 0, False), (0.01, 600, 0.01, 'supervisor'), (300, 600, 300, 'supervisor'),
            (300, 600, 300.01, 'gm'), (500, 2000, 500, 'supervisor'), (500.01, 2000, 500.01, 'gm'),
            (0, 600, 601, 'gm'), (100, 0, 100, 'gm'),
        ):  # fmt: skip
            with self.subTest(discount=discount, commission=commission, cost=cost):
                self.assertEqual(level(self.store, discount, commission, cost), expected)
        self.store.write({'insurance_benefit_free_amount': 50, 'insurance_margin_floor': 400})
        self.assertFalse(level(self.store, 50, 600, 50))
        self.assertEqual(level(self.store, 50, 449, 50), 'supervisor')
        self.assertEqual(level(self.store, 0, 100, 0), 'supervisor')

    def test_handing_over_waits_for_approval(self):
        proposal = self.draft()
        self.give(proposal.plan_ids, 100)
        with self.refused("needs approval first"):
            proposal.action_send()
        with self.refused("needs approval first"):
            proposal.plan_ids.action_accept()
        proposal.plan_ids.benefit_ids.unlink()
        with self.refused("needs no approval"):
            proposal._ask_approval(REASON)
        proposal.action_send()

    # === ASKING === #

    def test_request(self):
        proposal, approval = self.ask(200)
        self.assertRegex(approval.name, r'^SPD-202611-\d{4}$')
        self.assertEqual((proposal.state, approval.state, approval.level), ('approval', 'asked', 'supervisor'))
        self.assertEqual((approval.requester_id, approval.approver_id), (self.consultant, self.supervisor))
        self.assertEqual((approval.amount, approval.plan_ids), (200, proposal.plan_ids))
        self.assertEqual(approval.activity_ids.user_id, self.supervisor)
        secret = approval.with_user(self.gm)
        self.assertEqual((secret.commission, secret.margin), (606, 406))
        self.assertAlmostEqual(secret.commission_share, 200 / 606, 4)
        with self.refused("stays as it is"):
            self.give(proposal.plan_ids, 1)

    def test_worst_plan_decides(self):
        proposal = self.draft(('PICC', 'full'), ('PICC', 'economy'))
        rich, poor = proposal.plan_ids
        self.give(rich, 300)
        self.give(poor, 290)
        secret = proposal._ask_approval(REASON).with_user(self.gm)
        self.assertEqual((secret.level, secret.plan_ids), ('gm', proposal.plan_ids))
        self.assertEqual((secret.amount, secret.cost, secret.cost_limit), (300, 290, 300))
        self.assertEqual(secret.margin, poor.sudo().margin)

    def test_reason_is_needed(self):
        proposal = self.draft()
        self.give(proposal.plan_ids, 100)
        with self.refused("Say in a few words"):
            proposal._ask_approval(" ")
        self.assertEqual(proposal.state, 'draft')

    def test_requests_are_not_written_by_hand(self):
        _proposal, approval = self.ask()
        values = {'state': 'approved', 'decided_by_id': self.supervisor.id, 'decided_on': '2026-11-18 02:00:00'}
        for user in (self.consultant, self.supervisor, self.gm, self.clerk):
            for method, args in (('write', (values,)), ('create', (dict(values, amount=0),)), ('unlink', ())):
                records = approval.browse() if method == 'create' else approval
                with self.subTest(user=user.login, method=method), self.assertRaises(UserError):
                    self.rpc(user, records, method, *args)
        with self.refused("not deleted"):
            approval.sudo().unlink()
        with self.refused("not copied"):
            approval.sudo().copy()

    def test_commission_is_hidden(self):
        _proposal, approval = self.ask()
        for user in (self.consultant, self.supervisor):
            for name in ('commission', 'commission_share', 'margin', 'cost'):
                with self.subTest(user=user.login, name=name), self.assertRaises(AccessError):
                    self.rpc(user, approval, 'read', [name])
        self.rpc(self.consultant, approval, 'read', ['amount', 'state', 'reason'])

    def test_who_sees_requests(self):
        _proposal, approval = self.ask()
        colleague = self._make_user('consultant2', 'group_sales_consultant')
        found = approval.browse()
        for user, seen in ((self.consultant, True), (self.supervisor, True), (self.gm, True), (self.clerk, True),
                           (self.finance, True), (colleague, False), (self.other_supervisor, False)):
            with self.subTest(user=user.login):
                self.assertEqual(bool(found.with_user(user).search([('id', '=', approval.id)])), seen)
        with self.assertRaises(AccessError):
            self.rpc(self.hotline, found, 'search', [])

    # === DECIDING === #

    def test_approved_is_handed_over(self):
        proposal, approval = self.ask()
        self.rpc(self.supervisor, approval, 'action_approve')
        self.assertEqual((approval.state, approval.decided_by_id), ('approved', self.supervisor))
        self.assertFalse(approval.is_deputy or approval.is_self_review)
        self.assertFalse(approval.activity_ids)
        self.assertEqual(proposal.state, 'approved')
        self.assertIn(self.consultant.partner_id, proposal.message_ids[0].notified_partner_ids)
        proposal.action_send()
        self.assertEqual(proposal.state, 'sent')

    def test_refused_goes_back(self):
        proposal, approval = self.ask()
        wizard = self.env['insurance.approval.refuse'].with_user(self.supervisor)
        wizard.create({'approval_id': approval.id, 'note': "100 at most"}).action_refuse()
        self.assertEqual((approval.state, approval.note, proposal.state), ('refused', "100 at most", 'draft'))
        with self.refused("needs approval first"):
            proposal.action_send()

    def test_nobody_approves_his_own(self):
        _proposal, approval = self.ask()
        self.consultant.group_ids += self.env.ref('dealer_insurance.group_insurance_supervisor')
        with self.refused("your own request", AccessError):
            self.rpc(self.consultant, approval, 'action_approve')
        self.assertEqual(approval.state, 'asked')

    def test_nobody_approves_his_own_proposal_asked_for_by_another(self):
        both = self._make_user('both', 'group_sales_consultant')
        both.group_ids += self.env.ref('dealer_insurance.group_general_manager')
        proposal = self.draft()
        self.give(proposal.plan_ids, 100)
        proposal.sudo().user_id = both
        approval = proposal.with_user(self.supervisor)._ask_approval(REASON)
        self.assertNotEqual(approval.approver_id, self.supervisor)
        with self.refused("your own proposal", AccessError):
            self.rpc(both, approval, 'action_approve')
        self.rpc(self.gm, approval, 'action_approve')

    def test_self_review_of_a_small_store(self):
        self.store.insurance_allow_self_review = True
        _proposal, approval = self.ask()
        self.consultant.group_ids += self.env.ref('dealer_insurance.group_insurance_supervisor')
        self.rpc(self.consultant, approval, 'action_approve')
        self.assertTrue(approval.is_self_review)

    def test_above_the_supervisors_limit(self):
        _proposal, approval = self.ask(400)  # more than half of the commission of 606
        self.assertEqual((approval.level, approval.approver_id), ('gm', self.gm))
        for user in (self.supervisor, self.clerk, self.finance):
            with self.subTest(user=user.login), self.refused("is decided by", AccessError):
                self.rpc(user, approval, 'action_approve')
        self.rpc(self.gm, approval, 'action_approve')
        self.assertEqual(approval.decided_by_id, self.gm)

    def test_general_manager_decides_smaller_ones_too(self):
        _proposal, approval = self.ask()
        self.rpc(self.gm, approval, 'action_approve')
        self.assertFalse(approval.is_deputy)

    def test_the_other_store_does_not_decide(self):
        _proposal, approval = self.ask()
        for user in (self.other_supervisor, self.other_gm):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.rpc(user, approval, 'action_approve')

    def test_decided_once(self):
        proposal, approval = self.ask()
        self.rpc(self.supervisor, approval, 'action_approve')
        with self.refused("decided already", AccessError):
            self.rpc(self.gm, approval, 'action_approve')
        with self.refused("stays as it is"):
            approval.sudo().write({'state': 'refused'})
        proposal.action_back_to_draft()
        self.assertEqual((proposal.state, approval.state), ('draft', 'approved'))
        self.assertTrue(proposal.needs_approval)
        with self.refused("needs approval first"):
            proposal.action_send()

    def test_taken_back(self):
        proposal, approval = self.ask()
        colleague = self._make_user('consultant2', 'group_sales_consultant')
        for user in (colleague, self.gm):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.rpc(user, proposal, 'action_back_to_draft')
        self.rpc(self.consultant, proposal, 'action_back_to_draft')
        self.assertEqual((proposal.state, approval.state), ('draft', 'withdrawn'))
        self.assertFalse(approval.activity_ids)
        with self.refused("decided already", AccessError):
            self.rpc(self.supervisor, approval, 'action_approve')

    # === ABSENCE === #

    def delegate(self, user, deputy, first='2026-11-18', last='2026-11-20'):
        return self.env['insurance.approval.delegate'].with_user(user).create(
            {'user_id': user.id, 'deputy_id': deputy.id, 'date_from': first, 'date_to': last}
        )

    def test_forwarded_while_away(self):
        self.delegate(self.gm, self.supervisor)
        _proposal, approval = self.ask(400)
        self.assertEqual((approval.approver_id, approval.deputy_for_id), (self.supervisor, self.gm))
        self.rpc(self.supervisor, approval, 'action_approve')
        self.assertTrue(approval.is_deputy)

    def test_not_after_the_absence(self):
        self.delegate(self.gm, self.supervisor)
        _proposal, approval = self.ask(400)
        with self.at('2026-11-21 09:00'), self.refused("is decided by", AccessError):
            self.rpc(self.supervisor, approval, 'action_approve')

    def test_deputy_is_not_who_asked(self):
        clerk_too = self.consultant
        clerk_too.group_ids += self.env.ref('dealer_insurance.group_policy_clerk')
        self.delegate(self.gm, clerk_too)
        with self.refused("Nobody in"):
            self.ask(400)

    def test_deputies(self):
        for deputy, message in ((self.consultant, "cannot decide"), (self.other_gm, "cannot decide"),
                                (self.gm, "his own deputy")):
            with self.subTest(deputy=deputy.login), self.refused(message, ValidationError):
                self.delegate(self.gm, deputy)
        with self.assertRaises(AccessError):
            self.env['insurance.approval.delegate'].with_user(self.supervisor).create(
                {'user_id': self.gm.id, 'deputy_id': self.supervisor.id, 'date_from': '2026-11-18',
                 'date_to': '2026-11-30'})
        own = self.delegate(self.supervisor, self.clerk)
        with self.assertRaises(AccessError):
            self.rpc(self.supervisor, own, 'write', {'user_id': self.gm.id})

    def test_supervisor_missing(self):
        self.supervisor.active = False
        _proposal, approval = self.ask()
        self.assertEqual(approval.approver_id, self.gm)

    def test_requester_withdraws(self):
        proposal, approval = self.ask()
        for user in (self.supervisor, self.gm):
            with self.subTest(user=user.login), self.refused("only who asked", AccessError):
                self.rpc(user, approval, 'action_withdraw')
        self.rpc(self.consultant, approval, 'action_withdraw')
        self.assertEqual((proposal.state, approval.state), ('draft', 'withdrawn'))

    # === LEDGER === #

    def test_entry_waits_for_its_approval(self):
        entry = self.env['insurance.ledger.entry'].with_user(self.clerk).create({
            'insurer_id': self.picc.id, 'vehicle_id': self.make_vehicle().id, 'business_type': 'new',
            'policy_ids': [Command.create({'product': 'commercial', 'premium': 3000, 'start_date': '2026-11-20',
                                           'policy_no': 'PDAA20260000000001'})],
            'benefit_ids': [Command.create({'type_id': self._get_reason('benefit_type', 'GIFT').id, 'amount': 200})]})
        self.assertTrue(entry.needs_approval)
        with self.refused("benefits need approval"):
            entry.action_register()
        wizard = self.env['insurance.approval.request'].with_user(self.clerk)
        wizard.create({'entry_id': entry.id, 'reason': REASON}).action_ask()
        approval = entry.approval_ids
        self.assertEqual((approval.level, approval.commission), ('supervisor', 600))
        with self.refused("already waits"):
            entry._ask_approval(REASON)
        with self.refused("benefits need approval"):
            entry.action_register()
        self.rpc(self.supervisor, approval, 'action_approve')
        entry.benefit_ids.amount = 250
        with self.refused("benefits need approval"):
            entry.action_register()
        entry.benefit_ids.amount = 200
        entry.action_register()
        self.assertEqual(entry.state, 'registered')

    def test_entry_stands_on_the_proposals_approval(self):
        proposal, approval = self.ask()
        self.rpc(self.supervisor, approval, 'action_approve')
        proposal.vin = self.make_vin(905)
        proposal.action_send()
        self.accept(proposal)
        proposal.action_make_entry()
        entry = proposal.sudo().entry_ids.with_user(self.clerk)
        self.assertEqual(entry.discount_total, 200)
        self.assertFalse(entry.needs_approval)

    def test_entry_may_be_asked_for(self):
        vehicle = self.make_vehicle()
        entry = self.env['insurance.ledger.entry'].create({
            'company_id': self.store.id, 'insurer_id': self.picc.id, 'vehicle_id': vehicle.id,
            'policy_ids': [Command.create({'product': 'commercial', 'premium': 3000, 'start_date': '2026-11-20'})]})
        Approval = self.env['insurance.approval'].with_user(self.clerk)
        self.assertFalse(Approval._is_granted(entry, 200, 600, 200))
        amounts = {'discount': 200, 'commission': 600, 'cost': 200}
        approval = Approval._ask(entry.with_user(self.clerk), amounts, REASON)
        self.assertEqual((approval.entry_id, approval.partner_id), (entry, vehicle.owner_id))
        self.rpc(self.supervisor, approval, 'action_approve')
        for discount, cost, granted in ((200, 200, True), (150, 100, True), (201, 200, False), (200, 201, False)):
            with self.subTest(discount=discount, cost=cost):
                self.assertEqual(Approval._is_granted(entry, discount, 600, cost), granted)
