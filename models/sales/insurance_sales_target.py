from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

SUPERVISOR = 'dealer_insurance.group_insurance_supervisor'


class InsuranceSalesTarget(models.Model):
    """What a consultant, or the whole store, aims at among the new cars of a month (K2, form 2.3): cars and rate.

    The supervisor writes it, before or during the month; the targets of past months stay as they are.
    """

    _name = 'insurance.sales.target'
    _description = "Sales Target"
    _inherit = ['mail.thread', 'insurance.guard']
    _order = 'month desc, company_id, consultant_id nulls first, id'
    _check_company_auto = True

    company_id = fields.Many2one('res.company', string="Store", required=True, index=True,
                                 default=lambda self: self.env.company)
    consultant_id = fields.Many2one(
        'res.users', string="Sales Consultant", index='btree_not_null', check_company=True,
        help="Empty: the target of the whole store. Without one, the store aims at the sum of its consultants.",
    )
    month = fields.Date(required=True, default=lambda self: self.env.company._insurance_today().replace(day=1),
                        help="Any day of the month: the first is kept.")
    cars = fields.Integer(string="Delivery Target", tracking=True)
    insured_rate = fields.Float(
        string="Target Insured Rate", digits=(5, 4), tracking=True, aggregator=None,
        help="Of the new-car insured rate (K1). A consultant without one aims at the store's.",
    )
    is_past = fields.Boolean(string="Past Month", compute='_compute_is_past')

    _scope_uniq = models.UniqueIndex(
        "(company_id, month, COALESCE(consultant_id, 0))",
        "This store or consultant already has a target of the month.",
    )
    _amounts_range = models.Constraint(
        'CHECK (COALESCE(cars, 0) >= 0 AND COALESCE(insured_rate, 0) BETWEEN 0 AND 1)',
        "Targets of sales are not negative, and a rate is at most 100 %.",
    )

    # === COMPUTE === #

    @api.depends('month', 'consultant_id', 'company_id')
    def _compute_display_name(self):
        for target in self:
            who = target.consultant_id.sudo().name or target.company_id.name  # sudo: the name of a colleague
            target.display_name = f"{target.month:%Y-%m} {who}" if target.month else who

    @api.depends('month', 'company_id')
    def _compute_is_past(self):
        firsts = {company: company._insurance_today().replace(day=1) for company in self.company_id}
        for target in self:
            target.is_past = bool(target.month and target.company_id and target.month < firsts[target.company_id])

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        targets = super().create([self._complete_month(vals) for vals in vals_list])
        targets._check_month_open()
        return targets

    def write(self, vals):
        if {'company_id', 'consultant_id', 'month', 'cars', 'insured_rate'} & vals.keys():
            self._check_month_open()
        result = super().write(self._complete_month(vals))
        if 'month' in vals:
            self._check_month_open()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_past(self):
        self._check_month_open()

    @api.model
    def _complete_month(self, vals):
        """Return the values with the first day of the month in place of any other of its days."""
        month = fields.Date.to_date(vals.get('month'))
        return dict(vals, month=month.replace(day=1)) if month else vals

    def _check_month_open(self):
        """Refuse to touch targets of past months by hand; what takes over the past of a store runs as the system."""
        for target in () if self.env.su else self:
            if target.is_past:
                raise UserError(self.env._("%(target)s: the month is over; its targets stay as they are.",
                                           target=target.display_name))

    # === ACTIONS === #

    @api.model
    def action_copy_last_month(self):
        """Give everybody who has none the target of the month before: for the present month, then for the next."""
        self.browse().check_access('create')
        if not self.env.su and not self.env.user.has_group(SUPERVISOR):
            raise AccessError(self.env._("The insurance supervisor sets the targets."))
        company = self.env.company
        present = company._insurance_today().replace(day=1)
        for month in (present, present + relativedelta(months=1)):
            copied = self._copy_into(company, month)
            if copied:
                return self._notify_copied(copied, month)
        raise UserError(self.env._(
            "There is nothing to copy: everybody with a target last month has one for this month and the next.",
        ))

    # === BUSINESS === #

    @api.model
    def _copy_into(self, company, month):
        """Make the targets of `month` from those of the month before where there is none; return them."""
        before = self.search([('company_id', '=', company.id), ('month', '=', month - relativedelta(months=1))])
        present = self.search([('company_id', '=', company.id), ('month', '=', month)])
        taken = {target.consultant_id.id for target in present}
        return self.create([
            {'company_id': company.id, 'consultant_id': target.consultant_id.id, 'month': month, 'cars': target.cars,
             'insured_rate': target.insured_rate}
            for target in before
            if target.consultant_id.id not in taken
            # sudo: whether a colleague is still here
            and (not target.consultant_id or target.consultant_id.sudo().active)
        ])

    @api.model
    def _notify_copied(self, targets, month):
        return {
            'type': 'ir.actions.client', 'tag': 'display_notification',
            'params': {
                'type': 'success', 'next': {'type': 'ir.actions.client', 'tag': 'soft_reload'},
                'message': self.env._("%(count)s targets made for %(month)s.", count=len(targets),
                                      month=f'{month:%Y-%m}'),
            },
        }

    @api.model
    def _get_aims(self, companies, first, last, by_consultant=False):
        """Return what is aimed at in the months that begin in `first` to `last`, in cars.

        A store without a target of its own aims at the sum of its consultants.

        :return: `{(company id, consultant id or False): cars}`
        """
        totals, aims = {}, {}
        # sudo: sums of targets, for who may see the figure they belong to
        for company, consultant, month, cars in self.sudo()._read_group(
            [('company_id', 'in', companies.ids), ('month', '>=', first.replace(day=1)), ('month', '<=', last)],
            ['company_id', 'consultant_id', 'month:day'], ['cars:sum'],
        ):
            key = company.id, consultant.id or False
            if by_consultant and consultant:
                aims[key] = aims.get(key, 0) + cars
            own, people = totals.get((company.id, month), (None, 0))
            totals[company.id, month] = (own, people + cars) if consultant else (cars, people)
        if by_consultant:
            return aims
        for (company, _month), (own, people) in totals.items():
            aims[company, False] = aims.get((company, False), 0) + (own or people)
        return aims
