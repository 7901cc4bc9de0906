from odoo import api, fields, models
from odoo.exceptions import ValidationError


class InsuranceProposalBenefit(models.Model):
    """What the store adds to a plan, by kind, with its value for the customer and its cost for the store (T11)."""

    _name = 'insurance.proposal.benefit'
    _description = "Benefit of a Plan"
    _inherit = ['insurance.proposal.part']
    _order = 'plan_id, sequence, id'

    plan_id = fields.Many2one('insurance.proposal.plan', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='plan_id.company_id', store=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    sequence = fields.Integer(default=10)
    type_id = fields.Many2one(
        'insurance.reason', string="Kind", required=True, index=True, ondelete='restrict',
        domain="[('use', '=', 'benefit_type'), ('is_group', '=', False)]",
    )
    name = fields.Char(string="Description")
    amount = fields.Monetary(string="Value", help="What it is worth to the customer.")
    # Whoever gives a benefit does not decide what it costs: the store's margin hangs on it
    cost = fields.Monetary(
        compute='_compute_cost', store=True, readonly=False, copy=False, help="What it costs the store.",
        groups='dealer_insurance.group_commission_reader,dealer_insurance.group_insurance_supervisor',
    )

    _amounts_positive = models.Constraint(
        'CHECK (COALESCE(amount, 0) >= 0 AND COALESCE(cost, 0) >= 0)', "Value and cost cannot be negative."
    )

    def _get_proposals(self):
        return self.plan_id.proposal_id

    @api.depends('amount')
    def _compute_cost(self):
        for benefit in self:
            benefit.cost = benefit.amount

    @api.constrains('type_id', 'plan_id')
    def _check_type(self):
        for benefit in self:
            if benefit.type_id.use != 'benefit_type':
                raise ValidationError(
                    self.env._("%(reason)s is no kind of benefit. Choose from the list.", reason=benefit.type_id.name)
                )
            if benefit.type_id.is_cash and not benefit.company_id.insurance_allow_cash_rebate:
                raise ValidationError(
                    self.env._(
                        "%(plan)s: %(benefit)s is money, and %(store)s gives no rebates in money (Insurance Law"
                        " art. 131). Choose another kind of benefit.",
                        plan=benefit.plan_id.name,
                        benefit=benefit.type_id.name,
                        store=benefit.company_id.display_name,
                    )
                )
