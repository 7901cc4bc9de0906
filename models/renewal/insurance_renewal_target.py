from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

STATES = [('draft', "Draft"), ('submitted', "Waiting for Confirmation"), ('confirmed', "Confirmed")]
AMOUNTS = ('cars', 'premium', 'rate')  # what is aimed at


class InsuranceRenewalTarget(models.Model):
    """What a store, or one of its specialists, aims at among the cases that expire in a month (R19–R21, domain 2.4).

    The supervisor writes and submits it, the general manager confirms it before the month begins. What is confirmed
    changes only through a revision that keeps old, new, who and why; the targets of past months stay as they are.
    """

    _name = 'insurance.renewal.target'
    _description = "Renewal Target"
    _inherit = ['mail.thread', 'mail.activity.mixin', 'insurance.guard']
    _order = 'month desc, company_id, specialist_id nulls first, id'
    _check_company_auto = True

    _guarded_fields = frozenset({
        'state', 'original_cars', 'original_premium', 'submitted_by_id', 'submitted_on', 'confirmed_by_id',
        'confirmed_on', 'is_late', 'proposal_text', 'proposed_cars',
    })

    company_id = fields.Many2one(
        'res.company', string="Store", required=True, index=True, default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related='company_id.currency_id')
    specialist_id = fields.Many2one(
        'res.users', string="Specialist", index=True, check_company=True,
        domain=lambda self: [('all_group_ids', 'in', self.env.ref('dealer_insurance.group_renewal_specialist').id)],
        help="Empty: the target of the whole store.",
    )
    scope_text = fields.Char(string="Whose Target", compute='_compute_scope_text')
    month = fields.Date(
        required=True, index=True, default=lambda self: self._default_month(),
        help="Any day of the month: the first is kept.",
    )
    cars = fields.Integer(string="Target Cars", tracking=True)
    premium = fields.Monetary(string="Target Premium", tracking=True, help="Without vehicle tax.")
    rate = fields.Float(string="Target Rate", digits=(5, 4), tracking=True, aggregator=None)
    original_cars = fields.Integer(string="First Confirmed Cars", readonly=True, copy=False)
    original_premium = fields.Monetary(string="First Confirmed Premium", readonly=True, copy=False)
    state = fields.Selection(STATES, required=True, default='draft', readonly=True, copy=False, index=True,
                             tracking=True)
    submitted_by_id = fields.Many2one('res.users', string="Submitted by", readonly=True, copy=False)
    submitted_on = fields.Datetime(string="Submitted on", readonly=True, copy=False)
    confirmed_by_id = fields.Many2one('res.users', string="Confirmed by", readonly=True, copy=False)
    confirmed_on = fields.Datetime(string="Confirmed on", readonly=True, copy=False)
    is_late = fields.Boolean(
        string="Confirmed Late", readonly=True, copy=False, help="Confirmed after the month had begun (R19).",
    )
    is_past = fields.Boolean(string="Past Month", compute='_compute_is_past')
    proposal_text = fields.Text(string="How the Proposal Came About", readonly=True, copy=False)
    proposed_cars = fields.Integer(string="Proposed Cars", readonly=True, copy=False)
    comment = fields.Text(string="Explanation and Measures", help="Printed under the board (domain 2.4).")
    revision_ids = fields.One2many('insurance.renewal.target.revision', 'target_id', string="Revisions")
    revision_count = fields.Integer(compute='_compute_revision_count')

    _scope_uniq = models.UniqueIndex(
        "(company_id, COALESCE(specialist_id, 0), month)",
        "This store or specialist already has a target of the month.",
    )
    _amounts_positive = models.Constraint(
        'CHECK (COALESCE(cars, 0) >= 0 AND COALESCE(premium, 0) >= 0 AND COALESCE(rate, 0) BETWEEN 0 AND 1)',
        "Targets are not negative, and a rate is at most 100 %.",
    )

    # === DEFAULTS AND COMPUTE === #

    @api.model
    def _default_month(self):
        return self.env.company._insurance_today().replace(day=1) + relativedelta(months=1)

    @api.depends('month', 'specialist_id', 'company_id')
    def _compute_display_name(self):
        for target in self:
            who = target.specialist_id.sudo().name or target.company_id.name  # sudo: the name of a colleague
            target.display_name = f"{target.month:%Y-%m} {who}" if target.month else who

    @api.depends('specialist_id')
    @api.depends_context('lang')
    def _compute_scope_text(self):
        for target in self:
            # sudo: as above
            target.scope_text = target.specialist_id.sudo().name or self.env._("Whole Store")

    @api.depends('month', 'company_id')
    def _compute_is_past(self):
        firsts = {company: company._insurance_today().replace(day=1) for company in self.company_id}
        for target in self:
            target.is_past = bool(target.month and target.company_id and target.month < firsts[target.company_id])

    @api.depends('revision_ids')
    def _compute_revision_count(self):
        for target in self:
            target.revision_count = len(target.revision_ids)

    # === CONSTRAINTS === #

    @api.constrains('month')
    def _check_month(self):
        for target in self:
            if target.month.day != 1:
                raise ValidationError(self.env._("%(target)s: enter the first day of the month.",
                                                 target=target.display_name))

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        targets = super().create([self._complete_month(vals) for vals in vals_list])
        targets._check_month_open()
        return targets

    def write(self, vals):
        vals = self._complete_month(vals)
        if not self.env.su:
            self._check_editable(vals)
        result = super().write(vals)
        if 'month' in vals:
            self._check_month_open()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        for target in self:
            if target.state != 'draft' or target.revision_ids:
                raise UserError(self.env._("%(target)s was submitted: it is not deleted.",
                                           target=target.display_name))

    @api.model
    def _complete_month(self, vals):
        """Return the values with the first day of the month in place of any other of its days."""
        month = fields.Date.to_date(vals.get('month'))
        return dict(vals, month=month.replace(day=1)) if month else vals

    def _check_month_open(self):
        for target in self:
            if target.is_past:
                raise UserError(self.env._("%(target)s: the month is over; its targets stay as they are (R21).",
                                           target=target.display_name))

    def _check_editable(self, vals):
        """Refuse to change by hand what was submitted, and anything but the explanation in a past month."""
        if not {'company_id', 'specialist_id', 'month', *AMOUNTS} & vals.keys():
            return
        self._check_month_open()
        for target in self:
            if target.state != 'draft':
                raise UserError(self.env._(
                    "%(target)s was submitted. Press Change Target and say why.", target=target.display_name,
                ))
