from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ...lib.weeks import local_datetime
from ..common import PNG, DealerInsuranceCase


@tagged('post_install', '-at_install')
class TestRenewalTour(DealerInsuranceCase, HttpCase):
    """From the first call to the signed week, in a browser, each step by who does it."""

    freeze_time = None  # the browser lives in the present

    def setUp(self):
        super().setUp()
        self.store.insurance_review_lag_weeks = '0'  # the week's pages are signed before it ends
        self.supervisor.with_user(self.supervisor).insurance_signature = PNG
        today = local_datetime(fields.Datetime.now(), 'Asia/Shanghai').date()
        vehicle = self.make_vehicle(license_plate="赣Z00001")
        self.case = self.make_case(self.specialist, today + timedelta(days=20), vehicle_id=vehicle.id)

    def test_specialist_loses_a_case_and_the_week_is_signed(self):
        with mute_logger('odoo.http'):  # the refusal that the tour provokes
            self.start_tour('/odoo/my-renewals', 'dealer_insurance_specialist', login=self.specialist.login)
        self.assertEqual(self.case.state, 'lost')
        self.assertEqual(self.case.lost_reason_id.code, 'CLAIM_COMPLAINT')
        lines = self.case.contact_ids
        self.assertEqual(len(lines), 2)
        page = lines.page_id
        self.start_tour('/odoo/insurance-to-sign', 'dealer_insurance_supervisor', login=self.supervisor.login)
        self.assertEqual((page.state, page.signed_by_id), ('signed', self.supervisor))
        with mute_logger('odoo.http'):
            self.start_tour('/odoo/renewal-register', 'dealer_insurance_signed_line', login=self.specialist.login)
        correction = self.case.contact_ids - lines
        self.assertEqual(correction.correction_of_id, lines.filtered(lambda line: line.outcome == 'continue'))
        self.assertTrue(correction.page_id.supplementary)
        self.assertEqual(self.case.state, 'lost')
        self.assertFalse(self.env['insurance.register.page']._check_integrity(page.register_id.ids))
