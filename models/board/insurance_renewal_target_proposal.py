from collections import Counter

from dateutil.relativedelta import relativedelta

from odoo import api, models

from ..renewal.insurance_renewal_target_flow import SUPERVISOR

RECENT = 3  # months whose rate counts
FEW = 10  # cars due in these months below which a specialist's own rate says nothing: the store's is taken
SWING = (0.7, 1.3)  # how far the season may move a rate


class InsuranceRenewalTarget(models.Model):
    """What to aim at next month: proposed from actuals, season and due base, with the arithmetic shown (R21)."""

    _inherit = 'insurance.renewal.target'

    # === ACTIONS === #

    def action_propose(self):
        """Fill in the proposed cars, premium and rate of drafts, and how they came about."""
        self._check_role(SUPERVISOR, self.env._("The insurance supervisor proposes targets."))
        self._check_month_open()
        for target in self:
            target._check_state('draft')
        history = self._get_history()
        for target in self:
            proposal = target._prepare_proposal(history)
            # sudo: the text of the proposal is not written by hand
            target.sudo().write(proposal)

    def action_make_next_month(self):
        """Make the targets of next month that are missing, of the store and its specialists, and propose them.

        :return: the action that shows them
        """
        self._check_role(SUPERVISOR, self.env._("The insurance supervisor proposes targets."))
        company, month = self.env.company, self._default_month()
        there = {target.specialist_id.id for target in self.search([
            ('company_id', '=', company.id), ('month', '=', month)])}
        wanted = [False, *self._get_specialists_of(company, month).ids]
        made = self.create([
            {'company_id': company.id, 'month': month, 'specialist_id': user} for user in wanted if user not in there
        ])
        made.action_propose()
        action = self.env['ir.actions.act_window']._for_xml_id('dealer_insurance.insurance_renewal_target_action')
        return dict(action, domain=[('company_id', '=', company.id), ('month', '=', month)], context={})

    # === BUSINESS === #

    @api.model
    def _get_specialists_of(self, company, month):
        """Return who has cases that expire in the month, as the month's targets are shared out among them."""
        # sudo: whose cases there are; the supervisor sees them anyway
        groups = self.env['insurance.renewal'].sudo()._read_group([
            ('company_id', '=', company.id), ('reference_expiry', '>=', month),
            ('reference_expiry', '<=', month + relativedelta(day=31)), ('specialist_id', '!=', False),
        ], ['specialist_id'])
        users = self.env['res.users'].concat(*(user for (user,) in groups))
        return users.filtered('active').sorted('name')

    def _get_history(self):
        """Return the cohorts a proposal looks at: `(company_id, user_id or False, month)` as of `_get_cohorts`."""
        companies = self.company_id
        if not companies:
            return {}
        firsts = [company._insurance_today().replace(day=1) for company in companies]
        first = min([*self.mapped('month'), *firsts]) - relativedelta(months=13)
        last = max([*self.mapped('month'), *firsts]) + relativedelta(day=31)
        return self._add_stores(self.env['insurance.kpi']._get_cohorts(companies, first, last))

    def _sum_history(self, history, user, months):
        total = Counter()
        for month in months:
            total.update(history.get((self.company_id.id, user, month), Counter()))
        return total

    def _prepare_proposal(self, history):
        """Return cars, premium and rate to aim at, and the arithmetic in words.

        rate = rate of the last three whole months × season, season = last year's rate of the same month ÷ last year's
        rate of its year; cars = cars due × rate; premium = cars × mean premium
        """
        self.ensure_one()
        today = self.company_id._insurance_today().replace(day=1)
        recent = [today - relativedelta(months=back) for back in range(1, RECENT + 1)]
        year_before = self.month - relativedelta(years=1)
        year = [min(today, self.month) - relativedelta(months=back) for back in range(1, 13)]
        user = self.specialist_id.id
        due = history.get((self.company_id.id, user, self.month), Counter())['net']
        own = self._sum_history(history, user, recent)
        source = own if own['net'] >= FEW or not user else self._sum_history(history, False, recent)
        base_rate = source['renewed'] / source['net'] if source['net'] else 0
        same, whole = (self._sum_history(history, False, months) for months in ([year_before], year))
        season = self._get_season(same, whole)
        rate = round(min(base_rate * season, 1), 4)
        cars = int(due * rate + 0.5)
        mean = self._get_mean_premium(source)
        return {
            'cars': cars, 'proposed_cars': cars, 'rate': rate, 'premium': round(cars * mean, 2),
            'proposal_text': self._prepare_arithmetic(due, source, source is not own, same, whole, season, rate, cars,
                                                      mean),
        }

    @api.model
    def _get_mean_premium(self, source):
        """Return the new premium of a renewed car; where none is known, last year's premium of a due one."""
        if source['premium']:
            return source['premium'] / source['renewed']
        return source['premium_due'] / source['net'] if source['net'] else 0

    @api.model
    def _get_season(self, same, whole):
        """Return how last year's month stood to its year, within limits; 1 where there is nothing to compare."""
        if not (same['net'] and whole['renewed']):
            return 1.0
        season = (same['renewed'] / same['net']) / (whole['renewed'] / whole['net'])
        return round(min(max(season, SWING[0]), SWING[1]), 2)

    def _prepare_arithmetic(self, due, source, of_store, same, whole, season, rate, cars, mean):
        """Return the proposal as lines of text, one step each."""
        _, Kpi = self.env._, self.env['insurance.kpi']
        if not source['net']:
            return _("No month of this store is behind us yet: enter the target by hand. Due: %(due)s cars.", due=due)
        lines = [
            _("Due in %(month)s: %(due)s cars", month=f"{self.month:%Y-%m}", due=due),
            _("Last %(count)s months: %(renewed)s of %(due)s renewed = %(rate)s", count=RECENT,
              renewed=source['renewed'], due=source['net'], rate=Kpi._format(source['renewed'], source['net'])),
        ]
        if of_store:
            lines.append(_("(of the store: the specialist has fewer than %(few)s cars of his own)", few=FEW))
        lines += [
            _("Season: last year's month %(month)s, last twelve months %(year)s, factor %(season)s",
              month=Kpi._format(same['renewed'], same['net']), year=Kpi._format(whole['renewed'], whole['net']),
              season=f"{season:.2f}"),
            _("Rate: %(base)s × %(season)s = %(rate)s", base=Kpi._format(source['renewed'], source['net']),
              season=f"{season:.2f}", rate=Kpi._format(rate, 1)),
            _("Cars: %(due)s × %(rate)s = %(cars)s", due=due, rate=Kpi._format(rate, 1), cars=cars),
            _("Premium: %(cars)s × %(mean)s = %(premium)s", cars=cars, mean=f"{mean:,.2f}",
              premium=f"{cars * mean:,.2f}"),
        ]
        return "\n".join(lines)
