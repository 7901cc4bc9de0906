from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import DealerInsuranceCase


@tagged('post_install', '-at_install')
class TestRenewalContactShare(DealerInsuranceCase):
    """One talk with a company about all of its cars (T19)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = cls.make_owner(is_company=True)
        cls.cases = cls.env['insurance.renewal'].union(*(
            cls.make_case(cls.specialist, vehicle_id=cls.make_vehicle(
                owner_id=cls.make_owner(parent_id=company.id).id).id, expiry=day)
            for day in ('2026-12-20', '2026-12-24', '2026-09-01')
        ))
        cls.company_car = cls.make_case(cls.specialist2, vehicle_id=cls.make_vehicle(owner_id=company.id).id)
        cls.stranger = cls.make_case(cls.specialist)

    def make_wizard(self, user=None, **vals):
        values = {
            'renewal_id': self.cases[0].id, 'content': "The fleet manager asks for one offer for all of the cars",
            'result_id': self._get_reason('contact_result', 'INTERESTED').id, 'next_date': '2026-12-01', **vals,
        }
        return self.env['insurance.renewal.contact.share'].with_user(user or self.specialist).create(values)

    def test_one_line_each_counted_once(self):
        wizard = self.make_wizard()
        self.assertEqual(wizard.renewal_ids, self.cases[1:].sorted('reference_expiry'))
        wizard.action_log()
        first, *others = (case.contact_ids for case in self.cases)
        self.assertFalse(first.shared_with_id)
        self.assertEqual([line.shared_with_id for line in others], [first, first])
        self.assertEqual(self.cases.mapped('state'), ['following'] * 3)
        self.assertEqual([str(case.next_contact_date) for case in self.cases],
                         ['2026-12-01', '2026-12-01', '2026-11-30'])  # the last day of the lapsed case
        self.assertEqual(first.entered_by_id, self.specialist)
        self.assertFalse(self.company_car.contact_ids or self.stranger.contact_ids)

    def test_only_the_chosen_cars(self):
        self.make_wizard(renewal_ids=[Command.set(self.cases[1].ids)]).action_log()
        self.assertEqual(self.cases.mapped('contact_count'), [1, 1, 0])

    def test_no_car_of_somebody_else(self):
        with self.refused("Take it off the list"):
            self.make_wizard(renewal_ids=[Command.set(self.stranger.ids)]).action_log()
        for user in (self.specialist2, self.other_specialist):
            with self.assertRaises(AccessError), mute_logger('odoo.addons.base.models.ir_rule'):
                self.make_wizard(user).action_log()

    def test_not_typed(self):
        line = self.make_contact(self.cases[0])
        other = self.make_contact(self.cases[1])
        with self.assertRaises(AccessError):
            self.rpc(self.specialist, line, 'write', {'shared_with_id': other.id})

    def test_many_cars_are_no_burst(self):
        self.store.insurance_burst_count = 3
        self.make_wizard().action_log()
        lines = self.cases.contact_ids
        self.assertFalse(lines._find_bursts())
        for case in self.cases[:2]:
            self.make_contact(case)
        self.assertTrue(self.cases.contact_ids._find_bursts())

    def test_signed_pages_hold(self):
        """The lines are ordinary ones of the register: signing freezes them, the digest agrees."""
        self.make_wizard().action_log()
        page = self.cases[0].contact_ids.page_id
        with self.at('2026-11-23 09:00'):
            self.sign(page)
        self.assertFalse(page._check_integrity(page.register_id.ids))
