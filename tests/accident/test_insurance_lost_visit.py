from datetime import date
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from odoo.exceptions import AccessError, UserError, ValidationError

from .visit_common import LostVisitCase

MIGRATION = Path(__file__).parents[2] / 'migrations' / '19.0.5.0.0' / 'post-visit_reasons.py'


class TestInsuranceLostVisit(LostVisitCase):
    """The register of cars that came and left: the four cases and what follows (R47-R51, domain 2.8)."""

    # === THE CASES === #

    def test_entry(self):
        visit = self.make_visit()
        page = visit.page_id
        self.assertEqual((page.kind, page.custodian_id, page.reviewer_id),
                         ('lost_visit', self.advisor, self.leader))
        self.assertEqual((visit.partner_id, visit.phone), (self.car.owner_id, self.car.owner_id.phone))
        self.assertEqual((visit.handling, visit.state, visit.follow_date), ('track', 'tracking', date(2026, 11, 21)))
        self.assertEqual(visit.close_by, date(2026, 12, 18))

    def test_handling_follows_from_the_reason(self):
        for code, handling, state in (
            ('A_ASK', 'track', 'tracking'), ('A_ASSESS', 'track', 'tracking'), ('B_FRAUD', 'improve', 'improving'),
            ('C_LOWLOSS', 'improve', 'improving'), ('D_SA', 'improve', 'improving'),
            ('E_PARTS', 'improve', 'improving'),
            ('H_TOTAL', 'none', 'recorded'), ('Z_OTHER', 'none', 'recorded'),
        ):
            with self.subTest(code=code):
                visit = self.make_visit(code, user=self.advisor2)
                self.assertEqual((visit.handling, visit.state), (handling, state))

    def test_handling_is_only_raised(self):
        with self.refused("only raised"):
            self.make_visit(handling='improve')
        visit = self.make_visit('E_PARTS')
        with self.refused("next follow-up"):
            visit.with_user(self.advisor).write({'handling': 'track', 'next_date': False})
        visit.with_user(self.advisor).write({'handling': 'track', 'next_date': '2026-11-20'})
        self.assertEqual(visit.state, 'tracking')
        with self.refused("only raised"):
            visit.with_user(self.advisor).write({'handling': 'none'})

    def test_what_is_required(self):
        for code, vals, message in (
            ('A_ASK', {'next_date': False}, "next follow-up"),
            ('A_ASK', {'next_date': '2026-12-19'}, "2026-12-18"),
            ('A_ASK', {'content': "short"}, "at least 10 characters"),
            ('A_ASK', {'phone': '123'}, "phone number"),
            ('A_ASK', {'insurer_id': self.car.owner_id.id}, "insurer from the list"),
            ('A_ASK', {'arrived_on': '2026-11-19 02:00:00'}, "future"),
            ('C_LOWLOSS', {'assessor': False}, "assessor"),
            ('C_LOWLOSS', {'insurer_amount': 0}, "assessment"),
            ('Z_OTHER', {'reason_detail': " "}, "reason in words"),
            ('A_ASK', {'reason_id': self._get_reason('renewal_lost', 'PRICE').id}, "reason from the list"),
        ):
            with self.subTest(code=code, vals=vals), self.refused(message, ValidationError):
                self.make_visit(code, **vals)

    def test_argument_with_the_insurer(self):
        visit = self.make_visit('C_LOWLOSS')
        self.assertEqual(visit.difference, 2700)
        self.assertIn('assessment', [flag['code'] for flag in visit._get_review_flags()[visit.id]])

    def test_insurer_from_the_policy(self):
        entry = self.make_entry(self.prepare_policy(start='2026-11-01'), vehicle_id=self.car.id,
                                insurer_id=self.paic.id)
        values = self.prepare_visit()
        del values['insurer_id']
        visit = self.env['insurance.lost.visit'].with_user(self.advisor).create(values)
        self.assertEqual((visit.insurer_id, visit.is_insured_here), (entry.insurer_id, True))

    # === FOLLOW-UPS === #

    def test_follow_ups(self):
        visit = self.make_visit()
        [reminder] = visit.activity_ids
        self.assertEqual((reminder.user_id, reminder.date_deadline), (self.advisor, date(2026, 11, 21)))
        with self.at('2026-11-21 10:00'):
            self.follow(visit, next_date='2026-11-25')
            self.assertEqual((visit.follow_date, visit.activity_ids.date_deadline),
                             (date(2026, 11, 25), date(2026, 11, 25)))
        with self.at('2026-11-25 10:00'):
            self.follow(visit, 'returned', content="Came with the car, work order 8812")
        self.assertEqual((visit.state, visit.closed_on, visit.follow_date), ('returned', date(2026, 11, 25), False))
        self.assertFalse(visit.activity_ids)
        with self.refused("came back already"):
            self.follow(visit, 'lost')

    def test_outcome_within_thirty_days(self):
        visit = self.make_visit()
        with self.at('2026-12-17 10:00'), self.refused("not later than 2026-12-18"):
            self.follow(visit, next_date='2026-12-19')
        with self.at('2026-12-19 10:00'):
            self.env.invalidate_all()
            self.assertTrue(visit.is_late_outcome and visit.is_overdue)
            found = self.env['insurance.lost.visit'].with_user(self.leader).search([('is_late_outcome', '=', True)])
            self.assertEqual(found.ids, visit.ids)
            with self.refused("outcome was due"):
                self.follow(visit, next_date='2026-12-20')
            self.follow(visit, 'lost')
            self.assertEqual(visit.state, 'lost')
            self.follow(visit, 'returned')  # still a conversion
            self.assertEqual(visit.state, 'returned')

    def test_improvement(self):
        visit = self.make_visit('C_LOWLOSS')
        with self.refused("Still missing"):
            self.sign_visit(visit)
        with self.refused("what is to be improved"):
            self.follow(visit, 'done')
        self.improve(visit)
        [reminder] = visit.activity_ids
        self.assertEqual((reminder.user_id, reminder.date_deadline), (self.leader, date(2026, 11, 30)))
        self.sign_visit(visit)
        self.follow(visit, 'done', user=self.leader, content="Insurer raised the figure for the next ones")
        self.assertEqual((visit.state, visit.closed_on), ('improved', date(2026, 11, 18)))
        with self.refused("not tracked"):
            self.follow(visit, 'lost')

    def test_signed_and_raised_to_track_later(self):
        visit = self.make_visit('C_LOWLOSS')
        self.improve(visit)
        self.sign_visit(visit)
        self.follow(visit, next_date='2026-11-22')
        self.assertEqual((visit.handling, visit.state), ('improve', 'tracking'))

    def test_follow_ups_are_only_added(self):
        contact = self.follow(self.make_visit(), next_date='2026-11-22')
        for user in (self.advisor, self.leader):
            with self.assertRaises(UserError):
                self.rpc(user, contact, 'write', {'content': "Something else"})
            with self.assertRaises(UserError):
                self.rpc(user, contact, 'unlink')
        with self.assertRaises(UserError):
            contact.sudo().unlink()
        with self.assertRaises(AccessError):
            self.rpc(self.advisor, contact.browse(), 'create', {
                'visit_id': contact.visit_id.id, 'content': "In another name", 'user_id': self.leader.id,
                'next_date': '2026-11-23'})

    # === SIGNED === #

    def test_signed_is_frozen(self):
        visit = self.make_visit()
        self.sign_visit(visit)
        for user in (self.advisor, self.leader):
            for vals in ({'content': "He never came at all here"}, {'own_estimate': 1}, {'handling': 'track'},
                         {'improvement': "Nothing"}, {'next_date': '2026-11-22'}):
                with self.subTest(user=user.login, vals=vals), self.assertRaises(UserError):
                    self.rpc(user, visit, 'write', vals)
        self.follow(visit, 'lost')  # what happens later is no change of the line
        self.assertFalse(self.env['insurance.register.page']._check_integrity(visit.register_id.ids))
        self.env.cr.execute("UPDATE insurance_lost_visit SET own_estimate = 1 WHERE id = %s", [visit.id])
        self.assertTrue(self.env['insurance.register.page']._check_integrity(visit.register_id.ids))

    def test_correction(self):
        visit = self.make_visit()
        self.follow(visit, next_date='2026-11-22')
        Visit = self.env['insurance.lost.visit']
        with self.refused("not signed yet"):
            self.rpc(self.advisor, Visit, 'create', self.prepare_visit(correction_of_id=visit.id))
        self.sign_visit(visit)
        with self.assertRaises(AccessError):
            self.rpc(self.advisor2, Visit, 'create', self.prepare_visit(correction_of_id=visit.id))
        action = self.rpc(self.advisor, visit, 'action_correct')
        self.assertEqual(action['context']['default_correction_of_id'], visit.id)
        newer = self.make_visit(correction_of_id=visit.id, own_estimate=7000)
        self.assertTrue(visit.is_superseded)
        self.assertEqual((len(newer.contact_ids), newer.follow_date), (1, date(2026, 11, 22)))
        self.assertFalse(visit.contact_ids or visit.activity_ids)
        with self.refused("was corrected"):
            self.follow(visit, 'lost')

    def test_reasons_of_an_older_database(self):
        about, asked = (self._get_reason('visit_lost', code) for code in ('D_SA', 'C_LOWLOSS'))
        (about | asked).write({'is_about_advisor': False, 'needs_assessment': False})
        self.env.flush_all()
        spec = spec_from_file_location('post_visit_reasons', MIGRATION)
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        module.migrate(self.env.cr, '19.0.4.0.0')
        self.env.invalidate_all()
        self.assertTrue(about.is_about_advisor and asked.needs_assessment)
        self.assertFalse(about.needs_assessment or asked.is_about_advisor)

    # === SCREENS === #

    def test_review_and_print(self):
        visit = self.make_visit('C_LOWLOSS')
        self.follow(visit, next_date='2026-11-22')
        page = visit.page_id.with_user(self.leader)
        [line] = page.get_review_page()['groups'][0]['days'][0]['lines']
        self.assertIn("3,800", str(line['facts']))
        self.assertEqual(len(page.get_review_page()['questions']), 3)
        [sheet] = page._prepare_print_pages()
        text = str(sheet['lines'])
        for words in ("2,700.00", "Assessor Wang", "he still compares"):
            self.assertIn(words, text)

    def test_query_budget(self):
        for _number in range(3):
            self.make_visit(vehicle_id=self.make_vehicle().id)
        specification = {name: {} for name in ('arrived_on', 'plate', 'own_estimate', 'follow_date', 'is_overdue',
                                               'is_late_outcome', 'state', 'close_by')}
        Visit = self.env['insurance.lost.visit'].with_user(self.leader)

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            Visit.web_search_read([], specification)
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        for _number in range(5):
            self.make_visit(vehicle_id=self.make_vehicle().id)
        self.assertEqual(count(), few)
