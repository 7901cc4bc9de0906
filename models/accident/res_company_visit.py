from odoo import fields, models


class ResCompany(models.Model):
    """The store's settings for cars that came and left."""

    _inherit = 'res.company'

    insurance_visit_close_days = fields.Integer(
        string="Tracked Visits Closed within (days)",
        default=30,
        required=True,
        help="By then it is known whether a car that left came back or is finally lost (domain 2.8).",
    )
    insurance_fraud_keep_days = fields.Integer(
        string="Keep Restricted Entries (days)",
        default=365,
        required=True,
        help="After so many days a signed entry about a request for a faked case is made anonymous: the reason, the"
        " insurer and the date stay, the car, the people and the words go (T38).",
    )

    _visit_days_positive = models.Constraint(
        'CHECK (insurance_visit_close_days >= 1 AND insurance_fraud_keep_days >= 30)',
        "Tracked visits have at least a day, restricted entries are kept for at least 30 days.",
    )

    def _insurance_visit_reviewer(self):
        """Return who reviews the register of cars that came and left unless a book says otherwise, or nobody."""
        self.ensure_one()
        return self.insurance_accident_reviewer_id
