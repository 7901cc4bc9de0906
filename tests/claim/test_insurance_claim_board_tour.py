from datetime import timedelta

from odoo import Command
from odoo.tests import HttpCase, tagged

from .claim_common import ClaimCase


@tagged('post_install', '-at_install')
class TestInsuranceClaimBoardTour(ClaimCase, HttpCase):
    """The leader sees on the board that an insurer is late, looks at what it owes, and duns it."""

    freeze_time = None  # the browser lives in the present

    def setUp(self):
        super().setUp()
        today = self.store._insurance_today()
        claim = self.make_claim(dispatched_on=today - timedelta(days=20), insurer_id=self.picc.id,
                                accident_on=f'{today - timedelta(days=21)} 02:00:00')
        claim.action_dispatch()
        claim.write({'assessment_ids': [Command.create({'labour': 400, 'parts': 600,
                                                     'assessed_on': today - timedelta(days=20)})]})
        claim.action_repaired()
        self.compose(claim, ('own_commercial', 700, self.picc.id), ('own_compulsory', 300, self.picc.id),
                     sheet_date=today)
        claim.action_settle()
        self.tick_documents(claim)
        claim.with_user(self.claims_clerk).action_submit()
        claim.sudo().write({'submitted_on': today - timedelta(days=9)})  # sudo: what the button stamps, days ago
        self.claim = claim

    def test_leader_duns_an_insurer(self):
        month = self.store._insurance_today().replace(day=1)
        self.assertEqual(self.env['insurance.claim.board'].with_user(self.leader).get_board(
            self.store.id, str(month))['late']['claims'], 1)
        self.start_tour('/odoo/claim-board', 'dealer_insurance_claim_board', login=self.leader.login, timeout=180)
        self.assertTrue(self.claim.dunned_on)
