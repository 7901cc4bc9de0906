"""Amounts worked out exactly and rounded once, half up (K20, T40)."""

from decimal import ROUND_HALF_UP, Decimal


def exact(number):
    """Return a float as the decimal number it is written as: 0.1 is one tenth."""
    return Decimal(str(number))


def round_half_up(amount, step=0.01):
    """Return the Decimal `amount` as a float, rounded to whole `step`s, halves away from zero."""
    step = exact(step)
    return float((amount / step).quantize(Decimal(1), ROUND_HALF_UP) * step)


def share(amount, factor, divisor=1, step=0.01):
    """Return `amount` × `factor` ÷ `divisor`, rounded once at the end."""
    return round_half_up(exact(amount) * exact(factor) / exact(divisor), step)


def floated(amount, change, step=0.01):
    """Return `amount` changed by `change`: -0.3 takes 30 % off."""
    return round_half_up(exact(amount) * (1 + exact(change)), step)
