from odoo import fields, models


class InsuranceIdentityReveal(models.TransientModel):
    _name = 'insurance.identity.reveal'
    _description = "Show an ID Number"

    partner_id = fields.Many2one('res.partner', string="Customer", required=True, readonly=True)
    reason = fields.Char(required=True)

    def action_reveal(self):
        """Show the clear number in the dialog, without keeping it anywhere."""
        self.ensure_one()
        number = self.partner_id.action_reveal_identity(self.reason)
        return {
            'type': 'ir.actions.client', 'tag': 'display_notification',
            'params': {
                'title': self.partner_id.name, 'message': number or self.env._("No ID number is on file."),
                'type': 'info', 'sticky': True, 'next': {'type': 'ir.actions.act_window_close'},
            },
        }
