from odoo import fields, models


class FleetVehicle(models.Model):
    """The reported accidents of a car."""

    _inherit = 'fleet.vehicle'

    accident_ids = fields.One2many('insurance.accident', 'vehicle_id', string="Accident Reports")
    accident_count = fields.Integer(string="Number of Accident Reports", compute='_compute_accident_count')

    def _compute_accident_count(self):
        Accident = self.env['insurance.accident']
        counts = {}
        if Accident.has_access('read'):
            counts = dict(Accident._read_group([('vehicle_id', 'in', self.ids)], ['vehicle_id'], ['__count']))
        for vehicle in self:
            vehicle.accident_count = counts.get(vehicle, 0)

    def action_view_accidents(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('dealer_insurance.insurance_accident_action')
        return dict(action, domain=[('vehicle_id', '=', self.id)], context={'default_vehicle_id': self.id})
