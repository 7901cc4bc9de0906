from odoo.exceptions import AccessError, ValidationError

from ..common import DealerInsuranceCase

VIN = 'LSJA24U62JG269225'


class TestFleetVehicle(DealerInsuranceCase):
    """A vehicle is its VIN; plates and owners change and are remembered (invariant 1, T2, T16, T17)."""

    # === VIN === #

    def test_normalised(self):
        for written in ('lsja24u62jg269225', ' LSJA24U62 JG269225 ', 'LSJA-24U62-JG269225',
                        'ＬＳＪＡ２４Ｕ６２ＪＧ２６９２２５', 'LSJA24U62JG269225\n'):
            with self.subTest(written=written):
                vehicle = self.make_vehicle(vin_sn=written)
                self.assertEqual(vehicle.vin_sn, VIN)
                vehicle.vin_sn = False
                vehicle.vin_sn = written
                self.assertEqual(vehicle.vin_sn, VIN)
                vehicle.active = False

    def test_unique_among_active_vehicles(self):
        first = self.make_vehicle(vin_sn=VIN)
        with self.refused(f"Another active vehicle has the VIN {VIN}", ValidationError):
            self.make_vehicle(vin_sn=VIN.lower())
        other = self.make_vehicle()
        with self.refused("Another active vehicle", ValidationError):
            other.with_user(self.supervisor).vin_sn = VIN
        first.active = False
        other.vin_sn = VIN
        with self.refused("Another active vehicle", ValidationError):
            first.active = True

    def test_unique_within_one_batch(self):
        values = {'model_id': self.model.id, 'vin_sn': VIN}
        with self.refused(f"the VIN {VIN}", ValidationError):
            self.env['fleet.vehicle'].with_user(self.supervisor).create([dict(values), dict(values)])

    def test_unique_across_stores(self):
        self.make_vehicle(vin_sn=VIN, company_id=self.other_store.id)
        Vehicle = self.env['fleet.vehicle'].with_user(self.specialist)
        self.assertFalse(Vehicle.search([('vin_sn', '=', VIN)]), "the other store's vehicle is not to be seen")
        with self.refused("Another active vehicle", ValidationError):
            Vehicle.create({'model_id': self.model.id, 'vin_sn': VIN, 'company_id': self.store.id})

    def test_vehicles_without_vin(self):
        self.make_vehicle(vin_sn=False)
        self.make_vehicle(vin_sn=False)
        self.make_vehicle(vin_sn='')

    def test_new_vehicle_with_nothing_typed(self):
        names = ['vin_sn', 'license_plate']
        Vehicle = self.env['fleet.vehicle'].with_user(self.clerk)
        self.assertFalse(Vehicle.default_get(names).get('vin_sn'))
        typed = Vehicle.with_context(default_license_plate=self.make_vin(77).lower()).default_get(names)
        self.assertEqual((typed['vin_sn'], typed['license_plate']), (self.make_vin(77), False))

    def test_malformed_is_refused(self):
        for vin, problem in (('LSJA24U62JG26922', "17 characters"), (VIN + '1', "17 characters"),
                             ('LSJA24U62JG26922O', "no I, O or Q"), ('ISJA24U62JG269225', "no I, O or Q"),
                             ('LSJA24U62JG2692Q5', "no I, O or Q"), ('LSJA24U62JG2692中5', "no I, O or Q")):
            with self.subTest(vin=vin), self.refused(problem, ValidationError):
                self.make_vehicle(vin_sn=vin)

    def test_check_digit_warns(self):
        vehicle = self.make_vehicle(vin_sn='LSJA24U63JG269225')
        self.assertIn("check digit", vehicle.vin_warning)
        vehicle.vin_sn = VIN
        self.assertFalse(vehicle.vin_warning)

    def test_found_by_vin(self):
        vehicle, other = self.make_vehicle(vin_sn=VIN), self.make_vehicle()
        found = self.env['fleet.vehicle'].with_user(self.specialist)._get_by_vin([VIN, other.vin_sn, 'X' * 17])
        self.assertEqual(found, {VIN: vehicle, other.vin_sn: other})

    # === PLATES === #

    def test_plate_is_normalised(self):
        vehicle = self.make_vehicle(license_plate='赣z·ab12 3')
        self.assertEqual(vehicle.license_plate, '赣ZAB123')
        vehicle.license_plate = '未上牌'
        self.assertFalse(vehicle.license_plate)

    def test_plate_rules(self):
        for plate in ('粤A12345', '粤AD12345', '粤A12345D', '京A1234警', '粤Z1234港', '使123456'):
            with self.subTest(plate=plate):
                self.assertEqual(self.make_vehicle(license_plate=plate).license_plate, plate)
        for plate in ('粤AI2345', '粤AO1234', '粤A1234', 'ABC-123', '临A12345'):
            with self.subTest(plate=plate), self.refused("is not a Chinese plate", ValidationError):
                self.make_vehicle(license_plate=plate)
        temporary = self.make_vehicle(license_plate='临A12345', is_plate_temporary=True)
        with self.refused("is not a Chinese plate", ValidationError):
            temporary.is_plate_temporary = False

    def test_former_plates(self):
        vehicle = self.make_vehicle(license_plate='临A12345', is_plate_temporary=True)
        case = self.make_case(self.specialist, vehicle_id=vehicle.id)
        with self.at('2026-11-20 00:30'):
            vehicle.with_user(self.specialist).write({'license_plate': '赣ZB2345', 'is_plate_temporary': False})
        [former] = vehicle.plate_history_ids
        self.assertEqual((former.plate, former.is_temporary, str(former.date_to)), ('临A12345', True, '2026-11-20'))
        vehicle.license_plate = ' 赣z·b2345'
        self.assertEqual(vehicle.plate_history_ids, former, "the same plate, written otherwise")
        with self.at('2026-11-21 10:00'):
            vehicle.license_plate = '赣ZC2345'
        vehicle.invalidate_recordset(['plate_history_ids'])
        self.assertEqual(vehicle.plate_history_ids.mapped('plate'), ['赣ZB2345', '临A12345'])
        self.assertEqual(case.plate, '赣ZC2345')

    def test_two_vehicles_swap_plates(self):
        first, second = self.make_vehicle(license_plate='赣ZB2345'), self.make_vehicle(license_plate='赣ZC2345')
        first.license_plate, second.license_plate = '赣ZC2345', '赣ZB2345'
        self.assertEqual((first.plate_history_ids.plate, second.plate_history_ids.plate), ('赣ZB2345', '赣ZC2345'))

    # === OWNERS === #

    def test_former_owners(self):
        first, second = self.make_owner(), self.make_owner()
        vehicle = self.make_vehicle(owner_id=first.id)
        with self.at('2026-11-20 00:30'):
            vehicle.with_user(self.supervisor).owner_id = second
        [former] = vehicle.owner_history_ids
        self.assertEqual((former.partner_id, str(former.date_to)), (first, '2026-11-20'))
        vehicle.owner_id = second
        self.assertEqual(vehicle.owner_history_ids, former)

    def test_history_writes_itself(self):
        vehicle = self.make_vehicle(license_plate='赣ZB2345')
        vehicle.write({'license_plate': '赣ZC2345', 'owner_id': self.make_owner().id})
        for records in (vehicle.plate_history_ids, vehicle.owner_history_ids):
            for user in (self.specialist, self.supervisor, self.gm, self.administrator):
                for method, args in (('write', ({'date_to': '2020-01-01'},)), ('unlink', ())):
                    with self.subTest(model=records._name, user=user.login), self.assertRaises(AccessError):
                        self.rpc(user, records, method, *args)

    # === WHO === #

    def test_specialist_edits_vehicles_of_own_cases(self):
        own = self.make_case(self.specialist).vehicle_id
        foreign = self.make_case(self.specialist2).vehicle_id
        self.rpc(self.specialist, own, 'write', {'engine_no': 'HR16-123'})
        with self.assertRaises(AccessError):
            self.rpc(self.specialist, foreign, 'write', {'engine_no': 'HR16-123'})
        entered = self.rpc(self.specialist, own.browse(), 'create', {'model_id': self.model.id, 'vin_sn': VIN})
        self.rpc(self.specialist, own.browse(entered), 'write', {'engine_no': 'HR16-124'})

    def test_other_roles_edit_any_vehicle(self):
        vehicle = self.make_vehicle()
        for user in (self.supervisor, self.clerk, self.advisor, self.leader):
            with self.subTest(user=user.login):
                self.rpc(user, vehicle, 'write', {'engine_no': user.login})
        both = self._make_user('both', 'group_renewal_specialist')
        both.group_ids += self.env.ref('dealer_insurance.group_policy_clerk')
        self.rpc(both, vehicle, 'write', {'engine_no': 'BOTH'})
        officer = self._make_user('officer', 'group_renewal_specialist')
        officer.group_ids += self.env.ref('fleet.fleet_group_user')
        self.rpc(officer, vehicle, 'write', {'engine_no': 'OFFICER'})

    def test_count_of_cases(self):
        vehicle = self.make_vehicle()
        self.make_case(self.specialist, vehicle_id=vehicle.id)
        self.make_case(self.specialist2, vehicle_id=vehicle.id, expiry='2027-12-20')
        self.make_case(self.other_specialist, vehicle_id=vehicle.id)
        for user, count in ((self.specialist, 1), (self.supervisor, 2), (self.other_supervisor, 1)):
            with self.subTest(user=user.login):
                vehicle.invalidate_recordset(['renewal_count'])
                self.assertEqual(vehicle.with_user(user).renewal_count, count)
