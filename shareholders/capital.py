"""Shares of capital, to be checked with a pencil. No Django, no clock.

Pages sum the register in SQL; `holdings` and `issued` say the same the slow and plain way. Tests hold
the database against them, line by line.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    """What a line of the share register does."""

    ISSUE = "issue"
    TRANSFER = "transfer"
    GIFT = "gift"
    INHERITANCE = "inheritance"
    WITHDRAWAL = "withdrawal"
    CANCELLATION = "cancellation"
    NOMINAL_CHANGE = "nominal_change"
    REVERSAL = "reversal"


# Whether each kind has a giver and a taker. A reversal isn't here: it has those of its line, swapped.
SIDES: dict[str, tuple[bool, bool]] = {
    Kind.ISSUE: (False, True),
    Kind.TRANSFER: (True, True),
    Kind.GIFT: (True, True),
    Kind.INHERITANCE: (True, True),
    Kind.WITHDRAWAL: (True, False),
    Kind.CANCELLATION: (True, False),
    Kind.NOMINAL_CHANGE: (False, False),
}
# How the number of shares of the capital moves with one share of each kind.
ISSUES: dict[str, int] = {kind: taker - giver for kind, (giver, taker) in SIDES.items()}


@dataclass(frozen=True, slots=True)
class Stake:
    """What somebody holds of a whole: shares, euros, and the fraction of the capital."""

    shares: int
    capital_shares: int
    nominal_value: Decimal

    @property
    def value(self) -> Decimal:
        """Nominal value of the shares [€]."""
        return self.shares * self.nominal_value

    @property
    def fraction(self) -> float:
        """Part of the capital, between 0 and 1; 0 while there is no capital."""
        return self.shares / self.capital_shares if self.capital_shares else 0.0


@dataclass(frozen=True, slots=True)
class Movement:
    """A register line reduced to what sums need. `giver` is None for an issue, `taker` for a cancellation."""

    giver: int | None
    taker: int | None
    quantity: int


class NegativeHolding(ValueError):
    """A movement takes more shares than its giver holds."""


def holdings(movements: Iterable[Movement]) -> dict[int, int]:
    """Shares by holder after `movements`, in order. Raises NegativeHolding."""
    held: dict[int, int] = {}
    for movement in movements:
        if movement.taker is not None:
            held[movement.taker] = held.get(movement.taker, 0) + movement.quantity
        if movement.giver is not None:
            left = held.get(movement.giver, 0) - movement.quantity
            if left < 0:
                raise NegativeHolding(f"holder {movement.giver} would hold {left} shares")
            held[movement.giver] = left
    return {holder: shares for holder, shares in held.items() if shares}


def issued(movements: Iterable[Movement]) -> int:
    """Shares issued less shares cancelled: the number the capital is made of."""
    return sum(m.quantity * ((m.giver is None) - (m.taker is None)) for m in movements)


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A holder who, by the close of a day, would hold `shares` below zero."""

    holder: int
    day: dt.date
    shares: int


class Accounts:
    """What everybody holds while movements come in the order of entry, and afterwards by the close of days.

    A movement may be dated before others already entered: a holding can be sound in the order of entry and
    fall below zero on a day, or the reverse; both are told. Memory: some 40 bytes per side of a movement.
    """

    def __init__(self) -> None:
        self._held: dict[int, int] = {}
        # Each holder's changes, flat: day, shares, day, shares… Two changes of one day in a row are one.
        self._changes: dict[int, list[dt.date | int]] = {}

    def move(self, giver: int | None, taker: int | None, quantity: int, dated: dt.date) -> int:
        """Enter a movement; returns what its giver is left with, below zero if it gave too much."""
        if taker is not None:
            self._change(taker, quantity, dated)
        return self._change(giver, -quantity, dated) if giver is not None else 0

    def _change(self, holder: int, shares: int, dated: dt.date) -> int:
        held = self._held[holder] = self._held.get(holder, 0) + shares
        changes = self._changes.setdefault(holder, [])
        if changes and changes[-2] == dated:
            changes[-1] += shares  # type: ignore[operator]
        else:
            changes += (dated, shares)
        return held

    def holdings(self) -> dict[int, int]:
        """Shares by holder now, whoever holds none left out."""
        return {holder: shares for holder, shares in self._held.items() if shares}

    def shortfalls(self) -> Iterator[Shortfall]:
        """The first day, by holder, on which a holding is below zero by the close."""
        for holder, changes in self._changes.items():
            by_day: dict[dt.date, int] = {}
            for day, shares in zip(changes[::2], changes[1::2], strict=True):
                by_day[day] = by_day.get(day, 0) + shares  # type: ignore[index, arg-type, operator]
            held = 0
            for day in sorted(by_day):
                held += by_day[day]
                if held < 0:
                    yield Shortfall(holder, day, held)
                    break
