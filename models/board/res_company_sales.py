from odoo import fields, models


class ResCompany(models.Model):
    """The store's settings of the sales board."""

    _inherit = 'res.company'

    insurance_rank_minimum = fields.Integer(
        string="Deliveries to Be Ranked",
        default=3,
        required=True,
        help="Consultants with fewer counted deliveries in a month are not ranked: one of one is not the best (R3).",
    )

    _rank_minimum_positive = models.Constraint(
        'CHECK (insurance_rank_minimum >= 1)', "At least one delivery is needed to be ranked.",
    )
