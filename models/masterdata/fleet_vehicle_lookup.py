from odoo import api, models
from odoo.fields import Domain

from ...lib import identifiers

VIN_LENGTH = 17


class FleetVehicle(models.Model):
    """How a car is found and named at the desk: by its plate, a former plate, or its VIN (T16)."""

    _inherit = 'fleet.vehicle'

    @api.depends('license_plate', 'vin_sn')
    @api.depends_context('show_vin')
    def _compute_display_name(self):
        super()._compute_display_name()
        if self.env.context.get('show_vin'):
            for vehicle in self:
                names = filter(None, (vehicle.license_plate, vehicle.vin_sn))
                vehicle.display_name = " · ".join(names) or vehicle.display_name

    @api.model
    def _search_display_name(self, operator, value):
        """Find a car by a plate it carried before, and by a plate typed in small letters or with a dot, too."""
        domain = super()._search_display_name(operator, value)
        if not isinstance(value, str) or not value or operator in Domain.NEGATIVE_OPERATORS:
            return domain
        plate = identifiers.normalise_plate(value) or value
        # any!: whoever finds the car by its plate finds it by its former plate
        return Domain.OR([
            domain, Domain('license_plate', operator, plate),
            Domain('plate_history_ids', 'any!', Domain('plate', operator, plate)),
        ])

    @api.model
    def default_get(self, fields):
        """Take what was typed to look for a car as its VIN, when it looks like one and not like a plate."""
        defaults = super().default_get(fields)
        typed = identifiers.normalise_vin(defaults.get('license_plate')) or ''
        if 'vin_sn' in fields and len(typed) == VIN_LENGTH and not defaults.get('vin_sn'):
            defaults.update(license_plate=False, vin_sn=typed)
        return defaults
