from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError

from ...lib import charts
from .insurance_sales_board_adjustment import PREMIUMS
from .insurance_sales_board_line import PREMIUM_READERS

COUNTED, INSURED, RATE = '#7b8794', '#1f6f9f', '#b45309'
CHART_SIZES = {'A4': (1040, 190, 1), 'A3': (1040, 225, 1.43)}  # pixels at 96 dpi within the margins, enlargement


class InsuranceSalesBoard(models.Model):
    """The sales board on paper, A3 or A4: all columns of form 2.3 and the adjustments (R2, T41)."""

    _inherit = 'insurance.sales.board'

    @api.model
    def get_print(self, company_id, month, size='A4'):
        """Return the action that prints the board of a store and month.

        :param company_id: of one of the user's stores
        :param str month: any of its days
        :param str size: A3 or A4
        :raises AccessError: for another store; UserError: for another size, or a month without a board
        """
        self.browse().check_access('read')
        if size not in CHART_SIZES:
            raise UserError(self.env._("The board is printed on A3 or A4, not on %(size)s.", size=size))
        company = self._get_wall_company(company_id)
        first = self._get_wall_month(company, month)
        board = self.with_context(allowed_company_ids=[company.id]).search([
            ('company_id', '=', company.id), ('month', '=', first)])
        if not board:
            raise UserError(self.env._("%(store)s has no sales board of %(month)s to print.", store=company.name,
                                       month=f'{first:%Y-%m}'))
        report = board.env.ref(f'dealer_insurance.report_insurance_sales_board_{size.lower()}_action')
        return report.report_action(board, config=False)

    def _prepare_print(self, size):
        """Return what the print shows: the rows as text, the chart as SVG, adjustments, and who published it.

        Premiums are there only for who may see them; a running board is counted now.
        """
        self.ensure_one()
        company = self.company_id.sudo()  # sudo: clock of a store that need not be active in the browser
        # sudo: names and rates of the team are for everybody who reads the board; premiums are left out below
        board = self.sudo()
        lines = board._get_wall_lines()
        store = lines.filtered(lambda line: line.kind == 'store')
        trend = self._get_trend(company, self.month, store)
        has_premium = self.env.user.has_groups(PREMIUM_READERS)
        follow = {line.subject_id: line.follow_text for line in self.line_ids if line.kind == 'consultant'}
        people = lines.filtered(lambda line: line.kind == 'consultant').sorted(self._get_wall_order)
        moment = board.published_on or board.refreshed_on
        return {
            'board': self, 'size': size, 'store': company.name, 'month': f'{self.month:%Y-%m}',
            'has_premium': has_premium, 'currency': company.currency_id.name, 'minimum': company.insurance_rank_minimum,
            'chart': self._draw_trend(trend, size),
            'people': [{**line._prepare_print_row(has_premium), 'follow': follow.get(line.subject_id) or ''}
                       for line in people],
            'teams': [line._prepare_print_row(has_premium)
                      for line in lines.filtered(lambda line: line.kind == 'team')],
            'total': store._prepare_print_row(has_premium) if store else None,
            'adjustments': self._prepare_print_adjustments(), 'comment': self.comment or '',
            'published': self._format_wall_time(board.published_on, company), 'user': self.env.user.name,
            'publisher': board.published_by_id.name or '', 'updated': self._format_wall_time(moment, company),
        }

    @api.model
    def _draw_trend(self, trend, size):
        series = [
            charts.Series(self.env._("Cars that Count"), tuple(trend['counted']), charts.OUTLINE, COUNTED),
            charts.Series(self.env._("Insured Commercially"), tuple(trend['insured']), charts.BAR, INSURED),
            charts.Series(self.env._("Insured Rate"), tuple(trend['rate']), charts.LINE, RATE),
        ]
        labels = [month[:7] for month in trend['month']]
        return Markup(charts.draw_chart(labels, series, *CHART_SIZES[size]))  # texts are escaped there

    def _prepare_print_adjustments(self):
        """Return what changed in boards published before, as text; rules keep premiums from who may not see them."""
        # looked up and not read from the board: what another user saw of it is not this one's
        rows = self.env['insurance.sales.board.adjustment'].search([('board_id', '=', self.id)])
        measures = dict(rows._fields['measure']._description_selection(self.env))
        return [{
            'month': f'{row.month:%Y-%m}', 'who': row.display_name, 'measure': measures[row.measure],
            **{name: f'{row[name]:,.2f}' if row.measure in PREMIUMS else f'{row[name]:,.0f}'
               for name in ('before', 'after')},
            'difference': (f'{row.difference:+,.2f}' if row.measure in PREMIUMS else f'{row.difference:+,.0f}'
                           ).replace('-', '−'),
        } for row in rows]
