"""The buyer's statement against our own lines: each difference cut into causes that add up to it.

Difference = received − expected. From our amount to theirs one thing is changed at a time, in this order:
energy, price, index; what is left is rounding, or unexplained. Each stage is rounded to the cent, so the
causes add up exactly (`docs/algorithms/revenue.md`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from mine_de_soleil.core.money import CENT
from production.revenue.energy import MOST_WH
from production.revenue.errors import UnreadableStatement
from production.revenue.figures import MOST
from production.revenue.lines import WH_PER_KWH, Line, MonthRevenue, Part
from production.revenue.worth import Worth, worth_of

# Years of contracts; what is outside is a slip.
FIRST_YEAR, LAST_YEAR = 1990, 2150


class Cause(StrEnum):
    """Why a statement differs from what was expected."""

    ENERGY = "energy"
    PRICE = "price"
    INDEX = "index"
    ROUNDING = "rounding"
    MISSING = "missing"
    UNEXPECTED = "unexpected"
    TWICE = "twice"
    UNEXPLAINED = "unexplained"
    SEVERAL_PRICES = "several_prices"


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A line as the buyer states it. What it doesn't say is None, and taken to be as expected.

    energy_wh [Wh]; price in the contract's unit; reference: complement only, same unit; amount [€].
    """

    first: dt.date
    last: dt.date
    part: Part
    amount: Decimal
    energy_wh: int | None = None
    price: Decimal | None = None
    coefficient: Decimal | None = None
    reference: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a difference [€]; may be zero where causes cancel out to the cent."""

    cause: Cause
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Comparison:
    """One line of the statement against ours, or ours alone; `number` is its place from 1, None if absent.

    `days_missing`: days of ours that were never read: our energy may be the wrong one.
    """

    number: int | None
    first: dt.date
    last: dt.date
    part: Part
    ours: tuple[Line, ...]
    received: StatementLine | None
    shares: tuple[Share, ...]
    days_missing: int = 0

    @property
    def expected_amount(self) -> Decimal:
        return sum((line.amount for line in self.ours), Decimal())

    @property
    def received_amount(self) -> Decimal:
        return Decimal() if self.received is None else self.received.amount

    @property
    def difference(self) -> Decimal:
        """Received less expected [€]; the shares add up to it."""
        return self.received_amount - self.expected_amount

    @property
    def agrees(self) -> bool:
        """To the cent, or to what rounding does."""
        return all(share.cause is Cause.ROUNDING for share in self.shares)


def check_lines(statement: Sequence[StatementLine]) -> None:
    """Raise UnreadableStatement for the first line that no buyer can have meant."""
    for number, stated in enumerate(statement, start=1):
        _check(number, stated)
        if not FIRST_YEAR <= stated.first.year <= stated.last.year <= LAST_YEAR:
            raise UnreadableStatement(number, "l’année n’est pas possible.")


def compare(months: Sequence[MonthRevenue], statement: Sequence[StatementLine]) -> list[Comparison]:
    """Every line of the statement, then the lines of ours it lacks; raises UnreadableStatement.

    A line of ours belongs to the first line of the statement of its part whose period contains it.
    """
    left = [line for month in months for line in month.lines]
    found, seen = [], set()
    for number, stated in enumerate(statement, start=1):
        _check(number, stated)
        key = (stated.first, stated.last, stated.part)
        ours = tuple(line for line in left if _is_within(line, stated))
        left = [line for line in left if line not in ours]
        if key in seen:
            shares: tuple[Share, ...] = (Share(Cause.TWICE, stated.amount),)
        elif not ours:
            shares = (Share(Cause.UNEXPECTED, stated.amount),)
        else:
            shares = _shares(ours, stated)
        seen.add(key)
        missing = _days_missing(months, stated.first, stated.last)
        found.append(Comparison(number, *key, ours, stated, shares, missing))
    return found + [_absent(line, months) for line in left if line.amount or line.energy_wh]


def _check(number: int, stated: StatementLine) -> None:
    if stated.last < stated.first:
        raise UnreadableStatement(number, "la période finit avant de commencer.")
    if stated.energy_wh is not None and not 0 <= stated.energy_wh <= MOST_WH:
        raise UnreadableStatement(number, "l’énergie est négative, ou plus grande que possible.")
    limits = ((stated.amount, MOST * MOST), (stated.price, MOST), (stated.coefficient, MOST))
    for told, most in (*limits, (stated.reference, MOST)):
        if told is not None and not (told.is_finite() and abs(told) <= most):
            raise UnreadableStatement(number, "un des nombres n’est pas possible.")
    if stated.amount != stated.amount.quantize(CENT):
        raise UnreadableStatement(number, "le montant a plus de deux décimales.")


def _is_within(line: Line, stated: StatementLine) -> bool:
    return line.part == stated.part and stated.first <= line.first and line.last <= stated.last


def _absent(line: Line, months: Iterable[MonthRevenue]) -> Comparison:
    shares = (Share(Cause.MISSING, -line.amount),)
    missing = _days_missing(months, line.first, line.last)
    return Comparison(None, line.first, line.last, line.part, (line,), None, shares, missing)


def _days_missing(months: Iterable[MonthRevenue], first: dt.date, last: dt.date) -> int:
    touched = (month for month in months if month.first <= last and first <= month.last)
    return sum(month.days - month.days_read for month in touched)


def _shares(ours: tuple[Line, ...], stated: StatementLine) -> tuple[Share, ...]:
    """From our amount to theirs, one change at a time."""
    mine = worth_of(ours)
    start = mine.amount()
    energy = mine.with_energy(stated.energy_wh)
    price = energy.with_price(stated.price, stated.reference)
    index = price.with_coefficient(stated.coefficient)
    parts = {
        _energy_cause(mine, energy, len(ours)): energy.amount() - start,
        Cause.PRICE: price.amount() - energy.amount(),
        Cause.INDEX: index.amount() - price.amount(),
    }
    # Our lines were rounded one by one, theirs perhaps together: both ends belong to the rest.
    rest = (start - sum((line.amount for line in ours), Decimal())) + (stated.amount - index.amount())
    is_rounding = abs(rest) <= CENT * len(ours)
    otherwise = Cause.SEVERAL_PRICES if mine.is_mean else Cause.UNEXPLAINED
    cause = Cause.ROUNDING if is_rounding else otherwise
    parts[cause] = parts.get(cause, Decimal()) + rest
    return tuple(Share(cause, amount) for cause, amount in parts.items() if amount)


def _energy_cause(mine: Worth, theirs: Worth, lines: int) -> Cause:
    """A meter read in whole kilowatt-hours differs by less than one a line: that is rounding."""
    is_rounding = abs(theirs.energy_wh - mine.energy_wh) < WH_PER_KWH * lines
    return Cause.ROUNDING if is_rounding else Cause.ENERGY
