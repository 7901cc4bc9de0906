from datetime import date

import psycopg2.errors

from odoo import Command
from odoo.tools import SQL, mute_logger

from ..common import DealerInsuranceCase


class TestRegisterPagePlacing(DealerInsuranceCase):
    """Lines find their page: by the week of the store, 20 to a page, in the book of who enters them (8.1, T1, T13)."""

    def week(self, contact):
        return contact.page_id.iso_year, contact.page_id.iso_week

    def log(self, count, when='2026-11-16 10:00', user=None):
        """Log `count` contacts in one go, as an import would."""
        user = user or self.specialist
        case = self.make_case(user)
        return self.env['insurance.renewal.contact'].with_user(user).create([
            self.prepare_contact(case, when) for _number in range(count)
        ])

    # === WEEKS === #

    def test_week_is_cut_in_store_time(self):
        case = self.make_case(self.specialist)
        with self.at('2026-11-23 08:00'):
            sunday = self.make_contact(case, when='2026-11-22 23:30')  # 15:30 UTC
            monday = self.make_contact(case, when='2026-11-23 00:30')  # still Sunday 16:30 in UTC
        self.assertEqual(self.week(sunday), (2026, 47))
        self.assertEqual(self.week(monday), (2026, 48))
        self.assertEqual(monday.page_id.week_start, date(2026, 11, 23))

    def test_week_follows_the_store_not_the_user(self):
        self.store.insurance_tz = 'Europe/Lisbon'
        case = self.make_case(self.specialist)
        with self.at('2026-11-23 08:00'):
            contact = self.make_contact(case, when='2026-11-23 00:30')  # Monday in Shanghai, Sunday in Lisbon
        self.assertEqual(self.week(contact), (2026, 47))

    def test_weeks_at_the_turn_of_the_year(self):
        with self.at('2027-01-04 18:00'):
            case = self.make_case(self.specialist, expiry='2027-02-20')
            last = self.make_contact(case, when='2027-01-03 23:59')
            first = self.make_contact(case, when='2027-01-04 00:00')
        self.assertEqual(self.week(last), (2026, 53))
        self.assertEqual(self.week(first), (2027, 1))
        self.assertEqual(last.register_id.year, 2027)  # entered in the new year, no book of 2026 was open
        self.assertEqual(first.register_id, last.register_id)

    def test_new_year_opens_a_new_book(self):
        with self.at('2026-12-30 10:00'):
            case = self.make_case(self.specialist, expiry='2027-02-20')
            old = self.make_contact(case)
        with self.at('2027-01-04 18:00'):
            late = self.make_contact(case, when='2027-01-03 12:00')
            new = self.make_contact(case)
        self.assertEqual((old.register_id.year, new.register_id.year), (2026, 2027))
        self.assertEqual(late.page_id, old.page_id)  # week 53 belongs to the old book

    def test_contact_keeps_its_week(self):
        contact = self.make_contact(self.make_case(self.specialist), when='2026-11-17 09:00')
        contact.contact_on = self.utc('2026-11-16 09:00')
        with self.refused("another week"):
            contact.contact_on = self.utc('2026-11-15 23:59')

    # === PAGES === #

    def test_twenty_lines_to_a_page(self):
        contacts = self.log(20)
        page = contacts.page_id
        self.assertEqual(len(page), 1)
        self.assertEqual(sorted(contacts.mapped('line_no')), list(range(1, 21)))
        following = self.log(1)
        self.assertEqual((following.page_id.page_no, following.line_no), (page.page_no + 1, 1))
        self.assertEqual(following.page_id.iso_week, page.iso_week)
        self.assertFalse(following.page_id.supplementary)

    def test_batch_spills_over_pages(self):
        self.store.insurance_page_lines = 4
        self.log(3)
        contacts = self.log(10)
        places = sorted((contact.page_id.page_no, contact.line_no) for contact in contacts)
        self.assertEqual(places, [(1, 4)] + [(2, n) for n in range(1, 5)] + [(3, n) for n in range(1, 5)] + [(4, 1)])

    def test_line_count(self):
        contacts = self.log(3)
        self.assertEqual(contacts.page_id.line_count, 3)

    def test_pages_are_numbered_through_the_book(self):
        first = self.log(1, '2026-11-16 10:00')
        earlier = self.log(1, '2026-11-10 10:00')
        self.assertEqual((first.page_id.page_no, earlier.page_id.page_no), (1, 2))
        other = self.log(1, user=self.specialist2)
        self.assertEqual(other.page_id.page_no, 1)

    def test_lines_follow_the_clock_within_a_batch(self):
        case = self.make_case(self.specialist)
        contacts = self.env['insurance.renewal.contact'].with_user(self.specialist).create([
            self.prepare_contact(case, when) for when in ('2026-11-17 15:00', '2026-11-16 09:00', '2026-11-17 09:00')
        ])
        self.assertEqual(contacts.mapped('line_no'), [3, 1, 2])

    def test_supplementary_page_only_after_the_week_is_signed(self):
        contact = self.make_contact(self.make_case(self.specialist), when='2026-11-16 10:00')
        with self.at('2026-11-24 09:00'):
            late = self.make_contact(self.make_case(self.specialist), when='2026-11-16 11:00')
            self.assertEqual(late.page_id, contact.page_id)
            self.sign(contact.page_id)
            later = self.make_contact(self.make_case(self.specialist), when='2026-11-16 12:00')
        self.assertTrue(later.page_id.supplementary)
        self.assertTrue(later.is_supplementary)
        self.assertEqual((later.page_id.iso_week, later.page_id.page_no), (47, 2))
        self.assertEqual(later.page_id.deadline, date(2026, 12, 6))  # its reviewer gets the present week's time

    def test_supplementary_page_fills_before_the_next_one(self):
        contact = self.make_contact(self.make_case(self.specialist), when='2026-11-16 10:00')
        with self.at('2026-11-24 09:00'):
            self.sign(contact.page_id)
            lines = [self.make_contact(self.make_case(self.specialist), when='2026-11-16 12:00') for _n in range(2)]
        self.assertEqual(lines[0].page_id, lines[1].page_id)

    def test_full_page_signed_early_does_not_end_the_week(self):
        self.store.insurance_page_lines = 2
        full = self.log(2)
        self.sign(full.page_id)
        following = self.log(1)
        self.assertFalse(following.page_id.supplementary)
        self.assertEqual(following.page_id.deadline, date(2026, 11, 29))

    def test_back_filled_is_marked(self):
        case = self.make_case(self.specialist)
        day_late = self.make_contact(case, when='2026-11-17 09:59')  # entered on the 18th at 10:00
        in_time = self.make_contact(case, when='2026-11-17 10:00')
        self.assertTrue(day_late.is_backfilled)
        self.assertFalse(in_time.is_backfilled)
        in_time.contact_on = self.utc('2026-11-16 10:00')
        self.assertTrue(in_time.is_backfilled, "moving the contact back makes its entry late")

    # === BOOKS === #

    def test_first_line_opens_a_personal_book(self):
        contact = self.make_contact(self.make_case(self.specialist))
        book = contact.register_id
        self.assertEqual((book.custodian_id, book.reviewer_id), (self.specialist, self.supervisor))
        self.assertEqual((book.kind, book.sharing, book.year, book.company_id),
                         ('renewal', 'personal', 2026, self.store))
        self.assertEqual(book.name, '2026-001')
        second = self.make_contact(self.make_case(self.specialist2)).register_id
        self.assertEqual(second.name, '2026-002')

    def test_book_of_the_other_store(self):
        self.make_contact(self.make_case(self.specialist))
        book = self.make_contact(self.make_case(self.other_specialist)).register_id
        self.assertEqual((book.company_id, book.reviewer_id, book.name),
                         (self.other_store, self.other_supervisor, '2026-001'))

    def test_shared_book(self):
        book = self.env['insurance.register'].with_user(self.supervisor).create({
            'kind': 'renewal', 'sharing': 'shared', 'custodian_id': self.specialist.id,
            'member_ids': [Command.set(self.specialist2.ids)], 'reviewer_id': self.supervisor.id,
        })
        lines = self.log(1) | self.log(1, user=self.specialist2)
        self.assertEqual(lines.register_id, book)
        self.assertEqual(sorted(lines.mapped('line_no')), [1, 2])
        self.assertEqual(lines.entered_by_id, self.specialist | self.specialist2)

    def test_personal_book_goes_before_a_shared_one(self):
        own = self.make_contact(self.make_case(self.specialist)).register_id
        self.env['insurance.register'].with_user(self.supervisor).create({
            'kind': 'renewal', 'sharing': 'shared', 'custodian_id': self.specialist2.id,
            'member_ids': [Command.set(self.specialist.ids)], 'reviewer_id': self.supervisor.id,
        })
        self.assertEqual(self.make_contact(self.make_case(self.specialist)).register_id, own)

    def test_one_open_personal_book_a_year(self):
        book = self.make_contact(self.make_case(self.specialist)).register_id
        with self.assertRaises(psycopg2.errors.UniqueViolation), mute_logger('odoo.sql_db'):
            self.env['insurance.register'].with_user(self.supervisor).create({
                'kind': 'renewal', 'custodian_id': self.specialist.id, 'reviewer_id': book.reviewer_id.id,
            })

    def test_no_reviewer_is_told(self):
        self.store.write({'insurance_renewal_reviewer_id': False, 'insurance_alternate_reviewer_id': False})
        case = self.make_case(self.specialist)
        with self.refused("Specialist has no open book in Test Store East.*reviewer"):
            self.make_contact(case)
        self.assertFalse(case.contact_ids)

    def test_supervisor_gets_a_book_that_the_alternate_reviews(self):
        book = self.make_contact(self.make_case(self.specialist), user=self.supervisor).register_id
        self.assertEqual((book.custodian_id, book.reviewer_id), (self.supervisor, self.gm))

    def test_supervisor_without_alternate_is_told(self):
        self.store.insurance_alternate_reviewer_id = False
        case = self.make_case(self.specialist)
        with self.refused("names no reviewer"):
            self.make_contact(case, user=self.supervisor)

    # === NUMBERS === #

    def test_line_number_is_unique_on_a_page(self):
        lines = self.log(2)
        lines.flush_recordset()
        with self.assertRaises(psycopg2.errors.UniqueViolation), mute_logger('odoo.sql_db'):
            self.env.cr.execute(SQL("UPDATE insurance_renewal_contact SET line_no = 1 WHERE id = %s", lines[1].id))

    def test_page_number_is_unique_in_a_book(self):
        page = self.log(1).page_id
        with self.assertRaises(psycopg2.errors.UniqueViolation), mute_logger('odoo.sql_db'):
            self.env['insurance.register.page'].create({
                'register_id': page.register_id.id, 'iso_year': 2026, 'iso_week': 48, 'week_start': '2026-11-23',
                'deadline': '2026-12-06', 'page_no': page.page_no,
            })
