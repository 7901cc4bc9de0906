from odoo import fields

from .common import AccidentCase


class TestAccidentClock(AccidentCase):
    """Minutes to the first talk, by night as well; who is told when nobody calls (R38, domain 5.7)."""

    def told(self, accident):
        return sorted(accident.activity_ids.mapped(lambda one: (one.user_id.name, one.activity_type_id.icon)))

    def escalate(self):
        with self.enter_registry_test_mode():
            self.env.ref('dealer_insurance.ir_cron_accident_escalate').method_direct_trigger()
        self.env.invalidate_all()

    def test_leader_then_manager(self):
        with self.at('2026-11-18 03:00'):
            accident = self.make_accident(source_id=self.by_insurer.id)
        for moment, expected in (
            ('2026-11-18 03:14', []), ('2026-11-18 03:16', ["Leader"]), ('2026-11-18 03:40', ["Leader"]),
            ('2026-11-18 03:46', ["Gm", "Leader"]), ('2026-11-18 04:30', ["Gm", "Leader"]),
        ):
            with self.at(moment):
                self.escalate()
                self.assertEqual([name for name, _icon in self.told(accident)], expected, moment)
        with self.at('2026-11-18 04:31'):
            self.escalate()
            self.assertEqual(len(accident.activity_ids), 2)
            self.make_contact(accident, 'promised', promised_on=self.utc('2026-11-19 09:00'))
            self.assertFalse(accident.is_late)
            self.assertEqual(accident.contact_minutes, 91)

    def test_talk_in_time_disturbs_nobody(self):
        with self.at('2026-11-18 03:00'):
            accident = self.make_accident(source_id=self.by_insurer.id)
        with self.at('2026-11-18 03:03'):
            self.make_contact(accident, next_action_on=self.utc('2026-11-18 05:00'))
        with self.at('2026-11-18 04:59'):
            self.escalate()
            self.assertFalse(accident.activity_ids)
        with self.at('2026-11-18 05:01'):
            self.escalate()
            self.assertEqual(accident.activity_ids.user_id, self.leader)
            self.make_contact(accident, 'returned')
            self.assertFalse(accident.activity_ids)

    def test_old_reports_are_the_review_s(self):
        self.make_accident(source_id=self.by_insurer.id, when='2026-11-10 10:00')
        self.escalate()
        self.assertFalse(self.env['insurance.accident'].search([]).activity_ids)

    def test_late_is_found_as_it_is_shown(self):
        reports = self.make_accident(source_id=self.by_insurer.id, when='2026-11-18 09:30')
        reports |= self.make_accident(source_id=self.by_insurer.id, when='2026-11-18 09:50')
        reports |= self.make_accident(when='2026-11-18 09:00')
        reports |= self.give_up(self.make_accident(when='2026-11-17 09:00')).sudo().accident_id
        found = self.env['insurance.accident'].with_user(self.leader).search([('is_late', '=', True)])
        self.assertEqual(found, reports.filtered('is_late').sorted(lambda one: one.reported_on, reverse=True))
        self.assertEqual(len(found), 2)

    def test_classes_of_the_store(self):
        accident = self.make_accident(source_id=self.by_insurer.id, when='2026-11-18 09:50')
        self.assertIsNone(accident._get_response_class())
        self.make_contact(accident, when='2026-11-18 09:54')
        self.assertEqual(accident._get_response_class(), 1)
        self.store.insurance_accident_classes = '1, 2'
        self.assertEqual(accident._get_response_class(), 2)
        with self.refused("growing numbers"):
            self.store.insurance_accident_classes = '5, 3'

    def test_missed_call(self):
        accident = self.make_accident(is_missed_call=True, when='2026-11-18 09:50')
        self.assertState(accident, 'new')
        self.assertFalse(accident.first_contact_on)
        self.assertEqual(accident.call_back_on, self.utc('2026-11-18 10:05'))
        self.assertEqual(accident.next_action_on, accident.call_back_on)
        self.assertEqual(fields.Datetime.now(), self.utc('2026-11-18 10:00'))

    def test_classes_per_operator(self):
        for wait, user in ((2, self.hotline), (4, self.hotline), (16, self.hotline2), (45, self.hotline2)):
            accident = self.make_accident(user=user, source_id=self.by_insurer.id, when='2026-11-18 08:00')
            self.make_contact(accident, user=user, when=f'2026-11-18 08:{wait:02d}')
        self.make_accident(user=self.hotline, source_id=self.by_insurer.id, when='2026-11-18 08:00')
        Response = self.env['insurance.accident.response']

        def classes(user):
            return dict(Response.with_user(user)._read_group([], ['response_class'], ['__count']))

        self.assertEqual(classes(self.leader), {
            '≤ 03 min': 1, '≤ 05 min': 1, '≤ 30 min': 1, '> 30 min': 1, '–': 1})
        self.assertEqual(classes(self.hotline), {'≤ 03 min': 1, '≤ 05 min': 1, '–': 1})
        self.store.insurance_accident_classes = '5, 60'
        self.assertEqual(classes(self.hotline2), {'≤ 60 min': 2})
        self.store.insurance_accident_classes = '5, 120'
        self.assertEqual(classes(self.hotline2), {'≤ 120 min': 2})
