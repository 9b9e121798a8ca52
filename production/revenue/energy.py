"""Energy over days, as meters give it: a day, or a whole month between two readings of an index.

A part of an interval gets its energy by number of days, and says so; the parts add up to the whole.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from production.revenue.errors import InvalidEnergy

DAY = dt.timedelta(days=1)
# A thousand terawatt-hours: more is no meter.
MOST_WH = 10**15


@dataclass(frozen=True, slots=True)
class Metered:
    """Energy [Wh] of the days `first` to `last`, both included, of which `days_read` were read completely."""

    first: dt.date
    last: dt.date
    energy_wh: int
    days_read: int

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Taken:
    """What the intervals say of a period: energy [Wh], days read of its days, and whether one was cut."""

    energy_wh: int
    days_read: int
    days: int
    is_cut: bool

    @property
    def days_missing(self) -> int:
        return self.days - self.days_read


def of_day(day: dt.date, energy_wh: int, *, is_complete: bool = True) -> Metered:
    """One day's energy [Wh]."""
    return Metered(day, day, energy_wh, int(is_complete))


def in_order(metered: Iterable[Metered]) -> tuple[Metered, ...]:
    """The intervals by day. Raises InvalidEnergy if one can't be or a day is in two of them."""
    known = tuple(sorted(metered, key=lambda part: part.first))
    for part in known:
        if part.last < part.first or not 0 <= part.days_read <= part.days:
            raise InvalidEnergy(f"La période commencée le {part.first:%d/%m/%Y} est impossible.")
        if not 0 <= part.energy_wh <= MOST_WH:
            raise InvalidEnergy(
                f"L’énergie du {part.first:%d/%m/%Y} est négative, ou plus grande que possible."
            )
    for before, after in pairwise(known):
        if after.first <= before.last:
            raise InvalidEnergy(f"Le {after.first:%d/%m/%Y} est compté deux fois.")
    return known


def take(metered: Sequence[Metered], first: dt.date, last: dt.date) -> Taken:
    """Energy of `first` to `last` [Wh] from ordered intervals; days nobody read are missing, not zero."""
    energy, read, is_cut = 0, 0, False
    # Ten years of days are asked month by month: start where the period does, stop where it ends.
    for i in range(bisect_left(metered, first, key=lambda part: part.last), len(metered)):
        part = metered[i]
        before, after = max(first, part.first), min(last, part.last)
        if before > after:
            break
        skipped, kept = (before - part.first).days, (after - part.first).days + 1
        energy += _between(part.energy_wh, skipped, kept, part.days)
        read += _between(part.days_read, skipped, kept, part.days)
        is_cut = is_cut or kept - skipped < part.days
    return Taken(energy, read, max(0, (last - first).days + 1), is_cut)


def _between(whole: int, skipped: int, kept: int, days: int) -> int:
    # Both ends are cut down in the same way, so that neighbouring parts add up to the whole.
    return whole * kept // days - whole * skipped // days


def cut(first: dt.date, last: dt.date, starts: Iterable[dt.date]) -> list[tuple[dt.date, dt.date]]:
    """`first` to `last` in pieces that begin anew on each of `starts`."""
    begins = [first, *sorted({day for day in starts if first < day <= last})]
    return list(zip(begins, [*(day - DAY for day in begins[1:]), last], strict=True))
