from odoo import fields
from odoo.exceptions import AccessError, UserError

from .common import AccidentCase


class TestAccidentHotline(AccidentCase):
    """What the hotline's screen asks the server (R43, T42, T43)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.car = cls.make_vehicle(license_plate='赣ZK7L82')
        cls.entry = cls.make_entry(
            cls.prepare_policy('compulsory', 950, start='2026-03-01'), cls.prepare_policy(start='2026-03-01'),
            vehicle_id=cls.car.id)

    def call(self, method, *args, user=None):
        return self.rpc(user or self.hotline, self.env['insurance.accident'], method, *args)

    def test_car_by_any_end(self):
        vin = self.car.vin_sn
        for text in ('7L82', 'K7L82', '赣ZK7', 'ZK7L', '赣Z·K7L82', '赣zk7l82', vin, vin[-6:], vin.lower(), vin[:12]):
            cars = self.call('find_cars', text)
            self.assertIn(self.car.id, [car['id'] for car in cars], text)
        for text in ('L82', '', '%%%%', '____', "'; DROP", 'ZZZZZZZZ'):
            self.assertEqual(self.call('find_cars', text), [], text)

    def test_former_plate(self):
        self.car.license_plate = '赣ZK9999'
        self.assertEqual(self.call('find_cars', 'K7L82')[0]['plate'], '赣ZK9999')

    def test_what_is_told_of_the_car(self):
        self.make_accident(plate=self.car.license_plate, user=self.hotline2)
        car, = self.call('find_cars', 'K7L82')
        self.assertEqual(car['phone'], '138****' + self.car.owner_id.phone[-4:])
        self.assertEqual([(policy['product'], policy['insurer_id'], policy['hotline']) for policy in car['policies']],
                         [('compulsory', self.picc.id, '95518'), ('commercial', self.picc.id, '95518')])
        self.assertEqual([card['operator'] for card in car['reports']], ["Hotline2"])
        self.assertEqual(self.call('find_cars', 'K7L82', user=self.leader)[0]['phone'], self.car.owner_id.phone)

    def test_message(self):
        text = "【人保财险】报案号RDAA202636010000012345 车牌赣ZK7L82 出险时间11月18日9时30分"
        read = self.call('read_hotline_message', text)
        self.assertEqual(read['values'], {
            'insurer_id': self.picc.id, 'report_no': 'RDAA202636010000012345', 'plate': '赣ZK7L82',
            'accident_on': '2026-11-18T09:30'})
        self.assertEqual([car['id'] for car in read['cars']], [self.car.id])
        self.assertEqual(len(read['found']), 4)

    def prepare(self, **values):
        return {'client_key': 'k1', 'reported_on': '2026-11-18T09:30', 'accident_on': '2026-11-18T09:10',
                'source_id': self.by_customer.id, 'plate': '赣ZK7L82', 'caller_phone': '13900000001', **values}

    def test_report_is_sent_once(self):
        sent = self.call('register_report', self.prepare())
        again = self.call('register_report', self.prepare())
        self.assertEqual((sent['is_new'], again['is_new'], sent['id'] == again['id']), (True, False, True))
        self.assertEqual(sent['lag'], 30)
        accident = self.env['insurance.accident'].browse(sent['id'])
        self.assertEqual((accident.vehicle_id, accident.reported_on), (self.car, self.utc('2026-11-18 09:30')))
        self.assertEqual(accident.operator_id, self.hotline)

    def test_reported_twice_is_said_at_once(self):
        self.make_accident(plate='赣ZK7L82', user=self.hotline2)
        sent = self.call('register_report', self.prepare())
        self.assertEqual([card['operator'] for card in sent['duplicates']], ["Hotline2"])

    def test_unknown_car(self):
        sent = self.call('register_report', self.prepare(plate='赣Z98765', client_key='k2'))
        accident = self.env['insurance.accident'].browse(sent['id'])
        self.assertFalse(accident.vehicle_id)
        car = self.make_vehicle(license_plate='赣Z98765')
        accident.with_user(self.hotline).vehicle_id = car
        self.assertEqual(accident.partner_id, car.owner_id)

    def test_other_fields_are_refused(self):
        with self.refused("no field of a report"):
            self.call('register_report', self.prepare(state='returned'))
        for user in (self.advisor, self.leader, self.supervisor, self.finance, self.plain):
            with self.assertRaises(AccessError):
                self.call('register_report', self.prepare(), user=user)
        for user in (self.finance, self.plain, self.group_manager, self.consultant):
            with self.assertRaises(AccessError):
                self.call('find_cars', 'K7L82', user=user)

    def test_screen_costs_the_same_for_many(self):
        def count():
            self.env.invalidate_all()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.env['insurance.accident'].with_user(self.hotline).get_hotline()
            return self.env.cr.sql_log_count - before

        self.make_accident()
        count()
        few = count()
        for _time in range(12):
            self.make_accident(source_id=self.by_insurer.id)
        self.assertEqual(count(), few)
        cards = self.call('get_hotline')['open']
        self.assertEqual(len(cards), 13)


class TestAccidentSighting(AccidentCase):
    """A reported car insured elsewhere with one of our insurers is noted for the crossing."""

    def find(self, accident):
        return self.env['insurance.diversion.sighting'].search([
            ('source_model', '=', 'insurance.accident'), ('source_id', '=', accident.id)])

    def test_not_in_our_ledger(self):
        car, ours = self.make_vehicle(), self.make_vehicle()
        self.make_entry(self.prepare_policy(start='2026-01-01'), vehicle_id=ours.id)
        elsewhere = self.make_accident(
            vehicle_id=car.id, insurer_id=self.picc.id, policy_no_commercial='PDAA77777777777')
        here = self.make_accident(vehicle_id=ours.id, insurer_id=self.picc.id)
        stranger = self.make_accident(vehicle_id=car.id, insurer_id=self.cpic.id)
        third = self.make_accident(vehicle_id=car.id, insurer_id=self.picc.id, case_nature='third_party')
        sighting = self.find(elsewhere)
        self.assertEqual((sighting.vehicle_id, sighting.insurer_id, sighting.policy_no),
                         (car, self.picc, 'PDAA77777777777'))
        for accident in (here, stranger, third):
            self.assertFalse(self.find(accident))
        elsewhere.with_user(self.hotline).insurer_id = self.cpic
        self.assertFalse(self.find(elsewhere))
        self.assertEqual(fields.Date.to_string(sighting.seen_on), '2026-11-18')
        with self.assertRaises(UserError):
            sighting.with_user(self.hotline).read(['seen_on'])
