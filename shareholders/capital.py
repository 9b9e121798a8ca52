"""Shares of capital, to be checked with a pencil. No Django, no clock.

Pages sum the register in SQL; `holdings` and `issued` say the same the slow and plain way. Tests hold
the database against them, line by line.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal


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
