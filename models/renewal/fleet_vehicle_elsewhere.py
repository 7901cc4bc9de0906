from odoo import fields, models

from .insurance_renewal import OPEN


class FleetVehicle(models.Model):
    """Whether another store of the group follows the car up too: which store, nothing of the customer (T34)."""

    _inherit = 'fleet.vehicle'

    insurance_elsewhere_note = fields.Char(string="In Hand Elsewhere", compute='_compute_insurance_elsewhere_note')

    def _get_stores_in_hand(self):
        """Return `{vehicle id: stores}` that have an open case of the car, whoever asks."""
        # sudo: that another store follows the car up is what this tells; no case and no person of it is shown
        groups = self.env['insurance.renewal'].sudo()._read_group(
            [('vehicle_id', 'in', self.ids), ('state', 'in', OPEN)], ['vehicle_id'], ['company_id:recordset'])
        return {vehicle.id: stores for vehicle, stores in groups}

    def _compute_insurance_elsewhere_note(self):
        stores = self._get_stores_in_hand()
        for vehicle in self:
            others = stores.get(vehicle.id, self.env['res.company']) - self.env.companies
            vehicle.insurance_elsewhere_note = ", ".join(others.mapped('name')) or False
