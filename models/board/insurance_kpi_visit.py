from datetime import datetime, time, timedelta

from odoo import api, models
from odoo.tools import SQL

from ...lib.weeks import DEFAULT_TIMEZONE, utc_moment


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
                            'formula': _("cases with an appointment made ÷ cases carried over and new")},
            'K10_arrived': {**visit, 'name': _("Arrived Rate"), 'options': {'step': 'arrived'},
                            'formula': _("invited customers who arrived ÷ customers expected")},
            'K10_closed': {**visit, 'name': _("Won after Arrival"), 'options': {'step': 'closed'},
                           'formula': _("renewed ÷ customers who arrived")},
        }

    @api.model
    def _compute_visit(self, companies, first, last, by_specialist=False, step='invited'):
        """Return one of the three figures of K10, by the days of the appointment and of the arrival in the store.

        Carried over and new are the cases somebody worked on in these days: assigned before their end, closed not
        before their begin. Expected are appointments of these days and earlier ones that were kept in them, so that
        nobody arrives who was not expected.
        """
        parts = {part: self._get_visit_sql(step, part) for part in ('numerator', 'denominator')}
        self._flush_tables()
        rows = self.env.execute_query(SQL(
            """WITH store AS MATERIALIZED (%(stores)s),
                    visit AS (%(visits)s),
                    cohort AS (
                    SELECT renewal.company_id, %(user)s AS specialist_id, renewal.assigned_on, renewal.closed_on,
                           %(outcome)s AS outcome, COALESCE(visit.invited, FALSE) AS invited,
                           COALESCE(visit.expected, FALSE) AS expected, COALESCE(visit.arrived, FALSE) AS arrived
                      FROM insurance_renewal AS renewal
                      JOIN store ON store.id = renewal.company_id
                      LEFT JOIN insurance_ledger_entry AS entry ON entry.id = renewal.won_entry_id
                      LEFT JOIN visit ON visit.renewal_id = renewal.id
                     WHERE renewal.active AND renewal.company_id IN %(companies)s
                       AND (visit.renewal_id IS NOT NULL OR (renewal.assigned_on <= %(last)s
                            AND (renewal.closed_on IS NULL OR renewal.closed_on >= %(first)s))))
               SELECT company_id, specialist_id, COUNT(*) FILTER (WHERE %(numerator)s),
                      COUNT(*) FILTER (WHERE %(denominator)s)
                 FROM cohort GROUP BY 1, 2""",
            stores=self._get_stores_sql(companies), visits=self._get_visits_sql(companies, first, last),
            user=SQL("renewal.specialist_id") if by_specialist else SQL("NULL::int"),
            outcome=self.env['insurance.renewal']._get_outcome_sql(
                'renewal', start=SQL("entry.start_date"), grace=SQL("store.grace"), ledger_since=SQL("store.since")),
            companies=tuple(companies.ids), first=first, last=last, **parts,
        ))
        return {(company, user or False): (numerator, denominator)
                for company, user, numerator, denominator in rows if denominator}

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
        """Return the cases or contacts behind the figure: who was worked on, invited, expected, or arrived."""
        owner = [('specialist_id', '=', user.id)] if user else []
        if (step, part) == ('invited', 'denominator'):
            return 'insurance.renewal', [
                ('company_id', '=', company.id), ('assigned_on', '<=', last), '|', ('closed_on', '=', False),
                ('closed_on', '>=', first), *owner,
            ]
        begin, end = (utc_moment(datetime.combine(day, time.min), company.insurance_tz)
                      for day in (first, last + timedelta(days=1)))
        domain = [('company_id', '=', company.id), ('is_superseded', '=', False),
                  *([('renewal_id', 'any', owner)] if owner else [])]
        if step == 'invited':
            domain += [('appointment_on', '!=', False), ('contact_on', '>=', begin), ('contact_on', '<', end)]
        elif (step, part) == ('arrived', 'denominator'):
            domain += [('appointment_on', '>=', first), ('appointment_on', '<=', last)]
        else:
            domain += [('arrived_on', '>=', begin), ('arrived_on', '<', end)]
        if (step, part) == ('closed', 'numerator'):
            domain += [('renewal_id.outcome', 'in', ['renewed'])]
        return 'insurance.renewal.contact', domain
