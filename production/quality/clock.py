"""A clock that is one hour off, daylight saving not applied: the day's middle against the sun's."""

from __future__ import annotations

import numpy as np
import pandas as pd

from production.quality.findings import Finding
from production.quality.libraries import library
from production.quality.marks import Mark
from production.quality.series import Bools, Floats, Ints, MeterSeries
from production.quality.values import LONGEST_FINE_S, clearness

# From this part of the peak power on a roof is awake; the clear sky is measured with the same yardstick.
AWAKE = 0.01
# Dull days have no edges.
LEAST_CLEARNESS = 0.15
LEAST_DAYS = 5
# pvanalytics' own 13 needs more than two weeks; a break too many costs nothing.
PENALTY = 3
# Two weeks drown in a year: breaks are looked for in stretches of about this many days.
BLOCK_DAYS = 40
# Clocks go wrong by whole hours; less is a hill, a wall, a panel that faces elsewhere than told.
WHOLE_SHIFT_MIN = 60
# A hill hides one edge of the day; a clock moves both.
BOTH_EDGES_MIN = 25.0


def clock(series: MeterSeries) -> list[Mark]:
    """Days on which the clock is a whole hour off or more, by `pvanalytics.quality.time.shifts_ruptures`."""
    wakes, sleeps = _edges(series, series.energy_wh), _edges(series, series.clear_wh)
    late_min = (wakes - sleeps) / 60
    known = np.isfinite(late_min).all(axis=0) & (np.nan_to_num(clearness(series)) > LEAST_CLEARNESS)
    if known.sum() < 2 * LEAST_DAYS:
        return []
    middle = late_min[:, known].mean(axis=0)
    blocks = np.array_split(np.arange(len(middle)), max(1, len(middle) // BLOCK_DAYS))
    amount = np.concatenate([_shift(middle[block]) for block in blocks])
    return _marks(series, np.flatnonzero(known), amount, late_min[:, known])


def _shift(middle_min: Floats) -> Floats:
    """By how much each of these days is off, in whole hours [min]."""
    if np.ptp(middle_min) == 0:
        # A series without any variation has no break, and its z-score no meaning.
        return np.asarray(WHOLE_SHIFT_MIN * np.round(middle_min / WHOLE_SHIFT_MIN))
    index = pd.date_range("2000-01-01", periods=len(middle_min), freq="D")
    _, shift = library("pvanalytics.quality.time").shifts_ruptures(
        pd.Series(middle_min, index=index),
        pd.Series(0.0, index=index),
        period_min=LEAST_DAYS,
        shift_min=WHOLE_SHIFT_MIN,
        prediction_penalty=PENALTY,
        bottom_quantile_threshold=0.1,
        top_quantile_threshold=0.9,
    )
    return np.asarray(shift.to_numpy(), dtype=float)


def _marks(series: MeterSeries, numbers: Ints, amount: Floats, late_min: Floats) -> list[Mark]:
    """Every heard day between the first and the last of a shifted stretch, the dull ones included."""
    marks = []
    cuts = np.flatnonzero(np.diff(amount)) + 1
    for stretch in np.split(np.arange(len(amount)), cuts):
        minutes = float(amount[stretch[0]])
        # A break found a day too early or too late: days that aren't off themselves fall away at both ends.
        off = np.flatnonzero(np.abs(late_min[:, stretch].mean(axis=0) - minutes) <= WHOLE_SHIFT_MIN / 2)
        if minutes == 0 or not len(off):
            continue
        stretch = stretch[off[0] : off[-1] + 1]
        edges = np.median(late_min[:, stretch], axis=1)
        if (edges * np.sign(minutes) < BOTH_EDGES_MIN).any():
            continue
        for number in range(int(numbers[stretch[0]]), int(numbers[stretch[-1]]) + 1):
            if series.heard[number]:
                first, last = int(series.sun.start_s[number]), int(series.sun.end_s[number])
                marks.append(Mark(number, Finding.CLOCK, first, last, minutes))
    return marks


def _edges(series: MeterSeries, energy_wh: Floats) -> Floats:
    """When each day's power first and last passes `AWAKE` [s], shape (2, days); long steps are left out."""
    power = energy_wh / series.length_s * 3600
    awake: Bools = (power > AWAKE * series.site.peak_power_w) & (series.length_s <= LONGEST_FINE_S)
    found = np.full((2, len(series.sun.days)), np.nan)
    if not awake.any():
        return found
    numbers, first = np.unique(series.day[awake], return_index=True)
    last = np.append(first[1:], int(awake.sum())) - 1
    found[0, numbers] = series.start_s[awake][first]
    found[1, numbers] = series.end_s[awake][last]
    return found
