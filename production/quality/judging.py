"""From the marks of all checks to one verdict a day."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from production.judgement import ENOUGH_OF_A_DAY
from production.quality import clock, peers, silences, values
from production.quality.findings import DayVerdict, Finding, state_of
from production.quality.marks import Mark
from production.quality.series import MeterSeries
from production.quality.silences import Counted


def judge_days(
    series: MeterSeries,
    first: dt.date,
    *,
    town: Mapping[dt.date, float] | None = None,
    counted: Sequence[Counted] = (),
    swapped_with: Mapping[tuple[int, int], tuple[str, float]] | None = None,
) -> list[DayVerdict]:
    """One verdict a day, from `first` (days before it are context) to the last day of `series`.

    town: the middle of the neighbours' clearness by day [1]; counted: files whose device counted more than
    they tell; swapped_with: by (year, month), the other meter's code and how much better it fits.
    """
    start = series.sun.days.index(first)
    marks = _all_marks(series, start, town or {}, counted)
    marks += _swaps(series, swapped_with or {})
    by_day: dict[int, list[Mark]] = defaultdict(list)
    for mark in marks:
        by_day[mark.day].append(mark)
    return [_verdict(series, number, by_day[number]) for number in range(start, len(series.sun.days))]


def _all_marks(
    series: MeterSeries, start: int, town: Mapping[dt.date, float], counted: Sequence[Counted]
) -> list[Mark]:
    missing = silences.missing(series, start)
    if not len(series.start_s):
        return missing
    nearby = np.array([town.get(day, np.nan) for day in series.sun.days])
    stopped = peers.all_dark(values.standstills(series), nearby)
    proofs = silences.evidence(series, counted, stopped)
    off = clock.clock(series)
    nights, stuck = values.night(series), values.stuck(series)
    shifted = {mark.day for mark in off}
    return [
        *missing,
        *_apart(stopped, proofs),
        *proofs,
        *peers.part_stopped(series, nearby),
        *stuck,
        # What doesn't climb at all is a straight line as well.
        *_apart(values.straight(series), stuck),
        # A clock that is off puts the evening into the night: one fault, told once.
        *(mark for mark in nights if mark.day not in shifted),
        *_apart(values.too_much(series), proofs),
        *off,
    ]


def _apart(marks: Sequence[Mark], told: Sequence[Mark]) -> list[Mark]:
    """Without those that `told` explains: zeros of a cut line, then all its energy in one reading."""
    return [
        mark
        for mark in marks
        if not any(p.day == mark.day and p.first_s <= mark.last_s and mark.first_s <= p.last_s for p in told)
    ]


def _swaps(series: MeterSeries, found: Mapping[tuple[int, int], tuple[str, float]]) -> list[Mark]:
    marks = []
    for number, day in enumerate(series.sun.days):
        other = found.get((day.year, day.month))
        if other and series.heard[number]:
            bounds = int(series.sun.start_s[number]), int(series.sun.end_s[number])
            marks.append(Mark(number, Finding.SWAPPED, *bounds, other[1], other[0]))
    return marks


def _verdict(series: MeterSeries, number: int, marks: list[Mark]) -> DayVerdict:
    kinds = {mark.kind for mark in marks}
    state = state_of(
        kinds,
        is_heard=bool(series.heard[number]),
        is_complete=bool(series.coverage[number] >= ENOUGH_OF_A_DAY),
    )
    found = tuple(mark.found() for mark in sorted(marks, key=lambda mark: (mark.first_s, mark.kind.value)))
    return DayVerdict(series.sun.days[number], state, found)
