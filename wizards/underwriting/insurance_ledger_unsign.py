from odoo import fields, models


class InsuranceLedgerUnsign(models.TransientModel):
    _name = 'insurance.ledger.unsign'
    _description = "Reopen a Signed Entry"

    entry_id = fields.Many2one('insurance.ledger.entry', required=True, readonly=True)
    reason = fields.Text(required=True)

    def action_unsign(self):
        self.ensure_one()
        self.entry_id.action_unsign(self.reason)
        return {'type': 'ir.actions.act_window_close'}
