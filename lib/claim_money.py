"""The money of a claim, worked out exactly: who pays what, what came, what is missing (R54, R56, K22, K23, T9, T24).

No ORM. Amounts come in as floats or Decimals and are counted as Decimals in whole steps of the currency.
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from .money import exact

ZERO = Decimal(0)
INSURERS = frozenset({'own_commercial', 'own_compulsory', 'other_commercial', 'other_compulsory'})
PAYS_STORE = INSURERS | {'third_party'}  # whose part the store waits for (K22)


class Part(NamedTuple):
    """A line of the composition of cost: who bears it, how much, to whom it is paid, what came of it."""

    payer: str
    amount: Decimal | float
    payee: str = 'store'
    received: Decimal | float = ZERO


class Balance(NamedTuple):
    """What a claim's money comes to. `difference` is None while instalments are still to be expected (T24)."""

    expected: Decimal
    received: Decimal
    difference: Decimal | None
    by_part: tuple
    status: str  # 'nothing', 'waiting', 'partial', 'paid', 'difference'


def cents(amount, step=0.01):
    """Return `amount` as a Decimal in whole steps of the currency, halves away from zero."""
    step = exact(step)
    return (exact(amount or 0) / step).quantize(Decimal(1), ROUND_HALF_UP) * step


def composition_gap(total, amounts, step=0.01):
    """Return what the composition lacks of the settlement total: 0 if the sum is exact, negative if it is too much."""
    return cents(total, step) - sum((cents(amount, step) for amount in amounts), ZERO)


def expected_of(part, self_claimed=False, step=0.01):
    """Return what the store is to receive of a part (K22); nothing where the customer claims himself (T26)."""
    if self_claimed or part.payer not in PAYS_STORE or part.payee != 'store':
        return ZERO
    return cents(part.amount, step)


def balance(parts, stray=ZERO, *, is_final=False, self_claimed=False, tolerance=ZERO, step=0.01):
    """Return the :class:`Balance` of a claim.

    :param parts: list of :class:`Part`
    :param stray: what came in without belonging to any part
    :param is_final: nothing more will come
    :param tolerance: a difference up to it is none

    The difference is judged once nothing more will come, or everything expected is there; per part too, because
    what one payer lacks is not made good by what another pays too much (T9).
    """
    tolerance = cents(tolerance, step)
    expected = [expected_of(part, self_claimed, step) for part in parts]
    came = [cents(part.received, step) for part in parts]
    stray = cents(stray, step)
    total, received = sum(expected, ZERO), sum(came, ZERO) + stray
    by_part = tuple(got - due for due, got in zip(expected, came, strict=True))
    difference = received - total
    if not total and not received and not any(came):
        return Balance(total, received, ZERO if is_final else None, by_part, 'nothing')
    if not is_final and difference < -tolerance:
        return Balance(total, received, None, by_part, 'partial' if received else 'waiting')
    uneven = abs(difference) > tolerance or abs(stray) > tolerance or any(abs(one) > tolerance for one in by_part)
    return Balance(total, received, difference, by_part, 'difference' if uneven else 'paid')


def unexplained(difference, amounts, tolerance=ZERO, step=0.01):
    """Return what of a difference the explanations do not cover, 0 within the tolerance."""
    rest = cents(difference, step) - sum((cents(amount, step) for amount in amounts), ZERO)
    return ZERO if abs(rest) <= cents(tolerance, step) else rest


def spread(amount, wanted, step=0.01):
    """Return `(amounts, rest)`: `amount` given to the open amounts `wanted` in their order, each up to what is open.

    A refund (negative amount) is taken from what was paid too much: the wanted ones are negative then.
    """
    rest, given = cents(amount, step), []
    for one in wanted:
        one = cents(one, step)
        if rest * one <= 0:
            given.append(ZERO)
            continue
        part = min(rest, one) if rest > 0 else max(rest, one)
        given.append(part)
        rest -= part
    return given, rest


def split(total, liability, *, has_other, property_limit, no_fault_limit, step=0.01):
    """Return `{payer: Decimal}`: how the cost of the car in the workshop usually falls on the payers.

    :param int liability: of this car's driver, in percent
    :param bool has_other: another motor vehicle is involved
    :param property_limit: what the other side's compulsory insurance pays for property if that side is at fault
    :param no_fault_limit: what it pays if that side has no fault (无责代赔)

    The other side's compulsory insurance pays first; the rest is shared by liability between the commercial policies.
    """
    total = cents(total, step)
    if not has_other:
        return {'own_commercial': total}
    compulsory = min(total, cents(no_fault_limit if liability == 100 else property_limit, step))
    rest = total - compulsory
    own = cents(rest * Decimal(liability) / 100, step)
    shares = {'other_compulsory': compulsory, 'own_commercial': own, 'other_commercial': rest - own}
    return {payer: amount for payer, amount in shares.items() if amount}
