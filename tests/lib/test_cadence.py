from datetime import date, timedelta

from odoo.tests import BaseCase, tagged

from ...lib.cadence import best_band, move_earlier, next_milestone

WEEK = date(2026, 11, 16)  # a Monday
WORKING = {WEEK + timedelta(days=number) for number in (-3, 0, 1, 2, 3, 4, 7, 8)}  # Friday, Monday to Friday, ...


@tagged('post_install', '-at_install')
class TestCadence(BaseCase):
    """Next contacts, without a database (T21)."""

    def test_a_working_day_stays(self):
        self.assertEqual(move_earlier(WEEK, WORKING), WEEK)

    def test_closed_days_are_moved_earlier(self):
        self.assertEqual(move_earlier(date(2026, 11, 22), WORKING), date(2026, 11, 20))
        self.assertEqual(move_earlier(date(2026, 11, 15), WORKING), date(2026, 11, 13))

    def test_never_back_to_the_day_of_the_contact(self):
        friday, sunday, monday = date(2026, 11, 20), date(2026, 11, 22), date(2026, 11, 23)
        self.assertEqual(move_earlier(sunday, WORKING, after=friday), monday)

    def test_a_store_that_never_works(self):
        self.assertEqual(move_earlier(WEEK, set()), WEEK)
        self.assertEqual(move_earlier(WEEK, set(), after=WEEK), WEEK)

    def test_next_milestone(self):
        expiry = date(2026, 11, 22)  # a Sunday; T-7 is the Sunday before, moved to the Friday before that
        days = (7, 2, 1, -1)
        self.assertEqual(next_milestone(expiry, days, date(2026, 11, 12), WORKING), date(2026, 11, 13))
        self.assertEqual(next_milestone(expiry, days, date(2026, 11, 13), WORKING), date(2026, 11, 20))
        self.assertEqual(next_milestone(expiry, days, date(2026, 11, 20), WORKING), date(2026, 11, 23))
        self.assertIsNone(next_milestone(expiry, days, date(2026, 11, 23), WORKING))
        self.assertIsNone(next_milestone(expiry, (), WEEK, WORKING))

    def test_best_band(self):
        self.assertEqual(best_band({9: 2, 10: 1, 11: 2, 15: 2}), (10, 12, 3))
        self.assertEqual(best_band({9: 2, 15: 2}), (8, 10, 2), "of two as good the earlier")
        self.assertIsNone(best_band({}))
