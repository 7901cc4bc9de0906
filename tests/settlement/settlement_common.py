from datetime import date

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
