from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ...lib.weeks import local_datetime
from ..common import DealerInsuranceCase


@tagged('post_install', '-at_install')
class TestLostSummaryTour(DealerInsuranceCase, HttpCase):
    """The summary of last month in a browser: written by the specialist, taken in by the supervisor (R9)."""

    freeze_time = None  # the browser lives in the present

    def test_summary_is_written_and_taken_in(self):
        today = local_datetime(fields.Datetime.now(), 'Asia/Shanghai').date()
        month = today + relativedelta(months=-1, day=1)
        for day in (9, 10):
            case = self.make_case(self.specialist, month + relativedelta(months=1))
            self.make_lost(case, when=f'{month + relativedelta(day=day)} 10:00')
        report = self.env['insurance.renewal.report']._draft(self.store, month)
        self.assertEqual(report.lost_count, 2)
        with mute_logger('odoo.http'):  # the refusal that the tour provokes
            self.start_tour('/odoo/lost-summaries', 'dealer_insurance_lost_summary', login=self.specialist.login)
        self.assertEqual(report.state, 'submitted')
        self.start_tour('/odoo/lost-summaries', 'dealer_insurance_lost_summary_received', login=self.supervisor.login)
        self.assertEqual((report.state, report.received_by_id, report.remark),
                         ('received', self.supervisor, "Bring the quotes on Friday"))
