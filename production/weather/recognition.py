"""Which weather file this is, by what stands in it: names and endings are often wrong."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from datetime import datetime
from typing import Literal, get_args

import pandas as pd

from production.weather.epw import read_epw
from production.weather.errors import UnreadableFile
from production.weather.meta import WeatherMeta
from production.weather.open_meteo import read_open_meteo
from production.weather.pvgis import read_pvgis_hourly, read_pvgis_tmy
from production.weather.tmy3 import TITLE, read_tmy3

Form = Literal["epw", "tmy3", "pvgis-tmy", "pvgis-hourly", "open-meteo", "sensor"]
FORMS: tuple[Form, ...] = get_args(Form)
# Enough for the header of any of them; what follows isn't looked at before its own reader does.
HEAD_BYTES = 20_000
UNKNOWN_LICENCE = "unknown"
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_WORKBOOK = b"xl/"  # names stand in the clear in an archive
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_SEPARATORS = re.compile(r"[^\s;,\t|][;,\t|]|[;,\t|][^\s;,\t|]")


def recognize(content: bytes) -> Form:
    """The form of a weather file; "sensor" for any other table. Raises UnreadableFile for an empty one."""
    head = _head(content)
    if not head.strip():
        raise UnreadableFile("the file is empty")
    if head.startswith("LOCATION,"):
        return "pvgis-tmy" if _is_pvgis_epw(head) else "epw"
    if head.lstrip()[:1] == "{":
        return _json_form(head)
    lines = head.replace("\r\n", "\n").split("\n")
    if len(lines) > 1 and lines[1].startswith(TITLE):
        return "tmy3"
    if head.startswith("Latitude (decimal degrees)"):
        return "pvgis-tmy" if "time(UTC)" in head else "pvgis-hourly"
    return "sensor"


def may_be_table(content: bytes) -> bool:
    """Whether a logger can have written this: a workbook, or text with a separator in some line."""
    if content.startswith(_ZIP):
        return _WORKBOOK in content
    head = _plain_head(content)
    if head.startswith(_UTF16):
        text = head[: len(head) // 2 * 2].decode("utf-16", errors="replace")
    else:
        text = head.decode("utf-8", errors="replace")
    return "\0" not in text and _SEPARATORS.search(text) is not None


def read_recognized(
    content: bytes, form: Form, *, filename: str, licence: str = "", now: datetime
) -> tuple[pd.DataFrame, WeatherMeta]:
    """The weather in a file of a known form (sensors apart, which need a mapping).

    licence: told by who brings an EPW or TMY3, which say none; the others have their publisher's.
    now: an Open-Meteo answer that goes beyond it holds days to come. Raises WeatherError, ClimateError.
    """
    readers: dict[Form, Callable[[], tuple[pd.DataFrame, WeatherMeta]]] = {
        "epw": lambda: read_epw(content, filename=filename, licence=licence or UNKNOWN_LICENCE),
        "tmy3": lambda: read_tmy3(content, filename=filename, licence=licence or UNKNOWN_LICENCE),
        "pvgis-tmy": lambda: read_pvgis_tmy(content, filename=filename),
        "pvgis-hourly": lambda: read_pvgis_hourly(content, filename=filename),
        "open-meteo": lambda: _read_open_meteo(content, filename, now),
    }
    if form not in readers:
        raise UnreadableFile("a table of sensors, which needs a mapping", file=filename)
    return readers[form]()


def _read_open_meteo(content: bytes, filename: str, now: datetime) -> tuple[pd.DataFrame, WeatherMeta]:
    data, meta = read_open_meteo(content, kind="past", filename=filename)
    if meta.end is not None and meta.end > now:
        return read_open_meteo(content, kind="forecast", filename=filename)
    return data, meta


def _head(content: bytes) -> str:
    """The first characters, out of gzip if need be; a zip archive (an XLSX) has no text to show."""
    if content.startswith(_ZIP):
        return "zip"
    return _plain_head(content).decode("utf-8-sig", errors="replace")


def _plain_head(content: bytes) -> bytes:
    if content.startswith(_GZIP):
        try:
            content = zlib.decompressobj(wbits=31).decompress(content, HEAD_BYTES)
        except zlib.error:
            raise UnreadableFile("a damaged gzip file") from None
    return content[:HEAD_BYTES]


def _is_pvgis_epw(head: str) -> bool:
    top = "\n".join(head.split("\n")[:8])
    return "PVGIS" in top or "ECMWF/ERA" in top


def _json_form(head: str) -> Form:
    if '"tmy_hourly"' in head or '"months_selected"' in head:
        return "pvgis-tmy"
    if '"radiation_db"' in head or '"mounting_system"' in head:
        return "pvgis-hourly"
    if '"hourly_units"' in head or '"shortwave_radiation"' in head:
        return "open-meteo"
    raise UnreadableFile("JSON of no weather service we know", line=1)
