"""Confirmed orders of the Sales app register deliveries: tried here, since the addon does not depend on the app."""

from unittest.mock import patch

from odoo import Command
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

VIN = 'LGBH52E00RY000001'


@tagged('post_install', '-at_install')
class TestSaleHook(TransactionCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.store = cls.env['res.company'].create({'name': "Test Store", 'insurance_feeds_from_sale': True})
        cls.env.user.company_ids = [Command.link(cls.store.id)]
        cls.seller = new_test_user(cls.env, 'seller', groups='sales_team.group_sale_salesman', company_id=cls.store.id)
        brand = cls.env['fleet.vehicle.model.brand'].create({'name': "Test Brand"})
        model = cls.env['fleet.vehicle.model'].create({'name': "Test Model", 'brand_id': brand.id})
        cls.vehicle = cls.env['fleet.vehicle'].create({'model_id': model.id, 'vin_sn': VIN, 'company_id': False})
        cls.customer = cls.env['res.partner'].create({'name': "Test Customer"})
        cls.product = cls.env['product.product'].create({'name': "Car", 'type': 'service', 'list_price': 100})

    def confirm(self, *names):
        """Return the deliveries of the car after an order with a line of each of `names` was confirmed by a seller."""
        order = self.env['sale.order'].with_user(self.seller).with_company(self.store).create({
            'partner_id': self.customer.id, 'company_id': self.store.id,
            'order_line': [Command.create({'product_id': self.product.id, 'name': name}) for name in names],
        })
        order.action_confirm()
        self.assertEqual(order.state, 'sale')
        self.order = order
        return self.env['insurance.delivery'].search([('vehicle_id', '=', self.vehicle.id)])

    def test_line_with_vin(self):
        delivery = self.confirm("Floor mats", f"Car, white, VIN {VIN.lower()}, with tow bar")
        self.assertRecordValues(delivery, [{
            'company_id': self.store.id, 'partner_id': self.customer.id, 'consultant_id': self.seller.id,
            'state': 'sold', 'insurance_answer': 'open', 'is_counted': False,
        }])
        self.assertEqual(delivery.business_source_id.code, 'RETAIL')

    def test_once(self):
        first = self.confirm(VIN)
        self.assertEqual(self.confirm(VIN, VIN), first)

    def test_no_car(self):
        self.assertFalse(self.confirm("Floor mats", "LGBH52E00RY00000", f"{VIN}7"))

    def test_switched_off(self):
        self.store.insurance_feeds_from_sale = False
        self.assertFalse(self.confirm(VIN))

    def test_never_stops_the_order(self):
        Delivery = self.env.registry['insurance.delivery']
        with (
            patch.object(Delivery, '_get_line_consultant', side_effect=ValueError("broken")),
            mute_logger('odoo.addons.dealer_insurance.models.sales.insurance_delivery_sale'),
        ):
            self.assertFalse(self.confirm(VIN))
        self.assertIn("by hand", self.order.message_ids[0].body)
