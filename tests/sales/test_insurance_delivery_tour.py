from odoo.tests import HttpCase, tagged

from .delivery_common import DeliveryCase


@tagged('post_install', '-at_install')
class TestDeliveryTour(DeliveryCase, HttpCase):
    """A consultant registers a sale on the phone, in a browser."""

    freeze_time = None  # the browser lives in the present
    browser_size = '390x844'
    touch_enabled = True

    def test_consultant_registers_a_sale(self):
        vehicle = self.make_vehicle(license_plate="赣Z00001")
        self.start_tour('/odoo/my-deliveries', 'dealer_insurance_delivery', login=self.consultant.login)
        delivery = self.env['insurance.delivery'].search([('vehicle_id', '=', vehicle.id)])
        self.assertRecordValues(delivery, [{
            'consultant_id': self.consultant.id, 'state': 'delivered', 'insurance_answer': 'elsewhere',
            'uninsured_reason_id': self.relative.id, 'answered_by_id': self.consultant.id,
        }])
