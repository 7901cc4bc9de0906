from odoo import fields, models


class InsuranceDiversionClose(models.TransientModel):
    """Asks for the outcome of a finding and what was found out."""

    _name = 'insurance.diversion.close'
    _description = "Close a Finding"

    diversion_id = fields.Many2one('insurance.diversion', required=True, ondelete='cascade')
    headline = fields.Char(related='diversion_id.headline')
    outcome = fields.Selection([('explained', "Explained"), ('confirmed', "Confirmed")], string="State", required=True,
                               default='explained')
    reason_id = fields.Many2one(
        'insurance.reason', string="Verification Result", required=True,
        domain="[('use', '=', 'diversion_' + outcome), ('is_group', '=', False)]",
    )
    note = fields.Text(string="What was Found out", required=True)

    def action_close(self):
        self.ensure_one()
        finding = self.diversion_id
        if self.outcome == 'confirmed':
            finding.action_confirm(self.reason_id.id, self.note)
        else:
            finding.action_explain(self.reason_id.id, self.note)
        return {'type': 'ir.actions.act_window_close'}
