from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .claim_common import ClaimCase


@tagged('post_install', '-at_install')
class TestInsuranceClaimTour(ClaimCase, HttpCase):
    """A claim in a browser: stage 1 on a telephone, documents, money, check and closing."""

    freeze_time = None  # the browser lives in the present

    @classmethod
    def prepare_claim(cls, **vals):
        moment = fields.Datetime.now() - timedelta(days=2)
        return super().prepare_claim(**{'accident_on': moment, **vals})

    @classmethod
    def compose(cls, claim, *costs, fee=None, **vals):
        super().compose(claim, *costs, fee=fee, **{'sheet_date': claim.dispatched_on, **vals})

    @mute_logger('odoo.http')  # what is missing is refused once
    def test_advisor(self):
        claim = self.make_claim(order_no=False, accident_place=False)
        self.browser_size = '390x844'
        self.start_tour(f'/odoo/insurance-claims/{claim.id}', 'dealer_insurance_claim_advisor',
                        login=self.advisor.login)
        self.assertRecordValues(claim, [{'state': 'dispatched', 'entered_by_id': self.advisor.id}])

    @mute_logger('odoo.http')  # as above
    def test_clerk_finance_leader(self):
        claim = self.settle()
        documents = claim.with_user(self.claims_clerk).document_ids
        invoice = documents.filtered(lambda one: one.type_id.code == 'INVOICE')
        (documents - invoice).is_paper = True
        invoice.sudo().type_sequence = 0
        self.start_tour(f'/odoo/insurance-claims/{claim.id}', 'dealer_insurance_claim_clerk',
                        login=self.claims_clerk.login)
        self.assertRecordValues(claim, [{'state': 'submitted', 'submitted_by_id': self.claims_clerk.id}])
        self.start_tour('/odoo/insurance-claim-receipts', 'dealer_insurance_claim_finance', login=self.finance.login)
        self.assertRecordValues(claim, [{'state': 'paid', 'received_amount': 1000}])
        claim.handed_over_on = claim.dispatched_on
        self.start_tour('/odoo/insurance-claim-check', 'dealer_insurance_claim_leader', login=self.leader.login)
        self.assertRecordValues(claim, [{'state': 'closed', 'closed_by_id': self.leader.id}])
