from odoo import api, models
from odoo.exceptions import AccessError, UserError

from .insurance_renewal import CLOSED, OPEN, WORKED

SUPERVISORS = 'dealer_insurance.group_insurance_supervisor,dealer_insurance.group_general_manager'
TRANSITIONS = {
    **{state: WORKED | set(CLOSED) for state in OPEN},
    'won': {'following', 'lost', 'invalid'},
    'lost': {'following', 'won', 'invalid'},
    'invalid': {'following', 'won', 'lost'},
}  # which states may follow which (domain 6.3); what each demands is in `_state_error_message`


class InsuranceRenewal(models.Model):
    """How a case comes to be, changes hands and changes state: the one gate for all of it."""

    _inherit = 'insurance.renewal'

    _identity_fields = frozenset({'vehicle_id', 'company_id'})  # what the lines of the register stand on
    _supervised_fields = frozenset({'active', 'import_digest'})

    # === ACCESS === #

    @api.model
    def _has_field_access(self, field, operation):
        if (
            operation == 'write'
            and field.name in self._supervised_fields
            and not self.env.su
            and not self.env.user.has_groups(SUPERVISORS)
        ):
            return False
        return super()._has_field_access(field, operation)

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._complete_new(vals) for vals in vals_list])

    @api.model
    def _complete_new(self, vals):
        """Return the values of a new case with what follows from them."""
        names = {'state', 'specialist_id', 'company_id', 'assigned_on'}
        vals = {**self.default_get(list(names - vals.keys())), **vals}
        state = vals.get('state') or 'unassigned'
        if state in CLOSED:
            raise UserError(self.env._("A new case is open; log how it ended as a contact."))
        company = self.env['res.company'].browse(vals.get('company_id')) or self.env.company
        assigned = bool(vals.get('specialist_id'))
        return dict(
            vals,
            state='new' if assigned and state == 'unassigned' else state,
            assigned_on=company._insurance_today() if assigned else False,
        )

    def write(self, vals):
        if 'assigned_on' in vals:
            raise UserError(self.env._("The day of the assignment is not written by hand."))
        self._check_identity(vals)
        waiting = self.browse()
        if 'specialist_id' in vals:
            moved = self.filtered(lambda case: case.specialist_id.id != vals['specialist_id'])
            if moved != self:  # the others stay with whom they are, since when they are
                others = {name: value for name, value in vals.items() if name != 'specialist_id'}
                return (not others or (self - moved).write(others)) and (not moved or moved.write(vals))
            waiting, vals = self._prepare_assignment(vals)
        if 'state' in vals:
            for case in self:
                error = case.state != vals['state'] and case._state_error_message(vals['state'], vals)
                if error:
                    raise UserError(error)
        result = super().write(vals)
        if waiting:
            super(InsuranceRenewal, waiting).write({'state': 'new'})
        if {'state', 'specialist_id'} & vals.keys():
            self._sync_call_activities()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_untouched(self):
        for case in self:
            if case.contact_ids or case.state not in ('unassigned', 'new'):
                raise UserError(
                    self.env._("%(case)s has been worked on: archive it instead.", case=case.display_name)
                )

    def _check_identity(self, vals):
        """Keep car and store of a case once there are contacts: the lines of the register name them through it."""
        names = self._identity_fields & vals.keys()
        # sudo: contacts count, whoever may read them
        for case in self.sudo() if names else ():
            changed = any(case[name].id != vals[name] for name in names)
            if changed and case.contact_ids:
                raise UserError(
                    self.env._(
                        "%(case)s has contacts: its vehicle and store stay. Close it and open a case for the"
                        " other one.",
                        case=case.display_name,
                    )
                )

    # === STATE === #

    def _state_error_message(self, target, vals):
        """Return why the case cannot go to state `target` with the values being written, or False."""
        self.ensure_one()
        labels = dict(self._fields['state']._description_selection(self.env))
        if target not in TRANSITIONS[self.state]:
            return self.env._(
                "%(case)s is %(old)s and cannot become %(new)s.",
                case=self.display_name,
                old=labels[self.state],
                new=labels.get(target, target),
            )
        if target in ('lost', 'invalid') and not vals.get('lost_contact_id'):
            return self.env._("%(case)s: press Lost and give reason and countermeasure.", case=self.display_name)
        if target == 'won' and not self._is_won_by(vals):
            return self.env._("%(case)s: press Won and give insurer and policy.", case=self.display_name)
        if self.state in CLOSED and not self.env.su:
            return self.env._(
                "%(case)s is closed. The supervisor opens it again with a win-back contact.", case=self.display_name
            )
        return False

    def _is_won_by(self, vals):
        """Tell whether what is being written proves that the case is won."""
        return bool(vals.get('won_contact_id'))

    # === ASSIGNMENT === #

    def _prepare_assignment(self, vals):
        """Check and complete the values of an assignment; only supervisors move cases (R8, R13).

        :return: the cases that wait for their first specialist, and the values to write
        """
        if not self.env.su and not self.env.user.has_groups(SUPERVISORS):
            raise AccessError(self.env._("Only the insurance supervisor assigns cases."))
        waiting = self.browse()
        if vals['specialist_id'] and 'state' not in vals:
            waiting = self.filtered(lambda case: case.state == 'unassigned')
        return waiting, dict(vals, assigned_on=self[:1].company_id._insurance_today())

    def _sync_call_activities(self):
        """Keep one planned call per open case: on its next contact date, with its specialist.

        Nobody is written to about each of them: who gets many cases at once finds them in his list of the day.
        """
        call = self.env.ref('dealer_insurance.mail_activity_type_renewal_call')
        planned = self.env['mail.activity'].with_context(mail_activity_quick_update=True).search([
            ('res_model', '=', self._name), ('res_id', 'in', self.ids), ('activity_type_id', '=', call.id),
        ])
        by_case = planned.grouped('res_id')
        model = self.env['ir.model']._get(self._name)
        new, moved = [], {}
        for case in self:
            activities = by_case.get(case.id, planned.browse())
            if not case.next_contact_date or not case.specialist_id:
                activities.unlink()
            elif activities:
                target = case.next_contact_date, case.specialist_id
                if (activities[0].date_deadline, activities[0].user_id) != target:
                    moved[target] = moved.get(target, planned.browse()) | activities[0]
                activities[1:].unlink()
            else:
                new.append({
                    'res_model_id': model.id, 'res_id': case.id, 'activity_type_id': call.id,
                    'user_id': case.specialist_id.id, 'date_deadline': case.next_contact_date,
                })
        for (day, user), activities in moved.items():
            activities.write({'date_deadline': day, 'user_id': user.id})
        planned.create(new)
