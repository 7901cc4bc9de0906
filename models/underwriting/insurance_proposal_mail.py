from odoo import models
from odoo.exceptions import UserError

HAND_OVER = 'insurance_hand_over'  # context of the composer: the mail hands the proposal over


class InsuranceProposal(models.Model):
    """Handing the proposal over by mail, with the letter attached and a link to answer it."""

    _inherit = 'insurance.proposal'

    def action_send_mail(self):
        """Open the composer with the letter; the proposal is handed over when the mail is sent, not before."""
        self.ensure_one()
        self.check_access('write')
        if self.state in ('draft', 'approval', 'approved'):
            error = self._hand_over_error_message()
            if error:
                raise UserError(error)
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Send by Mail"),
            'res_model': 'mail.compose.message',
            'view_mode': 'form',
            'target': 'new',
            'context': {
                'default_model': self._name,
                'default_res_ids': self.ids,
                'default_composition_mode': 'comment',
                'default_template_id': self.env.ref('dealer_insurance.mail_template_insurance_proposal').id,
                'default_email_layout_xmlid': 'mail.mail_notification_layout_with_responsible_signature',
                HAND_OVER: True,
                'force_email': True,
            },
        }

    def message_post(self, **kwargs):
        if self.env.context.get(HAND_OVER):
            self.filtered(lambda proposal: proposal.state in ('draft', 'approved')).action_send()
        return super(InsuranceProposal, self.with_context(**{HAND_OVER: False})).message_post(**kwargs)

    def action_print_letter(self):
        """Print the letter."""
        return self.env.ref('dealer_insurance.report_insurance_proposal_action').report_action(self)
