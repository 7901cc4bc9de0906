from datetime import date

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...lib.weeks import local_datetime

TREND_MONTHS = 12
REASONS = 5  # on the wall, the most frequent ones
FIRST_YEAR, LAST_YEAR = 2000, 2099


class InsuranceSalesBoard(models.Model):
    """The sales board for the wall of the showroom: names, cars and rates, never premiums (R2, domain 3.2)."""

    _inherit = 'insurance.sales.board'

    @api.model
    def action_open_wall(self):
        """Make the board of the present month where there is none yet, and open the wall."""
        self.browse().check_access('read')
        # sudo: who reads boards opens them; making and counting them is the system's
        self.sudo()._open_months(self.env.company)
        return self.env['ir.actions.client']._for_xml_id('dealer_insurance.sales_wall_action')

    @api.model
    @api.readonly
    def get_wall(self, company_id=False, month=False):
        """Return the board of a store and month for the wall: a running month counted now, a published one as frozen.

        Cars and rates of colleagues are for everybody who reads the board (domain 3.2). The number of queries depends
        neither on that of deliveries nor on that of consultants.

        :param company_id: one of the user's stores; the present one when left out
        :param str month: any of its days; the present month when left out
        :return: dict of `company` and `companies` (id and name), `month` and `present` (first days), `updated` and
            `published` (store time; empty while it runs), `minimum` (cars needed to be ranked), `store` and `people`
            (dicts as of `_get_wall_figures`, people by rank), `reasons` (label and cars), `praised` (names) and `trend`
            (see `_get_trend`); `store` is None where the month has no board
        :raises AccessError: for another store; UserError: for something that is no month
        """
        self.browse().check_access('read')
        company = self._get_wall_company(company_id)
        first = self._get_wall_month(company, month)
        # sudo: everybody who reads the board sees the names and rates of the team; premiums do not leave this method
        board = self.sudo().search([('company_id', '=', company.id), ('month', '=', first)])
        lines = board._get_wall_lines()
        store = lines.filtered(lambda line: line.kind == 'store')
        people = lines.filtered(lambda line: line.kind == 'consultant' and line.consultant_id)
        moment = fields.Datetime.now() if board.state == 'live' else board.refreshed_on
        return {
            'company': {'id': company.id, 'name': company.name},
            'companies': [{'id': one.id, 'name': one.name} for one in self.env.user.company_ids],
            'month': fields.Date.to_string(first),
            'present': fields.Date.to_string(company._insurance_today().replace(day=1)),
            'updated': self._format_wall_time(moment or fields.Datetime.now(), company),
            'published': self._format_wall_time(board.published_on, company), 'minimum': company.insurance_rank_minimum,
            'store': store._get_wall_figures() if store else None,
            'people': [line._get_wall_figures() for line in people.sorted(self._get_wall_order)],
            'reasons': store._get_uninsured()[:REASONS] if store else [],
            'praised': self._get_wall_praised(company, first), 'trend': self._get_trend(company, first, store),
        }

    @api.model
    def _get_wall_company(self, company_id):
        company = self.env['res.company'].browse(company_id or self.env.company.id)
        if company.id not in self.env.user.company_ids.ids:
            raise AccessError(self.env._(
                "This store is not one of yours. Ask an administrator to add it to your user."))
        return company.sudo()  # sudo: name and clock of a store that need not be active in the browser

    @api.model
    def _get_wall_month(self, company, month):
        """Return the first day of the month asked for."""
        if not month:
            return company._insurance_today().replace(day=1)
        try:
            day = date.fromisoformat(month)
        except (TypeError, ValueError):
            day = None
        if not day or not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise UserError(self.env._("There is no board of %(month)s. Choose a month such as 2026-10-01.",
                                       month=str(month)))
        return day.replace(day=1)

    @api.model
    def _format_wall_time(self, moment, company):
        return f'{local_datetime(moment, company.insurance_tz):%Y-%m-%d %H:%M}' if moment else ''

    def _get_wall_lines(self):
        """Return the rows of the board: the frozen ones, or, while it runs, rows counted now and not kept."""
        Line = self.env['insurance.sales.board.line']
        if self.state != 'live':
            return self.line_ids
        self.env.flush_all()
        rows = self.env.execute_query_dict(self._get_rows_sql())
        known = Line._fields
        users = self.env['res.users'].browse(row['consultant_id'] for row in rows if row['consultant_id'])
        users.mapped('name')  # of all of them in one query
        return Line.concat(*(Line.new({name: value for name, value in row.items() if name in known}) for row in rows))

    @api.model
    def _get_wall_order(self, line):
        """Return what people stand on the wall by: the ranked ones first, then by what they delivered."""
        return not line.is_ranked, line.rank_rate, -line.counted, -line.delivered, line.consultant_id.id

    @api.model
    def _get_wall_praised(self, company, first):
        """Return the names of those who were praised for the month."""
        praised = self.env['insurance.commendation'].search([
            ('company_id', '=', company.id), ('month', '=', first), ('state', '=', 'given')])
        return praised.consultant_id.sudo().mapped('name')  # sudo: names of colleagues

    @api.model
    def _get_trend(self, company, last, store=None):
        """Return the store's months up to `last` as lists of equal length; None where a month has no board.

        :param store: the row of the last month, where it was counted now
        :return: dict of `labels` (number of the month), `month` (first days), `counted`, `insured`, `delivered` and
            `rate` (ratios)
        """
        months = [last - relativedelta(months=back) for back in reversed(range(TREND_MONTHS))]
        # sudo: sums of the store, for whoever reads its board
        lines = {line.month: line for line in self.env['insurance.sales.board.line'].sudo().search([
            ('company_id', '=', company.id), ('kind', '=', 'store'), ('month', 'in', months),
        ])}
        if store:
            lines[last] = store
        rows = [lines.get(month) for month in months]
        return {
            'labels': [f'{month.month}' for month in months],
            'month': [fields.Date.to_string(month) for month in months],
            **{name: [row[name] if row else None for row in rows] for name in ('counted', 'insured', 'delivered')},
            'rate': [row.insured / row.counted if row and row.counted else None for row in rows],
        }
