from odoo import fields, models


class ResCompany(models.Model):
    """The store's settings for new cars."""

    _inherit = 'res.company'

    insurance_fleet_counts = fields.Boolean(
        string="Fleet Sales Count",
        default=True,
        help="Cars sold to fleets belong to the base of the new-car insured rate (K1), like those of retail customers.",
    )
    insurance_feeds_from_sale = fields.Boolean(
        string="Sales Orders Feed Deliveries",
        help="A confirmed sales order whose line names a car by its VIN is registered as a delivery. Needs the Sales"
        " app.",
    )
