"""How fast the hotline answered: minutes and the classes in which they are counted (domain 5.7)."""

import re


def read_classes(text):
    """Return the upper limits in `text` ('3, 5, 15, 30', also with full-width marks) as a tuple of growing numbers.

    An empty tuple says that the text is no such list.
    """
    parts = [part for part in re.split(r'[\s,，;；、/]+', (text or '').strip()) if part]
    if not parts or not all(part.isascii() and part.isdigit() for part in parts):
        return ()
    limits = tuple(map(int, parts))
    grows = all(low < high for low, high in zip((0, *limits), limits, strict=False))
    return limits if grows else ()


def minutes_between(start, end):
    """Return the whole minutes from `start` to `end`, rounded up: 3:01 is no longer within 3 minutes.

    A contact before the report (the customer had called already) counts as 0; without one of the moments None.
    """
    if not start or not end:
        return None
    seconds = (end - start).total_seconds()
    return max(0, int(-(-seconds // 60)))


def class_of(minutes, limits):
    """Return the position of the class of `minutes`; the last one, `len(limits)`, is 'more'. None stays None."""
    if minutes is None:
        return None
    return next((position for position, limit in enumerate(limits) if minutes <= limit), len(limits))
