from datetime import date

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ...lib.accident_clock import read_classes
from ...lib.weeks import local_datetime

READERS = (
    'dealer_insurance.group_claims_leader,dealer_insurance.group_insurance_supervisor,'
    'dealer_insurance.group_general_manager,dealer_insurance.group_group_manager'
)
FIRST_YEAR, LAST_YEAR = 2000, 2099
SHOWN = ('K13', 'K13_gross', 'K13_open', 'K15', 'K26_accident', 'K26_visit')


class InsuranceAccidentBoard(models.AbstractModel):
    """The accident desk's board of a month: figures, trend, reasons, people; also for the wall (R39)."""

    _name = 'insurance.accident.board'
    _description = "Accident Board"

    @api.model
    @api.readonly
    def get_board(self, company_id=False, month=False):
        """Return the board of a store and month: a closed month as it was frozen, another one counted now.

        The number of queries depends neither on that of reports nor on that of people.

        :param company_id: one of the user's stores; the present one when left out
        :param str month: any of its days; the present month when left out
        :return: dict of `company`, `companies` (id and name), `can_open` (whether the user may see rows), `month` and
            `present` (first days), `updated` (store time), `is_frozen`, `is_provisional`, `figures` (`{code: {'name',
            'formula', 'text', 'numerator', 'denominator'}}`), `totals` (reports, returned, open, excluded), `trend`,
            `reasons`, `losses`, `insurers`, `sources`, `people` (with response `classes`) and `class_names`
        :raises AccessError: for another role or store; UserError: for something that is no month
        """
        company = self._check_board(company_id)
        # sudo: who may read the board reads its sums; rows are opened with one's own rights
        store, board = company.sudo(), self.sudo()
        present = store._insurance_today().replace(day=1)
        first = self._get_board_month(month, present)
        last = first + relativedelta(day=31)
        frozen, figures = board._get_board_figures(store, first, last)
        rows = board._read_board_rows(store, first, last)
        return {
            'company': {'id': company.id, 'name': store.name},
            'companies': [{'id': one.id, 'name': one.name} for one in self.env.user.company_ids],
            'can_open': self.env['insurance.accident'].has_access('read'),
            'month': fields.Date.to_string(first), 'present': fields.Date.to_string(present),
            'month_text': format_date(self.env, first, date_format='yyyy-MM'),
            'updated': f'{local_datetime(fields.Datetime.now(), store.insurance_tz):%Y-%m-%d %H:%M}',
            'is_frozen': frozen, 'is_provisional': bool(rows['totals']['open']), 'figures': figures,
            'trend': board._get_board_trend(store, first),
            'losses': self._get_board_losses(store, first, last),
            'class_names': self._get_class_names(store), **rows,
        }

    @api.model
    def _check_board(self, company_id=False):
        """Return the store whose board is asked for.

        :raises AccessError: for roles and stores that have no board here
        """
        if not self.env.user.has_groups(READERS):
            raise AccessError(self.env._("The accident board is for the claims team leader and the management."))
        company = self.env['res.company'].browse(company_id or self.env.company.id)
        if company not in self.env.user.company_ids:
            raise AccessError(self.env._("This store is not among yours."))
        return company

    @api.model
    def _get_board_month(self, month, present):
        try:
            first = fields.Date.to_date(month or present).replace(day=1)
        except (AttributeError, TypeError, ValueError):
            first = date.max
        if not FIRST_YEAR <= first.year <= LAST_YEAR:
            raise UserError(self.env._("%(month)s is no month of a board.", month=str(month)))
        return first

    @api.model
    def _get_board_figures(self, company, first, last):
        """Return whether the month is closed, and its figures: as frozen, or as of now.

        A month that was closed before the store had an accident desk has none that are frozen.
        """
        Kpi = self.env['insurance.kpi']
        closed = self.env['insurance.month.close'].search_count([
            ('company_id', '=', company.id), ('month', '=', first), ('state', '=', 'closed')], limit=1)
        values = self.env['insurance.kpi.value'].search([
            ('company_id', '=', company.id), ('month', '=', first), ('code', 'in', SHOWN),
            ('specialist_id', '=', False), ('adjusts_month', '=', False),
        ]) if closed else ()
        pairs = {value.code: (value.numerator, value.denominator) for value in values}
        if not pairs:
            for code, rows in Kpi._get_values(company, first, last, codes=SHOWN).items():
                pairs[code] = rows.get((company.id, False), (0, 0))
        definitions = Kpi._get_definitions()
        return bool(values), {code: self._prepare_figure(definitions[code], *pairs.get(code, (0, 0))) for code in SHOWN}

    @api.model
    def _prepare_figure(self, definition, numerator, denominator):
        return {
            'name': definition['name'], 'formula': definition['formula'], 'numerator': numerator or 0,
            'denominator': denominator or 0,
            'text': self.env['insurance.kpi']._format(numerator or 0, denominator or 0, definition['unit']),
        }

    @api.model
    def _get_class_names(self, company):
        """Return what the response classes of the store are called, shortest first, the last one open."""
        ends = read_classes(company.insurance_accident_classes)
        names = [self.env._("≤ %(minutes)s min", minutes=end) for end in ends]
        return [*names, self.env._("> %(minutes)s min", minutes=ends[-1])] if ends else []

    # === DOORS === #

    @api.model
    def get_board_action(self, company_id, month, code, part='numerator', user_id=False):
        """Return the action that opens the records behind a figure of the board, with the user's own rights."""
        company = self._check_board(company_id)
        first = self._get_board_month(month, company.sudo()._insurance_today())  # sudo: the clock of a store
        if part not in ('numerator', 'denominator'):
            raise UserError(self.env._("There is no list of %(part)s.", part=part))
        user = self.env['res.users'].browse(user_id or None)
        action = self.env['insurance.kpi']._action_view_rows(code, part, company, first, user)
        return dict(action, context={'create': False, 'insurer_short_name': True})
