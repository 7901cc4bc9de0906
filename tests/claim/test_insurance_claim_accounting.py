from odoo import Command
from odoo.exceptions import AccessError

from .claim_common import ClaimCase


class TestInsuranceClaimAccounting(ClaimCase):
    """Claims in accounting: invoices by finance, receipts booked and reconciled by Odoo; off, nothing is booked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        accounts = cls.env['account.account'].create([
            {'code': code, 'name': name, 'account_type': kind, 'company_ids': [Command.set(cls.store.ids)],
             'reconcile': kind == 'asset_receivable'}
            for code, name, kind in (('112200', "Receivable", 'asset_receivable'), ('605100', "Repairs", 'income'),
                                     ('100200', "Bank", 'asset_cash'), ('222100', "VAT", 'liability_current'))
        ])
        cls.receivable, income, cls.bank, vat = accounts
        cls.env['account.journal'].create([
            {'name': "Claims", 'code': 'CLM', 'type': 'sale', 'company_id': cls.store.id,
             'default_account_id': income.id},
            {'name': "Bank", 'code': 'BNK', 'type': 'bank', 'company_id': cls.store.id,
             'default_account_id': cls.bank.id}])
        (cls.picc | cls.paic).with_company(cls.store).property_account_receivable_id = cls.receivable
        cls.store.account_fiscal_country_id = country = cls.env.ref('base.cn')
        parts = [Command.create({'repartition_type': 'base'}),
                 Command.create({'repartition_type': 'tax', 'account_id': vat.id})]
        cls.store.write({'insurance_claim_accounting': True, 'insurance_claim_tax_id': cls.env['account.tax'].create({
            'name': "VAT 13 %", 'amount': 13, 'type_tax_use': 'sale', 'company_id': cls.store.id,
            'country_id': country.id, 'price_include_override': 'tax_included',
            'tax_group_id': cls.env['account.tax.group'].create({
                'name': "VAT", 'company_id': cls.store.id, 'country_id': country.id}).id,
            'invoice_repartition_line_ids': parts, 'refund_repartition_line_ids': parts,
        }).id})

    def invoice(self, claim, post=True):
        self.rpc(self.finance, claim, 'action_invoice')
        moves = self.env['account.move'].search([('insurance_claim_id', '=', claim.id), ('state', '=', 'draft')])
        moves.invoice_date = '2026-11-18'
        if post:
            moves.action_post()
            self.env.invalidate_all()
        return moves

    def test_invoice_of_what_the_insurer_owes(self):
        claim = self.submit(('own_commercial', 1130), ('own_compulsory', 500), ('customer', 200))
        for role in ('claims_clerk', 'gm', 'leader'):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.rpc(getattr(self, role), claim, 'action_invoice')
        invoice = self.invoice(claim, post=False)
        self.assertRecordValues(invoice, [{
            'move_type': 'out_invoice', 'state': 'draft', 'partner_id': self.picc.id, 'amount_total': 1630,
            'invoice_origin': claim.name}])
        self.assertEqual(claim.invoice_state, 'draft')
        with self.refused("is invoiced already"):
            self.rpc(self.finance, claim, 'action_invoice')

    def test_invoices_are_shown_to_who_reads_them(self):
        claim = self.submit(('own_commercial', 1130))
        self.invoice(claim, post=False)
        told = self.rpc(self.leader, claim, 'action_view_invoices')
        self.assertEqual((told['tag'], told['params']['message']), ('display_notification', "Invoice in Draft"))
        self.finance.group_ids += self.env.ref('account.group_account_readonly')
        shown = self.rpc(self.finance, claim, 'action_view_invoices')
        self.assertEqual(self.env['account.move'].search(shown['domain']), claim.sudo().invoice_ids)
        with self.assertRaises(AccessError):
            self.rpc(self.consultant, claim, 'action_view_invoices')

    def test_receipts_are_booked_and_reconciled(self):
        claim = self.submit(('own_commercial', 1000))
        invoice = self.invoice(claim)
        self.receive(self.picc, 400, (claim, 400))
        self.env.invalidate_all()
        self.assertEqual((invoice.amount_residual, claim.invoice_state, claim.state), (600, 'partial', 'partial'))
        receipt = self.receive(self.picc, 600, (claim, 600))
        self.env.invalidate_all()
        self.assertEqual((invoice.amount_residual, claim.invoice_state, claim.state), (0, 'paid', 'paid'))
        booked = receipt.sudo().line_ids.move_line_id
        self.assertEqual(sum(booked.move_id.line_ids.filtered(
            lambda line: line.account_id == self.bank).mapped('balance')), 600)

    def test_one_receipt_over_several_claims(self):
        claims = [self.submit(('own_commercial', amount)) for amount in (300, 500)]
        invoices = [self.invoice(claim) for claim in claims]
        receipt = self.receive(self.picc, 1000, (claims[0], 300), (claims[1], 450))
        self.env.invalidate_all()
        self.assertEqual([invoice.amount_residual for invoice in invoices], [0, 50])
        self.assertEqual(len(receipt.sudo().line_ids.move_line_id.move_id), 1)

    def test_money_before_the_invoice(self):
        claim = self.submit(('own_commercial', 1000))
        self.pay(claim)
        invoice = self.invoice(claim)
        self.assertEqual((invoice.amount_residual, claim.invoice_state), (0, 'paid'))

    def test_reversal_is_booked_back(self):
        claim = self.submit(('own_commercial', 1000))
        invoice = self.invoice(claim)
        receipt = self.receive(self.picc, 1000, (claim, 1000))
        receipt.with_user(self.finance).action_reverse("Entered twice")
        self.env.invalidate_all()
        self.assertEqual((invoice.amount_residual, claim.state), (1000, 'submitted'))
        balance = self.env['account.move.line']._read_group(
            [('account_id', '=', self.bank.id), ('parent_state', '=', 'posted')], [], ['balance:sum'])
        self.assertEqual(balance, [(0.0,)])

    def test_without_it_the_ledger_stands_alone(self):
        self.store.insurance_claim_accounting = False
        claim = self.submit(('own_commercial', 1000))
        with self.refused("does not keep claims in accounting"):
            self.rpc(self.finance, claim, 'action_invoice')
        self.pay(claim)
        self.assertEqual(claim.state, 'paid')
        self.assertFalse(claim.sudo().receipt_line_ids.move_line_id)

    def test_nobody_ties_another_invoice_to_a_claim(self):
        claim = self.submit(('own_commercial', 1000))
        accountant = self._make_user('accountant')
        accountant.group_ids += self.env.ref('account.group_account_manager')
        move = self.env['account.move'].create({'move_type': 'out_invoice', 'partner_id': self.picc.id,
                                                'company_id': self.store.id})
        with self.assertRaises(AccessError):
            self.rpc(accountant, move, 'write', {'insurance_claim_id': claim.id})

    def test_revised_after_the_invoice(self):
        """What was invoiced is what is owed before the case is closed: the rest is invoiced beside the first."""
        claim = self.submit(('own_commercial', 1000))
        invoice = self.invoice(claim)
        claim.action_revise("More parts were needed")
        claim.write({'labour_fee': 1200, 'handed_over_on': '2026-11-18'})
        claim.cost_ids.amount = 1200
        claim.action_settle()
        self.pay(claim)
        with self.refused("is invoiced .*1,000.00 but owes .*1,200.00"):
            self.close(claim)
        rest = self.invoice(claim)
        self.assertEqual((rest.amount_total, invoice.amount_residual, rest.amount_residual), (200, 0, 0))
        with self.refused("is invoiced already"):
            self.rpc(self.finance, claim, 'action_invoice')
        self.close(claim)
        self.assertEqual(claim.state, 'closed')

    def test_what_accounting_lacks_is_said(self):
        claim = self.submit(('own_commercial', 1000))
        receipt = self.receive(self.picc, 1000, (claim, 1000), post=False)
        journal = self.env['account.journal'].search([('company_id', '=', self.store.id), ('type', '=', 'bank')])
        journal.active = False
        with self.refused("has no bank journal"):
            receipt.action_post()
        self.assertEqual((receipt.state, claim.state), ('draft', 'submitted'))
        journal.active = True
        self.store.sudo().fiscalyear_lock_date = '2026-11-30'
        receipt.action_post()
        self.assertEqual(claim.state, 'paid')
        self.assertGreater(str(receipt.sudo().line_ids.move_line_id.date), '2026-11-30')  # the next open day
