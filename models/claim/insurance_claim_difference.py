from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from .insurance_claim import CLERK, FINANCE, LEADER, MANAGER

STATES = [('open', "Being Handled"), ('asked', "Approval Asked"), ('done', "Handled"),
          ('resolved', "Resolved by Money")]


class InsuranceClaimDifference(models.Model):
    """Why money received differs from money expected, and what is done about it until the end (R56, 6.7)."""

    _name = 'insurance.claim.difference'
    _description = "Difference of a Claim"
    _inherit = ['insurance.guard']
    _order = 'claim_id, id'

    _guarded_fields = frozenset({
        'state', 'handled_by_id', 'handled_on', 'asked_by_id', 'asked_on', 'approved_by_id', 'approved_on',
        'approval_note',
    })

    claim_id = fields.Many2one('insurance.claim', required=True, index=True, ondelete='restrict')
    company_id = fields.Many2one(related='claim_id.company_id', store=True, index=True, precompute=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    cost_id = fields.Many2one('insurance.claim.cost', string="Payer's Part", index='btree_not_null',
                              ondelete='restrict', domain="[('claim_id', '=', claim_id)]")
    amount = fields.Monetary(string="Amount of the Difference", required=True, help="Negative: too little came.")
    reason_id = fields.Many2one('insurance.reason', string="Reason", ondelete='restrict', index='btree_not_null',
                                domain=[('use', '=', 'claim_difference'), ('is_group', '=', False)])
    handling_id = fields.Many2one('insurance.reason', string="Handling", ondelete='restrict', index='btree_not_null',
                                  domain=[('use', '=', 'claim_handling'), ('is_group', '=', False)])
    needs_approval = fields.Boolean(related='handling_id.needs_approval')
    note = fields.Char(string="Note")
    state = fields.Selection(STATES, required=True, default='open', readonly=True, copy=False, index=True)
    asked_by_id = fields.Many2one('res.users', string="Approval asked by", readonly=True, copy=False)
    asked_on = fields.Datetime(readonly=True, copy=False)
    handled_by_id = fields.Many2one('res.users', string="Handled by", readonly=True, copy=False)
    handled_on = fields.Datetime(string="Handled on", readonly=True, copy=False)
    approved_by_id = fields.Many2one('res.users', string="Approver", readonly=True, copy=False)
    approved_on = fields.Datetime(string="Approved on", readonly=True, copy=False)
    approval_note = fields.Char(string="Manager's Decision", readonly=True, copy=False)

    _open_idx = models.Index("(company_id, state) WHERE state IN ('open', 'asked')")
    _amount_not_zero = models.Constraint('CHECK (amount <> 0)', "A difference is not 0.")

    @api.depends('amount', 'reason_id', 'cost_id')
    def _compute_display_name(self):
        for row in self:
            row.display_name = " ".join(filter(None, (
                row.cost_id.display_name, row.currency_id.format(row.amount or 0), row.reason_id.name)))

    @api.constrains('cost_id', 'claim_id')
    def _check_cost(self):
        for row in self:
            if row.cost_id and row.cost_id.claim_id != row.claim_id:
                raise ValidationError(self.env._("%(claim)s: the part of a difference is one of the claim's own.",
                                                 claim=row.claim_id.display_name))

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows.claim_id._check_part_writable('difference')
        for row in rows:
            if row.claim_id.payment_status != 'difference':
                raise UserError(self.env._("%(claim)s has no difference to explain.",
                                           claim=row.claim_id.display_name))
        return rows

    def write(self, vals):
        self.claim_id._check_part_writable('difference')
        if not self.env.su and vals and any(row.state != 'open' for row in self):
            raise UserError(self.env._("%(row)s is not open any more: it stays as it is.", row=self[:1].display_name))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Differences are never deleted: say how they were handled."))

    # === BUSINESS === #

    def _get_missing(self):
        """Return what a handling lacks (list of strings)."""
        self.ensure_one()
        labels = self.fields_get(['reason_id', 'handling_id', 'note'], ['string'])
        missing = [labels[name]['string'] for name in ('reason_id', 'handling_id') if not self[name]]
        if self.handling_id.keeps_open:
            missing.append(self.env._("A handling other than “%(handling)s”", handling=self.handling_id.name))
        if len((self.note or '').strip()) < 2:
            missing.append(labels['note']['string'])
        return missing

    def action_done(self):
        """Bring the handling to its end; a write-off, or cost borne by the store, asks the general manager first."""
        for row in self:
            claim = row.claim_id
            claim._check_role(f'{CLERK},{FINANCE}', self.env._("Finance or the claims clerk handles differences."))
            claim._hold()
            row.invalidate_recordset()
            missing = row._get_missing()
            if row.state != 'open' or missing:
                raise UserError(self.env._(
                    "%(row)s is not handled yet. Missing:\n%(missing)s", row=row.display_name,
                    missing="\n".join(f"– {one}" for one in missing) or self.env._("It is not open any more.")))
            if row.needs_approval:
                row._ask_approval()
                continue
            # sudo: who handled it is not typed
            row.sudo().write({'state': 'done', 'handled_by_id': self.env.uid, 'handled_on': fields.Datetime.now()})
        return True

    def _ask_approval(self):
        """Ask the general manager of the store."""
        # sudo: stamps are not typed, and one does not plan other people's to-dos
        self.sudo().write({'state': 'asked', 'asked_by_id': self.env.uid, 'asked_on': fields.Datetime.now()})
        # sudo: who holds a role is not everybody's to read
        managers = self.env.ref('dealer_insurance.group_general_manager').sudo().all_user_ids.filtered(
            lambda user: user.active and self.company_id in user.company_ids)
        if managers:
            # sudo: the reminder is the manager's, whoever asks for it
            self.claim_id.sudo().activity_schedule(
                'dealer_insurance.mail_activity_type_claim_approval', self.company_id._insurance_today(),
                user_id=managers[0].id, summary=self.env._(
                    "%(handling)s: %(amount)s", handling=self.handling_id.name,
                    amount=self.currency_id.format(self.amount)))

    def _decide(self, is_approved, note=False):
        for row in self:
            claim = row.claim_id
            claim._check_role(MANAGER, self.env._("Only the general manager approves a write-off."))
            claim._hold()
            row.invalidate_recordset()
            if row.state != 'asked':
                raise UserError(self.env._("%(row)s waits for no approval.", row=row.display_name))
            if self.env.user == row.asked_by_id and not row.company_id.insurance_allow_self_review:
                raise UserError(self.env._("%(row)s: you asked for it yourself; another person approves it.",
                                           row=row.display_name))
            if not is_approved:
                note = claim._check_reason(note)
            values = {'state': 'done', 'handled_by_id': row.asked_by_id.id, 'handled_on': fields.Datetime.now(),
                      'approved_by_id': self.env.uid, 'approved_on': fields.Datetime.now()} if is_approved else {
                          'state': 'open', 'asked_by_id': False, 'asked_on': False}
            # sudo: decisions are stamped, and the general manager only reads claims
            row.sudo().write(dict(values, approval_note=note or False))
            claim.sudo().activity_feedback(['dealer_insurance.mail_activity_type_claim_approval'], feedback=note)
        return True

    def action_approve(self):
        """Approve a write-off, or cost borne by the store; the general manager's."""
        return self._decide(True)

    def action_disapprove(self, reason):
        """Send the handling back with a reason; the general manager's."""
        return self._decide(False, reason)

    def action_take_back(self, reason):
        """Handle a difference anew that was handled wrongly; the leader's or general manager's, with a reason."""
        self.ensure_one()
        if not self.env.user.has_groups(f'{LEADER},{MANAGER}'):
            raise AccessError(self.env._("The claims leader or general manager takes a handling back."))
        self.check_access('read')
        self.claim_id._hold()
        if self.state != 'done':
            raise UserError(self.env._("%(row)s is not handled.", row=self.display_name))
        reason = self.claim_id._check_reason(reason)
        # sudo: stamps, and a note
        self.sudo().write({'state': 'open', 'handled_by_id': False, 'handled_on': False, 'approved_by_id': False,
                           'approved_on': False, 'asked_by_id': False, 'asked_on': False})
        self.claim_id.sudo().message_post(body=self.env._("%(row)s is handled anew: %(reason)s",
                                                          row=self.display_name, reason=reason))
        return True

    def _resolve(self):
        """Note that money has resolved the rows that were open; called in sudo when a difference is gone."""
        still = self.filtered(lambda row: row.state in ('open', 'asked'))
        if still:
            still.write({'state': 'resolved', 'handled_on': fields.Datetime.now()})
