"""TMY3 files: hour ends of local standard time, irradiance of the hour before the label [W/m²].

Format: Wilcox & Marion (2008), Users Manual for TMY3 Data Sets, NREL/TP-581-43156.
"""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
from pvlib import iotools

from production import synthesis
from production.climate import check_coordinates
from production.weather import files
from production.weather.errors import MissingColumn, UnreadableFile, WrongYearLength
from production.weather.frame import COLUMNS, HOURS_A_YEAR, check_sun, check_weather, check_zone
from production.weather.meta import WeatherMeta, describe

METHOD = "tmy3"
HOUR = timedelta(hours=1)
HEADER_LINES = 2
NOT_MEASURED = -9900.0
TITLES = {
    "GHI (W/m^2)": "ghi",
    "DNI (W/m^2)": "dni",
    "DHI (W/m^2)": "dhi",
    "Dry-bulb (C)": "temp_air",
    "Wspd (m/s)": "wind_speed",
}
TITLE = "Date (MM/DD/YYYY),Time (HH:MM)"


def read_tmy3(
    source: files.Source,
    *,
    licence: str = "unknown",
    year: int = synthesis.TYPICAL_YEAR,
    filename: str = "",
) -> tuple[pd.DataFrame, WeatherMeta]:
    """TMY3 file, plain or .gz, set in one non-leap year; hour ends become UTC starts.

    Returns 8,760 rows of `COLUMNS`. Raises as `read_epw`.
    """
    file = files.open_text(source, filename)
    text = _clean(file)
    with files.reading(file.name, "TMY3"):
        raw, header = iotools.read_tmy3(files.lines(text), coerce_year=year)
        place = float(header["latitude"]), float(header["longitude"])
        altitude_m = float(header["altitude"])
    check_coordinates(*place, altitude_m)
    with files.reading(file.name, "TMY3"):
        check_zone(header["TZ"], place[1], file.name)
        data = raw[list(COLUMNS)].astype(float)
        data.index = pd.DatetimeIndex(raw.index - HOUR).tz_convert("UTC").rename("start")
    check_weather(data, HOUR)
    check_sun(data, HOUR, place[1], file.name)
    meta = WeatherMeta(
        name=f"{str(header['Name']).strip().strip(chr(34))} (TMY3)",
        source=file.name,
        licence=licence,
        sha256="",
        latitude=place[0],
        longitude=place[1],
        altitude_m=altitude_m,
        method=METHOD,
        file_sha256=file.sha256,
    )
    return data, describe(data, meta)


def _clean(file: files.SourceFile) -> str:
    """The text without what the parser would stumble over: another format, another number of hours."""
    place, *rest = file.text.rstrip("\n").split("\n")
    if not rest or not rest[0].startswith(TITLE):
        raise UnreadableFile(f"a TMY3 has {TITLE} on its second line", file=file.name, line=min(2, len(rest)))
    titles, rows = rest[0].split(","), rest[1:]
    if len(rows) != HOURS_A_YEAR:
        raise WrongYearLength(f"{len(rows)} hours instead of {HOURS_A_YEAR}", file=file.name)
    absent = [title for title in TITLES if title not in titles]
    if absent:
        raise MissingColumn(f"no {', '.join(absent)}", file=file.name, line=2)
    at = {titles.index(title): (name, NOT_MEASURED) for title, name in TITLES.items()}
    width = range(len(titles), len(titles) + 1)
    cleaned = files.clean_rows(rows, HEADER_LINES + 1, width, at, file.name)
    return "\n".join([place, rest[0], *cleaned, ""])
