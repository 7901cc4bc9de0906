from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

KINDS = [
    ('compulsory', "Compulsory"),
    ('main', "Main coverage"),
    ('addon', "Add-on"),
    ('non_motor', "Non-motor"),
]


class InsuranceCoverage(models.Model):
    """What can be insured: the coverages of the model clauses, their menus of limits and what staff say about them.

    Codes never change and coverages are archived, not deleted: what was sold keeps its meaning (domain 5.2).
    """

    _name = 'insurance.coverage'
    _description = "Insurance Coverage"
    _order = 'sequence, id'
    _rec_names_search = ['name', 'short_name', 'nev_name', 'code']

    code = fields.Char(required=True)
    name = fields.Char(string="Coverage", required=True, translate=True, help="As the model clauses call it.")
    short_name = fields.Char(translate=True, help="As staff say it; used in tables and on boards.")
    nev_name = fields.Char(
        string="Name for New-energy Cars", translate=True, help="Empty: new-energy cars have the same name."
    )
    kind = fields.Selection(KINDS, required=True, default='addon', index=True)
    energy = fields.Selection(
        [('all', "All cars"), ('fuel', "Fuel cars only"), ('nev', "New-energy cars only")],
        string="Offered for",
        required=True,
        default='all',
    )
    main_ids = fields.Many2many(
        'insurance.coverage',
        'insurance_coverage_main_rel',
        'addon_id',
        'main_id',
        string="Needs one of",
        domain=[('kind', '=', 'main')],
        help="Main coverages to which the add-on can be attached.",
    )
    limit_kind = fields.Selection(
        [
            ('none', "No limit"),
            ('amount', "Amount"),
            ('per_seat', "Amount per seat"),
            ('days', "Days"),
            ('percent', "Percent"),
        ],
        string="Limit",
        required=True,
        default='none',
    )
    limit_ids = fields.One2many('insurance.coverage.limit', 'coverage_id', string="Limits on Offer")
    limit_max = fields.Float(string="Highest Limit", digits=(16, 2), help="0: none known.")
    has_deductible = fields.Boolean(string="With Deductible")
    reason_text = fields.Text(string="Why", translate=True, help="What it is good for, in the customer's words.")
    risk_text = fields.Text(
        string="Risk without It", translate=True, help="What the customer pays himself when it is left out."
    )
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint('UNIQUE (code)', "Another coverage has this code.")

    @api.depends('name', 'short_name')
    @api.depends_context('insurance_short_name')
    def _compute_display_name(self):
        short = self.env.context.get('insurance_short_name')
        for coverage in self:
            coverage.display_name = (short and coverage.short_name) or coverage.name

    @api.constrains('kind', 'main_ids')
    def _check_mains(self):
        for coverage in self:
            if coverage.main_ids and (coverage.kind != 'addon' or set(coverage.main_ids.mapped('kind')) != {'main'}):
                raise ValidationError(
                    self.env._(
                        "%(coverage)s: only an add-on is attached to other coverages, and only to main coverages.",
                        coverage=coverage.name,
                    )
                )

    def write(self, vals):
        for coverage in self:
            if vals.get('code', coverage.code) != coverage.code:
                raise UserError(
                    self.env._(
                        "The code of %(coverage)s stays as it is. Archive it and make a new one.",
                        coverage=coverage.name,
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Coverages are archived, not deleted: %(names)s.", names=self.mapped('name')))

    # === BUSINESS METHODS === #

    @api.model
    def _get_offered(self, is_new_energy):
        """Return the coverages that can be bought for a new-energy car, or for a fuel car."""
        return self.search([('energy', 'in', ('all', 'nev' if is_new_energy else 'fuel'))])

    def _get_label(self, is_new_energy=False, short=False):
        """Return what the coverage is called for the car, in the user's language."""
        self.ensure_one()
        if short and self.short_name:
            return self.short_name
        return (is_new_energy and self.nev_name) or self.name

    def _format_limit(self, limit):
        """Return a limit as it is printed: '1,000,000', in Chinese '100万'; '' without one."""
        self.ensure_one()
        if not limit or self.limit_kind == 'none':
            return ''
        is_money = self.limit_kind in ('amount', 'per_seat')
        if is_money and (self.env.lang or '').startswith('zh') and limit >= 10000 and limit % 100 == 0:
            number = f'{limit / 10000:.10g}万'
        else:
            number = f'{limit:,.2f}'.removesuffix('.00')
        return {
            'amount': number,
            'per_seat': self.env._("%(amount)s per seat", amount=number),
            'days': self.env._("%(days)s days", days=number),
            'percent': f'{number} %',
        }[self.limit_kind]

    def _get_problem(self, limit, chosen, is_new_energy):
        """Return why the coverage cannot be bought so, or False.

        :param limit: the limit wanted (yuan, days or percent, by `limit_kind`)
        :param chosen: coverages bought together, this one included
        :param is_new_energy: whether the car is a new-energy one
        """
        self.ensure_one()
        if self.energy != 'all' and (self.energy == 'nev') != bool(is_new_energy):
            return self.env._("%(coverage)s is not offered for this kind of car.", coverage=self.name)
        if self.main_ids and not self.main_ids & chosen:
            return self.env._(
                "%(coverage)s needs one of: %(mains)s. Add it, or leave %(coverage)s out.",
                coverage=self.name,
                mains=', '.join(main._get_label(is_new_energy) for main in self.main_ids),
            )
        if limit < 0 or (self.limit_max and limit > self.limit_max):
            return self.env._(
                "%(coverage)s: the limit is between 0 and %(limit)s.",
                coverage=self.name,
                limit=self._format_limit(self.limit_max) or self.env._("any amount"),
            )
        return False
