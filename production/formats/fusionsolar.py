"""Huawei FusionSolar device history (XLSX): one row per inverter and snapshot, usually every five minutes.

Active power is a snapshot: each one stands for the step that follows it, so that the file's total is the sum
of powers times the step. (The trapezoid fits the daily counter a little better, by 0.07 % over a month, but
needs a neighbour where communication was lost.) The daily counters are a second, independent total.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from production.formats.assembling import Findings, assemble
from production.formats.checks import MEND, Rows
from production.formats.decimals import parse_decimals
from production.formats.errors import french_number, quoted, refuse
from production.formats.fusionsolar_devices import sum_of_devices
from production.formats.instants import parse_instants
from production.formats.localtime import to_utc
from production.formats.notes import Notes
from production.formats.series import DAY_S, Bools, Floats, Ints, MeterSeries, ReadOptions, local_days
from production.formats.text import RESEND
from production.formats.units import FACTORS, unit_in
from production.formats.worksheet import ONE_PLANT

NAME = "fusionsolar"
HEADER_ROWS = 20
SUMMER_SUFFIX = " DST"
# A month's snapshots and its counters agree within 1 %; beyond 2 %, rows or counters are missing.
COUNTER_TOLERANCE = 0.02
_EXPORT = (
    "exportez l’historique de l’onduleur avec les colonnes « Start Time » et « Active power(kW) », en anglais"
)


@dataclass(frozen=True, slots=True)
class _Columns:
    site: int | None
    device: int
    start: int
    power: int
    counter: int | None
    power_name: str


def header_row(rows: list[list[Any]]) -> int | None:
    """Return the index of the row of column names, None if this is no FusionSolar history."""
    for i, row in enumerate(rows[:HEADER_ROWS]):
        names = {_plain(cell) for cell in row}
        if {"manageobject", "starttime"} <= names:
            return i
    return None


def _plain(cell: object) -> str:
    return "".join(str(cell).lower().split())


def read(rows: list[list[Any]], options: ReadOptions, notes: Notes) -> MeterSeries:
    """Read the rows of the sheet that has a FusionSolar header. Raises FileRefused."""
    at = header_row(rows)
    if at is None:
        raise refuse(options.filename, "ce n’est pas un historique FusionSolar", _EXPORT)
    columns = _find_columns(rows[at], at + 1, options)
    body = [(i, row) for i, row in enumerate(rows[at + 1 :], start=at + 2) if any(cell != "" for cell in row)]
    if not body:
        raise refuse(options.filename, "le classeur ne contient que son en-tête, aucune mesure", RESEND)
    if options.part and columns.site is not None:
        body = [(i, row) for i, row in body if str(row[columns.site]).strip() == options.part] or body
    line = np.array([i for i, _ in body], dtype=np.int64)
    data = [row for _, row in body]
    _refuse_two_sites(data, columns, line, notes)
    label_s, valid = _instants([row[columns.start] for row in data], line, options.zone, notes)
    power = _numbers([row[columns.power] for row in data], line, columns.power_name, notes)
    device = np.array([str(row[columns.device]).strip() for row in data], dtype=object)
    unit = unit_in(columns.power_name) or "kW"
    every = Rows(label_s, power, line).take(valid)
    plant, devices, duplicates = sum_of_devices(every, device[valid], options, notes)
    counter_wh = _counter(data, columns, device, label_s, valid, options.zone)
    _compare(counter_wh, plant, unit, notes)
    found = Findings(
        NAME, unit, options.label or "start", len(body), True, None, devices, counter_wh, duplicates
    )
    return assemble(plant, found, options, notes)


def _find_columns(header: list[Any], line: int, options: ReadOptions) -> _Columns:
    names = [_plain(cell) for cell in header]
    power = next((i for i, name in enumerate(names) if name.startswith("activepower")), None)
    if power is None:
        problem = "la colonne de puissance « Active power(kW) » manque"
        raise refuse(options.filename, problem, _EXPORT, line=line, field="Active power(kW)")
    return _Columns(
        site=names.index("sitename") if "sitename" in names else None,
        device=names.index("manageobject"),
        start=names.index("starttime"),
        power=power,
        counter=next((i for i, name in enumerate(names) if name.startswith("dailyenergy")), None),
        power_name=str(header[power]),
    )


def _refuse_two_sites(data: list[list[Any]], columns: _Columns, line: Ints, notes: Notes) -> None:
    if columns.site is None:
        return
    sites = np.array([str(row[columns.site]).strip() for row in data], dtype=object)
    other = sites != sites[0]
    if other.any():
        i = int(np.argmax(other))
        problem = f"deux centrales dans un même fichier ({quoted(sites[0])} et {quoted(sites[i])})"
        names = tuple(dict.fromkeys(sites.tolist()))
        notes.refuse_parts(int(line[i]), "Site Name", problem, ONE_PLANT, names)


def _instants(cells: list[Any], line: Ints, zone: ZoneInfo, notes: Notes) -> tuple[Ints, Bools]:
    """Return UTC instants [s] and which are usable. The suffix “ DST” settles the autumn hour."""
    texts = [c.isoformat(" ") if isinstance(c, datetime) else str(c).strip() for c in cells]
    summer = np.array([text.endswith(SUMMER_SUFFIX) for text in texts], dtype=np.bool_)
    instants = parse_instants([text.removesuffix(SUMMER_SUFFIX) for text in texts])
    valid = instants.valid & ~instants.has_offset
    remedy = "n’ouvrez pas le classeur dans un tableur avant de le déposer, exportez-le de nouveau"
    notes.refuse_rows(~valid, line, "Start Time", lambda i: f"date illisible, {quoted(texts[i])}", remedy)
    label_s, exists = to_utc(instants.wall_s, summer, zone)
    wrong = valid & (~exists | (summer != _is_summer(instants.wall_s - label_s, label_s, zone)))
    remedy = "vérifiez le fuseau horaire de la centrale"
    notes.refuse_rows(
        wrong,
        line,
        "Start Time",
        lambda i: f"{quoted(texts[i])} n’existe pas dans le fuseau horaire {zone.key}",
        remedy,
    )
    return label_s, valid & ~wrong


def _is_summer(offset_s: Ints, instant_s: Ints, zone: ZoneInfo) -> Bools:
    """Tell for each offset from UTC [s] whether it is above the year's lowest."""
    years = instant_s.view("M8[s]").astype("M8[Y]")
    lowest = np.zeros(len(years), dtype=np.int64)
    for year in np.unique(years):
        seasons = np.array(
            [year.astype("M8[s]").astype(np.int64) + d * DAY_S for d in (10, 190)], dtype=np.int64
        )
        local = pd.DatetimeIndex(seasons.view("M8[s]")).tz_localize("UTC").tz_convert(zone).tz_localize(None)
        lowest[years == year] = (local.to_numpy().astype("M8[s]").astype(np.int64) - seasons).min()
    return np.asarray(offset_s > lowest, dtype=np.bool_)


def _numbers(cells: list[Any], line: Ints, field: str, notes: Notes) -> Floats:
    """Return floats, NaN for “N/A” and “-”; anything else that is no number is a fault."""
    decimals = parse_decimals([c.strip() if isinstance(c, str) else str(c) for c in cells])
    notes.refuse_rows(
        decimals.unreadable, line, field, lambda i: f"valeur illisible, {quoted(str(cells[i]))}", MEND
    )
    return decimals.value


def _counter(
    data: list[list[Any]], columns: _Columns, device: np.ndarray, label_s: Ints, valid: Bools, zone: ZoneInfo
) -> int | None:
    """Return the sum of the daily counters [Wh]: the highest of each device and local day."""
    if columns.counter is None:
        return None
    cells = [row[columns.counter] for row in data]
    energy_kwh = parse_decimals([c.strip() if isinstance(c, str) else str(c) for c in cells]).value
    frame = pd.DataFrame({"device": device, "day": local_days(label_s, zone), "energy_kwh": energy_kwh})[
        valid
    ]
    highest = frame.groupby(["device", "day"])["energy_kwh"].max().dropna()
    total_wh = float(highest.sum()) * 1000
    return round(total_wh) if len(highest) and abs(total_wh) < 1e15 else None


def _compare(counter_wh: int | None, plant: Rows, unit: str, notes: Notes) -> None:
    """Remark on a sum of snapshots that is far from the daily counters."""
    if not counter_wh or len(plant) < 2:
        return
    step_h = float(np.median(np.diff(np.sort(plant.label_s)))) / 3600
    with np.errstate(over="ignore"):
        snapshots_wh = float(np.nansum(plant.value) * FACTORS[unit] * step_h)
    if abs(snapshots_wh - counter_wh) > COUNTER_TOLERANCE * counter_wh:
        sums = f"{french_number(snapshots_wh / 1000, 1)} kWh et {french_number(counter_wh / 1000, 1)} kWh"
        message = f"La somme des puissances et les compteurs journaliers diffèrent de plus de 2 % ({sums})."
        notes.say("warning", "Daily energy(kWh)", message)
