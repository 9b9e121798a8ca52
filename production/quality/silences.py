"""Missing readings: how long, and what speaks for a cut line rather than a stopped roof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from production.quality.findings import Finding
from production.quality.marks import Mark
from production.quality.series import MeterSeries

HOUR_S = 3600
# A meter that covers this part of its nights, on most days, speaks by night as well.
SPEAKS_BY_NIGHT = 0.8
# A reading after a silence this far above what a clear sky gives has brought what was silent.
CAUGHT_UP, LEAST_SILENCE_STEPS = 1.5, 2
# What a device's counter knows beyond the readings, over what the clear sky gives in the silence.
COUNTER_SHARE = 0.05
# Shorter holes aren't listed: the portal woke a little after the sun.
LEAST_HOLE_S = 900


@dataclass(frozen=True, slots=True)
class Counted:
    """A file whose device counted more than its readings tell: from, to [s], and the energy between [Wh]."""

    first_s: int
    last_s: int
    untold_wh: float


@dataclass(frozen=True, slots=True)
class Silence:
    """No reading from `first_s` to `last_s`; `after`: the reading that ends it, None while it lasts."""

    first_s: int
    last_s: int
    after: int | None


def silences(series: MeterSeries) -> list[Silence]:
    """Every hole between two readings, and the silence since the last one up to the end of the days."""
    if not len(series.start_s):
        return []
    holes = np.flatnonzero(series.start_s[1:] > series.end_s[:-1])
    found = [Silence(int(series.end_s[n]), int(series.start_s[n + 1]), int(n) + 1) for n in holes]
    end = int(series.sun.end_s[-1])
    return [*found, Silence(int(series.end_s[-1]), end, None)] if end > series.end_s[-1] else found


def missing(series: MeterSeries, reported_from: int) -> list[Mark]:
    """Daylight without readings, day by day, from the day of that number on."""
    marks = []
    last_heard = int(series.day[-1]) if len(series.day) else -1
    for number in range(reported_from, len(series.sun.days)):
        begin, end = int(series.sun.light_from_s[number]), int(series.sun.light_to_s[number])
        if not series.heard[number]:
            value = float(series.clear_day_wh[number])
            marks.append(Mark(number, Finding.NO_READING, begin, end, value))
            if number > last_heard:
                marks.append(Mark(number, Finding.AWAITED, begin, end, number - last_heard))
        elif series.coverage[number] < 0.995:
            marks += _holes(series, number, begin, end)
    return marks


def _holes(series: MeterSeries, number: int, begin: int, end: int) -> list[Mark]:
    ours = np.flatnonzero(series.day == number)
    edges = [begin, *np.clip(series.end_s[ours], begin, end).tolist()]
    opens = [*np.clip(series.start_s[ours], begin, end).tolist(), end]
    least = min(int(np.median(series.length_s[ours])), LEAST_HOLE_S)
    return [
        Mark(number, Finding.GAP, a, b, (b - a) / HOUR_S)
        for a, b in zip(edges, opens, strict=True)
        if b - a >= least
    ]


def evidence(series: MeterSeries, counted: Sequence[Counted], dark: Sequence[Mark]) -> list[Mark]:
    """What tells a cut line from a stopped roof; `dark`: standstills that may be one too.

    A meter heard by night falls silent within one file: MUTE. A counter knows more than the readings:
    COUNTER. The reading that ends a silence, or zeros, holds more than a clear sky: CAUGHT_UP, and what it
    caught up is COUNTER as well.
    """
    speaks = _speaks_by_night(series)
    marks = []
    for silence in silences(series):
        if silence.after is None or silence.last_s - silence.first_s < 2 * _step(series, silence.after):
            continue
        marks += _of_silence(series, silence, counted, speaks)
    for mark in dark:
        after = int(np.searchsorted(series.start_s, mark.last_s))
        if after < len(series.start_s) and _caught_up(series, after):
            marks += _catching(series, Silence(mark.first_s, mark.last_s, after), after)
    return marks


def _of_silence(
    series: MeterSeries, silence: Silence, counted: Sequence[Counted], speaks: bool
) -> list[Mark]:
    after = silence.after
    assert after is not None  # its caller left out what still lasts
    if _caught_up(series, after):
        return _catching(series, silence, after)
    clear_wh = float(series.clear.between(np.array([silence.first_s]), np.array([silence.last_s]))[0])
    for file in counted:
        inside = file.first_s <= silence.first_s and silence.last_s <= file.last_s
        if inside and clear_wh > 0 and file.untold_wh >= COUNTER_SHARE * clear_wh:
            return _spread(series, Finding.COUNTER, silence, file.untold_wh)
    same_file = series.source[after] == series.source[after - 1]
    if speaks and same_file:
        return _spread(series, Finding.MUTE, silence, (silence.last_s - silence.first_s) / HOUR_S)
    return []


def _catching(series: MeterSeries, silence: Silence, after: int) -> list[Mark]:
    energy = float(series.energy_wh[after])
    begin, end = int(series.start_s[after]), int(series.end_s[after])
    caught = Mark(int(series.day[after]), Finding.CAUGHT_UP, begin, end, energy)
    return [*_spread(series, Finding.COUNTER, silence, energy), caught]


def _caught_up(series: MeterSeries, after: int) -> bool:
    length = int(series.length_s[after])
    most_wh = series.site.most_power_w * length / HOUR_S
    return bool(
        series.energy_wh[after] > CAUGHT_UP * max(float(series.clear_wh[after]), most_wh / 3) + most_wh / 3
    )


def _spread(series: MeterSeries, kind: Finding, silence: Silence, value: float) -> list[Mark]:
    """The same finding on each day whose light the silence meets."""
    sun = series.sun
    met = (sun.light_from_s < silence.last_s) & (sun.light_to_s > silence.first_s)
    return [
        Mark(
            int(number),
            kind,
            max(silence.first_s, int(sun.start_s[number])),
            min(silence.last_s, int(sun.end_s[number])),
            value,
        )
        for number in np.flatnonzero(met)
    ]


def _step(series: MeterSeries, number: int) -> int:
    return int(series.length_s[number])


def _speaks_by_night(series: MeterSeries) -> bool:
    """True when the meter is heard by night on most of the days it is heard, in steps of an hour or less.

    A reading of a whole day covers the night too, and says nothing of it.
    """
    sun, day = series.sun, series.day
    if not len(series.length_s) or np.median(series.length_s) > HOUR_S:
        return False
    before = np.maximum(np.minimum(series.end_s, sun.dark_before_s[day]) - series.start_s, 0)
    after = np.maximum(series.end_s - np.maximum(series.start_s, sun.dark_after_s[day]), 0)
    heard = np.bincount(day, before + after, len(sun.days))
    night = (sun.dark_before_s - sun.start_s) + (sun.end_s - sun.dark_after_s)
    asked = series.heard & (night >= HOUR_S)
    return bool(asked.any() and np.median(heard[asked] / night[asked]) >= SPEAKS_BY_NIGHT)
