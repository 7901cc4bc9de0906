from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .insurance_settlement import COMMISSION, FINANCE

INVOICE_STATES = [
    ('none', "Not Invoiced"), ('draft', "Invoice in Draft"), ('open', "Invoiced"), ('partial', "Partly Received"),
    ('paid', "Received in Full"), ('reversed', "Invoice Reversed"),
]
ACCOUNTING = 'account.group_account_invoice,account.group_account_readonly'


class InsuranceSettlement(models.Model):
    """From a closed list to the money: the invoice to the insurer, what came in, and since when the rest is due (K21).

    Invoices, payments and their reconciliation are Odoo's own; a list only knows which invoices are its own.
    """

    _inherit = 'insurance.settlement'

    invoice_ids = fields.One2many('account.move', 'insurance_settlement_id', string="Invoices to the Insurer",
                                  groups=ACCOUNTING)
    invoice_state = fields.Selection(INVOICE_STATES, string="Money", compute='_compute_money',
                                     search='_search_invoice_state')
    amount_invoiced = fields.Monetary(string="Amount Invoiced", compute='_compute_money', groups=COMMISSION)
    amount_received = fields.Monetary(string="Amount Received", compute='_compute_money', groups=COMMISSION)
    amount_open = fields.Monetary(string="Amount Outstanding", compute='_compute_money', groups=COMMISSION)
    invoice_due_date = fields.Date(string="Money Due on", compute='_compute_money')
    days_overdue = fields.Integer(compute='_compute_money', help="Days since the rest was due, by today.")

    @api.depends_context('uid')
    def _compute_money(self):
        money = self._read_money()
        may_read = self._has_field_access(self._fields['amount_received'], 'read')
        for settlement in self:
            state, invoiced, received, left, due = money.get(settlement._origin.id, ('none', 0, 0, 0, False))
            settlement.invoice_state = state
            settlement.invoice_due_date = due
            today = settlement.company_id._insurance_today() if due else False
            settlement.days_overdue = max((today - due).days, 0) if due else 0
            if may_read:
                settlement.amount_invoiced = invoiced
                settlement.amount_received = received
                settlement.amount_open = left

    def _read_money(self):
        """Return `{list id: (invoice state, invoiced, received, outstanding, due date of the rest or False)}`."""
        if not self.ids:
            return {}
        return {key: (state, invoiced, received, left, due or False) for key, state, invoiced, received, left, due in (
            self.env.execute_query(SQL(
                "SELECT settlement_id, state, invoiced, received, outstanding, due FROM (%s) AS money",
                self._get_money_sql(SQL("move.insurance_settlement_id IN %s", tuple(self.ids))))))}

    @api.model
    def _get_money_sql(self, condition):
        """Return the SQL of the money of lists: `settlement_id, state, invoiced, received, outstanding, due`.

        What is invoiced is less what credit notes outside the list took back; received is what was reconciled with
        payments, statements of the bank and other entries.

        :param SQL condition: on `move`
        """
        for model in ('account.move', 'account.move.line', 'account.partial.reconcile'):
            self.env[model].flush_model()
        return SQL(
            """
            SELECT money.*, CASE
                   WHEN posted = 0 THEN 'draft'
                   WHEN outstanding <> 0 AND received <> 0 THEN 'partial'
                   WHEN outstanding <> 0 THEN 'open'
                   WHEN received = 0 THEN 'reversed' ELSE 'paid' END AS state
              FROM (
                   SELECT move.insurance_settlement_id AS settlement_id,
                          count(*) FILTER (WHERE move.state = 'posted') AS posted,
                          COALESCE(sum(move.amount_total_signed - paid.reversed)
                                   FILTER (WHERE move.state = 'posted'), 0) AS invoiced,
                          COALESCE(sum(paid.received) FILTER (WHERE move.state = 'posted'), 0) AS received,
                          COALESCE(sum(move.amount_residual_signed) FILTER (WHERE move.state = 'posted'), 0)
                          AS outstanding,
                          min(COALESCE(move.invoice_date_due, move.date)) FILTER (
                              WHERE move.state = 'posted' AND move.amount_residual_signed <> 0) AS due
                     FROM account_move AS move
                     JOIN LATERAL (%(paid)s) AS paid ON TRUE
                    WHERE move.state <> 'cancel' AND %(condition)s
                    GROUP BY move.insurance_settlement_id
                   ) AS money
            """, condition=condition, paid=self._get_paid_sql())

    @api.model
    def _get_paid_sql(self):
        """Return the SQL of what `move` was reconciled with: money received, and credit notes."""
        return SQL(
            """
            SELECT COALESCE(sum(part.amount) FILTER (WHERE other.move_type = 'entry'), 0) AS received,
                   COALESCE(sum(part.amount) FILTER (WHERE other.move_type <> 'entry'), 0) AS reversed
              FROM account_move_line AS own
              JOIN LATERAL (
                   SELECT amount, credit_move_id AS other_id FROM account_partial_reconcile
                    WHERE debit_move_id = own.id
                   UNION ALL
                   SELECT -amount, debit_move_id FROM account_partial_reconcile
                    WHERE credit_move_id = own.id
                   ) AS part ON TRUE
              JOIN account_move_line AS counterpart ON counterpart.id = part.other_id
              JOIN account_move AS other ON other.id = counterpart.move_id
             WHERE own.move_id = move.id
            """)

    @api.model
    def _search_invoice_state(self, operator, value):
        if operator != 'in':
            return NotImplemented
        sql = self._get_money_sql(SQL("move.insurance_settlement_id IS NOT NULL"))
        found = SQL("SELECT settlement_id FROM (%s) AS money WHERE state IN %s", sql, tuple(value) or ('',))
        if 'none' in value:
            found = SQL(
                "SELECT id FROM insurance_settlement WHERE id IN (%s)"
                " OR id NOT IN (SELECT settlement_id FROM (%s) AS every)", found, sql)
        return fields.Domain('id', 'in', SQL("(%s)", found))

    # === INVOICE === #

    def action_invoice(self):
        """Make the draft of the invoice to the insurer, or of the credit note where cancellations outweigh; finance's.

        Accounting posts it, registers the money and reconciles it.
        """
        self.ensure_one()
        self._check_role(FINANCE, self.env._("Only finance invoices a settlement list."))
        self._hold()
        error = self._invoice_error_message()
        if error:
            raise UserError(error)
        # sudo: finance of the insurance desk need not be an accountant; the invoice is a draft, which accounting posts
        self.env['account.move'].sudo().with_company(self.company_id).create(self._prepare_invoice())
        # sudo: a note on what the method did; without the amount, which not everybody who reads lists may see
        self.sudo().message_post(body=self.env._("Draft of the invoice to the insurer made."))
        return self.action_view_invoices()

    def _invoice_error_message(self):
        """Return why the list cannot be invoiced, or False."""
        _ = self.env._
        if self.state != 'closed':
            return _("%(list)s is not closed yet: what the insurer owes is not fixed.", list=self.display_name)
        if self.currency_id.is_zero(self.settled_commission):
            return _("%(list)s adds up to nothing: there is nothing to invoice.", list=self.display_name)
        invoice = self._get_standing_invoices()[:1]
        if invoice:
            return _("%(list)s is invoiced already: %(invoice)s.", list=self.display_name,
                     invoice=invoice.display_name)
        if not self._get_journal():
            return _("%(store)s has no sales journal. Have accounting set one up, or choose one in the store's"
                     " settings.", store=self.company_id.name)
        return False

    def _get_standing_invoices(self):
        """Return the invoices of the list that are neither cancelled nor taken back by a credit note."""
        # sudo: that there is an invoice is no secret to who may not read it
        return self.env['account.move'].sudo().search([
            ('insurance_settlement_id', 'in', self.ids), ('state', '!=', 'cancel'),
            ('payment_state', '!=', 'reversed'),
        ])

    def _check_no_invoice(self):
        """Refuse to reopen a list that stands on an invoice."""
        invoice = self._get_standing_invoices()[:1]
        if invoice:
            raise UserError(self.env._(
                "%(list)s is invoiced with %(invoice)s: have accounting cancel or reverse it first.",
                list=self.display_name, invoice=invoice.display_name))

    def _get_journal(self):
        """Return the sales journal of the invoices: the store's setting, else its first."""
        company = self.company_id.sudo()  # sudo: settings of the store
        return company.insurance_commission_journal_id or self.env['account.journal'].sudo().search(
            [('company_id', '=', company.id), ('type', '=', 'sale')], limit=1)

    def _prepare_invoice(self):
        """Return the values of the invoice: one line, the commission settled; a tax included in the price stays in."""
        company = self.company_id.sudo()  # sudo: settings of the store
        amount = self.settled_commission
        taxes = company.insurance_commission_tax_id or company.insurance_commission_product_id.taxes_id.filtered(
            lambda tax: tax.company_id == company)
        numbers = self.vendor_numbers
        return {
            'move_type': 'out_invoice' if amount > 0 else 'out_refund', 'company_id': company.id,
            'partner_id': self.insurer_id.id, 'journal_id': self._get_journal().id, 'currency_id': self.currency_id.id,
            'insurance_settlement_id': self.id, 'invoice_origin': self.name, 'ref': numbers or self.name,
            'invoice_line_ids': [fields.Command.create({
                'product_id': company.insurance_commission_product_id.id, 'quantity': 1, 'price_unit': abs(amount),
                'tax_ids': [fields.Command.set(taxes.ids)],
                'name': self.env._("Commission %(period)s, settlement list %(list)s", period=self._get_period_text(),
                                   list=self.name) + (f" ({numbers})" if numbers else ''),
            })],
        }

    def action_view_invoices(self):
        """Open the invoices of the list, for who may read them; others are told how it stands."""
        return self.env['account.move']._get_action_of_insurance(
            self, 'insurance_settlement_id', self.env._("Invoices of %(list)s", list=self.display_name))
