from odoo import fields, models


class FleetVehicleModel(models.Model):
    """Nothing is assumed about the energy of a model: premium, vehicle tax and commission depend on it."""

    _inherit = 'fleet.vehicle.model'

    default_fuel_type = fields.Selection(default=False)
