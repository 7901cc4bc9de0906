from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...lib.shares import chance_of_more, one_in

FAR = 0.1  # a share that is not so much above the colleagues' is no matter, however many cases there are
RISK = 0.01  # of being named by chance alone, for all people compared in a period together


class InsuranceDiversion(models.Model):
    """Crossing (e): a person's share of "insured elsewhere" far above the colleagues' in the same period.

    Specialists by the cases closed, consultants by the cars delivered, in the present and the last period of so many
    months. Compared with all colleagues of the store together by Fisher's exact test, which is right for small numbers
    too, at a risk shared by all who are compared (Bonferroni); nobody with fewer than the smallest sample is compared,
    or against fewer. Numbers are a reason to ask, never more: always weak.
    """

    _inherit = 'insurance.diversion'

    @api.model
    def _cross_shares(self, company):
        """Return one candidate for each person and period that stand out."""
        average = self._get_average_commission(company)
        candidates = []
        for first, last in self._get_share_periods(company):
            for what, sql, model in (
                ('specialist', self._sql_lost_shares, 'insurance.renewal'),
                ('consultant', self._sql_delivery_shares, 'insurance.delivery'),
            ):
                rows = self.env.execute_query(sql(company, first, last))
                candidates += self._judge_shares(
                    company, rows, what, model, (first, last), average['new' if what == 'consultant' else 'renewal'])
        return candidates

    @api.model
    def _get_share_periods(self, company):
        """Return the present and the last period as pairs of days; periods of a year do not overlap."""
        months, today = company.insurance_diversion_months, company._insurance_today()
        start = today.replace(month=(today.month - 1) // months * months + 1, day=1)
        before = start - timedelta(days=1)
        earlier = before.replace(month=(before.month - 1) // months * months + 1, day=1)
        return [(earlier, before), (start, start + relativedelta(months=months, days=-1))]

    @api.model
    def _sql_lost_shares(self, company, first, last):
        """Return the query of `user, month, lost to another insurer, closed` of the cases of the store."""
        return SQL(
            """
            SELECT specialist_id, date_trunc('month', closed_on)::date,
                   count(*) FILTER (WHERE state = 'lost' AND lost_insurer_id IS NOT NULL), count(*)
              FROM insurance_renewal
             WHERE company_id = %s AND active AND state IN ('won', 'lost') AND specialist_id IS NOT NULL
               AND closed_on BETWEEN %s AND %s
             GROUP BY 1, 2 ORDER BY 1, 2
            """, company.id, first, last)

    @api.model
    def _sql_delivery_shares(self, company, first, last):
        """Return the query of `user, month, insured somewhere else, delivered` of the cars that count (K1)."""
        return SQL(
            """
            SELECT consultant_id, date_trunc('month', delivery_date)::date,
                   count(*) FILTER (WHERE insurance_answer = 'elsewhere'), count(*)
              FROM insurance_delivery
             WHERE company_id = %s AND is_counted AND consultant_id IS NOT NULL AND delivery_date BETWEEN %s AND %s
             GROUP BY 1, 2 ORDER BY 1, 2
            """, company.id, first, last)

    @api.model
    def _judge_shares(self, company, rows, what, model, period, average):
        """Return the candidates among the people of one kind.

        :param rows: `(user id, month, hits, tries)`
        """
        months = {}
        for user, month, hits, size in rows:
            months.setdefault(user, []).append((month, hits, size))
        totals = {user: (sum(row[1] for row in mine), sum(row[2] for row in mine)) for user, mine in months.items()}
        smallest = company.insurance_diversion_sample
        compared = [user for user, (_hits, size) in totals.items() if size >= smallest]
        all_hits, all_size = (sum(counts) for counts in zip(*totals.values(), strict=True)) if totals else (0, 0)
        candidates = []
        for user in compared:
            hits, size = totals[user]
            others = (all_hits - hits, all_size - size)
            if others[1] < smallest or hits / size - others[0] / others[1] < FAR:
                continue
            chance = chance_of_more(hits, size, *others)
            if chance * len(compared) <= RISK:
                candidates.append(self._prepare_share(
                    user, months[user], what, model, period, (hits, size, *others), chance, average))
        return candidates

    @api.model
    def _prepare_share(self, user, months, what, model, period, counts, chance, average):
        """Return the candidate of one person: the numbers in words, and a line of evidence for each month."""
        hits, size, other_hits, other_size = counts
        first, last = period
        share, expected = hits / size, size * other_hits / other_size
        return {
            'key': f'{what} {user} {first}', 'grade': 'weak', 'ground': 'numbers', 'vehicle': None, 'insurer': None,
            'car': None, 'persons': {user}, 'is_estimate': True, 'stake': round((hits - expected) * average, 2),
            'facts': {
                'code': 'share', 'person': self.env['res.users'].browse(user).name, 'what_label': what,
                'first_on': fields.Date.to_string(first), 'last_on': fields.Date.to_string(last), 'hits': hits,
                'size': size, 'other_hits': other_hits, 'other_size': other_size, 'own_share': round(share, 4),
                'other_share': round(other_hits / other_size, 4), 'one_in': one_in(chance),
            },
            'evidence': [{
                'code': 'month', 'model': model, 'id': 0, 'token': f'{what} {user} {month:%Y-%m}',
                'facts': {'month': f'{month:%Y-%m}', 'hits': count, 'size': tries, 'what_label': what,
                          'user': user},
            } for month, count, tries in months if count],
        }

    def _is_followed(self):
        """A period that is over two times is not counted any more: its findings stay until somebody works them."""
        if self.kind != 'share':
            return super()._is_followed()
        periods = self._get_share_periods(self.company_id)
        return any(self.key.endswith(f' {first}') for first, _last in periods)
