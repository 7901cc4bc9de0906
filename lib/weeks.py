"""Weeks and days of a store: pure date arithmetic, no ORM."""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

DEFAULT_TIMEZONE = 'Asia/Shanghai'


class Week(NamedTuple):
    """An ISO week (Monday to Sunday)."""

    year: int
    number: int

    @property
    def monday(self) -> date:
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def sunday(self) -> date:
        return date.fromisocalendar(self.year, self.number, 7)

    def deadline(self, lag_weeks: int) -> date:
        """Return the last day of the review: the Sunday `lag_weeks` after the week's own (R11)."""
        return self.sunday + timedelta(weeks=lag_weeks)


def week_of(day: date) -> Week:
    """Return the ISO week that holds `day`."""
    return Week(*day.isocalendar()[:2])


def local_datetime(moment: datetime, timezone: str | None) -> datetime:
    """Return the naive UTC `moment` as naive wall-clock time of `timezone` (T13)."""
    zone = ZoneInfo(timezone or DEFAULT_TIMEZONE)
    return moment.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)


def local_day(moment: datetime, timezone: str | None) -> date:
    """Return the day on which the naive UTC `moment` falls in `timezone`."""
    return local_datetime(moment, timezone).date()


def utc_moment(moment: datetime, timezone: str | None) -> datetime:
    """Return the naive wall-clock `moment` of `timezone` as naive UTC, as the database keeps it."""
    zone = ZoneInfo(timezone or DEFAULT_TIMEZONE)
    return moment.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None)


def bursts(moments, count: int, span: timedelta) -> set[int]:
    """Return the positions in `moments` that belong to a run of at least `count` within `span`.

    :param moments: datetimes in any order
    :return: set of indexes into `moments`; empty when `count` is less than 2
    """
    if count < 2:
        return set()
    order = sorted(range(len(moments)), key=lambda position: moments[position])
    found = set()
    first = 0
    for last, position in enumerate(order):
        while moments[position] - moments[order[first]] > span:
            first += 1
        if last - first + 1 >= count:
            found.update(order[first:last + 1])
    return found
