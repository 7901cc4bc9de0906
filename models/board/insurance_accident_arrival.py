from odoo import api, fields, models
from odoo.tools import SQL

from ..accident.insurance_lost_visit import LOST_STATES
from ..accident.insurance_register_lost_visit import CONFIDANTS

LOCAL = SQL("AT TIME ZONE 'UTC' AT TIME ZONE company.insurance_tz")
SAME_ACCIDENT = 60  # days within which a car that left and one that stays for repair are the same accident
STEP = 10  # rows of different sources have ids of their own: ten times the record's, and the number of the source


class InsuranceAccidentArrival(models.Model):
    """One row for each insured accident car that came to a store: returned reports and walk-ins (K15).

    A car that was reported on the hotline and left again is one arrival; a walk-in that left is one, too, and so is one
    that stayed: its claim has no report, and no entry that the car left before.
    """

    _name = 'insurance.accident.arrival'
    _description = "Arrived Accident Car"
    _auto = False
    _order = 'day desc, id desc'
    _rec_name = 'vehicle_id'

    company_id = fields.Many2one('res.company', string="Store", readonly=True)
    day = fields.Date(string="Arrived", readonly=True)
    vehicle_id = fields.Many2one('fleet.vehicle', string="Vehicle", readonly=True)
    insurer_id = fields.Many2one('res.partner', string="Insurer", readonly=True)
    advisor_id = fields.Many2one('res.users', string="Service Advisor", readonly=True)
    source = fields.Selection([('report', "Reported before"), ('walk_in', "Walk-in")], string="How it Came",
                              readonly=True)
    accident_id = fields.Many2one('insurance.accident', string="Accident Report", readonly=True)
    is_lost = fields.Boolean(string="Came and Was Lost", readonly=True)
    is_restricted = fields.Boolean(string="Restricted Entry", readonly=True)
    is_about_advisor = fields.Boolean(string="Entry about the Advisor", readonly=True)

    _depends = {
        'insurance.accident': ['company_id', 'state', 'returned_on', 'vehicle_id', 'insurer_id', 'advisor_id',
                               'duplicate_of_id'],
        'insurance.lost.visit': ['company_id', 'state', 'arrived_on', 'vehicle_id', 'insurer_id', 'advisor_id',
                                 'accident_id', 'is_reported', 'is_superseded', 'is_restricted', 'is_about_advisor',
                                 'anonymised_on'],
        'insurance.claim': ['company_id', 'state', 'dispatched_on', 'vehicle_id', 'insurer_id', 'advisor_id',
                            'accident_id'],
        'res.company': ['insurance_tz'],
    }

    @property
    def _table_query(self):
        """Return the arrivals as the user may know them (T38, R51).

        That a reported car was lost with a restricted entry, or one about oneself, is left out; the arrival itself is
        no secret. A walk-in of which there is nothing but such an entry is left out altogether.
        """
        sees = self.env.su or self.env.user.has_groups(CONFIDANTS)
        hidden = SQL("((is_restricted AND NOT %s) OR (is_about_advisor AND advisor_id = %s))",
                     sees, 0 if self.env.su else self.env.uid)
        return SQL(
            """
            SELECT id, company_id, day, vehicle_id, insurer_id, advisor_id, source, accident_id,
                   is_lost AND NOT %(hidden)s AS is_lost, is_restricted AND %(sees)s AS is_restricted, is_about_advisor
              FROM (%(arrivals)s) AS arrival WHERE NOT (source = 'walk_in' AND %(hidden)s)
            """,
            hidden=hidden, sees=sees, arrivals=self._get_arrivals_sql(),
        )

    @api.model
    def _flush_arrivals(self):
        """Write to the database what `_get_arrivals_sql` reads."""
        for name, fnames in self._depends.items():
            self.env[name].flush_model(fnames)

    @api.model
    def _get_arrivals_sql(self, companies=None, first=None, last=None):
        """Return the query of the arrivals of the store's days `first` to `last`; everything when left out.

        What is finally lost is a mark of the row, so the lost ones cannot be more than the arrivals.
        """
        return SQL(" UNION ALL ").join(self._get_arrival_queries(companies, first, last))

    @api.model
    def _get_arrival_queries(self, companies, first, last):
        """Return the queries of the sources; each has the columns of the model in their order.

        Ids are those of the records ten times, and the number of the source.
        """
        return [
            self._get_reported_query(companies, first, last), self._get_walk_in_query(companies, first, last),
            self._get_claim_query(companies, first, last),
        ]

    @api.model
    def _get_days_sql(self, table, column, companies, first, last):
        """Return the condition that the store's day of `table.column` lies in the period."""
        field = SQL.identifier(table, column)
        conditions = [SQL("%s IS NOT NULL", field)]
        if companies is not None:
            conditions.append(SQL("%s IN %s", SQL.identifier(table, 'company_id'), tuple(companies.ids) or (0,)))
        if first:  # the days of the store begin up to 14 hours before those of the database
            conditions += [SQL("%s >= %s::date - 1", field, first), SQL("(%s %s)::date >= %s", field, LOCAL, first)]
        if last:
            conditions += [SQL("%s < %s::date + 2", field, last), SQL("(%s %s)::date <= %s", field, LOCAL, last)]
        return SQL(" AND ").join(conditions)

    @api.model
    def _get_reported_query(self, companies, first, last):
        return SQL(
            """
            SELECT accident.id * %(step)s + 1 AS id, accident.company_id, (accident.returned_on %(local)s)::date AS day,
                   accident.vehicle_id, accident.insurer_id, COALESCE(visit.advisor_id, accident.advisor_id)
                   AS advisor_id, 'report' AS source, accident.id AS accident_id, visit.id IS NOT NULL AS is_lost,
                   COALESCE(visit.is_restricted, FALSE) AS is_restricted,
                   COALESCE(visit.is_about_advisor, FALSE) AS is_about_advisor
              FROM insurance_accident AS accident
              JOIN res_company AS company ON company.id = accident.company_id
         LEFT JOIN LATERAL (
                   SELECT lost.id, lost.advisor_id, lost.is_restricted, lost.is_about_advisor
                     FROM insurance_lost_visit AS lost
                    WHERE lost.accident_id IN (
                          SELECT accident.id UNION ALL
                          SELECT merged.id FROM insurance_accident AS merged WHERE merged.duplicate_of_id = accident.id)
                      AND NOT COALESCE(lost.is_superseded, FALSE) AND lost.state IN %(lost)s
                    ORDER BY lost.arrived_on DESC LIMIT 1) AS visit ON TRUE
             WHERE accident.state = 'returned' AND %(days)s
            """,
            step=STEP, local=LOCAL, lost=LOST_STATES,
            days=self._get_days_sql('accident', 'returned_on', companies, first, last),
        )

    @api.model
    def _get_walk_in_query(self, companies, first, last):
        """An entry made anonymous no longer knows its report: it stands for itself, so that it stays a loss."""
        return SQL(
            """
            SELECT visit.id * %(step)s + 2 AS id, visit.company_id, (visit.arrived_on %(local)s)::date AS day,
                   visit.vehicle_id, visit.insurer_id, visit.advisor_id, 'walk_in' AS source, NULL::int AS accident_id,
                   visit.state IN %(lost)s AS is_lost, visit.is_restricted, visit.is_about_advisor
              FROM insurance_lost_visit AS visit
              JOIN res_company AS company ON company.id = visit.company_id
             WHERE (NOT COALESCE(visit.is_reported, FALSE) OR visit.anonymised_on IS NOT NULL)
               AND NOT COALESCE(visit.is_superseded, FALSE) AND %(days)s
            """,
            step=STEP, local=LOCAL, lost=LOST_STATES,
            days=self._get_days_sql('visit', 'arrived_on', companies, first, last),
        )

    @api.model
    def _get_claim_query(self, companies, first, last):
        """Claims of cars that came without a call and stayed; one that had left before counts by its visit (R44)."""
        conditions = [SQL("claim.accident_id IS NULL"), SQL("claim.state NOT IN ('draft', 'cancelled')")]
        if companies is not None:
            conditions.append(SQL("claim.company_id IN %s", tuple(companies.ids) or (0,)))
        if first:
            conditions.append(SQL("claim.dispatched_on >= %s", first))
        if last:
            conditions.append(SQL("claim.dispatched_on <= %s", last))
        return SQL(
            """
            SELECT claim.id * %(step)s + 3 AS id, claim.company_id, claim.dispatched_on AS day, claim.vehicle_id,
                   claim.insurer_id, claim.advisor_id, 'walk_in' AS source, NULL::int AS accident_id,
                   FALSE AS is_lost, FALSE AS is_restricted, FALSE AS is_about_advisor
              FROM insurance_claim AS claim
             WHERE %(conditions)s AND NOT EXISTS (
                   SELECT FROM insurance_lost_visit AS visit
                    WHERE visit.vehicle_id = claim.vehicle_id AND visit.company_id = claim.company_id
                      AND NOT COALESCE(visit.is_superseded, FALSE)
                      AND visit.arrived_on BETWEEN claim.dispatched_on - %(days)s AND claim.dispatched_on + 2)
            """,
            step=STEP, conditions=SQL(" AND ").join(conditions), days=SAME_ACCIDENT,
        )
