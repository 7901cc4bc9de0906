from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...models.renewal.insurance_renewal import OPEN


class InsuranceRenewalContactShare(models.TransientModel):
    """Log one talk with a group customer for all of its cars (T19)."""

    _name = 'insurance.renewal.contact.share'
    _description = "Log for All Cars of a Customer"

    renewal_id = fields.Many2one('insurance.renewal', string="Case", required=True, readonly=True)
    customer_group_id = fields.Many2one(related='renewal_id.customer_group_id')
    renewal_ids = fields.Many2many(
        'insurance.renewal', 'insurance_renewal_contact_share_rel', 'wizard_id', 'renewal_id',
        string="Further Cars", compute='_compute_renewal_ids', store=True, readonly=False,
    )
    contact_on = fields.Datetime(string="Contact Time", required=True, default=fields.Datetime.now)
    channel_id = fields.Many2one(
        'insurance.reason', string="Channel", required=True, domain=[('use', '=', 'contact_channel')],
        default=lambda self: self.env['insurance.renewal.contact']._default_channel(),
    )
    result_id = fields.Many2one('insurance.reason', string="Result", required=True,
                                domain=[('use', '=', 'contact_result'), ('is_group', '=', False)])
    content = fields.Text(required=True)
    objection_id = fields.Many2one('insurance.reason', string="Objection", domain=[('use', '=', 'objection')])
    intention = fields.Selection([('high', "High"), ('medium', "Medium"), ('low', "Low")])
    next_date = fields.Date(string="Next Contact",
                            help="Of a car whose case ends before it, the last day of that case.")

    @api.depends('renewal_id')
    def _compute_renewal_ids(self):
        for wizard in self:
            wizard.renewal_ids = wizard._get_further_cases()

    def _get_further_cases(self):
        """Return the other open cases of the customer that the user may log contacts of."""
        case = self.renewal_id
        if not case.customer_group_id:
            return self.env['insurance.renewal']
        return self.env['insurance.renewal'].search(
            Domain('customer_group_id', '=', case.customer_group_id.id) & Domain('company_id', '=', case.company_id.id)
            & Domain('state', 'in', OPEN) & Domain('specialist_id', '=', case.specialist_id.id)
            & Domain('id', '!=', case.id),
        )

    def action_log(self):
        """Write a line for the case and one for each further car, these tied to the first."""
        self.ensure_one()
        strangers = self.renewal_ids - self._get_further_cases()
        if strangers:
            raise UserError(self.env._(
                "%(cases)s: not an open case of this customer in the same hands. Take it off the list.",
                cases=", ".join(strangers[:5].mapped('display_name')),
            ))
        Contact = self.env['insurance.renewal.contact']
        first = Contact.create(self._prepare_contact(self.renewal_id))
        others = Contact.create([self._prepare_contact(case) for case in self.renewal_ids])
        # sudo: which lines are one talk is not chosen by hand
        others.sudo().write({'shared_with_id': first.id})
        return {'type': 'ir.actions.act_window_close'}

    def _prepare_contact(self, case):
        latest = case.reference_expiry + timedelta(days=case.company_id.insurance_renewal_grace_days)
        values = {
            'renewal_id': case.id, 'contact_on': self.contact_on, 'channel_id': self.channel_id.id,
            'result_id': self.result_id.id, 'content': self.content, 'objection_id': self.objection_id.id,
            'intention': self.intention,
        }
        if self.next_date:
            values['next_date'] = min(self.next_date, latest)
        return values
