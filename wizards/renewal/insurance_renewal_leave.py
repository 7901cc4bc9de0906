from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from ...models.renewal.insurance_renewal import OPEN
from ...models.renewal.insurance_renewal_gate import SUPERVISORS


class InsuranceRenewalLeave(models.TransientModel):
    """A specialist leaves: his open cases are shared out, with a receipt (T12)."""

    _name = 'insurance.renewal.leave'
    _description = "Share out the Cases of a Leaver"

    company_id = fields.Many2one('res.company', string="Store", required=True, default=lambda self: self.env.company)
    user_id = fields.Many2one('res.users', string="Who Leaves", required=True)
    mode = fields.Selection(
        [('rules', "By the assignment rules"), ('person', "All to one person")], string="Share out", required=True,
        default='rules',
    )
    specialist_id = fields.Many2one(
        'res.users', string="Successor",
        domain=lambda self: [('all_group_ids', 'in', self.env.ref('dealer_insurance.group_renewal_specialist').id)],
    )
    reason = fields.Char()
    case_count = fields.Integer(string="Open Cases", compute='_compute_case_count')

    @api.depends('user_id', 'company_id')
    def _compute_case_count(self):
        for wizard in self:
            # without a user, the domain would find the cases of nobody
            wizard.case_count = wizard.user_id and self.env['insurance.renewal'].search_count(wizard._get_domain())

    def _get_domain(self):
        return [('specialist_id', '=', self.user_id.id), ('company_id', '=', self.company_id.id),
                ('state', 'in', OPEN)]

    def action_share(self):
        """Give every open case of the leaver to somebody else and return the receipt's action."""
        self.ensure_one()
        if not self.env.user.has_groups(SUPERVISORS):
            raise AccessError(self.env._("Only the insurance supervisor assigns cases."))
        reason = (self.reason or '').strip()
        if len(reason) < 2:
            raise UserError(self.env._("Say why the cases change hands, e.g. that the specialist leaves."))
        cases = self.env['insurance.renewal'].search(self._get_domain())
        if not cases:
            raise UserError(self.env._("%(user)s has no open case in this store.", user=self.user_id.name))
        chosen = self._choose(cases)
        if len(chosen) < len(cases):
            raise UserError(self.env._("The store has no other renewal specialist who could take the cases."))
        handover = self._make_receipt(chosen, reason)
        cases._assign_chosen(chosen)
        cases._message_log_batch(bodies={
            case.id: self.env._("Handed over to %(specialist)s: %(reason)s", specialist=user.name, reason=reason)
            for case, user in chosen.items()
        })
        return {
            'type': 'ir.actions.act_window', 'res_model': 'insurance.renewal.handover', 'res_id': handover.id,
            'view_mode': 'form', 'views': [(False, 'form')],
        }

    def _choose(self, cases):
        """Return `{case: user}` of who takes over which case."""
        if self.mode == 'rules':
            return cases._allot_by_rules(leaving=self.user_id, is_complete=True)
        specialists = self.env['insurance.renewal.assign.rule']._get_specialists(self.company_id)
        if not self.specialist_id or self.specialist_id == self.user_id or self.specialist_id not in specialists:
            raise UserError(self.env._("Choose another renewal specialist of the store as the successor."))
        return dict.fromkeys(cases, self.specialist_id)

    def _make_receipt(self, chosen, reason):
        # sudo: the receipt is written by no role
        return self.env['insurance.renewal.handover'].sudo().create({
            'company_id': self.company_id.id, 'user_id': self.user_id.id, 'reason': reason,
            'done_by_id': self.env.uid, 'done_on': fields.Datetime.now(),
            'line_ids': [Command.create({
                'renewal_id': case.id, 'plate': case.plate or case.vin, 'customer_name': case.partner_id.name,
                'reference_expiry': case.reference_expiry, 'next_contact_date': case.next_contact_date,
                'specialist_id': user.id,
            }) for case, user in chosen.items()],
        })
