from dateutil.relativedelta import relativedelta

from odoo.tests import HttpCase, tagged

from .sales_common import SalesKpiCase


@tagged('post_install', '-at_install')
class TestSalesBoardTour(SalesKpiCase, HttpCase):
    """The supervisor opens the board, looks at the cars behind a number, publishes last month and finds it frozen."""

    freeze_time = None  # the browser lives in the present

    def setUp(self):
        super().setUp()
        self.store.write({
            'insurance_rank_minimum': 1,
            'insurance_tz': 'UTC',  # that of the browser, whose month the board opens with
        })
        today = self.store._insurance_today()
        self.day = today.replace(day=1) - relativedelta(days=3)  # of last month
        for consultant, insured in ((self.consultant, True), (self.consultant, True), (self.consultant2, False)):
            car = self.make_car(self.day, consultant)
            car.vehicle_id.license_plate = f'赣Z0000{car.id % 10}'
            if insured:
                self.insure(car, day=self.day)
        self.open = self.make_car(today, self.consultant)

    def test_supervisor_publishes_the_board_of_last_month(self):
        self.start_tour('/odoo/sales-board', 'dealer_insurance_sales_board', login=self.supervisor.login,
                        timeout=180)
        board = self.env['insurance.sales.board'].search([
            ('company_id', '=', self.store.id), ('month', '=', self.day.replace(day=1))])
        self.assertEqual((board.state, board.published_by_id), ('published', self.supervisor))

    def test_consultant_finds_his_place(self):
        self.start_tour('/odoo/sales-board', 'dealer_insurance_sales_board_consultant', login=self.consultant.login)
