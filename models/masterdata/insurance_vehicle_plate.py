from odoo import fields, models


class InsuranceVehiclePlate(models.Model):
    """A plate that a vehicle carried before (T16)."""

    _name = 'insurance.vehicle.plate'
    _description = "Former Plate"
    _order = 'date_to desc, id desc'
    _rec_name = 'plate'

    vehicle_id = fields.Many2one('fleet.vehicle', required=True, index=True, ondelete='cascade')
    plate = fields.Char(required=True, index='trigram')
    is_temporary = fields.Boolean(string="Temporary")
    date_to = fields.Date(string="Until", required=True)
