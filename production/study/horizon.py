"""What stands between the sun and the plant: the sun's paths, the horizon, what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd

from production.fleet import PvPlant
from production.fleet.horizon import Profile, height_at
from production.fleet.sky import STANDARD_TIME
from production.fleet.sun import Floats, sun_over, sun_series
from production.study.months import MONTHS, Ints, month_index

PATH_STEP = timedelta(minutes=30)
DAY_OF_PATH = 21


@dataclass(frozen=True, slots=True)
class SunPoint:
    """Where the sun stands at an hour of standard time (UTC+1): hour [h], azimuth, height [°], above 0°."""

    hour: float
    azimuth_deg: float
    height_deg: float


@dataclass(frozen=True, slots=True)
class SunMonth:
    """The sun on the 21st of a month, and what the horizon takes in that month.

    sun_hours: hours of sun above a flat horizon [h]; hidden_hours: those it spends behind the real one [h].
    lost_wh: energy the plant would deliver more without horizon [Wh].
    """

    month: int
    path: tuple[SunPoint, ...]
    sun_hours: float
    hidden_hours: float
    lost_wh: int


@dataclass(frozen=True, slots=True)
class Shading:
    """horizon_deg: heights [°], evenly spaced clockwise from north; empty where none was surveyed."""

    horizon_deg: tuple[float, ...]
    months: tuple[SunMonth, ...]

    @property
    def lost_wh(self) -> int:
        """Energy the horizon costs in a year [Wh]."""
        return sum(month.lost_wh for month in self.months)


def shading(plant: PvPlant, starts: pd.DatetimeIndex, interval: timedelta, lost_wh: Sequence[int]) -> Shading:
    """Sun and horizon over the year of the weather's UTC starts; lost_wh: what it costs by month [Wh]."""
    place = (plant.latitude, plant.longitude, plant.altitude_m)
    year = int(starts[len(starts) // 2].year)
    up, hidden = _hours(plant, starts, interval)
    paths = [sun_path(place, year, month) for month in range(1, MONTHS + 1)]
    rows = zip(paths, up.tolist(), hidden.tolist(), lost_wh, strict=True)
    months = [SunMonth(number, *row) for number, row in enumerate(rows, 1)]
    return Shading(tuple(plant.horizon_deg), tuple(months))


def sun_path(place: tuple[float, float, float], year: int, month: int) -> tuple[SunPoint, ...]:
    """The sun of the 21st at each half hour it is up; place: latitude, longitude [°], altitude [m]."""
    first = pd.Timestamp(year=year, month=month, day=DAY_OF_PATH, tz=STANDARD_TIME)
    times = pd.date_range(first, periods=timedelta(days=1) // PATH_STEP, freq=PATH_STEP).tz_convert("UTC")
    zenith, _, azimuth = sun_over(place, sun_series(times))
    hours = np.arange(len(times)) * (PATH_STEP / timedelta(hours=1))
    return tuple(
        SunPoint(float(hour), round(float(where), 2), round(90 - float(down), 2))
        for hour, where, down in zip(hours, azimuth, zenith, strict=True)
        if down < 90
    )


def _hours(plant: PvPlant, starts: pd.DatetimeIndex, interval: timedelta) -> tuple[Floats, Floats]:
    """Hours of sun, and of sun behind the horizon, by month, shape (12,) each [h]."""
    place = (plant.latitude, plant.longitude, plant.altitude_m)
    zenith, _, azimuth = sun_over(place, sun_series(starts + pd.Timedelta(interval) / 2))
    height = 90 - zenith
    up = height > 0
    behind = up & (height < _horizon(plant.horizon_deg, np.radians(azimuth)))
    length, month = interval / timedelta(hours=1), month_index(starts)
    return _counts(month[up]) * length, _counts(month[behind]) * length


def _counts(month: Ints) -> Floats:
    return np.bincount(month, minlength=MONTHS).astype(np.float64)


def _horizon(profile: Profile, azimuth: Floats) -> Floats:
    return height_at(profile, azimuth) if profile else np.zeros_like(azimuth)
