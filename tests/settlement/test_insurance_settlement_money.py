from odoo.exceptions import AccessError

from .settlement_common import SettlementMoneyCase


class TestInsuranceSettlementMoney(SettlementMoneyCase):
    """From the closed list to the money: invoice, instalments, credit note (K21)."""

    def test_invoice_of_the_commission_settled(self):
        settlement = self.make_closed()
        for role in ('clerk', 'gm', 'supervisor'):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.rpc(getattr(self, role), settlement, 'action_invoice')
        self.assertEqual(settlement.invoice_state, 'none')
        self.rpc(self.finance, settlement, 'action_invoice')
        invoice = settlement.invoice_ids
        self.assertRecordValues(invoice, [{
            'move_type': 'out_invoice', 'state': 'draft', 'partner_id': self.picc.id, 'journal_id': self.journal.id,
            'ref': 'JS-1', 'invoice_origin': settlement.name, 'amount_total': 638, 'amount_tax': 36.11,
        }])
        self.assertIn(f"Commission 2026-11, settlement list {settlement.name} (JS-1)", invoice.invoice_line_ids.name)
        with self.refused("is invoiced already"):
            self.rpc(self.finance, settlement, 'action_invoice')
        with self.refused("have accounting cancel or reverse it first"):
            self.rpc(self.gm, settlement, 'action_reopen', "wrong amount")

    def test_invoices_are_shown_to_who_reads_them(self):
        settlement = self.make_closed()
        self.rpc(self.finance, settlement, 'action_invoice')
        told = self.rpc(self.supervisor, settlement, 'action_view_invoices')
        self.assertEqual((told['tag'], told['params']['message']), ('display_notification', "Invoice in Draft"))
        self.finance.group_ids += self.env.ref('account.group_account_readonly')
        shown = self.rpc(self.finance, settlement, 'action_view_invoices')
        self.assertEqual(self.env['account.move'].search(shown['domain']), settlement.invoice_ids)
        with self.assertRaises(AccessError):
            self.rpc(self.consultant, settlement, 'action_view_invoices')

    def test_not_before_it_is_closed(self):
        self.make_entry()
        settlement = self.make_list(submit=True)
        with self.refused("is not closed yet"):
            self.rpc(self.finance, settlement, 'action_invoice')

    def test_money_in_instalments(self):
        settlement = self.make_closed()
        invoice = self.post_invoice(settlement)
        self.env.invalidate_all()
        self.assertRecordValues(settlement, [{
            'invoice_state': 'open', 'amount_invoiced': 638, 'amount_received': 0, 'amount_open': 638}])
        self.receive(invoice, 400)
        self.assertRecordValues(settlement, [{
            'invoice_state': 'partial', 'amount_invoiced': 638, 'amount_received': 400, 'amount_open': 238}])
        self.assertEqual(self.env['insurance.settlement'].search([('invoice_state', '=', 'partial')]), settlement)
        self.receive(invoice, 238)
        self.assertRecordValues(settlement, [{
            'invoice_state': 'paid', 'amount_invoiced': 638, 'amount_received': 638, 'amount_open': 0}])

    def test_overdue_by_the_stores_day(self):
        settlement = self.make_closed()
        invoice = self.post_invoice(settlement)
        invoice.invoice_date_due = '2026-11-18'
        self.env.invalidate_all()
        self.assertEqual(settlement.days_overdue, 0)
        with self.at('2026-12-28 00:30'):
            self.env.invalidate_all()
            self.assertEqual(settlement.days_overdue, 40)

    def test_reversed_and_invoiced_again(self):
        settlement = self.make_closed()
        invoice = self.post_invoice(settlement)
        credit = invoice._reverse_moves([{'invoice_date': '2026-11-18'}], cancel=True)
        self.env.invalidate_all()
        self.assertFalse(credit.insurance_settlement_id)
        self.assertRecordValues(settlement, [{'invoice_state': 'reversed', 'amount_received': 0, 'amount_invoiced': 0}])
        self.rpc(self.gm, settlement, 'action_reopen', "wrong rate of one line")
        self.close_list(settlement)
        self.rpc(self.finance, settlement, 'action_invoice')
        self.assertEqual(settlement.invoice_ids.sorted('id').mapped('payment_state'), ['reversed', 'not_paid'])

    def test_more_taken_back_than_earned(self):
        entry = self.make_entry(self.prepare_policy(premium=3000, start='2026-12-01'))
        entry.with_user(self.finance).action_sign()
        cancelled = self.make_follow_up(entry)
        settlement = self.make_list(submit=True)
        self.assertEqual(settlement.line_ids.entry_id, cancelled)
        self.sign_lines(settlement.line_ids)
        self.rpc(self.finance, settlement, 'action_settle_without_statement', "They send none")
        self.close_list(settlement)
        self.rpc(self.finance, settlement, 'action_invoice')
        self.assertRecordValues(settlement.invoice_ids, [{'move_type': 'out_refund', 'amount_total': 600}])

    def test_nobody_ties_another_invoice_to_a_list(self):
        settlement = self.make_closed()
        accountant = self._make_user('accountant')
        accountant.group_ids += self.env.ref('account.group_account_manager')
        move = self.env['account.move'].create({
            'move_type': 'out_invoice', 'partner_id': self.picc.id, 'journal_id': self.journal.id})
        with self.assertRaises(AccessError):
            self.rpc(accountant, move, 'write', {'insurance_settlement_id': settlement.id})
        with self.assertRaises(AccessError):
            self.rpc(accountant, move.browse(), 'create', [{'move_type': 'out_invoice', 'partner_id': self.picc.id,
                                                            'insurance_settlement_id': settlement.id}])
