from odoo import fields, models


class InsuranceVehicleOwner(models.Model):
    """Somebody who owned a vehicle before (T2)."""

    _name = 'insurance.vehicle.owner'
    _description = "Former Owner"
    _order = 'date_to desc, id desc'
    _rec_name = 'partner_id'

    vehicle_id = fields.Many2one('fleet.vehicle', required=True, index=True, ondelete='cascade')
    partner_id = fields.Many2one('res.partner', string="Owner", required=True, index=True)
    date_to = fields.Date(string="Until", required=True)
