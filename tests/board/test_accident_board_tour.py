from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from ...lib.weeks import local_datetime
from ..accident.visit_common import LostVisitCase
from ..common import PNG


@tagged('post_install', '-at_install')
class TestAccidentBoardTour(LostVisitCase, HttpCase):
    """The claims team leader signs a page of cars that left, and finds them on the board."""

    freeze_time = None  # the browser lives in the present

    def test_leader_signs_and_reads_the_board(self):
        today = local_datetime(fields.Datetime.now(), 'Asia/Shanghai').date()
        day = today - timedelta(days=today.weekday() + 5)
        self.leader.with_user(self.leader).insurance_signature = PNG
        car = self.make_vehicle(license_plate="赣Z00002")
        with self.at(f'{day} 10:00'):
            visit = self.make_visit('H_TOTAL', vehicle_id=car.id).with_env(self.env)
        self.start_tour('/odoo/insurance-review', 'dealer_insurance_accident_board', login=self.leader.login)
        self.assertEqual((visit.page_id.state, visit.page_id.signed_by_id), ('signed', self.leader))
        month = fields.Date.to_string(day.replace(day=1))
        board = self.env['insurance.accident.board'].with_user(self.leader).get_board(self.store.id, month)
        self.assertEqual(board['figures']['K15']['text'], "100.0%")
        with self.at(f'{today} 09:00'):
            self.make_visit('H_TOTAL', vehicle_id=car.id)
        self.start_tour('/odoo/accident-board', 'dealer_insurance_accident_board_figures', login=self.leader.login)


@tagged('post_install', '-at_install')
class TestLostVisitTour(LostVisitCase, HttpCase):
    """A service advisor enters a car that left, at the counter on the phone."""

    freeze_time = None  # the browser lives in the present
    browser_size = '390x844'
    touch_enabled = True

    def test_advisor_enters_a_visit(self):
        car = self.make_vehicle(license_plate="赣Z00099")
        self.start_tour('/odoo/insurance-lost-visit-follow-ups', 'dealer_insurance_lost_visit',
                        login=self.advisor.login)
        visit = self.env['insurance.lost.visit'].search([('vehicle_id', '=', car.id)])
        self.assertRecordValues(visit, [{
            'advisor_id': self.advisor.id, 'state': 'tracking', 'own_estimate': 6500, 'partner_id': car.owner_id.id,
        }])
