from odoo import api, fields, models


class InsuranceRenewal(models.Model):
    """A car that is a total loss leaves the base: its open cases end, without a contact of the specialist (T15)."""

    _inherit = 'insurance.renewal'

    total_loss_on = fields.Date(string="Total Loss on", readonly=True, copy=False)
    lost_reason_id = fields.Many2one('insurance.reason', related=None, compute='_compute_lost_reason_id', store=True,
                                     string="Lost Reason")

    @api.model
    def _is_guarded(self, field):
        return field.name == 'total_loss_on' or super()._is_guarded(field)

    @api.depends('lost_contact_id.lost_reason_id', 'total_loss_on')
    def _compute_lost_reason_id(self):
        ended = self.filtered(lambda case: case.total_loss_on and not case.lost_contact_id)
        scrap = self.env['insurance.reason']._get_by_code('renewal_lost', 'SCRAP') if ended else False
        for case in self:
            case.lost_reason_id = scrap if case in ended else case.lost_contact_id.lost_reason_id

    @api.model
    def _end_for_total_loss(self, company, vehicle, source):
        """End the open cases of a car that is a total loss; called in sudo by the room that learns of it.

        :param str source: what it is known from, for the history
        :return: the cases that ended
        """
        cases = self.search([('company_id', '=', company.id), ('vehicle_id', '=', vehicle.id),
                             ('is_open', '=', True)])
        today = company._insurance_today()
        for case in cases:
            case.write({'state': 'invalid', 'total_loss_on': today, 'closed_on': today})
            case.message_post(body=self.env._("Left the base: the car is a total loss (%(record)s).", record=source))
        return cases

    def _state_error_message(self, target, vals):
        error = super()._state_error_message(target, vals)
        ended = target == 'invalid' and vals.get('total_loss_on') and self.env.su
        return False if error and ended and self.is_open else error
