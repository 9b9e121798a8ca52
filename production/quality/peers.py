"""What neighbouring roofs say of a day: a part stopped, everybody dark, two meters swapped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from production.quality.findings import Finding
from production.quality.marks import Mark
from production.quality.series import Bools, Floats, Ints, MeterSeries
from production.quality.values import clearness

# A roof at less than this part of what its neighbours let expect, two days running: an inverter stands still.
PART_LEFT, LEAST_LIGHT, LEAST_RUN = 0.72, 0.15, 2
USUAL_DAYS, LEAST_USUAL = 45, 10
# Snow and a cut of the grid stop all roofs at once.
DARK = 0.04


def part_stopped(series: MeterSeries, town: Floats) -> list[Mark]:
    """Days far below the neighbours; `town`: the middle of the neighbours' clearness, shape (days,)."""
    own = clearness(series)
    judged = np.isfinite(own) & np.isfinite(town) & (town >= LEAST_LIGHT)
    ratio = np.divide(own, town, out=np.full(len(own), np.nan), where=judged)
    weak = _weak(ratio)
    days = np.flatnonzero(judged)
    run_of = weak[days] & (
        np.concatenate([[False], weak[days][:-1]]) | np.concatenate([weak[days][1:], [False]])
    )
    usual = _usual(ratio, weak)
    return [
        Mark(
            int(number),
            Finding.PART_STOPPED,
            int(series.sun.light_from_s[number]),
            int(series.sun.light_to_s[number]),
            float(1 - ratio[number] / usual[number]),
        )
        for number in days[run_of]
    ]


def _weak(ratio: Floats) -> Bools:
    """Days under `PART_LEFT` of the usual ratio; a weak day never becomes part of the usual."""
    weak = np.zeros(len(ratio), dtype=bool)
    kept: list[float] = []
    for number in np.flatnonzero(np.isfinite(ratio)).tolist():
        usual = float(np.median(kept[-USUAL_DAYS:])) if len(kept) >= LEAST_USUAL else 1.0
        if ratio[number] < PART_LEFT * usual:
            weak[number] = True
        else:
            kept.append(float(ratio[number]))
    return weak


def _usual(ratio: Floats, weak: Bools) -> Floats:
    """The middle of the latest days that weren't weak, for each day, 1 before there are enough."""
    found = np.ones(len(ratio))
    kept: list[float] = []
    for number in range(len(ratio)):
        if len(kept) >= LEAST_USUAL:
            found[number] = np.median(kept[-USUAL_DAYS:])
        if np.isfinite(ratio[number]) and not weak[number]:
            kept.append(float(ratio[number]))
    return found


def all_dark(stopped: Sequence[Mark], town: Floats) -> list[Mark]:
    """Standstills, told apart: those of days on which the neighbours made hardly anything either."""
    return [
        replace(mark, kind=Finding.ALL_DARK)
        if np.isfinite(town[mark.day]) and town[mark.day] < DARK
        else mark
        for mark in stopped
    ]


# Swapped meters: how far a month's mean day is from its own roof's, and from the other's.
FAR, BETTER = 0.2, 0.5
LEAST_MONTH_DAYS = 10


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """A mean day of one meter and of its roof under a clear sky, by hour UTC [Wh], shape (24,)."""

    metered_wh: Floats
    clear_wh: Floats


def swapped(profiles: Mapping[str, Profile]) -> dict[str, tuple[str, float]]:
    """Meters that fit each other's roof clearly better than their own: code → (other code, part better).

    The sky is the same for all: its middle clearness scales every roof. Two meters are swapped when each is
    far from its own roof and both together are at most half as far from each other's.
    """
    codes = [code for code, one in profiles.items() if one.metered_wh.sum() > 0 and one.clear_wh.sum() > 0]
    if len(codes) < 2:
        return {}
    sky = float(np.median([profiles[c].metered_wh.sum() / profiles[c].clear_wh.sum() for c in codes]))
    far = {
        (a, b): _distance(profiles[a].metered_wh, sky * profiles[b].clear_wh) for a in codes for b in codes
    }
    found: dict[str, tuple[str, float]] = {}
    for a in codes:
        b = min((c for c in codes if c != a), key=lambda c: far[a, c] + far[c, a])
        own, cross = far[a, a] + far[b, b], far[a, b] + far[b, a]
        if min(far[a, a], far[b, b]) > FAR and cross < BETTER * own:
            found[a] = (b, 1 - cross / own)
    return {a: (b, better) for a, (b, better) in found.items() if found.get(b, ("", 0.0))[0] == a}


def _distance(metered_wh: Floats, expected_wh: Floats) -> float:
    return float(np.abs(metered_wh - expected_wh).sum() / expected_wh.sum())


def far_from_own_roof(series: MeterSeries, town: Floats) -> list[tuple[int, int]]:
    """Months in which a meter is far from its own roof: only there is it worth asking the others.

    town: the middle of the neighbours' clearness, shape (days,).
    """
    found = []
    months = np.array([day.year * 12 + day.month - 1 for day in series.sun.days])
    whole = np.isfinite(clearness(series)) & np.isfinite(town)
    for month in np.unique(months[whole]).tolist():
        numbers = np.flatnonzero(whole & (months == month))
        if len(numbers) < LEAST_MONTH_DAYS:
            continue
        expected = hour_profile(series, numbers, series.clear_wh) * float(np.median(town[numbers]))
        if _distance(hour_profile(series, numbers, series.energy_wh), expected) > FAR:
            found.append((month // 12, month % 12 + 1))
    return found


def hour_profile(series: MeterSeries, numbers: Ints, energy_wh: Floats) -> Floats:
    """The mean of these days by hour UTC [Wh], shape (24,)."""
    ours = np.isin(series.day, numbers)
    hour = series.start_s[ours] // 3600 % 24
    return np.bincount(hour, energy_wh[ours], 24) / len(numbers)
