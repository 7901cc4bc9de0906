from odoo import fields, models


class FleetVehicle(models.Model):
    """The visits with which an accident car came and left."""

    _inherit = 'fleet.vehicle'

    lost_visit_ids = fields.One2many('insurance.lost.visit', 'vehicle_id', string="Came and Left")
    lost_visit_count = fields.Integer(string="Visits without Repair", compute='_compute_lost_visit_count')

    def _compute_lost_visit_count(self):
        """Count what the user may read: a count is no hint at restricted entries (T38)."""
        Visit, counts = self.env['insurance.lost.visit'], {}
        if Visit.has_access('read'):
            domain = [('vehicle_id', 'in', self.ids), ('is_superseded', '=', False)]
            counts = dict(Visit._read_group(domain, ['vehicle_id'], ['__count']))
        for vehicle in self:
            vehicle.lost_visit_count = counts.get(vehicle, 0)

    def action_view_lost_visits(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('dealer_insurance.insurance_lost_visit_action')
        return dict(action, domain=[('vehicle_id', '=', self.id)], context={'default_vehicle_id': self.id})
