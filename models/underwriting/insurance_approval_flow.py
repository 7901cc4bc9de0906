from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .insurance_approval import LEVEL_GROUPS


class InsuranceApproval(models.Model):
    """How a request is made, finds who decides it, and is decided: never by who asked (invariant 4)."""

    _inherit = 'insurance.approval'

    # === ASKING === #

    @api.model
    def _ask(self, record, amounts, reason):
        """Ask for approval of what `record` gives the customer.

        :param record: one `insurance.proposal` or `insurance.ledger.entry`; the caller has checked that the user may
            write it
        :param amounts: dict of `discount`, `commission` and `cost`, or a list of such dicts of which the worst counts
        :param str reason: why the customer should get it
        :return: the approval
        """
        if len((reason or '').strip()) < 5:
            raise UserError(self.env._("Say in a few words why %(record)s should be granted.",
                                       record=record.display_name))
        company = record.company_id
        values = self._prepare_request_values(record, [amounts] if isinstance(amounts, dict) else amounts)
        # sudo: a request is made by this method alone
        approval = self.sudo().create({**values, 'reason': reason.strip()})
        approval.activity_schedule(
            'mail.mail_activity_data_todo',
            date_deadline=company._insurance_today(),
            summary=self.env._("Decide on a discount"),
            user_id=approval.approver_id.id,
        )
        return approval.sudo(False)

    @api.model
    def _prepare_request_values(self, record, amounts):
        """Return the values of a request: the strictest level and the worst of `amounts` count."""
        company = record.company_id
        levels = {self._required_level(company, **one) for one in amounts}
        level = 'gm' if 'gm' in levels else 'supervisor'
        worst = max(amounts, key=lambda one: one['cost'] - one['commission'])
        approver, replaced = self._get_approver(company, level, self.env.user)
        return {
            'name': self._next_number(company, company._insurance_today()),
            'company_id': company.id,
            'proposal_id': record.id if record._name == 'insurance.proposal' else False,
            'entry_id': record.id if record._name == 'insurance.ledger.entry' else False,
            'requester_id': self.env.uid,
            'requested_on': fields.Datetime.now(),
            'level': level,
            'approver_id': approver.id,
            'deputy_for_id': replaced.id,
            'amount': max(one['discount'] for one in amounts),
            'cost': worst['cost'],
            'cost_limit': max(one['cost'] for one in amounts),
            'commission': worst['commission'],
            'commission_share': worst['cost'] / worst['commission'] if worst['commission'] else 0,
            'margin': worst['commission'] - worst['cost'],
        }

    @api.model
    def _get_approver(self, company, level, requester):
        """Return who is asked, and whom he replaces (or nobody): the level's holder, a deputy while he is away.

        :raises UserError: nobody but the requester could decide
        """
        holders = self._get_holders(company, level)
        if not company.insurance_allow_self_review:
            holders -= requester
        if not holders and level == 'supervisor':
            holders = self._get_holders(company, 'gm') - requester
        first = company.insurance_alternate_reviewer_id
        if level == 'supervisor':
            first = company.insurance_renewal_reviewer_id
        holders = (holders & first) + (holders - first)
        deputies = self.env['insurance.approval.delegate']._get_deputies(holders, company._insurance_today())
        for holder in holders:
            if holder not in deputies:
                return holder, self.env['res.users']
        for holder in holders:
            if deputies[holder] != requester:
                return deputies[holder], holder
        raise UserError(
            self.env._(
                "Nobody in %(store)s can decide on it: %(level)s is missing or away without a deputy.",
                store=company.display_name,
                level=dict(self._fields['level']._description_selection(self.env))[level],
            )
        )

    @api.model
    def _get_holders(self, company, level):
        """Return the active users of `company` with the role of `level`, in the order of their entry."""
        group = self.env.ref(LEVEL_GROUPS[level])
        # sudo: who holds a role is asked of everybody who needs an approval
        return self.env['res.users'].sudo().search(
            [('all_group_ids', 'in', group.ids), ('company_ids', 'in', company.ids), ('share', '=', False)], order='id'
        ).with_env(self.env)  # fmt: skip

    # === DECIDING === #

    def _decision_error_message(self):
        """Return why the present user cannot decide on the request, or False (invariant 4)."""
        self.ensure_one()
        user = self.env.user
        if self.state != 'asked':
            return self.env._("%(approval)s was decided already.", approval=self.name)
        if user == self.requester_id and not self.company_id.insurance_allow_self_review:
            return self.env._("%(approval)s is your own request: somebody else decides on it.", approval=self.name)
        # sudo: whose proposal it is, is not every approver's to read
        if user == self.sudo().proposal_id.user_id and not self.company_id.insurance_allow_self_review:
            return self.env._("%(approval)s is about your own proposal: somebody else decides.", approval=self.name)
        if not self._holds(user) and not self._replaces(user):
            return self.env._(
                "%(approval)s is decided by: %(level)s.",
                approval=self.name,
                level=dict(self._fields['level']._description_selection(self.env))[self.level],
            )
        return False

    def _holds(self, user):
        """Tell whether `user` has the role that decides, or a higher one, in the store."""
        groups = LEVEL_GROUPS['gm'] if self.level == 'gm' else ','.join(LEVEL_GROUPS.values())
        return self.company_id in user.company_ids and user.has_groups(groups)

    def _replaces(self, user):
        """Tell whether `user` stands in today for somebody who may decide."""
        today = self.company_id._insurance_today()
        absent = self.env['insurance.approval.delegate']._get_replaced(user, today)
        return any(self._holds(one) for one in absent - self.requester_id)

    def action_approve(self):
        """Grant the request."""
        for approval in self:
            approval._decide('approved')

    def action_open_refuse(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Refuse"),
            'res_model': 'insurance.approval.refuse',
            'view_mode': 'form',
            'target': 'new',
            'context': {'default_approval_id': self.id},
        }

    def _decide(self, state, note=None):
        """Record the decision of the present user, tell who asked, and let the record go on."""
        self.ensure_one()
        self.check_access('read')
        error = self._decision_error_message()
        if error:
            raise AccessError(error)
        user = self.env.user
        # sudo: a decision is written by this method alone, by whom `_decision_error_message` lets decide
        decided = self.sudo()
        decided.activity_ids.action_done()
        decided.write(
            {
                'state': state,
                'decided_by_id': user.id,
                'decided_on': fields.Datetime.now(),
                'is_deputy': not self._holds(user),
                'is_self_review': user == self.requester_id,
                'note': note,
            }
        )
        decided._after_decision()

    def action_withdraw(self):
        """Take back one's own request; a proposal is a draft again."""
        for approval in self:
            if not approval.can_withdraw:
                raise AccessError(
                    self.env._("%(approval)s: only who asked takes it back, before it is decided.",
                               approval=approval.name)
                )
            # sudo: a request is written by its methods alone
            request = approval.sudo()
            request._withdraw()
            request.proposal_id.filtered(lambda one: one.state == 'approval')._change_state('draft')

    def _withdraw(self):
        """Take back requests that wait; the caller has checked whose they are."""
        self.activity_ids.unlink()
        self.write({'state': 'withdrawn'})

    def _after_decision(self):
        """Let the record go on and tell the requester; rooms with records of their own extend it."""
        self.ensure_one()
        record = self.proposal_id or self.entry_id
        self.proposal_id._after_approval(self)
        labels = dict(self._fields['state']._description_selection(self.env))
        body = self.env._("%(approval)s: %(state)s by %(user)s. %(note)s", approval=self.name,
                          state=labels[self.state], user=self.decided_by_id.name, note=self.note or '')
        record.message_post(body=body, partner_ids=self.requester_id.partner_id.ids)
