from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from .insurance_renewal_gate import SUPERVISORS
from .insurance_renewal_target import AMOUNTS

GENERAL_MANAGER = 'dealer_insurance.group_general_manager'
SUPERVISOR = 'dealer_insurance.group_insurance_supervisor'
REASON_MIN = 2  # characters


class InsuranceRenewalTarget(models.Model):
    """Who submits, confirms and changes a target (R19, R21): two people, and what was confirmed leaves a trace."""

    _inherit = 'insurance.renewal.target'

    # === ACTIONS === #

    def action_submit(self):
        """Hand the targets to the general manager."""
        self._check_role(SUPERVISOR, self.env._("The insurance supervisor submits targets."))
        self._check_month_open()
        for target in self:
            target._check_state('draft')
            if not target.cars:
                raise UserError(self.env._("%(target)s: enter the target in cars first.", target=target.display_name))
        # sudo: the state is written by these buttons only
        self.sudo().write({'state': 'submitted', 'submitted_by_id': self.env.uid,
                           'submitted_on': fields.Datetime.now()})
        self._ask_managers()

    def action_confirm(self):
        """Confirm the targets; from the first day of their month on that is late, and stays marked (R19)."""
        self._check_role(GENERAL_MANAGER, self.env._("The general manager confirms targets."))
        self._check_month_open()
        for target in self:
            target._check_state('submitted')
            if target.submitted_by_id == self.env.user:
                raise UserError(self.env._("%(target)s: whoever submitted a target does not confirm it.",
                                           target=target.display_name))
            # sudo: as above; the manager confirms and does not edit
            target.sudo().write({
                'state': 'confirmed', 'confirmed_by_id': self.env.uid, 'confirmed_on': fields.Datetime.now(),
                'original_cars': target.cars, 'original_premium': target.premium,
                'is_late': target.company_id._insurance_today() >= target.month,
            })
        self._finish_asking()

    def action_return(self):
        """Give submitted targets back to the supervisor."""
        self._check_role(GENERAL_MANAGER, self.env._("The general manager gives targets back."))
        for target in self:
            target._check_state('submitted')
        self.sudo().write({'state': 'draft'})  # sudo: as above
        self._finish_asking()

    def action_open_revise(self):
        """Open the dialog that changes a confirmed target."""
        self.ensure_one()
        self._check_role(SUPERVISORS, self.env._("The insurance supervisor changes targets."))
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Change Target"),
            'res_model': 'insurance.renewal.target.revise', 'view_mode': 'form', 'target': 'new',
            'context': {'default_target_id': self.id, **{f'default_{name}': self[name] for name in AMOUNTS}},
        }

    # === BUSINESS === #

    def _ask_managers(self):
        """Remind the general managers to confirm, before the month begins: once per store and month."""
        # sudo: who the general managers are; they are told on the target of the store
        managers = self.env.ref(GENERAL_MANAGER).sudo().all_user_ids.filtered('active')
        for target in self.sudo().filtered(lambda row: not row.specialist_id):
            for manager in managers & target.company_id.user_ids:
                target.activity_schedule(
                    'mail.mail_activity_data_todo', user_id=manager.id, summary=self.env._("Confirm the Targets"),
                    date_deadline=target.month - timedelta(days=1))

    def _finish_asking(self):
        self.sudo().activity_feedback(['mail.mail_activity_data_todo'])  # sudo: done, whoever was asked as well

    def _check_role(self, groups, message):
        self.check_access('read')
        if not self.env.su and not self.env.user.has_groups(groups):
            raise AccessError(message)

    def _check_state(self, state):
        self.ensure_one()
        if self.state != state:
            labels = dict(self._fields['state']._description_selection(self.env))
            raise UserError(self.env._("%(target)s is in the state %(state)s.", target=self.display_name,
                                       state=labels[self.state]))

    def _revise(self, values, reason):
        """Change a confirmed target and keep old, new, who and why (R21).

        :param values: dict of `cars`, `premium` and `rate`
        """
        self.ensure_one()
        self._check_role(SUPERVISORS, self.env._("The insurance supervisor changes targets."))
        self._check_month_open()
        self._check_state('confirmed')
        changed = {name: value for name, value in values.items() if name in AMOUNTS and self[name] != value}
        if not changed:
            raise UserError(self.env._("%(target)s: nothing is different from before.", target=self.display_name))
        if len((reason or '').strip()) < REASON_MIN:
            raise UserError(self.env._("%(target)s: say why the target changes.", target=self.display_name))
        target = self.sudo()  # sudo: rows of revisions come from here only, and the target through them
        self.env['insurance.renewal.target.revision'].sudo().create({
            'target_id': self.id, 'reason': reason.strip(), 'user_id': self.env.uid,
            **{f'old_{name}': self[name] for name in AMOUNTS},
            **{f'new_{name}': values.get(name, self[name]) for name in AMOUNTS},
        })
        target.write(changed)
