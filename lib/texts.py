"""Judging what people typed: pure functions, no ORM."""

import re
import unicodedata

NOISE = re.compile(r'[\W\d_]+', re.UNICODE)


def meaningful(text: str | None) -> str:
    """Return `text` without blanks, digits and punctuation, in lower case and half width."""
    return NOISE.sub('', unicodedata.normalize('NFKC', text or '').lower())


def says_nothing(text: str | None, phrases) -> bool:
    """Tell whether `text` consists of nothing but stock phrases, or of one character over and over (R17).

    :param phrases: iterable of stock phrases, as a store keeps them
    """
    rest = meaningful(text)
    for phrase in sorted(filter(None, map(meaningful, phrases)), key=len, reverse=True):
        rest = rest.replace(phrase, '')
    return len(rest) < 2 or len(set(rest)) == 1


def shorten(text: str | None, length: int) -> str:
    """Return `text` on one line, cut to `length` characters with an ellipsis."""
    line = ' '.join((text or '').split())
    return line if len(line) <= length else line[:length - 1] + '…'
