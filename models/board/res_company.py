from odoo import fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    insurance_close_day = fields.Integer(
        string="Close the Month on Working Day",
        default=3,
        required=True,
        help="On which working day of the next month the supervisor is reminded to have closed the month.",
    )

    _close_day_range = models.Constraint(
        'CHECK (insurance_close_day BETWEEN 1 AND 20)', "A month is closed on working day 1 to 20 of the next one.",
    )
