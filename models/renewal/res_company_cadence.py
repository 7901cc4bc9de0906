from datetime import datetime, time, timedelta

import pytz

from odoo import fields, models

from ...lib.cadence import move_earlier


class ResCompany(models.Model):
    """When customers of renewal cases are contacted: settings of the store, and its working days."""

    _inherit = 'res.company'

    insurance_first_contact_days = fields.Integer(
        string="First Contact before Expiry (days)",
        default=60,
        required=True,
        help="A case is contacted for the first time this long before it expires, or within the days after its"
        " assignment beside it, whichever is later (K7).",
    )
    insurance_first_contact_after = fields.Integer(
        string="First Contact after Assignment (days)",
        default=2,
        required=True,
    )

    _first_contact_positive = models.Constraint(
        'CHECK (insurance_first_contact_days >= 0 AND insurance_first_contact_after >= 0)',
        "The days until the first contact cannot be negative.",
    )

    def _insurance_working_days(self, first, last):
        """Return the store's working days from `first` to `last` (dates, both included) as a set.

        They are those of its working hours without public holidays; a store without working hours works every day.
        """
        self.ensure_one()
        # sudo: working hours and holidays are no secret, but the desk's roles do not keep them
        calendar = self.sudo().resource_calendar_id
        if not calendar or calendar.flexible_hours:
            return {first + timedelta(days=number) for number in range((last - first).days + 1)}
        zone = pytz.timezone(self.insurance_tz)
        start = zone.localize(datetime.combine(first, time.min))
        end = zone.localize(datetime.combine(last, time.max))
        holidays = [('time_type', '=', 'leave'), ('company_id', 'in', (self.id, False))]
        intervals = calendar._work_intervals_batch(start, end, domain=holidays, tz=zone)[False]
        return {begin.date() for begin, _end, _what in intervals}

    def _insurance_next_working_day(self):
        """Return the store's present day, or the first working day after it where it is none (date)."""
        today = self._insurance_today()
        return min(self._insurance_working_days(today, today + timedelta(days=30)), default=today)

    def _insurance_planned_days(self, first, last):
        """Return `[(day, the working day it is moved to, the first working day after it)]` for `first` to `last`."""
        margin = timedelta(days=30)
        working = self._insurance_working_days(first - margin, last + margin)
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        return [
            (day, move_earlier(day, working), min((other for other in working if other > day), default=day))
            for day in days
        ]
