from odoo import models


class FleetVehicle(models.Model):
    """A new car that gets its plates (T16)."""

    _inherit = 'fleet.vehicle'

    def write(self, vals):
        result = super().write(vals)
        if vals.get('license_plate'):
            # sudo: who enters the plate need not read the ledger
            entries = self.env['insurance.ledger.entry'].sudo().search([
                ('vehicle_id', 'in', self.ids), ('business_type', '=', 'new'),
                ('activity_ids.activity_type_id', '=', self.env.ref(
                    'dealer_insurance.mail_activity_type_ledger_plate').id),
            ])
            entries._close_plate_reminders()
        return result
