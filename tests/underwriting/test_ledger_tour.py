from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..common import DealerInsuranceCase


@tagged('post_install', '-at_install')
class TestLedgerTour(DealerInsuranceCase, HttpCase):
    """A row of the ledger in a browser: typed without the mouse, endorsed, signed, frozen."""

    freeze_time = None  # the browser lives in the present

    def open(self, entry):
        return f'/odoo/ledger-entries/{entry.id}'

    def test_clerk_enters_by_keyboard(self):
        self.start_tour('/odoo/ledger-entries', 'dealer_insurance_clerk_enters', login=self.clerk.login)
        entry = self.env['insurance.ledger.entry'].search([('company_id', '=', self.store.id)])
        self.assertRecordValues(entry, [{
            'state': 'registered', 'number': 1, 'plate': "赣A12345", 'premium_total': 4070.55, 'vehicle_tax': 420,
            'registered_by_id': self.clerk.id, 'insurer_id': self.picc.id,
        }])
        self.assertEqual((entry.vin, entry.owner_id.name), ('LTSZZTDE0TA900001', "Zhang San"))
        self.assertEqual(entry.policy_ids.mapped('policy_no'), ['PDZA202699', 'PDAA202699'])

    def test_clerk_endorses(self):
        entry = self.make_entry()
        self.start_tour(self.open(entry), 'dealer_insurance_clerk_endorses', login=self.clerk.login)
        row = entry.follow_up_ids
        self.assertRecordValues(row, [{'entry_type': 'endorsement', 'state': 'registered', 'premium_total': 500}])
        self.assertEqual(row.policy_ids.filtered('premium').endorsement_no, 'PIDA1')

    def test_finance_signs_and_it_is_frozen(self):
        entry = self.make_entry(vehicle_id=self.make_vehicle(license_plate="赣Z00001").id)
        self.start_tour('/odoo/ledger-entries', 'dealer_insurance_finance_signs', login=self.finance.login)
        self.assertEqual((entry.is_signed, entry.signed_by_id), (True, self.finance))
        with mute_logger('odoo.http'):  # the refusal that the tour provokes
            self.start_tour(self.open(entry), 'dealer_insurance_signed_entry', login=self.clerk.login)
        self.assertEqual(entry.commercial_premium, 3000)
