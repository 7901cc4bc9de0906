"""Whether a share is far from that of others: the exact test of a table of two by two (R. A. Fisher), without the ORM.

Exact for small numbers, where rules of thumb with normal distributions fail; fast for large ones.
"""

from math import exp, lgamma


def _log_choose(total, chosen):
    return lgamma(total + 1) - lgamma(chosen + 1) - lgamma(total - chosen + 1)


def chance_of_more(hits, size, other_hits, other_size):
    """Return the probability (float, 0 to 1) of `hits` or more among `size`, were there no difference to the others.

    Given that `hits + other_hits` of all `size + other_size` are hits, whoever they belong to: the upper tail of the
    hypergeometric distribution.

    :param int hits: of the one looked at, not more than `size`
    :param int other_hits: of all others together, not more than `other_size`
    :raises ValueError: for counts that cannot be
    """
    if not (0 <= hits <= size and 0 <= other_hits <= other_size):
        raise ValueError("There cannot be more hits than tries, or fewer than none")
    all_hits = hits + other_hits
    whole = _log_choose(size + other_size, all_hits)
    return min(1.0, sum(
        exp(_log_choose(size, count) + _log_choose(other_size, all_hits - count) - whole)
        for count in range(hits, min(size, all_hits) + 1)
    ))


def one_in(chance):
    """Return a probability as "one in so many" (int), rounded to two digits; 1,000,000 at most."""
    times = min(1 / chance, 1_000_000) if chance > 0 else 1_000_000
    return int(round(times, 2 - len(str(int(times)))))
