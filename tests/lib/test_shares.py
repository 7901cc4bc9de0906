from math import comb

from ...lib.shares import chance_of_more, one_in
from .common import LibCase


class TestShares(LibCase):
    """The exact test of a two by two table."""

    def test_lady_tasting_tea(self):
        """Fisher's own: all four of four cups, or at least three."""
        self.assertAlmostEqual(chance_of_more(4, 4, 0, 4), 1 / 70)
        self.assertAlmostEqual(chance_of_more(3, 4, 1, 4), 17 / 70)

    def test_equals_counting(self):
        for hits, size, other_hits, other_size in ((0, 5, 3, 9), (5, 12, 2, 30), (12, 12, 1, 8), (7, 20, 60, 200)):
            whole = comb(size + other_size, hits + other_hits)
            tail = sum(comb(size, count) * comb(other_size, hits + other_hits - count)
                       for count in range(hits, min(size, hits + other_hits) + 1))
            self.assertAlmostEqual(chance_of_more(hits, size, other_hits, other_size), tail / whole)

    def test_grows_with_the_evidence(self):
        chances = [chance_of_more(hits, 30, 20, 200) for hits in range(31)]
        self.assertEqual(chances, sorted(chances, reverse=True))
        self.assertAlmostEqual(chances[0], 1)
        self.assertLess(chance_of_more(3000, 10000, 2000, 10000), 1e-50)

    def test_refuses_what_cannot_be(self):
        for counts in ((3, 2, 0, 5), (-1, 2, 0, 5), (1, 2, 6, 5)):
            with self.assertRaises(ValueError):
                chance_of_more(*counts)

    def test_in_words(self):
        self.assertEqual([one_in(chance) for chance in (1, 0.3, 0.0101, 0.00077, 1e-9, 0)],
                         [1, 3, 99, 1300, 1_000_000, 1_000_000])
