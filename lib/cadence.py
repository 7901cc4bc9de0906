"""When to contact a customer next: pure date arithmetic, no ORM."""

from datetime import date, timedelta


def move_earlier(day: date, working: set[date], after: date | None = None) -> date:
    """Return the last working day up to `day` (T21: contacts are moved earlier, never later).

    :param working: the working days around `day`; where there is none at all, `day` is returned
    :param after: with it, only days after this one count; when none is left, the first working day after it
    """
    earlier = [other for other in working if other <= day and (after is None or other > after)]
    if earlier:
        return max(earlier)
    later = [other for other in working if after is not None and other > after]
    return min(later, default=day)


def next_milestone(expiry: date, days_before, base: date, working: set[date]) -> date | None:
    """Return the first milestone after `base`, each moved to a working day, or None when all are over.

    :param days_before: days before `expiry`, negative ones after it
    """
    milestones = (move_earlier(expiry - timedelta(days=days), working) for days in days_before)
    return min((day for day in milestones if day > base), default=None)


def best_band(hours: dict[int, int], width: int = 2) -> tuple[int, int, int] | None:
    """Return `(first hour, hour after the last, contacts)` of the part of the day with most contacts.

    :param hours: contacts in which the customer was reached, by the hour of the day
    :param width: hours of a band
    """
    bands = {}
    for hour, count in hours.items():
        start = hour // width * width
        bands[start] = bands.get(start, 0) + count
    if not bands:
        return None
    start = min(bands, key=lambda hour: (-bands[hour], hour))
    return start, start + width, bands[start]
