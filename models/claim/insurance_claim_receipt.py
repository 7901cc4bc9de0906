from odoo import api, fields, models
from odoo.exceptions import LockError, UserError, ValidationError
from odoo.fields import Domain

from ...lib import claim_money
from .insurance_claim import FINANCE

PROPOSED = 500  # parts of claims that a proposal looks at, the oldest first
STATES = [('draft', "Receipt Draft"), ('posted', "Recorded"), ('reversed', "Reversed")]


class InsuranceClaimReceipt(models.Model):
    """A bank receipt: when, from whom, how much, by which reference; given to one claim or many (T24).

    A refund of what was paid too much is a receipt with a negative amount.
    """

    _name = 'insurance.claim.receipt'
    _description = "Receipt for Claims"
    _inherit = ['mail.thread', 'insurance.guard', 'insurance.numbered']
    _order = 'received_on desc, id desc'
    _rec_names_search = ['name', 'bank_reference', 'payer_id.name']
    _check_company_auto = True

    _number_prefix = 'LPHK'
    _guarded_fields = frozenset({
        'name', 'state', 'posted_by_id', 'posted_on', 'reversed_reason', 'reversed_by_id', 'reversed_on',
    })
    _kept_fields = frozenset({'company_id', 'received_on', 'payer_id', 'amount', 'bank_reference'})

    name = fields.Char(string="Receipt No.", readonly=True, copy=False, index='trigram')
    company_id = fields.Many2one('res.company', string="Store", required=True, index=True,
                                 default=lambda self: self.env.company)
    currency_id = fields.Many2one(related='company_id.currency_id')
    received_on = fields.Date(string="Money Received on", required=True, tracking=True,
                              default=lambda self: self.env.company._insurance_today())
    payer_id = fields.Many2one('res.partner', string="Payer", required=True, index=True, tracking=True)
    amount = fields.Monetary(string="Amount Received", required=True, tracking=True)
    bank_reference = fields.Char(string="Bank Reference", index='trigram', tracking=True)
    note = fields.Char()
    state = fields.Selection(STATES, required=True, default='draft', readonly=True, copy=False, tracking=True,
                             index=True)
    line_ids = fields.One2many('insurance.claim.receipt.line', 'receipt_id', string="Allocations", copy=False)
    allocated_amount = fields.Monetary(string="Allocated", compute='_compute_allocated_amount', store=True)
    remaining_amount = fields.Monetary(string="Not Allocated", compute='_compute_allocated_amount', store=True)
    claim_count = fields.Integer(string="Claims", compute='_compute_claim_count')
    posted_by_id = fields.Many2one('res.users', string="Recorded by", readonly=True, copy=False)
    posted_on = fields.Datetime(string="Recorded on", readonly=True, copy=False)
    reversed_reason = fields.Char(string="Why Reversed", readonly=True, copy=False)
    reversed_by_id = fields.Many2one('res.users', string="Reversed by", readonly=True, copy=False)
    reversed_on = fields.Datetime(string="Reversed on", readonly=True, copy=False)

    _name_uniq = models.UniqueIndex("(company_id, name) WHERE name IS NOT NULL", "This receipt number is taken.")
    _bank_reference_uniq = models.UniqueIndex(
        "(company_id, payer_id, bank_reference, amount) WHERE bank_reference IS NOT NULL AND state <> 'reversed'",
        "A receipt of this payer with the same bank reference and amount is there already.",
    )
    _amount_not_zero = models.Constraint('CHECK (amount <> 0)', "The amount of a receipt is not 0.")
    _remaining_idx = models.Index("(company_id, received_on) WHERE remaining_amount <> 0 AND state = 'posted'")
    _company_received_idx = models.Index("(company_id, received_on DESC, id DESC)")

    @api.depends('name', 'payer_id', 'received_on')
    def _compute_display_name(self):
        for receipt in self:
            payer = receipt.payer_id.insurer_short_name or receipt.payer_id.name
            receipt.display_name = " ".join(filter(None, (receipt.name, payer, str(receipt.received_on or ''))))

    @api.depends('amount', 'line_ids.amount', 'line_ids.state', 'state')
    def _compute_allocated_amount(self):
        for receipt in self:
            lines = receipt.line_ids.filtered(lambda line: line.state != 'reversed')
            receipt.allocated_amount = receipt.currency_id.round(sum(lines.mapped('amount')))
            rest = receipt.amount - receipt.allocated_amount
            receipt.remaining_amount = 0 if receipt.state == 'reversed' else receipt.currency_id.round(rest)

    def _compute_claim_count(self):
        groups = self.env['insurance.claim.receipt.line']._read_group(
            [('receipt_id', 'in', self.ids), ('state', '!=', 'reversed')], ['receipt_id'], ['claim_id:count_distinct'])
        counts = {receipt.id: count for receipt, count in groups}
        for receipt in self:
            receipt.claim_count = counts.get(receipt.id, 0)

    @api.constrains('received_on')
    def _check_received_on(self):
        for receipt in self:
            if receipt.received_on > receipt.company_id._insurance_today():
                raise ValidationError(self.env._("%(receipt)s: money is not received in the future.",
                                                 receipt=receipt.display_name))

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        receipts = super().create(vals_list)
        for receipt in receipts:
            # sudo: numbers are given, not typed
            receipt.sudo().name = self._next_number(receipt.company_id, receipt.received_on)
        receipts._check_allocation()
        return receipts

    def write(self, vals):
        if self._kept_fields & vals.keys() and any(receipt.state != 'draft' for receipt in self):
            raise UserError(self.env._("%(receipt)s is recorded and stays as it is. Reverse it and enter it anew.",
                                       receipt=self[:1].display_name))
        result = super().write(vals)
        if {'amount', 'line_ids'} & vals.keys():
            self._check_allocation()
        return result

    def copy(self, default=None):
        raise UserError(self.env._("Receipts are not copied: each is money of its own."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        for receipt in self:
            if receipt.state != 'draft':
                raise UserError(self.env._("%(receipt)s is recorded and stays. Reverse it with a reason.",
                                           receipt=receipt.display_name))

    def _check_allocation(self):
        """Refuse that more is given to claims than came, or with another sign."""
        for receipt in self:
            lines = receipt.line_ids.filtered(lambda line: line.state != 'reversed')
            wrong = [line for line in lines if line.amount * receipt.amount <= 0]
            compare = receipt.currency_id.compare_amounts(abs(receipt.allocated_amount), abs(receipt.amount))
            if wrong and lines:
                raise ValidationError(self.env._(
                    "%(receipt)s: give a claim an amount of the sign of the receipt, not 0: %(claims)s.",
                    receipt=receipt.display_name, claims=[line.claim_id.display_name for line in wrong]))
            if compare > 0:
                raise ValidationError(self.env._(
                    "%(receipt)s: %(allocated)s are allocated, but only %(amount)s came.",
                    receipt=receipt.display_name, allocated=receipt.currency_id.format(receipt.allocated_amount),
                    amount=receipt.currency_id.format(receipt.amount)))

    # === ALLOCATION === #

    def _hold(self):
        """Keep everybody else from allocating the receipt until the end of the transaction.

        :raises LockError: while a colleague does
        """
        self.ensure_one()
        try:
            self.sudo().lock_for_update(allow_referencing=True)  # sudo: the lock is the method's, not the reader's
        except LockError as error:
            raise LockError(self.env._(
                "%(receipt)s: a colleague is allocating it at this moment. Look again in a few seconds.",
                receipt=self.display_name)) from error
        self.invalidate_recordset()
        self.line_ids.invalidate_recordset()

    def _get_open_costs(self):
        """Return the cost lines that wait for money of this payer, the longest waiting first."""
        self.ensure_one()
        sign = '>' if self.amount > 0 else '<'
        return self.env['insurance.claim.cost'].search(
            Domain('company_id', '=', self.company_id.id) & Domain('payer_id', '=', self.payer_id.id)
            & Domain('open_amount', sign, 0) & Domain('claim_state', 'in', (
                'settled', 'submitted', 'partial', 'paid', 'difference', 'refused')),
            order='id', limit=PROPOSED,
        ).sorted(lambda cost: (cost.claim_id.submitted_on or cost.claim_id.dispatched_on, cost.claim_id.id, cost.id))

    def action_propose(self):
        """Give what is left of the receipt to the payer's open claims, the longest waiting first."""
        self.ensure_one()
        self._check_finance()
        self._hold()
        taken = self.line_ids.filtered(lambda line: line.state != 'reversed').cost_id
        costs = self._get_open_costs() - taken
        amounts, _rest = claim_money.spread(
            self.remaining_amount, costs.mapped('open_amount'), self.currency_id.rounding)
        values = [
            {'receipt_id': self.id, 'claim_id': cost.claim_id.id, 'cost_id': cost.id, 'amount': float(amount)}
            for cost, amount in zip(costs, amounts, strict=True) if amount
        ]
        if not values:
            raise UserError(self.env._("%(receipt)s: no claim waits for money of %(payer)s.",
                                       receipt=self.display_name, payer=self.payer_id.name))
        self.env['insurance.claim.receipt.line'].create(values)
        return True

    def action_post(self):
        """Record the receipt: its allocations count from now on; what is left may be given to claims later."""
        for receipt in self:
            receipt._check_finance()
            receipt._hold()
            if receipt.state != 'draft':
                raise UserError(self.env._("%(receipt)s is recorded already.", receipt=receipt.display_name))
            receipt._check_allocation()
            # sudo: who recorded it and when is not typed
            receipt.sudo().write({'state': 'posted', 'posted_by_id': self.env.uid, 'posted_on': fields.Datetime.now()})
            receipt.line_ids._take_effect()
        return True

    def action_reverse(self, reason):
        """Take a receipt back that was entered wrongly, with all its allocations; finance's, with a reason."""
        self.ensure_one()
        self._check_finance()
        self._hold()
        if self.state != 'posted':
            raise UserError(self.env._("%(receipt)s is not recorded.", receipt=self.display_name))
        reason = self.env['insurance.claim']._check_reason(reason)
        self.line_ids.filtered(lambda line: line.state == 'valid')._reverse(reason)
        # sudo: as in `action_post`
        self.sudo().write({'state': 'reversed', 'reversed_reason': reason, 'reversed_by_id': self.env.uid,
                           'reversed_on': fields.Datetime.now()})
        return True

    def _check_finance(self):
        self.check_access('read')
        if self.env.user._is_superuser() or not self.env.user.has_group(FINANCE):
            raise UserError(self.env._("Only finance records money for claims."))
