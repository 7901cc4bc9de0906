from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, formatLang

from .insurance_settlement import CLERK, FINANCE, MANAGER
from .insurance_settlement_line_check import NOTHING

NAMED = 5  # lines that a refusal names one by one


class InsuranceSettlement(models.Model):
    """The way of a list: drawn up, with finance, closed; reopened by the general manager alone (R32)."""

    _inherit = 'insurance.settlement'

    # === CLERK === #

    def action_submit(self):
        """Give the list to finance."""
        for settlement in self:
            settlement._check_role(CLERK, self.env._("The policy clerk submits settlement lists."))
            settlement._hold()
            error = settlement._submit_error_message()
            if error:
                raise UserError(error)
            # sudo: state, submitter and time are not typed
            settlement.sudo().write({
                'state': 'submitted', 'submitted_by_id': self.env.uid, 'submitted_on': fields.Datetime.now(),
            })
        return True

    def _submit_error_message(self):
        """Return why the list cannot be submitted, or False."""
        _ = self.env._
        if self.state != 'draft':
            return _("%(list)s was submitted already.", list=self.display_name)
        lines = self.line_ids.filtered(lambda line: line.state != 'carried')
        if not lines:
            return _("%(list)s has no lines: propose them first.", list=self.display_name)
        unready = lines.entry_id.filtered(lambda entry: entry.state != 'registered' or entry.has_number_missing)
        if unready:
            return _("%(list)s: these entries are not registered or lack a number: %(entries)s.",
                     list=self.display_name, entries=unready[:NAMED].mapped('display_name'))
        return False

    def action_withdraw(self):
        """Take the list back from finance while no line is signed."""
        self.ensure_one()
        self._check_role(CLERK, self.env._("The policy clerk takes a settlement list back."))
        self._hold()
        if self.state != 'submitted' or any(line.state == 'signed' for line in self.line_ids):
            raise UserError(self.env._("%(list)s is not with finance, or lines of it are signed: it stays there.",
                                       list=self.display_name))
        self.sudo().write({'state': 'draft'})  # sudo: the state is not typed
        return True

    def _tell_clerk(self):
        """Remind who submitted the list that lines came back, once."""
        todo = self.env.ref('mail.mail_activity_data_todo')
        settlement = self.sudo()  # sudo: finance does not plan other people's activities
        if settlement.submitted_by_id and todo not in settlement.activity_ids.activity_type_id:
            settlement.activity_schedule(
                activity_type_id=todo.id, user_id=settlement.submitted_by_id.id,
                summary=self.env._("Finance returned lines of %(list)s", list=self.display_name),
            )

    # === FINANCE === #

    def action_settle_without_statement(self, note):
        """Accept that the insurer sent no statement for the list, with a note; finance's."""
        self.ensure_one()
        self._check_role(FINANCE, self.env._("Only finance accepts a list without statement."))
        self._hold()
        if self.state != 'submitted' or self.statement_ids:
            raise UserError(self.env._("%(list)s is not with finance, or has a statement.", list=self.display_name))
        if len((note or '').strip()) < 5:
            raise UserError(self.env._("%(list)s: say why it is settled without the insurer's statement.",
                                       list=self.display_name))
        # sudo: who accepts it is not typed
        self.sudo().write({'no_statement_note': note.strip(), 'no_statement_by_id': self.env.uid})
        return True

    def action_close(self):
        """Close the list: what the insurer owes is fixed, and the invoice may be made; finance's."""
        self.ensure_one()
        self._check_role(FINANCE, self.env._("Only finance closes a settlement list."))
        self._hold()
        error = self._close_error_message()
        if error:
            raise UserError(error)
        stated = self.line_ids._read_stated()
        for line in self.line_ids.sudo():  # sudo: what is settled follows from the check, it is not typed
            _premium, commission, _more_premium, _more, mark, _is_handled = stated.get(line.id, NOTHING)
            amount = line.commission if mark == 'none' else commission or 0
            line.settled_commission = amount if line.state == 'signed' else 0
        # sudo: as above
        self.sudo().write({'state': 'closed', 'closed_by_id': self.env.uid, 'closed_on': fields.Datetime.now()})
        self.statement_ids.action_done()
        return True

    def _close_error_message(self):
        """Return why the list cannot be closed, or False; the first lines in question are named."""
        _ = self.env._
        if self.state != 'submitted':
            return _("%(list)s is not with finance.", list=self.display_name)
        unsettled = self.line_ids.filtered(lambda line: line.state in ('open', 'returned'))
        if unsettled:
            return _("%(list)s: %(count)s lines are neither signed nor carried over: %(lines)s.",
                     list=self.display_name, count=len(unsettled), lines=unsettled[:NAMED].mapped('display_name'))
        if not any(line.state == 'signed' for line in self.line_ids):
            return _("%(list)s: no line is signed, there is nothing to close.", list=self.display_name)
        if self.env.user == self.submitted_by_id and not self.company_id.insurance_allow_self_review:
            return _("%(list)s: you submitted it yourself; another person closes it.", list=self.display_name)
        return self._get_difference_error()

    def _get_difference_error(self):
        """Return which differences between the list and the insurer's statements nobody explained yet, or False."""
        _ = self.env._
        if not self.statement_ids:
            return not self.no_statement_note and _(
                "%(list)s: no statement of the insurer is attached. Attach it, or say why the list is settled without.",
                list=self.display_name)
        unexplained = self.line_ids.filtered(lambda line: line.state == 'signed' and not line.is_explained)
        if unexplained:
            return _("%(list)s: %(count)s lines do not match the statement and nobody accepted why: %(lines)s.",
                     list=self.display_name, count=len(unexplained), lines=unexplained[:NAMED].mapped('display_name'))
        exceptions = sum(self.statement_ids.mapped('exception_count'))
        if exceptions:
            return _("%(list)s: %(count)s lines of the insurer's statement are not dealt with yet. Work them as"
                     " exceptions first.", list=self.display_name, count=exceptions)
        stray = self._get_stray_lines()
        if stray:
            return _("%(list)s: the insurer states %(amount)s for entries that are not on the list: %(entries)s. Add"
                     " them, or handle these lines of the statement.", list=self.display_name,
                     amount=formatLang(self.env, sum(stray.mapped('commission')), currency_obj=self.currency_id),
                     entries=stray[:NAMED].entry_id.mapped('display_name'))
        return False

    def _get_stray_lines(self):
        """Return the lines of the attached statements that agree with entries, but with none that the list settles."""
        ids = [row[0] for row in self.env.execute_query(SQL(
            """
            SELECT stated.id
              FROM insurance_statement_line AS stated
              JOIN insurance_statement AS statement ON statement.id = stated.statement_id
              JOIN insurance_policy AS policy ON policy.id = stated.policy_id
             WHERE statement.settlement_id = %s AND stated.handling = 'none' AND stated.result <> 'duplicate'
               AND NOT EXISTS (
                   SELECT FROM insurance_settlement_line AS line
                    WHERE line.settlement_id = statement.settlement_id AND line.entry_id = policy.entry_id
                      AND line.state = 'signed'
                      AND CASE policy.product WHEN 'compulsory' THEN line.with_compulsory
                               WHEN 'commercial' THEN line.with_commercial ELSE line.with_non_motor END)
             ORDER BY stated.row_number, stated.id
            """, self.id))]
        return self.env['insurance.statement.line'].browse(ids)

    # === GENERAL MANAGER === #

    def action_reopen(self, reason):
        """Reopen a closed list: the general manager's, with a reason that stays to be seen."""
        self.ensure_one()
        self._check_role(MANAGER, self.env._("Only the general manager reopens a closed settlement list."))
        self._hold()
        if self.state != 'closed':
            raise UserError(self.env._("%(list)s is not closed.", list=self.display_name))
        if len((reason or '').strip()) < 5:
            raise UserError(self.env._("%(list)s: say why it is reopened.", list=self.display_name))
        self._check_no_invoice()
        # sudo: the state is not typed
        self.sudo().write({
            'state': 'submitted', 'closed_by_id': False, 'closed_on': False, 'reopened_count': self.reopened_count + 1,
        })
        # sudo: the general manager only reads lists; the note says whose decision it was
        self.sudo().message_post(body=self.env._("Reopened: %(reason)s", reason=reason.strip()))
        return True
