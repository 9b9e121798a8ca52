"""Invented meter series of the demo: what each plant delivered step by step, faults included. Pure.

The yield engine turns the invented weather into energy; ageing, dirt, snow, a small error of each plant
and a few events do the rest. A year is computed whole, from its number alone, and then cut: a day never
depends on the day it was asked for. Whole watt-hours, nights included.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from mine_de_soleil.core.calendar import PARIS, day_bounds
from mine_de_soleil.demo.roofs import ALTITUDE_M, ROOFS, Roof
from mine_de_soleil.demo.weather import STEP, YearWeather, year_weather
from production.fleet import PvArray, PvPlant, build_fleet, expected_energy_wh

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

FIRST_DAY = dt.date(2023, 11, 1)
AGEING_A_YEAR = 0.004
# Error of each plant against its own description: a little shade, panels a little better than sold.
BIAS = (0.006, -0.011, 0.014, 0.003, -0.018, -0.007, 0.011, -0.004)
DIRT_A_DRY_DAY, MOST_DIRT, USUAL_DIRT = 0.0012, 0.03, 0.008
UNDER_SNOW = 0.03
SNOW_MELT_K_H = 30.0  # warmth that clears a flat roof [K·h]
SNOW_FALLS_AT_HOUR = 5


@dataclass(frozen=True, slots=True)
class Outage:
    """Part of a plant was missing, its inverters stopped or its panels dirty; `remaining` was left [1]."""

    plant: str
    first: dt.datetime
    last: dt.datetime
    remaining: float


@dataclass(frozen=True, slots=True)
class Silence:
    """No reading came in: the rows are absent, though the plant ran."""

    plant: str
    first_day: dt.date
    last_day: dt.date


OUTAGE = Outage(
    plant="ecole-lamendin",
    first=dt.datetime(2026, 3, 15, 10, 40, tzinfo=PARIS),
    last=dt.datetime(2026, 3, 24, 11, 20, tzinfo=PARIS),
    remaining=0.5,
)
# Two losses that last: moss on the lower rows of one roof, a string of panels cut off on another.
MOSS = Outage(
    plant="ecole-salengro",
    first=dt.datetime(2026, 9, 14, tzinfo=PARIS),
    last=dt.datetime(2027, 4, 12, 12, tzinfo=PARIS),
    remaining=0.93,
)
STRING = Outage(
    plant="ecole-basly-batiment-5",
    first=dt.datetime(2026, 11, 3, 9, tzinfo=PARIS),
    last=dt.datetime(2027, 2, 24, 15, tzinfo=PARIS),
    remaining=0.85,
)
SILENCE = Silence("cybercoin", dt.date(2025, 7, 8), dt.date(2025, 7, 11))


@dataclass(frozen=True, slots=True, eq=False)
class Metering:
    """Roofs that are metered alike: since when, at which step, with which faults.

    `errors`: of each plant against its own description [1]. The step divides an hour and is a multiple of
    ten minutes.
    """

    roofs: tuple[Roof, ...]
    errors: tuple[float, ...]
    first_day: dt.date
    step: dt.timedelta
    outages: tuple[Outage, ...] = ()
    silences: tuple[Silence, ...] = ()

    @property
    def steps_an_hour(self) -> int:
        return dt.timedelta(hours=1) // self.step


EIGHT_ROOFS = Metering(ROOFS, BIAS, FIRST_DAY, STEP, (OUTAGE, MOSS, STRING), (SILENCE,))


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Readings of one plant within one year: UTC interval starts, and energy [Wh], shape (readings,)."""

    plant: str
    first_day: dt.date
    last_day: dt.date
    start: npt.NDArray[np.datetime64]
    energy_wh: npt.NDArray[np.int64]


def blocks(roof: Roof, first: dt.date, last: dt.date, metering: Metering = EIGHT_ROOFS) -> Iterator[Block]:
    """What the meter of `roof` recorded from `first` to `last` (local days, both included), year by year.

    Days on which nothing was recorded are in no block; a year may so be missing altogether.
    """
    for year in range(first.year, last.year + 1):
        start = max(first, dt.date(year, 1, 1))
        end = min(last, dt.date(year, 12, 31))
        block = _cut(roof, metering, year_energy(year, metering), start, end)
        if len(block.start):
            yield block


def _cut(roof: Roof, metering: Metering, energy: pd.DataFrame, first: dt.date, last: dt.date) -> Block:
    begin, end = pd.Timestamp(day_bounds(first)[0]), pd.Timestamp(day_bounds(last)[1])
    kept = (energy.index >= begin) & (energy.index < end)
    for silence in metering.silences:
        if roof.slug == silence.plant:
            kept &= ~_between(energy.index, *_silent(silence))
    index = pd.DatetimeIndex(energy.index[kept])
    return Block(
        plant=roof.slug,
        first_day=first,
        last_day=last,
        start=index.tz_localize(None).to_numpy(),
        energy_wh=energy[roof.slug].to_numpy()[kept],
    )


def _silent(silence: Silence) -> tuple[dt.datetime, dt.datetime]:
    return day_bounds(silence.first_day)[0], day_bounds(silence.last_day)[1]


def _between(index: pd.Index, first: dt.datetime, last: dt.datetime) -> Bools:
    return np.asarray((index >= pd.Timestamp(first)) & (index < pd.Timestamp(last)))


@lru_cache(maxsize=8)
def year_energy(year: int, metering: Metering = EIGHT_ROOFS) -> pd.DataFrame:
    """Energy of all plants over one year, index UTC starts, one column a plant, whole [Wh]."""
    weather = _at_step(year_weather(year), metering.step)
    fleet = build_fleet([describe(roof) for roof in metering.roofs])
    ideal = expected_energy_wh(fleet, weather.frame, metering.step)
    dirt = _dirt(weather, metering.steps_an_hour)
    columns = {
        roof.slug: _delivered(roof, metering, ideal[n].to_numpy() * (1 + metering.errors[n]) * dirt, weather)
        for n, roof in enumerate(metering.roofs)
    }
    return pd.DataFrame(columns, index=weather.frame.index)


def _at_step(weather: YearWeather, step: dt.timedelta) -> YearWeather:
    """The same year, its ten-minute rows averaged over longer steps."""
    if step == STEP:
        return weather
    return replace(weather, frame=weather.frame.resample(pd.Timedelta(step)).mean())


def describe(roof: Roof) -> PvPlant:
    """The roof in the yield engine's terms."""
    return PvPlant(
        latitude=roof.latitude_deg,
        longitude=roof.longitude_deg,
        altitude_m=ALTITUDE_M,
        inverter_power_w=roof.inverter_power_w,
        arrays=tuple(PvArray(a.tilt_deg, a.azimuth_deg, a.peak_power_w) for a in roof.arrays),
        losses_fraction=float(roof.loss_percent) / 100,
    )


def _delivered(
    roof: Roof, metering: Metering, energy_wh: Floats, weather: YearWeather
) -> npt.NDArray[np.int64]:
    index = pd.DatetimeIndex(weather.frame.index)
    commissioned = pd.Timestamp(roof.commissioned_on, tz="UTC")
    age_years = np.asarray((index - commissioned) / pd.Timedelta(days=365.25), dtype=float)
    aged = energy_wh * (1 - AGEING_A_YEAR * age_years)
    steps = metering.steps_an_hour
    limited = np.minimum(aged * _snow(roof, weather, steps), roof.inverter_power_w / steps)
    for outage in metering.outages:
        if roof.slug == outage.plant:
            limited *= np.where(_between(index, outage.first, outage.last), outage.remaining, 1.0)
    return np.rint(limited).astype(np.int64)


def _dirt(weather: YearWeather, steps_an_hour: int) -> Floats:
    """What dust lets through, shape (steps,) [1]; the usual part of it is in the plants' losses already."""
    level, levels = 0.0, []
    for rained in weather.rain | weather.snowfall:
        level = 0.0 if rained else min(level + DIRT_A_DRY_DAY, MOST_DIRT)
        levels.append(level)
    return np.repeat(1 + USUAL_DIRT - np.array(levels), 24 * steps_an_hour)


def _snow(roof: Roof, weather: YearWeather, steps_an_hour: int) -> Floats:
    """What snow lets through, shape (steps,) [1]: hardly anything until warmth and slope have cleared it."""
    tilt = float(np.average([a.tilt_deg for a in roof.arrays], weights=[a.modules for a in roof.arrays]))
    warmth = np.maximum(weather.frame["temp_air"].to_numpy() + 1.0, 0.0) / steps_an_hour * (1 + tilt / 15)
    through = np.ones(len(warmth))
    for day in np.flatnonzero(weather.snowfall):
        fell = (int(day) * 24 + SNOW_FALLS_AT_HOUR) * steps_an_hour
        melted = np.cumsum(warmth[fell:]) / SNOW_MELT_K_H
        through[fell:] = np.minimum(through[fell:], np.clip(melted**2, UNDER_SNOW, 1.0))
    return through


def as_csv(block: Block) -> bytes:
    """The block as the generic two-column file: UTC starts, whole watt-hours."""
    instants = np.datetime_as_string(block.start, unit="s")
    rows = (f"{at}Z;{wh}" for at, wh in zip(instants.tolist(), block.energy_wh.tolist(), strict=True))
    return ("\n".join(("horodate_utc;energie_wh", *rows)) + "\n").encode()
