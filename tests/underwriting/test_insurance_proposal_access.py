from odoo.exceptions import AccessError

from .proposal_common import ProposalCase


class TestInsuranceProposalAccess(ProposalCase):
    """Who works on which proposal (domain 3.2): sellers on their own, the desk sees the store's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.proposal = cls.draft()
        cls.colleague = cls._make_user('consultant2', 'group_sales_consultant')
        cls.env.flush_all()

    def test_records(self):
        plan = self.proposal.plan_ids
        self.give(plan, 10)
        records = (self.proposal, plan, plan.line_ids, plan.benefit_ids)
        for user, read, write in (
            (self.consultant, True, True), (self.colleague, False, False), (self.specialist, False, False),
            (self.supervisor, True, True), (self.gm, True, False), (self.clerk, True, False),
            (self.other_supervisor, False, False), (self.other_gm, False, False), (self.finance, False, False),
            (self.group_manager, False, False), (self.administrator, False, False),
        ):  # fmt: skip
            for one in records:
                with self.subTest(user=user.login, model=one._name):
                    self.assertEqual(one.with_user(user).has_access('read'), read)
                    self.assertEqual(one.with_user(user).has_access('write'), write)

    def test_nobody_gives_his_proposal_away(self):
        for values in ({'user_id': self.colleague.id}, {'company_id': self.other_store.id}):
            with self.subTest(values=values), self.assertRaises(AccessError):
                self.rpc(self.consultant, self.proposal, 'write', values)
        self.rpc(self.supervisor, self.proposal, 'write', {'user_id': self.colleague.id})
        self.assertEqual(self.proposal.sudo().user_id, self.colleague)

    def test_nobody_sells_in_anothers_name(self):
        with self.assertRaises(AccessError):
            self.rpc(self.consultant, self.proposal.browse(), 'create', {
                'partner_id': self.customer.id, 'user_id': self.colleague.id})

    def test_plans_on_foreign_proposals(self):
        Plan = self.env['insurance.proposal.plan']
        with self.assertRaises(AccessError):
            self.rpc(self.colleague, Plan, 'create', {'proposal_id': self.proposal.id, 'insurer_id': self.picc.id})
        own = self.env['insurance.proposal'].with_user(self.colleague).create({'partner_id': self.customer.id})
        own.action_add_balanced()
        with self.assertRaises(AccessError):
            self.rpc(self.colleague, own.plan_ids, 'write', {'proposal_id': self.proposal.id})

    def test_buttons_of_others(self):
        for user in (self.colleague, self.gm, self.clerk, self.other_supervisor):
            for records, method in ((self.proposal, 'action_send'), (self.proposal, 'action_new_version'),
                                    (self.proposal.plan_ids, 'action_accept'), (self.proposal, 'action_add_full'),
                                    (self.proposal.plan_ids, 'action_remove')):
                with self.subTest(user=user.login, method=method), self.assertRaises(AccessError):
                    self.rpc(user, records, method)

    def test_machinery_is_not_called_from_outside(self):
        for records, method in ((self.proposal, '_accept'), (self.proposal, '_change_state'),
                                (self.proposal, '_mark_sent'), (self.proposal, '_next_number'),
                                (self.env['insurance.approval'], '_ask'), (self.env['insurance.approval'], '_decide')):
            with self.subTest(method=method), self.assertRaises(AccessError):
                self.rpc(self.consultant, records, method)

    def test_renewal_case_makes_a_proposal(self):
        case = self.make_case(self.specialist, compulsory_premium=855, commercial_premium=2900, vehicle_tax=360)
        action = self.rpc(self.specialist, case, 'action_make_proposal')
        proposal = self.env['insurance.proposal'].with_user(self.specialist).browse(action['res_id'])
        self.assertEqual((proposal.scene, proposal.vehicle_id, proposal.partner_id, proposal.user_id),
                         ('renewal', case.vehicle_id, case.partner_id, self.specialist))
        self.assertEqual((proposal.last_premium_commercial, proposal.last_premium_compulsory), (2900, 855))
        self.assertEqual(case.with_user(self.specialist).proposal_count, 1)
        other = self.make_case(self.specialist2)
        with self.assertRaises(AccessError):
            self.rpc(self.specialist, other, 'action_make_proposal')
        with self.assertRaises(AccessError):
            self.rpc(self.gm, case, 'action_make_proposal')
        with self.refused("is not about the vehicle"):
            proposal.sudo().renewal_id = other
        self.make_lost(case)
        with self.refused("win it back first"):
            self.rpc(self.specialist, case, 'action_make_proposal')
