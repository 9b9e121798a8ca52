"""Days of a weather: their temperatures, their degree days, and the year that serves as reference."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd

from production.heat.description import HEATING_MONTHS, ReferenceClimate
from production.heat.errors import InvalidReference, StepTooLong
from production.weather import MissingColumn, check_series, fingerprint

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# A wall remembers: weights of the day and the three before it (BDEW, VKU & GEODE 2018).
MEMORY = (1.0, 0.5, 0.25, 0.125)
DAYS_A_YEAR = 365
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, eq=False)
class Days:
    """The local days of a weather and the whole hours that cover it.

    Per day, shape (days,): mean_c and weighted_c [°C], weekday (0 Monday), month, day_of_year. Per hour,
    shape (hours,): day (position), hour (local). edges_h: where intervals begin and end, in hours.
    """

    mean_c: Floats
    weighted_c: Floats
    weekday: Ints
    month: Ints
    day_of_year: Ints
    day: Ints
    hour: Ints
    edges_h: Floats

    def spread(self, hourly_wh: Floats) -> Floats:
        """Heat of the hours [Wh] given to the weather's intervals; a straddled hour is cut in proportion."""
        total = np.concatenate([[0.0], np.cumsum(hourly_wh)])
        return np.diff(np.interp(self.edges_h, np.arange(len(total)), total))

    def degree_days(self, base_c: float, months: tuple[int, ...]) -> Floats:
        """Kelvins below the base, day by day, none outside the heating months [K·d]."""
        return np.maximum(base_c - self.weighted_c, 0.0) * np.isin(self.month, months)


def read_days(weather: pd.DataFrame, interval: timedelta, timezone: str = "Europe/Paris") -> Days:
    """Days of the weather's column temp_air [°C], by the clocks people heat by.

    The days before the first are taken to be like it. Raises weather.WeatherError, StepTooLong.
    """
    check_temperature(weather, interval)
    times = pd.DatetimeIndex(weather.index).tz_convert("UTC").as_unit("ns")
    step_h = interval / HOUR
    first = times[0].floor("h")
    begins_h = (times[0] - first) / pd.Timedelta(HOUR)
    edges_h = np.asarray(begins_h + step_h * np.arange(len(times) + 1), dtype=np.float64)
    hours = pd.date_range(first, periods=int(np.ceil(edges_h[-1] - 1e-9)), freq="h")
    local = hours.tz_convert(ZoneInfo(timezone))
    midnights = local.normalize()
    dates = midnights.unique()
    mean_c = _daily_means(weather["temp_air"].to_numpy(dtype=float), edges_h, midnights.factorize()[0])
    return Days(
        mean_c=mean_c,
        weighted_c=_remembered(mean_c),
        weekday=dates.day_of_week.to_numpy(dtype=np.int64),
        month=dates.month.to_numpy(dtype=np.int64),
        day_of_year=dates.day_of_year.to_numpy(dtype=np.int64),
        day=midnights.factorize()[0].astype(np.int64),
        hour=local.hour.to_numpy(dtype=np.int64),
        edges_h=edges_h,
    )


def check_temperature(weather: pd.DataFrame, interval: timedelta) -> None:
    """Raise what is wrong with times and temperatures; the other columns are not heat's business."""
    if "temp_air" not in weather:
        raise MissingColumn("the weather has no column temp_air")
    check_series(weather[["temp_air"]], interval)
    if interval > timedelta(days=1):
        raise StepTooLong(f"a weather step of {interval} is longer than a day")


def reference_climate(
    weather: pd.DataFrame,
    interval: timedelta,
    *,
    base_c: float = 18.0,
    heating_months: tuple[int, ...] = HEATING_MONTHS,
    timezone: str = "Europe/Paris",
) -> ReferenceClimate:
    """Degree days and ground of one year of weather, a typical one as a rule.

    The ground's mean, swing and coldest day are those of the cosine of one year nearest to the daily
    temperatures. Raises weather.WeatherError, InvalidReference unless 365 or 366 days are covered.
    """
    check_temperature(weather, interval)
    length = len(weather) * interval
    if not timedelta(days=DAYS_A_YEAR) <= length <= timedelta(days=DAYS_A_YEAR + 1):
        raise InvalidReference(f"a reference of {length}; one year is needed")
    days = read_days(weather, interval, timezone)
    mean_c, swing_c, coldest = _yearly_wave(days)
    return ReferenceClimate(
        degree_days=float(days.degree_days(base_c, heating_months).sum()),
        ground_mean_c=mean_c,
        ground_swing_c=swing_c,
        coldest_day=coldest,
        base_c=base_c,
        heating_months=heating_months,
        weather_sha256=fingerprint(weather),
    )


def _daily_means(values: Floats, edges_h: Floats, day: npt.NDArray[np.intp]) -> Floats:
    """Means by local day of intervals of any length, each hour as warm as its parts, shape (days,)."""
    total = np.concatenate([[0.0], np.cumsum(values * np.diff(edges_h))])
    hours = np.arange(len(day) + 1, dtype=float)
    warmth = np.diff(np.interp(hours, edges_h, total))
    covered = np.diff(np.clip(hours, edges_h[0], edges_h[-1]))
    return np.bincount(day, warmth) / np.bincount(day, covered)


def _remembered(mean_c: Floats) -> Floats:
    padded = np.concatenate([np.repeat(mean_c[:1], len(MEMORY) - 1), mean_c])
    return np.convolve(padded, MEMORY, mode="valid") / sum(MEMORY)


def _yearly_wave(days: Days) -> tuple[float, float, float]:
    """Mean [°C], half swing [K] and coldest day of the nearest yearly cosine."""
    angle = 2 * np.pi * days.day_of_year / DAYS_A_YEAR
    columns = np.column_stack([np.ones_like(angle), np.cos(angle), np.sin(angle)])
    mean, cosine, sine = np.linalg.lstsq(columns, days.mean_c, rcond=None)[0]
    coldest = (np.arctan2(-sine, -cosine) % (2 * np.pi)) * DAYS_A_YEAR / (2 * np.pi)
    return float(mean), float(np.hypot(cosine, sine)), float(coldest)
