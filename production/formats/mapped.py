"""Any CSV or worksheet, read as somebody said: which column holds dates, which ones values, in what unit."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import numpy as np

from production.formats import indexes
from production.formats.assembling import Findings, assemble
from production.formats.checks import MEND, Rows
from production.formats.errors import quoted, refuse
from production.formats.grid import Grid, open_as
from production.formats.instants import parse_instants
from production.formats.localtime import resolve
from production.formats.mapping import ColumnMapping
from production.formats.notes import Notes
from production.formats.portal import numbers
from production.formats.series import Floats, Ints, MeterSeries, ReadOptions
from production.formats.text import RESEND, Table, check_last_line

NAME = "mapped"
REDRAW = "dites de nouveau ce que contient chaque colonne"


def read(data: bytes, mapping: ColumnMapping, options: ReadOptions, notes: Notes) -> MeterSeries:
    """Read a file as its mapping says. Raises FileRefused."""
    grid = open_as(data, options.filename, mapping, options.without_lines)
    _refuse_missing(grid, mapping, options)
    table = grid.table(notes)
    if not len(table):
        notes.raise_if_refused()
        raise refuse(options.filename, "le fichier ne contient aucune mesure sous ses titres", RESEND)
    if grid.separator:
        check_last_line(grid.source, table.columns[-1], table.line, notes)
    label_s, valid = _instants(table, grid, mapping, options, notes)
    columns = [_values(table, grid, title, mapping, notes) for title in mapping.values]
    _say(mapping, options, notes)
    every = [Rows(label_s, value, table.line).take(valid) for value in columns]
    if not len(every[0]):
        notes.raise_if_refused()
    if mapping.is_index:
        return _from_indexes(every, mapping, options, notes)
    rows = replace(every[0], value=_sum([rows.value for rows in every]))
    _say_incomplete(rows, every, notes)
    return assemble(rows, Findings(NAME, mapping.unit, mapping.label, len(table)), options, notes)


def _refuse_missing(grid: Grid, mapping: ColumnMapping, options: ReadOptions) -> None:
    missing = [title for title in mapping.used if title not in grid.titles]
    if missing:
        found = [title for title in mapping.used if title in grid.titles]
        problem = (
            f"la colonne {quoted(missing[0])}"
            if len(missing) == 1
            else ("les colonnes " + ", ".join(map(quoted, missing)))
        )
        kept = f" ; sont là : {', '.join(map(quoted, found))}" if found else ""
        verb = "manque" if len(missing) == 1 else "manquent"
        raise refuse(
            options.filename,
            f"l’en-tête a changé : {problem} {verb}{kept}",
            REDRAW,
            line=max(1, grid.first_line - 1),
        )


def _instants(
    table: Table, grid: Grid, mapping: ColumnMapping, options: ReadOptions, notes: Notes
) -> tuple[Ints, np.ndarray]:
    texts = table.columns[grid.titles.index(mapping.instant)]
    if mapping.time:
        times = table.columns[grid.titles.index(mapping.time)]
        texts = [f"{day} {time}" for day, time in zip(texts, times, strict=True)]
    found = parse_instants(texts, mapping.day_order or None)
    notes.refuse_rows(
        ~found.valid, table.line, mapping.instant, lambda i: f"date illisible, {quoted(texts[i])}", MEND
    )
    if found.day_order == "day first assumed":
        message = "Rien ne distingue le jour du mois : dates lues jour/mois/année."
        notes.say("warning", mapping.instant, message)
    zone = ZoneInfo(mapping.time_zone) if mapping.time_zone else options.zone
    return resolve(found, texts, table.line, zone, notes, mapping.instant), found.valid


def _values(table: Table, grid: Grid, title: str, mapping: ColumnMapping, notes: Notes) -> Floats:
    texts = table.columns[grid.titles.index(title)]
    return numbers(texts, table.line, title, notes, mapping.decimal_mark or None)


def _sum(columns: list[Floats]) -> Floats:
    """Add columns of shape (n,); where one has no value, the sum has none."""
    total: Floats = np.sum(columns, axis=0)
    return total


def _say_incomplete(rows: Rows, every: list[Rows], notes: Notes) -> None:
    known = np.array([~np.isnan(column.value) for column in every])
    partial = known.any(axis=0) & ~known.all(axis=0)
    if partial.any():
        message = (
            f"{int(partial.sum())} instant(s) où une colonne est vide et une autre non : comptés comme des "
            "trous, la somme serait fausse."
        )
        notes.say("warning", "", message, int(rows.line[np.argmax(partial)]))


def _from_indexes(
    every: list[Rows], mapping: ColumnMapping, options: ReadOptions, notes: Notes
) -> MeterSeries:
    """Unroll each counter on its own, then add them up and difference the sum."""
    parts, duplicates = [], 0
    for rows, title in zip(every, mapping.values, strict=True):
        part, dropped = indexes.prepared(rows, options, notes)
        parts.append(replace(part, value=indexes.unrolled(part, mapping.unit, title, options, notes)))
        duplicates = max(duplicates, dropped)
    notes.raise_if_refused()
    summed = replace(parts[0], value=_sum([part.value for part in parts]))
    climb = indexes.between(summed, mapping.unit, duplicates, options, notes)
    found = Findings(
        NAME,
        mapping.unit,
        "end",
        len(every[0]),
        counter_energy_wh=climb.counter_energy_wh,
        duplicates=climb.duplicates,
        spans=climb.spans,
    )
    if len(summed) < 2:
        problem = "un seul index : il en faut deux pour connaître une énergie"
        raise refuse(options.filename, problem, "ajoutez l’index précédent du compteur à ce fichier")
    return assemble(climb.rows, found, options, notes)


def _say(mapping: ColumnMapping, options: ReadOptions, notes: Notes) -> None:
    ends = "fins d’intervalle" if mapping.label == "end" else "débuts d’intervalle"
    what = "relevés d’index" if mapping.is_index else ends
    zone = mapping.time_zone or options.zone.key
    named = ", ".join(quoted(title) for title in mapping.values[:6])
    message = f"Lu comme vous l’avez décrit : {named}, en {mapping.unit} ; dates : {what} ({zone})."
    notes.say("info", "", message)
    notes.say(
        "info", "", f"Lu comme vous l’avez décrit : {named}, en {mapping.unit} ; dates : {what} ({zone})."
    )
