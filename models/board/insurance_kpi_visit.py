from odoo import api, models
from odoo.tools import SQL

from ...lib.weeks import DEFAULT_TIMEZONE


class InsuranceKpi(models.AbstractModel):
    """The figures of invitations and visits (K10): invited ÷ worked on, arrived ÷ expected, won ÷ arrived."""

    _inherit = 'insurance.kpi'

    @api.model
    def _get_definitions(self):
        _ = self.env._
        visit = {'unit': 'ratio', 'version': 1, 'method': '_compute_visit', 'rows': '_rows_visit'}
        return {
            **super()._get_definitions(),
            'K10_invited': {**visit, 'name': _("Invited Rate"), 'options': {'step': 'invited'},
                            'parts': (_("cases invited"), _("cases carried over and new")),
                            'formula': _("cases with an appointment made ÷ cases carried over and new")},
            'K10_arrived': {**visit, 'name': _("Arrived Rate"), 'options': {'step': 'arrived'},
                            'parts': (_("invited customers who came"), _("customers expected")),
                            'formula': _("invited customers who arrived ÷ customers expected")},
            'K10_closed': {**visit, 'name': _("Won after Arrival"), 'options': {'step': 'closed'},
                           'parts': (_("renewed after they came"), _("customers who came")),
                           'formula': _("renewed ÷ customers who arrived")},
        }

    @api.model
    def _compute_visit(self, companies, first, last, by_specialist=False, step='invited'):
        """Return one of the three figures of K10, by the days of the appointment and of the arrival in the store.

        Carried over and new are the cases somebody worked on in these days: assigned before their end, closed not
        before their begin. Expected are appointments of these days and earlier ones that were kept in them, so that
        nobody arrives who was not expected.
        """
        numerator, denominator = (self._get_visit_sql(step, part) for part in ('numerator', 'denominator'))
        rows = self._read_visits(companies, first, last, SQL(
            """SELECT company_id, %s, COUNT(*) FILTER (WHERE %s), COUNT(*) FILTER (WHERE %s) FROM cohort
                GROUP BY 1, 2""",
            SQL("specialist_id") if by_specialist else SQL("NULL::int"), numerator, denominator,
        ))
        return {(company, user or False): (met, base) for company, user, met, base in rows if base}

    @api.model
    def _read_visits(self, companies, first, last, query):
        """Return the rows of `query` (SQL) over `cohort`: the cases worked on or visited in the days given."""
        self._flush_tables()
        return self.env.execute_query(SQL(
            """WITH store AS MATERIALIZED (%(stores)s),
                    visit AS (%(visits)s),
                    cohort AS (
                    SELECT renewal.id, renewal.company_id, renewal.specialist_id, %(outcome)s AS outcome,
                           COALESCE(visit.invited, FALSE) AS invited, COALESCE(visit.expected, FALSE) AS expected,
                           COALESCE(visit.arrived, FALSE) AS arrived
                      FROM insurance_renewal AS renewal
                      JOIN store ON store.id = renewal.company_id
                      LEFT JOIN insurance_ledger_entry AS entry ON entry.id = renewal.won_entry_id
                      LEFT JOIN visit ON visit.renewal_id = renewal.id
                     WHERE renewal.active AND renewal.company_id IN %(companies)s
                       AND (visit.renewal_id IS NOT NULL OR (renewal.assigned_on <= %(last)s
                            AND (renewal.closed_on IS NULL OR renewal.closed_on >= %(first)s))))
               %(query)s""",
            stores=self._get_stores_sql(companies), visits=self._get_visits_sql(companies, first, last),
            outcome=self.env['insurance.renewal']._get_outcome_sql(
                'renewal', start=SQL("entry.start_date"), grace=SQL("store.grace"), ledger_since=SQL("store.since")),
            companies=tuple(companies.ids), first=first, last=last, query=query,
        ))

    @api.model
    def _get_visits_sql(self, companies, first, last):
        """Return the query of the cases with appointments or arrivals in the days given, and what of them."""
        arrived = self._get_store_day_sql('arrived_on')
        made = self._get_store_day_sql('contact_on')
        days = SQL("BETWEEN %s AND %s", first, last)
        return SQL(
            """SELECT renewal_id, bool_or(made) AS invited, bool_or(due OR (came AND EXISTS (
                      SELECT FROM insurance_renewal_contact AS earlier
                       WHERE earlier.renewal_id = line.renewal_id AND earlier.appointment_on IS NOT NULL
                         AND earlier.is_superseded IS NOT TRUE))) AS expected,
                      bool_or(came) AS arrived
                 FROM (SELECT contact.renewal_id,
                              contact.appointment_on IS NOT NULL AND %(made)s %(days)s AS made,
                              COALESCE(contact.appointment_on %(days)s, FALSE) AS due,
                              COALESCE(%(arrived)s %(days)s, FALSE) AS came
                         FROM insurance_renewal_contact AS contact
                         JOIN store ON store.id = contact.company_id
                        WHERE contact.company_id IN %(companies)s AND contact.is_superseded IS NOT TRUE
                          AND (contact.appointment_on IS NOT NULL OR contact.arrived_on IS NOT NULL)
                          AND (contact.appointment_on %(days)s OR %(made)s %(days)s OR %(arrived)s %(days)s)) AS line
                GROUP BY renewal_id""",
            made=made, days=days, arrived=arrived, companies=tuple(companies.ids),
        )

    @api.model
    def _get_store_day_sql(self, column):
        """Return the day a moment of a contact falls on in its store (T13)."""
        return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE COALESCE(store.tz, %s))::date",
                   SQL.identifier('contact', column), DEFAULT_TIMEZONE)

    @api.model
    def _get_visit_sql(self, step, part):
        """Return the condition of one part of a figure over the columns of the cohort."""
        return {
            ('invited', 'numerator'): SQL("invited"),
            ('invited', 'denominator'): SQL("TRUE"),
            ('arrived', 'numerator'): SQL("expected AND arrived"),
            ('arrived', 'denominator'): SQL("expected"),
            ('closed', 'numerator'): SQL("arrived AND outcome = 'renewed'"),
            ('closed', 'denominator'): SQL("arrived"),
        }[step, part]

    @api.model
    def _rows_visit(self, part, company, first, last, user, step='invited'):
        """Return the very cases that a part of the figure counts."""
        ids = [case for (case,) in self._read_visits(company, first, last, SQL(
            "SELECT id FROM cohort WHERE %s", self._get_visit_sql(step, part)))]
        domain = [('company_id', '=', company.id), ('id', 'in', ids)]
        return 'insurance.renewal', domain + ([('specialist_id', '=', user.id)] if user else [])
