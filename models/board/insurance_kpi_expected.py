from collections import Counter, defaultdict
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL

from ..renewal.insurance_renewal import OPEN

BANDS = (60, 30, 14, -1, -31)  # a case is in the first band while more days than 60 are left, in the last one after all
FEW = 20  # with fewer cases behind it, a specialist's own rate says nothing: the store's is taken


class InsuranceKpi(models.AbstractModel):
    """How many of the open cases will probably be renewed, from what became of such cases before."""

    _inherit = 'insurance.kpi'

    @api.model
    def _get_expected(self, companies, first, last):
        """Return how many open cases of the months given are to be expected as renewed.

        Each open case counts as much as the share of earlier cases, of the same specialist and still open at so many
        days before the expiry, that was renewed in the end.

        :return: `{(company_id, user_id or False, first day of the month): cars (float)}`
        """
        expected = defaultdict(float)
        for company in companies:
            rates = self._get_band_rates(company)
            for user, month, band, count in self._read_open(company, first, last):
                rate = rates.get((user, band))
                expected[company.id, user, month] += count * (rates.get((None, band), 0) if rate is None else rate)
        return expected

    @api.model
    def _get_band_rates(self, company):
        """Return `{(user_id or None for the store, band): share renewed}` over a year whose grace is over.

        A store without such a year yet takes the cases that expired in the last twelve months.
        """
        today = company._insurance_today()
        end = today - timedelta(days=company.insurance_renewal_grace_days + 1)
        year = relativedelta(years=1)
        ended = self._read_ended(company, end - year, end) or self._read_ended(
            company, today - year, today - timedelta(days=1))
        counts = defaultdict(Counter)
        for user, band, is_renewed, count in ended:
            for passed in range(band + 1):  # open until then, so open in all bands before
                for key in ((user, passed), (None, passed)):
                    counts[key]['cases'] += count
                    counts[key]['renewed'] += count if is_renewed else 0
        return {key: row['renewed'] / row['cases'] for key, row in counts.items()
                if key[0] is None or row['cases'] >= FEW}

    @api.model
    def _get_band_sql(self, days):
        """Return the SQL of the band of so many days before the expiry."""
        return SQL("CASE %s ELSE %s END", SQL(" ").join(
            SQL("WHEN %s > %s THEN %s", days, limit, band) for band, limit in enumerate(BANDS)), len(BANDS))

    @api.model
    def _read_ended(self, company, first, last):
        """Return `(user_id, band in which the case ended, is it renewed, cases)` of cases that expired then."""
        self._flush_tables()
        ended = SQL("COALESCE(CASE WHEN outcome = 'renewed' THEN issue_date END, closed_on)")
        band = self._get_band_sql(SQL("(reference_expiry - %s)", ended))
        return [(user or False, band, renewed, count) for user, band, renewed, count in self.env.execute_query(SQL(
            """WITH store AS MATERIALIZED (%s)
               SELECT specialist_id, CASE WHEN outcome IN ('open', 'unproven') THEN %s ELSE %s END,
                      outcome = 'renewed', COUNT(*)
                 FROM (%s) AS cohort GROUP BY 1, 2, 3""",
            self._get_stores_sql(company), len(BANDS), band, self._get_cases_sql(company, first, last),
        ))]

    @api.model
    def _read_open(self, company, first, last):
        """Return `(user_id, month, band, cases)` of the cases that are open today."""
        self._flush_tables()
        return [(user or False, month, band, count) for user, month, band, count in self.env.execute_query(SQL(
            """WITH store AS MATERIALIZED (%s)
               SELECT specialist_id, month, %s, COUNT(*)
                 FROM (%s AND renewal.state IN %s) AS cohort
                WHERE outcome IN ('open', 'unproven') GROUP BY 1, 2, 3""",
            self._get_stores_sql(company), self._get_band_sql(SQL("(reference_expiry - %s)",
                                                                 company._insurance_today())),
            self._get_cases_sql(company, first, last), (*OPEN, 'won'),  # told by the index; of the won, some unproven
        ))]
