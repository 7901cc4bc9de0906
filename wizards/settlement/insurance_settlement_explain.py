from odoo import fields, models


class InsuranceSettlementExplain(models.TransientModel):
    """Asks why a closed list is reopened, or why one is settled without the insurer's statement."""

    _name = 'insurance.settlement.explain'
    _description = "Reopen a List or Settle It without Statement"

    settlement_id = fields.Many2one('insurance.settlement', required=True, readonly=True, ondelete='cascade')
    mode = fields.Selection([('reopen', "Reopen the List"), ('no_statement', "Settle without Statement")],
                            required=True, readonly=True)
    reason = fields.Text(required=True)

    def action_confirm(self):
        self.ensure_one()
        if self.mode == 'reopen':
            self.settlement_id.action_reopen(self.reason)
        else:
            self.settlement_id.action_settle_without_statement(self.reason)
        return {'type': 'ir.actions.act_window_close'}
