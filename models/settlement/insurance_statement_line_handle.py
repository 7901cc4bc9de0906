from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from .insurance_statement import CLERK, FINANCE

USE = 'settlement_difference'


class InsuranceStatementLine(models.Model):
    """What people do about a line that does not agree: match it by hand, accept it, ask it back, correct our side.

    There is no way to deal with all of them at once: each is looked at.
    """

    _inherit = 'insurance.statement.line'

    def _begin_work(self, groups, message):
        """Return the line locked and in sudo, after checking that the present user may work on it.

        :param str groups: xmlids of groups, with commas
        :param str message: what to say to others
        :raises UserError: where somebody else is at it, or the statement is closed
        """
        self.ensure_one()
        self.check_access('read')
        if not self.env.su and not self.env.user.has_groups(groups):
            raise AccessError(message)
        line = self.sudo()  # sudo: lines are written by the named methods only, which check who works on them
        if not line.try_lock_for_update() or not line.statement_id.try_lock_for_update():
            raise UserError(self.env._("%(line)s: somebody else is working on it. Try again in a minute.",
                                       line=self.display_name))
        if line.statement_id.state != 'open':
            raise UserError(self.env._("%(line)s: the statement is closed. Finance opens it again.",
                                       line=self.display_name))
        return line

    def _get_reason(self, reason_id, note):
        """Return the coded reason chosen, or refuse in words."""
        reason = self.env['insurance.reason'].browse(reason_id).exists()
        if reason.use != USE or reason.is_group:
            raise UserError(self.env._("%(line)s: choose a reason from the list.", line=self.display_name))
        if reason.needs_detail and len((note or '').strip()) < 2:
            raise UserError(self.env._("%(line)s: the reason %(reason)s asks for details; write a note.",
                                       line=self.display_name, reason=reason.name))
        return reason

    def _handle(self, handling, reason, note, **values):
        """Write how the line was dealt with, and by whom. In sudo only."""
        self.write({
            'handling': handling, 'handling_reason_id': reason.id, 'handling_note': (note or '').strip() or False,
            'handled_by_id': self.env.uid, 'handled_on': fields.Datetime.now(), 'is_exception': False, **values,
        })

    # === MATCHING BY HAND === #

    def action_match_by_hand(self, policy_id, reason_id, note=''):
        """Match the line with a policy of the same insurer and store that no other line states.

        :param reason_id: of the list of discrepancies
        """
        line = self._begin_work(f'{CLERK},{FINANCE}', self.env._("Clerk and finance match statements by hand."))
        reason = self._get_reason(reason_id, note)
        policy = self.env['insurance.policy'].browse(policy_id).exists()
        policy.check_access('read')
        self._check_hand_match(line, policy)
        line.write({
            'policy_id': policy.id, 'matched_by': 'hand', 'hand_reason_id': reason.id,
            'hand_note': (note or '').strip() or False, 'hand_by_id': self.env.uid,
        })
        line.statement_id._match(line.company_id, line.insurer_id)
        return True

    def _check_hand_match(self, line, policy):
        """Refuse a policy that cannot be the line's, in words."""
        _ = self.env._
        problem = None
        if not policy or (policy.company_id, policy.insurer_id) != (line.company_id, line.insurer_id):
            problem = _("choose a policy of the same insurer and store")
        elif policy.entry_id.state != 'registered':
            problem = _("the entry of the policy is not registered yet")
        elif line.product and policy.product != line.product:
            problem = _("it states another product than the policy has")
        else:
            other = self.env['insurance.statement.line'].sudo().search([  # sudo: as in `_begin_work`
                ('policy_id', '=', policy.id), ('id', '!=', line.id), ('result', '!=', 'duplicate')], limit=1)
            if other:
                problem = _("%(other)s of %(statement)s states the policy already",
                            other=other.display_name, statement=other.statement_id.display_name)
        if problem:
            raise UserError(_("%(line)s: %(problem)s.", line=line.display_name, problem=problem))

    def action_unmatch(self):
        """Undo a match by hand."""
        line = self._begin_work(f'{CLERK},{FINANCE}', self.env._("Clerk and finance match statements by hand."))
        if line.matched_by != 'hand':
            raise UserError(self.env._("%(line)s was not matched by hand.", line=self.display_name))
        line.write({'policy_id': False, 'matched_by': False, 'hand_reason_id': False, 'hand_note': False,
                    'hand_by_id': False})
        line.statement_id._match(line.company_id, line.insurer_id)
        return True

    # === DEALING WITH IT === #

    def action_accept(self, reason_id, note=''):
        """Accept the difference as it is; finance's."""
        line = self._begin_work(FINANCE, self.env._("Only finance accepts differences."))
        self._check_exception(line)
        line._handle('accepted', self._get_reason(reason_id, note), note)
        return True

    def action_claim(self, reason_id, note=''):
        """Ask the insurer to put it right; clerk's and finance's."""
        line = self._begin_work(f'{CLERK},{FINANCE}', self.env._("Clerk and finance ask insurers back."))
        self._check_exception(line)
        line._handle('claimed', self._get_reason(reason_id, note), note)
        return True

    def action_correct(self, reason_id=False, note=''):
        """Correct our side; the clerk's. Nothing is changed in place: finance confirms the new entry by signing it.

        :return: the window of what the clerk completes: the drafted correction, the dialog for the cancellation, or a
            new entry for a policy that the ledger does not have
        """
        line = self._begin_work(CLERK, self.env._("Only the policy clerk corrects our side."))
        self._check_exception(line)
        if line.result == 'duplicate':
            raise UserError(self.env._("%(line)s is stated twice: there is nothing of ours to correct. Ask it back.",
                                       line=self.display_name))
        if not line.policy_id:
            return self._get_missing_entry_action(line)
        reason = self._get_reason(reason_id, note)
        entry = self.env['insurance.ledger.entry'].browse(line.policy_id.entry_id.id)
        draft = entry._make_settlement_correction(
            self.env['insurance.policy'].browse(line.policy_id.id), line.premium_difference,
            line.commission_difference, note or reason.name,
        )
        line._handle('correction', reason, note, correction_entry_id=draft.id)
        return draft._get_form_action()

    def action_reopen(self):
        """Take back how the line was dealt with, as long as no correction of it is registered."""
        line = self._begin_work(f'{CLERK},{FINANCE}', self.env._("Clerk and finance work on exceptions."))
        if line.handling == 'none':
            raise UserError(self.env._("%(line)s has not been dealt with.", line=self.display_name))
        if line.handling == 'accepted' and not self.env.user.has_group(FINANCE):
            raise AccessError(self.env._("Only finance takes back what finance accepted."))
        if line.correction_entry_id.state == 'registered':
            raise UserError(self.env._(
                "%(line)s: the correction %(entry)s is in the ledger; correct it there by another one.",
                line=self.display_name, entry=line.correction_entry_id.display_name,
            ))
        line.write({
            'handling': 'none', 'handling_reason_id': False, 'handling_note': False, 'handled_by_id': False,
            'handled_on': False, 'correction_entry_id': False,
        })
        line.statement_id._match(line.company_id, line.insurer_id)
        return True

    def _check_exception(self, line):
        if not line.is_exception:
            raise UserError(self.env._("%(line)s agrees, or somebody has dealt with it already.",
                                       line=self.display_name))

    def _get_missing_entry_action(self, line):
        """Return the window in which the clerk enters what the ledger lacks."""
        if line.origin_policy_id and line.kind != 'original':
            return self.env['insurance.ledger.entry'].browse(line.origin_policy_id.entry_id.id).action_follow_up()
        vehicle = self.env['fleet.vehicle'].search([('vin_sn', '=', line.vin)], limit=1) if line.vin else None
        return {
            'type': 'ir.actions.act_window', 'res_model': 'insurance.ledger.entry', 'view_mode': 'form',
            'views': [(False, 'form')], 'name': self.env._("Enter the Policy"), 'context': {
                'default_insurer_id': line.insurer_id.id, 'default_vehicle_id': vehicle.id if vehicle else False,
                'default_issue_date': fields.Date.to_string(line.issue_date) if line.issue_date else False,
                **self._get_stated_defaults(line),
            },
        }

    def _get_stated_defaults(self, line):
        """Return numbers and days of the car's policies that our ledger lacks, as defaults of a new entry.

        Amounts are entered from the policy itself: they are what the statement is checked against.
        """
        beside = line.statement_id.line_ids.filtered(
            lambda other: line.vin and other.vin == line.vin and other.issue_date == line.issue_date
            and other.result == 'not_in_ledger' and other.kind == 'original')
        defaults = {}
        for stated in (beside - line) | line:  # its own last: it counts where a product is stated twice
            if stated.product in ('compulsory', 'commercial'):
                defaults |= {
                    f'default_{stated.product}_no': stated.policy_key,
                    f'default_{stated.product}_start': fields.Date.to_string(stated.start_date) or False,
                }
        return defaults
