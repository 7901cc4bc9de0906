from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...lib import claim_money
from .insurance_claim import PAYEES

PAYERS = [
    ('own_commercial', "Own Commercial Insurance"), ('own_compulsory', "Own Compulsory Insurance"),
    ('other_compulsory', "Other Side's Compulsory"), ('other_commercial', "Other Side's Commercial"),
    ('third_party', "Third Party himself"), ('customer', "Customer himself"),
    ('manufacturer', "Manufacturer's Warranty"), ('store', "Borne by the Store"),
]


class InsuranceClaimCost(models.Model):
    """A line of the composition of cost: who bears how much of the settlement total, and what came of it (T9)."""

    _name = 'insurance.claim.cost'
    _description = "Cost of a Claim by Payer"
    _inherit = ['insurance.guard']
    _order = 'claim_id, sequence, id'
    _rec_names_search = ['payer_id.name']

    claim_id = fields.Many2one('insurance.claim', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='claim_id.company_id', store=True, index=True, precompute=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    claim_state = fields.Selection(related='claim_id.state', string="Stage of the Claim")
    sequence = fields.Integer(default=10)
    payer = fields.Selection(PAYERS, string="Borne by", required=True, default='own_commercial')
    policy_line_id = fields.Many2one('insurance.claim.policy', string="Policy of the Line", index='btree_not_null',
                                     domain="[('claim_id', '=', claim_id)]", ondelete='restrict')
    payer_id = fields.Many2one('res.partner', string="Payer", compute='_compute_payer_id', store=True, readonly=False,
                               index='btree_not_null', help="The insurer, or who else pays.")
    product = fields.Char(string="Coverage", help="The coverage that pays, as own damage or third-party liability.")
    amount = fields.Monetary(required=True)
    is_no_fault = fields.Boolean(
        string="No Fault", help="What compulsory insurance of a side without fault pays, advanced by the own insurer"
        " (无责代赔).")
    payee = fields.Selection(PAYEES, string="Paid to", compute='_compute_payee', store=True, readonly=False,
                             required=True, precompute=True)
    note = fields.Char()
    receipt_line_ids = fields.One2many('insurance.claim.receipt.line', 'cost_id', string="Receipts")
    expected_amount = fields.Monetary(string="Expected Receipts", compute='_compute_amounts', store=True)
    received_amount = fields.Monetary(string="Actual Receipts", compute='_compute_amounts', store=True)
    open_amount = fields.Monetary(string="Still to Come", compute='_compute_amounts', store=True)

    _amount_positive = models.Constraint('CHECK (amount >= 0)', "The cost of a payer cannot be negative.")
    _payer_open_idx = models.Index("(company_id, payer_id, claim_id) WHERE open_amount <> 0")

    @api.depends('payer', 'payer_id', 'product')
    def _compute_display_name(self):
        labels = dict(self._fields['payer']._description_selection(self.env))
        for cost in self:
            insurer = cost.payer_id.insurer_short_name or cost.payer_id.name
            cost.display_name = " ".join(filter(None, (labels.get(cost.payer), insurer, cost.product)))

    @api.depends('policy_line_id', 'payer', 'is_no_fault')
    def _compute_payer_id(self):
        """Propose the payer: of the policy, else of the only policy of that side; who advances pays a no-fault part."""
        for cost in self:
            claim = cost.claim_id
            if cost.payer not in claim_money.INSURERS:
                people = {'customer': claim.owner_id}
                cost.payer_id = people.get(cost.payer, cost.payer_id if cost.payer == 'third_party' else False)
                continue
            side, product = cost.payer.split('_')
            fitting = claim.policy_ids.filtered(
                lambda row, side=side, product=product: row.side == side and row.product == product)
            advancing = claim.policy_ids.filtered(lambda row: row.side == 'own')[:1]
            cost.payer_id = (
                cost.policy_line_id.insurer_id or (cost.is_no_fault and advancing.insurer_id)
                or fitting[:1].insurer_id or cost.payer_id
            )

    @api.depends('payer', 'claim_id.payee')
    def _compute_payee(self):
        for cost in self:
            cost.payee = cost.claim_id.payee if cost.payer in claim_money.PAYS_STORE else 'store'

    @api.depends('payer', 'amount', 'payee', 'claim_id.claim_mode', 'receipt_line_ids.amount',
                 'receipt_line_ids.state')
    def _compute_amounts(self):
        for cost in self:
            valid = cost.receipt_line_ids.filtered(lambda line: line.state == 'valid')
            part = claim_money.Part(cost.payer, cost.amount, cost.payee)
            cost.expected_amount = float(claim_money.expected_of(
                part, cost.claim_id.claim_mode == 'customer', cost.currency_id.rounding or 0.01))
            cost.received_amount = cost.currency_id.round(sum(valid.mapped('amount'))) if valid else 0
            cost.open_amount = cost.expected_amount - cost.received_amount

    @api.constrains('is_no_fault', 'amount', 'payer')
    def _check_no_fault(self):
        for cost in self.filtered('is_no_fault'):
            limit = cost.company_id.insurance_claim_no_fault_limit
            if not cost.payer.endswith('compulsory'):
                raise ValidationError(self.env._(
                    "%(claim)s: only compulsory insurance pays for a side without fault.",
                    claim=cost.claim_id.display_name))
            if cost.currency_id.compare_amounts(cost.amount, limit) > 0:
                raise ValidationError(self.env._(
                    "%(claim)s: compulsory insurance of a side without fault pays at most %(limit)s for property.",
                    claim=cost.claim_id.display_name, limit=cost.currency_id.format(limit)))

    @api.constrains('payer', 'payer_id')
    def _check_payer(self):
        for cost in self.filtered(lambda one: one.payer in claim_money.INSURERS and one.payer_id):
            if not cost.payer_id.is_insurer:
                raise ValidationError(self.env._("%(partner)s is no insurer. Choose one from the list.",
                                                 partner=cost.payer_id.name))

    @api.constrains('policy_line_id', 'claim_id')
    def _check_policy_line(self):
        for cost in self:
            if cost.policy_line_id and cost.policy_line_id.claim_id != cost.claim_id:
                raise ValidationError(self.env._("%(claim)s: the policy of a line is one of the claim's own.",
                                                 claim=cost.claim_id.display_name))

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        costs = super().create(vals_list)
        costs.claim_id._check_part_writable('sheet')
        return costs

    def write(self, vals):
        self.claim_id._check_part_writable('sheet')
        result = super().write(vals)
        if 'claim_id' in vals:
            self.claim_id._check_part_writable('sheet')
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_settled(self):
        self.claim_id._check_part_writable('sheet')
        for cost in self:
            if cost.receipt_line_ids:
                raise UserError(self.env._(
                    "%(cost)s of %(claim)s has money allocated to it: it stays, with the amount 0 if need be.",
                    cost=cost.display_name, claim=cost.claim_id.display_name))
