from odoo.tests import tagged
from odoo.tools import SQL

from ...hooks import pre_init_hook
from ..common import DealerInsuranceCase


@tagged('post_install', '-at_install')
class TestHooks(DealerInsuranceCase):
    """Installing beside a fleet that was kept without our rules."""

    def keep(self, vehicle, vin):
        """Write a VIN as an older fleet may have it, past the rules of this addon."""
        self.env.cr.execute(SQL("UPDATE fleet_vehicle SET vin_sn = %s WHERE id = %s", vin, vehicle.id))

    def test_existing_vins_are_written_the_one_way(self):
        vehicle = self.make_vehicle()
        vin = vehicle.vin_sn
        self.env.flush_all()
        self.keep(vehicle, f" {vin[:5].lower()}-{vin[5:]}")
        pre_init_hook(self.env)
        vehicle.invalidate_recordset()
        self.assertEqual(vehicle.vin_sn, vin)

    def test_shared_vins_are_named(self):
        first, second = self.make_vehicle(), self.make_vehicle()
        self.env.flush_all()
        self.env.cr.execute("DROP INDEX fleet_vehicle_insurance_vin_uniq")
        self.keep(second, first.vin_sn.lower())
        with self.refused(f"{first.vin_sn}: {first.license_plate}, {second.license_plate}"):
            pre_init_hook(self.env)
