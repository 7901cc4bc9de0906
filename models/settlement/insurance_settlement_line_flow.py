from odoo import fields, models
from odoo.exceptions import AccessError, LockError, UserError
from odoo.tools import SQL

from .insurance_settlement import CLERK, FINANCE, PRODUCT_FLAGS


class InsuranceSettlementLine(models.Model):
    """The check of a list, line by line: sign, return, accept a difference, carry over (R32, T24)."""

    _inherit = 'insurance.settlement.line'

    # === FINANCE === #

    def action_sign(self):
        """Sign one line after checking it; its ledger entry is signed with it and frozen."""
        self.ensure_one()
        self._hold()
        error = self._signing_error_message()
        if error:
            raise UserError(error)
        # sudo: signer and time are not typed; written first, so that the entry knows its line is being signed
        self.sudo().write({'state': 'signed', 'signed_by_id': self.env.uid, 'signed_on': fields.Datetime.now()})
        if not self.entry_id.signature_id:
            self.entry_id.action_sign()
        return True

    def _signing_error_message(self):
        """Return why the present user cannot sign the line, or False; the entry's own rules are asked by it."""
        _ = self.env._
        user, settlement = self.env.user, self.settlement_id
        if user._is_superuser() or not user.has_group(FINANCE):
            return _("Only finance signs the lines of a settlement list.")
        if settlement.state != 'submitted':
            return _("%(list)s is not with finance: lines are signed between submission and closing.",
                     list=settlement.display_name)
        if self.state != 'open':
            return self._get_state_text()
        own = user in settlement.submitted_by_id | self.entry_id.registered_by_id | self.entry_id.clerk_id
        if own and not self.company_id.insurance_allow_self_review:
            return _("%(line)s: you submitted the list or entered the row yourself; another person signs it.",
                     line=self.display_name)
        if not self.is_explained:
            return _("%(line)s does not match the insurer's statement (%(mark)s). Accept the difference with a reason,"
                     " return the line, or carry it over.", line=self.display_name, mark=self._get_mark_label())
        return False

    def _get_state_text(self):
        """Say where the line is, for who wanted something else of it."""
        _ = self.env._
        if self.state == 'signed':
            return _("%(line)s was signed by %(signer)s already.", line=self.display_name,
                     signer=self.signed_by_id.name)
        if self.state == 'returned':
            return _("%(line)s is with the clerk to be corrected.", line=self.display_name)
        if self.state == 'carried':
            return _("%(line)s was carried over to the next list.", line=self.display_name)
        return _("%(line)s is open.", line=self.display_name)

    def _get_mark_label(self):
        return dict(self._fields['mark']._description_selection(self.env))[self.mark]

    def action_return(self, reason, note=False):
        """Return the line to the clerk with a coded reason; finance's.

        :param reason: `insurance.reason` of the use settlement_difference, or its id
        """
        self.ensure_one()
        self._begin_check(FINANCE, self.env._("Only finance returns a line."), {'open'})
        reason = self._get_reason(reason, note)
        # sudo: who returns what and why is not typed into the line
        self.sudo().write({
            'state': 'returned', 'returned_reason_id': reason.id, 'returned_note': (note or '').strip(),
            'returned_by_id': self.env.uid, 'returned_on': fields.Datetime.now(),
        })
        self.settlement_id._tell_clerk()
        return True

    def action_accept_difference(self, reason, note=False):
        """Accept that the insurer's figure differs, or that it states nothing, with a coded reason; finance's.

        :param reason: `insurance.reason` of the use settlement_difference, or its id
        """
        self.ensure_one()
        self._begin_check(FINANCE, self.env._("Only finance accepts a difference."), {'open', 'signed'})
        if self.mark not in ('differs', 'missing'):
            raise UserError(self.env._("%(line)s: there is no difference to accept.", line=self.display_name))
        reason = self._get_reason(reason, note)
        # sudo: as in `action_return`
        self.sudo().write({
            'accepted_reason_id': reason.id, 'accepted_note': (note or '').strip(), 'accepted_by_id': self.env.uid,
            'accepted_on': fields.Datetime.now(),
        })
        for stated in self.statement_line_ids.filtered('is_exception'):
            stated.action_accept(reason.id, note or '')
        self.settlement_id.sudo().message_post(body=self.env._(  # sudo: a note on what the method did
            "%(line)s: difference accepted, %(reason)s. %(note)s", line=self.display_name, reason=reason.name,
            note=(note or '').strip()))
        return True

    def action_next_list(self):
        """Carry lines over: they no longer count here, and the next list of the insurer proposes them."""
        for line in self:
            line._begin_check(f'{CLERK},{FINANCE}', self.env._("Clerk and finance carry lines over."),
                              {'open', 'returned', 'signed'}, {'draft', 'submitted'})
            if line.state == 'signed' and line.mark != 'missing':
                raise UserError(line._get_state_text())
        # sudo: the state of a line is not typed
        self.sudo().write({'state': 'carried'})
        return True

    def action_settle_stated(self):
        """Settle the policies that the insurer states, and carry the others over: a line becomes two (T24)."""
        self.ensure_one()
        self._begin_check(FINANCE, self.env._("Only finance settles a part of a line."), {'open'})
        stated = set(self.statement_line_ids.filtered(
            lambda line: line.result != 'duplicate').policy_id.mapped('product'))
        ours = set(self._get_policies().mapped('product'))
        if not stated & ours or not ours - stated:
            raise UserError(self.env._("%(line)s: the insurer states all of its policies, or none.",
                                       line=self.display_name))
        # sudo: which policies a line settles is not typed
        line = self.sudo()
        line.write({'is_partial': True, **{PRODUCT_FLAGS[product]: False for product in ours - stated}})
        line.create([{
            'settlement_id': self.settlement_id.id, 'entry_id': self.entry_id.id, 'sequence': self.sequence,
            'origin': self.origin, 'state': 'carried', 'is_partial': True,
            **{PRODUCT_FLAGS[product]: True for product in ours - stated},
        }])
        return True

    # === CLERK === #

    def action_resubmit(self):
        """Give returned lines back to finance once they are corrected; the clerk's."""
        for line in self:
            line._begin_check(CLERK, self.env._("The policy clerk gives corrected lines back."), {'returned'})
        # sudo: as above; why it was returned stays to be seen
        self.sudo().write({'state': 'open'})
        return True

    def action_take_off(self):
        """Take lines off a list that was never with finance; the clerk's."""
        self.settlement_id._check_role(CLERK, self.env._("The policy clerk draws up settlement lists."))
        # sudo: lines have no right of their own to be deleted; `_unlink_except_draft` asks whether they may go
        self.sudo().unlink()
        return True

    # === TOOLS === #

    def _hold(self):
        """Keep others from signing this line, and from closing the list, until the end of the transaction.

        :raises LockError: while a colleague does
        """
        self.ensure_one()
        self.check_access('read')
        try:
            # others may sign other lines at the same time, nobody may close the list meanwhile
            held = self.env.execute_query(SQL(
                "SELECT id FROM insurance_settlement WHERE id = %s FOR SHARE SKIP LOCKED", self.settlement_id.id))
            if not held:
                raise LockError(self.settlement_id.display_name)
            self.sudo().lock_for_update(allow_referencing=True)  # sudo: the lock is the method's, not the reader's
        except LockError as error:
            raise LockError(self.env._(
                "%(line)s: a colleague is working on it, or closing the list, at this moment. Look again in a few"
                " seconds.", line=self.display_name,
            )) from error
        self.invalidate_recordset()

    def _begin_check(self, groups, message, states, list_states=frozenset({'submitted'})):
        """Hold the line and refuse who may not work on it, or a line or list that is elsewhere."""
        self._hold()
        if self.env.user._is_superuser() or not self.env.user.has_groups(groups):
            raise AccessError(message)
        if self.settlement_id.state not in list_states:
            raise UserError(self.env._("%(list)s is not with finance at present.",
                                       list=self.settlement_id.display_name))
        if self.state not in states:
            raise UserError(self._get_state_text())

    def _get_reason(self, reason, note):
        """Return the reason as a record, after looking whether it is one of these and complete."""
        if not isinstance(reason, models.BaseModel):
            reason = self.env['insurance.reason'].browse(reason if isinstance(reason, int) else False).exists()
        if reason.use != 'settlement_difference' or reason.is_group:
            raise UserError(self.env._("%(line)s: choose the reason from the list.", line=self.display_name))
        if (reason.needs_detail or reason.code == 'OTHER') and len((note or '').strip()) < 5:
            raise UserError(self.env._("%(line)s, %(reason)s: write what it is about.", line=self.display_name,
                                       reason=reason.name))
        return reason
