from odoo import fields, models


class FleetVehicle(models.Model):
    """The way from a car to its folders in the underwriting archive."""

    _inherit = 'fleet.vehicle'

    insurance_archive_ids = fields.One2many('insurance.archive', 'vehicle_id', string="Folders")
    insurance_archive_count = fields.Integer(string="Folder Count", compute='_compute_insurance_archive_count')

    def _compute_insurance_archive_count(self):
        counts = dict(self.env['insurance.archive']._read_group(
            [('vehicle_id', 'in', self.ids)], ['vehicle_id'], ['__count'],
        ))
        for vehicle in self:
            vehicle.insurance_archive_count = counts.get(vehicle, 0)

    def action_view_insurance_archives(self):
        """Open the folders of this car; the only one at once."""
        self.ensure_one()
        archives = self.env['insurance.archive'].search([('vehicle_id', '=', self.id)])
        if len(archives) == 1:
            return archives._get_open_action()
        action = self.env['ir.actions.act_window']._for_xml_id('dealer_insurance.insurance_archive_action')
        return dict(action, domain=[('vehicle_id', '=', self.id)], context={'insurer_short_name': True})
