from datetime import date

from odoo import Command, fields

from ..common import DealerInsuranceCase


class SettlementCase(DealerInsuranceCase):
    """November's settlement with PICC: a rate card, some entries, the clerk's list and the insurer's statement."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_rate_card({'product': 'commercial', 'rate': 0.2}, {'product': 'compulsory', 'rate': 0.04})
        cls.difference = cls._get_reason('settlement_difference', 'RATE')

    @classmethod
    def make_list(cls, propose=True, submit=False, **vals):
        """Return the clerk's list for PICC and November, in the superuser's env."""
        settlement = cls.env['insurance.settlement'].with_user(cls.clerk).create({
            'insurer_id': cls.picc.id, 'date_from': '2026-11-01', 'date_to': '2026-11-30', **vals,
        })
        if propose:
            settlement.action_propose()
        if submit:
            settlement.action_submit()
        return cls.env[settlement._name].browse(settlement.id)

    @classmethod
    def make_statement(cls, *policies, settlement=None, **changes):
        """Return a statement of PICC that states the policies as our ledger has them, attached to the list.

        :param changes: `{field of the line: amount}` for the first policy
        """
        statement = cls.env['insurance.statement'].create({
            'company_id': cls.store.id, 'insurer_id': cls.picc.id, 'name': "结算清单.xlsx", 'vendor_number': 'JS-1',
            'date_from': date(2026, 11, 1), 'date_to': date(2026, 11, 30),
        })
        lines = []
        for number, policy in enumerate(policies, 1):
            cls._serial += 1
            kind = {'policy': 'original'}.get(policy.entry_type, policy.entry_type)
            lines.append({
                'statement_id': statement.id, 'row_number': number, 'kind': kind, 'product': policy.product,
                'policy_no': policy.policy_no, 'policy_key': policy.policy_no, 'vin': policy.vehicle_id.vin_sn,
                'endorsement_no': policy.endorsement_no, 'issue_date': policy.entry_id.issue_date,
                'start_date': policy.start_date, 'premium': policy.premium, 'rate': policy.commission_rate,
                'commission': policy.commission, 'fingerprint': f'test {cls._serial}',
                **(changes if number == 1 else {}),
            })
        lines = cls.env['insurance.statement.line'].create(lines)
        statement.write({
            'stated_premium': sum(lines.mapped('premium')), 'stated_commission': sum(lines.mapped('commission')),
            'line_count': len(lines),
        })
        statement._match(cls.store, cls.picc)
        if settlement:
            statement._attach_to(settlement)
        cls.env.invalidate_all()
        return statement

    def sign_lines(self, lines, user=None):
        for line in lines:
            self.rpc(user or self.finance, line, 'action_sign')

    def close_list(self, settlement):
        self.rpc(self.finance, settlement, 'action_close')


class SettlementMoneyCase(SettlementCase):
    """The store's books: a journal for commissions, one for the bank, a tax that is included in the price."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        accounts = cls.env['account.account'].create([
            {'code': code, 'name': name, 'account_type': kind, 'company_ids': [Command.set(cls.store.ids)],
             'reconcile': kind == 'asset_receivable'}
            for code, name, kind in (('112200', "Receivable", 'asset_receivable'), ('605100', "Commission", 'income'),
                                     ('100200', "Bank", 'asset_cash'), ('222100', "VAT", 'liability_current'))
        ])
        cls.receivable, cls.income, cls.bank, vat = accounts
        cls.journal, cls.bank_journal = cls.env['account.journal'].create([
            {'name': "Commission", 'code': 'COM', 'type': 'sale', 'company_id': cls.store.id,
             'default_account_id': cls.income.id},
            {'name': "Misc", 'code': 'MSC', 'type': 'general', 'company_id': cls.store.id},
        ])
        cls.picc.with_company(cls.store).property_account_receivable_id = cls.receivable
        cls.store.account_fiscal_country_id = cls.env.ref('base.cn')
        cls.tax = cls.env['account.tax'].create({
            'name': "VAT 6 %", 'amount': 6, 'type_tax_use': 'sale', 'company_id': cls.store.id,
            'country_id': cls.env.ref('base.cn').id, 'price_include_override': 'tax_included',
            'tax_group_id': cls.env['account.tax.group'].create({
                'name': "VAT", 'company_id': cls.store.id, 'country_id': cls.env.ref('base.cn').id}).id,
            'invoice_repartition_line_ids': [
                Command.create({'repartition_type': 'base'}),
                Command.create({'repartition_type': 'tax', 'account_id': vat.id})],
            'refund_repartition_line_ids': [
                Command.create({'repartition_type': 'base'}),
                Command.create({'repartition_type': 'tax', 'account_id': vat.id})],
        })
        cls.store.write({'insurance_commission_journal_id': cls.journal.id, 'insurance_commission_tax_id': cls.tax.id})

    def make_closed(self, *entries):
        """Return a closed list of the entries (by default one, 638 of commission)."""
        entries or self.make_entry()
        settlement = self.make_list(submit=True)
        self.sign_lines(settlement.line_ids)
        self.make_statement(*settlement.line_ids.entry_id.policy_ids, settlement=settlement)
        self.close_list(settlement)
        return settlement

    def post_invoice(self, settlement):
        settlement.with_user(self.finance).action_invoice()
        invoice = settlement.invoice_ids
        invoice.invoice_date = fields.Date.to_date('2026-11-18')
        invoice.action_post()
        return invoice

    def receive(self, invoice, amount):
        """Book money of the insurer and reconcile it with the invoice."""
        move = self.env['account.move'].create({
            'journal_id': self.bank_journal.id, 'date': '2026-11-18', 'line_ids': [
                Command.create({'account_id': self.bank.id, 'debit': amount}),
                Command.create({'account_id': self.receivable.id, 'credit': amount, 'partner_id': self.picc.id}),
            ],
        })
        move.action_post()
        (invoice.line_ids | move.line_ids).filtered(
            lambda line: line.account_id == self.receivable and not line.reconciled).reconcile()
        self.env.invalidate_all()
