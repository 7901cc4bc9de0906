
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .generate_common import RenewalGenerateCase


@tagged('post_install', '-at_install')
class TestCustomerClass(RenewalGenerateCase):
    """The class is worked out, not typed (domain 6.1)."""

    def test_by_history(self):
        for start, kind, expected in (
            ('2025-12-21', 'new', 'r_new'), ('2025-12-21', 'r_ren', 'r_ren'), ('2025-12-21', 'r_pot', 'r_ren'),
            ('2024-12-21', 'new', 'r_gap'), ('2023-12-21', 'r_ren', 'r_gap'),
        ):
            with self.subTest(start=start, kind=kind):
                entry = self.make_entry(self.prepare_policy('commercial', 3000, start), issue_date=start,
                                        business_type=kind)
                case = self.make_case(vehicle_id=entry.vehicle_id.id)
                self.assertEqual(case.customer_class, expected)

    def test_without_history(self):
        self.assertEqual(self.make_case().customer_class, 'r_pot')
        self.assertEqual(self.make_case(import_digest='x', imported_class='r_new').customer_class, 'r_new')
        self.assertFalse(self.make_case(import_digest='x').customer_class)

    def test_history_before_the_workbook(self):
        entry = self.make_expiring(business_type='r_ren')
        case = self.make_case(vehicle_id=entry.vehicle_id.id, import_digest='x', imported_class='r_pot')
        self.assertEqual(case.customer_class, 'r_ren')

    def test_the_renewing_entry_is_no_history(self):
        case = self.make_case()
        self.make_entry(self.prepare_policy('commercial', 3000, '2026-12-15'), vehicle_id=case.vehicle_id.id)
        self.assertEqual(case.state, 'won')
        self.env['insurance.renewal']._refresh_classes(self.store)
        self.env.add_to_compute(case._fields['customer_class'], case)
        self.assertEqual(case.customer_class, 'r_pot')

    def test_mistakes_are_no_history(self):
        entry = self.make_expiring()
        self.make_follow_up(entry, reason='MISTAKE')
        self.assertEqual(self.make_case(vehicle_id=entry.vehicle_id.id).customer_class, 'r_pot')

    def test_other_store_is_no_history(self):
        clerk = self._make_user('clerk_west', 'group_policy_clerk', self.other_store)
        entry = self.make_expiring(user=clerk, company_id=self.other_store.id)
        self.assertEqual(self.make_case(vehicle_id=entry.vehicle_id.id).customer_class, 'r_pot')

    def test_nobody_types_it(self):
        case = self.make_case(self.specialist)
        for user in (self.specialist, self.supervisor):
            for name, value in (('customer_class', 'r_new'), ('source', 'policy'), ('is_new_owner', True),
                                ('source_entry_id', False), ('customer_group_id', False)):
                with self.subTest(user=user.login, name=name), self.assertRaises(AccessError):
                    self.rpc(user, case, 'write', {name: value})

    def test_group_customer(self):
        company = self.make_owner(is_company=True)
        driver = self.make_owner(parent_id=company.id)
        cases = [self.make_case(vehicle_id=self.make_vehicle(owner_id=owner.id).id) for owner in (company, driver)]
        self.assertEqual([case.customer_group_id for case in cases], [company, company])
        self.assertFalse(self.make_case().customer_group_id)
