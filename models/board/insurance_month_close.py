from collections import Counter, defaultdict

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..renewal.insurance_renewal_gate import SUPERVISORS

STATES = [('open', "Open Month"), ('closed', "Closed Month")]
MONTHS_BACK = 12  # how long what changes in a closed month is still recorded
FROZEN = {
    'renewed': ('K3', 'numerator'), 'net': ('K3', 'denominator'), 'gross': ('K3_gross', 'denominator'),
    'premium': ('K3c', 'numerator'), 'lost': ('K5', 'numerator'), 'open': ('K5_open', 'numerator'),
    'invalid': ('K5_invalid', 'numerator'), 'renewed_r_new': ('K3b_r_new', 'numerator'),
    'renewed_r_ren': ('K3b_r_ren', 'numerator'), 'renewed_r_gap': ('K3b_r_gap', 'numerator'),
    'renewed_r_pot': ('K3b_r_pot', 'numerator'),
}  # what boards show of a cohort: in which figure it was frozen


class InsuranceMonthClose(models.Model):
    """The closing of a store's month: it freezes all key figures and records what changed in earlier ones (R20).

    A closed month is never opened again; later changes stand as adjustments in the closing of a later month.
    """

    _name = 'insurance.month.close'
    _description = "Month Close"
    _inherit = ['mail.thread', 'mail.activity.mixin', 'insurance.guard']
    _order = 'month desc, company_id'

    _guarded_fields = frozenset({'state', 'closed_by_id', 'closed_on'})

    company_id = fields.Many2one('res.company', string="Store", required=True, index=True,
                                 default=lambda self: self.env.company)
    month = fields.Date(required=True, default=lambda self: self._default_month(),
                        help="Any day of the month: the first is kept.")
    state = fields.Selection(STATES, required=True, default='open', readonly=True, copy=False, index=True,
                             tracking=True)
    closed_by_id = fields.Many2one('res.users', string="Closed by", readonly=True, copy=False)
    closed_on = fields.Datetime(string="Closed on", readonly=True, copy=False)
    remark = fields.Text()
    value_ids = fields.One2many('insurance.kpi.value', 'close_id', string="Frozen Figures",
                                domain=[('adjusts_month', '=', False)])
    adjustment_ids = fields.One2many('insurance.kpi.value', 'close_id', string="Adjustments",
                                     domain=[('adjusts_month', '!=', False)])

    _company_month_uniq = models.UniqueIndex("(company_id, month)", "This month of the store is already listed.")

    # === DEFAULTS AND COMPUTE === #

    @api.model
    def _default_month(self):
        return self.env.company._insurance_today().replace(day=1) - relativedelta(months=1)

    @api.depends('month', 'company_id')
    def _compute_display_name(self):
        for close in self:
            close.display_name = f"{close.month:%Y-%m} {close.company_id.name}" if close.month else ''

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._complete_month(vals) for vals in vals_list])

    def write(self, vals):
        if {'state', 'month', 'company_id', 'closed_by_id', 'closed_on'} & vals.keys():
            for close in self:
                if close.state == 'closed':
                    raise UserError(self.env._("%(month)s is closed and stays closed. What changes now is recorded when"
                                               " the next month is closed.", month=close.display_name))
        return super().write(self._complete_month(vals))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_open(self):
        for close in self:
            if close.state == 'closed':
                raise UserError(self.env._("%(month)s is closed and is kept.", month=close.display_name))

    @api.model
    def _complete_month(self, vals):
        """Return the values with the first day of the month in place of any other of its days."""
        month = fields.Date.to_date(vals.get('month'))
        return dict(vals, month=month.replace(day=1)) if month else vals

    # === ACTIONS === #

    def action_close(self):
        """Freeze the figures of the month, and what changed in the twelve before."""
        if not self.env.user.has_groups(SUPERVISORS):
            raise AccessError(self.env._("The insurance supervisor or the general manager closes a month."))
        self.check_access('read')
        for close in self.sorted('month'):
            error = close._close_error_message()
            if error:
                raise UserError(error)
            frozen = close.sudo()  # sudo: nobody writes figures; what is frozen is everybody's, not the closer's own
            frozen._freeze()
            frozen._adjust()
            frozen.write({'state': 'closed', 'closed_by_id': self.env.uid, 'closed_on': fields.Datetime.now()})
            frozen.activity_feedback(['mail.mail_activity_data_todo'])

    def _close_error_message(self):
        """Return why the month cannot be closed, or False."""
        self.ensure_one()
        if self.state == 'closed':
            return self.env._("%(month)s is already closed.", month=self.display_name)
        if self.company_id._insurance_today() <= self.month + relativedelta(day=31):
            return self.env._("%(month)s is not over yet: close it from the first of the next month on.",
                              month=self.display_name)
        # sudo: that a later month is closed, whoever may read it
        later = self.sudo().search([('company_id', '=', self.company_id.id), ('month', '>', self.month),
                                    ('state', '=', 'closed')], order='month', limit=1)
        if later:
            return self.env._("%(later)s is already closed; months are closed one after the other.",
                              later=later.display_name)
        return False

    def action_view_values(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('dealer_insurance.insurance_kpi_value_action')
        return dict(action, domain=[('close_id', '=', self.id)], context={})

    # === BUSINESS === #

    def _read_figures(self, month):
        """Return `{(code, user_id or False): (version, numerator, denominator)}` of the store's `month` as of now."""
        self.ensure_one()
        Kpi, figures = self.env['insurance.kpi'], {}
        definitions = Kpi._get_definitions()
        for by_specialist in (False, True):
            values = Kpi._get_values(self.company_id, month, month + relativedelta(day=31), by_specialist)
            for code, rows in values.items():
                for (_company, user), (numerator, denominator) in rows.items():
                    if bool(user) == by_specialist:  # what belongs to nobody is the store's only
                        figures[code, user] = (
                            definitions[code]['version'], round(numerator or 0, 2), round(denominator or 0, 2))
        return figures

    def _prepare_value(self, code, user, version, numerator, denominator):
        codes = list(self.env['insurance.kpi']._get_definitions())
        return {
            'close_id': self.id, 'company_id': self.company_id.id, 'month': self.month, 'specialist_id': user,
            'code': code, 'sequence': codes.index(code), 'version': version, 'numerator': numerator,
            'denominator': denominator,
        }

    def _freeze(self):
        self.env['insurance.kpi.value'].create([
            self._prepare_value(code, user, *figure) for (code, user), figure in self._read_figures(self.month).items()
        ])

    def _adjust(self):
        """Record the differences of earlier closed months to what was frozen and adjusted until now (T7)."""
        rows = []
        for earlier in self.search([
            ('company_id', '=', self.company_id.id), ('state', '=', 'closed'), ('month', '<', self.month),
            ('month', '>=', self.month - relativedelta(months=MONTHS_BACK)),
        ], order='month'):
            known, versions = earlier._get_recorded()
            now = self._read_figures(earlier.month)
            for key in sorted({*known, *now}, key=str):
                code, user = key
                version, *figure = now.get(key, (versions.get(code), 0, 0))
                # another formula, a figure that was not measured yet, or (0) one taken over from an older board
                if not version or version != versions.get(code):
                    continue
                changes = [round(new - old, 2) for new, old in zip(figure, known.get(key, (0, 0)), strict=True)]
                if any(changes):
                    rows.append(dict(self._prepare_value(code, user, version, *changes), adjusts_month=earlier.month))
        self.env['insurance.kpi.value'].create(rows)

    def _get_recorded(self):
        """Return what is on record of a closed month, adjustments added: by (code, user), and the version per code."""
        self.ensure_one()
        Value = self.env['insurance.kpi.value']
        domain = [('company_id', '=', self.company_id.id),
                  '|', ('close_id', '=', self.id), ('adjusts_month', '=', self.month)]
        own = ['|', ('adjusts_month', '=', False), ('adjusts_month', '=', self.month)]
        groups = Value._read_group(domain + own, ['code', 'specialist_id', 'version'],
                                   ['numerator:sum', 'denominator:sum'])
        known = {(code, user.id or False): (numerator, denominator)
                 for code, user, _version, numerator, denominator in groups}
        return known, {code: version for code, _user, version, _numerator, _denominator in groups}

    @api.model
    def _get_frozen(self, companies, first, last):
        """Return what boards show of closed months.

        :return: `({(company_id, user_id or False, month): counter as of `_get_cohorts`, with `gross` and `adjusted`},
            {(company_id, month) of the closed months})`
        """
        closes = self.search([('company_id', 'in', companies.ids), ('state', '=', 'closed'), ('month', '>=', first),
                              ('month', '<=', last)])
        figures, parts = defaultdict(Counter), defaultdict(list)
        for name, (code, part) in FROZEN.items():
            parts[code].append((name, part))
        Value, sums = self.env['insurance.kpi.value'], ['numerator:sum', 'denominator:sum']
        domain = [('company_id', 'in', companies.ids), ('code', 'in', list(parts))]
        for company, user, month, code, numerator, denominator in Value._read_group(
            [*domain, ('close_id', 'in', closes.ids), ('adjusts_month', '=', False)],
            ['company_id', 'specialist_id', 'month:day', 'code'], sums,
        ) if closes else ():
            row = figures[company.id, user.id or False, month]
            for name, part in parts[code]:
                row[name] = (numerator if part == 'numerator' else denominator) or 0
        for company, user, month, numerator in Value._read_group(
            [('company_id', 'in', companies.ids), ('code', '=', 'K3'), ('adjusts_month', '>=', first),
             ('adjusts_month', '<=', last)],
            ['company_id', 'specialist_id', 'adjusts_month:day'], ['numerator:sum'],
        ) if closes else ():
            figures[company.id, user.id or False, month]['adjusted'] = numerator
        return figures, {(close.company_id.id, close.month) for close in closes}

    # === JOBS === #

    @api.model
    def _cron_remind(self):
        """List last month of every store that renews, and remind whoever reviews there to close it."""
        # sudo: a job for all stores
        for company in self.env['res.company'].sudo().search([('insurance_renewal_reviewer_id', '!=', False)]):
            month = company._insurance_today().replace(day=1) - relativedelta(months=1)
            if self.search_count([('company_id', '=', company.id), ('month', '=', month)], limit=1):
                continue
            close = self.create({'company_id': company.id, 'month': month})
            close.activity_schedule(
                'mail.mail_activity_data_todo', date_deadline=close._get_deadline(),
                summary=self.env._("Close the Month"), user_id=company.insurance_renewal_reviewer_id.id)

    def _get_deadline(self):
        """Return the working day of the next month on which the month is to be closed."""
        self.ensure_one()
        company, first = self.company_id, self.month + relativedelta(months=1)
        working = sorted(company._insurance_working_days(first, first + relativedelta(day=31)))
        position = max(company.insurance_close_day, 1) - 1
        return working[position] if position < len(working) else first + relativedelta(day=31)
