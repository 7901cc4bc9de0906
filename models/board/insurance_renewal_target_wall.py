from datetime import date

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...lib.weeks import local_datetime

FIRST_YEAR, LAST_YEAR = 2000, 2099
SUMS = ('due', 'target', 'actual', 'last_year', 'lost', 'open', 'expected')


class InsuranceRenewalTarget(models.Model):
    """The target/actual board of a year for the wall of the store (看板, R22)."""

    _inherit = 'insurance.renewal.target'

    @api.model
    @api.readonly
    def get_board(self, company_id=False, year=False, month=False):
        """Return the board of a store: twelve months, and its specialists in one of them.

        Cars and rates of colleagues are for everybody of the desk to see (domain 3.2), premiums are not on it. The
        number of queries depends neither on the number of cases nor on that of months and specialists.

        :param company_id: one of the user's stores; the present one when left out
        :param year: int; the present one when left out
        :param month: 1 to 12, of the specialists; by default the present month, or December of another year
        :return: dict of `can_open` (whether the user may see cases), `company` and `companies` (id and name), `year`,
            `month`, `present` (first day of the present month), `updated` (store time), `chart` (see
            `_prepare_board_chart`), `months` and `specialists` (dicts as of `_get_board_figures`), `focus` (the month's
            own) and `total` (of the year)
        :raises AccessError: for another store; UserError: for a year or month there is none of
        """
        company = self.env['res.company'].browse(company_id or self.env.company.id)
        self._check_board_company(company.id)
        # sudo: every specialist reads what the store and the colleagues reach (domain 3.2), not their cases; nothing
        # but sums leaves this method
        board = self.sudo().with_company(company)
        store = company.sudo()  # sudo: name and clock of a store that need not be active in the browser
        today = store._insurance_today()
        first = self._get_board_month(year, month, today)
        targets = board._get_board_year(company, first.year)
        people = board._get_board_people(company, first)
        board.browse().concat(*targets, *people)._count_together(with_premiums=False)
        people.sort(key=lambda target: target._get_success(), reverse=True)  # the best one first
        figures = [target._get_board_figures() for target in targets]
        focus = figures[first.month - 1]
        return {
            'can_open': self.env['insurance.renewal'].has_access('read'),
            'company': {'id': company.id, 'name': store.name},
            'companies': [{'id': one.id, 'name': one.name} for one in self.env.user.company_ids],
            'year': first.year, 'month': first.month, 'present': fields.Date.to_string(today.replace(day=1)),
            'updated': f'{local_datetime(fields.Datetime.now(), store.insurance_tz):%Y-%m-%d %H:%M}',
            'chart': board._prepare_board_chart(targets), 'months': figures, 'focus': focus,
            'total': self._get_board_total(figures),
            'specialists': [{**target._get_board_figures(), 'id': target.specialist_id.id,
                             'name': target.specialist_id.name} for target in people],
        }

    @api.model
    def _get_board_month(self, year, month, today):
        """Return the first day of the month in focus."""
        year = year or today.year
        month = month or (today.month if year == today.year else 12)
        if not isinstance(year, int) or not isinstance(month, int) or not (
                FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12):
            raise UserError(self.env._(
                "There is no board of %(year)s-%(month)s. Choose a month of the years %(first)s to %(last)s.",
                year=year, month=month, first=str(FIRST_YEAR), last=str(LAST_YEAR),
            ))
        return date(year, month, 1)

    @api.model
    def _get_board_year(self, company, year):
        """Return the targets of the store for the twelve months of a year, empty ones where there are none."""
        keys = [(company.id, False, date(year, month, 1)) for month in range(1, 13)]
        targets = self._get_board_targets(set(keys))
        return [targets[key] for key in keys]

    @api.model
    def _get_board_people(self, company, first):
        """Return the targets of the month of everybody who has one, or has cases then."""
        last = first + relativedelta(months=1, days=-1)
        users = {user.id for [user] in self.env['insurance.renewal']._read_group([
            ('company_id', '=', company.id), ('reference_expiry', '>=', first), ('reference_expiry', '<=', last),
            ('specialist_id', '!=', False),
        ], ['specialist_id'])}
        users.update(user.id for [user] in self._read_group([
            ('company_id', '=', company.id), ('month', '=', first), ('specialist_id', '!=', False),
        ], ['specialist_id']))
        return list(self._get_board_targets({(company.id, user, first) for user in users}).values())

    def _get_success(self):
        """Return what specialists are ranked by: the share of the target reached, then cars."""
        self.ensure_one()
        share = self.actual_cars / self.cars if self.cars else -1
        return share, self.actual_cars, -self.specialist_id.id

    @api.model
    def _get_board_total(self, figures):
        """Return the sums of a year's months; its rates are those of the months that have begun."""
        total = {name: sum(row[name] or 0 for row in figures) for name in SUMS}
        begun = [row for row in figures if not row['is_running'] or row['is_present']]
        due, aimed = (sum(row[name] or 0 for row in begun) for name in ('due', 'target'))
        actual = sum(row['actual'] for row in begun)
        with_target = sum(row['actual'] for row in begun if row['target'])
        return {
            **total, 'rate': actual / due if due else None, 'achieved': with_target / aimed if aimed else None,
            'begun': {'due': due, 'target': aimed, 'actual': actual},
        }
