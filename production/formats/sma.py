"""SMA: the inverter's own export (WebUI, CSV3) and Sunny Explorer's (CSV1).

Source: two raw WebUI files (5 minutes, 2025; daily, 2020-2025); Sunny Explorer quoted in public code and
tests, no raw file seen. Both name their separator and decimal mark in the second line, then devices, serial
numbers, channels, kinds and units in lines whose first field is empty. Local time without offset.

WebUI: `Metering.TotWhOut` is what the counter shows at the instant [Wh]. An average power (“Avg”) names the
END of its five minutes: the counter climbs by the average written at the later stamp.
Sunny Explorer by day: the counter is that of the END of the day named (its “Tagesertrag”, the day's energy,
is the step from the day before), so the day's column is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from production.formats import indexes
from production.formats.assembling import Findings, assemble
from production.formats.checks import MEND, Rows
from production.formats.errors import quoted, refuse
from production.formats.instants import parse_instants
from production.formats.localtime import resolve
from production.formats.notes import Notes
from production.formats.portal import Portal, body_table, check_unit, head_lines, numbers
from production.formats.series import DAY_S, Floats, Ints, Label, MeterSeries, ReadOptions
from production.formats.text import Table, TextFile, check_last_line, split_line
from production.formats.units import is_power, unit_in

NAME = "sma"
HEAD_LINES = 20
_VERSION = re.compile(r"^\s*version csv\d", re.IGNORECASE)
_LAYOUT = re.compile(r"dd([./-])mm\1yyyy(?P<time> hh:mm.*)?", re.IGNORECASE)
_SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t"}
_MARKS = {"comma": ",", "dot": "."}
_NO_NUMBER = frozenset({"nan", "nanstt", "nonemsg"})
_COUNTERS = ("metering.totwhout", "metering.gridms.totwhout")
_POWERS = ("gridms.totw (avg)", "gridms.totw", "leistung", "power", "puissance")
_EXPORT = "exportez la production totale (Metering.TotWhOut) ou la puissance (GridMs.TotW)"


@dataclass(frozen=True, slots=True)
class _Column:
    """One channel of one device; `place` is its index, `unit` a unit of units.FACTORS or None."""

    place: int
    device: str
    channel: str
    kind: str
    unit: str | None


@dataclass(frozen=True, slots=True)
class _Head:
    separator: str
    mark: str
    first_line: int
    daily: bool
    columns: tuple[_Column, ...]


def recognises(source: TextFile) -> bool:
    """Whether one of the first three lines says “Version CSV…”."""
    return any(_VERSION.match(line) for line in head_lines(source, 3))


def read(source: TextFile, options: ReadOptions, notes: Notes) -> MeterSeries:
    """Read an SMA export. Raises FileRefused."""
    head = _head(source, options)
    chosen = _choose(head, options, notes)
    width = 1 + len(head.columns)
    portal = Portal(NAME, head.separator, ["date"] * width, head.first_line, 0, chosen[0].place, "Wh")
    table = body_table(source, portal, options, notes)
    check_last_line(source, table.columns[-1], table.line, notes)
    unit = chosen[0].unit or "Wh"
    check_unit(unit, options)
    _say_devices(chosen, notes)
    # A day's counter is that of its end: the instant read is the midnight after the day named.
    later_s = DAY_S if head.daily and _is_counter(chosen[0]) else 0
    label_s, valid = _instants(table, later_s, options, notes)
    if _is_counter(chosen[0]):
        return _from_counters(table, label_s, valid, head, chosen, options, notes)
    value = sum(_values(table, c, head, notes) for c in chosen) + np.zeros(len(table))
    label: Label = options.label or ("start" if head.daily else "end")
    found = Findings(NAME, unit, label, len(table), devices=_devices(chosen))
    return assemble(Rows(label_s, value, table.line).take(valid), found, options, notes)


def _head(source: TextFile, options: ReadOptions) -> _Head:
    lines = head_lines(source, HEAD_LINES)
    version = next(line for line in lines if _VERSION.match(line)).lower()
    separator = next((mark for word, mark in _SEPARATORS.items() if f"delimiter {word}" in version), ";")
    mark = next((mark for word, mark in _MARKS.items() if f"decimalpoint {word}" in version), ".")
    rows = [split_line(line, separator) for line in lines]
    at = next((i for i, row in enumerate(rows) if _LAYOUT.fullmatch(row[0])), None)
    if at is None or at < 5:
        problem = "l’en-tête SMA est incomplet : la ligne des unités « DD.MM.YYYY hh:mm:ss,[Wh] » manque"
        raise refuse(options.filename, problem, "exportez de nouveau le fichier, sans le modifier", line=1)
    found = _LAYOUT.fullmatch(rows[at][0])
    columns = _columns(rows[at - 3], rows[at - 2], rows[at - 1], rows[at])
    daily = found is not None and found["time"] is None
    return _Head(separator, mark, at + 2, daily, columns)


def _columns(
    serials: list[str], channels: list[str], kinds: list[str], units: list[str]
) -> tuple[_Column, ...]:
    def cell(row: list[str], place: int) -> str:
        return row[place].strip() if place < len(row) else ""

    return tuple(
        _Column(
            place,
            cell(serials, place),
            cell(channels, place),
            cell(kinds, place).lower(),
            unit_in(units[place]),
        )
        for place in range(1, len(units))
    )


def _choose(head: _Head, options: ReadOptions, notes: Notes) -> list[_Column]:
    """Choose the production's channel, one of each device: the day's energy, a counter, else a power."""
    energies = [c for c in head.columns if c.unit and not is_power(c.unit)]
    by_day = [
        c for c in energies if head.daily and c.kind == "analog" and not c.channel.lower().startswith("meter")
    ]
    named = [[c for c in energies if c.channel.lower() == name] for name in _COUNTERS]
    counters = [c for c in energies if c.kind == "counter"]
    powers = [[c for c in head.columns if c.unit and c.channel.lower() == name] for name in _POWERS]
    for group in (by_day, named[0], counters, named[1], *powers):
        if group:
            return _one_each(group, notes)
    raise refuse(
        options.filename,
        "aucune colonne d’énergie produite ni de puissance n’est dans le fichier",
        _EXPORT,
        line=head.first_line - 3,
    )


def _one_each(group: list[_Column], notes: Notes) -> list[_Column]:
    first: dict[str, _Column] = {}
    for column in group:
        first.setdefault(column.device, column)
    if len(first) < len(group):
        message = "Un même onduleur a deux colonnes de même nom : seule la première est lue."
        notes.say("warning", group[0].channel, message)
    # Two units for one quantity come from two versions of a device: one file, one unit.
    unit = group[0].unit
    for column in first.values():
        if column.unit != unit:
            problem = f"deux unités pour une même grandeur ({unit} et {column.unit})"
            notes.refuse(None, column.channel, problem, "exportez un fichier par onduleur")
    return list(first.values())


def _is_counter(column: _Column) -> bool:
    return column.kind == "counter" or column.channel.lower() in _COUNTERS


def _devices(chosen: list[_Column]) -> tuple[str, ...]:
    return tuple(column.device for column in chosen if column.device)


def _say_devices(chosen: list[_Column], notes: Notes) -> None:
    kind = "un compteur cumulé" if _is_counter(chosen[0]) else "des valeurs par intervalle"
    notes.say("info", "", f"Colonne lue : « {chosen[0].channel} », {kind}.")
    if len(chosen) > 1:
        notes.say("info", "", f"{len(chosen)} onduleurs additionnés : {', '.join(_devices(chosen)[:6])}.")


def _instants(table: Table, later_s: int, options: ReadOptions, notes: Notes) -> tuple[Ints, np.ndarray]:
    texts = table.columns[0]
    found = parse_instants(texts, "day first")
    notes.refuse_rows(~found.valid, table.line, "date", lambda i: f"date illisible, {quoted(texts[i])}", MEND)
    found.wall_s[found.valid] += later_s
    label_s = resolve(found, texts, table.line, options.zone, notes, "date")
    return label_s, found.valid


def _values(table: Table, column: _Column, head: _Head, notes: Notes) -> Floats:
    texts = ["" if text.lower() in _NO_NUMBER else text for text in table.columns[column.place]]
    return numbers(texts, table.line, column.channel, notes, head.mark)


def _from_counters(
    table: Table,
    label_s: Ints,
    valid: np.ndarray,
    head: _Head,
    chosen: list[_Column],
    options: ReadOptions,
    notes: Notes,
) -> MeterSeries:
    """Add the counters of all inverters up, each unrolled on its own, then take the differences."""
    unit = chosen[0].unit or "Wh"
    values = _silent_aside([(c, _values(table, c, head, notes)) for c in chosen], notes)
    parts = [
        indexes.prepared(Rows(label_s, value, table.line).take(valid), options, notes) for _, value in values
    ]
    climbs = [
        indexes.unrolled(rows, unit, column.channel, options, notes)
        for (column, _), (rows, _) in zip(values, parts, strict=True)
    ]
    rows, duplicates = parts[0]
    total = Rows(rows.label_s, np.sum(climbs, axis=0), rows.line)
    climb = indexes.between(total, unit, duplicates, options, notes)
    found = Findings(
        NAME,
        unit,
        "end",
        len(table),
        devices=_devices(chosen),
        counter_energy_wh=climb.counter_energy_wh,
        duplicates=climb.duplicates,
        spans=climb.spans,
    )
    return assemble(climb.rows, found, options, notes)


def _silent_aside(values: list[tuple[_Column, Floats]], notes: Notes) -> list[tuple[_Column, Floats]]:
    """Leave out the inverters without a single value, saying so; one at least is kept."""
    speaking = [pair for pair in values if not np.isnan(pair[1]).all()]
    if speaking and len(speaking) < len(values):
        count = len(values) - len(speaking)
        message = f"{count} onduleur(s) sans aucune valeur dans ce fichier : laissé(s) de côté."
        notes.say("warning", speaking[0][0].channel, message)
    return speaking or values[:1]
