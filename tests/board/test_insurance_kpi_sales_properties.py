import random
from datetime import date, timedelta

from odoo.tests import tagged

from .sales_common import OCTOBER, SalesKpiCase

WORLDS = (3, 17, 2026)  # seeds
CARS = 25


@tagged('post_install', '-at_install')
class TestInsuranceKpiSalesProperties(SalesKpiCase):
    """Whatever happens to cars and policies: no rate exceeds 100 %, and the consultants add up to the store (K1)."""

    def make_plan(self, seed):
        """Return what happens in a world: cars and, per car, what is issued for them and taken back."""
        chance = random.Random(seed)
        plan = []
        for _car in range(CARS):
            day = date(2026, 9, 28) + timedelta(days=chance.randrange(38))
            entries = [{
                'day': min(day + timedelta(days=chance.randrange(-33, 7)), date(2026, 11, 18)),
                'products': chance.sample(['compulsory', 'commercial', 'non_motor'], chance.randint(1, 3)),
                'insurer': chance.choice(['PICC', 'PAIC']), 'is_cancelled': chance.random() < 0.2,
            } for _entry in range(chance.choice([0, 1, 1, 1, 2]))]
            plan.append({
                'day': min(day, date(2026, 11, 18)), 'entries': entries, 'who': chance.randrange(3),
                'source': chance.choice(['RETAIL'] * 5 + ['FLEET', 'SECOND_TIER', 'DEMO']),
                'is_returned': chance.random() < 0.1,
            })
        return plan

    def build(self, plan, cars_first):
        """Make the world of a plan, cars before policies or the other way about; return the vehicles."""
        people = (self.consultant, self.consultant2, self.env['res.users'])
        vehicles = [self.make_vehicle(license_plate=False) for _car in plan]

        def hand_over():
            for car, vehicle in zip(plan, vehicles, strict=True):
                delivery = self.make_car(car['day'], source=car['source'], vehicle=vehicle)
                delivery.consultant_id = people[car['who']]
                if car['is_returned']:
                    delivery.with_user(self.clerk)._take_back(
                        date(2026, 11, 18), self._get_reason('delivery_returned', 'CUSTOMER'))

        def insure():
            for car, vehicle in zip(plan, vehicles, strict=True):
                for entry in car['entries']:
                    made = self.make_entry(
                        *(self.prepare_policy(product, 1000, entry['day']) for product in entry['products']),
                        vehicle_id=vehicle.id, issue_date=entry['day'],
                        insurer_id=self._get_insurer(entry['insurer']).id)
                    if entry['is_cancelled']:
                        self.make_follow_up(made, reason='LOST_CAR')

        for step in (hand_over, insure) if cars_first else (insure, hand_over):
            step()
        return vehicles

    def read(self):
        return {code: (self.get_values(code), self.get_values(code, by=True))
                for code in ('K1', 'K1_any', 'K1_compulsory', 'K2')}

    def expect(self, plan):
        """Work out K1 of October car by car: `{who: [commercial, any, retail cars]}`."""
        people = (self.consultant.id, self.consultant2.id, False)
        counts = {}
        for car in plan:
            if car['is_returned'] or car['source'] in ('SECOND_TIER', 'DEMO') or not (
                OCTOBER[0] <= car['day'] <= OCTOBER[1]):
                continue
            products = {product for entry in car['entries'] for product in entry['products']
                        if not entry['is_cancelled'] and -30 <= (entry['day'] - car['day']).days <= 3}
            row = counts.setdefault(people[car['who']], [0, 0, 0])
            row[0] += 'commercial' in products
            row[1] += bool(products & {'commercial', 'compulsory'})
            row[2] += 1
        return counts

    def test_worlds(self):
        for seed in WORLDS:
            plan = self.make_plan(seed)
            worlds = []
            for cars_first in (True, False):
                savepoint = self.env.cr.savepoint(flush=True)
                self.build(plan, cars_first)
                worlds.append(self.read())
                savepoint.close(rollback=True)
                self.env.invalidate_all()
            with self.subTest(seed=seed):
                self.assertEqual(*worlds)
                self.check_world(worlds[0], self.expect(plan))

    def check_world(self, values, expected):
        store, people = values['K1']
        self.assertGreater(store[1], 5)
        self.assertEqual(people, {who: (row[0], row[2]) for who, row in expected.items()})
        self.assertEqual(values['K1_any'][1], {who: (row[1], row[2]) for who, row in expected.items()})
        for code, (total, by_person) in values.items():
            self.assertEqual([sum(side) for side in zip(*by_person.values(), strict=True)], list(total), code)
            for numerator, denominator in [total, *by_person.values()] if code != 'K2' else ():
                self.assertLessEqual(0, numerator, code)
                self.assertLessEqual(numerator, denominator, code)
        for who, (commercial, _counted) in people.items():
            self.assertEqual(values['K1_any'][1][who][0] - commercial, values['K1_compulsory'][1][who][0])
