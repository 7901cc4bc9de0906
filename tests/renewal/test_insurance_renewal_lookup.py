from odoo.exceptions import AccessError

from ..common import DealerInsuranceCase


class TestInsuranceRenewalLookup(DealerInsuranceCase):
    """A caller is found by whatever fragment he gives, within what the role may see (T16, T18)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owner = cls.make_owner(name="王建国", phone='13900001234')
        cls.driver = cls.make_owner(name="李小红", phone='07918600000')
        cls.vehicle = cls.make_vehicle(owner_id=cls.owner.id, license_plate='赣ZP8K66', vin_sn='LTSZZTDE9TA777123')
        cls.vehicle.license_plate = '赣ZH2345'
        cls.case = cls.make_case(cls.specialist, vehicle_id=cls.vehicle.id, contact_id=cls.driver.id)
        cls.foreign = cls.make_case(cls.specialist2)

    def find(self, text, user=None):
        return self.env['insurance.renewal'].with_user(user or self.specialist).search([('lookup', 'ilike', text)])

    def test_fragments(self):
        for text in ('ZH23', 'zh2345', '赣Z·H2345', ' 赣zh2345 ', 'ＺＨ２３４５', 'P8K66', 'TA777123', 'ta777',
                     '1390000123', '139-0000-1234', '001234', '0791-8600000', '王建国', '建国', '李小红'):
            with self.subTest(text=text):
                self.assertEqual(self.find(text), self.case)

    def test_nothing_else(self):
        for text in ('XYZ', '王五', '1380000999', '...', '-'):
            with self.subTest(text=text):
                self.assertFalse(self.find(text))

    def test_own_cases_only(self):
        plate = self.foreign.plate
        self.assertFalse(self.find(plate))
        self.assertEqual(self.find(plate, self.specialist2), self.foreign)
        self.assertEqual(self.find(plate, self.supervisor), self.foreign)
        self.assertFalse(self.find(plate, self.other_supervisor))

    def test_name_search(self):
        Case = self.env['insurance.renewal'].with_user(self.specialist)
        for text in ('ZH23', '777123', '建国'):
            with self.subTest(text=text):
                self.assertEqual([case_id for case_id, _name in Case.name_search(text)], self.case.ids)
        self.assertEqual(self.case.display_name, "赣ZH2345 王建国")

    def test_search_by_phone(self):
        Case = self.env['insurance.renewal'].with_user(self.specialist)
        self.assertEqual(Case.search([('phone', 'ilike', '9000012')]), self.case)
        self.store.flush_recordset()
        self.specialist.group_ids = [(3, self.env.ref('dealer_insurance.group_full_phone').id)]
        masked = self._make_user('masked', 'group_renewal_specialist')
        self.env.ref('dealer_insurance.group_renewal_specialist').implied_ids = [
            (3, self.env.ref('dealer_insurance.group_full_phone').id)]
        self.case.specialist_id = masked
        self.env.invalidate_all()
        self.assertFalse(self.find('13900001234', masked), "no oracle for who sees masked numbers")
        self.assertEqual(self.find('ZH2345', masked), self.case)
        with self.assertRaises(AccessError):
            Case.with_user(masked).search([('phone', 'ilike', '139')])
        self.assertEqual(self.case.with_user(masked).phone_masked, '079****0000')

    def test_phone_of_the_contact_person(self):
        case = self.case.with_user(self.specialist)
        self.assertEqual((case.phone, case.phone_masked), ('07918600000', '079****0000'))
        case.phone = '+86 138 0000 5678'
        self.assertEqual(self.driver.phone, '13800005678')
        self.assertEqual(self.owner.phone, '13900001234')
