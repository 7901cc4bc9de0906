from odoo import fields, models


class InsuranceSettlementDecide(models.TransientModel):
    """Asks finance for the coded reason with which a line of a list is returned, or its difference accepted."""

    _name = 'insurance.settlement.decide'
    _description = "Return a Line or Accept its Difference"

    line_id = fields.Many2one('insurance.settlement.line', required=True, readonly=True, ondelete='cascade')
    mode = fields.Selection([('return', "Return to the Clerk"), ('accept', "Accept the Difference")], required=True,
                            readonly=True)
    reason_id = fields.Many2one('insurance.reason', string="Reason", required=True,
                                domain="[('use', '=', 'settlement_difference'), ('is_group', '=', False)]")
    note = fields.Char(string="Details")

    def action_confirm(self):
        self.ensure_one()
        if self.mode == 'return':
            self.line_id.action_return(self.reason_id, self.note)
        else:
            self.line_id.action_accept_difference(self.reason_id, self.note)
        return {'type': 'ir.actions.act_window_close'}
