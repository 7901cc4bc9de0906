from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..renewal.insurance_renewal import OPEN

CARD_MONTHS = 6  # in the chart of a card, its own month the last one
ROWS = {
    'due': ('K3', 'denominator'), 'renewed': ('K3', 'numerator'), 'lost': ('K5', 'numerator'),
    'open': ('K5_open', 'numerator'),
}  # the part of a key figure behind each number of the board
STATUSES = [
    ('none', "No Target"),
    ('reached', "Target Met"),
    ('on_track', "On Track"),
    ('behind', "Behind"),
    ('missed', "Missed"),
]


class InsuranceRenewalTarget(models.Model):
    """The target on the board (看板): its chart, how it stands, and the cases behind each of its numbers (R22)."""

    _inherit = 'insurance.renewal.target'

    board_chart = fields.Json(compute='_compute_board_chart', export_string_translation=False)
    board_status = fields.Selection(
        STATUSES, string="Standing", compute='_compute_board_status',
        help="Met: as many cars as the target. On track: they are expected. Behind: open cases have to be won that"
             " are usually lost. Missed: the month ended with fewer cars.",
    )
    month_text = fields.Char(string="Month and Year", compute='_compute_month_text')

    # === COMPUTE === #

    @api.depends('cars', 'actual_cars', 'expected_cars', 'is_past')
    def _compute_board_status(self):
        for target in self:
            if not target.cars:
                target.board_status = 'none'
            elif target.actual_cars >= target.cars:
                target.board_status = 'reached'
            elif target.is_past:
                target.board_status = 'missed'
            else:
                target.board_status = 'on_track' if target.expected_cars >= target.cars else 'behind'

    @api.depends('month')
    def _compute_month_text(self):
        for target in self:
            target.month_text = target.month and f'{target.month:%Y-%m}'

    @api.depends('cars', 'month', 'company_id', 'specialist_id')
    def _compute_board_chart(self):
        months = {target: [target.month - relativedelta(months=back) for back in reversed(range(CARD_MONTHS))]
                  for target in self if target.month}
        board = self._get_board_targets({
            target._get_board_key(month) for target, row in months.items() for month in row
        })
        self.browse().concat(*board.values())._count_together()
        for target in self:
            row = [board[target._get_board_key(month)] for month in months.get(target, ())]
            target.board_chart = self._prepare_board_chart(row)

    # === BUSINESS === #

    def _count_together(self, with_premiums=True):
        """Count what was reached of all these targets at once, those of the database and the empty ones beside them.

        Read one by one, each of both kinds would be counted for itself, and the targets of a page once more.

        :param with_premiums: False leaves the premium to be added up when it is asked for
        """
        counted = [field for field in self._fields.values() if field.compute == '_compute_actuals'
                   and (with_premiums or field.name != 'actual_premium')]
        with self.env.protecting(counted, self):
            self._set_actuals(with_premiums)

    def _get_board_key(self, month=None):
        """Return what a target is of: `(company id, user id or False, first day of its month)`."""
        self.ensure_one()
        return self.company_id.id, self.specialist_id.id, month or self.month

    @api.model
    def _get_board_targets(self, keys):
        """Return the targets of stores, specialists and months; where there is none, an empty one not in the database.

        What was reached is counted for those as well: a board has twelve months, whether or not somebody set a target.

        :param keys: set of `(company id, user id or False, first day of a month)`
        :return: `{key: target}`
        """
        if not keys:
            return {}
        companies, users, months = (set(part) for part in zip(*keys, strict=True))
        found = {target._get_board_key(): target for target in self.search([
            ('company_id', 'in', list(companies)), ('specialist_id', 'in', list(users)),
            ('month', '>=', min(months)), ('month', '<=', max(months)),
        ])}
        missing = [key for key in keys if key not in found]
        empty = self.browse().concat(*(
            self.new({'company_id': company, 'specialist_id': user, 'month': month}) for company, user, month in missing
        ))  # one recordset: what is counted is counted for all of them at once
        return {**{key: found[key] for key in keys if key in found}, **dict(zip(missing, empty, strict=True))}

    @api.model
    def _prepare_board_chart(self, targets):
        """Return the series of a chart over some targets; None where there is nothing to draw.

        :return: dict of lists as long as `targets`: labels, target, actual, expected (what is still to be added to the
            actual), last_year, rate and achieved (ratios), plus `status` of each
        """
        figures = [target._get_board_figures() for target in targets]
        return {
            'labels': [f"{target.month:%m}".lstrip('0') for target in targets],
            **{name: [row[name] for row in figures]
               for name in ('month', 'target', 'actual', 'last_year', 'rate', 'achieved', 'status')},
            'expected': [max(row['expected'] - row['actual'], 0) if row['is_running'] else None for row in figures],
        }

    def _get_board_figures(self):
        """Return the figures of one target as plain values; rates are None where there is nothing to divide by."""
        self.ensure_one()
        first = self.company_id._insurance_today().replace(day=1)
        return {
            'month': fields.Date.to_string(self.month), 'status': self.board_status,
            'is_running': self.month >= first, 'is_present': self.month == first, 'is_frozen': self.is_frozen,
            'has_target': bool(self.cars), 'state': self.state if self._origin else False,
            'due': self.due_net, 'due_gross': self.due_gross, 'target': self.cars or None,
            'actual': self.actual_cars, 'lost': self.lost_count, 'open': self.open_count, 'invalid': self.invalid_count,
            'rate': self.actual_cars / self.due_net if self.due_net else None,
            'achieved': self.actual_cars / self.cars if self.cars else None,
            'last_year': self.last_year_cars, 'last_year_rate': self.last_year_rate or None,
            **{kind: self[f'{kind}_cars'] for kind in ('r_new', 'r_ren', 'r_gap', 'r_pot')},
            'expected': self.expected_cars, 'gap': max(self.gap_cars, 0),
        }

    # === DRILL-DOWN === #

    def action_view_due(self):
        return self._action_view_cases('due')

    def action_view_renewed(self):
        return self._action_view_cases('renewed')

    def action_view_lost(self):
        return self._action_view_cases('lost')

    def action_view_open(self):
        return self._action_view_cases('open')

    def action_view_gap(self):
        return self._action_view_cases('gap')

    @api.model
    def get_board_action(self, company_id, month, specialist_id, part):
        """Return the action that shows the cases behind a number of the board.

        :param int company_id: of a store the user belongs to
        :param str month: any day of it
        :param specialist_id: or False for the whole store
        :param str part: due, renewed, lost, open or gap
        :raises AccessError: for another store
        """
        self._check_board_company(company_id)
        key = company_id, specialist_id or False, fields.Date.to_date(month).replace(day=1)
        return self._get_board_targets({key})[key]._action_view_cases(part)

    @api.model
    def _check_board_company(self, company_id):
        self.browse().check_access('read')
        if company_id not in self.env.user.company_ids.ids:
            raise AccessError(self.env._(
                "This store is not one of yours. Ask an administrator to add it to your user."))

    def _action_view_cases(self, part):
        """Return the action that lists the cases behind one number of the target; its rules decide who sees which."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id(
            'dealer_insurance.insurance_renewal_action_gap' if part == 'gap' else
            'dealer_insurance.insurance_renewal_action_board'
        )
        model, domain = self._get_board_rows(part)
        title = self._get_board_title(part)
        return {
            **action, 'res_model': model, 'domain': list(domain), 'name': title, 'display_name': title,
            'context': {'create': False, 'allowed_company_ids': self._get_board_companies()},
        }

    def _get_board_companies(self):
        """Return the ids of the stores active in the browser, with the one of this target added to them."""
        return list(dict.fromkeys([*self.env.companies.ids, self.company_id.id]))

    def _get_board_rows(self, part):
        """Return `(model name, domain)` of the cases behind a number: those the figures themselves count."""
        last = self.month + relativedelta(months=1, days=-1)
        if part != 'gap':
            return self.env['insurance.kpi']._get_rows_domain(
                *ROWS[part], self.company_id, self.month, last, self.specialist_id or None)
        domain = Domain('company_id', '=', self.company_id.id) & Domain('state', 'in', OPEN) & Domain(
            'reference_expiry', '>=', self.month) & Domain('reference_expiry', '<=', last)
        if self.specialist_id:
            domain &= Domain('specialist_id', '=', self.specialist_id.id)
        return 'insurance.renewal', domain

    def _get_board_title(self, part):
        who = self.specialist_id.sudo().name or self.company_id.name  # sudo: the name of a colleague
        values = {'month': self.month_text, 'who': who}
        if part == 'gap':
            return self.env._("%(who)s %(month)s: %(gap)s cars missing, the nearest cases first", **values,
                              gap=max(self.gap_cars, 0))
        return {
            'due': self.env._("%(who)s %(month)s: due", **values),
            'renewed': self.env._("%(who)s %(month)s: renewed", **values),
            'lost': self.env._("%(who)s %(month)s: lost", **values),
            'open': self.env._("%(who)s %(month)s: still open", **values),
        }[part]
