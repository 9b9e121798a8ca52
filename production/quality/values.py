"""Checks of single values: stuck, straight lines, night production, impossible power, standstill by day."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from production.quality.findings import Finding
from production.quality.libraries import library, not_yet_pandas_4
from production.quality.marks import Mark, runs
from production.quality.series import Bools, Floats, MeterSeries

# Flags the values of one step [Wh] that speak against themselves; told the step [s].
Find = Callable[["pd.Series[float]", int], "pd.Series[bool]"]

HOUR_S = 3600
# Steps up to an hour show the sun's curve; longer ones don't.
LONGEST_FINE_S = HOUR_S
STUCK_S, LEAST_STUCK = 2 * HOUR_S, 5
STRAIGHT_S, LEAST_STRAIGHT = 2 * HOUR_S, 8
# Under these parts of the peak power, values repeat by rounding alone.
LEAST_STUCK_POWER, LEAST_QUANTA = 0.02, 20
AT_INVERTER_LIMIT = 0.97
NIGHT_POWER, LEAST_NIGHT_S = 0.005, 900
# A standstill: hardly anything while a clear sky would give this part of the peak power.
STANDSTILL_POWER, BRIGHT, STANDSTILL_S = 0.002, 0.2, 2 * HOUR_S
# A reading of a day or so is bright with this many hours of peak power under a clear sky.
BRIGHT_LONG_H = 1.0
# Over a long reading clouds' edges even out: this much over a clear sky is no weather.
MOST_OVER_CLEAR = 1.35
STRAIGHT_TOLERANCE_WH = 1.0


def stuck(series: MeterSeries) -> list[Mark]:
    """The same power for two hours or more in daylight, by `pvanalytics.quality.gaps.stale_values_round`."""
    gaps = library("pvanalytics.quality.gaps")
    return _on_fine_steps(
        series,
        Finding.STUCK,
        lambda values, length_s: gaps.stale_values_round(
            values, window=max(LEAST_STUCK, STUCK_S // length_s), decimals=0, mark="all"
        ),
    )


def straight(series: MeterSeries) -> list[Mark]:
    """Straight lines of two hours or more in daylight, by `pvanalytics.quality.gaps.interpolation_diff`.

    Looked for only where the step is coarse enough for the sun's own curve to show through whole watt-hours.
    """
    gaps = library("pvanalytics.quality.gaps")

    def find(values: pd.Series[float], length_s: int) -> pd.Series[bool]:
        window = max(LEAST_STRAIGHT, STRAIGHT_S // length_s)
        bend = series.site.peak_power_w * length_s / HOUR_S * (2 * np.pi * length_s / (24 * HOUR_S)) ** 2
        candidates = (values.diff().diff().abs() <= STRAIGHT_TOLERANCE_WH).rolling(window - 2).sum()
        if bend < 3 * STRAIGHT_TOLERANCE_WH or not (candidates >= window - 2).any():
            return pd.Series(False, index=values.index)
        near = (candidates >= window - 2)[::-1].rolling(window, min_periods=1).max()[::-1] > 0
        with not_yet_pandas_4():
            line: pd.Series[bool] = gaps.interpolation_diff(
                values.where(near), window=window, rtol=0, atol=STRAIGHT_TOLERANCE_WH, mark="all"
            )
        return line

    return _on_fine_steps(series, Finding.STRAIGHT, find)


def _on_fine_steps(series: MeterSeries, kind: Finding, find: Find) -> list[Mark]:
    """Run a library's check on the readings of each step, a hole in time being one in the values too."""
    marks = []
    for length_s in np.unique(series.length_s[series.length_s <= LONGEST_FINE_S]).tolist():
        ours = series.length_s == length_s
        values = np.where(_telling(series, int(length_s)), series.energy_wh, np.nan)[ours]
        joined = series.follows[ours]
        places = np.arange(len(values)) + np.cumsum(~joined)
        spread = pd.Series(np.nan, index=range(int(places[-1]) + 1), dtype=float)
        spread.iloc[places] = values
        flags = np.zeros(len(ours), dtype=bool)
        flags[ours] = find(spread, int(length_s)).to_numpy(dtype=bool)[places] & np.isfinite(values)
        marks += [_run_mark(series, kind, *run) for run in runs(flags, series.follows)]
    return marks


def _telling(series: MeterSeries, length_s: int) -> Bools:
    """Readings whose repetition means something: by day, well above rounding, below the inverters' limit."""
    ours = series.energy_wh[series.length_s == length_s]
    different = np.diff(np.unique(ours))
    quantum = float(different.min()) if len(different) else 1.0
    return np.asarray(
        series.in_light
        & (series.power_w >= LEAST_STUCK_POWER * series.site.peak_power_w)
        & (series.energy_wh >= LEAST_QUANTA * quantum)
        & (series.power_w < AT_INVERTER_LIMIT * series.site.plant.inverter_power_w)
    )


def _run_mark(series: MeterSeries, kind: Finding, first: int, last: int) -> Mark:
    mean = float(series.power_w[first : last + 1].mean())
    return Mark(int(series.day[first]), kind, int(series.start_s[first]), int(series.end_s[last]), mean)


def night(series: MeterSeries) -> list[Mark]:
    """Energy while the sun is down: the clock, another meter, or a consumption counted as production."""
    sun, day = series.sun, series.day
    dark = (series.end_s <= sun.dark_before_s[day]) | (series.start_s >= sun.dark_after_s[day])
    flags = dark & (series.power_w > NIGHT_POWER * series.site.peak_power_w)
    marks = []
    for number in np.unique(day[flags]).tolist():
        found = flags & (day == number)
        if series.length_s[found].sum() >= LEAST_NIGHT_S:
            marks.append(_day_mark(series, Finding.NIGHT, number, found, series.energy_wh[found].sum()))
    return marks


def too_much(series: MeterSeries) -> list[Mark]:
    """More than inverters and panels can, by `pvanalytics.quality.util.check_limits`."""
    limits = library("pvanalytics.quality.util")
    within = limits.check_limits(series.power_w, upper_bound=series.site.most_power_w, inclusive_upper=True)
    long = series.length_s > LONGEST_FINE_S
    over_clear = long & (series.energy_wh > MOST_OVER_CLEAR * series.clear_wh + LEAST_QUANTA)
    flags = ~np.asarray(within) | over_clear
    return [
        _day_mark(series, Finding.TOO_MUCH, number, found, series.power_w[found].max())
        for number in np.unique(series.day[flags]).tolist()
        for found in [flags & (series.day == number)]
    ]


def standstills(series: MeterSeries) -> list[Mark]:
    """Hardly anything for two hours or more while a clear sky would give a fifth of the peak power."""
    peak_w = series.site.peak_power_w
    still = series.power_w <= STANDSTILL_POWER * peak_w
    fine = series.length_s <= 2 * LONGEST_FINE_S
    bright = np.where(
        fine,
        series.clear_wh / series.length_s * HOUR_S >= BRIGHT * peak_w,
        series.clear_wh >= BRIGHT_LONG_H * peak_w,
    )
    marks = []
    for first, last in runs(still & bright, series.follows):
        begin, end = int(series.start_s[first]), int(series.end_s[last])
        if end - begin >= STANDSTILL_S:
            marks.append(Mark(int(series.day[first]), Finding.STOPPED, begin, end, (end - begin) / HOUR_S))
    return marks


def _day_mark(series: MeterSeries, kind: Finding, day: int, flags: Bools, value: float) -> Mark:
    where = np.flatnonzero(flags)
    return Mark(day, kind, int(series.start_s[where[0]]), int(series.end_s[where[-1]]), float(value))


def clearness(series: MeterSeries) -> Floats:
    """Energy of each complete day over a clear sky's [1]; not a number for other days, shape (days,)."""
    whole = (series.coverage >= 0.9) & (series.clear_day_wh > 0)
    found = np.full(len(whole), np.nan)
    np.divide(series.day_wh, series.clear_day_wh, out=found, where=whole & series.heard)
    return found
