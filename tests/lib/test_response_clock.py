from datetime import datetime

from odoo.tests import tagged

from ...lib.accident_clock import class_of, minutes_between, read_classes
from .common import LibCase

NINE = datetime(2026, 11, 18, 9, 0)


@tagged('post_install', '-at_install')
class TestLibAccidentClock(LibCase):

    def test_classes(self):
        for text, expected in (
            ('3, 5, 15, 30', (3, 5, 15, 30)), ('3，5、15/30', (3, 5, 15, 30)), ('10', (10,)),
            ('5, 3', ()), ('3, 3', ()), ('0, 3', ()), ('a', ()), ('', ()), (None, ()), ('-3, 5', ()), ('3.5', ()),
        ):
            self.assertEqual(read_classes(text), expected, text)

    def test_minutes(self):
        """3:01 is no longer within 3 minutes; a talk before the report took no time."""
        for end, expected in (
            (NINE, 0), (NINE.replace(second=1), 1), (NINE.replace(minute=3), 3), (NINE.replace(minute=3, second=1), 4),
            (NINE.replace(hour=8), 0), (None, None),
        ):
            self.assertEqual(minutes_between(NINE, end), expected)
        self.assertIsNone(minutes_between(None, NINE))

    def test_class_of(self):
        limits = (3, 5, 15, 30)
        found = [class_of(minutes, limits) for minutes in (0, 3, 4, 5, 15, 16, 30, 31, None)]
        self.assertEqual(found, [0, 0, 1, 1, 2, 3, 3, 4, None])
