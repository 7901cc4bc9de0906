from odoo import api, fields, models
from odoo.exceptions import ValidationError


class InsuranceBenefit(models.Model):
    """What the store gives the customer with a policy, by kind, with what it costs the store (R33, T11)."""

    _name = 'insurance.benefit'
    _description = "Benefit to the Customer"
    _inherit = ['insurance.ledger.part']
    _order = 'entry_id.id, sequence, id'

    entry_id = fields.Many2one('insurance.ledger.entry', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='entry_id.company_id', store=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    sequence = fields.Integer(default=10)
    type_id = fields.Many2one(
        'insurance.reason', string="Kind", required=True,
        domain="[('use', '=', 'benefit_type'), ('is_group', '=', False)]",
    )
    name = fields.Char(string="Description")
    amount = fields.Monetary(string="Value", help="What it is worth to the customer: the discount of the ledger.")
    cost = fields.Monetary(string="Cost", compute='_compute_cost', store=True, readonly=False, precompute=True,
                           help="What it costs the store.", groups='dealer_insurance.group_commission_reader')
    is_deducted = fields.Boolean(
        string="Deducted", compute='_compute_is_deducted', store=True, readonly=False, precompute=True,
        help="The customer pays so much less.",
    )

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        benefits = super().create(vals_list)
        benefits.entry_id._after_benefit_change()
        return benefits

    def write(self, vals):
        result = super().write(vals)
        self.entry_id._after_benefit_change()
        return result

    # === COMPUTE AND CHECKS === #

    @api.depends('amount')
    def _compute_cost(self):
        for benefit in self:
            benefit.cost = benefit.amount

    @api.depends('type_id')
    def _compute_is_deducted(self):
        for benefit in self:
            benefit.is_deducted = benefit.type_id.is_cash

    @api.constrains('type_id', 'entry_id', 'amount', 'cost')
    def _check_cash(self):
        for benefit in self.sudo():  # sudo: the cost is not everybody's to read
            if benefit.type_id.use != 'benefit_type' or benefit.type_id.is_group:
                raise ValidationError(self.env._(
                    "%(reason)s is no kind of benefit. Choose from the list.", reason=benefit.type_id.name))
            company = benefit.entry_id.company_id
            allowed = company.insurance_allow_cash_rebate or benefit.entry_id.import_digest
            if benefit.type_id.is_cash and not allowed:
                raise ValidationError(self.env._(
                    "%(entry)s: %(benefit)s is a rebate in money, which the store does not allow. Choose another kind.",
                    entry=benefit.entry_id.display_name, benefit=benefit.type_id.name,
                ))
            if benefit.entry_id.entry_type == 'policy' and (benefit.amount < 0 or benefit.cost < 0):
                raise ValidationError(self.env._(
                    "%(entry)s: value and cost of a benefit cannot be negative.", entry=benefit.entry_id.display_name,
                ))
