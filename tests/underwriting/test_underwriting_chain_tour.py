from odoo.tests import tagged

from .test_proposal_portal import TWO, ProposalPortalCase


@tagged('post_install', '-at_install')
class TestUnderwritingChainTour(ProposalPortalCase):
    """One sale in a browser from the offer to the archive: consultant, customer, consultant, clerk (R1, R25, R36)."""

    def open(self, proposal):
        return f'/odoo/insurance-proposals/{proposal.id}'

    def hand_over(self):
        """Return a proposal to a customer whose car was just allocated, handed over by its consultant."""
        proposal = self.make_proposal(TWO, sent=False)
        self.start_tour('/odoo/my-insurance-proposals', 'dealer_insurance_chain_hand_over',
                        login=self.consultant.login)
        self.assertRecordValues(proposal, [{'state': 'sent', 'vin': 'LTSZZTDE0TA900002'}])
        return proposal

    def register(self, proposal, plan):
        """Bring the accepted `plan` into the ledger as the consultant and the clerk do, and return the entry."""
        self.assertRecordValues(proposal, [{'state': 'accepted', 'accepted_plan_id': plan.id}])
        self.assertTrue(proposal.signature)
        self.start_tour(self.open(proposal), 'dealer_insurance_chain_to_the_ledger', login=self.consultant.login)
        entry = proposal.sudo().entry_ids
        self.assertRecordValues(entry, [{
            'state': 'draft', 'insurer_id': plan.insurer_id.id, 'applicant_id': self.customer.id,
            'salesperson_id': self.consultant.id, 'commercial_premium': plan.commercial_premium,
            'compulsory_premium': 950, 'vehicle_tax': 360,
        }])
        self.start_tour(self.open(proposal), 'dealer_insurance_chain_register', login=self.clerk.login)
        self.assertRecordValues(entry, [{
            'state': 'registered', 'number': 1, 'registered_by_id': self.clerk.id, 'amount_due': plan.total,
        }])
        self.assertEqual(entry.policy_ids.mapped('policy_no'), ['PDZA202688', 'PDAA202688'])
        return entry

    def assert_filed(self, entry):
        self.assertRecordValues(entry.archive_id, [{
            'vehicle_id': entry.vehicle_id.id, 'partner_id': self.customer.id, 'insurer_id': entry.insurer_id.id,
            'policy_year': entry.start_date.year, 'entry_ids': entry.ids,
        }])

    def test_signed_on_the_customers_page(self):
        proposal = self.hand_over()
        self.start_tour(proposal.sudo().get_portal_url(), 'dealer_insurance_portal_sign')
        self.assertEqual(proposal.signed_by, "Customer One Junior")
        self.assert_filed(self.register(proposal, proposal.plan_ids[0]))

    def test_signed_on_the_stores_screen(self):
        proposal = self.hand_over()
        self.start_tour(self.open(proposal), 'dealer_insurance_chain_sign_on_screen', login=self.consultant.login)
        self.assertEqual(proposal.signed_by, "Customer One")
        self.assert_filed(self.register(proposal, proposal.plan_ids[1]))
