from odoo import fields, models


class InsuranceRenewal(models.Model):
    """While somebody hurt in an accident of the car is being dealt with, its owner is offered nothing (T43)."""

    _inherit = 'insurance.renewal'

    has_open_injury = fields.Boolean(related='vehicle_id.has_open_injury')
