from odoo import fields, models
from odoo.exceptions import UserError


class InsuranceRenewalAssign(models.TransientModel):
    """Give cases to a specialist, for a reason that stays in their history (R8, R13)."""

    _name = 'insurance.renewal.assign'
    _description = "Assign Renewal Cases"

    renewal_ids = fields.Many2many('insurance.renewal', string="Cases", required=True)
    renewal_count = fields.Integer(compute='_compute_renewal_count')
    specialist_id = fields.Many2one(
        'res.users', string="Specialist", required=True,
        domain=lambda self: [('all_group_ids', 'in', self.env.ref('dealer_insurance.group_renewal_specialist').id)],
    )
    reason = fields.Char(help="Needed when a case already has a specialist.")

    def _compute_renewal_count(self):
        for wizard in self:
            wizard.renewal_count = len(wizard.renewal_ids)

    def action_assign(self):
        self.ensure_one()
        closed = self.renewal_ids.filtered(lambda case: not case.is_open)
        if closed:
            raise UserError(self.env._("%(cases)s: closed cases are not handed over.",
                                       cases=closed[:5].mapped('display_name')))
        moving = self.renewal_ids.filtered(
            lambda case: case.specialist_id and case.specialist_id != self.specialist_id,
        )
        reason = (self.reason or '').strip()
        if moving and len(reason) < 2:
            raise UserError(self.env._("Say why the cases change hands; %(count)s of them already have a specialist.",
                                       count=len(moving)))
        self.renewal_ids.write({'specialist_id': self.specialist_id.id})
        if moving:
            moving._message_log_batch(bodies={
                case.id: self.env._("Handed over to %(specialist)s: %(reason)s",
                                    specialist=self.specialist_id.name, reason=reason) for case in moving
            })
        return {'type': 'ir.actions.act_window_close'}
