from collections import Counter, defaultdict
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

COUNTED = {
    'due_gross': 'gross', 'due_net': 'net', 'actual_cars': 'renewed', 'actual_premium': 'premium', 'lost_count': 'lost',
    'invalid_count': 'invalid', 'open_count': 'open', 'r_new_cars': 'renewed_r_new', 'r_ren_cars': 'renewed_r_ren',
    'r_gap_cars': 'renewed_r_gap', 'r_pot_cars': 'renewed_r_pot', 'adjusted_cars': 'adjusted',
}  # field: what of the cohort it shows


class InsuranceRenewalTarget(models.Model):
    """What became of a target: the actual beside it, last year's, and what is to be expected (R20, R22, domain 2.4).

    Nothing of it is stored: running months are counted when they are looked at, closed ones read what was frozen.
    """

    _inherit = 'insurance.renewal.target'

    is_frozen = fields.Boolean(string="Month Closed", compute='_compute_actuals')
    due_gross = fields.Integer(string="Due (gross)", compute='_compute_actuals')
    due_net = fields.Integer(string="Due", compute='_compute_actuals')
    actual_cars = fields.Integer(string="Renewed Cars", compute='_compute_actuals')
    actual_premium = fields.Monetary(string="Renewed Premium", compute='_compute_actuals')
    actual_rate = fields.Float(string="Renewal Rate", digits=(5, 4), compute='_compute_actuals', aggregator=None)
    achieved_rate = fields.Float(string="Target Reached", digits=(5, 4), compute='_compute_actuals', aggregator=None)
    lost_count = fields.Integer(string="Lost Cases", compute='_compute_actuals')
    invalid_count = fields.Integer(string="Cases out of the Base", compute='_compute_actuals')
    open_count = fields.Integer(string="Cases still Open", compute='_compute_actuals')
    r_new_cars = fields.Integer(string="First Renewals", compute='_compute_actuals')
    r_ren_cars = fields.Integer(string="Repeat Renewals", compute='_compute_actuals')
    r_gap_cars = fields.Integer(string="Interrupted Renewals", compute='_compute_actuals')
    r_pot_cars = fields.Integer(string="Potential Customers Won", compute='_compute_actuals')
    adjusted_cars = fields.Integer(
        string="Later Renewals", compute='_compute_actuals',
        help="What changed in a closed month afterwards, as the next months' closings recorded it.",
    )
    last_year_cars = fields.Integer(string="Renewed Last Year", compute='_compute_actuals')
    last_year_rate = fields.Float(string="Rate Last Year", digits=(5, 4), compute='_compute_actuals', aggregator=None)
    expected_cars = fields.Integer(
        string="Expected Cars", compute='_compute_actuals',
        help="Renewed cars plus open cases by how many of such cases were renewed in the last twelve months.",
    )
    gap_cars = fields.Integer(string="Cars Missing", compute='_compute_actuals')
    actual_rate_text = fields.Char(compute='_compute_actuals', export_string_translation=False)
    achieved_rate_text = fields.Char(compute='_compute_actuals', export_string_translation=False)
    last_year_rate_text = fields.Char(compute='_compute_actuals', export_string_translation=False)

    @api.depends('company_id', 'specialist_id', 'month', 'cars', 'premium')
    def _compute_actuals(self):
        self._set_actuals()

    def _set_actuals(self, with_premiums=True):
        """Set what became of the targets; `with_premiums` False leaves out the premium, and what it takes to add it."""
        placed = self.filtered(lambda target: target.company_id and target.month)
        figures, last_year, expected, closed = placed._get_figures(with_premiums)
        counted = {field: name for field, name in COUNTED.items() if with_premiums or name != 'premium'}
        for target in self:
            key = (target.company_id.id, target.specialist_id.id, target.month)
            row, before = figures.get(key, Counter()), last_year.get(key, Counter())
            values = {field: row[name] for field, name in counted.items()}
            is_frozen = (target.company_id.id, target.month) in closed
            awaited = row['renewed'] + (0 if is_frozen else expected.get(key, 0))
            target.update({
                **values,
                'is_frozen': is_frozen,
                'actual_rate': row['renewed'] / row['net'] if row['net'] else 0,
                'achieved_rate': row['renewed'] / target.cars if target.cars else 0,
                'last_year_cars': before['renewed'],
                'last_year_rate': before['renewed'] / before['net'] if before['net'] else 0,
                'expected_cars': int(awaited + 0.5),
                'gap_cars': max(target.cars - row['renewed'], 0),
                'actual_rate_text': self.env['insurance.kpi']._format(row['renewed'], row['net']),
                'achieved_rate_text': self.env['insurance.kpi']._format(row['renewed'], target.cars),
                'last_year_rate_text': self.env['insurance.kpi']._format(before['renewed'], before['net']),
            })

    # === BUSINESS === #

    def _get_figures(self, with_premiums=True):
        """Return what the targets are held against, for all of them in a number of queries that does not grow.

        :return: three dicts by `(company_id, user_id or False, month)`: counters as of `_get_cohorts` with `gross` and
            `adjusted`; those of the same month a year before; the cars expected of the open cases; and the set of the
            closed `(company_id, month)`, whose counters are the frozen ones
        """
        if not self:
            return {}, {}, {}, set()
        Kpi, companies, months = self.env['insurance.kpi'], self.company_id, self.mapped('month')
        first, last = min(months), max(months) + relativedelta(day=31)
        year = relativedelta(years=1)
        before = max(months) - year + relativedelta(day=31)
        figures = self._add_stores(Kpi._get_cohorts(companies, first, last, with_premiums))
        past = self._add_stores(Kpi._get_cohorts(
            companies, first - year, min(before, first - timedelta(days=1)), with_premiums=False))
        # sudo: cars left out of the base are counted, and what was frozen is read, for who may see the target
        left_out = self.env['insurance.renewal'].sudo()._count_left_out(companies, first, last)
        for row in figures.values():
            row['gross'] = row['cases']
        for (company, month), count in left_out.items():
            figures.setdefault((company, False, month), Counter())['gross'] += count
        # sudo: as above
        frozen, closed = self.env['insurance.month.close'].sudo()._get_frozen(companies, first - year, last)
        figures = {key: row for key, row in {**past, **figures}.items() if (key[0], key[2]) not in closed} | frozen
        last_year = {(company, user, month + year): row for (company, user, month), row in figures.items()}
        return figures, last_year, self._add_store_sums(Kpi._get_expected(companies, first, last)), closed

    def _add_stores(self, cohorts):
        """Return the cohorts of specialists with those of their stores; cases of nobody are the store's only."""
        result = defaultdict(Counter)
        for (company, user, month), row in cohorts.items():
            result[company, False, month].update(row)
            if user:
                result[company, user, month].update(row)
        return result

    def _add_store_sums(self, amounts):
        result = defaultdict(float)
        for (company, user, month), amount in amounts.items():
            result[company, False, month] += amount
            if user:
                result[company, user, month] += amount
        return result
