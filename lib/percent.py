"""Shares as text: pure functions, no ORM."""

from decimal import ROUND_HALF_UP, Decimal

EMPTY = "—"  # a share of nothing: never 0 %


def percent(part, whole):
    """Return part ÷ whole in per cent with one decimal, rounded half up; a dash where there is nothing to share."""
    if not whole:
        return EMPTY
    share = Decimal(str(part)) / Decimal(str(whole)) * 100
    return f"{share.quantize(Decimal('0.1'), rounding=ROUND_HALF_UP)}%"
