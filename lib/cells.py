"""What a worksheet cell may hold, and the one error for a cell that cannot mean what its column says.

Cells come as ``None``, ``str``, ``int``, ``float``, ``bool``, ``datetime``, ``date``, ``time`` or :class:`CellError`.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time

# What Excel shows instead of a value; the last ones are of Excel 365.
ERROR_CODES = frozenset(
    {
        '#NULL!',
        '#DIV/0!',
        '#VALUE!',
        '#REF!',
        '#NAME?',
        '#NUM!',
        '#N/A',
        '#GETTING_DATA',
        '#SPILL!',
        '#CALC!',
        '#FIELD!',
        '#BLOCKED!',
        '#CONNECT!',
        '#UNKNOWN!',
        '#BUSY!',
        '#EXTERNAL!',
    }
)

# Excel keeps 15 digits of a number: a longer policy or identity number typed as a number has lost its end.
EXACT_DIGITS_LIMIT = 10**15

# Codes of ImpossibleValue with a plain English sentence each; callers translate by code.
REASONS = {
    'cell_error': "the cell shows the error %(value)s: correct the formula or type the value",
    'formula_without_value': "the formula was never calculated: open the workbook in Excel, save it, upload it again",
    'date_impossible': "%(value)s is not a day of the calendar",
    'date_order': "%(value)s can be read in more than one way: write year, month, day, as in 2026-12-05",
    'date_unknown': "%(value)s is not a date: write 2026-12-05",
    'time_unknown': "%(value)s has no readable time: write 2026-12-05 14:30",
    'number_unknown': "%(value)s is not a number",
    'number_not_whole': "%(value)s is not a whole number",
    'rate_range': "%(value)s is not a rate from 0 to 100 %%: write 20%% or 0.2",
    'limit_unit': "%(value)s is too small for a limit in yuan: write 2000000 or 200万",
    'yes_no_unknown': "%(value)s is neither yes nor no: write 是 or 否",
    'digits_lost': "%(value)s was typed as a number and has lost its last digits: type it as text",
}

_INVISIBLE = re.compile('[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]')
_DASHES = re.compile(r'[-\u2010-\u2015\u2212\uff0d\u30fc/\\_.]*')
_BLANK_WORDS = frozenset({'NULL', 'NONE', 'NAN', 'NIL', 'N/A'})
_QUOTES = '\'"`\u2018\u2019\u201c\u201d'


@dataclass(frozen=True, slots=True)
class CellError:
    """An error value of Excel, or a formula that has no value; never to be taken for text."""

    code: str

    def __str__(self):
        return self.code


FORMULA_WITHOUT_VALUE = CellError('=')


class ImpossibleValue(ValueError):
    """A cell that cannot mean what its column says.

    :ivar code: a key of :data:`REASONS`
    :ivar value: the cell as written
    """

    def __init__(self, code, value):
        super().__init__(REASONS[code] % {'value': value})
        self.code = code
        self.value = value


def refuse_error(value):
    """Raise ImpossibleValue when the cell holds an error; other cells pass."""
    if isinstance(value, CellError):
        raise ImpossibleValue('formula_without_value' if value == FORMULA_WITHOUT_VALUE else 'cell_error', value)


def fold(text):
    """Return text in half width, without invisible characters and without blanks at its ends."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return _INVISIBLE.sub('', unicodedata.normalize('NFKC', text)).strip()


def is_blank(text, words=()):
    """Tell whether folded text stands for "nothing": empty, only dashes or slashes, NULL and the like.

    :param words: further words that mean nothing in this column, e.g. ``{'无'}``
    """
    return not text or bool(_DASHES.fullmatch(text)) or text in words or text.upper() in _BLANK_WORDS


def written(value):
    """Return the cell as folded text, whole numbers without decimals, days as 2026-12-05; ``''`` when it is empty.

    :raise ImpossibleValue: cell_error, formula_without_value
    """
    if value is None:
        return ''
    refuse_error(value)
    if isinstance(value, str):
        return fold(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else format(value, '.15g')
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(' ', 'seconds')
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value)


def identifier(value):
    """Return the cell in half width, upper case and without any blank, or None when it is blank.

    :raise ImpossibleValue: digits_lost for a number Excel could not keep, or as :func:`written`
    """
    if isinstance(value, (int, float)) and abs(value) >= EXACT_DIGITS_LIMIT:
        raise ImpossibleValue('digits_lost', value)
    text = ''.join(written(value).split()).strip(_QUOTES).upper()
    return None if is_blank(text) else text
