from datetime import datetime, time, timedelta

from odoo import fields, models

from ...lib.weeks import utc_moment


class ResCompany(models.Model):
    """The store's settings for lost cases."""

    _inherit = 'res.company'

    insurance_lost_report_day = fields.Integer(
        string="Lost Summary Due on Day",
        default=2,
        required=True,
        help="Day of the following month on which the summary of lost cases is due, until its end (R9).",
    )
    insurance_late_contact_days = fields.Integer(
        string="First Contact too Late (days)",
        default=15,
        required=True,
        help="A case lost as already insured elsewhere is marked when its first contact came later than as many days"
        " before the expiry (T29).",
    )

    _lost_report_day_range = models.Constraint(
        'CHECK (insurance_lost_report_day BETWEEN 1 AND 28)',
        "The lost summary is due on a day from 1 to 28.",
    )
    _late_contact_days_positive = models.Constraint(
        'CHECK (insurance_late_contact_days >= 0)',
        "The days before the expiry cannot be negative.",
    )

    def _insurance_span(self, first, last):
        """Return the days `first` to `last` of the store's clock as `(start, end)` in naive UTC, `end` excluded."""
        self.ensure_one()
        start, end = (utc_moment(datetime.combine(day, time()), self.insurance_tz)
                      for day in (first, last + timedelta(days=1)))
        return start, end
