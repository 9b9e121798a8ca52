"""Heights of the horizon around a roof, from what an operator has: PVGIS' file, pairs, or a plain list."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from production.fleet.horizon import COUNTS

Floats = npt.NDArray[np.float64]
# A list that isn't evenly spaced is drawn through at every five degrees.
RESAMPLED = 72
LONGEST_TEXT, MOST_ROWS = 40_000, 2_000
_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?$")


class HorizonUnread(ValueError):
    """A horizon that can't be read: `code` of `sheet_words.HORIZON`, the line (from 1), what was found."""

    def __init__(self, code: str, *, line: int | None = None, found: str = "") -> None:
        self.code, self.line, self.found = code, line, found
        super().__init__(f"{code}, line {line}: {found}")


def read_horizon(text: str) -> tuple[float, ...]:
    """Heights [°], evenly spaced clockwise from north, in a number the engine knows.

    Admits PVGIS' horizon file (CSV or JSON, directions counted from south), lines of direction and height
    (counted clockwise from north), or heights alone. Raises HorizonUnread.
    """
    if len(text) > LONGEST_TEXT:
        raise HorizonUnread("too-long")
    if not text.strip():
        raise HorizonUnread("empty")
    if text.lstrip().startswith("{"):
        return _around(_pvgis_json(text), from_south=True)
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if "H_hor" in text:
        return _around(_pvgis_rows(lines), from_south=True)
    rows = [(number, _fields(line)) for number, line in lines]
    if len(rows) > 2 and all(len(fields) == 2 for _, fields in rows):
        pairs = [(number, _number(number, a), _number(number, h)) for number, (a, h) in rows]
        return _around(pairs, from_south=any(azimuth < 0 for _, azimuth, _ in pairs))
    return _listed([(number, field) for number, fields in rows for field in fields])


def _fields(line: str) -> list[str]:
    """The numbers of a line; a comma ends a number where several stand, or is its decimal mark."""
    parts = [part for part in re.split(r"[;\s]+", line) if part]
    if len(parts) == 1 and parts[0].count(",") > 1:
        parts = parts[0].split(",")
    return [part.strip(",") for part in parts if part.strip(",")]


def _number(line: int, field: str) -> float:
    if not _NUMBER.match(field):
        raise HorizonUnread("not-numbers", line=line, found=field[:30])
    return float(field.replace(",", "."))


def _listed(fields: Sequence[tuple[int, str]]) -> tuple[float, ...]:
    heights = tuple(_height(line, _number(line, field)) for line, field in fields)
    if len(heights) not in COUNTS:
        raise HorizonUnread("count", found=str(len(heights)))
    return heights


def _height(line: int, height: float) -> float:
    if not 0 <= height < 90:
        raise HorizonUnread("height", line=line, found=f"{height:g}")
    return height


def _pvgis_rows(lines: Sequence[tuple[int, str]]) -> list[tuple[int, float, float]]:
    """Direction and height of each row between the titles and the explanations below."""
    start = next(i for i, (_, line) in enumerate(lines) if "H_hor" in line) + 1
    rows = []
    for number, line in lines[start:]:
        fields = re.split(r"[\t,; ]+", line)
        if len(fields) < 2 or not _NUMBER.match(fields[0]):
            break
        rows.append((number, _number(number, fields[0]), _number(number, fields[1])))
    return rows


def _pvgis_json(text: str) -> list[tuple[int, float, float]]:
    try:
        rows = json.loads(text)["outputs"]["horizon_profile"]
        return [(number, float(row["A"]), float(row["H_hor"])) for number, row in enumerate(rows, start=1)]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise HorizonUnread("unreadable") from error


def _around(rows: Sequence[tuple[int, float, float]], *, from_south: bool) -> tuple[float, ...]:
    """Heights clockwise from north; PVGIS counts directions from south, east negative."""
    if not rows:
        raise HorizonUnread("empty")
    if len(rows) > MOST_ROWS:
        raise HorizonUnread("too-long")
    shift, low, high = (180.0, -180.0, 180.0) if from_south else (0.0, 0.0, 360.0)
    before = -1.0
    for line, azimuth, height in rows:
        if not low <= azimuth <= high or azimuth + shift <= before:
            raise HorizonUnread("azimuth", line=line, found=f"{azimuth:g}")
        _height(line, height)
        before = azimuth + shift
    azimuths = np.array([azimuth + shift for _, azimuth, _ in rows])
    heights = np.array([height for *_, height in rows])
    if azimuths[-1] == 360.0 and len(rows) > 1:  # north twice, at both ends
        azimuths, heights = azimuths[:-1], heights[:-1]
    return _evenly(azimuths, heights)


def _evenly(azimuths: Floats, heights: Floats) -> tuple[float, ...]:
    count = len(azimuths)
    even = np.arange(count) * 360.0 / count
    if count in COUNTS and np.allclose(azimuths, even, atol=0.05):
        return tuple(heights.tolist())
    if count < COUNTS[0]:
        raise HorizonUnread("count", found=str(count))
    directions = np.arange(RESAMPLED) * 360.0 / RESAMPLED
    drawn = np.interp(directions, azimuths, heights, period=360.0)
    return tuple(drawn.round(2).tolist())
