from odoo import api, fields, models
from odoo.exceptions import UserError

from .insurance_delivery import DESK, UNINSURED

# Once the car is handed over these are the desk's: they decide in whose rate and month it counts
DESK_FIELDS = frozenset({'vehicle_id', 'delivery_date', 'business_source_id', 'consultant_id', 'company_id', 'active'})
LOOSE_FIELDS = frozenset({'message_follower_ids', 'activity_ids', 'message_main_attachment_id'})


class InsuranceDelivery(models.Model):
    """The steps of a delivery: registered at the sale, handed over, checked by the clerk, or taken back."""

    _inherit = 'insurance.delivery'

    # === CRUD === #

    @api.model
    def _has_field_access(self, field, operation):
        """Keep the team to the desk: a consultant's deliveries count to his own."""
        if operation == 'write' and field.name == 'team_id' and not self.env.su and not self.env.user.has_groups(DESK):
            return False
        return super()._has_field_access(field, operation)

    @api.model_create_multi
    def create(self, vals_list):
        self._check_vehicles_free([
            (vals.get('company_id') or self.env.company.id, vals.get('vehicle_id')) for vals in vals_list])
        deliveries = super().create(vals_list)
        deliveries.filtered(lambda delivery: delivery.insurance_answer != 'open')._stamp_answer()
        deliveries._mark_vehicles()
        return deliveries

    def write(self, vals):
        if not self.env.su:
            self._check_kept(vals)
        answered = self.browse()
        if 'insurance_answer' in vals:
            answered = self.filtered(lambda delivery: delivery.insurance_answer != vals['insurance_answer'])
            if vals['insurance_answer'] not in UNINSURED:
                vals = dict(vals, uninsured_reason_id=False)
        if 'vehicle_id' in vals:
            self._check_vehicles_free([(delivery.company_id.id, vals['vehicle_id']) for delivery in self])
        result = super().write(vals)
        answered._stamp_answer()
        if {'state', 'vehicle_id', 'delivery_date', 'consultant_id', 'business_source_id'} & vals.keys():
            self._mark_vehicles()
        return result

    def _check_vehicles_free(self, pairs):
        """Name the delivery that a car of `pairs` of store and vehicle ids has already, other than these.

        The database would refuse it too, without saying which.
        """
        # sudo: the delivery may be another consultant's, whose customer is not named here
        held = self.sudo().search([
            ('company_id', 'in', [company for company, _vehicle in pairs]), ('state', '!=', 'returned'),
            ('vehicle_id', 'in', [vehicle for _company, vehicle in pairs if vehicle]), ('id', 'not in', self.ids),
        ])
        taken = held.filtered(lambda delivery: (delivery.company_id.id, delivery.vehicle_id.id) in set(pairs))[:1]
        if taken:
            raise UserError(self.env._(
                "%(vin)s is in the list of deliveries already, of %(day)s. Take that delivery back first, if the car"
                " was returned.", vin=taken.vin or taken.vehicle_id.display_name, day=taken.delivery_date))

    def _check_kept(self, vals):
        """Refuse what the step of a delivery no longer allows the present user."""
        names = vals.keys() - LOOSE_FIELDS
        is_desk = self.env.user.has_groups(DESK)
        for delivery in self if names else ():
            if delivery.state == 'returned':
                raise UserError(self.env._("%(delivery)s was taken back and stays as it is. Register the car anew.",
                                           delivery=delivery.display_name))
            if delivery.state != 'sold' and 'active' in names:
                raise UserError(self.env._("%(delivery)s: a car that was handed over is taken back, not archived.",
                                           delivery=delivery.display_name))
            if delivery.state != 'sold' and names & DESK_FIELDS and not is_desk:
                raise UserError(self.env._(
                    "%(delivery)s: after the handover car, day, source and consultant are the policy clerk's to"
                    " correct.", delivery=delivery.display_name))

    def _stamp_answer(self):
        """Keep who registered the answer and when; an answer taken back to open has neither."""
        deliveries = self.sudo()  # sudo: stamps are written by no role
        answered = deliveries.filtered(lambda delivery: delivery.insurance_answer != 'open')
        if answered:
            answered.write({'answered_by_id': self.env.uid, 'answered_on': fields.Datetime.now()})
        if deliveries - answered:
            (deliveries - answered).write({'answered_by_id': False, 'answered_on': False})

    def _mark_vehicles(self):
        """Tell the vehicles of delivered cars where they were bought, when, and of whom; of returned ones, nothing."""
        for delivery in self:
            if delivery.state in ('delivered', 'completed') and delivery.active:
                delivery.vehicle_id._take_over_delivery(delivery)
            elif delivery.state == 'returned':
                delivery.vehicle_id._take_back_delivery(delivery)

    # === ACTIONS === #

    def _move(self, vals, error_message):
        """Write `vals` after `error_message(delivery)` found nothing against any of the deliveries."""
        self.check_access('write')
        for delivery in self:
            if error := error_message(delivery):
                raise UserError(error)
        self.sudo().write(vals)  # sudo: steps and stamps are written by the buttons alone
        return True

    def action_register(self):
        """Open the dialog that asks what a consultant asks at the sale: whether and where the car is insured."""
        self.ensure_one()
        self.check_access('write')
        view = self.env.ref('dealer_insurance.insurance_delivery_view_form_answer')
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Insurance Answer"), 'res_model': self._name,
            'res_id': self.id, 'view_mode': 'form', 'views': [(view.id, 'form')], 'target': 'new',
        }

    def _deliver_error_message(self):
        """Return why the car cannot be handed over, or False. Insurance is never a reason."""
        self.ensure_one()
        if self.state != 'sold':
            return self.env._("%(delivery)s was handed over already.", delivery=self.display_name)
        return False

    def action_deliver(self):
        """Hand the cars over: on the planned day, or today where that is still to come."""
        for delivery in self:
            today = delivery.company_id._insurance_today()
            vals = {'state': 'delivered'}
            if delivery.delivery_date > today:
                vals['delivery_date'] = today
            delivery._move(vals, type(self)._deliver_error_message)
        return True

    def _complete_error_message(self):
        """Return why the clerk cannot close the delivery yet, or False."""
        self.ensure_one()
        if not self.env.user.has_groups(DESK):
            return self.env._("Deliveries are checked against the ledger by the policy clerk or the supervisor.")
        if self.state != 'delivered':
            return self.env._("%(delivery)s: only a car handed over is checked, once.", delivery=self.display_name)
        if self.insurance_status.startswith('insured'):
            return False
        if self.insurance_answer not in UNINSURED:
            return self.env._(
                "%(delivery)s: the ledger has no policy of this store around the delivery. Register the policy, or"
                " enter where the car is insured and why not here.", delivery=self.display_name)
        if not self.uninsured_reason_id:
            return self.env._("%(delivery)s: choose why the car is not insured through the store.",
                              delivery=self.display_name)
        return False

    def action_complete(self):
        """Close the deliveries after the ledger was looked at: insured here, or the reason why not is known."""
        self.invalidate_recordset(['insurance_status'])  # it follows the ledger, which is no field of the delivery
        return self._move(
            {'state': 'completed', 'completed_by_id': self.env.uid, 'completed_on': fields.Datetime.now()},
            type(self)._complete_error_message,
        )

    def _reopen_error_message(self):
        """Return why a checked delivery cannot be opened again, or False."""
        self.ensure_one()
        if not self.env.user.has_groups(DESK):
            return self.env._("Deliveries are checked against the ledger by the policy clerk or the supervisor.")
        if self.state != 'completed':
            return self.env._("%(delivery)s is not checked yet.", delivery=self.display_name)
        return False

    def action_reopen(self):
        """Take the check back, so that the consultant can correct the answer."""
        return self._move({'state': 'delivered', 'completed_by_id': False, 'completed_on': False},
                          type(self)._reopen_error_message)

    def action_return(self):
        """Open the dialog that takes the cars back."""
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Take Cars Back"),
            'res_model': 'insurance.delivery.return', 'view_mode': 'form', 'target': 'new',
            'context': {'default_delivery_ids': self.ids},
        }

    def _return_error_message(self):
        """Return why the car cannot be taken back, or False."""
        self.ensure_one()
        if not self.env.user.has_groups(DESK):
            return self.env._("Cars are taken back by the policy clerk or the supervisor.")
        if self.state not in ('delivered', 'completed'):
            return self.env._("%(delivery)s: only a car that was handed over is taken back.",
                              delivery=self.display_name)
        return False

    def _take_back(self, day, reason, note=False):
        """Take the cars back on `day` (date): they leave both sides of K1 and may be delivered anew (T41)."""
        return self._move({
            'state': 'returned', 'returned_on': day, 'return_reason_id': reason.id, 'return_note': note,
            'returned_by_id': self.env.uid,
        }, type(self)._return_error_message)
