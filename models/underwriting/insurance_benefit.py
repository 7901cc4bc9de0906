from odoo import api, fields, models
from odoo.exceptions import ValidationError


class InsuranceBenefit(models.Model):
    """What the store gives the customer with a policy, by kind, with what it costs the store (R33, T11)."""

    _name = 'insurance.benefit'
    _description = "Benefit to the Customer"
    _inherit = ['insurance.ledger.part']
    _order = 'entry_id, sequence, id'

    entry_id = fields.Many2one('insurance.ledger.entry', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='entry_id.company_id', store=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    sequence = fields.Integer(default=10)
    type_id = fields.Many2one(
        'insurance.reason', string="Kind", required=True, domain="[('use', '=', 'benefit_type'), ('is_group', '=', False)]",
    )
    name = fields.Char(string="Description")
    amount = fields.Monetary(string="Value", help="What it is worth to the customer: the discount of the ledger.")
    cost = fields.Monetary(string="Cost", compute='_compute_cost', store=True, readonly=False, precompute=True,
                           help="What it costs the store.")
    is_deducted = fields.Boolean(
        string="Deducted", compute='_compute_is_deducted', store=True, readonly=False, precompute=True,
        help="The customer pays so much less.",
    )

    _amounts_positive = models.Constraint(
        'CHECK (COALESCE(cost, 0) >= 0)', "The cost of a benefit cannot be negative.",
    )

    @api.depends('amount')
    def _compute_cost(self):
        for benefit in self:
            benefit.cost = max(benefit.amount, 0)

    @api.depends('type_id')
    def _compute_is_deducted(self):
        for benefit in self:
            benefit.is_deducted = benefit.type_id.is_cash

    @api.constrains('type_id', 'entry_id')
    def _check_cash(self):
        for benefit in self:
            company = benefit.entry_id.company_id
            if benefit.type_id.is_cash and not company.insurance_allow_cash_rebate and not benefit.entry_id.import_digest:
                raise ValidationError(self.env._(
                    "%(entry)s: %(benefit)s is a rebate in money, which the store does not allow. Choose another kind.",
                    entry=benefit.entry_id.display_name, benefit=benefit.type_id.name,
                ))
            if benefit.entry_id.entry_type == 'policy' and benefit.amount < 0:
                raise ValidationError(self.env._(
                    "%(entry)s: the value of a benefit cannot be negative.", entry=benefit.entry_id.display_name,
                ))
