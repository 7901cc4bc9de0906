from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError

from .common import AccidentCase


class TestAccident(AccidentCase):
    """A report, its follow-ups, and the car that comes or does not (R38-R46)."""

    def test_line_of_the_book(self):
        accident = self.make_accident()
        self.assertEqual(accident.page_id.kind, 'accident')
        self.assertEqual(accident.register_id.reviewer_id, self.leader)
        self.assertEqual(accident.entered_by_id, self.hotline)
        self.assertState(accident, 'following')
        self.assertEqual(accident.contact_minutes, 0)

    def test_notice_waits_for_a_contact(self):
        accident = self.make_accident(when='2026-11-18 09:30', source_id=self.by_insurer.id)
        self.assertState(accident, 'new')
        self.assertFalse(accident.first_contact_on)
        self.make_contact(accident, 'unreached', when='2026-11-18 09:40', next_action_on=self.utc('2026-11-18 10:10'))
        self.assertState(accident, 'new')
        self.make_contact(accident, 'promised', when='2026-11-18 09:50', promised_on=self.utc('2026-11-19 09:00'))
        self.assertState(accident, 'promised')
        self.assertEqual((accident.contact_minutes, accident.promise_minutes, accident.attempt_count), (20, 20, 2))

    def test_arrival_closes(self):
        vehicle = self.make_vehicle()
        accident = self.make_accident(vehicle_id=vehicle.id, plate=vehicle.license_plate)
        unknown = self.make_accident(plate=vehicle.license_plate)
        other = self.make_accident()
        Accident = self.env['insurance.accident']
        self.assertEqual(Accident._get_open(self.store, vehicle), accident)
        moment = fields.Datetime.now()
        closed = Accident._note_arrival(self.store, vehicle, moment, vehicle)
        self.assertEqual(closed, accident | unknown)
        self.assertEqual(unknown.vehicle_id, vehicle)
        self.assertEqual(accident.mapped('state') + other.mapped('state'), ['returned', 'following'])
        self.assertEqual((accident.contact_ids.record_model, accident.contact_ids.record_id),
                         ('fleet.vehicle', vehicle.id))
        self.assertEqual(Accident._note_arrival(self.store, vehicle, moment, vehicle), closed)
        self.assertEqual(len(accident.contact_ids), 1)

    def test_reason_needs_words(self):
        accident = self.make_accident()
        with self.refused("say in words", ValidationError):
            self.give_up(accident, content=" ")
        with self.refused("enter the reason", ValidationError):
            self.make_contact(accident, 'not_returned')
        self.give_up(accident)
        self.assertState(accident, 'not_returned')
        self.make_contact(accident, 'reopened', next_action_on=fields.Datetime.now() + timedelta(hours=2))
        self.assertState(accident, 'following')
        self.assertFalse(accident.reason_id)

    def test_follow_ups_are_only_added(self):
        accident = self.make_accident()
        contact = self.make_contact(accident)
        for user in (self.hotline, self.leader, self.env.user):
            with self.assertRaises(UserError):  # or an AccessError, which is one
                contact.with_user(user).content = "Other"
        with self.assertRaises(UserError):
            contact.sudo().unlink()
        with self.assertRaises(AccessError):
            accident.with_user(self.hotline).state = 'returned'

    def test_advisor_enters_the_return_only(self):
        accident = self.make_accident()
        with self.refused("the car has come"):
            self.make_contact(accident, 'reached', user=self.advisor)
        self.make_contact(accident, 'returned', user=self.advisor, advisor_id=self.advisor.id)
        self.assertState(accident, 'returned')
        self.assertEqual(accident.advisor_id, self.advisor)

    def test_names_a_car(self):
        with self.refused("names no car", ValidationError):
            self.make_accident(plate=False)
        with self.refused("not a Chinese plate", ValidationError):
            self.make_accident(plate="ABC")
        self.assertEqual(self.make_accident(plate="赣z·12345").plate, "赣Z12345")

    def test_signed_and_returned_later(self):
        """What was signed stays verifiable; the return a week later is added (R45)."""
        with self.at('2026-11-18 10:00'):
            accident = self.make_accident()
            page = accident.page_id
        with self.at('2026-11-23 09:00'):
            self.make_contact(accident, 'promised', promised_on=self.utc('2026-11-26 10:00'))
            self.sign(page, self.leader)
        with self.at('2026-11-27 09:00'):
            with self.refused("was signed by"):
                accident.with_user(self.hotline).place = "Elsewhere"
            self.make_contact(accident, 'returned')
            self.assertState(accident, 'returned')
            self.assertFalse(page._check_integrity(page.register_id.ids))
            self.env.flush_all()
            self.env.cr.execute("UPDATE insurance_accident_contact SET content = 'x' WHERE kind = 'promised'")
            self.env.invalidate_all()
            self.assertEqual(len(page._check_integrity(page.register_id.ids)), 1)
