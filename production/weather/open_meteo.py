"""Open-Meteo: hours that were (archive) and hours to come (forecast), as JSON over HTTP.

Documented at open-meteo.com/en/docs: radiation is the mean of the hour BEFORE the time written; temperature
and wind are taken at that time, so the mean of both ends of an hour stands for it. Data CC BY 4.0. The free
service is for non-commercial use: a company pays for a key and another address (`api_key`, `url`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pandas as pd

from production.climate import check_coordinates, distance_km
from production.weather import files, units
from production.weather.errors import DoesNotCover, MissingColumn, MissingHours, MissingValues, UnreadableFile
from production.weather.frame import COLUMNS, Floats, check_sun, check_weather
from production.weather.meta import Kind, WeatherMeta, WeatherRemark, describe
from production.weather.network import Fetch, http_fetch

ARCHIVE, FORECAST = "open-meteo-archive", "open-meteo-forecast"
ARCHIVE_URL = "https://archive-api.open-meteo.com/v1/archive"
FORECAST_URL = "https://api.open-meteo.com/v1/forecast"
LICENCE = "CC BY 4.0, Open-Meteo.com"
VARIABLES = {
    "shortwave_radiation": "ghi",
    "direct_normal_irradiance": "dni",
    "diffuse_radiation": "dhi",
    "temperature_2m": "temp_air",
    "wind_speed_10m": "wind_speed",
}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MAX_FORECAST_DAYS = 15
MAX_ARCHIVE_DAYS = 20 * 366
# A grid cell of the coarsest model is about 28 km wide; an answer from farther away is for another place.
MAX_CELL_DISTANCE_KM = 40.0
CUT_REMARK = "last-hours-not-there"


def read_open_meteo(
    source: files.Source, *, kind: Kind, filename: str = "", retrieved_at: datetime | None = None
) -> tuple[pd.DataFrame, WeatherMeta]:
    """An answer of Open-Meteo with the hourly `VARIABLES`, as bytes or a file; kind "past" or "forecast".

    Hours without values at the end are left out and counted in a remark. Returns UTC starts with `COLUMNS`.
    Raises UnreadableFile, MissingColumn, WrongUnit, MissingHours, MissingValues, ImplausibleWeather.
    """
    file = files.open_text(source, filename or "open-meteo.json")
    answer = files.read_json(file.text, file.name)
    table = _table(answer, file.name)
    data, cut = _hours(table, file.name)
    check_weather(data, HOUR)
    with files.reading(file.name, "Open-Meteo answer"):
        place = {name: float(answer[name]) for name in ("latitude", "longitude", "elevation")}
        check_coordinates(place["latitude"], place["longitude"], place["elevation"])
    check_sun(data, HOUR, place["longitude"], file.name)
    method = FORECAST if kind == "forecast" else ARCHIVE
    meta = WeatherMeta(
        name="Open-Meteo forecast" if kind == "forecast" else "Open-Meteo archive",
        source="Open-Meteo.com",
        licence=LICENCE,
        sha256="",
        latitude=place["latitude"],
        longitude=place["longitude"],
        altitude_m=place["elevation"],
        method=method,
        kind=kind,
        file_sha256=file.sha256,
        retrieved_at=retrieved_at,
        remarks=(WeatherRemark(CUT_REMARK, cut),) if cut else (),
    )
    return data, describe(data, meta)


def get_open_meteo_archive(
    latitude: float,
    longitude: float,
    first_day: date,
    last_day: date,
    *,
    altitude_m: float | None = None,
    fetch: Fetch = http_fetch,
    url: str = ARCHIVE_URL,
    api_key: str = "",
    retrieved_at: datetime | None = None,
) -> tuple[pd.DataFrame, WeatherMeta]:
    """Hours of the UTC days first_day to last_day, both included, at latitude, longitude [°].

    altitude_m [m] corrects the temperature to the place. The archive lags some days: its end may be missing
    (see `meta.end`). Raises climate.InvalidCoordinates, SourceUnreachable, SourceRefused, and as
    `read_open_meteo`.
    """
    if not 0 <= (last_day - first_day).days < MAX_ARCHIVE_DAYS:
        raise MissingHours(
            f"from {first_day} to {last_day}: 1 to {MAX_ARCHIVE_DAYS} days are fetched at once"
        )
    # The last hour of a day is written at 00:00 of the next.
    days = {"start_date": first_day.isoformat(), "end_date": (last_day + DAY).isoformat()}
    answer = fetch(_address(url, latitude, longitude, altitude_m, api_key, days))
    data, meta = read_open_meteo(answer, kind="past", filename=f"{ARCHIVE}.json", retrieved_at=retrieved_at)
    kept = data[data.index < pd.Timestamp(last_day + DAY, tz="UTC")]
    if kept.empty or kept.index[0] != pd.Timestamp(first_day, tz="UTC"):
        raise DoesNotCover(f"the answer does not begin on {first_day}", file=f"{ARCHIVE}.json")
    asked = 24 * ((last_day - first_day).days + 1)
    return kept, _of_place(describe(kept, meta), latitude, longitude, asked - len(kept))


def get_open_meteo_forecast(
    latitude: float,
    longitude: float,
    days: int = 7,
    *,
    altitude_m: float | None = None,
    fetch: Fetch = http_fetch,
    url: str = FORECAST_URL,
    api_key: str = "",
    retrieved_at: datetime | None = None,
) -> tuple[pd.DataFrame, WeatherMeta]:
    """Hours of today and the days to come (UTC; `days` in all, 1 to 15). Raises as the archive's."""
    if not 1 <= days <= MAX_FORECAST_DAYS:
        raise MissingHours(f"{days} days: 1 to {MAX_FORECAST_DAYS} are forecast")
    answer = fetch(_address(url, latitude, longitude, altitude_m, api_key, {"forecast_days": days + 1}))
    data, meta = read_open_meteo(
        answer, kind="forecast", filename=f"{FORECAST}.json", retrieved_at=retrieved_at
    )
    kept = data.iloc[: 24 * days]
    return kept, _of_place(describe(kept, meta), latitude, longitude, 24 * days - len(kept))


def _address(
    url: str,
    latitude: float,
    longitude: float,
    altitude_m: float | None,
    api_key: str,
    days: Mapping[str, str | int],
) -> str:
    check_coordinates(latitude, longitude, 0.0 if altitude_m is None else altitude_m)
    asked = {
        "latitude": f"{latitude:.5f}",
        "longitude": f"{longitude:.5f}",
        "hourly": ",".join(VARIABLES),
        "wind_speed_unit": "ms",
        "timeformat": "unixtime",
        "timezone": "GMT",
        **days,
        **({} if altitude_m is None else {"elevation": f"{altitude_m:g}"}),
        **({"apikey": api_key} if api_key else {}),
    }
    return f"{url}?{urlencode(asked)}"


def _of_place(meta: WeatherMeta, latitude: float, longitude: float, absent: int) -> WeatherMeta:
    """The meta with the plant's distance, and the hours of the days asked for that are not there."""
    away_km = float(distance_km(meta.latitude, meta.longitude, latitude, longitude))
    if away_km > MAX_CELL_DISTANCE_KM:
        raise DoesNotCover(f"the answer is for a place {away_km:.0f} km away", file=f"{meta.method}.json")
    remarks = (WeatherRemark(CUT_REMARK, absent),) if absent else ()
    return replace(meta.seen_from(latitude, longitude), remarks=remarks)


def _table(answer: Mapping[str, Any], name: str) -> pd.DataFrame:
    """The answer's hours by our names and units, NaN for null; index: the times written (UTC)."""
    with files.reading(name, "Open-Meteo answer"):
        hourly, told = answer["hourly"], answer["hourly_units"]
        missing = [theirs for theirs in VARIABLES if theirs not in hourly]
        if missing:
            raise MissingColumn(f"no {', '.join(missing)} in the answer", file=name)
        times = _times(hourly["time"], str(told["time"]), float(answer.get("utc_offset_seconds", 0)))
        columns = {
            ours: units.convert(_floats(hourly[theirs], theirs, name), ours, str(told[theirs]), 3600.0)
            for theirs, ours in VARIABLES.items()
        }
        return pd.DataFrame(columns, index=times)


def _times(written: list[Any], unit: str, offset_s: float) -> pd.DatetimeIndex:
    """Instants as Open-Meteo writes them: seconds of UTC, or the clock of the answer's own offset."""
    if unit == "unixtime":
        seconds = np.array(written, dtype=np.int64)
        return pd.DatetimeIndex(seconds.view("M8[s]"), tz="UTC")
    if unit != "iso8601":
        raise ValueError(f"times in {unit}")
    return pd.DatetimeIndex(pd.to_datetime(written, format="%Y-%m-%dT%H:%M")).tz_localize(
        "UTC"
    ) - pd.Timedelta(seconds=offset_s)


def _floats(values: list[Any], theirs: str, name: str) -> Floats:
    if any(isinstance(one, bool) or not isinstance(one, int | float | None) for one in values):
        raise UnreadableFile(f"{theirs} holds something else than numbers", file=name)
    return np.array([np.nan if one is None else one for one in values], dtype=np.float64)


def _hours(table: pd.DataFrame, name: str) -> tuple[pd.DataFrame, int]:
    """Means over hours by their starts, and how many hours without values were left out at the end."""
    known = table.notna().all(axis=1).to_numpy()
    if known.sum() < 2:
        raise MissingValues("no hour has all its values", file=name)
    last = int(np.flatnonzero(known)[-1])
    cut = len(table) - 1 - last
    table = table.iloc[: last + 1]
    if not known[: last + 1].all():
        first = table.index[int(np.argmin(known[: last + 1]))]
        raise MissingValues(f"values are missing at {first}", file=name)
    # The first row's hour began the day before, and its temperature is one end of the next.
    data = table.iloc[1:].copy()
    for column in ("temp_air", "wind_speed"):
        ends = table[column].to_numpy()
        data[column] = (ends[1:] + ends[:-1]) / 2
    data.index = (pd.DatetimeIndex(table.index[1:]) - HOUR).rename("start")
    return data[list(COLUMNS)], cut
