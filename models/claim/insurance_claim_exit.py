from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .insurance_claim import ADVISOR, CLERK, LEADER, STATES
from .insurance_claim_gate import EXITS

NOTICE_DAYS = 3  # Insurance Law art. 24


class InsuranceClaim(models.Model):
    """The side exits of a claim: cancelled, refused by the insurer, claimed by the customer himself, total loss."""

    _inherit = 'insurance.claim'

    exit_on = fields.Date(string="Left on", readonly=True, copy=False)
    exit_by_id = fields.Many2one('res.users', string="Taken out by", readonly=True, copy=False)
    exit_reason = fields.Char(string="Reason of the Exit", readonly=True, copy=False)
    exit_from = fields.Selection(STATES, string="Stage before", readonly=True, copy=False)
    refusal_notice_on = fields.Date(string="Refusal Notice of", readonly=True, copy=False,
                                    help="The day of the insurer's notice of refusal with its reasons (拒赔通知).")
    refusal_due_on = fields.Date(string="Notice due by", compute='_compute_refusal_due_on', store=True,
                                 help="The insurer gives its reasons within 3 days of its decision (Insurance Law"
                                 " art. 24).")
    total_loss_told_on = fields.Datetime(string="Policy Clerk asked on", readonly=True, copy=False)

    @api.depends('exit_on', 'state')
    def _compute_refusal_due_on(self):
        for claim in self:
            refused = claim.exit_on and (claim.state == 'refused' or claim.refusal_due_on)
            claim.refusal_due_on = refused and claim.exit_on + relativedelta(days=NOTICE_DAYS)

    def _leave(self, target, reason, groups, message, **values):
        """Take a claim out of the usual way, with a reason that stays."""
        self.ensure_one()
        self._check_role(groups, message)
        self.check_access('write')
        self._hold()
        self._check_reason(reason)
        self._move(target, exit_on=values.pop('exit_on', self.company_id._insurance_today()),
                   exit_by_id=self.env.uid, exit_reason=reason.strip(), exit_from=self.state, **values)
        labels = dict(self._fields['state']._description_selection(self.env))
        # sudo: a note of who did it
        self.sudo().message_post(body=self.env._("%(stage)s: %(reason)s", stage=labels[target],
                                                 reason=reason.strip()))
        return True

    def action_cancel(self, reason):
        """Cancel a claim that should not be there, before its settlement; money in it must have gone elsewhere."""
        # sudo: money of a claim, whoever cancels it
        if any(line.state == 'valid' for line in self.sudo().receipt_line_ids):
            raise UserError(self.env._("%(claim)s has money allocated to it: finance takes it off first.",
                                       claim=self.display_name))
        return self._leave('cancelled', reason, f'{ADVISOR},{LEADER}',
                           self.env._("The service advisor or the claims leader cancels a claim."))

    def action_refuse(self, reason, decided_on, notice_on=False):
        """Note that the insurer refuses to pay (拒赔): when, why, and when its notice came.

        :param decided_on: the day of the decision
        :param notice_on: the day of the notice; may follow
        """
        self.ensure_one()
        day = fields.Date.to_date(decided_on)
        if not day or day > self.company_id._insurance_today() or day < self.dispatched_on:
            raise UserError(self.env._(
                "%(claim)s: give the day of the insurer's decision, between the dispatch and today.",
                claim=self.display_name))
        self._check_notice(notice_on, day)
        return self._leave(
            'refused', reason, f'{CLERK},{LEADER}', self.env._("The claims clerk or leader notes a refusal."),
            exit_on=day, refusal_notice_on=notice_on, final_by_id=self.env.uid, final_on=fields.Datetime.now(),
        )

    def action_note_refusal_notice(self, notice_on):
        """Note the day of the insurer's notice of refusal."""
        self.ensure_one()
        self._check_role(f'{CLERK},{LEADER}', self.env._("The claims clerk or leader notes a refusal."))
        if self.state != 'refused':
            raise UserError(self.env._("%(claim)s was not refused.", claim=self.display_name))
        self._check_notice(notice_on, self.exit_on)
        self.sudo().write({'refusal_notice_on': notice_on})  # sudo: a stamp
        return True

    def _check_notice(self, notice_on, decided_on):
        day = fields.Date.to_date(notice_on)
        if day and not decided_on <= day <= self.company_id._insurance_today():
            raise UserError(self.env._("%(claim)s: the notice comes after the decision and not in the future.",
                                       claim=self.display_name))

    def action_self_claim(self):
        """The customer claims himself, or pays all himself: the store waits for no insurer's money (T26)."""
        self.ensure_one()
        self._check_stage('self_claim')
        return self._leave('self_claim', self.env._("The customer claims himself"), f'{ADVISOR},{CLERK},{LEADER}',
                           self.env._("The service advisor, claims clerk or leader does this."))

    def action_total_loss(self, reason):
        """The car is a total loss: ends its renewal cases and asks the policy clerk about its policies, once (T15)."""
        self.ensure_one()
        self._leave('total_loss', reason, f'{ADVISOR},{CLERK},{LEADER}',
                    self.env._("The service advisor, claims clerk or leader notes a total loss."))
        if not self.total_loss_told_on:
            # sudo: renewal cases and the policy clerk's to-dos are not this role's; both follow from the total loss
            claim = self.sudo()
            claim.env['insurance.renewal']._end_for_total_loss(claim.company_id, claim.vehicle_id, claim.display_name)
            claim._ask_policy_clerk()
            claim.write({'total_loss_told_on': fields.Datetime.now()})
        return True

    def _ask_policy_clerk(self):
        """Plan a to-do on the ledger entries of the car's policies in force: end them, with the refund."""
        kind = 'dealer_insurance.mail_activity_type_total_loss'
        clerks = self.env.ref('dealer_insurance.group_policy_clerk').all_user_ids.filtered(
            lambda user: user.active and self.company_id in user.company_ids)
        for entry in self._find_policies().entry_id:
            user = entry.clerk_id if entry.clerk_id in clerks else clerks[:1]
            if user:
                entry.activity_schedule(kind, self.company_id._insurance_today(), user_id=user.id, summary=self.env._(
                    "Total loss of %(plate)s: cancel or end the policies", plate=self.plate or self.vin))

    def action_resume(self, reason):
        """Bring a claim back that left the usual way; the claims leader's, with a reason."""
        self.ensure_one()
        self._check_role(LEADER, self.env._("The claims leader takes a claim up again."))
        self._hold()
        reason = self._check_reason(reason)
        if self.state not in EXITS | {'cancelled'}:
            raise UserError(self.env._("%(claim)s did not leave the usual way.", claim=self.display_name))
        self._move(self.exit_from, exit_on=False, exit_by_id=False, exit_reason=False, exit_from=False,
                   refusal_notice_on=False, final_by_id=False, final_on=False)
        # sudo: the stage follows from the money, and a note
        self.sudo()._sync_payment()
        self.sudo().message_post(body=self.env._("Taken up again: %(reason)s", reason=reason))
        return True
