from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..underwriting.insurance_ledger_entry_sign import plain
from .insurance_claim import LEADER, MANAGER, STATES
from .insurance_claim_gate import EXITS, TRANSITIONS


class InsuranceClaim(models.Model):
    """The check of the whole case and its closing by the claims leader's own signature (R57, T44)."""

    _inherit = 'insurance.claim'

    closed_on = fields.Datetime(string="Case Closed on", readonly=True, copy=False, index='btree_not_null')
    closed_by_id = fields.Many2one('res.users', string="Case Checked by", readonly=True, copy=False,
                                   index='btree_not_null')
    closing_note = fields.Text(string="Opinion", readonly=True, copy=False)
    is_self_review = fields.Boolean(string="Self-review", readonly=True, copy=False,
                                    help="Who closed the claim had entered part of it himself.")
    signature_id = fields.Many2one('insurance.claim.signature', string="Closing Signature", readonly=True,
                                   copy=False, index='btree_not_null')
    signature_ids = fields.One2many('insurance.claim.signature', 'claim_id', string="Signatures")
    closed_from = fields.Selection(STATES, string="Stage before Closing", readonly=True, copy=False)
    reopened_count = fields.Integer(string="Times Reopened", readonly=True, copy=False, aggregator=None)

    _digest_fields = (
        'company_id', 'name', 'dispatched_on', 'entered_on', 'entered_by_id', 'order_no', 'advisor_id', 'vehicle_id',
        'plate', 'vin', 'mileage', 'owner_id', 'insured_id', 'sender_name', 'sender_phone', 'sender_relation', 'role',
        'insurer_id', 'report_no', 'insurer_claim_no', 'accident_id', 'accident_on', 'accident_place',
        'accident_course',
        'accident_type', 'liability', 'loss_kind', 'has_property_damage', 'has_injury', 'is_subrogated',
        'other_plate', 'surveyor', 'assessor', 'assessment_method', 'deductible_rate', 'deductible_amount',
        'not_covered', 'tow_fee', 'claim_mode', 'payee', 'note', 'sheet_no', 'sheet_date', 'repaired_on',
        'handed_over_on', 'labour_fee', 'parts_fee', 'paint_fee', 'outsourced_fee', 'management_fee', 'discount',
        'total_amount', 'salvage_amount', 'advance_refund', 'invoice_no', 'invoice_amount', 'invoice_date',
        'invoice_title', 'settled_on', 'settled_by_id', 'is_by_representative', 'submitted_on', 'submitted_by_id',
        'supplemented_on', 'approved_on', 'expected_amount', 'received_amount', 'difference_amount', 'exit_on',
        'exit_by_id', 'exit_reason', 'exit_from', 'refusal_notice_on', 'final_by_id', 'final_on', 'state', 'closed_on',
        'closed_by_id', 'closed_from', 'closing_note', 'is_self_review',
    )
    _part_fields = {
        'policy_ids': ('side', 'product', 'policy_id', 'insurer_id', 'policy_no', 'start_date', 'end_date',
                       'report_no', 'insurer_claim_no'),
        'cost_ids': ('payer', 'payer_id', 'policy_line_id', 'product', 'amount', 'is_no_fault', 'payee', 'note',
                     'expected_amount', 'received_amount'),
        'assessment_ids': ('number', 'kind', 'assessed_on', 'assessor', 'labour', 'parts', 'salvage', 'amount',
                           'reason', 'answer'),
        'document_ids': ('type_id', 'state', 'is_required', 'is_blocking', 'file_count', 'not_needed_reason',
                         'received_on', 'note', 'file_digest'),
        'receipt_line_ids': ('receipt_id', 'cost_id', 'amount', 'state', 'is_final', 'received_on', 'payer_id'),
        'difference_ids': ('cost_id', 'amount', 'reason_id', 'handling_id', 'note', 'state', 'handled_by_id',
                           'approved_by_id'),
        'version_ids': ('number', 'reason', 'user_id', 'total_amount', 'expected_amount', 'summary'),
    }

    # === CHECK === #

    def _get_missing_closed(self):
        """Return what keeps the case from being closed, beside who closes it."""
        _ = self.env._
        missing = []
        if self.state not in EXITS:
            missing += [_("Document “%(document)s”", document=document.display_name)
                        for document in self.document_ids if document.is_missing]
            if not self.handed_over_on:
                missing.append(self.fields_get(['handed_over_on'], ['string'])['handed_over_on']['string'])
        if self.state == 'refused' and not self.refusal_notice_on:
            missing.append(_("The insurer's notice of refusal"))
        if self.invoice_no and not (self.invoice_amount and self.invoice_date and self.invoice_title):
            missing.append(_("Amount, day and title of invoice %(number)s", number=self.invoice_no))
        if any(row.answer == 'asked' for row in self.assessment_ids):
            missing.append(_("The insurer's answer to the supplementary assessment"))
        return missing + self._get_missing_money()

    def _get_missing_money(self):
        """Return what is open in the money of the case."""
        _, missing = self.env._, []
        if self.state == 'total_loss' and not self.settled_on:
            return missing
        if self.payment_status in ('waiting', 'partial'):
            missing.append(_("%(amount)s are still to come", amount=self.currency_id.format(self.open_amount)))
        for row in self.difference_ids:
            if row.state in ('open', 'asked'):
                missing.append(_("Handling of the difference: %(row)s", row=row.display_name))
        if self.payment_status == 'difference':
            if not self.difference_ids.filtered(lambda row: row.state != 'resolved'):
                missing.append(_("Reason and handling of the difference of %(amount)s",
                                 amount=self.currency_id.format(self.difference_amount)))
            elif self.unexplained_amount:
                missing.append(_("Explanation of %(amount)s of the difference",
                                 amount=self.currency_id.format(self.unexplained_amount)))
        return missing

    def _get_people(self):
        """Return who entered the claim or part of it: none of them closes it (R57)."""
        claim = self.sudo()  # sudo: who did what is compared, not shown
        return (claim.create_uid | claim.entered_by_id | claim.settled_by_id | claim.submitted_by_id
                | claim.exit_by_id | claim.final_by_id | claim.receipt_line_ids.create_uid
                | claim.receipt_line_ids.receipt_id.posted_by_id | claim.difference_ids.handled_by_id
                | claim.cost_ids.create_uid | claim.assessment_ids.create_uid)

    def _check_closer(self):
        """Refuse who may not close the case.

        :return: whether the closer entered part of it himself, which the store allows
        """
        self._check_role(LEADER, self.env._("Only the claims leader checks and closes a claim."))
        own = self.env.user in self._get_people()
        if own and not self.company_id.insurance_allow_self_review:
            raise UserError(self.env._("%(claim)s: you entered part of it yourself; another person closes it.",
                                       claim=self.display_name))
        return own

    def action_close(self, note=False):
        """Close the case by the present user's signature; from then on nothing in it changes (R57, T44).

        :param str note: the checker's opinion
        """
        self.ensure_one()
        is_own = self._check_closer()
        self._hold()
        self._check_stage('closed')
        note = (note or '').strip() or False
        self._move_past_freeze('closed', closed_from=self.state, is_self_review=is_own, closing_note=note,
                               closed_on=fields.Datetime.now(), closed_by_id=self.env.uid)
        self._record_signature('signed', note)
        return True

    def action_reopen(self, reason):
        """Reopen a closed case: the general manager's, with a reason; the voided signature is kept (T1)."""
        self.ensure_one()
        self.check_access('read')
        if self.env.user._is_superuser() or not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only the general manager reopens a closed claim."))
        self._hold()
        if self.state != 'closed':
            raise UserError(self.env._("%(claim)s is not closed.", claim=self.display_name))
        reason = self._check_reason(reason)
        self._record_signature('voided', reason)
        self._move_past_freeze(self.closed_from, closed_from=False, closed_on=False, closed_by_id=False,
                               closing_note=False, is_self_review=False, reopened_count=self.reopened_count + 1)
        # sudo: the general manager only reads claims; the note says whose decision it was
        self.sudo().message_post(body=self.env._("Reopened: %(reason)s", reason=reason))
        return True

    def _move_past_freeze(self, target, **values):
        """Change the stage past `write`, which is closed for a closed claim whoever calls it."""
        before = self.state
        if target not in TRANSITIONS[before]:
            raise UserError(self.env._("%(claim)s is not ready to be checked and closed.", claim=self.display_name))
        # sudo: closing and reopening are stamped, not typed
        models.BaseModel.write(self.sudo(), dict(values, state=target))
        if before != target:
            labels = dict(self._fields['state']._description_selection(self.env))
            # sudo: a note in the history
            self.sudo().message_post(body=self.env._("%(old)s → %(new)s", old=labels[before], new=labels[target]))

    def _record_signature(self, event, remark):
        """Append the event to the chain of the store's claims ledger and bind the claim to it."""
        book = self.env['insurance.claim.book']._get_or_open(self.company_id, self.dispatched_on.year)
        # sudo: signatures are written by this method alone, which its callers checked
        signature = self.env['insurance.claim.signature'].sudo()._append(self, book, event, remark)
        models.BaseModel.write(self.sudo(), {'signature_id': signature.id if event == 'signed' else False})

    # === CONTENT === #

    def _get_signed_content(self):
        """Return what a closing signature covers, as plain JSON-able values, stable over time."""
        self.ensure_one()
        claim = self.sudo()  # sudo: the content is the same whoever closes or checks
        content = {name: plain(claim, name) for name in self._digest_fields}
        entry = self.env['insurance.ledger.entry']
        for name, names in self._part_fields.items():
            content[name] = entry._get_part_content(claim[name], names)
        return content

    def _name_changes(self, before):
        """Return the labels of what differs now from the signed content `before` (list of strings)."""
        claim = self.sudo()  # sudo: as above; labels are no secret
        now = claim._get_signed_content()
        names = [name for name in self._digest_fields if name in before and before[name] != now[name]]
        labels = claim.fields_get([*names, *self._part_fields], ['string'])
        found = [labels[name]['string'] for name in names]
        for name in self._part_fields:
            found += self.env['insurance.ledger.entry']._name_part_changes(
                labels[name]['string'], claim[name], before.get(name, {}), now[name], False)
        return found
