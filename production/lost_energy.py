"""What a trouble cost, day by day, to be checked with a pencil. No Django, no clock.

The best witness of each day is asked: neighbours, else the weather that was, else an ordinary day. The
first two are corrected by what the plant usually made of them; days without readings are never guessed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from statistics import median

# Less than this of what was expected, the logarithm behind a residual was cut: `neighbours.watching.NOTHING`.
NOTHING = 0.02
CENT = Decimal("0.01")


class By(StrEnum):
    """Who let expect what."""

    NEIGHBOURS = "neighbours"
    WEATHER = "weather"
    FORECAST = "forecast"


@dataclass(frozen=True, slots=True)
class Compared:
    """A day held against the neighbours or its weather: both energies over the same steps [Wh].

    residual: metered over what the plant usually makes of `expected_wh`, less one [1]; None where not judged.
    """

    expected_wh: int
    metered_wh: int
    residual: float | None
    by: By

    @property
    def usual(self) -> float | None:
        """What part of `expected_wh` the plant usually makes [1]; None where the day doesn't say."""
        if self.residual is None or self.residual <= -1 or self.expected_wh <= 0:
            return None
        return max(self.metered_wh, NOTHING * self.expected_wh) / (1 + self.residual) / self.expected_wh


@dataclass(frozen=True, slots=True)
class SeenDay:
    """All that is known of one day; metered_wh: of a complete day [Wh], None without its readings."""

    day: dt.date
    metered_wh: int | None
    compared: Compared | None
    told_wh: int | None
    ordinary_wh: int


@dataclass(frozen=True, slots=True)
class LostDay:
    """Expected and metered of one day [Wh], and who let expect it."""

    day: dt.date
    expected_wh: int
    metered_wh: int
    by: By

    @property
    def lost_wh(self) -> int:
        """Below zero where more was metered than expected."""
        return self.expected_wh - self.metered_wh


def lost_days(seen: Iterable[SeenDay]) -> list[LostDay]:
    """Each day that can be told, by its best witness. A day nobody metered is left out."""
    days = list(seen)
    usual = _usual(days)
    return [found for day in days if (found := _lost(day, usual)) is not None]


def _usual(days: Sequence[SeenDay]) -> dict[By, float]:
    """Of each witness, what the plant usually made of it: the middle of the days that say so."""
    said: dict[By, list[float]] = {}
    for day in days:
        if day.compared and day.compared.usual is not None:
            said.setdefault(day.compared.by, []).append(day.compared.usual)
    return {by: median(parts) for by, parts in said.items()}


def _lost(day: SeenDay, usual: dict[By, float]) -> LostDay | None:
    known = day.compared
    if known:
        part = usual.get(known.by, 1.0) if known.usual is None else known.usual
        return LostDay(day.day, round(known.expected_wh * part), known.metered_wh, known.by)
    if day.metered_wh is None:
        return None
    if day.told_wh is not None:
        return LostDay(day.day, day.told_wh, day.metered_wh, By.WEATHER)
    return LostDay(day.day, day.ordinary_wh, day.metered_wh, By.FORECAST) if day.ordinary_wh else None


def lost_wh(days: Iterable[LostDay]) -> int:
    """All days together [Wh]: good days make up for bad ones, but nothing is ever lost below zero."""
    return max(0, sum(day.lost_wh for day in days))


def worth(days: Iterable[tuple[int, Decimal]]) -> Decimal:
    """Euros of energies [Wh], each at its day's price [€/kWh]; rounded once, to the cent, half up."""
    amount = sum((Decimal(wh) / 1000 * price for wh, price in days), Decimal())
    return amount.quantize(CENT, ROUND_HALF_UP)
