"""Weather for the yield engine, as ``read_x`` / ``get_x`` pairs that return ``(data, meta)``.

A weather is a DataFrame indexed by UTC interval starts at a regular step, with ``ghi`` [W/m²], ``temp_air``
[°C], ``wind_speed`` [m/s, at 10 m] and, where known, ``dni`` and ``dhi`` [W/m²]: means over the interval. Its
meta names where the numbers come from and freezes them with a hash; a figure shown to somebody names its
weather.
"""

from __future__ import annotations

import gzip
import hashlib
import io
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from pvlib import iotools

from production import climate, synthesis

Floats = npt.NDArray[np.float64]

COLUMNS = ("ghi", "dni", "dhi", "temp_air", "wind_speed")
REQUIRED = ("ghi", "temp_air", "wind_speed")
HOURS_A_YEAR = 8760
# Above the largest minute ever explained by cloud edges; below, a whole series of sunny kilowatts.
MAX_IRRADIANCE_W_M2, MIN_PLAUSIBLE_PEAK_W_M2, MIN_IRRADIANCE_W_M2 = 2000.0, 2.0, -5.0
MIN_TEMPERATURE_C, MAX_TEMPERATURE_C = -60.0, 60.0


class WeatherError(ValueError):
    """A weather nothing may be computed from."""


class MissingColumn(WeatherError):
    """A quantity the engine needs is absent."""


class WrongTimeZone(WeatherError):
    """Times without a zone, not in UTC, or a file whose zone cannot be its longitude's."""


class MissingHours(WeatherError):
    """Times that are not one regular series at the stated step."""


class MissingValues(WeatherError):
    """NaN among the numbers."""


class ImplausibleWeather(WeatherError):
    """Numbers that cannot be in the stated unit."""


@dataclass(frozen=True, slots=True)
class WeatherMeta:
    """What a weather is: latitude, longitude [°], altitude_m [m], sha256 of the numbers (`fingerprint`).

    `name` is for people who read English, `code` for programs; `method` says how it was made.
    """

    name: str
    source: str
    licence: str
    sha256: str
    latitude: float
    longitude: float
    altitude_m: float
    stations: tuple[climate.StationWeight, ...] = ()
    method: str = ""

    @property
    def code(self) -> str:
        """A short name in no language: `typical-year 50.456 2.795 55 m`."""
        place = f"{self.latitude:g} {self.longitude:g} {self.altitude_m:g} m"
        return f"{self.method} {place}" if self.method else self.name


def get_typical_year(
    latitude: float, longitude: float, altitude_m: float | None = None
) -> tuple[pd.DataFrame, WeatherMeta]:
    """Embedded typical year anywhere in metropolitan France, from 1 January 00:00 UTC+1.

    latitude, longitude [°]; altitude_m [m], None for sea level. Returns 8,760 hours of `COLUMNS`.
    Raises climate.InvalidCoordinates, climate.OutsideClimateArea.
    """
    monthly, origin = climate.get_monthly_climate(latitude, longitude, altitude_m)
    data = synthesis.synthesise_year(
        monthly, latitude=latitude, longitude=longitude, altitude_m=origin.altitude_m
    )
    shares = ", ".join(f"{part.station} {part.weight:.0%}" for part in origin.stations)
    meta = WeatherMeta(
        name=f"Typical year synthesised from {shares}",
        source=origin.source,
        licence=origin.licence,
        sha256=fingerprint(data),
        latitude=latitude,
        longitude=longitude,
        altitude_m=origin.altitude_m,
        stations=origin.stations,
        method="typical-year",
    )
    return data, meta


def read_epw(
    path: Path, *, licence: str = "unknown", year: int = synthesis.TYPICAL_YEAR
) -> tuple[pd.DataFrame, WeatherMeta]:
    """EnergyPlus weather file, plain or .gz, set in one non-leap year; hour ends become UTC starts.

    Returns 8,760 rows of `COLUMNS`. Raises WrongTimeZone where the header's zone is more than two hours off
    its longitude, MissingHours, MissingValues, ImplausibleWeather.
    """
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode(errors="replace")
    raw, header = iotools.read_epw(io.StringIO(text), coerce_year=year)
    _check_epw_zone(path, float(header["TZ"]), float(header["longitude"]))
    data = raw[list(COLUMNS)].astype(float)
    if len(data) != HOURS_A_YEAR:
        raise MissingHours(f"{path.name}: {len(data)} hours instead of {HOURS_A_YEAR}")
    data.index = data.index.tz_convert("UTC").rename("start")
    check_weather(data, timedelta(hours=1))
    meta = WeatherMeta(
        name=f"{header['city']} ({header['data_type']})",
        source=path.name,
        licence=licence,
        sha256=fingerprint(data),
        latitude=float(header["latitude"]),
        longitude=float(header["longitude"]),
        altitude_m=float(header["altitude"]),
    )
    return data, meta


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
    _check_times(weather.index, interval)
    for name in [column for column in COLUMNS if column in weather]:
        _check_values(name, weather[name])


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
    if name in ("ghi", "dni", "dhi"):
        _check_irradiance(name, numbers, whole_day=len(numbers) > 1 and _spans_a_day(values.index))
    if name == "temp_air" and not (numbers.min() > MIN_TEMPERATURE_C and numbers.max() < MAX_TEMPERATURE_C):
        raise ImplausibleWeather(f"temp_air goes from {numbers.min():g} to {numbers.max():g}; °C are needed")
    if name == "wind_speed" and numbers.min() < 0:
        raise ImplausibleWeather(f"wind_speed goes down to {numbers.min():g} m/s")


def _spans_a_day(index: pd.Index) -> bool:
    return bool(index[-1] - index[0] >= pd.Timedelta(hours=23))


def _check_irradiance(name: str, numbers: Floats, whole_day: bool) -> None:
    if numbers.min() < MIN_IRRADIANCE_W_M2 or numbers.max() > MAX_IRRADIANCE_W_M2:
        raise ImplausibleWeather(f"{name} goes from {numbers.min():g} to {numbers.max():g}; W/m² are needed")
    if whole_day and name == "ghi" and 0 < numbers.max() < MIN_PLAUSIBLE_PEAK_W_M2:
        raise ImplausibleWeather(
            f"{name} never passes {numbers.max():g}: kW or kWh given where W/m² are needed?"
        )


def _check_epw_zone(path: Path, zone_hours: float, longitude: float) -> None:
    # Clocks stay within about two hours of the sun, whatever the law (Spain, western China apart).
    if abs(zone_hours - longitude / 15) > 2.0:
        raise WrongTimeZone(
            f"{path.name}: time zone {zone_hours:+g} h cannot be that of longitude {longitude:g}°"
        )
