from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...lib import claim_money
from .insurance_claim import CLERK, FINANCE, MONEY

PAYMENT_STATUSES = [
    ('nothing', "Nothing to Receive"), ('waiting', "Nothing Received"), ('partial', "Received in Part"),
    ('paid', "Received in Full"), ('difference', "Received with a Difference"),
]
PAYMENT_STATES = {'nothing': 'submitted', 'waiting': 'submitted', 'partial': 'partial', 'paid': 'paid',
                  'difference': 'difference'}  # the stage that the money of a submitted claim brings about
WAITS = [
    ('stage1', "Accident Information"), ('repair', "Repair"), ('sheet', "Settlement Sheet"),
    ('documents', "Documents to come"), ('submission', "Submission"), ('money', "Money"),
    ('approval', "Decision of the General Manager"),
    ('difference', "Difference Handling"), ('check', "Check and Closing"), ('nothing', "Nothing"),
]


class InsuranceClaim(models.Model):
    """What the store is to receive for a claim, what came, and the difference (K22, K23); by `lib/claim_money.py`."""

    _inherit = 'insurance.claim'

    receipt_line_ids = fields.One2many('insurance.claim.receipt.line', 'claim_id', string="Money Received",
                                       groups=MONEY)
    difference_ids = fields.One2many('insurance.claim.difference', 'claim_id', string="Differences explained",
                                     groups=MONEY)
    final_by_id = fields.Many2one('res.users', string="Said Complete by", readonly=True, copy=False)
    final_on = fields.Datetime(string="Said Complete on", readonly=True, copy=False)
    is_final = fields.Boolean(string="Nothing more will come", compute='_compute_balance', store=True,
                              help="Ticked with the last instalment, or by finance: the difference is then judged"
                              " (T24).")
    expected_amount = fields.Monetary(string="Expected Receipts", compute='_compute_balance', store=True, groups=MONEY,
                                      help="What insurers and third parties owe the store (K22).")
    received_amount = fields.Monetary(string="Actual Receipts", compute='_compute_balance', store=True, groups=MONEY)
    difference_amount = fields.Monetary(
        string="Payment Difference", compute='_compute_balance', store=True, groups=MONEY,
        help="Received less expected (K23), once nothing more will come or all is there; 0 before.")
    open_amount = fields.Monetary(string="Still to Come", compute='_compute_balance', store=True, groups=MONEY)
    is_judged = fields.Boolean(string="Difference judged", compute='_compute_balance', store=True)
    payment_status = fields.Selection(PAYMENT_STATUSES, compute='_compute_balance', store=True)
    unexplained_amount = fields.Monetary(string="Not Explained", compute='_compute_unexplained', store=True,
                                         groups=MONEY)
    waits_for = fields.Selection(WAITS, string="Waits for", compute='_compute_waits_for', store=True)

    _waits_idx = models.Index("(company_id, waits_for, dispatched_on DESC) WHERE state NOT IN ('closed', 'cancelled')")

    def _get_composition_gap(self):
        """Return the Decimal that the composition lacks of the settlement total."""
        self.ensure_one()
        return claim_money.composition_gap(self.total_amount, self.cost_ids.mapped('amount'), self._get_step())

    def _get_step(self):
        return self.currency_id.rounding or 0.01

    @api.depends('cost_ids.payer', 'cost_ids.amount', 'cost_ids.payee', 'cost_ids.received_amount', 'claim_mode',
                 'receipt_line_ids.amount', 'receipt_line_ids.state', 'receipt_line_ids.cost_id',
                 'receipt_line_ids.is_final', 'final_on')
    def _compute_balance(self):
        for claim in self:
            valid = claim.receipt_line_ids.filtered(lambda line: line.state == 'valid')
            claim.is_final = bool(claim.final_on) or any(valid.mapped('is_final'))
            result = claim._get_balance(claim.is_final)
            claim.expected_amount, claim.received_amount = float(result.expected), float(result.received)
            claim.difference_amount = float(result.difference or 0)
            claim.open_amount = float(result.expected - result.received) if result.difference is None else 0
            claim.is_judged = result.difference is not None
            claim.payment_status = result.status

    def _get_balance(self, is_final):
        """Return the `claim_money.Balance` of the claim."""
        self.ensure_one()
        stray = sum(self.receipt_line_ids.filtered(
            lambda line: line.state == 'valid' and not line.cost_id).mapped('amount'))
        parts = [claim_money.Part(cost.payer, cost.amount, cost.payee, cost.received_amount) for cost in self.cost_ids]
        return claim_money.balance(
            parts, stray, is_final=is_final, self_claimed=self.claim_mode == 'customer',
            tolerance=self.company_id.insurance_claim_tolerance, step=self._get_step(),
        )

    @api.depends('difference_amount', 'payment_status', 'difference_ids.amount', 'difference_ids.state')
    def _compute_unexplained(self):
        for claim in self:
            settled = claim.difference_ids.filtered(lambda row: row.state == 'done')
            claim.unexplained_amount = float(claim_money.unexplained(
                claim.difference_amount, settled.mapped('amount'), claim.company_id.insurance_claim_tolerance,
                claim._get_step()))

    @api.depends('state', 'missing_count', 'difference_ids.state')
    def _compute_waits_for(self):
        by_state = {'draft': 'stage1', 'dispatched': 'repair', 'repaired': 'sheet', 'submitted': 'money',
                    'partial': 'money', 'closed': 'nothing', 'cancelled': 'nothing'}
        for claim in self:
            if claim.state == 'settled':
                claim.waits_for = 'documents' if claim.missing_count else 'submission'
            elif claim.state == 'difference':
                states = claim.difference_ids.mapped('state')
                claim.waits_for = 'approval' if 'asked' in states else (
                    'check' if claim._is_difference_explained() else 'difference')
            else:
                claim.waits_for = by_state.get(claim.state, 'check')

    def _is_difference_explained(self):
        """Tell whether every difference is explained and its handling has come to an end."""
        self.ensure_one()
        if self.payment_status != 'difference':
            return True
        states = set(self.difference_ids.mapped('state')) - {'resolved'}
        return states == {'done'} and not self.unexplained_amount

    def _sync_payment(self):
        """Bring the stage of submitted claims in line with their money, and note differences that money resolved."""
        for claim in self:
            if claim.state not in PAYMENT_STATES.values():
                continue
            if claim.payment_status != 'difference':
                claim.difference_ids._resolve()
            target = PAYMENT_STATES[claim.payment_status]
            if target != claim.state:
                claim._move(target)

    # === ACTIONS === #

    def action_set_final(self):
        """Say that nothing more will come, so that the difference is judged (T24); finance's and the clerk's."""
        for claim in self:
            claim._check_role(f'{FINANCE},{CLERK}', self.env._("Finance or the claims clerk says that nothing more"
                                                               " will come."))
            claim._hold()
            if claim.state not in ('submitted', 'partial'):
                raise UserError(self.env._("%(claim)s does not wait for money.", claim=claim.display_name))
            # sudo: who said it and when is not typed
            claim.sudo().write({'final_by_id': self.env.uid, 'final_on': fields.Datetime.now()})
            claim.sudo()._sync_payment()  # sudo: the stage follows from the money
        return True

    def action_unset_final(self):
        """Wait for more money after all."""
        for claim in self:
            claim._check_role(f'{FINANCE},{CLERK}', self.env._("Finance or the claims clerk waits for more money."))
            claim._hold()
            if claim.state not in PAYMENT_STATES.values() or not claim.final_on:
                raise UserError(self.env._("%(claim)s was not said to be complete.", claim=claim.display_name))
            # sudo: as above
            claim.sudo().write({'final_by_id': False, 'final_on': False})
            claim.sudo()._sync_payment()  # sudo: as above
        return True

    def action_explain_difference(self):
        """Add a row for each payer whose money differs and that is not explained yet."""
        self.ensure_one()
        self._check_role(f'{FINANCE},{CLERK}', self.env._("Finance or the claims clerk explains differences."))
        if self.payment_status != 'difference':
            raise UserError(self.env._("%(claim)s has no difference to explain.", claim=self.display_name))
        pending = self.env['insurance.reason']._get_by_code('claim_handling', 'PENDING')
        rows = self.difference_ids.filtered(lambda row: row.state != 'resolved')
        by_cost = [(cost, -cost.open_amount) for cost in self.cost_ids]
        stray = self.received_amount - sum(self.cost_ids.mapped('received_amount'))
        new = []
        for cost, amount in [*by_cost, (self.env['insurance.claim.cost'], stray)]:
            told = sum(rows.filtered(lambda row, cost=cost: row.cost_id == cost).mapped('amount'))
            rest = self.currency_id.round(amount - told)
            if rest:
                new.append({'claim_id': self.id, 'cost_id': cost.id, 'amount': rest, 'handling_id': pending.id})
        self.env['insurance.claim.difference'].create(new)
        return True

    def _check_role(self, groups, message):
        """Refuse who does not have one of the roles, the system included: claims are people's work."""
        self.check_access('read')
        if self.env.user._is_superuser() or not self.env.user.has_groups(groups):
            raise AccessError(message)
