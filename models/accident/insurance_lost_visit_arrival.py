from datetime import datetime, time, timedelta

from odoo import models

from ...lib.weeks import utc_moment


class InsuranceLostVisit(models.Model):
    """A car that comes has arrived: what was reported of it on the hotline is returned (R45)."""

    _inherit = 'insurance.lost.visit'

    def _note_arrival(self):
        """Close the open reports of the car as returned, and remember which accident the visit is about; in sudo.

        What the report keeps is the car, not this entry: a link to an entry that one may not read would tell that it
        is a restricted one, and would still name the car when the entry was made anonymous (T38).
        """
        self.ensure_one()
        if self.correction_of_id:
            corrected = self.correction_of_id
            self._write_quietly({'accident_id': corrected.accident_id.id, 'is_reported': corrected.is_reported})
            return
        reports = self.env['insurance.accident']._note_arrival(
            self.company_id, self.vehicle_id, self.arrived_on, self.vehicle_id)
        accident = reports[:1] or self._find_returned_report()
        if accident:
            self._write_quietly({'accident_id': accident.id, 'is_reported': True})

    def _find_returned_report(self):
        """Return the report of the car that the reception had closed by hand on the day of the visit."""
        company = self.company_id
        day = company._insurance_local(self.arrived_on).date()
        start, end = (
            utc_moment(datetime.combine(day + timedelta(days=offset), time()), company.insurance_tz)
            for offset in (0, 1)
        )
        return self.env['insurance.accident'].search([
            ('company_id', '=', company.id), ('vehicle_id', '=', self.vehicle_id.id), ('state', '=', 'returned'),
            ('returned_on', '>=', start), ('returned_on', '<', end),
        ], order='returned_on desc, id desc', limit=1)
