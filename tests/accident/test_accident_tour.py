from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from ...lib.weeks import local_datetime
from ..common import PNG
from .common import AccidentCase


class AccidentTourCase(AccidentCase, HttpCase):
    """A car of ours, with policies in force; the browser lives in the present."""

    freeze_time = None

    def setUp(self):
        super().setUp()
        today = local_datetime(fields.Datetime.now(), 'Asia/Shanghai').date()
        self.monday = today - timedelta(days=today.weekday() + 7)
        self.car = self.make_vehicle(license_plate='赣ZK7L82')
        start = fields.Date.to_string(today - timedelta(days=60))
        self.make_entry(self.prepare_policy('compulsory', 950, start=start), self.prepare_policy(start=start),
                        vehicle_id=self.car.id)


@tagged('post_install', '-at_install')
class TestHotlineTour(AccidentTourCase):
    """An operator with one hand, on a phone, partly without a signal (T42, T43)."""

    browser_size = '390x844'

    def test_reports_on_the_phone(self):
        self.start_tour('/odoo/hotline', 'dealer_insurance_hotline', login=self.hotline.login)
        reports = self.env['insurance.accident'].search([('company_id', '=', self.store.id)], order='id')
        self.assertEqual(reports.vehicle_id, self.car)
        self.assertEqual((reports[0].is_injury, reports[0].needs_tow, reports[0].is_drivable), (True, True, False))
        self.assertEqual(reports[0].insurer_id, self.picc)
        self.assertEqual((reports[1].report_no, reports[1].source_id), ('RDAA202636010000012345', self.by_insurer))
        self.assertEqual(len(reports), 2)
        self.assertIn('promised', reports.mapped('state'))


@tagged('post_install', '-at_install')
class TestAccidentDeskTour(AccidentTourCase):
    """The advisor marks a return, the leader signs a page."""

    def test_advisor_marks_the_return(self):
        accident = self.make_accident(vehicle_id=self.car.id, plate=self.car.license_plate)
        self.start_tour('/odoo/insurance-accidents', 'dealer_insurance_accident_return', login=self.advisor.login)
        self.assertEqual((accident.state, accident.advisor_id), ('returned', self.advisor))

    def test_leader_signs(self):
        self.leader.with_user(self.leader).insurance_signature = PNG
        with self.at(f'{self.monday} 21:40'):
            accident = self.make_accident(vehicle_id=self.car.id, plate=self.car.license_plate).with_env(self.env)
            self.give_up(accident, content="The insurer's surveyor took it to a partner shop")
        self.start_tour('/odoo/insurance-review', 'dealer_insurance_accident_review', login=self.leader.login)
        self.assertEqual(accident.page_id.signed_by_id, self.leader)
