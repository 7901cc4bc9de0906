from odoo import api, fields, models
from odoo.exceptions import ValidationError

LEVELS = [('economy', "Economy"), ('balanced', "Balanced"), ('full', "Full")]
MAX_INSURERS = 3  # of a proposal, and plans of each (R1): more cannot be compared side by side
FACTOR_RANGE = (0.3, 2.0)  # loosely, what an insurer's factors can be (domain 5.5)


class InsuranceProposalPlan(models.Model):
    """One offer of one insurer on a proposal: compulsory policy, coverages, tax and what the store adds."""

    _name = 'insurance.proposal.plan'
    _description = "Plan of a Proposal"
    _inherit = ['insurance.proposal.part']
    _order = 'proposal_id, sequence, id'

    proposal_id = fields.Many2one('insurance.proposal', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='proposal_id.company_id', store=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    proposal_state = fields.Selection(related='proposal_id.state', string="State of the Proposal")
    sequence = fields.Integer(default=10)
    insurer_id = fields.Many2one(
        'res.partner', string="Insurer", required=True, index=True, domain="[('id', 'in', certified_insurer_ids)]",
    )
    certified_insurer_ids = fields.Many2many('res.partner', compute='_compute_certified_insurer_ids')
    level = fields.Selection(LEVELS, required=True, default='balanced')
    name = fields.Char(string="Plan", compute='_compute_name', store=True, readonly=False)
    is_recommended = fields.Boolean(string="Recommended Plan")
    line_ids = fields.One2many('insurance.proposal.line', 'plan_id', string="Coverages", copy=True)
    ncd_factor = fields.Float(string="No-claim Factor", digits=(5, 4), help="NCD factor of the insurer's quote.")
    autonomy_factor = fields.Float(string="Pricing Factor", digits=(5, 4),
                                   help="Autonomous pricing factor of the insurer's quote.")
    # Compulsory policy and vehicle tax: worked out from the tariffs, then what the insurer really quotes
    with_compulsory = fields.Boolean(string="Compulsory Insurance", default=True)
    compulsory_tariff = fields.Monetary(string="Compulsory by Tariff", compute='_compute_tariffs', store=True)
    compulsory_text = fields.Text(string="Compulsory: Worked out", compute='_compute_tariffs', store=True)
    compulsory_premium = fields.Monetary(compute='_compute_compulsory_premium', store=True, readonly=False)
    vehicle_tax_tariff = fields.Monetary(string="Vehicle Tax by Tariff", compute='_compute_tariffs', store=True)
    vehicle_tax_text = fields.Text(string="Vehicle Tax: Worked out", compute='_compute_tariffs', store=True)
    vehicle_tax = fields.Monetary(compute='_compute_vehicle_tax', store=True, readonly=False)
    # Sums
    commercial_premium = fields.Monetary(compute='_compute_sums', store=True)
    non_motor_premium = fields.Monetary(string="Non-motor Premium", compute='_compute_sums', store=True)
    premium_total = fields.Monetary(string="Premiums", compute='_compute_sums', store=True,
                                    help="All premiums, without the vehicle tax, which is no premium.")
    total = fields.Monetary(compute='_compute_sums', store=True, help="Premiums and vehicle tax.")
    premium_hint = fields.Text(string="Plausibility", compute='_compute_premium_hint')
    is_premium_doubtful = fields.Boolean(compute='_compute_premium_hint')
    # What the store adds, and what is left to it
    benefit_ids = fields.One2many('insurance.proposal.benefit', 'plan_id', string="Benefits", copy=True)
    discount_total = fields.Monetary(string="Value of Benefits", compute='_compute_discount_total', store=True)
    cost_other = fields.Monetary(
        string="Other Costs", help="What the sale costs the store beside the benefits.", copy=False,
        groups='dealer_insurance.group_commission_reader,dealer_insurance.group_insurance_supervisor',
    )
    commission = fields.Monetary(compute='_compute_margin', compute_sudo=True,
                                 groups='dealer_insurance.group_commission_reader')
    commission_text = fields.Text(string="Commission: Worked out", compute='_compute_margin', compute_sudo=True,
                                  groups='dealer_insurance.group_commission_reader')
    benefit_cost = fields.Monetary(string="Cost of Benefits", compute='_compute_margin', compute_sudo=True,
                                   groups='dealer_insurance.group_commission_reader')
    margin = fields.Monetary(compute='_compute_margin', compute_sudo=True,
                             groups='dealer_insurance.group_commission_reader')
    required_level = fields.Selection(
        [('supervisor', "Insurance supervisor"), ('gm', "General manager")], string="Approved by",
        compute='_compute_margin', compute_sudo=True, groups='dealer_insurance.group_commission_reader',
    )
    needs_approval = fields.Boolean(compute='_compute_margin', compute_sudo=True)
    approval_text = fields.Char(string="Why it Needs Approval", compute='_compute_margin', compute_sudo=True)
    uncovered_text = fields.Text(string="Not Covered", compute='_compute_uncovered_text')

    _amounts_positive = models.Constraint(
        'CHECK (COALESCE(compulsory_premium, 0) >= 0 AND COALESCE(vehicle_tax, 0) >= 0'
        ' AND COALESCE(cost_other, 0) >= 0)',
        "Premiums, vehicle tax and costs cannot be negative.",
    )

    def _get_proposals(self):
        return self.proposal_id

    # === COMPUTE === #

    @api.depends('proposal_id.company_id', 'proposal_id.date')
    def _compute_certified_insurer_ids(self):
        Agreement = self.env['insurance.insurer.agreement']
        for (company, day), plans in self.grouped(lambda plan: (plan.company_id, plan.proposal_id.date)).items():
            plans.certified_insurer_ids = Agreement._get_certified(company, day) if company and day else False

    @api.depends('insurer_id', 'level')
    def _compute_name(self):
        levels = dict(self._fields['level']._description_selection(self.env))
        for plan in self:
            insurer = plan.insurer_id
            words = (insurer.insurer_short_name or insurer.name, levels.get(plan.level))
            plan.name = ' '.join(word for word in words if word)

    @api.depends('line_ids.premium', 'line_ids.coverage_id', 'with_compulsory', 'compulsory_premium', 'vehicle_tax')
    def _compute_sums(self):
        for plan in self:
            other = plan.line_ids.filtered(lambda line: line.coverage_id.kind == 'non_motor')
            plan.commercial_premium = sum((plan.line_ids - other).mapped('premium'))
            plan.non_motor_premium = sum(other.mapped('premium'))
            plan.premium_total = plan.compulsory_premium + plan.commercial_premium + plan.non_motor_premium
            plan.total = plan.premium_total + plan.vehicle_tax

    @api.depends('benefit_ids.amount')
    def _compute_discount_total(self):
        for plan in self:
            plan.discount_total = sum(plan.benefit_ids.mapped('amount'))

    @api.depends('line_ids.coverage_id', 'proposal_id.is_new_energy')
    def _compute_uncovered_text(self):
        for plan in self:
            missing = plan.proposal_id._get_uncovered(plan)
            lines = [f"{plan.proposal_id._get_coverage_name(one)}: {one.risk_text}" for one in missing]
            plan.uncovered_text = '\n'.join(lines) or False

    # === CONSTRAINTS === #

    @api.constrains('proposal_id', 'insurer_id')
    def _check_number_of_plans(self):
        for proposal in self.proposal_id:
            by_insurer = proposal.plan_ids.grouped('insurer_id')
            if len(by_insurer) > MAX_INSURERS:
                raise ValidationError(
                    self.env._(
                        "%(proposal)s compares at most %(number)s insurers. Remove the plans of one first.",
                        proposal=proposal.display_name,
                        number=MAX_INSURERS,
                    )
                )
            for insurer, plans in by_insurer.items():
                if len(plans) > MAX_INSURERS:
                    raise ValidationError(
                        self.env._(
                            "%(proposal)s has at most %(number)s plans of %(insurer)s. Change or remove one.",
                            proposal=proposal.display_name,
                            number=MAX_INSURERS,
                            insurer=insurer.display_name,
                        )
                    )

    @api.constrains('proposal_id', 'insurer_id')
    def _check_certified(self):
        for plan in self:
            if plan.insurer_id not in plan.certified_insurer_ids:
                raise ValidationError(plan._uncertified_message())

    def _uncertified_message(self):
        self.ensure_one()
        return self.env._(
            "%(plan)s: %(insurer)s has no valid agreement with %(store)s. Propose a certified insurer.",
            plan=self.name,
            insurer=self.insurer_id.display_name,
            store=self.company_id.display_name,
        )

    @api.constrains('ncd_factor', 'autonomy_factor')
    def _check_factors(self):
        low, high = FACTOR_RANGE
        for plan in self:
            for factor in (plan.ncd_factor, plan.autonomy_factor):
                if factor and not low <= factor <= high:
                    raise ValidationError(
                        self.env._(
                            "%(plan)s: a factor of %(factor)s cannot be; factors lie between %(low)s and %(high)s.",
                            plan=plan.name,
                            factor=factor,
                            low=low,
                            high=high,
                        )
                    )

    @api.constrains('line_ids')
    def _check_lines(self):
        for plan in self:
            error = plan._lines_error_message()
            if error:
                raise ValidationError(error)

    def _lines_error_message(self):
        """Return what is wrong with the choice of coverages, or False: an add-on needs its main coverage (R1)."""
        self.ensure_one()
        lines = self.line_ids.filtered('coverage_id')  # without one, the database refuses the line
        chosen = lines.coverage_id
        for line in lines:
            coverage = line.coverage_id
            if coverage.kind == 'compulsory':
                problem = self.env._("tick Compulsory Insurance instead of adding %(name)s.", name=coverage.name)
            else:
                problem = coverage._get_problem(line.limit, chosen, self.proposal_id.is_new_energy)
            if problem:
                return self.env._("%(plan)s: %(problem)s", plan=self.name, problem=problem)
        if len(chosen) < len(lines):
            return self.env._("%(plan)s has a coverage twice. Keep one of the two lines.", plan=self.name)
        return False

    def _completeness_error_message(self):
        """Return why the plan cannot be handed to the customer, or False."""
        self.ensure_one()
        if self.insurer_id not in self.certified_insurer_ids:
            return self._uncertified_message()
        if not self.with_compulsory and not self.line_ids:
            return self.env._("%(plan)s insures nothing yet. Add coverages.", plan=self.name)
        if self.with_compulsory and not self.compulsory_premium:
            return self.env._("%(plan)s: enter the compulsory premium. %(why)s", plan=self.name,
                              why=self.compulsory_text or '')
        if self.line_ids.filtered(lambda line: line.kind == 'main') and not self.commercial_premium:
            return self.env._("%(plan)s: enter the premiums of the insurer's quote.", plan=self.name)
        return self._lines_error_message()
