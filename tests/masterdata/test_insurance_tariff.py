from datetime import date

import psycopg2.errors

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import mute_logger

from ..common import DealerInsuranceCase

DAY = date(2026, 11, 18)
SEATS = (
    ('private', 1, 950), ('private', 5, 950), ('private', 6, 1100), ('private', 9, 1100),
    ('company', 5, 1000), ('company', 6, 1130), ('company', 9, 1130), ('company', 10, 1220), ('company', 19, 1220),
    ('company', 20, 1270), ('company', 55, 1270), ('authority', 5, 950), ('authority', 6, 1070),
    ('authority', 9, 1070), ('taxi', 5, 1800),
)  # domain 5.3: (use, seats, basic premium)
FACTORS = {
    ('NM', 'HI', 'QH', 'XZ'): (-0.3, -0.4, -0.5),
    ('SN', 'YN', 'GX'): (-0.25, -0.35, -0.45),
    ('GS', 'JL', 'SX', 'HL', 'XJ'): (-0.2, -0.3, -0.4),
    ('BJ', 'TJ', 'HE', 'NX'): (-0.15, -0.25, -0.35),
    ('JS', 'ZJ', 'AH', 'SH', 'HN', 'HB', 'JX', 'LN', 'HA', 'FJ', 'CQ', 'SD', 'GD', 'SC', 'GZ'): (-0.1, -0.2, -0.3),
}  # domain 5.4: (provinces): (A1, A2, A3)


class TariffCase(DealerInsuranceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Compulsory = cls.env['insurance.tariff.compulsory'].with_user(cls.specialist)
        cls.Tax = cls.env['insurance.tariff.vehicle.tax'].with_user(cls.specialist)

    def state(self, code):
        return self.env.ref(f'base.state_cn_{code}') if code else self.env['res.country.state']


class TestInsuranceTariffCompulsory(TariffCase):
    """Compulsory premium = basic premium × (1 + floating factor), by the tables of the state (domain 5.3, 5.4)."""

    def quote(self, use_type='private', seats=5, history='none', state='JX', day=DAY):
        return self.Compulsory._quote(use_type, seats, history, self.state(state), day)

    def test_basic_premiums(self):
        for use_type, seats, basic in SEATS:
            with self.subTest(use_type=use_type, seats=seats):
                quote = self.quote(use_type, seats)
                self.assertEqual((quote['basic'], quote['amount'], quote['factor']), (basic, basic, 0))

    def test_every_province(self):
        provinces = set()
        for states, factors in FACTORS.items():
            provinces.update(states)
            for state in states:
                for history, factor in zip(('a1', 'a2', 'a3', 'a4', 'a5', 'a6'), (*factors, 0, 0.1, 0.3), strict=True):
                    with self.subTest(state=state, history=history):
                        quote = self.quote(history=history, state=state)
                        self.assertAlmostEqual(quote['factor'], factor)
                        self.assertEqual(quote['amount'], round(950 * (1 + factor), 2))
        # every province of the mainland is in one of the schemes, by name or as everywhere else
        self.assertEqual(len(provinces), 31)

    def test_examples(self):
        for use_type, seats, history, state, amount in (
            ('private', 5, 'a3', 'HI', 475), ('private', 5, 'a3', 'SN', 522.5), ('private', 7, 'a3', 'BJ', 715),
            ('private', 5, 'a1', 'JX', 855), ('private', 7, 'a1', 'SN', 825), ('private', 7, 'a2', 'GX', 715),
            ('company', 12, 'a2', 'XJ', 854), ('company', 8, 'a6', 'GD', 1469), ('private', 5, 'a5', 'XZ', 1045),
        ):
            with self.subTest(use_type=use_type, seats=seats, history=history, state=state):
                self.assertEqual(self.quote(use_type, seats, history, state)['amount'], amount)

    def test_rounded_to_the_cent(self):
        tariff = self.env.ref('dealer_insurance.insurance_tariff_compulsory_2008')
        tariff.line_ids.filtered(lambda line: line.use_type == 'taxi').amount = 1800.05
        self.assertEqual(self.quote('taxi', 5, 'a3', 'XZ')['amount'], 900.03)
        self.assertEqual(self.quote('taxi', 5, 'a1', 'SN')['amount'], 1350.04)

    def test_text_says_how(self):
        text = self.quote(history='a3', state='HI')['text'].replace('\xa0', ' ')
        for part in ("950.00 × (1 − 50 %) = ", "475.00", "Scheme A", "A3", "Basic premiums of 2008", "1 to 5 seats"):
            self.assertIn(part, text)
        self.assertIn("new car", self.quote()['text'])
        self.assertNotIn("×", self.quote()['text'])
        self.assertIn("+ 30 %", self.quote(history='a6')['text'])
        self.assertIn("Not verified", self.quote('taxi')['text'])

    def test_what_is_missing(self):
        for vals, text in (
            ({'use_type': False}, "Enter the use"), ({'seats': 0}, "Enter the use"),
            ({'history': 'a1', 'state': None}, "Enter the province"),
            ({'use_type': 'truck'}, "has no premium for Non-commercial goods with 5 seats"),
            ({'use_type': 'taxi', 'seats': 7}, "with 7 seats"),
            ({'day': date(2008, 1, 31)}, "No tariff of compulsory premiums is valid on 2008-01-31"),
            ({'history': 'a1', 'day': date(2020, 9, 18)}, "No factor of compulsory insurance is valid in"),
        ):
            with self.subTest(vals=vals):
                quote = self.quote(**vals)
                self.assertIs(quote['amount'], False)
                self.assertIn(text, quote['text'])

    def test_no_province_for_a_new_car(self):
        for history in ('none', False):
            self.assertEqual(self.quote(history=history, state=None)['amount'], 950)

    def test_a_new_tariff_from_a_day_on(self):
        old = self.env.ref('dealer_insurance.insurance_tariff_compulsory_2008').with_user(self.supervisor)
        values = {
            'name': "Basic premiums of 2027", 'date_from': '2027-01-01',
            'line_ids': [Command.create({'use_type': 'private', 'seats_from': 1, 'amount': 800})],
        }
        with self.refused("is valid from 2008-02-01. End it first", ValidationError):
            old.create(values)
        old.date_to = '2026-12-31'
        old.create(values)
        self.assertEqual(self.quote(day=date(2026, 12, 31))['amount'], 950)
        self.assertEqual(self.quote(day=date(2027, 1, 1))['amount'], 800)

    def test_new_factors_from_a_day_on(self):
        nationwide = self.env.ref('dealer_insurance.insurance_tariff_factor_2020_e').with_user(self.supervisor)
        nationwide.date_to = '2026-05-31'
        nationwide.copy({'name': "2026", 'date_from': '2026-06-01', 'date_to': False}).line_ids.filtered(
            lambda line: line.history == 'a2'
        ).factor = -0.25
        self.assertEqual(self.quote(history='a2', day=date(2026, 5, 31))['amount'], 760)
        self.assertEqual(self.quote(history='a2', day=date(2026, 6, 1))['amount'], 712.5)
        self.assertEqual(self.quote(history='a2', state='HI', day=date(2026, 6, 1))['amount'], 570)

    def test_one_scheme_per_province(self):
        Factor = self.env['insurance.tariff.factor'].with_user(self.supervisor)
        hainan = self.state('HI')
        with self.refused(f"Scheme A of 2020 is valid from 2020-09-19 for {hainan.name}", ValidationError):
            Factor.create({'name': "Hainan", 'date_from': '2027-01-01', 'state_ids': hainan.ids})
        with self.refused("for everywhere else", ValidationError):
            Factor.create({'name': "All", 'date_from': '2027-01-01'})
        Factor.create({'name': "Before", 'date_from': '2020-01-01', 'date_to': '2020-09-18'})
        with mute_logger('odoo.sql_db'), self.assertRaises(psycopg2.errors.UniqueViolation):
            Factor.search([], limit=1).line_ids.create({
                'tariff_id': Factor.search([], limit=1).id, 'history': 'a1', 'factor': 0,
            })

    def test_lines_do_not_overlap(self):
        tariff = self.env.ref('dealer_insurance.insurance_tariff_compulsory_2008')
        for seats_from, seats_to in ((19, 25), (1, 0), (55, 60), (12, 13)):
            with self.subTest(seats_from=seats_from), self.refused("are for the same cars", ValidationError):
                tariff.line_ids.create({
                    'tariff_id': tariff.id, 'use_type': 'company', 'seats_from': seats_from, 'seats_to': seats_to,
                    'amount': 1,
                })
        tariff.line_ids.create({'tariff_id': tariff.id, 'use_type': 'taxi', 'seats_from': 6, 'amount': 2360})
        self.assertEqual(self.quote('taxi', 7)['amount'], 2360)

    def test_archived_line(self):
        line = self.env.ref('dealer_insurance.insurance_tariff_compulsory_2008_taxi_1')
        line.active = False
        self.assertIs(self.quote('taxi')['amount'], False)


class TestInsuranceTariffVehicleTax(TariffCase):
    """Vehicle tax by displacement, energy and province, and by months for a new car (domain 5.6)."""

    def quote(self, displacement, fuel='gasoline', state='JX', seats=5, day=DAY, months=12):
        return self.Tax._quote(self.state(state), displacement, fuel, seats, day, months)

    def test_bands(self):
        for displacement, amount in ((1.1, 360), (1.6, 360), (1.7, 420), (2.0, 420), (2.1, 900), (2.5, 900),
                                     (2.6, 1800), (3.0, 1800), (3.1, 3000), (4.0, 3000), (4.1, 4500), (6.2, 4500)):
            with self.subTest(displacement=displacement):
                self.assertEqual(self.quote(displacement)['amount'], amount)
                self.assertEqual(self.quote(displacement, 'diesel', state=None)['amount'], amount)

    def test_what_is_missing(self):
        for vals, text in (
            ({'displacement': 0}, "Enter the displacement"), ({'displacement': 0, 'fuel': False}, "displacement"),
            ({'displacement': 1.0}, "No vehicle tax for 1.0 l"), ({'displacement': 2.0, 'seats': 10}, "10 seats"),
            ({'displacement': 2.0, 'day': date(2011, 12, 31)}, "2011-12-31"),
        ):
            with self.subTest(vals=vals):
                quote = self.quote(**vals)
                self.assertIs(quote['amount'], False)
                self.assertIn(text, quote['text'])

    def test_seats(self):
        for seats in (0, 1, 9):
            self.assertEqual(self.quote(2.0, seats=seats)['amount'], 420)

    def test_new_energy(self):
        for fuel, displacement in (('electric', 0), ('hydrogen', 0), ('plug_in_hybrid_gasoline', 1.5),
                                   ('plug_in_hybrid_diesel', 2.0), ('plug_in_hybrid_gasoline', 0)):
            with self.subTest(fuel=fuel):
                quote = self.quote(displacement, fuel)
                self.assertEqual((quote['amount'], type(quote['amount'])), (0, float))
        self.assertIn("not taxed", self.quote(0, 'electric')['text'])
        hybrid = self.quote(1.5, 'full_hybrid')
        self.assertEqual(hybrid['amount'], 360)
        self.assertIn("half of it", hybrid['text'])
        self.assertNotIn("half of it", self.quote(1.5)['text'])

    def test_hybrids_of_their_own(self):
        self.Tax.with_user(self.supervisor).create({
            'energy': 'hybrid', 'displacement_from': 1.0, 'displacement_to': 1.6, 'amount': 180,
            'date_from': '2026-01-01',
        })
        quote = self.quote(1.5, 'full_hybrid')
        self.assertEqual(quote['amount'], 180)
        self.assertNotIn("half of it", quote['text'])
        self.assertEqual(self.quote(1.5)['amount'], 360)
        self.assertEqual(self.quote(1.8, 'full_hybrid')['amount'], 420)

    def test_vehicle_instead_of_fuel(self):
        vehicle = self.make_vehicle(fuel_type='electric')
        self.assertEqual(self.Tax._quote(self.state('JX'), 0, vehicle, 5, DAY)['amount'], 0)
        vehicle.fuel_type = 'gasoline'
        self.assertEqual(self.Tax._quote(self.state('JX'), 2.0, vehicle, 5, DAY)['amount'], 420)

    def test_months(self):
        for acquired, months, amount in (('2026-01-31', 12, 420), ('2026-03-01', 10, 350), ('2026-11-18', 2, 70),
                                         ('2026-12-31', 1, 35)):
            with self.subTest(acquired=acquired):
                self.assertEqual(self.Tax._get_months(date.fromisoformat(acquired)), months)
                self.assertEqual(self.quote(2.0, months=months)['amount'], amount)
        self.assertIn("2 of 12 months", self.quote(2.0, months=2)['text'])
        tariff = self.env.ref('dealer_insurance.insurance_tariff_vehicle_tax_16')
        tariff.amount = 400
        self.assertEqual(self.quote(2.0, months=2)['amount'], 66.67)
        self.assertEqual(self.quote(2.0, months=1)['amount'], 33.33)

    def test_province_before_general(self):
        self.Tax.with_user(self.supervisor).create({
            'state_id': self.state('JX').id, 'displacement_from': 1.6, 'displacement_to': 2.0, 'amount': 480,
            'date_from': '2026-01-01', 'date_to': '2026-12-31',
        })
        self.assertEqual(self.quote(2.0)['amount'], 480)
        self.assertEqual(self.quote(2.0, state='ZJ')['amount'], 420)
        self.assertEqual(self.quote(2.0, day=date(2027, 1, 1))['amount'], 420)
        self.assertEqual(self.quote(2.1)['amount'], 900)
        self.assertIn("the amount collected counts", self.quote(2.0, state='ZJ')['text'])

    def test_bands_do_not_overlap(self):
        values = {'displacement_from': 1.8, 'displacement_to': 2.2, 'amount': 1, 'date_from': '2026-01-01'}
        Tax = self.Tax.with_user(self.supervisor)
        with self.refused("for the same cars", ValidationError):
            Tax.create(values)
        Tax.create(dict(values, state_id=self.state('JX').id))
        Tax.create(dict(values, date_from='2011-01-01', date_to='2011-12-31'))
        with self.refused("for the same cars", ValidationError):
            Tax.create(dict(values, state_id=self.state('JX').id, displacement_from=2.1, displacement_to=0))
        Tax.create(dict(values, state_id=self.state('JX').id, displacement_from=2.2, displacement_to=0))

    def test_who_keeps_tariffs(self):
        records = (
            self.env.ref('dealer_insurance.insurance_tariff_vehicle_tax_16'),
            self.env.ref('dealer_insurance.insurance_tariff_compulsory_2008_private_1'),
            self.env.ref('dealer_insurance.insurance_tariff_factor_2020_e'),
        )
        for record in records:
            for user in (self.specialist, self.consultant, self.clerk, self.finance, self.gm, self.administrator):
                with self.subTest(record=record, user=user.login):
                    self.assertTrue(self.rpc(user, record, 'read', ['note']))
                    with self.assertRaises(AccessError):
                        self.rpc(user, record, 'write', {'note': "Mine"})
            for user in (self.supervisor, self.group_manager):
                self.rpc(user, record, 'write', {'note': "Asked the insurer"})
                with self.assertRaises(AccessError):
                    self.rpc(user, record, 'unlink')
