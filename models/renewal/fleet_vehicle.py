from odoo import fields, models


class FleetVehicle(models.Model):
    _inherit = 'fleet.vehicle'

    renewal_ids = fields.One2many('insurance.renewal', 'vehicle_id', string="Renewal Cases")
    renewal_count = fields.Integer(compute='_compute_renewal_count')

    def _compute_renewal_count(self):
        counts = dict(
            self.env['insurance.renewal']._read_group(
                [('vehicle_id', 'in', self.ids)],
                ['vehicle_id'],
                ['__count'],
            )
        )
        for vehicle in self:
            vehicle.renewal_count = counts.get(vehicle, 0)

    def action_view_renewals(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('dealer_insurance.insurance_renewal_action')
        return dict(action, domain=[('vehicle_id', '=', self.id)], context={})
