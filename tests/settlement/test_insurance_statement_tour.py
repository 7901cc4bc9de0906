from odoo.tests import HttpCase, tagged

from .statement_common import StatementCase


@tagged('post_install', '-at_install')
class TestInsuranceStatementTour(StatementCase, HttpCase):
    """Finance works the exceptions of a statement by keyboard, in a browser."""

    freeze_time = None  # the browser lives in the present

    def test_exceptions_by_keyboard(self):
        self.rate()
        rows, policies = [], []
        for number in range(3):
            entry = self.make_entry(
                self.prepare_policy(policy_no=f'PDAA20260000000{7 + number}'), issue_date=f'2026-11-{number + 2:02d}')
            policies.append(entry.policy_ids)
            rows.append(self.make_stated_row(entry.policy_ids))
        commission = self.STATED.index("手续费金额")
        rows[0][commission] = 500
        rows.append(rows[1])
        rows[2][self.STATED.index("保单号")] = 'PDAX202600000099'
        rows[2][self.STATED.index("起保日期")] = rows[2][self.STATED.index("签单日期")] = '2026-11-15'
        rows[2][commission] = 566.07
        statement = self.import_statement(*rows)
        self.assertEqual(sorted(statement.line_ids.mapped('result')),
                         ['agreed', 'duplicate', 'not_in_ledger', 'rate_differs'])
        self.start_tour(f'/odoo/insurance-statements/{statement.id}/insurance-exceptions',
                        'dealer_insurance_exceptions_finance', login=self.finance.login)
        lines = {line.row_number: line for line in statement.line_ids}
        self.assertEqual((lines[2].handling, lines[2].handling_note), ('accepted', "Agreed by phone"))
        self.assertEqual(lines[5].handling, 'claimed')
        self.assertEqual((lines[4].policy_id, lines[4].matched_by, lines[4].is_exception),
                         (policies[2], 'hand', False))
        self.assertEqual(statement.exception_count, 0)
