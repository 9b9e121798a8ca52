"""PVGIS of the European Commission's Joint Research Centre: typical years and hours that were.

A value is the irradiance at an instant (from satellite: SARAH) or the mean around one (ERA5): the time
written, plus the file's "irradiance time offset" in a typical year. So each row becomes the hour around its
instant, from half an hour before it, and the sun of mid-interval is the sun of the value. Intervals then
begin at HH:40 or so; sums over days and years are PVGIS' own. Temperature and wind are those of the row.

Formats: JRC, "PVGIS user manual" and "API non-interactive service", read by pvlib.iotools.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pandas as pd
from pvlib import iotools, irradiance

from production import synthesis
from production.climate import check_coordinates
from production.weather import files
from production.weather.epw import parse_epw
from production.weather.errors import (
    MissingHours,
    UnreadableFile,
    WrongPlane,
    WrongYearLength,
)
from production.weather.frame import COLUMNS, HOURS_A_YEAR, check_sun, check_weather
from production.weather.meta import WeatherMeta, WeatherRemark, describe
from production.weather.network import Fetch, http_fetch

TMY, HOURLY = "pvgis-tmy", "pvgis-hourly"
URL = "https://re.jrc.ec.europa.eu/api/v5_3/"
LICENCE = "free reuse with acknowledgement: PVGIS © European Union"
HOUR = timedelta(hours=1)
# Codes of remarks.
ASSUMED_OFFSET, WITH_HORIZON, FILLED_BY_PVGIS = (
    "sun-offset-assumed",
    "horizon-included",
    "reconstructed-hours",
)
MAX_YEARS = 20


def read_pvgis_tmy(
    source: files.Source,
    *,
    offset_h: float | None = None,
    year: int = synthesis.TYPICAL_YEAR,
    filename: str = "",
    retrieved_at: datetime | None = None,
) -> tuple[pd.DataFrame, WeatherMeta]:
    """Typical year as PVGIS gives it, CSV, JSON or EPW (plain or .gz), set in one non-leap year.

    offset_h [h]: from the time written to the instant of the irradiance, where the file does not say it (an
    EPW, PVGIS before 5.3); unsaid, 0 is taken and remarked. Returns 8,760 rows of `COLUMNS`. Raises
    UnreadableFile, WrongYearLength, MissingHours, MissingValues, WrongTimeZone, ImplausibleWeather.
    """
    file = files.open_text(source, filename)
    if file.text.startswith("LOCATION,"):
        place, data = parse_epw(file, year)
        where = {"latitude": place.latitude, "longitude": place.longitude, "elevation": place.altitude_m}
        inputs: Mapping[str, Any] = {"location": where}
    else:
        rows, inputs = _parse_tmy(file)
        data = _in_one_year(rows, year, file.name)
    offset, assumed = _offset_h(inputs, offset_h, file.name)
    data.index = pd.DatetimeIndex(data.index) + pd.Timedelta(hours=offset) - HOUR / 2
    remarks = (WeatherRemark(ASSUMED_OFFSET),) if assumed else ()
    return _finished(data, file, inputs, TMY, remarks, retrieved_at)


def get_pvgis_tmy(
    latitude: float,
    longitude: float,
    *,
    with_horizon: bool = False,
    fetch: Fetch = http_fetch,
    url: str = URL,
    retrieved_at: datetime | None = None,
) -> tuple[pd.DataFrame, WeatherMeta]:
    """Typical year of PVGIS at latitude, longitude [°].

    with_horizon: darken the hours the terrain hides; not for a plant whose own horizon is told to the engine.
    Raises climate.InvalidCoordinates, SourceUnreachable, SourceRefused, and as `read_pvgis_tmy`.
    """
    check_coordinates(latitude, longitude)
    asked = {"lat": f"{latitude:.5f}", "lon": f"{longitude:.5f}", "outputformat": "json"}
    answer = fetch(f"{url}tmy?{urlencode({**asked, 'usehorizon': int(with_horizon)})}")
    data, meta = read_pvgis_tmy(answer, filename="pvgis-tmy.json", retrieved_at=retrieved_at)
    return data, meta.seen_from(latitude, longitude)


def read_pvgis_hourly(
    source: files.Source, *, filename: str = "", retrieved_at: datetime | None = None
) -> tuple[pd.DataFrame, WeatherMeta]:
    """Hours that were, as PVGIS gives them for a horizontal plane, CSV or JSON (plain or .gz).

    With components (beam, diffuse) the frame has all `COLUMNS`; without, no dni and dhi, which the engine
    then splits from ghi. Raises WrongPlane, UnreadableFile, MissingHours, MissingValues, ImplausibleWeather.
    """
    file = files.open_text(source, filename)
    with files.reading(file.name, "PVGIS"):
        rows, meta = iotools.read_pvgis_hourly(files.lines(file.text), pvgis_format=_format(file))
        inputs = dict(meta["inputs"])
        _check_plane(inputs, file.name)
    data = _horizontal(rows, file.name)
    data.index = pd.DatetimeIndex(data.index) - HOUR / 2
    rebuilt = int(rows["Int"].sum()) if "Int" in rows else 0
    remarks = (WeatherRemark(FILLED_BY_PVGIS, rebuilt),) if rebuilt else ()
    return _finished(data, file, inputs, HOURLY, remarks, retrieved_at)


def get_pvgis_hourly(
    latitude: float,
    longitude: float,
    first_year: int,
    last_year: int,
    *,
    with_horizon: bool = False,
    fetch: Fetch = http_fetch,
    url: str = URL,
    retrieved_at: datetime | None = None,
) -> tuple[pd.DataFrame, WeatherMeta]:
    """Hours of the years first_year to last_year at latitude, longitude [°]. Raises as `get_pvgis_tmy`."""
    check_coordinates(latitude, longitude)
    if not 0 <= last_year - first_year < MAX_YEARS:
        raise MissingHours(f"from {first_year} to {last_year}: 1 to {MAX_YEARS} years are fetched at once")
    asked = {
        "lat": f"{latitude:.5f}",
        "lon": f"{longitude:.5f}",
        "startyear": first_year,
        "endyear": last_year,
        "angle": 0,
        "aspect": 0,
        "components": 1,
        "pvcalculation": 0,
        "usehorizon": int(with_horizon),
        "outputformat": "json",
    }
    answer = fetch(f"{url}seriescalc?{urlencode(asked)}")
    data, meta = read_pvgis_hourly(answer, filename="pvgis-hourly.json", retrieved_at=retrieved_at)
    return data, meta.seen_from(latitude, longitude)


def _offset_h(inputs: Mapping[str, Any], given: float | None, name: str) -> tuple[float, bool]:
    """From the time written to the instant [h], by the file or else as given, and whether it is assumed."""
    location = inputs.get("location", inputs)
    told = location.get("irradiance_time_offset", location.get("irradiance time offset", given))
    with files.reading(name, "PVGIS"):
        offset = round(float(0.0 if told is None else told) * 3600) / 3600
    if not -1.0 <= offset <= 1.0:
        raise UnreadableFile(f"an irradiance time offset of {offset:g} h", file=name)
    return offset, told is None


def _parse_tmy(file: files.SourceFile) -> tuple[pd.DataFrame, Mapping[str, Any]]:
    """Rows of a JSON or CSV with PVGIS' own times (years differ by month), and its inputs."""
    kind = _format(file)
    if kind == "csv":
        _check_csv_rows(file)
    with files.reading(file.name, "PVGIS"):
        stream = io.BytesIO(file.text.encode()) if kind == "csv" else files.lines(file.text)
        rows, meta = iotools.read_pvgis_tmy(stream, pvgis_format=kind)
        if len(rows) != HOURS_A_YEAR:
            raise WrongYearLength(f"{len(rows)} hours instead of {HOURS_A_YEAR}", file=file.name)
        line_of = _first_row(file).__add__ if kind == "csv" else _no_line
        data = files.numbers(rows, COLUMNS, file.name, line_of)
        data.index = pd.DatetimeIndex(rows.index)
        return data, dict(meta["inputs"])


def _format(file: files.SourceFile) -> str:
    if file.text.lstrip()[:1] == "{":
        _check_json_times(files.read_json(file.text, file.name), file.name)
        return "json"
    if not file.text.startswith("Latitude"):
        raise UnreadableFile("neither the JSON nor the CSV of PVGIS", file=file.name, line=1)
    return "csv"


def _check_json_times(answer: Mapping[str, Any], name: str) -> None:
    """Times must be texts: a parser would take numbers for nanoseconds, and nothing for a time."""
    with files.reading(name, "PVGIS"):
        outputs = answer["outputs"]
        rows = outputs["hourly"] if "hourly" in outputs else outputs["tmy_hourly"]
        times = [row.get("time", row.get("time(UTC)")) for row in rows]
    if not times or not all(isinstance(time, str) for time in times):
        raise UnreadableFile("rows without a time", file=name)


def _first_row(file: files.SourceFile) -> int:
    """Line number of a CSV's first row of numbers."""
    before, title, _ = file.text.partition("\ntime")
    if not title:
        raise UnreadableFile("no line of titles that begins with time", file=file.name)
    return before.count("\n") + 3


def _check_csv_rows(file: files.SourceFile) -> None:
    """A typical year's CSV has 8,760 rows of numbers; the line of the first that is something else."""
    first = _first_row(file)
    rows = list(takewhile(str.strip, file.text.split("\n")[first - 1 :]))
    if len(rows) != HOURS_A_YEAR:
        raise WrongYearLength(f"{len(rows)} hours instead of {HOURS_A_YEAR}", file=file.name)
    width = file.text.split("\n")[first - 2].count(",")
    for line, row in enumerate(rows, start=first):
        try:
            numbers = [float(field) for field in row.split(",")[1:]]
        except ValueError:
            numbers = []
        if len(numbers) != width:
            raise UnreadableFile("not a row of numbers", file=file.name, line=line)


def _no_line(_: int) -> None:
    return None


def _in_one_year(rows: pd.DataFrame, year: int, name: str) -> pd.DataFrame:
    """The rows in one year, which must hold every hour of a calendar without 29 February."""
    hours = pd.date_range(f"{year}-01-01", periods=HOURS_A_YEAR, freq="h", tz="UTC")
    own = pd.DatetimeIndex(rows.index)
    same = (own.month == hours.month) & (own.day == hours.day) & (own.hour == hours.hour)
    if not same.all():
        wrong = int(np.argmin(same))
        raise MissingHours(f"{own[wrong]:%d %b %H:%M} where {hours[wrong]:%d %b %H:%M} is due", file=name)
    return rows.set_axis(hours)


def _check_plane(inputs: Mapping[str, Any], name: str) -> None:
    mounting = inputs.get("mounting_system")
    if mounting is None:  # a CSV
        slope = str(inputs.get("Slope", inputs.get("Inclination", "0"))).split() or ["0"]
        turning = any("axis" in str(key).lower() for key in inputs)
    else:
        slope = [str(mounting.get("fixed", {}).get("slope", {}).get("value", "none"))]
        turning = "fixed" not in mounting
    if turning or slope[0] not in ("0", "0.0", "0.00"):
        raise WrongPlane("computed for a tilted or turning plane; ask PVGIS for a slope of 0°", file=name)


def _horizontal(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """ghi, dni, dhi, temp_air, wind_speed of hours around the instants of a horizontal plane's rows."""
    split = "poa_direct" in rows
    wanted = ["temp_air", "wind_speed", "solar_elevation"]
    wanted += ["poa_direct", "poa_sky_diffuse"] if split else ["poa_global"]
    with files.reading(name, "PVGIS"):
        data = files.numbers(rows, wanted, name, _no_line)
    data.index = pd.DatetimeIndex(rows.index)
    height = data.pop("solar_elevation")
    if not split:
        return data.rename(columns={"poa_global": "ghi"})[["ghi", "temp_air", "wind_speed"]]
    beam, diffuse = data["poa_direct"], data["poa_sky_diffuse"]
    # At sunrise a height rounded to 0.01° would make any beam: none passes what the sun sends, the rest is
    # counted with the sky, so that global = diffuse + beam stays PVGIS' own.
    most = irradiance.get_extra_radiation(data.index.day_of_year.to_numpy())
    sine = np.sin(np.radians(height.clip(lower=0.0)))
    data["dni"] = np.minimum(beam / sine.where(sine > 0, 1.0), np.where(sine > 0, most, 0.0))
    data["ghi"], data["dhi"] = beam + diffuse, beam + diffuse - data["dni"] * sine
    return data[list(COLUMNS)]


def _finished(
    data: pd.DataFrame,
    file: files.SourceFile,
    inputs: Mapping[str, Any],
    method: str,
    remarks: tuple[WeatherRemark, ...],
    retrieved_at: datetime | None,
) -> tuple[pd.DataFrame, WeatherMeta]:
    data.index = pd.DatetimeIndex(data.index).rename("start")
    check_weather(data, HOUR)
    with files.reading(file.name, "PVGIS"):
        location, meteo = inputs.get("location", inputs), inputs.get("meteo_data", {})
        latitude, longitude = float(location["latitude"]), float(location["longitude"])
        altitude = float(location["elevation"])
        check_coordinates(latitude, longitude, altitude)
        database = meteo.get("radiation_db") or inputs.get("radiation_database") or "unnamed database"
        if meteo.get("use_horizon"):
            remarks += (WeatherRemark(WITH_HORIZON),)
    check_sun(data, HOUR, longitude, file.name)
    meta = WeatherMeta(
        name=f"{method} from {database}",
        source=f"PVGIS, JRC ({database})",
        licence=LICENCE,
        sha256="",
        latitude=latitude,
        longitude=longitude,
        altitude_m=altitude,
        method=method,
        kind="typical" if method == TMY else "past",
        file_sha256=file.sha256,
        retrieved_at=retrieved_at,
        remarks=remarks,
    )
    return data, describe(data, meta)
