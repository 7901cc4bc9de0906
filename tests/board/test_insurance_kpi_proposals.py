from odoo.tests import tagged

from ..underwriting.letter_common import LetterCase
from .sales_common import NOVEMBER, OCTOBER, SalesKpiCase


@tagged('post_install', '-at_install')
class TestInsuranceKpiProposals(SalesKpiCase, LetterCase):
    """What became of the proposals for new cars (K28)."""

    def offer(self, day='2026-10-15', sent=True, **vals):
        """Return a proposal for a new car handed over on `day`."""
        vals.setdefault('partner_id', self.make_owner().id)
        with self.at(f'{day} 10:00'):
            return self.make_proposal(sent=sent, scene='new', **vals)

    def test_won_is_a_policy_from_it(self):
        won, _lost = self.offer(), self.offer()
        self.assertEqual(self.get_values('K28'), (0, 2))
        with self.at('2026-10-16 10:00'):
            self.accept(won)
            won.vehicle_id = self.make_vehicle(license_plate=False, owner_id=won.partner_id.id)
            entry = self.insure(self.make_car(vehicle=won.vehicle_id), day='2026-10-16')
        entry.proposal_id = won
        self.assertEqual(self.get_values('K28'), (1, 2))
        self.assertEqual(self.get_rows('K28', 'numerator'), won)
        self.make_follow_up(entry)
        self.assertEqual(self.get_values('K28'), (0, 2))

    def test_policy_of_the_same_car_wins_for_thirty_days(self):
        for day, expected in (('2026-10-14', 0), ('2026-10-15', 1), ('2026-11-14', 1), ('2026-11-15', 0)):
            with self.subTest(day=day):
                vehicle = self.make_vehicle(license_plate=False)
                proposal = self.offer(vehicle_id=vehicle.id, partner_id=vehicle.owner_id.id)
                self.make_entry(vehicle_id=vehicle.id, issue_date=day)
                self.assertEqual(bool(self.get_rows('K28', 'numerator') & proposal), bool(expected))

    def test_not_handed_over_and_renewals_do_not_count(self):
        self.offer(sent=False)
        with self.at('2026-10-15 10:00'):
            self.make_proposal(scene='renewal', partner_id=self.make_owner().id)
        self.assertIsNone(self.get_values('K28'))

    def test_same_customer_and_car_within_thirty_days_is_one(self):
        customer = self.make_owner()
        first = self.offer('2026-10-01', partner_id=customer.id)
        for day in ('2026-10-15', '2026-11-14'):  # each within 30 days of the one before
            self.offer(day, partner_id=customer.id)
        self.assertEqual((self.get_values('K28'), self.get_values('K28', NOVEMBER)), ((0, 1), None))
        self.assertEqual(self.get_rows('K28', 'denominator'), first)
        with self.at('2026-12-20 10:00'):
            self.make_proposal(scene='new', partner_id=customer.id)
            self.assertEqual(self.get_values('K28', (OCTOBER[0], NOVEMBER[1].replace(month=12, day=31))), (0, 2))

    def test_other_car_of_the_customer_is_another(self):
        customer = self.make_owner()
        cars = [self.make_vehicle(license_plate=False, owner_id=customer.id) for _number in range(2)]
        for car in cars:
            self.offer(vehicle_id=car.id, partner_id=customer.id)
        self.assertEqual(self.get_values('K28'), (0, 2))

    def test_versions_are_one_also_when_the_car_comes_later(self):
        first = self.offer('2026-10-30')
        vehicle = self.make_vehicle(license_plate=False, owner_id=first.partner_id.id)
        with self.at('2026-11-03 10:00'):
            second = first.browse(first.action_new_version()['res_id'])
            second.vehicle_id = vehicle
            second.action_send()
        self.assertEqual((first.state, self.get_values('K28'), self.get_values('K28', NOVEMBER)),
                         ('superseded', (0, 1), None))
        self.make_entry(vehicle_id=vehicle.id, issue_date='2026-11-05')
        self.assertEqual(self.get_values('K28'), (1, 1))

    def test_per_consultant(self):
        self.offer()
        other = self.offer()
        other.sudo().user_id = self.consultant2
        self.assertEqual(self.get_values('K28', by=True), {self.consultant.id: (0, 1), self.consultant2.id: (0, 1)})
        self.assertEqual(self.get_values('K28', by=True, user=self.consultant), {self.consultant.id: (0, 1)})
        self.assertEqual(self.get_rows('K28', 'denominator', user=self.consultant2), other)
