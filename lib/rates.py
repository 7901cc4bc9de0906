"""Which commission rate applies: the most specific one, a store's own before the group's (T10)."""

from datetime import date
from typing import NamedTuple

ANY = 'any'


class Facts(NamedTuple):
    """What is known of a policy when its commission rate is looked for."""

    business: str | None = None  # 'new' or 'renewal'
    use_type: str | None = None
    is_new_energy: bool = False
    is_transferred: bool = False
    third_party_limit: float = 0  # sum insured, in yuan; 0 without third-party cover
    has_damage: bool = False


class Rate(NamedTuple):
    """A line of a rate card; ANY, None and 0 stand for a dimension that is left open."""

    key: int
    is_own: bool  # of a store's own card, not of the group's
    date_from: date
    date_to: date  # inclusive
    rate: float
    business: str = ANY
    use_type: str | None = None
    energy: str = ANY  # 'fuel' or 'nev'
    is_transferred: str = ANY  # 'yes' or 'no'
    limit_from: float = 0
    limit_to: float = 0
    has_damage: str = ANY  # 'yes' or 'no'

    @property
    def dimensions(self):
        """What the line asks for; lines with equal dimensions are meant for the same policies."""
        return (
            self.business,
            self.use_type or None,
            self.energy,
            self.is_transferred,
            (self.limit_from, self.limit_to),
            self.has_damage,
        )

    @property
    def rank(self):
        """How it is preferred: own cards first, then by how many dimensions are given."""
        return self.is_own, sum(dimension not in (ANY, None, (0, 0)) for dimension in self.dimensions)

    def applies(self, day, facts):
        """Tell whether the line is meant for a policy with these `facts`, issued on `day`."""
        return (
            self.date_from <= day <= self.date_to
            and self.business in (ANY, facts.business)
            and (not self.use_type or self.use_type == facts.use_type)
            and self.energy in (ANY, 'nev' if facts.is_new_energy else 'fuel')
            and self.is_transferred in (ANY, 'yes' if facts.is_transferred else 'no')
            and self.has_damage in (ANY, 'yes' if facts.has_damage else 'no')
            and self.limit_from <= facts.third_party_limit
            and (not self.limit_to or facts.third_party_limit <= self.limit_to)
        )


def best(rates, day, facts):
    """Return the rates that are preferred for a policy: none, one, or several that contradict each other.

    :param rates: list of :class:`Rate`, the one to take among equals first
    :return: list of :class:`Rate` with different rates; more than one means that nobody can say which applies
    """
    found = [rate for rate in rates if rate.applies(day, facts)]
    top = max((rate.rank for rate in found), default=None)
    distinct = {}
    for rate in found:
        if rate.rank == top:
            distinct.setdefault(rate.rate, rate)
    return list(distinct.values())
