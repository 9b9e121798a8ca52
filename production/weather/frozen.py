"""A weather kept for ever: exact bytes of its numbers, checked against their fingerprint when read again."""

from __future__ import annotations

import gzip
import json

import numpy as np
import pandas as pd

from production.weather.errors import AlteredWeather
from production.weather.files import reading, unpack
from production.weather.frame import fingerprint

FORMAT = "mine-de-soleil-weather-1"


def freeze(data: pd.DataFrame) -> bytes:
    """Bytes of a weather, the same for equal numbers: a line of JSON, times [ns UTC], columns (gzip)."""
    index = pd.DatetimeIndex(data.index).tz_convert("UTC").as_unit("ns")
    head = {"format": FORMAT, "columns": [str(name) for name in data.columns], "rows": len(data)}
    body = index.asi8.astype("<i8").tobytes() + data.to_numpy(dtype="<f8").tobytes(order="F")
    return gzip.compress(json.dumps(head).encode() + b"\n" + body, mtime=0)


def thaw(content: bytes, sha256: str) -> pd.DataFrame:
    """The weather `freeze` kept. Raises AlteredWeather unless its fingerprint is `sha256`, UnreadableFile."""
    with reading("frozen weather", "bytes"):
        head, _, body = unpack(content, "frozen weather").partition(b"\n")
        known = json.loads(head)
        if known["format"] != FORMAT:
            raise AlteredWeather(f"format {known['format']!r} instead of {FORMAT!r}")
        rows, columns = int(known["rows"]), list(known["columns"])
        times = pd.DatetimeIndex(np.frombuffer(body[: 8 * rows], dtype="<i8").view("M8[ns]"), tz="UTC")
        values = np.frombuffer(body[8 * rows :], dtype="<f8").reshape((rows, len(columns)), order="F")
        data = pd.DataFrame(values.copy(), index=times.rename("start"), columns=columns)
    if fingerprint(data) != sha256:
        raise AlteredWeather("the numbers are not those that were frozen")
    return data
