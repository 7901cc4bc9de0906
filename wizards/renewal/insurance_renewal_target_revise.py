from odoo import fields, models

from ...models.renewal.insurance_renewal_target import AMOUNTS


class InsuranceRenewalTargetRevise(models.TransientModel):
    """Change a confirmed target, for a reason that stays with it (R21)."""

    _name = 'insurance.renewal.target.revise'
    _description = "Change a Renewal Target"

    target_id = fields.Many2one('insurance.renewal.target', string="Target", required=True, readonly=True)
    currency_id = fields.Many2one(related='target_id.currency_id')
    cars = fields.Integer(string="Target Cars")
    premium = fields.Monetary(string="Target Premium")
    rate = fields.Float(string="Target Rate", digits=(5, 4))
    reason = fields.Char(required=True)

    def action_apply(self):
        """Write the new figures into the target, with a revision."""
        self.ensure_one()
        self.target_id._revise({name: self[name] for name in AMOUNTS}, self.reason)
        return {'type': 'ir.actions.act_window_close'}
