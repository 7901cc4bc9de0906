from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .insurance_claim_gate import OVER

STATES = [('draft', "Proposed"), ('valid', "In Effect"), ('reversed', "Taken off")]


class InsuranceClaimReceiptLine(models.Model):
    """What of a bank receipt belongs to a claim, and to which payer's part of its cost (T24). Nothing is deleted once
    it counts: it is taken off with a reason."""

    _name = 'insurance.claim.receipt.line'
    _description = "Allocation of a Receipt"
    _inherit = ['insurance.guard']
    _order = 'receipt_id, id'
    _check_company_auto = True

    _guarded_fields = frozenset({'state', 'counted_on', 'reversed_reason', 'reversed_by_id', 'reversed_on'})

    receipt_id = fields.Many2one('insurance.claim.receipt', string="Receipt", required=True, index=True,
                                 ondelete='cascade', check_company=True)
    company_id = fields.Many2one(related='receipt_id.company_id', store=True, index=True, precompute=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    received_on = fields.Date(related='receipt_id.received_on', store=True, precompute=True)
    payer_id = fields.Many2one(related='receipt_id.payer_id', store=True, precompute=True, index=True)
    bank_reference = fields.Char(related='receipt_id.bank_reference')
    claim_id = fields.Many2one('insurance.claim', string="Claim", required=True, index=True, ondelete='restrict',
                               check_company=True)
    cost_id = fields.Many2one('insurance.claim.cost', string="Part of the Cost", compute='_compute_cost_id',
                              store=True, readonly=False, precompute=True, index='btree_not_null',
                              ondelete='restrict', domain="[('claim_id', '=', claim_id), ('expected_amount', '!=', 0)]",
                              help="Whose part of the cost the money pays; empty for money that nobody owed.")
    expected_amount = fields.Monetary(related='cost_id.expected_amount', string="Expected Receipts")
    open_before = fields.Monetary(string="Still to Come", related='cost_id.open_amount')
    amount = fields.Monetary(string="Given to the Claim", required=True)
    is_final = fields.Boolean(string="Last Instalment", help="Nothing more will come for this claim.")
    note = fields.Char()
    state = fields.Selection(STATES, required=True, default='draft', readonly=True, copy=False)
    counted_on = fields.Datetime(string="Counts since", readonly=True, copy=False)
    reversed_reason = fields.Char(string="Why Taken off", readonly=True, copy=False)
    reversed_by_id = fields.Many2one('res.users', string="Taken off by", readonly=True, copy=False)
    reversed_on = fields.Datetime(string="Taken off on", readonly=True, copy=False)

    _amount_not_zero = models.Constraint('CHECK (amount <> 0)', "Give the claim an amount, or take the line out.")

    @api.depends('claim_id', 'amount')
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.claim_id.display_name} {line.currency_id.format(line.amount or 0)}"

    @api.depends('claim_id')
    def _compute_cost_id(self):
        """Propose the part that waits for money of this payer, else the first that waits for any.

        A refund (negative amount) goes to the part of which too much came.
        """
        for line in self:
            receipt = line.receipt_id
            waiting = line.claim_id.cost_ids.filtered(
                lambda cost, is_refund=receipt.amount < 0: cost.open_amount < 0 if is_refund else cost.open_amount > 0)
            payer = receipt.payer_id
            line.cost_id = waiting.filtered(lambda cost, payer=payer: cost.payer_id == payer)[:1] or waiting[:1]

    @api.constrains('claim_id', 'cost_id')
    def _check_claim(self):
        for line in self:
            if line.cost_id and line.cost_id.claim_id != line.claim_id:
                raise ValidationError(self.env._("%(cost)s is no part of %(claim)s.", cost=line.cost_id.display_name,
                                                 claim=line.claim_id.display_name))

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        for line in lines:
            line._check_open()
        lines.receipt_id._check_allocation()
        for receipt in lines.receipt_id.filtered(lambda one: one.state == 'posted'):
            receipt._hold()
            receipt._check_allocation()
            lines.filtered(lambda line, receipt=receipt: line.receipt_id == receipt)._take_effect()
        return lines

    def write(self, vals):
        changed = vals.keys() - {'note'}
        if changed and not self.env.su and any(line.state != 'draft' for line in self):
            raise UserError(self.env._("%(line)s counts already. Take it off with a reason and allocate anew.",
                                       line=self[:1].display_name))
        self.claim_id._check_part_writable('money')
        result = super().write(vals)
        if {'claim_id', 'amount', 'receipt_id'} & vals.keys():
            for line in self:
                line._check_open()
            self.receipt_id._check_allocation()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        for line in self:
            if line.state != 'draft':
                raise UserError(self.env._("%(line)s counts already and stays. Take it off with a reason.",
                                           line=line.display_name))

    def _check_open(self):
        """Refuse claims that take no money: not settled yet, cancelled or closed."""
        self.ensure_one()
        claim = self.claim_id
        claim._check_part_writable('money')
        if self.receipt_id.state == 'reversed':
            raise UserError(self.env._("%(receipt)s was reversed.", receipt=self.receipt_id.display_name))
        if claim.state in OVER or not claim.settled_on:
            raise UserError(self.env._(
                "%(claim)s has no settlement yet: money is allocated once its cost is composed by payer.",
                claim=claim.display_name))

    # === EFFECT === #

    def _take_effect(self):
        """Let draft lines count: the stages of their claims follow the money."""
        claims = self.claim_id.sorted('id')  # in one order for everybody: two who allocate do not wait for each other
        if claims:
            claims._hold()
            self.invalidate_recordset()
        for line in self.filtered(lambda one: one.state == 'draft'):
            line._check_open()
            # sudo: what counts since when is not typed
            line.sudo().write({'state': 'valid', 'counted_on': fields.Datetime.now()})
        self._check_refund()
        claims.sudo()._sync_payment()  # sudo: the stage follows from the money

    def _check_refund(self):
        """Refuse to pay back more than came."""
        for line in self.filtered(lambda one: one.amount < 0):
            came = line.cost_id.received_amount if line.cost_id else line.claim_id.received_amount
            if line.currency_id.compare_amounts(came, 0) < 0:
                raise UserError(self.env._(
                    "%(claim)s: %(amount)s cannot be paid back, so much did not come.",
                    claim=line.claim_id.display_name, amount=line.currency_id.format(-line.amount)))

    def _reverse(self, reason):
        """Take lines off their claims with a reason; closed claims refuse it."""
        reason = self.env['insurance.claim']._check_reason(reason)
        claims = self.claim_id.sorted('id')
        if claims:
            claims._hold()
        for line in self:
            if line.state != 'valid':
                raise UserError(self.env._("%(line)s does not count.", line=line.display_name))
            line.claim_id._check_part_writable('money')
            # sudo: who took it off is not typed
            line.sudo().write({'state': 'reversed', 'reversed_reason': reason, 'reversed_by_id': self.env.uid,
                               'reversed_on': fields.Datetime.now()})
        claims.sudo()._sync_payment()  # sudo: the stage follows from the money

    def action_reverse(self, reason):
        """Take an allocation off its claim with a reason, so that the money may be given to another one."""
        self.ensure_one()
        self.receipt_id._check_finance()
        self.receipt_id._hold()
        self._reverse(reason)
        return True
