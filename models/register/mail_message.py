from odoo import api, models
from odoo.exceptions import UserError


class MailMessage(models.Model):
    """What the system noted on records of the desk stays: who held a case, why it changed hands (R8, R13)."""

    _inherit = 'mail.message'

    _insurance_kept_fields = frozenset({
        'body', 'subject', 'date', 'model', 'res_id', 'author_id', 'email_from', 'message_type', 'tracking_value_ids',
    })

    def write(self, vals):
        if self._insurance_kept_fields & vals.keys():
            self._check_insurance_history()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_insurance_history(self):
        self._check_insurance_history()

    def _check_insurance_history(self):
        if self.env.su:  # a draft that goes takes its messages with it
            return
        for message in self:
            if message.message_type == 'notification' and (message.model or '').startswith('insurance.'):
                raise UserError(
                    self.env._("The history of %(record)s stays as it is.", record=message.record_name or message.model)
                )
