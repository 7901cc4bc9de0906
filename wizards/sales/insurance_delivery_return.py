from odoo import fields, models


class InsuranceDeliveryReturn(models.TransientModel):
    """Asks when and why cars came back (T41)."""

    _name = 'insurance.delivery.return'
    _description = "Take Cars Back"

    delivery_ids = fields.Many2many('insurance.delivery', string="Cars", required=True, readonly=False)
    returned_on = fields.Date(string="Taken Back on", required=True,
                              default=lambda self: self.env.company._insurance_today())
    reason_id = fields.Many2one('insurance.reason', string="Why Taken Back", required=True,
                                domain="[('use', '=', 'delivery_returned'), ('is_group', '=', False)]")
    note = fields.Char(string="Details of the Return")

    def action_confirm(self):
        self.ensure_one()
        self.delivery_ids._take_back(self.returned_on, self.reason_id, self.note)
        return {'type': 'ir.actions.act_window_close'}
