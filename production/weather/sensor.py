"""Series measured on site: CSV or XLSX of any logger, read by a mapping the operator states once.

Text, numbers and instants go through the readers of metered output (`production.formats`): encodings,
separators, decimal marks, daylight saving. A file is read whole or not at all; what is wrong is a FileRefused
with line, field, French sentence and remedy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd

from production.climate import check_coordinates
from production.formats import cadence
from production.formats.checks import MEND
from production.formats.decimals import parse_decimals
from production.formats.errors import french_number, quoted, refuse
from production.formats.instants import parse_instants
from production.formats.localtime import resolve, wall_clock
from production.formats.notes import Notes
from production.formats.series import Bools, Floats, Ints
from production.weather import files, units
from production.weather.errors import MissingColumn, WrongUnit
from production.weather.frame import (
    IN_PLANE,
    MAX_IRRADIANCE_W_M2,
    MAX_TEMPERATURE_C,
    MAX_WIND_M_S,
    MIN_IRRADIANCE_W_M2,
    MIN_TEMPERATURE_C,
    check_series,
    check_sun,
)
from production.weather.meta import Kind, WeatherMeta, WeatherRemark, describe
from production.weather.sheet import Sheet, open_sheet
from production.weather.units import Quantity

METHOD = "sensor"
FILLED, DUPLICATES = "gaps-filled", "duplicates-dropped"
SMALLEST_STEP_S, LONGEST_STEP_S = 10, 3600
Label = Literal["start", "middle", "end"]
_BOUNDS = {
    **dict.fromkeys(("ghi", "dni", "dhi", *IN_PLANE), (MIN_IRRADIANCE_W_M2, MAX_IRRADIANCE_W_M2)),
    "temp_air": (MIN_TEMPERATURE_C, MAX_TEMPERATURE_C),
    "wind_speed": (0.0, MAX_WIND_M_S),
    "albedo": (0.0, 1.0),
    "humidity": (0.0, 1.1),
    "snow_depth": (0.0, 10.0),
    "pressure": (30_000.0, 110_000.0),
}


@dataclass(frozen=True, slots=True)
class SensorColumn:
    """A column of the file: its title, the quantity it holds, its unit (one of `units.units_of`).

    In a plane, the quantity says which sensor: poa_global a pyranometer, poa_cell a reference cell, for which
    the engine takes off no reflection again. plane: where several planes are measured, the name that the
    plant's arrays give theirs (`PvArray.plane`; the site names them by rank, "0", "1"…); it ends the column's
    name. Empty: one plane for all.
    """

    title: str
    quantity: Quantity
    unit: str
    plane: str = ""

    @property
    def name(self) -> str:
        """The column of the frame: the quantity, with the plane if there is one."""
        return f"{self.quantity}_{self.plane}" if self.plane else self.quantity


@dataclass(frozen=True, slots=True)
class SensorMapping:
    """How a logger's file is to be read.

    columns: those to take, in their order. label: which point of its interval an instant names ("middle" for
    an instant in itself). timezone: of clock times without offset, daylight saving included if the zone has
    it ("Etc/GMT-1" is UTC+1 all year). instant, time: titles of the columns of dates and of times of day,
    found by their content when empty. longest_gap_s [s]: holes up to it are filled by a straight line, and
    remarked; longer ones refuse the file.
    """

    columns: tuple[SensorColumn, ...]
    label: Label = "start"
    timezone: str = "Europe/Paris"
    instant: str = ""
    time: str = ""
    longest_gap_s: int = 0


def read_sensor(
    source: files.Source,
    mapping: SensorMapping,
    *,
    latitude: float,
    longitude: float,
    altitude_m: float,
    filename: str = "",
    name: str = "On-site sensors",
    licence: str = "the operator's own",
    kind: Kind = "sensor",
    retrieved_at: datetime | None = None,
) -> tuple[pd.DataFrame, WeatherMeta]:
    """Series of one logger at latitude, longitude [°], altitude [m]: UTC starts with the mapping's columns.

    kind: "typical" for a year published as a table. Raises FileRefused (with lines), MissingColumn,
    WrongUnit, UnreadableFile, FileTooLarge, SunOutOfPlace, climate.InvalidCoordinates.
    """
    check_coordinates(latitude, longitude, altitude_m)
    _check_mapping(mapping)
    file, content = files.load_bytes(source, filename)
    sheet = open_sheet(files.unpack_table(content, file), file)
    data, step_s, remarks = _series(sheet, mapping, file)
    interval = timedelta(seconds=step_s)
    check_series(data, interval)
    check_sun(data, interval, longitude, file)
    meta = WeatherMeta(
        name=name,
        source=file,
        licence=licence,
        sha256="",
        latitude=latitude,
        longitude=longitude,
        altitude_m=altitude_m,
        method=METHOD,
        kind=kind,
        file_sha256=hashlib.sha256(content).hexdigest(),
        retrieved_at=retrieved_at,
        remarks=remarks,
    )
    return data, describe(data, meta)


def list_titles(source: files.Source, filename: str = "") -> tuple[str, ...]:
    """The titles of a file's columns, for a form to choose from. Raises FileRefused, UnreadableFile."""
    file, content = files.load_bytes(source, filename)
    return open_sheet(files.unpack_table(content, file), file).titles


def _check_mapping(mapping: SensorMapping) -> None:
    if not mapping.columns:
        raise MissingColumn("the mapping names no column")
    names = [column.name for column in mapping.columns]
    if len(set(names)) < len(names):
        raise MissingColumn(f"two columns are mapped to one quantity among {', '.join(names)}")
    for column in mapping.columns:
        units.check_unit(column.quantity, column.unit)
    try:
        ZoneInfo(mapping.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder's name, or one too long for a file
        raise WrongUnit(f"time zone {mapping.timezone!r} is not known") from None


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows on their way, shape (n,): instants named [s UTC], lines, values by column (NaN: no measure)."""

    label_s: Ints
    line: Ints
    values: dict[str, Floats]

    def take(self, rows: Ints | Bools) -> _Rows:
        kept = {name: values[rows] for name, values in self.values.items()}
        return _Rows(self.label_s[rows], self.line[rows], kept)


def _series(
    sheet: Sheet, mapping: SensorMapping, file: str
) -> tuple[pd.DataFrame, int, tuple[WeatherRemark, ...]]:
    """The frame, its step [s] and what was mended. Raises FileRefused with every fault found."""
    notes = Notes(file)
    rows = _read_rows(sheet, mapping, notes)
    notes.raise_if_refused()
    rows, repeated = _without_repeats(rows, ZoneInfo(mapping.timezone), notes)
    step_s = _step_s(rows, file)
    _check_grid(rows, step_s, mapping, notes)
    rows = _in_our_units(rows, mapping, step_s, notes)
    notes.raise_if_refused()
    data, filled = _filled(rows, step_s, mapping, notes)
    notes.raise_if_refused()
    remarks = [WeatherRemark(FILLED, filled)] if filled else []
    remarks += [WeatherRemark(DUPLICATES, repeated)] if repeated else []
    return data, step_s, tuple(remarks)


def _read_rows(sheet: Sheet, mapping: SensorMapping, notes: Notes) -> _Rows:
    texts, field = sheet.instants(mapping.instant, mapping.time)
    instants = parse_instants(texts)
    notes.refuse_rows(
        ~instants.valid, sheet.line, field, lambda i: f"date illisible, {quoted(texts[i])}", MEND
    )
    label_s = resolve(instants, texts, sheet.line, ZoneInfo(mapping.timezone), notes, field)
    values = {column.name: _values(sheet, column, notes) for column in mapping.columns}
    return _Rows(label_s, sheet.line, values).take(instants.valid)


def _values(sheet: Sheet, column: SensorColumn, notes: Notes) -> Floats:
    texts = sheet.column(column.title)
    decimals = parse_decimals(texts)
    notes.refuse_rows(
        decimals.unreadable,
        sheet.line,
        column.title,
        lambda i: f"valeur illisible, {quoted(texts[i])}",
        "corrigez cette ligne, ou laissez la case vide si la mesure manque",
    )
    return decimals.value


def _without_repeats(rows: _Rows, zone: ZoneInfo, notes: Notes) -> tuple[_Rows, int]:
    """Rows in the order of time, one an instant; repeated rows must say the same."""
    rows = rows.take(np.lexsort((rows.line, rows.label_s)))
    again = np.diff(rows.label_s, prepend=rows.label_s[:1] - 1) == 0
    differ = np.zeros(len(again), dtype=np.bool_)
    for values in rows.values.values():
        before = np.roll(values, 1)
        differ |= again & ~((values == before) | (np.isnan(values) & np.isnan(before)))
    notes.refuse_rows(
        differ,
        rows.line,
        "date",
        lambda i: (
            "deux mesures différentes pour le même instant, "
            f"{wall_clock(int(rows.label_s[i]), zone)} (déjà donné ligne {rows.line[i - 1]})"
        ),
        "gardez la bonne ligne et supprimez l’autre",
    )
    notes.raise_if_refused()
    return rows.take(~again), int(again.sum())


def _step_s(rows: _Rows, file: str) -> int:
    step_s = cadence.most_frequent_step(rows.label_s)
    if step_s is None:
        raise refuse(file, "moins de deux mesures : le pas de temps est inconnu", "exportez au moins un jour")
    if not SMALLEST_STEP_S <= step_s <= LONGEST_STEP_S or LONGEST_STEP_S % step_s:
        problem = f"un pas de temps de {french_number(step_s)} s"
        raise refuse(file, problem, "exportez au pas d’une heure, ou d’une fraction entière de l’heure")
    return step_s


def _check_grid(rows: _Rows, step_s: int, mapping: SensorMapping, notes: Notes) -> None:
    """Refuse instants between two steps, and holes longer than the mapping fills."""
    zone = ZoneInfo(mapping.timezone)
    off = (rows.label_s - rows.label_s[0]) % step_s != 0
    notes.refuse_rows(
        off,
        rows.line,
        "date",
        lambda i: f"{wall_clock(int(rows.label_s[i]), zone)} ne tombe pas sur le pas de {step_s} s",
        "exportez un seul pas de temps, régulier",
    )
    hole_s = np.diff(rows.label_s, prepend=rows.label_s[0] - step_s) - step_s
    notes.refuse_rows(
        (hole_s > mapping.longest_gap_s) & ~off,
        rows.line,
        "date",
        lambda i: (
            f"il manque {french_number(hole_s[i] // step_s)} mesure(s) avant le "
            f"{wall_clock(int(rows.label_s[i]), zone)}"
        ),
        "exportez une période sans trou, ou admettez de combler des trous plus longs",
    )


def _in_our_units(rows: _Rows, mapping: SensorMapping, step_s: int, notes: Notes) -> _Rows:
    """Values in our units, each within what can be measured in the stated unit."""
    ours = {}
    for column in mapping.columns:
        given = rows.values[column.name]
        values = units.convert(given, column.quantity, column.unit, float(step_s))
        low, high = _BOUNDS[column.quantity]
        notes.refuse_rows(
            (values < low) | (values > high) | np.isinf(values),
            rows.line,
            column.title,
            _impossible(given, column),
            "vérifiez l’unité annoncée pour cette colonne",
        )
        ours[column.name] = values
    return _Rows(rows.label_s, rows.line, ours)


def _impossible(given: Floats, column: SensorColumn) -> Callable[[int], str]:
    return lambda i: f"{french_number(float(given[i]), 1)} {column.unit} n’est pas possible"


def _filled(rows: _Rows, step_s: int, mapping: SensorMapping, notes: Notes) -> tuple[pd.DataFrame, int]:
    """A regular frame; runs without value up to the mapping's limit become a straight line."""
    before_s = {"start": 0, "middle": step_s / 2, "end": step_s}[mapping.label]
    grid_s = np.arange(rows.label_s[0], rows.label_s[-1] + 1, step_s, dtype=np.int64)
    at = (rows.label_s - grid_s[0]) // step_s
    line = np.repeat(rows.line, np.diff(np.append(at, len(grid_s))))
    columns, holes = {}, np.zeros(len(grid_s), dtype=np.bool_)
    for column in mapping.columns:
        values = np.full(len(grid_s), np.nan)
        values[at] = rows.values[column.name]
        empty = np.isnan(values)
        _refuse_long_gaps(empty, line, step_s, mapping.longest_gap_s, column.title, notes)
        if not empty.all():
            values[empty] = np.interp(grid_s[empty], grid_s[~empty], values[~empty])
        columns[column.name], holes = values, holes | empty
    start = pd.to_datetime(((grid_s - before_s) * 1e9).astype(np.int64), utc=True)
    return pd.DataFrame(columns, index=pd.DatetimeIndex(start, name="start")), int(holes.sum())


def _refuse_long_gaps(
    empty: Bools, line: Ints, step_s: int, longest_s: int, field: str, notes: Notes
) -> None:
    starts = np.flatnonzero(empty & ~np.append(False, empty[:-1]))
    ends = np.flatnonzero(empty & ~np.append(empty[1:], False))
    length = ends - starts + 1
    bad = np.zeros(len(empty), dtype=np.bool_)
    # A gap at either end has nothing beyond it to draw a line to.
    bad[starts[(length * step_s > longest_s) | (starts == 0) | (ends == len(empty) - 1)]] = True
    steps = dict(zip(starts.tolist(), length.tolist(), strict=True))
    notes.refuse_rows(
        bad,
        line,
        field,
        lambda i: f"{french_number(steps[i])} mesure(s) absente(s) de suite",
        "exportez une période sans trou, ou admettez de combler des trous plus longs",
    )
