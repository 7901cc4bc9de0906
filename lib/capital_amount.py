"""Amounts of money in Chinese capitals (大写金额), as contracts and receipts write them: pure functions, no ORM."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

DIGITS = '零壹贰叁肆伍陆柒捌玖'
PLACES = ((1000, '仟'), (100, '佰'), (10, '拾'), (1, ''))
GROUPS = ((10**8, '亿'), (10**4, '万'))
LIMIT = 10**16  # yuan; the words for more are no longer agreed upon
ZERO = '零'


def capital_amount(amount):
    """Return an amount of yuan in Chinese capitals: 1005.3 gives 壹仟零伍元叁角整.

    Where the rules leave a choice: 整 follows yuan and jiao, no 零 stands before a digit of the next place down
    (107000.53 is 壹拾万柒仟元伍角叁分).

    :param amount: int, float, str or Decimal; rounded half up to fen
    :raises ValueError: it is no finite number, or 10^16 yuan or more
    """
    fen = _fen(amount)
    yuan, rest = divmod(abs(fen), 100)
    if yuan >= LIMIT:
        raise ValueError(f"{amount!r} is too large to be written in capitals")
    words = f'{_integer(yuan)}元' if yuan or not rest else ''
    return ('负' if fen < 0 else '') + words + _fraction(rest, bool(yuan))


def _fen(amount):
    try:
        return int((Decimal(str(amount)) * 100).to_integral_value(ROUND_HALF_UP))
    except (InvalidOperation, OverflowError, ValueError) as error:
        raise ValueError(f"{amount!r} is not an amount") from error


def _fraction(rest, has_yuan):
    """Return jiao and fen; a missing jiao after yuan is said, an amount without fen is closed with 整."""
    jiao, fen = divmod(rest, 10)
    words = f'{DIGITS[jiao]}角' if jiao else ZERO if fen and has_yuan else ''
    return words + (f'{DIGITS[fen]}分' if fen else '整')


def _integer(number):
    for size, unit in GROUPS:
        if number >= size:
            high, low = divmod(number, size)
            gap = ZERO if 0 < low < size // 10 else ''
            return f'{_integer(high)}{unit}{gap}{_integer(low) if low else ""}'
    return _group(number)


def _group(number):
    """Return a number below 10,000; zeros between two digits are one 零."""
    words, gap = '', False
    for size, unit in PLACES:
        digit, number = divmod(number, size)
        if digit:
            words += (ZERO if gap and words else '') + DIGITS[digit] + unit
        gap = not digit
    return words or ZERO
