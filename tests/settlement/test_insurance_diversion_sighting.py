from datetime import date, datetime

from odoo.exceptions import AccessError

from ..common import DealerInsuranceCase


class TestInsuranceDiversionSighting(DealerInsuranceCase):
    """What other rooms note of cars they saw: once for each record, and never in their way."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vehicle = cls.make_vehicle()
        cls.source = cls.make_case(cls.specialist, vehicle_id=cls.vehicle.id)

    def note(self, **vals):
        return self.env['insurance.diversion.sighting']._note_sighting(**{
            'company': self.store, 'vehicle': self.vehicle, 'insurer': self.picc, 'source': self.source, **vals})

    def test_noted_once_for_each_record(self):
        first = self.note(policy_no=' pdaa-2026 3600 0001', start_date='2026-11-01', seen_on=datetime(2026, 11, 17, 20))
        self.assertEqual((first.policy_no, first.start_date, first.issue_date, first.seen_on),
                         ('PDAA202636000001', date(2026, 11, 1), False, date(2026, 11, 18)))
        again = self.note(policy_no='PDAA202636000002', insurer=self.paic, issue_date=date(2026, 10, 30))
        self.assertEqual(again, first)
        self.assertEqual((again.policy_no, again.insurer_id, again.start_date, again.issue_date),
                         ('PDAA202636000002', self.paic, False, date(2026, 10, 30)))
        self.assertEqual(again.source_name, self.source.display_name)

    def test_bad_data_is_left_out(self):
        Vehicle, Partner = self.env['fleet.vehicle'], self.env['res.partner']
        for vals in ({'vehicle': Vehicle}, {'insurer': Partner}, {'source': None}, {'insurer': None},
                     {'source': self.env['insurance.renewal']}, {'vehicle': self.vehicle + self.make_vehicle()}):
            self.assertFalse(self.note(**vals))
        sighting = self.note(start_date='in spring', issue_date=20261101, policy_no='?', seen_on='yesterday')
        self.assertEqual((sighting.start_date, sighting.issue_date), (False, False))
        self.assertEqual(sighting.seen_on, date(2026, 11, 18))

    def test_taken_back_when_the_record_changes(self):
        sighting = self.note()
        self.note(vehicle=self.env['fleet.vehicle'])
        self.assertFalse(sighting.active)
        self.assertEqual(self.note(), sighting)
        self.assertTrue(sighting.active)

    def test_source_opens_with_the_readers_rights(self):
        sighting = self.note()
        self.assertEqual(sighting.with_user(self.gm).action_open_source()['res_id'], self.source.id)
        with self.refused("your role does not read it"):
            sighting.with_user(self.finance).action_open_source()
        with self.assertRaises(AccessError):
            sighting.with_user(self.specialist).action_open_source()
        with self.assertRaises(AccessError):
            self.rpc(self.gm, sighting, 'write', {'policy_no': 'X'})
