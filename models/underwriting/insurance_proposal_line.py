from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...lib.money import share


class InsuranceProposalLine(models.Model):
    """A coverage of a plan: limit, deductible and the premium of the insurer's quote."""

    _name = 'insurance.proposal.line'
    _description = "Coverage of a Plan"
    _inherit = ['insurance.proposal.part']
    _order = 'plan_id, sequence, id'

    plan_id = fields.Many2one('insurance.proposal.plan', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='plan_id.company_id', store=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    is_new_energy = fields.Boolean(related='plan_id.proposal_id.is_new_energy')
    sequence = fields.Integer(compute='_compute_sequence', store=True, readonly=False)
    coverage_id = fields.Many2one(
        'insurance.coverage', string="Coverage", required=True, index=True, ondelete='restrict',
        domain="[('kind', '!=', 'compulsory'), ('energy', '!=', 'fuel' if is_new_energy else 'nev')]",
    )
    name = fields.Char(string="Coverage as Printed", compute='_compute_name')
    kind = fields.Selection(related='coverage_id.kind')
    limit_kind = fields.Selection(related='coverage_id.limit_kind', string="Kind of Limit")
    has_deductible = fields.Boolean(related='coverage_id.has_deductible')
    limit_choice_id = fields.Many2one(
        'insurance.coverage.limit', string="Usual Limit", store=False, inverse='_inverse_limit_choice_id',
        compute='_compute_limit_choice_id', domain="[('coverage_id', '=', coverage_id)]",
    )
    limit = fields.Float(digits=(16, 2), aggregator=None, help="Amount, amount per seat, days or percent.")
    limit_text = fields.Char(string="Limit as Printed", compute='_compute_limit_text')
    deductible = fields.Float(digits=(5, 4), aggregator=None, help="Share of each claim that the customer bears.")
    standard_premium = fields.Monetary(help="Before the insurer's factors.")
    factor = fields.Float(digits=(6, 4), compute='_compute_factor', store=True, readonly=False, aggregator=None)
    premium = fields.Monetary(compute='_compute_premium', store=True, readonly=False)
    why = fields.Text(string="Why", compute='_compute_why', store=True, readonly=False)

    _premiums_positive = models.Constraint(
        'CHECK (COALESCE(premium, 0) >= 0 AND COALESCE(standard_premium, 0) >= 0)', "A premium cannot be negative."
    )

    def _get_proposals(self):
        return self.plan_id.proposal_id

    # === COMPUTE === #

    @api.depends('coverage_id')
    def _compute_sequence(self):
        for line in self:
            line.sequence = line.coverage_id.sequence or line.sequence

    @api.depends('coverage_id', 'is_new_energy')
    def _compute_name(self):
        for line in self:
            line.name = line.plan_id.proposal_id._get_coverage_name(line.coverage_id)

    @api.depends('coverage_id', 'limit')
    def _compute_limit_choice_id(self):
        for line in self:
            limits = line.coverage_id.limit_ids
            line.limit_choice_id = limits.filtered(lambda one, line=line: one.amount == line.limit)[:1]

    def _inverse_limit_choice_id(self):
        for line in self:
            if line.limit_choice_id:
                line.limit = line.limit_choice_id.amount

    @api.onchange('limit_choice_id')
    def _onchange_limit_choice_id(self):
        if self.limit_choice_id:
            self.limit = self.limit_choice_id.amount

    @api.depends('limit', 'limit_kind')
    def _compute_limit_text(self):
        for line in self:
            line.limit_text = line.coverage_id and line.coverage_id._format_limit(line.limit)

    @api.depends('plan_id.ncd_factor', 'plan_id.autonomy_factor', 'coverage_id')
    def _compute_factor(self):
        for line in self:
            plan = line.plan_id
            given = [factor for factor in (plan.ncd_factor, plan.autonomy_factor) if factor]
            if not given or line.coverage_id.kind == 'non_motor':
                line.factor = line.factor or 1.0
                continue
            line.factor = plan.ncd_factor * plan.autonomy_factor if len(given) == 2 else given[0]

    @api.depends('standard_premium', 'factor')
    def _compute_premium(self):
        """Standard premium times factor; a premium that was typed without a standard premium stays."""
        for line in self:
            if line.standard_premium:
                step = line.currency_id.rounding or 0.01
                line.premium = share(line.standard_premium, line.factor or 1.0, step=step)
            else:
                line.premium = line.premium

    @api.depends('coverage_id')
    def _compute_why(self):
        for line in self:
            line.why = line.coverage_id.reason_text

    # === CONSTRAINTS === #

    @api.constrains('coverage_id', 'plan_id')
    def _check_coverage(self):
        self.plan_id._check_lines()

    @api.constrains('limit', 'deductible')
    def _check_values(self):
        for line in self:
            if not 0 <= line.deductible <= 1:
                raise ValidationError(
                    self.env._(
                        "%(plan)s, %(coverage)s: a deductible lies between 0 and 100 %%.",
                        plan=line.plan_id.name,
                        coverage=line.name,
                    )
                )
        self.plan_id._check_lines()
