from odoo.tests import HttpCase, tagged

from .settlement_common import SettlementCase


@tagged('post_install', '-at_install')
class TestInsuranceSettlementTour(SettlementCase, HttpCase):
    """A settlement list in a browser: drawn up and submitted by the clerk, checked and closed by finance."""

    freeze_time = None  # the browser lives in the present

    def test_clerk_and_finance(self):
        today = self.store._insurance_today()
        entry, missing = self.make_entry(), self.make_entry()
        settlement = self.make_list(propose=False, date_from=today.replace(day=1), date_to=today)
        self.start_tour(f'/odoo/settlement-lists/{settlement.id}', 'dealer_insurance_settlement_clerk',
                        login=self.clerk.login)
        self.assertRecordValues(settlement, [{'state': 'submitted', 'submitted_by_id': self.clerk.id}])
        self.assertEqual(settlement.line_ids.entry_id, entry | missing)
        self.make_statement(*entry.policy_ids, settlement=settlement, commission=30)
        self.start_tour(f'/odoo/settlement-lists/{settlement.id}', 'dealer_insurance_settlement_finance',
                        login=self.finance.login)
        self.assertRecordValues(settlement.line_ids, [
            {'state': 'signed', 'signed_by_id': self.finance.id, 'accepted_reason_id': self.difference.id},
            {'state': 'carried', 'signed_by_id': False, 'accepted_reason_id': False},
        ])
        self.assertRecordValues(settlement, [{'state': 'closed', 'settled_commission': 630}])
