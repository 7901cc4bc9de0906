from collections import Counter, defaultdict

from odoo import api, models
from odoo.tools import SQL

TABLES = ('insurance.renewal', 'insurance.renewal.contact', 'insurance.proposal', 'insurance.ledger.entry',
          'res.company')


class CohortMemo(dict):
    """Cohorts already read while the figures of one month are worked out; no client can make one."""


class InsuranceKpi(models.AbstractModel):
    """The cases by the month they expire in, and what became of them: the ground of the renewal figures (K3, K5)."""

    _inherit = 'insurance.kpi'

    @api.model
    def _get_values(self, companies, first, last, by_specialist=False, codes=None):
        return super(InsuranceKpi, self.with_context(insurance_cohorts=CohortMemo()))._get_values(
            companies, first, last, by_specialist=by_specialist, codes=codes)

    @api.model
    def _get_cohorts(self, companies, first, last, with_premiums=True):
        """Return what became of the cases that expire from `first` to `last`, counted in two queries.

        Attributed to the month of the expiry, whenever the policy was issued (T5). For one case `cases` is
        `renewed + regained + lost + invalid + open`; won ones the ledger does not know are `unproven` and open.

        :return: `{(company_id, user_id or False, first day of the month): counter}` with the cars `cases`, `net`
            (without those out of the base), `renewed`, `regained`, `lost`, `invalid`, `open`, `unproven`, per class
            `net_<class>` and `renewed_<class>`, and the amounts `premium` (of the new policies) and `premium_due`
            (last year's, net)
        :param with_premiums: False leaves out `premium`, and one of the queries
        """
        memo = self.env.context.get('insurance_cohorts')
        memo = memo if isinstance(memo, CohortMemo) else {}
        key = (companies, first, last, with_premiums)
        if key not in memo:
            memo[key] = self._read_cohorts(*key)
        return memo[key]

    @api.model
    def _read_cohorts(self, companies, first, last, with_premiums):
        cohorts = defaultdict(Counter)
        if not companies:
            return cohorts
        self._flush_tables()
        cases = self._get_cases_sql(companies, first, last)
        for company, user, month, kind, outcome, count, premium in self.env.execute_query(SQL(
            """WITH store AS MATERIALIZED (%s)
               SELECT company_id, specialist_id, month, customer_class, outcome, COUNT(*), SUM(last_premium)
                 FROM (%s) AS cohort
                GROUP BY 1, 2, 3, 4, 5""",
            self._get_stores_sql(companies), cases,
        )):
            row = cohorts[company, user or False, month]
            row['cases'] += count
            row[outcome] += count
            if outcome == 'unproven':
                row['open'] += count
            if outcome != 'invalid':
                row['net'] += count
                row[f'net_{kind}'] += count
                row['premium_due'] += premium
            if outcome == 'renewed':
                row[f'renewed_{kind}'] += count
        for company, user, month, premium in self._read_premiums(companies, cases) if with_premiums else ():
            cohorts[company, user or False, month]['premium'] += premium
        return cohorts

    @api.model
    def _read_premiums(self, companies, cases):
        """Return `(company_id, user_id, month, premium)` of the renewed cases, endorsements and cancellations in."""
        return self.env.execute_query(SQL(
            """WITH store AS MATERIALIZED (%s),
                    won AS (SELECT * FROM (%s) AS cohort WHERE outcome = 'renewed'),
                    root AS (SELECT entry.id, won.company_id, won.specialist_id, won.month, entry.premium_total
                               FROM won
                               JOIN insurance_ledger_entry AS entry ON entry.renewal_id = won.id
                              WHERE entry.state = 'registered' AND entry.entry_type = 'policy')
               SELECT company_id, specialist_id, month, SUM(premium)
                 FROM (SELECT company_id, specialist_id, month, premium_total AS premium FROM root
                       UNION ALL
                       SELECT root.company_id, root.specialist_id, root.month, follow_up.premium_total
                         FROM root
                         JOIN insurance_ledger_entry AS follow_up
                           ON follow_up.origin_id = root.id AND follow_up.state = 'registered'
                       UNION ALL
                       SELECT won.company_id, won.specialist_id, won.month, contact.won_premium
                         FROM won
                         JOIN insurance_renewal_contact AS contact ON contact.id = won.won_contact_id
                        WHERE won.won_entry_id IS NULL) AS amounts
                GROUP BY 1, 2, 3
               HAVING SUM(premium) IS NOT NULL""",
            self._get_stores_sql(companies), cases,
        ))

    @api.model
    def _flush_tables(self):
        for name in TABLES:
            self.env[name].flush_model()

    @api.model
    def _get_stores_sql(self, companies):
        """Return the query of what decides an outcome per store, for a `WITH store`."""
        return SQL(
            "SELECT id, insurance_renewal_grace_days AS grace, insurance_tz AS tz, %s AS since"
            "  FROM res_company WHERE id IN %s",
            self.env['insurance.renewal']._get_ledger_since_sql(SQL.identifier('res_company', 'id')),
            tuple(companies.ids),
        )

    @api.model
    def _get_cases_sql(self, companies, first, last):
        """Return the query of the cases that expire in the days given, with month and outcome; wants `WITH store`."""
        return SQL(
            """SELECT renewal.id, renewal.company_id, renewal.specialist_id, renewal.customer_class,
                      renewal.won_entry_id, renewal.won_contact_id, renewal.reference_expiry, renewal.closed_on,
                      date_trunc('month', renewal.reference_expiry::timestamp)::date AS month,
                      COALESCE(renewal.compulsory_premium, 0) + COALESCE(renewal.commercial_premium, 0)
                      AS last_premium,
                      entry.issue_date, %s AS outcome
                 FROM insurance_renewal AS renewal
                 JOIN store ON store.id = renewal.company_id
                 LEFT JOIN insurance_ledger_entry AS entry ON entry.id = renewal.won_entry_id
                WHERE renewal.active AND renewal.company_id IN %s AND renewal.reference_expiry BETWEEN %s AND %s""",
            self.env['insurance.renewal']._get_outcome_sql(
                'renewal', start=SQL("entry.start_date"), grace=SQL("store.grace"), ledger_since=SQL("store.since")),
            tuple(companies.ids), first, last,
        )
