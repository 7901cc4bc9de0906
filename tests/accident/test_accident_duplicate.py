from odoo.exceptions import UserError

from .common import AccidentCase


class TestAccidentDuplicate(AccidentCase):
    """One accident reported twice counts once, by its earliest report, with both sources kept (T8)."""

    def found(self, accident):
        return self.env['insurance.accident'].with_user(self.leader).browse(accident.id).candidate_ids

    def test_number_of_the_insurer(self):
        one = self.make_accident(report_no='RDAA1', insurer_id=self.picc.id, when='2026-11-17 09:00')
        two = self.make_accident(report_no='RDAA1', insurer_id=self.picc.id, when='2026-11-15 09:00')
        other = self.make_accident(report_no='RDAA1', insurer_id=self.paic.id)
        self.assertEqual(self.found(one), two)
        self.assertFalse(self.found(other))

    def test_plate_and_vin_of_one_car(self):
        """One caller names the plate, the other the VIN; a former plate finds the car, too (T16)."""
        car = self.make_vehicle()
        by_plate = self.make_accident(plate=car.license_plate, when='2026-11-17 09:00')
        by_vin = self.make_accident(plate=False, vin=car.vin_sn, when='2026-11-18 08:00')
        self.assertEqual(by_plate.vehicle_id | by_vin.vehicle_id, car)
        self.assertEqual(self.found(by_plate), by_vin)
        old = car.license_plate
        car.license_plate = '赣Z99998'
        self.assertEqual(self.make_accident(plate=old).vehicle_id, car)

    def test_not_the_same(self):
        """A second accident days later, and one caller with two cars."""
        car, wifes = self.make_vehicle(), self.make_vehicle()
        one = self.make_accident(plate=car.license_plate, when='2026-11-15 09:00')
        later = self.make_accident(plate=car.license_plate, when='2026-11-17 09:00')
        other_car = self.make_accident(plate=wifes.license_plate, when='2026-11-17 09:05')
        for accident in (one, later, other_car):
            self.assertFalse(self.found(accident))

    def test_merge_and_separate(self):
        first = self.make_accident(plate='赣Z70001', when='2026-11-18 08:00', source_id=self.by_insurer.id)
        second = self.make_accident(plate='赣Z70001', when='2026-11-18 09:00', user=self.hotline2)
        self.assertState(first, 'new')
        with self.refused("by the claims team leader"):
            second.with_user(self.hotline2)._merge(first)
        second.with_user(self.leader)._merge(first)
        self.assertEqual((second.duplicate_of_id, second.state, first.state), (first, 'merged', 'following'))
        self.assertEqual(first.contact_minutes, 60)
        self.make_contact(second, 'returned', user=self.hotline2)
        self.assertState(first, 'returned')
        self.assertFalse(self.found(first))
        second.with_user(self.leader).action_split()
        self.assertEqual((first.state, second.state), ('new', 'returned'))
        self.assertEqual(second.contact_ids.mapped('kind'), ['merged', 'returned', 'split'])

    def test_earlier_report_comes_later(self):
        """The earliest report counts, also when it is entered last."""
        second = self.make_accident(plate='赣Z70001', when='2026-11-18 08:00')
        third = self.make_accident(plate='赣Z70001', when='2026-11-18 09:00')
        third.with_user(self.leader)._merge(second)
        first = self.make_accident(plate='赣Z70001', when='2026-11-18 07:00')
        first.with_user(self.leader)._merge(third)
        self.assertEqual((second | third).duplicate_of_id, first)
        with self.refused("already"):
            first.with_user(self.leader)._merge(second)

    def test_two_accidents_are_not_proposed_again(self):
        one = self.make_accident(plate='赣Z70001')
        two = self.make_accident(plate='赣Z70001')
        wizard = self.env['insurance.accident.merge'].with_user(self.hotline).create({
            'accident_id': one.id, 'other_id': two.id})
        wizard.action_propose()
        self.assertEqual(one.activity_ids.user_id, self.leader)
        with self.assertRaises(UserError):
            wizard.action_distinct()
        wizard.with_user(self.leader).sudo(False).action_distinct()
        self.assertFalse(self.found(one) | self.found(two))

    def test_search(self):
        one = self.make_accident(plate='赣Z70001')
        two = self.make_accident(plate='赣Z70001')
        self.make_accident()
        Accident = self.env['insurance.accident'].with_user(self.leader)
        self.assertEqual(Accident.search([('has_duplicates', '=', True)]), one | two)
