from odoo.tests import tagged

from .statement_common import StatementFixtureCase


@tagged('post_install', '-at_install')
class TestInsuranceSettlementFixture(StatementFixtureCase):
    """A real month with a real statement: drawn up, checked line by line, closed; the sums fit to the cent."""

    def test_october_with_picc(self):
        statement, truth = self.import_fixture('PICC'), self.truth['workbooks']['PICC']
        action = self.rpc(self.clerk, statement, 'action_make_settlement')
        settlement = self.env['insurance.settlement'].browse(action['res_id'])
        lines = settlement.line_ids
        self.assertEqual(f'{settlement.stated_commission:.2f}', truth['totals']['commission'])
        self.assertFalse([entry for entry, ground, _text in settlement._get_left_out() if ground == 'free'])
        stated = statement.line_ids.filtered(lambda line: line.policy_id and line.result != 'duplicate')
        unmatched = statement.line_ids - stated
        self.assertAlmostEqual(
            settlement.difference, sum(lines.mapped('difference')) + sum(unmatched.mapped('commission')), 2)
        missing = {policy.policy_no for line in lines for policy in line._get_policies()} - {
            policy.policy_no for policy in stated.policy_id}
        self.assertEqual(missing, {row['policy_no'] for row in truth['missing_in_statement']})
        self.check_and_close(settlement, statement)
        self.assertAlmostEqual(settlement.settled_commission, sum(stated.mapped('commission')), 2)
        self.assertEqual((statement.state, settlement.unsigned_count), ('done', 0))

    def check_and_close(self, settlement, statement):
        """Work the list as finance does: accept what differs, sign every line, deal with the rest of the statement."""
        settlement.with_user(self.clerk).action_submit()
        reason = self._get_reason('settlement_difference', 'RATE')
        for line in settlement.line_ids.with_user(self.finance):
            if not line.is_explained:
                line.action_accept_difference(reason)
            line.action_sign()
        with self.refused("lines of the insurer's statement are not dealt with"):
            settlement.with_user(self.finance).action_close()
        for line in statement.line_ids.with_user(self.finance).filtered('is_exception'):
            line.action_accept(reason.id, "looked at")
        settlement.with_user(self.finance).action_close()
