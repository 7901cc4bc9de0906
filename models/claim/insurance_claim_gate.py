from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, UserError

from .insurance_claim import ADVISOR, CLERK, FINANCE, LEADER
from .insurance_claim_sheet import FEES

EXITS = frozenset({'self_claim', 'refused', 'total_loss'})  # the leader checks and closes these too
PAYMENT = frozenset({'submitted', 'partial', 'paid', 'difference'})
OVER = frozenset({'closed', 'cancelled'})
TRANSITIONS = {
    'draft': {'dispatched', 'cancelled'},
    'dispatched': {'repaired', 'cancelled', 'refused', 'total_loss'},
    'repaired': {'settled', 'cancelled', 'refused', 'total_loss'},
    'settled': {'submitted', 'repaired', 'self_claim', 'refused'},
    'submitted': {'partial', 'paid', 'difference', 'repaired', 'refused'},
    'partial': {'submitted', 'paid', 'difference', 'repaired', 'refused'},
    'paid': {'submitted', 'partial', 'difference', 'repaired', 'closed'},
    'difference': {'submitted', 'partial', 'paid', 'repaired', 'closed'},
    'self_claim': {'settled', 'closed'},
    'refused': {'dispatched', 'repaired', 'settled', 'submitted', 'partial', 'closed'},
    'total_loss': {'dispatched', 'repaired', 'closed'},
    'cancelled': {'draft', 'dispatched', 'repaired'},
    'closed': {'paid', 'difference', *EXITS},
}  # which stages may follow which (form 2.9); what each demands is in `_get_missing`
STAGE1_FIELDS = frozenset({
    'company_id', 'dispatched_on', 'order_no', 'advisor_id', 'vehicle_id', 'mileage', 'owner_id', 'insured_id',
    'sender_name', 'sender_phone', 'sender_relation', 'role', 'insurer_id', 'report_no', 'accident_on', 'accident_id',
    'accident_place', 'accident_course', 'accident_type', 'liability', 'loss_kind', 'has_property_damage',
    'has_injury', 'is_subrogated', 'other_plate', 'surveyor', 'assessor', 'assessment_method', 'deductible_rate',
    'deductible_amount', 'not_covered', 'tow_fee',
})
SHEET_FIELDS = frozenset({
    *FEES, 'sheet_no', 'sheet_date', 'salvage_amount', 'advance_refund', 'repaired_on', 'claim_mode', 'payee',
})  # who is paid decides what the store expects: it stands with the composition
DOCUMENT_FACTS = frozenset({
    'accident_type', 'loss_kind', 'has_property_damage', 'has_injury', 'tow_fee', 'payee', 'claim_mode',
    'is_subrogated',
})  # what decides which documents are asked for
INVOICE_FIELDS = frozenset({'invoice_no', 'invoice_amount', 'invoice_date', 'invoice_title', 'handed_over_on'})
CONVERSATION = frozenset({
    'message_ids', 'message_follower_ids', 'message_partner_ids', 'activity_ids', 'website_message_ids', 'rating_ids',
})  # what people say about a closed claim is not part of it
PART_STATES = {
    'accident': {'draft', 'dispatched', 'repaired', 'settled'},
    'sheet': {'draft', 'dispatched', 'repaired'},
}  # a leader may correct stage 1 until the claim is closed; stage 2 is revised instead (T25)
PART_ROLES = {
    'accident': f'{ADVISOR},{LEADER}',
    'sheet': f'{ADVISOR},{LEADER}',
    'invoice': f'{ADVISOR},{LEADER}',
    'assessment': f'{ADVISOR},{CLERK},{LEADER}',
    'documents': f'{ADVISOR},{CLERK},{LEADER}',
    'difference': f'{CLERK},{FINANCE}',
    'money': FINANCE,
}


class InsuranceClaim(models.Model):
    """The one gate of a claim: which stage follows which, who writes what and until when, and that closed is closed."""

    _inherit = 'insurance.claim'

    _guarded_fields = frozenset({
        'name', 'state', 'entered_on', 'entered_by_id', 'settled_on', 'settled_by_id', 'is_by_representative',
        'final_by_id', 'final_on', 'submitted_on', 'submitted_by_id', 'supplemented_on', 'approved_on', 'exit_on',
        'exit_by_id', 'exit_reason', 'exit_from', 'refusal_notice_on', 'closed_on', 'closed_by_id',
        'closed_from', 'closing_note', 'signature_id', 'is_self_review', 'reopened_count', 'total_loss_told_on',
        'version_ids', 'receipt_line_ids',
    })
    _scope_fields = frozenset({'company_id', 'advisor_id'})

    can_edit_stage1 = fields.Boolean(compute='_compute_can_edit', export_string_translation=False)
    can_edit_sheet = fields.Boolean(compute='_compute_can_edit', export_string_translation=False)

    @api.depends('state')
    @api.depends_context('uid')
    def _compute_can_edit(self):
        """Tell the screen what `_check_part_role` would accept of the present user."""
        user = self.env.user
        writes, leads = user.has_groups(PART_ROLES['accident']), user.has_group(LEADER)
        for claim in self:
            claim.can_edit_stage1 = claim.state not in OVER and writes and (
                leads or claim.state in PART_STATES['accident'])
            claim.can_edit_sheet = writes and claim.state in PART_STATES['sheet']

    def _move(self, target, **values):
        """Bring the claims to another stage; the only way by which a stage changes.

        :param values: what is stamped with it
        :raises UserError: when that stage does not follow the present one
        """
        labels = dict(self._fields['state']._description_selection(self.env))
        for claim in self:
            if target not in TRANSITIONS[claim.state]:
                raise UserError(self.env._(
                    "%(claim)s is at the stage “%(old)s”: “%(new)s” does not follow it.", claim=claim.display_name,
                    old=labels[claim.state], new=labels[target]))
        # sudo: stages and their stamps are not typed; each caller has checked who does it
        self.sudo().write(dict(values, state=target))

    def _hold(self):
        """Keep everybody else from moving or closing the claims until the end of the transaction.

        :raises LockError: while a colleague does
        """
        try:
            self.sudo().lock_for_update(allow_referencing=True)  # sudo: the lock is the method's, not the reader's
        except LockError as error:
            raise LockError(self.env._(
                "%(claim)s: a colleague is working on it at this moment. Look again in a few seconds.",
                claim=self[:1].display_name)) from error
        self.invalidate_recordset()

    # === WHO WRITES WHAT, UNTIL WHEN === #

    def write(self, vals):
        self._check_written(vals)
        result = super().write(self._clean(vals))
        if DOCUMENT_FACTS & vals.keys():
            # sudo: the checklist follows from the case
            self.filtered('entered_on').sudo()._sync_documents()
        return result

    def _check_written(self, vals):
        """Refuse what the stage does not allow: anything once closed, for everybody; stage 2 once settled."""
        for claim in self:
            if claim.state == 'closed' and vals.keys() - CONVERSATION:
                claim._refuse_closed()
        if self.env.su:
            return
        if 'company_id' in vals and any(claim.company_id.id != vals['company_id'] for claim in self):
            raise UserError(self.env._("%(claim)s stays in the store that entered it. Cancel it and enter it anew.",
                                       claim=self[:1].display_name))
        parts = {'accident': STAGE1_FIELDS, 'sheet': SHEET_FIELDS, 'invoice': INVOICE_FIELDS}
        for part, names in parts.items():
            if names & vals.keys():
                self._check_part_writable(part)
        if 'insurer_claim_no' in vals and any(claim.state == 'cancelled' for claim in self):
            raise UserError(self.env._("A cancelled claim stays as it is."))

    def _refuse_closed(self):
        raise UserError(self.env._(
            "%(claim)s was checked and closed by %(user)s on %(day)s: nothing in it changes any more. The general"
            " manager may reopen it with a reason.", claim=self.display_name, user=self.closed_by_id.name,
            day=self.company_id._insurance_local(self.closed_on).date() if self.closed_on else ''))

    def _check_part_writable(self, part):
        """Refuse that the present user changes a part of the claims at their stage.

        :param str part: 'accident', 'sheet', 'invoice', 'assessment', 'documents', 'money' or 'difference'
        """
        for claim in self.sudo():  # sudo: the stage, whoever asks
            if claim.state == 'closed':
                claim._refuse_closed()
            if claim.state == 'cancelled':
                raise UserError(self.env._("%(claim)s is cancelled and stays as it is.", claim=claim.display_name))
            if not self.env.su:
                claim.with_env(self.env)._check_part_role(part)

    def _check_part_role(self, part):
        """Refuse a role, or a stage, that does not fit the part; the leader corrects stage 1 until the closing."""
        labels = dict(self._fields['state']._description_selection(self.env))
        if not self.env.user.has_groups(PART_ROLES[part]):
            raise AccessError(self.env._("%(claim)s: this part of a claim is not yours to write.",
                                         claim=self.display_name))
        state = self.sudo().state  # sudo: as above
        allowed = PART_STATES.get(part)
        if not allowed or state in allowed or part == 'accident' and self.env.user.has_group(LEADER):
            return
        if part == 'sheet':
            raise UserError(self.env._(
                "%(claim)s is at the stage “%(state)s”: the settlement sheet and its composition stand. Press Revise"
                " and say why.", claim=self.display_name, state=labels[state]))
        raise UserError(self.env._(
            "%(claim)s is at the stage “%(state)s”: the claims leader corrects stage 1 now.", claim=self.display_name,
            state=labels[state]))
