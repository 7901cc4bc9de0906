from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

COUNTED = SQL("claim.state NOT IN ('draft', 'cancelled')")
PARTS = ('cars', 'cars_listed', 'cars_third', 'reported', 'stated_count', 'stated_output', 'stated_premium',
         'has_figure', 'own_count', 'output', 'output_third', 'premium')


class InsuranceClaim(models.Model):
    """The insurers' repair-referral arithmetic, counted by insurer and month (送修率, 送返比; K16, K17, T27)."""

    _inherit = 'insurance.claim'

    @api.model
    def _count_referral(self, companies, first, last):
        """Return what the referral of the days `first` to `last` is worked out from; called in sudo.

        :return: `{(company_id, insurer_id): {part: number}}` with the keys of :data:`PARTS`. `cars`: cars insured here
            through the store and dispatched in these days; `cars_listed`: those of months for which there is the
            insurer's own list, so that a rate has the same months on both sides; `reported` and
            `stated_…`: the insurer's own numbers;
            `own_count`: our count of accidents of such cars, reported to the hotline or come without a call; `output`:
            settlement totals, with tax, by date of the settlement sheet; `premium`: of motor policies issued, without
            vehicle tax
        """
        totals = defaultdict(lambda: dict.fromkeys(PARTS, 0))
        if companies:
            self.env.flush_all()
            for query in self._get_referral_queries(companies, first, last):
                for company, insurer, part, number in self.env.execute_query(query):
                    totals[company, insurer][part] = float(number) if isinstance(number, float) else number
        return {key: {part: float(number or 0) for part, number in row.items()} for key, row in totals.items()}

    @api.model
    def _get_referral_queries(self, companies, first, last):
        """Return the queries of `company_id, insurer_id, part, number`."""
        spans = {'companies': tuple(companies.ids), 'first': first, 'last': last, 'counted': COUNTED}
        return [
            SQL("""SELECT company_id, insurer_id, CASE role WHEN 'own' THEN 'cars' ELSE 'cars_third' END, count(*)
                     FROM insurance_claim AS claim
                    WHERE company_id IN %(companies)s AND dispatched_on BETWEEN %(first)s AND %(last)s AND %(counted)s
                      AND insurer_id IS NOT NULL AND (role = 'third' OR is_insured_here) GROUP BY 1, 2, 3""", **spans),
            SQL("""SELECT claim.company_id, claim.insurer_id, 'cars_listed', count(*)
                     FROM insurance_claim AS claim
                     JOIN insurance_claim_insurer_figure AS own
                       ON own.company_id = claim.company_id AND own.insurer_id = claim.insurer_id
                      AND own.month = date_trunc('month', claim.dispatched_on)::date
                    WHERE claim.company_id IN %(companies)s AND claim.dispatched_on BETWEEN %(first)s AND %(last)s
                      AND own.month BETWEEN %(first)s AND %(last)s AND claim.role = 'own' AND claim.is_insured_here
                      AND %(counted)s GROUP BY 1, 2""", **spans),
            SQL("""SELECT company_id, insurer_id, CASE role WHEN 'own' THEN 'output' ELSE 'output_third' END,
                          sum(total_amount)
                     FROM insurance_claim AS claim
                    WHERE company_id IN %(companies)s AND sheet_date BETWEEN %(first)s AND %(last)s AND %(counted)s
                      AND settled_on IS NOT NULL AND insurer_id IS NOT NULL GROUP BY 1, 2, 3""", **spans),
            SQL("""SELECT company_id, insurer_id, part.name, sum(part.number) FROM insurance_claim_insurer_figure AS own
                     JOIN LATERAL (VALUES ('reported', reported_count::float8), ('stated_count', stated_count),
                                          ('stated_output', stated_output), ('stated_premium', stated_premium),
                                          ('has_figure', 1)) AS part (name, number) ON TRUE
                    WHERE company_id IN %(companies)s AND month BETWEEN %(first)s AND %(last)s GROUP BY 1, 2, 3""",
                **spans),
            SQL("""SELECT entry.company_id, entry.insurer_id, 'premium', sum(policy.premium)
                     FROM insurance_policy AS policy JOIN insurance_ledger_entry AS entry ON entry.id = policy.entry_id
                    WHERE entry.state = 'registered' AND policy.product <> 'non_motor'
                      AND entry.company_id IN %(companies)s AND entry.issue_date BETWEEN %(first)s AND %(last)s
                    GROUP BY 1, 2""", **spans),
            SQL("SELECT company_id, insurer_id, 'own_count', count(*) FROM (%s) AS accident GROUP BY 1, 2",
                self._get_own_accidents_sql(companies, first, last)),
        ]

    @api.model
    def _get_own_accidents_sql(self, companies, first, last):
        """Return the query of accidents of cars insured through the store: `company_id, insurer_id, accident_id`.

        Reports of the hotline by the store's day, each accident once (T8), and claims of cars that came without a call.
        """
        return SQL(
            """SELECT report.company_id, insured.insurer_id, report.id AS accident_id
                 FROM insurance_accident AS report
                 JOIN res_company AS store ON store.id = report.company_id
                 JOIN LATERAL (
                      SELECT (report.reported_on AT TIME ZONE 'UTC' AT TIME ZONE
                              COALESCE(store.insurance_tz, 'UTC'))::date AS day) AS told ON TRUE
                 JOIN LATERAL (
                      SELECT entry.insurer_id FROM insurance_ledger_entry AS entry
                        JOIN insurance_policy AS policy ON policy.entry_id = entry.id
                       WHERE entry.vehicle_id = report.vehicle_id AND entry.company_id = report.company_id
                         AND entry.state = 'registered' AND entry.entry_type = 'policy'
                         AND policy.status <> 'cancelled' AND policy.product <> 'non_motor'
                         AND told.day BETWEEN policy.start_date AND policy.end_date
                       ORDER BY policy.product, policy.start_date DESC LIMIT 1) AS insured ON TRUE
                WHERE report.company_id IN %(companies)s AND report.duplicate_of_id IS NULL
                  AND report.reported_on >= %(first)s::timestamp - interval '1 day'
                  AND report.reported_on < %(last)s::timestamp + interval '2 days'
                  AND told.day BETWEEN %(first)s AND %(last)s
                UNION ALL
               SELECT claim.company_id, claim.insurer_id, NULL FROM insurance_claim AS claim
                WHERE claim.company_id IN %(companies)s AND claim.dispatched_on BETWEEN %(first)s AND %(last)s
                  AND claim.accident_id IS NULL AND claim.role = 'own' AND claim.is_insured_here
                  AND claim.insurer_id IS NOT NULL AND %(counted)s""",
            companies=tuple(companies.ids), first=first, last=last, counted=COUNTED)

    @api.model
    def _get_output(self, company, parts, net, third):
        """Return the output of K17: settlement totals, without tax and with third-party cars if so wanted."""
        amount = parts['output'] + (parts['output_third'] if third else 0)
        rate = company.insurance_referral_tax_rate if net else 0
        return company.currency_id.round(amount / (1 + rate))
