from odoo import fields, models


class InsuranceRegisterReopen(models.TransientModel):
    _name = 'insurance.register.reopen'
    _description = "Reopen a Signed Page"

    page_id = fields.Many2one('insurance.register.page', required=True, readonly=True)
    reason = fields.Text(required=True)

    def action_reopen(self):
        self.ensure_one()
        self.page_id.action_reopen(self.reason)
        return {'type': 'ir.actions.act_window_close'}
