from dateutil.relativedelta import relativedelta

from odoo.tests import HttpCase, tagged

from ..common import DealerInsuranceCase


@tagged('post_install', '-at_install')
class TestRenewalBoardTour(DealerInsuranceCase, HttpCase):
    """The supervisor goes from the board, and from the wall, to the cases that close the gap."""

    freeze_time = None  # the browser lives in the present

    def setUp(self):
        super().setUp()
        first = self.store._insurance_today().replace(day=1)
        middle = first + relativedelta(day=14)
        for specialist, state, plate in (
            (self.specialist, 'new', "赣Z00001"), (self.specialist2, 'quoted', "赣Z00002"),
        ):
            self.make_case(specialist, middle, vehicle_id=self.make_vehicle(license_plate=plate).id, state=state)
        self.env['insurance.renewal.target'].create([
            {'company_id': self.store.id, 'month': first, 'cars': 2},
            {'company_id': self.store.id, 'month': first, 'cars': 1, 'specialist_id': self.specialist2.id},
        ])

    def test_supervisor_goes_from_the_board_to_the_cases_of_the_gap(self):
        self.start_tour('/odoo/renewal-board', 'dealer_insurance_renewal_board', login=self.supervisor.login)
