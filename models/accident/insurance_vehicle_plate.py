from odoo import models


class InsuranceVehiclePlate(models.Model):
    """Former plates are found by their last characters, too."""

    _inherit = 'insurance.vehicle.plate'

    _plate_end_idx = models.Index("(reverse(plate) text_pattern_ops)")
