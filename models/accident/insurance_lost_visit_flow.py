from odoo import fields, models

FOLLOW = 'dealer_insurance.mail_activity_type_visit_follow'
IMPROVE = 'dealer_insurance.mail_activity_type_visit_improve'


class InsuranceLostVisit(models.Model):
    """What is done about a car that left: follow-ups, reminders, corrections (R48-R51)."""

    _inherit = 'insurance.lost.visit'

    # === ACTIONS === #

    def action_follow_up(self):
        """Open the dialog for the next follow-up of the visit."""
        return self._open_follow_up('continue', self.env._("Follow-up"))

    def action_come_back(self):
        """Open the dialog that says that the car came back for repair."""
        return self._open_follow_up('returned', self.env._("The Car Came Back"))

    def action_give_up(self):
        """Open the dialog that says that the car is finally lost."""
        return self._open_follow_up('lost', self.env._("Finally Lost"))

    def action_improvement_done(self):
        """Open the dialog that says what came of the improvement."""
        return self._open_follow_up('done', self.env._("Improvement Done"))

    def _open_follow_up(self, outcome, title):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window', 'name': title, 'res_model': 'insurance.lost.visit.contact',
            'view_mode': 'form', 'target': 'new',
            'context': {'default_visit_id': self.id, 'default_outcome': outcome},
        }

    def action_view_vehicle(self):
        self.ensure_one()
        return {'type': 'ir.actions.act_window', 'name': self.vehicle_id.display_name, 'res_model': 'fleet.vehicle',
                'res_id': self.vehicle_id.id, 'view_mode': 'form'}

    # === FOLLOW-UPS === #

    def _follow_up_error_message(self, outcome):
        """Return why `outcome` cannot be entered for the visit now, or False."""
        self.ensure_one()
        name = self.display_name
        if self.is_superseded:
            return self.env._("%(visit)s was corrected: follow up the newer entry.", visit=name)
        if self.anonymised_on:
            return self.env._("%(visit)s was made anonymous and is over.", visit=name)
        if self.state == 'returned':
            return self.env._("%(visit)s came back already.", visit=name)
        if self.state == 'lost' and outcome != 'returned':
            return self.env._("%(visit)s is finally lost; only its coming back can still be entered.", visit=name)
        if outcome == 'lost' and self.state != 'tracking':
            return self.env._("%(visit)s is not tracked: it counts as lost already.", visit=name)
        if outcome == 'done' and self.state != 'improving':
            return self.env._("%(visit)s waits for no improvement.", visit=name)
        if outcome == 'done' and not (self.improvement or '').strip():
            return self.env._("%(visit)s: enter first what is to be improved, by whom and until when.", visit=name)
        if outcome == 'continue' and self.close_by < self.company_id._insurance_today():
            return self.env._(
                "%(visit)s: the outcome was due on %(day)s. Enter whether the car came back or is finally lost.",
                visit=name, day=fields.Date.to_string(self.close_by),
            )
        return False

    def _take_over_follow_ups(self):
        """Move the follow-ups of the entry that this one corrects here: they are about the car, not the words."""
        if self.correction_of_id.contact_ids:
            self.correction_of_id.contact_ids._move_to(self)

    # === REMINDERS === #

    def _sync_activities(self):
        """Keep one reminder for the next follow-up and one for the improvement; called in sudo."""
        self.activity_unlink([FOLLOW, IMPROVE])
        values = []
        for visit in self.filtered(lambda visit: not visit.is_superseded and not visit.anonymised_on):
            if visit.state == 'tracking' and visit.follow_date:
                values.append(visit._prepare_activity(FOLLOW, visit._get_follower(), visit.follow_date))
            if visit.state == 'improving' and visit.responsible_id and visit.improvement_due:
                values.append(visit._prepare_activity(IMPROVE, visit.responsible_id, visit.improvement_due))
        corrected = self.correction_of_id
        if corrected:
            corrected.activity_unlink([FOLLOW, IMPROVE])
        self.env['mail.activity'].with_context(mail_activity_quick_update=True).create(values)

    def _get_follower(self):
        """Return who follows the car up: its advisor, but for entries that he must not read (T38, R51)."""
        self.ensure_one()
        if self.is_restricted:
            return self.register_id.reviewer_id
        return self.entered_by_id if self.is_about_advisor else self.advisor_id

    def _prepare_activity(self, kind, user, day):
        # the summary stands in lists of others' reminders too: it says which car, never why
        return {
            'res_model_id': self.env['ir.model']._get_id(self._name), 'res_id': self.id, 'user_id': user.id,
            'activity_type_id': self.env.ref(kind).id, 'date_deadline': day, 'summary': self.display_name,
            'automated': True,
        }
