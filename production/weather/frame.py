"""The frame every source gives, its fingerprint, and the checks it passes before anything is computed."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from pvlib import solarposition

from production.weather.errors import (
    ImplausibleWeather,
    MissingColumn,
    MissingHours,
    MissingValues,
    SunOutOfPlace,
    WrongTimeZone,
)

Floats = npt.NDArray[np.float64]

COLUMNS = ("ghi", "dni", "dhi", "temp_air", "wind_speed")
REQUIRED = ("ghi", "temp_air", "wind_speed")
# In a plane, followed by _ and its name where there are several: what a pyranometer reads, and what a
# reference cell does, whose glass has already reflected what modules reflect.
PLANE: Final = "poa_global"
CELL: Final = "poa_cell"
IN_PLANE = (PLANE, CELL)
HOURS_A_YEAR = 8760
HOUR = timedelta(hours=1)
# Above the largest minute ever explained by cloud edges; below, a whole series of sunny kilowatts.
MAX_IRRADIANCE_W_M2, MIN_PLAUSIBLE_PEAK_W_M2, MIN_IRRADIANCE_W_M2 = 2000.0, 2.0, -5.0
MIN_TEMPERATURE_C, MAX_TEMPERATURE_C = -60.0, 60.0
# No ten-minute mean wind passed it outside a tornado; 999, a file's "not measured", does.
MAX_WIND_M_S = 80.0
# Clocks stay within about two hours of the sun, whatever the law (Spain, western China apart).
MAX_ZONE_FROM_SUN_H = 2.0
# The hour around which light is balanced lies within half an hour of solar noon, over whole weeks; an hour's
# slip of zone or label puts it beyond (measured on real years: docs/algorithms/weather.md).
MAX_LIGHT_FROM_NOON_H = 0.7
FEWEST_DAYS_FOR_SUN = 21


def fingerprint(weather: pd.DataFrame) -> str:
    """SHA-256 (hexadecimal) of column names, times and values; equal numbers, equal fingerprint."""
    digest = hashlib.sha256(",".join(map(str, weather.columns)).encode())
    index = pd.DatetimeIndex(weather.index).tz_convert("UTC").as_unit("ns")
    digest.update(index.asi8.astype("<i8").tobytes())
    digest.update(np.ascontiguousarray(weather.to_numpy(dtype="<f8")).tobytes())
    return digest.hexdigest()


def check_weather(weather: pd.DataFrame, interval: timedelta) -> None:
    """Raise a `WeatherError` that names the first fault, before anything is computed."""
    missing = [name for name in REQUIRED if name not in weather]
    if missing:
        raise MissingColumn(f"the weather has no column {', '.join(missing)}")
    check_series(weather, interval)


def check_series(weather: pd.DataFrame, interval: timedelta) -> None:
    """As `check_weather`, for a series that need not hold every quantity: a sensor's, before it is joined."""
    _check_times(weather.index, interval)
    for name in weather.columns:
        _check_values(str(name), weather[name])


def check_zone(zone_hours: float, longitude: float, file: str = "") -> None:
    """Raise WrongTimeZone unless the zone [h east of UTC] may be the longitude's [°]."""
    if not abs(zone_hours - longitude / 15) <= MAX_ZONE_FROM_SUN_H:
        raise WrongTimeZone(
            f"time zone {zone_hours:+g} h cannot be that of longitude {longitude:g}°", file=file
        )


def light_from_noon_h(weather: pd.DataFrame, interval: timedelta, longitude: float) -> float:
    """Solar time around which the light is balanced, less noon [h]; the sun stands at mid-interval.

    weather: column ghi [W/m²], or poa_global; longitude [°]. Equation of time: Spencer (1971), in pvlib.
    """
    light = weather["ghi" if "ghi" in weather else PLANE].clip(lower=0.0).to_numpy(dtype=float)
    middle = pd.DatetimeIndex(weather.index) + pd.Timedelta(interval) / 2
    minutes = solarposition.equation_of_time_spencer71(middle.day_of_year.to_numpy(dtype=float))
    clock_h = middle.hour + middle.minute / 60 + middle.second / 3600 + longitude / 15
    solar_h = np.asarray(clock_h, dtype=float) + np.asarray(minutes, dtype=float) / 60
    # A mean on the circle: half a day's slip would balance out on a line.
    turn = np.exp(1j * np.pi / 12 * (solar_h - 12))
    return float(np.angle((light * turn).sum()) * 12 / np.pi) if light.any() else 0.0


def check_sun(weather: pd.DataFrame, interval: timedelta, longitude: float, file: str = "") -> None:
    """Raise SunOutOfPlace where three weeks of light or more lie an hour away from the sun's."""
    if "ghi" not in weather:  # a plane that looks east has its light in the morning, and rightly so
        return
    per_day = timedelta(days=1) // interval
    whole_days = len(weather) // per_day
    if whole_days < FEWEST_DAYS_FOR_SUN:
        return
    away = light_from_noon_h(weather.iloc[: whole_days * per_day], interval, longitude)
    if abs(away) > MAX_LIGHT_FROM_NOON_H:
        side = "after" if away > 0 else "before"
        raise SunOutOfPlace(
            f"its light is balanced {abs(away) * 60:.0f} minutes {side} the sun of longitude {longitude:g}°; "
            "time zone, start or end of intervals, or place are wrong",
            file=file,
        )


def _check_times(index: pd.Index, interval: timedelta) -> None:
    if interval <= timedelta(0):
        raise MissingHours(f"a weather step of {interval} is not a step")
    if not isinstance(index, pd.DatetimeIndex) or index.tz is None:
        raise WrongTimeZone("the weather's times have no time zone; interval starts in UTC are needed")
    if index.tz.utcoffset(None) != timedelta(0):
        raise WrongTimeZone(f"the weather's times are in {index.tz}; interval starts in UTC are needed")
    if index.empty:
        raise MissingHours("the weather is empty")
    wrong = np.flatnonzero(np.diff(index.as_unit("ns").asi8) != pd.Timedelta(interval).value)
    if wrong.size:
        raise MissingHours(
            f"after {index[wrong[0]]} the next weather row is {index[wrong[0] + 1]}, not {interval} later"
        )


def _check_values(name: str, values: pd.Series[float]) -> None:
    numbers: Floats = np.array(values, dtype=np.float64)
    finite = np.isfinite(numbers)
    if not finite.all():
        raise MissingValues(f"{name} is not a number at {values.index[int(np.argmin(finite))]}")
    if name in ("ghi", "dni", "dhi") or name.startswith(IN_PLANE):
        _check_irradiance(name, numbers, whole_day=len(numbers) > 1 and _spans_a_day(values.index))
    if name == "temp_air" and not (numbers.min() > MIN_TEMPERATURE_C and numbers.max() < MAX_TEMPERATURE_C):
        raise ImplausibleWeather(f"temp_air goes from {numbers.min():g} to {numbers.max():g}; °C are needed")
    if name == "wind_speed" and not 0 <= numbers.min() <= numbers.max() <= MAX_WIND_M_S:
        raise ImplausibleWeather(f"wind_speed goes from {numbers.min():g} to {numbers.max():g} m/s")
    if name == "albedo" and not 0 <= numbers.min() <= numbers.max() <= 1:
        raise ImplausibleWeather(f"albedo goes from {numbers.min():g} to {numbers.max():g}, not from 0 to 1")


def _spans_a_day(index: pd.Index) -> bool:
    return bool(index[-1] - index[0] >= pd.Timedelta(hours=23))


def _check_irradiance(name: str, numbers: Floats, whole_day: bool) -> None:
    if numbers.min() < MIN_IRRADIANCE_W_M2 or numbers.max() > MAX_IRRADIANCE_W_M2:
        raise ImplausibleWeather(f"{name} goes from {numbers.min():g} to {numbers.max():g}; W/m² are needed")
    if whole_day and name == "ghi" and 0 < numbers.max() < MIN_PLAUSIBLE_PEAK_W_M2:
        raise ImplausibleWeather(
            f"{name} never passes {numbers.max():g}: kW or kWh given where W/m² are needed?"
        )
