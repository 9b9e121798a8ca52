"""EnergyPlus weather files: hour ends of local standard time, 8,760 rows under eight lines of header.

Format: EnergyPlus, Auxiliary Programs, "EnergyPlus Weather File (EPW) Data Dictionary". Irradiance is the sum
of the hour before the label [Wh/m²], temperature and wind are taken at the label.
"""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
from pvlib import iotools

from production import synthesis
from production.climate import check_coordinates
from production.weather import files
from production.weather.errors import MissingHours, UnreadableFile, WrongYearLength
from production.weather.frame import COLUMNS, HOURS_A_YEAR, check_sun, check_weather, check_zone
from production.weather.meta import WeatherMeta, describe

METHOD = "epw"
HOUR = timedelta(hours=1)
HEADER_LINES = 8
FIELDS = range(29, 36)  # the last ones came with later versions
# By position, with the data dictionary's marks for "not measured".
QUANTITIES = {
    6: ("temp_air", 99.9),
    13: ("ghi", 9999.0),
    14: ("dni", 9999.0),
    15: ("dhi", 9999.0),
    21: ("wind_speed", 999.0),
}


def read_epw(
    source: files.Source,
    *,
    licence: str = "unknown",
    year: int = synthesis.TYPICAL_YEAR,
    filename: str = "",
) -> tuple[pd.DataFrame, WeatherMeta]:
    """EnergyPlus weather file, plain or .gz, set in one non-leap year; hour ends become UTC starts.

    `source` is a path or the content. Returns 8,760 rows of `COLUMNS`. Raises UnreadableFile, WrongTimeZone
    where the header's zone is more than two hours off its longitude or the light off its sun,
    WrongYearLength, MissingHours, MissingValues, ImplausibleWeather; climate.InvalidCoordinates.
    """
    file = files.open_text(source, filename)
    header, data = parse_epw(file, year)
    check_sun(data, HOUR, header.longitude, file.name)
    meta = WeatherMeta(
        name=header.name,
        source=file.name,
        licence=licence,
        sha256="",
        latitude=header.latitude,
        longitude=header.longitude,
        altitude_m=header.altitude_m,
        method=METHOD,
        file_sha256=file.sha256,
    )
    return data, describe(data, meta)


def parse_epw(file: files.SourceFile, year: int) -> tuple[WeatherMeta, pd.DataFrame]:
    """Header, as a meta without fingerprint, and numbers of an EPW. Raises as `read_epw`."""
    text = _clean(file)
    with files.reading(file.name, "EPW"):
        raw, header = iotools.read_epw(files.lines(text), coerce_year=year)
    check_coordinates(header["latitude"], header["longitude"], header["altitude"])
    with files.reading(file.name, "EPW"):
        check_zone(header["TZ"], header["longitude"], file.name)
        data = raw[list(COLUMNS)].astype(float)
        data.index = pd.DatetimeIndex(raw.index).tz_convert("UTC").rename("start")
    _check_order(raw, file.name)
    check_weather(data, HOUR)
    meta = WeatherMeta(
        name=f"{header['city']} ({header['data_type']})",
        source=file.name,
        licence="",
        sha256="",
        latitude=header["latitude"],
        longitude=header["longitude"],
        altitude_m=header["altitude"],
    )
    return meta, data


def _clean(file: files.SourceFile) -> str:
    """The text without what the parser would stumble over: another format, another number of hours."""
    if not file.text.startswith("LOCATION,"):
        raise UnreadableFile("an EPW begins with LOCATION", file=file.name, line=1)
    header, rows = _split(file.text)
    if len(rows) != HOURS_A_YEAR:
        raise WrongYearLength(f"{len(rows)} hours instead of {HOURS_A_YEAR}", file=file.name)
    cleaned = files.clean_rows(rows, HEADER_LINES + 1, FIELDS, QUANTITIES, file.name)
    return "\n".join([*header, *cleaned, ""])


def _split(text: str) -> tuple[list[str], list[str]]:
    every = text.rstrip("\n").split("\n")
    return every[:HEADER_LINES], every[HEADER_LINES:]


def _check_order(raw: pd.DataFrame, name: str) -> None:
    """Raise MissingHours with the line after which an hour is skipped or repeated."""
    steps = pd.DatetimeIndex(raw.index).as_unit("s").asi8
    wrong = (steps[1:] - steps[:-1]) != HOUR.total_seconds()
    if wrong.any():
        line = int(wrong.argmax()) + HEADER_LINES + 2
        raise MissingHours("this hour does not follow the one before", file=name, line=line)
