"""What a counter counted between two readings of its index, put into the months it lies wholly in. Pure.

It is never shared out over days: what lies within a month is that month's, whole; what crosses from one month
to the next is nobody's, and both months say so. Times are those of the place.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from production.formats.errors import french_number, typeset
from production.revenue.energy import DAY, Metered

Piece = tuple[dt.date, dt.date]
TICK = dt.timedelta(microseconds=1)
# A counter shows whole kilowatt-hours: less than one is its last digit.
LAST_DIGIT_WH = 1000


@dataclass(frozen=True, slots=True)
class Counted:
    """Energy of a counter [Wh] from `start` to `end`; `known_wh` of it is in days already."""

    start: dt.datetime
    end: dt.datetime
    energy_wh: int
    known_wh: int = 0

    @property
    def first(self) -> dt.date:
        return self.start.date()

    @property
    def last(self) -> dt.date:
        """The last day it reaches into."""
        return (self.end - TICK).date()

    @property
    def unplaced_wh(self) -> int:
        """What no day has [Wh]."""
        return max(0, self.energy_wh - self.known_wh)

    def is_within(self, piece: Piece) -> bool:
        return piece[0] <= self.first and self.last <= piece[1]

    def touches(self, piece: Piece) -> bool:
        return self.first <= piece[1] and piece[0] <= self.last


@dataclass(frozen=True, slots=True)
class Placed:
    """The energy of months, and what was counted across their edges."""

    metered: tuple[Metered, ...]
    astride: tuple[Counted, ...]

    def notes(self, piece: Piece) -> list[str]:
        """French sentences: what was counted on both sides of the edges of a month."""
        return [_astride_note(one) for one in self.astride if one.touches(piece)]


def place_all(metered: Iterable[Metered], counted: Iterable[Counted], pieces: Sequence[Piece]) -> Placed:
    """`place` where there is something to place; else what is metered, however long its intervals."""
    known, beside = tuple(metered), tuple(counted)
    return place(known, beside, pieces) if beside else Placed(known, ())


def place(days: Sequence[Metered], counted: Iterable[Counted], pieces: Sequence[Piece]) -> Placed:
    """Days and counted energies as intervals of `pieces` (months or parts of them, in order, no day in two).

    days: one day each. A day is read if its readings are complete, or if indexes of the piece enclose it.
    The days of an energy that crosses an edge aren't read.
    """
    complete = {day.first for day in days if day.days_read}
    open_ones = [one for one in _split_nothing(counted, pieces) if not _is_settled(one, complete, pieces)]
    own = {piece: [one for one in open_ones if one.is_within(piece)] for piece in pieces}
    astride = [
        one for one in open_ones if any(one.touches(piece) and not one.is_within(piece) for piece in pieces)
    ]
    doubtful = {day for one in astride for day in _days(one.first, one.last)}
    read = complete | {day for within in own.values() for one in _joined(within) for day in _whole_days(one)}
    groups = [group for within in own.values() for group in _groups(within)]
    return Placed(_intervals(days, groups, read - doubtful), tuple(astride))


def _split_nothing(counted: Iterable[Counted], pieces: Sequence[Piece]) -> list[Counted]:
    """In order; a counter that stood still did so on every day, so nothing is lost in cutting it by month."""
    found: list[Counted] = []
    for one in sorted(counted, key=lambda one: one.start):
        touched = [piece for piece in pieces if one.touches(piece)]
        if one.energy_wh:
            found.append(one)
        else:
            found += [_part(one, piece) for piece in touched]
    return found


def _part(one: Counted, piece: Piece) -> Counted:
    first, last = piece
    opens = dt.datetime.combine(first, dt.time(), one.start.tzinfo)
    closes = dt.datetime.combine(last + DAY, dt.time(), one.start.tzinfo)
    return replace(one, start=max(one.start, opens), end=min(one.end, closes))


def _is_settled(one: Counted, complete: set[dt.date], pieces: Sequence[Piece]) -> bool:
    """Whether the days have all of it, to the counter's last digit."""
    asked = {day for day in _days(one.first, one.last) if any(a <= day <= b for a, b in pieces)}
    return one.unplaced_wh < LAST_DIGIT_WH and asked <= complete


def _joined(ordered: Sequence[Counted]) -> list[Counted]:
    """Those that follow each other without a gap as one, energy left aside."""
    found: list[Counted] = []
    for one in ordered:
        if found and found[-1].end == one.start:
            found[-1] = replace(found[-1], end=one.end)
        else:
            found.append(one)
    return found


def _whole_days(one: Counted) -> Iterable[dt.date]:
    """The days it holds from midnight to midnight."""
    first = one.first if one.start.time() == dt.time() else one.first + DAY
    return _days(first, one.end.date() - DAY)


def _days(first: dt.date, last: dt.date) -> Iterable[dt.date]:
    return (first + n * DAY for n in range((last - first).days + 1))


def _groups(ordered: Sequence[Counted]) -> list[list[Counted]]:
    """Those that share a day, together: no day may be in two intervals."""
    groups = [[one] for one in ordered[:1]]
    for before, after in pairwise(ordered):
        if after.first <= before.last:
            groups[-1].append(after)
        else:
            groups.append([after])
    return groups


def _intervals(
    days: Sequence[Metered], groups: Sequence[Sequence[Counted]], read: set[dt.date]
) -> tuple[Metered, ...]:
    """Each group as one interval with the days it covers; the other days as they are."""
    by_day = {day.first: day for day in days}
    found = []
    for group in groups:
        covered = list(_days(group[0].first, group[-1].last))
        energy = sum(one.unplaced_wh for one in group)
        energy += sum(by_day.pop(day).energy_wh for day in covered if day in by_day)
        found.append(Metered(covered[0], covered[-1], energy, sum(day in read for day in covered)))
    alone = [replace(day, days_read=int(day.first in read)) for day in by_day.values()]
    return tuple(sorted([*found, *alone], key=lambda part: part.first))


def _astride_note(one: Counted) -> str:
    energy = french_number(one.unplaced_wh / 1000, 1)
    return typeset(
        f"L’index relevé du {one.start:%d/%m/%Y} au {one.end:%d/%m/%Y} déborde du mois : "
        f"ses {energy} kWh ne sont comptés dans aucun mois. Ajoutez un index au premier jour du mois."
    )
