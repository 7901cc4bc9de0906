from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from ...lib.weeks import local_datetime
from ..common import DealerInsuranceCase


@tagged('post_install', '-at_install')
class TestDayListTour(DealerInsuranceCase, HttpCase):
    """A specialist works through his list of the day, in a browser."""

    freeze_time = None  # the browser lives in the present

    def test_specialist_calls_who_is_due(self):
        today = local_datetime(fields.Datetime.now(), 'Asia/Shanghai').date()
        due, new = (
            self.make_case(self.specialist, today + timedelta(days=20),
                           vehicle_id=self.make_vehicle(license_plate=plate).id)
            for plate in ("赣Z00001", "赣Z00002")
        )
        past = fields.Datetime.now() - timedelta(days=4)
        self.make_contact(due, contact_on=fields.Datetime.to_string(past), next_date=today)
        self.start_tour('/odoo/renewals-today', 'dealer_insurance_day_list', login=self.specialist.login)
        self.assertEqual((len(due.contact_ids), len(new.contact_ids)), (2, 0))
        planned = self.env['insurance.renewal.task'].search([('renewal_id', '=', due.id), ('due_date', '=', today)])
        self.assertEqual((planned.state, planned.is_on_time), ('done', True))
