from odoo import api, models
from odoo.tools import SQL

OPEN = SQL("('new', 'following', 'promised')")
LOCAL = SQL("(accident.reported_on AT TIME ZONE 'UTC' AT TIME ZONE company.insurance_tz)")


class InsuranceAccident(models.Model):
    """What counts of the reports, in one place: every figure of the accident desk is made of these rows (K13, R44)."""

    _inherit = 'insurance.accident'

    @api.model
    def _get_facts_query(self, company_ids, date_from, date_to):
        """Return the SQL of one row per reported accident, by the store's day of its report.

        Merged and corrected lines are no accident of their own; an accident reported twice counts by its earliest
        report. Walk-ins are not among the reports (R44). Columns: `id, company_id, day, reported_on, source_id,
        insurer_id, operator_id, advisor_id, vehicle_id, state, returned_on, reason_id, is_injury, contact_minutes
        (NULL: nobody was talked to), promise_minutes, sources` (number of reports), and of K13:

        - `is_returned`: came within the days that the store sets (30), by its report;
        - `is_returned_late`: came after them, does not count as returned;
        - `is_not_returned`: given up with a reason;
        - `is_open`: nobody knows yet; the figures of its month are provisional;
        - `is_excluded`: not repairable here (total loss, other brand, reported twice), left out of the net rate.

        :param company_ids: ids of stores
        :param date_from: first day of the store's calendar, inclusive
        :param date_to: last day, inclusive
        """
        self.flush_model()
        return SQL(
            """SELECT %(columns)s
                 FROM insurance_accident accident
                 JOIN res_company company ON company.id = accident.company_id
            LEFT JOIN insurance_reason reason ON reason.id = accident.reason_id
                WHERE accident.company_id IN %(companies)s
                  AND accident.state NOT IN ('merged', 'corrected')
                  AND accident.reported_on >= (%(date_from)s::date - 1)::timestamp
                  AND accident.reported_on < (%(date_to)s::date + 2)::timestamp
                  AND %(local)s::date BETWEEN %(date_from)s AND %(date_to)s""",
            columns=self._get_fact_columns(), local=LOCAL, companies=tuple(company_ids) or (0,), date_from=date_from,
            date_to=date_to,
        )

    @api.model
    def _get_fact_columns(self):
        """Return the SQL of the columns of a fact."""
        in_time = SQL(
            "accident.returned_on <= accident.reported_on + company.insurance_accident_return_days * INTERVAL '1 day'")
        return SQL(
            """accident.id, accident.company_id, %(local)s::date AS day, accident.reported_on,
                      accident.source_id, accident.insurer_id, accident.operator_id, accident.advisor_id,
                      accident.vehicle_id, accident.state, accident.returned_on, accident.reason_id,
                      accident.is_injury,
                      CASE WHEN accident.first_contact_on IS NOT NULL THEN accident.contact_minutes
                       END AS contact_minutes,
                      CASE WHEN accident.promise_given_on IS NOT NULL THEN accident.promise_minutes
                       END AS promise_minutes,
                      1 + (SELECT COUNT(*) FROM insurance_accident merged
                            WHERE merged.duplicate_of_id = accident.id) AS sources,
                      accident.state = 'returned' AND %(in_time)s AS is_returned,
                      accident.state = 'returned' AND NOT %(in_time)s AS is_returned_late,
                      accident.state = 'not_returned' AS is_not_returned,
                      accident.state IN %(open)s AS is_open,
                      accident.state <> 'returned' AND COALESCE(reason.is_excluded, FALSE) AS is_excluded""",
            local=LOCAL, in_time=in_time, open=OPEN,
        )

    @api.model
    def _get_return_figures(self, company_ids, date_from, date_to):
        """Return the sums of the facts: `{'reports' (lines, merged ones included), 'accidents', 'returned',
        'returned_late', 'not_returned', 'open', 'excluded'}`; K13 gross is returned / accidents, net leaves the
        excluded ones out of the denominator."""
        rows = self.env.execute_query_dict(SQL(
            """SELECT COALESCE(SUM(sources), 0)::int AS reports, COUNT(*) AS accidents,
                      COUNT(*) FILTER (WHERE is_returned) AS returned,
                      COUNT(*) FILTER (WHERE is_returned_late) AS returned_late,
                      COUNT(*) FILTER (WHERE is_not_returned) AS not_returned,
                      COUNT(*) FILTER (WHERE is_open) AS open,
                      COUNT(*) FILTER (WHERE is_excluded) AS excluded
                 FROM (%s) fact""", self._get_facts_query(company_ids, date_from, date_to),
        ))
        return rows[0]
