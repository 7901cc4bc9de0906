from collections import Counter, defaultdict

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...lib.accident_clock import read_classes
from .insurance_kpi_cohort import CohortMemo

CLASSES = 5  # response classes that are frozen; the last one holds all slower ones
SUMS = ('accidents', 'returned', 'excluded', 'open', 'not_returned')


class InsuranceKpi(models.AbstractModel):
    """The figures of the accident desk: returns K13, reasons K14, losses at the store K15, response (domain 4, 5.7).

    Reports count by the day on which they came in, arrivals by the day of the arrival. Whose figure it is: of the
    reports the operator's, of the arrivals the service advisor's.
    """

    _inherit = 'insurance.kpi'

    @api.model
    def _get_definitions(self):
        _ = self.env._
        returned = {'unit': 'ratio', 'version': 1, 'method': '_compute_returns', 'rows': '_rows_returns',
                    'parts': (_("returned cars"), _("reported accidents"))}
        return {
            **super()._get_definitions(),
            'K13': {**returned, 'name': _("Return Rate (net)"), 'options': {'base': 'net'},
                    'formula': _("reported cars that came within the store's days ÷ reported accidents without those"
                                 " not repairable here")},
            'K13_gross': {**returned, 'name': _("Return Rate (gross)"), 'options': {'base': 'accidents'},
                          'formula': _("reported cars that came within the store's days ÷ reported accidents")},
            'K13_open': {**returned, 'unit': 'count', 'name': _("Reports still Open"),
                         'options': {'base': 'accidents', 'counted': 'open'},
                         'parts': (_("open reports"), _("reported accidents")),
                         'formula': _("reports of which nobody knows yet; the return rate is provisional")},
            **self._get_reason_definitions(),
            'K15': {'unit': 'ratio', 'version': 1, 'method': '_compute_losses', 'rows': '_rows_losses',
                    'parts': (_("finally lost cars"), _("arrived accident cars")), 'name': _("Lost at the Store"),
                    'formula': _("arrived accident cars that left for good ÷ arrived accident cars, reported or"
                                 " walked in; tracked ones count when their outcome is known")},
            **self._get_response_definitions(),
        }

    @api.model
    def _get_reason_definitions(self):
        """Return a figure for each reason of the list: its share of the cars that did not return (K14)."""
        # sudo: the list of every store, its archived reasons too: what was frozen keeps its name
        reasons = self.env['insurance.reason'].sudo().with_context(active_test=False).search([
            ('use', '=', 'accident_not_returned'), ('is_group', '=', False), ('company_id', '=', False)])
        return {
            f'K14_{reason.code}': {
                'unit': 'ratio', 'version': 1, 'method': '_compute_reasons', 'rows': '_rows_reasons',
                'options': {'reason': reason.id}, 'name': self.env._("Not Returned: %(reason)s", reason=reason.name),
                'parts': (reason.name, self.env._("cars that did not return")),
                'formula': self.env._("cars not returned for this reason ÷ cars that did not return"),
            } for reason in reasons
        }

    @api.model
    def _get_response_definitions(self):
        """Return a figure for each response class: its share of the reports (domain 5.7)."""
        return {
            f'response_{place + 1}': {
                'unit': 'ratio', 'version': 1, 'method': '_compute_response', 'rows': '_rows_returns',
                'options': {'place': place}, 'parts': (self.env._("reports answered so"), self.env._("reports")),
                'name': self.env._("First Contact: class %(number)s", number=place + 1),
                'formula': self.env._("reports whose first contact fell into this class of the store's settings ÷"
                                      " reports; the last class holds all slower ones"),
            } for place in range(CLASSES)
        }

    # === REPORTS === #

    @api.model
    def _get_values(self, companies, first, last, by_specialist=False, codes=None):
        # many figures are made of the same sums: they are read once
        memo = self.env.context.get('insurance_accidents')
        kpi = self if isinstance(memo, CohortMemo) else self.with_context(insurance_accidents=CohortMemo())
        return super(InsuranceKpi, kpi)._get_values(companies, first, last, by_specialist, codes)

    @api.model
    def _get_accident_sums(self, companies, first, last, by_specialist):
        """Return `{(company_id, user_id or False): counter}` of the reports, in one query.

        The counter has the names of `SUMS`, further `('reason', id)` of those not returned, and `('class', place)`.
        """
        memo = self.env.context.get('insurance_accidents')
        memo = memo if isinstance(memo, CohortMemo) else {}
        key = ('accidents', companies, first, last, by_specialist)
        if key not in memo:
            memo[key] = self._read_accident_sums(companies, first, last, by_specialist)
        return memo[key]

    @api.model
    def _read_accident_sums(self, companies, first, last, by_specialist):
        # sudo: counted, for who may see the figure
        Accident, stores = self.env['insurance.accident'].sudo(), companies.sudo()
        sums = defaultdict(Counter)
        limits = {store.id: list(read_classes(store.insurance_accident_classes)) for store in stores}
        rows = self.env.execute_query(SQL(
            """
            SELECT fact.company_id, %(person)s, fact.is_returned, fact.is_excluded, fact.is_open, fact.is_not_returned,
                   CASE WHEN fact.is_not_returned THEN fact.reason_id END,
                   (SELECT count(*) FROM unnest(classes.limits) AS one(minutes)
                     WHERE one.minutes < fact.contact_minutes) + 0 * fact.contact_minutes, count(*)
              FROM (%(facts)s) AS fact
              JOIN (VALUES %(limits)s) AS classes(company_id, limits) ON classes.company_id = fact.company_id
          GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
            """,
            person=SQL("fact.operator_id") if by_specialist else SQL("NULL::int"),
            facts=Accident._get_facts_query(companies.ids, first, last),
            limits=SQL(", ").join(SQL("(%s, %s::int[])", store, ends) for store, ends in limits.items()),
        )) if companies else ()
        for company, user, returned, excluded, is_open, gone, reason, place, count in rows:
            row = sums[company, user or False]
            row['accidents'] += count
            for name, holds in zip(SUMS[1:], (returned, excluded, is_open, gone), strict=True):
                row[name] += holds and count
            if gone:
                row['reason', reason or False] += count
            if place is not None:
                row['class', min(place, CLASSES - 1)] += count
        for row in sums.values():
            row['net'] = row['accidents'] - row['excluded']
        return sums

    @api.model
    def _compute_returns(self, companies, first, last, by_specialist=False, base='net', counted='returned'):
        """Return the returned ÷ the reported cars of these days (K13); excluded ones did not return."""
        return {key: (row[counted], row[base])
                for key, row in self._get_accident_sums(companies, first, last, by_specialist).items()}

    @api.model
    def _compute_reasons(self, companies, first, last, by_specialist=False, reason=None):
        """Return the cars not returned for one reason ÷ all that did not return (K14)."""
        return {key: (row['reason', reason], row['not_returned'])
                for key, row in self._get_accident_sums(companies, first, last, by_specialist).items()
                if row['not_returned']}

    @api.model
    def _compute_response(self, companies, first, last, by_specialist=False, place=0):
        """Return the reports of one response class ÷ all reports (domain 5.7)."""
        return {key: (row['class', place], row['accidents'])
                for key, row in self._get_accident_sums(companies, first, last, by_specialist).items()}

    @api.model
    def _rows_returns(self, part, company, first, last, user, base='accidents', counted='returned', place=None):
        conditions = [SQL("TRUE")]
        if part == 'numerator' and place is None:
            conditions.append(SQL("fact.is_open") if counted == 'open' else SQL("fact.is_returned"))
        elif part == 'denominator' and base == 'net':
            conditions.append(SQL("NOT fact.is_excluded"))
        elif part == 'numerator':
            ends = list(read_classes(company.insurance_accident_classes))
            slower = SQL("(SELECT count(*) FROM unnest(%s::int[]) AS one(minutes)"
                         " WHERE one.minutes < fact.contact_minutes)", ends)
            conditions += [SQL("fact.contact_minutes IS NOT NULL"),
                           SQL("LEAST(%s, %s) = %s", slower, CLASSES - 1, place)]
        return self._get_accident_rows(company, first, last, user, conditions)

    @api.model
    def _rows_reasons(self, part, company, first, last, user, reason=None):
        conditions = [SQL("fact.is_not_returned")]
        if part == 'numerator':
            conditions.append(SQL("fact.reason_id = %s", reason))
        return self._get_accident_rows(company, first, last, user, conditions)

    @api.model
    def _get_accident_rows(self, company, first, last, user, conditions):
        """Return `(model, domain)` of the reports whose facts meet the SQL conditions."""
        if user:
            conditions = [*conditions, SQL("fact.operator_id = %s", user.id)]
        ids = [accident for (accident,) in self.env.execute_query(SQL(
            "SELECT fact.id FROM (%s) AS fact WHERE %s",
            self.env['insurance.accident']._get_facts_query(company.ids, first, last), SQL(" AND ").join(conditions),
        ))]
        return 'insurance.accident', [('id', 'in', ids)]

    # === ARRIVALS === #

    @api.model
    def _compute_losses(self, companies, first, last, by_specialist=False):
        """Return the finally lost ÷ the arrived accident cars of these days (K15)."""
        # sudo: counted, for who may see the figure: restricted entries are cars that left like others
        Arrival = self.env['insurance.accident.arrival'].sudo()
        Arrival._flush_arrivals()
        rows = self.env.execute_query(SQL(
            "SELECT arrival.company_id, %s, count(*) FILTER (WHERE arrival.is_lost), count(*)"
            " FROM (%s) AS arrival GROUP BY 1, 2",
            SQL("arrival.advisor_id") if by_specialist else SQL("NULL::int"),
            Arrival._get_arrivals_sql(companies, first, last),
        ))
        return {(company, user or False): (lost, arrived) for company, user, lost, arrived in rows}

    @api.model
    def _rows_losses(self, part, company, first, last, user):
        domain = Domain('company_id', '=', company.id) & Domain('day', '>=', first) & Domain('day', '<=', last)
        if part == 'numerator':
            domain &= Domain('is_lost', '=', True)
        if user:
            domain &= Domain('advisor_id', '=', user.id)
        return 'insurance.accident.arrival', list(domain)
