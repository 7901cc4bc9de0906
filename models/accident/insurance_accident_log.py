from odoo import fields, models


class InsuranceAccident(models.Model):
    """The dialogs in which follow-ups are added."""

    _inherit = 'insurance.accident'

    def action_log_contact(self):
        """Open the dialog for a talk with the customer."""
        return self._open_log(self.env._("Log a Talk"), 'reached')

    def action_log_return(self):
        """Open the dialog that says that the car has come."""
        now = fields.Datetime.now()
        is_advisor = self.env.user.has_group('dealer_insurance.group_service_advisor')
        return self._open_log(
            self.env._("Car Has Come"), 'returned', default_returned_on=now,
            default_advisor_id=self.env.uid if is_advisor else False,
        )

    def action_log_not_returned(self):
        """Open the dialog for the reason why the car does not come (R45)."""
        return self._open_log(self.env._("Does Not Come"), 'not_returned')

    def action_log_reopened(self):
        """Open the dialog that takes up a closed report again."""
        return self._open_log(self.env._("Take Up Again"), 'reopened')

    def _open_log(self, name, kind, **defaults):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'name': name,
            'res_model': 'insurance.accident.contact',
            'view_mode': 'form',
            'target': 'new',
            'context': {'default_accident_id': self.id, 'default_kind': kind, **defaults},
        }
