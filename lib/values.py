"""Cells to Python values: dates, amounts, rates, limits, whole numbers, yes or no, text.

Every ``parse_*`` takes a cell of any kind (see :mod:`.cells`), returns None for a blank one (also full-width blanks,
dashes, slashes, 无 where it can only mean "none") and raises :class:`~.cells.ImpossibleValue` for what its column
cannot hold. Nothing is guessed: 05/12/2026 is refused, not read.
"""

import math
import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from .cells import ImpossibleValue, fold, is_blank, refuse_error, written

EPOCH_1900 = datetime(1899, 12, 30)
EPOCH_1904 = datetime(1904, 1, 1)

CENT = Decimal('0.01')
TEN_THOUSAND = Decimal(10000)

_NONE_WORDS = frozenset({'无'})

# === Dates === #

# Numbers taken for days: from 1927 to 2200. Below lie years and counts, above months written 202612.
_SERIALS = range(10000, 110000)
_YEARS = range(1900, 2200)
_DATE = re.compile(
    r'(?P<y>\d{4})\s*(?:年\s*(?P<cm>\d{1,2})\s*月\s*(?P<cd>\d{1,2})\s*(?:[日号]|(?=\s|$))'
    r'|(?P<sep>[-/.])\s*(?P<m>\d{1,2})\s*(?P=sep)\s*(?P<d>\d{1,2})(?=[\sT]|$))(?P<rest>.*)',
    re.DOTALL,
)
_COMPACT = re.compile(r'(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)(?:(?P<hms>\d{4}|\d{6})|(?=[\sT]|$)(?P<rest>.*))', re.DOTALL)
_OTHER_ORDER = re.compile(r'\d{1,2}\s*([-/.])\s*\d{1,2}\s*\1\s*(?:\d{4}|\d{1,2})(?!\d).*', re.DOTALL)
_SERIAL_TEXT = re.compile(r'\d{5}(?:\.\d+)?')
_TIME = re.compile(
    r'[\sT]*(?:\(?(?:星期|周|礼拜)[一二三四五六日天]\)?)?\s*(?P<half>上午|下午|AM|PM)?\s*'
    r'(?:(?P<h>\d{1,2})(?:[:时点]\s*(?P<mi>\d{1,2})\s*分?(?:\s*:?\s*(?P<s>\d{1,2})(?:\.\d+)?\s*秒?)?|[时点])'
    r'\s*(?P<half2>AM|PM)?)?',
    re.IGNORECASE,
)


def parse_date(value, epoch=EPOCH_1900):
    """Return the day a cell names, its time of day left out.

    Understood: date and datetime cells, Excel's serial numbers, 2026-12-05, 2026/12/5, 2026.12.05, 2026年12月5日,
    20261205, each with or without a time.

    :param epoch: day 0 of serial numbers, the workbook's (1900 or 1904)
    :return: date or None
    :raise ImpossibleValue: date_impossible, date_order, date_unknown, time_unknown, cell_error, formula_without_value
    """
    found = parse_datetime(value, epoch)
    return found.date() if found else None


def parse_datetime(value, epoch=EPOCH_1900):
    """Return the moment a cell names, to the second and without time zone; midnight where it has no time.

    As :func:`parse_date`; times as 14:30, 14:30:05, 14时30分, 下午2:30, 2:30 PM.
    """
    if value is None:
        return None
    if isinstance(value, str):
        return _datetime_from_text(value, epoch)
    if isinstance(value, datetime):
        return _to_second(value)
    if isinstance(value, date):
        return datetime.combine(value, time())
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _datetime_from_number(value, epoch)
    refuse_error(value)
    raise ImpossibleValue('date_unknown', value)


def _to_second(moment):
    """Round to the second: Excel's fractions of a day are a little off."""
    return (moment + timedelta(microseconds=500_000)).replace(microsecond=0) if moment.microsecond else moment


def _datetime_from_number(number, epoch):
    if math.isfinite(number):
        if int(number) in _SERIALS:
            return _to_second(epoch + timedelta(days=number))
        if number == int(number) and (found := _COMPACT.fullmatch(str(int(number)))):
            return _datetime_from_match(found, number)
    raise ImpossibleValue('date_unknown', number)


def _datetime_from_text(value, epoch):
    text = fold(value)
    if is_blank(text, _NONE_WORDS):
        return None
    found = _DATE.fullmatch(text) or _COMPACT.fullmatch(text)
    if found:
        return _datetime_from_match(found, value)
    if _SERIAL_TEXT.fullmatch(text):
        return _datetime_from_number(float(text), epoch)
    raise ImpossibleValue('date_order' if _OTHER_ORDER.fullmatch(text) else 'date_unknown', value)


def _datetime_from_match(found, value):
    groups = found.groupdict()
    year, month, day = int(groups['y']), int(groups['m'] or groups['cm']), int(groups['d'] or groups['cd'])
    hour, minute, second = _time_of_day(groups, value)
    try:
        if year not in _YEARS:
            raise ValueError
        return datetime(year, month, day, hour, minute, second)
    except ValueError:
        raise ImpossibleValue('date_impossible', value) from None


def _time_of_day(groups, value):
    """Return (hour, minute, second) of what follows the day; the hour on the 24-hour clock."""
    if digits := groups.get('hms'):
        return int(digits[:2]), int(digits[2:4]), int(digits[4:] or 0)
    found = _TIME.fullmatch(groups['rest'] or '')
    if not found or (found['half'] and not found['h']):
        raise ImpossibleValue('time_unknown', value)
    if not found['h']:
        return 0, 0, 0
    hour = int(found['h'])
    half = (found['half'] or found['half2'] or '').upper()
    if half:
        if not 1 <= hour <= 12:
            raise ImpossibleValue('time_unknown', value)
        hour = hour % 12 + (12 if half in ('下午', 'PM') else 0)
    minute, second = int(found['mi'] or 0), int(found['s'] or 0)
    if hour > 23 or minute > 59 or second > 59:
        raise ImpossibleValue('time_unknown', value)
    return hour, minute, second


# === Numbers === #

_NUMBER = re.compile(
    r'(?P<open>\()?(?P<sign>[-+\u2212])?\s*(?:¥|RMB|CNY|人民币)?\s*(?P<sign2>[-+\u2212])?\s*'
    r'(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d+(?:\.\d*)?|\.\d+)'
    r'\s*(?P<unit>万|亿|W(?![A-Z]))?\s*(?:元整|元|圆|RMB|CNY)?(?P<close>\))?',
    re.IGNORECASE,
)
_UNITS = {'万': TEN_THOUSAND, 'W': TEN_THOUSAND, '亿': TEN_THOUSAND**2}
_RATE = re.compile(r'(?P<number>[^%‰]+?)\s*(?P<sign>[%‰])')
_COUNTED = re.compile(r'(?P<number>.+?)\s*[次台辆个人座件份条张年月天岁]')


def _decimal(value, none_words=_NONE_WORDS):
    """Return the number in a cell and whether it carried its own unit (万, 亿): (Decimal, bool), or (None, False)."""
    if value is None:
        return None, False
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value), False
    if isinstance(value, float) and math.isfinite(value):
        return Decimal(format(value, '.15g')), False  # Excel's own precision: 624.0599999999999 is 624.06
    if isinstance(value, Decimal):
        return value, False
    refuse_error(value)
    if not isinstance(value, str):
        raise ImpossibleValue('number_unknown', value)
    text = fold(value).strip("'")
    if is_blank(text, none_words):
        return None, False
    found = _NUMBER.fullmatch(text)
    if (
        not found
        or bool(found['open']) != bool(found['close'])
        or sum(bool(found[group]) for group in ('sign', 'sign2', 'open')) > 1
    ):
        raise ImpossibleValue('number_unknown', value)
    number = Decimal(found['digits'].replace(',', ''))
    negative = found['open'] or (found['sign'] or found['sign2'] or '+') != '+'
    unit = _UNITS.get((found['unit'] or '').upper())
    return (-number if negative else number) * (unit or 1), unit is not None


def parse_money(value, unit=1):
    """Return an amount in yuan as Decimal with two places, rounded half up.

    Understood: 3120.55, 3,120.55, ¥3120.55, 3120.55元, (85.87) for -85.87, 1.2万, full-width digits.

    :param unit: what a bare number counts, 10000 under a heading in 万元; a written 万 stands for itself
    :raise ImpossibleValue: number_unknown, cell_error, formula_without_value
    """
    number, has_unit = _decimal(value)
    if number is None:
        return None
    return (number if has_unit else number * unit).quantize(CENT, ROUND_HALF_UP)


def parse_rate(value):
    """Return a rate as a fraction: 0.2 for 0.2, '20%' and a percentage cell; ‰ is understood.

    :raise ImpossibleValue: rate_range outside 0–1 (20 without % is refused), number_unknown, cell_error,
        formula_without_value
    """
    divisor = 1
    if isinstance(value, str) and (found := _RATE.fullmatch(fold(value))):
        number, _unit = _decimal(found['number'], ())
        divisor = 100 if found['sign'] == '%' else 1000
    else:
        number, _unit = _decimal(value)
    if number is None:
        return None
    rate = number / divisor
    if not 0 <= rate <= 1:
        raise ImpossibleValue('rate_range', value)
    return rate


def parse_factor(value):
    """Return a factor of a premium: 0.85 for 0.85 and '85%'.

    :raise ImpossibleValue: number_unknown, also for what is no factor (below 0.1, above 10), cell_error,
        formula_without_value
    """
    divisor = 1
    if isinstance(value, str) and (found := _RATE.fullmatch(fold(value))):
        number, _unit = _decimal(found['number'], ())
        divisor = 100 if found['sign'] == '%' else 1000
    else:
        number, _unit = _decimal(value)
    if number is None:
        return None
    if not Decimal('0.1') <= number / divisor <= 10:
        raise ImpossibleValue('number_unknown', value)
    return number / divisor


def parse_limit(value, unit=1):
    """Return a sum insured in yuan as a whole Decimal: 200万, 2000000, 2,000,000, 200W.

    :param unit: 10000 under a heading in 万元
    :raise ImpossibleValue: limit_unit for a bare number below 10,000 yuan (200: yuan or 万?), number_unknown,
        cell_error, formula_without_value
    """
    number, has_unit = _decimal(value)
    if number is None:
        return None
    limit = number if has_unit else number * unit
    if limit < 0 or limit != limit.to_integral_value():
        raise ImpossibleValue('number_unknown', value)
    if not has_unit and 0 < limit < TEN_THOUSAND:
        raise ImpossibleValue('limit_unit', value)
    return limit.quantize(Decimal(1))


def parse_int(value):
    """Return a whole number: 3, 3.0, '3', '3次', '1,000'.

    :raise ImpossibleValue: number_not_whole, number_unknown, cell_error, formula_without_value
    """
    counted = _COUNTED.fullmatch(fold(value)) if isinstance(value, str) else None
    number, _unit = _decimal(counted['number'] if counted else value)
    if number is None:
        return None
    if number != number.to_integral_value():
        raise ImpossibleValue('number_not_whole', value)
    return int(number)


# === Yes or no, text === #

_YES = frozenset({'是', '有', '对', '已', 'Y', 'YES', 'T', 'TRUE', '1', '√', '✓', '✔', '☑', '✅',
                  '要', '需要', '来了', '已到', '已到店', '已回', '已回店', '到店', '回店'})
_NO = frozenset({'否', '无', '没有', '不是', '不', '未', 'N', 'NO', 'F', 'FALSE', '0', '×', '✕', '✖', '✗', '✘', '❌',
                 '不要', '不用', '不需要', '没来', '没到', '未来', '未到', '未到店', '未回', '未回店', '没回'})


def parse_bool(value):
    """Return True for 是, 有, Y, √, 1, …; False for 否, 无, N, ×, 0, …

    The letter X is refused: it means no to some and yes to others.

    :raise ImpossibleValue: yes_no_unknown, cell_error, formula_without_value
    """
    if value is None or isinstance(value, bool):
        return value
    text = written(value).rstrip('\ufe0f').upper()
    if is_blank(text):
        return None
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise ImpossibleValue('yes_no_unknown', value)


_CONTROL = re.compile('[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]')


def parse_text(value):
    """Return text as it was written: only control characters and blanks at its ends go, line breaks are ``\\n``.

    What looks like a formula or like markup is text like any other; numbers and dates become text.

    :return: str, or None for a blank or a lone dash or slash
    :raise ImpossibleValue: cell_error, formula_without_value
    """
    if not isinstance(value, str):
        return None if value is None else written(value)
    text = _CONTROL.sub('', value.replace('\r\n', '\n').replace('\r', '\n')).strip()
    return None if is_blank(fold(text)) else text
