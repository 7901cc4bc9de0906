from odoo import fields, models
from odoo.exceptions import UserError

from ...lib import claim_money
from ..settlement.insurance_settlement_money import ACCOUNTING
from .insurance_claim import FINANCE, MONEY
from .insurance_claim_gate import EXITS

INVOICE_STATES = [
    ('none', "Not Invoiced"), ('draft', "Invoice in Draft"), ('open', "Invoiced"), ('partial', "Partly Received"),
    ('paid', "Received in Full"), ('reversed', "Invoice Reversed"),
]
INVOICED = ('settled', 'submitted', 'partial', 'paid', 'difference', 'refused')


class InsuranceClaim(models.Model):
    """What the insurer owes for a claim as an invoice, where the store keeps claims in accounting.

    The claim's receipts stay the one place where money is entered: booking and reconciliation follow them.
    """

    _inherit = 'insurance.claim'

    is_in_accounting = fields.Boolean(related='company_id.insurance_claim_accounting', string="Kept in Accounting")
    invoice_ids = fields.One2many('account.move', 'insurance_claim_id', string="Invoices to the Insurer",
                                  groups=ACCOUNTING)
    invoice_state = fields.Selection(INVOICE_STATES, string="Invoice", compute='_compute_invoice')
    invoice_residual = fields.Monetary(string="Open in Accounting", compute='_compute_invoice', groups=MONEY)

    def _compute_invoice(self):
        # sudo: how far the invoice is, for who may not read invoices
        groups = self.env['account.move'].sudo()._read_group(
            [('insurance_claim_id', 'in', self.ids), ('state', '!=', 'cancel')],
            ['insurance_claim_id', 'state', 'payment_state'], ['amount_residual_signed:sum'])
        found = {}
        for claim, state, payment_state, residual in groups:
            found.setdefault(claim.id, []).append((state, payment_state, residual))
        may_read = self._has_field_access(self._fields['invoice_residual'], 'read')
        for claim in self:
            rows = found.get(claim._origin.id, [])
            claim.invoice_state = self._get_invoice_state(rows)
            if may_read:
                claim.invoice_residual = sum(residual for state, _paid, residual in rows if state == 'posted')

    def _get_invoice_state(self, rows):
        """Return the one state of invoices given as `(state, payment state, residual)`."""
        standing = [row for row in rows if row[1] != 'reversed']
        if not rows:
            return 'none'
        if not standing:
            return 'reversed'
        if any(state == 'draft' for state, _paid, _residual in standing):
            return 'draft'
        states = {paid for _state, paid, _residual in standing}
        if states <= {'paid', 'in_payment'}:
            return 'paid'
        return 'partial' if states & {'paid', 'in_payment', 'partial'} else 'open'

    # === INVOICE === #

    def action_invoice(self):
        """Draft the invoice to each insurer that owes the store something; finance's. Accounting posts it.

        What a revised settlement adds is invoiced beside the first invoice; what it takes off is a credit note of
        accounting.
        """
        for claim in self:
            claim._check_role(FINANCE, self.env._("Only finance invoices a claim."))
            claim._hold()
            claim._check_invoice()
            owed = claim._get_owed()
            invoiced = claim._get_invoiced()
            # sudo: finance of the insurance desk need not be an accountant; the invoice is a draft, which accounting
            # posts
            Move = self.env['account.move'].sudo().with_company(claim.company_id)
            Move.create([claim._prepare_invoice(insurer, costs, invoiced.get(insurer, 0))
                         for insurer, costs in owed.items() if claim._get_uninvoiced(costs, invoiced) > 0])
            # sudo: a note on what the method did
            claim.sudo().message_post(body=self.env._("Draft of the invoice to the insurer made."))
        return self.action_view_invoices() if len(self) == 1 else True

    def _get_owed(self):
        """Return `{insurer: cost lines}` of what insurers owe the store."""
        self.ensure_one()
        return self.cost_ids.filtered(
            lambda cost: cost.payer in claim_money.INSURERS and cost.payer_id and cost.expected_amount > 0,
        ).grouped('payer_id')

    def _check_invoice(self):
        """Refuse what cannot be invoiced, by saying why."""
        self.ensure_one()
        _, store = self.env._, self.company_id.sudo()  # sudo: settings of the store
        if not store.insurance_claim_accounting:
            raise UserError(_("%(store)s does not keep claims in accounting. The administrator turns it on in the"
                              " store's settings.", store=store.name))
        if self.state not in INVOICED:
            raise UserError(_("%(claim)s is not settled, or is over: there is nothing to invoice.",
                              claim=self.display_name))
        owed, standing = self._get_owed(), self._get_standing_invoices()
        if not owed:
            raise UserError(_("%(claim)s: no insurer owes the store anything.", claim=self.display_name))
        invoiced = self._get_invoiced()
        if not any(self._get_uninvoiced(costs, invoiced) > 0 for costs in owed.values()):
            raise UserError(_("%(claim)s is invoiced already: %(invoice)s.", claim=self.display_name,
                              invoice=standing[:1].display_name))
        if not self._get_claim_journal('sale'):
            raise UserError(_("%(store)s has no sales journal. Have accounting set one up, or choose one in the store's"
                              " settings.", store=store.name))

    def _get_standing_invoices(self):
        """Return the invoices of the claim that are neither cancelled nor taken back by a credit note."""
        # sudo: that there is an invoice is no secret to who may not read it
        return self.env['account.move'].sudo().search([
            ('insurance_claim_id', 'in', self.ids), ('state', '!=', 'cancel'), ('payment_state', '!=', 'reversed')])

    def _get_invoiced(self):
        """Return `{insurer: amount}` of the claim's invoices, drafts too, less the credit notes posted on them."""
        self.ensure_one()
        # sudo: how much is invoiced is no secret to who may not read invoices
        moves = self.sudo().invoice_ids.filtered(lambda move: move.state != 'cancel')
        return {
            insurer: sum(some.mapped('amount_total')) - sum(
                some.reversal_move_ids.filtered(lambda move: move.state == 'posted').mapped('amount_total'))
            for insurer, some in moves.grouped('partner_id').items()
        }

    def _get_uninvoiced(self, costs, invoiced):
        """Return what of the parts `costs` of one insurer its invoices do not hold; negative when they hold more."""
        return self.currency_id.round(sum(costs.mapped('expected_amount')) - invoiced.get(costs.payer_id, 0))

    def _get_missing_money(self):
        """A settlement that was revised after its invoice is invoiced right before the case is closed (T25)."""
        missing = super()._get_missing_money()
        if not self.is_in_accounting or self.state in EXITS:
            return missing
        owed = self._get_owed()
        for insurer, invoiced in self._get_invoiced().items():
            expected = sum(owed[insurer].mapped('expected_amount')) if insurer in owed else 0
            if invoiced and self.currency_id.compare_amounts(invoiced, expected):
                missing.append(self.env._(
                    "%(insurer)s is invoiced %(invoiced)s but owes %(expected)s: accounting corrects the invoice",
                    insurer=insurer.insurer_short_name or insurer.name, invoiced=self.currency_id.format(invoiced),
                    expected=self.currency_id.format(expected)))
        return missing

    def _get_claim_journal(self, kind):
        """Return the store's journal for claims, else its first of that kind ('sale' or 'bank')."""
        store = self.company_id.sudo()  # sudo: settings of the store
        chosen = store.insurance_claim_journal_id if kind == 'sale' else store.insurance_claim_bank_journal_id
        return chosen or self.env['account.journal'].sudo().search(
            [('company_id', '=', store.id), ('type', '=', kind)], limit=1)

    def _prepare_invoice(self, insurer, costs, invoiced=0):
        """Return the values of the invoice: a line for each part; a tax included in the price stays in.

        :param invoiced: what the insurer is invoiced already; the rest is a line of its own then
        """
        store = self.company_id.sudo()  # sudo: settings of the store
        product = store.insurance_claim_product_id
        taxes = store.insurance_claim_tax_id or product.taxes_id.filtered(lambda tax: tax.company_id == store)
        parts = [(cost.display_name, cost.expected_amount) for cost in costs]
        if invoiced:
            parts = [(self.env._("Settlement revised"), self._get_uninvoiced(costs, {insurer: invoiced}))]
        numbers = " ".join(filter(None, (self.report_no, self.insurer_claim_no)))
        return {
            'move_type': 'out_invoice', 'company_id': store.id, 'partner_id': insurer.id,
            'journal_id': self._get_claim_journal('sale').id, 'currency_id': self.currency_id.id,
            'insurance_claim_id': self.id, 'invoice_origin': self.name, 'ref': numbers or self.name,
            'invoice_line_ids': [fields.Command.create({
                'product_id': product.id, 'quantity': 1, 'price_unit': amount,
                'tax_ids': [fields.Command.set(taxes.ids)],
                'name': " ".join(filter(None, (self.name, self.plate, self.sheet_no, name))),
            }) for name, amount in parts],
        }

    def action_view_invoices(self):
        """Open the invoices of the claim, for who may read them; others are told how it stands."""
        return self.env['account.move']._get_action_of_insurance(
            self, 'insurance_claim_id', self.env._("Invoices of %(claim)s", claim=self.display_name))

    # === RECONCILIATION === #

    def _reconcile_with(self, partner):
        """Reconcile what an insurer was invoiced for the claim with what was booked for it; called in sudo.

        Odoo's own reconciliation: the oldest first, the rest stays open. May run any number of times.
        """
        self.ensure_one()
        lines = self._get_standing_invoices().line_ids | self.receipt_line_ids.move_line_id
        open_lines = lines.filtered(
            lambda line: line.parent_state == 'posted' and not line.reconciled and line.amount_residual
            and line.account_id.account_type == 'asset_receivable' and line.partner_id == partner)
        for _account, some in open_lines.grouped('account_id').items():
            if min(some.mapped('amount_residual')) < 0 < max(some.mapped('amount_residual')):
                some.reconcile()
