"""Energy over days, as meters give it: a day, or a whole month between two readings of an index.

A part of an interval gets its energy by number of days, and says so; the parts add up to the whole.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate, pairwise

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


@dataclass(frozen=True, slots=True)
class Ordered:
    """Intervals by day, none over another, with what all before each of them hold: energy [Wh], days read."""

    parts: tuple[Metered, ...]
    firsts: tuple[dt.date, ...]
    energy_before: tuple[int, ...]
    read_before: tuple[int, ...]

    def until(self, day: dt.date) -> tuple[int, int]:
        """Energy [Wh] and days read from the start up to and with `day`."""
        begun = bisect_right(self.firsts, day)
        if not begun:
            return 0, 0
        part = self.parts[begun - 1]
        # Both ends of a period are cut down in the same way, so that neighbours add up to the whole.
        kept = min(part.days, (day - part.first).days + 1)
        energy = self.energy_before[begun - 1] + part.energy_wh * kept // part.days
        return energy, self.read_before[begun - 1] + part.days_read * kept // part.days

    def goes_on_after(self, day: dt.date) -> bool:
        """Whether one interval holds both `day` and the next."""
        begun = bisect_right(self.firsts, day)
        return bool(begun) and self.parts[begun - 1].last > day


def in_order(metered: Iterable[Metered]) -> Ordered:
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
    return Ordered(
        known,
        tuple(part.first for part in known),
        tuple(accumulate((part.energy_wh for part in known), initial=0)),
        tuple(accumulate((part.days_read for part in known), initial=0)),
    )


def take(metered: Ordered, first: dt.date, last: dt.date) -> Taken:
    """Energy of `first` to `last` [Wh]; days nobody read are missing, not zero.

    Two sums up to a day are subtracted: a year costs no more than a day.
    """
    if last < first:
        return Taken(0, 0, 0, False)
    eve = first - DAY
    (before_wh, before), (after_wh, after) = metered.until(eve), metered.until(last)
    is_cut = metered.goes_on_after(eve) or metered.goes_on_after(last)
    return Taken(after_wh - before_wh, after - before, (last - first).days + 1, is_cut)


def cut(first: dt.date, last: dt.date, starts: Iterable[dt.date]) -> list[tuple[dt.date, dt.date]]:
    """`first` to `last` in pieces that begin anew on each of `starts`."""
    begins = [first, *sorted({day for day in starts if first < day <= last})]
    return list(zip(begins, [*(day - DAY for day in begins[1:]), last], strict=True))
