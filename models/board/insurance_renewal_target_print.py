from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError

from ...lib import charts

LAST_YEAR, TARGET, ACTUAL, RATE = '#ccd3da', '#7b8794', '#1f6f9f', '#b45309'
CHART_SIZES = {'A4': (1040, 225, 1), 'A3': (1040, 275, 1.43)}  # pixels at 96 dpi within the margins, enlargement


class InsuranceRenewalTarget(models.Model):
    """The target/actual board on paper, A3 or A4 (R22, columns of domain 2.4)."""

    _inherit = 'insurance.renewal.target'

    @api.model
    def get_board_print(self, company_id, year, month=False, size='A4'):
        """Return the action that prints the board of a year.

        :param company_id: of one of the user's stores
        :param int year: of the twelve months
        :param month: 1 to 12, of the specialists; as in `get_board` when left out
        :param str size: A3 or A4
        :raises AccessError: for another store; UserError: for another size, or a year there is no board of
        """
        self._check_board_company(company_id)
        if size not in CHART_SIZES:
            raise UserError(self.env._("The board is printed on A3 or A4, not on %(size)s.", size=size))
        company = self.env['res.company'].browse(company_id)
        # sudo: the clock of a store that need not be active in the browser
        first = self._get_board_month(year, month, company.sudo()._insurance_today())
        report = self.env.ref(f'dealer_insurance.report_insurance_renewal_board_{size.lower()}_action')
        # a report without records: what it is of stands in its data, checked again when it is made
        return report.report_action([], data={
            'company_id': company_id, 'year': first.year, 'month': first.month, 'size': size,
        }, config=False)

    @api.model
    def _prepare_board_print(self, company_id, year, month, size):
        """Return what the print shows: the board, its rows as text, the explanations and the chart as SVG."""
        board = self.get_board(company_id, year, month)
        comments = self.search([
            ('company_id', '=', company_id), ('specialist_id', '=', False), ('month', '>=', f'{year}-01-01'),
            ('month', '<=', f'{year}-12-31'), ('comment', '!=', False),
        ], order='month')
        return {
            'board': board, 'size': size, 'chart': self._draw_board_chart(board, size),
            'rows': [self._prepare_board_print_row(row) for row in board['months']],
            'total': self._prepare_board_print_total(board['total']),
            'people': [{**self._prepare_board_print_row(row), 'name': row['name']} for row in board['specialists']],
            'comments': [(f'{target.month:%Y-%m}', target.comment) for target in comments],
            'revisions': self._get_board_revisions(company_id, year), 'user': self.env.user.name,
        }

    @api.model
    def _draw_board_chart(self, board, size):
        chart, months = board['chart'], board['months']
        begun = [not row['is_running'] or row['is_present'] or row['actual'] for row in months]
        series = [
            charts.Series(self.env._("Last Year"), tuple(value or None for value in chart['last_year']), charts.BAR,
                          LAST_YEAR, True),
            charts.Series(self.env._("Target"), tuple(chart['target']), charts.OUTLINE, TARGET),
            charts.Series(self.env._("Actual"), tuple(
                value if shown else None for value, shown in zip(chart['actual'], begun, strict=True)
            ), charts.BAR, ACTUAL),
            charts.Series(self.env._("Renewal Rate"), tuple(
                value if shown else None for value, shown in zip(chart['rate'], begun, strict=True)
            ), charts.LINE, RATE),
        ]
        return Markup(charts.draw_chart(chart['labels'], series, *CHART_SIZES[size]))  # texts are escaped there

    @api.model
    def _prepare_board_print_row(self, row):
        """Return the figures of a month or a person as text."""
        to_rate = self._format_board_rate
        actual, before = row['actual'], row['last_year']
        is_begun = not row['is_running'] or row['is_present'] or actual
        return {
            'label': row['month'][:7], 'is_frozen': row['is_frozen'], 'is_present': row['is_present'],
            'status': row['status'],
            'due': self._format_board_count(row['due']), 'due_gross': self._format_board_count(row['due_gross']),
            'target': self._format_board_count(row['target']),
            'actual': self._format_board_count(actual if is_begun else None),
            'achieved': to_rate(row['achieved'] if is_begun else None),
            'rate': to_rate(row['rate'] if is_begun else None),
            'difference': f"{actual - row['target']:+,d}".replace('-', '−') if row['target'] and is_begun else '—',
            'last_year': self._format_board_count(before), 'last_year_rate': to_rate(row['last_year_rate']),
            'growth': to_rate(actual / before - 1 if before and is_begun else None, True),
            'lost': self._format_board_count(row['lost']), 'open': self._format_board_count(row['open']),
            'expected': self._format_board_count(row['expected'] if row['is_running'] else None),
            'classes': [row[name] for name in ('r_new', 'r_ren', 'r_gap', 'r_pot')],
        }

    @api.model
    def _prepare_board_print_total(self, total):
        begun = total['begun']
        return {
            'due': self._format_board_count(begun['due']), 'target': self._format_board_count(begun['target']),
            'actual': self._format_board_count(begun['actual']), 'achieved': self._format_board_rate(total['achieved']),
            'rate': self._format_board_rate(total['rate']),
        }

    @api.model
    def _format_board_count(self, value):
        return '—' if value is None else f'{value:,d}'

    @api.model
    def _format_board_rate(self, value, signed=False):
        if value is None:
            return '—'
        text = charts.percent(value)
        return (f'+{text}' if value > 0 else text).replace('-', '−') if signed else text

    @api.model
    def _get_board_revisions(self, company_id, year):
        """Return the changed targets of the store in a year: month, old, new, reason and who (R21)."""
        revisions = self.env['insurance.renewal.target.revision'].search([
            ('company_id', '=', company_id), ('target_id.specialist_id', '=', False),
            ('target_id.month', '>=', f'{year}-01-01'), ('target_id.month', '<=', f'{year}-12-31'),
        ], order='id')
        return [{
            'month': f'{revision.month:%Y-%m}', 'old': revision.old_cars, 'new': revision.new_cars,
            'reason': revision.reason, 'user': revision.user_id.sudo().name,  # sudo: the name of a colleague
        } for revision in revisions]
