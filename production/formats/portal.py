"""What the exports of inverter portals share: one line of names, one column of instants, one of production.

A portal's module says which columns, unit and convention its files have; the reading is the same for all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from production.formats.assembling import Findings, assemble
from production.formats.checks import MEND, Rows, in_order, without_duplicates
from production.formats.decimals import parse_decimals
from production.formats.errors import quoted, refuse
from production.formats.instants import DayOrder, parse_instants
from production.formats.localtime import resolve
from production.formats.notes import Notes
from production.formats.series import Floats, Ints, Label, MeterSeries, ReadOptions
from production.formats.text import RESEND, Table, TextFile, check_last_line, read_table, split_line

LEAVE_EMPTY = "corrigez cette ligne, ou laissez la case vide si la mesure manque"


@dataclass(frozen=True, slots=True)
class Portal:
    """Where a portal's file keeps its production; columns are indexes, `first_line` is 1-based.

    `label` is which end of an interval its instants name, `order` how 03/04/2025 reads, `unit` that of the
    values. `steady`: holes are usual. `ragged`: the steps vary by some seconds around their median.
    """

    name: str
    separator: str
    names: list[str]
    first_line: int
    instant: int
    value: int
    unit: str
    label: Label = "start"
    order: DayOrder | None = None
    steady: bool = False
    ragged: bool = False


def names_of(line: str, separator: str) -> list[str]:
    """Cut a header line into names, in lower case, without the spaces that come and go between versions."""
    return [" ".join(name.lower().split()) for name in split_line(line.strip("\ufeff"), separator)]


def shown_names(line: str, separator: str) -> list[str]:
    """Cut a header line into names as they are written, for messages."""
    return [" ".join(name.split()) for name in split_line(line.strip("\ufeff"), separator)]


def head_lines(source: TextFile, count: int) -> list[str]:
    """Return the first lines of a text, at most `count`, long ones cut: a header is short."""
    return [line[:20_000] for line in source.text[: 20_000 * count].split("\n", count)[:count]]


def read_portal(source: TextFile, portal: Portal, options: ReadOptions, notes: Notes) -> MeterSeries:
    """Read a portal's text. Raises FileRefused."""
    table = body_table(source, portal, options, notes)
    check_last_line(source, table.columns[-1], table.line, notes)
    return assemble_columns(
        table.columns[portal.instant], table.columns[portal.value], table.line, portal, options, notes
    )


def assemble_columns(
    instants: list[str],
    values: list[str],
    line: Ints,
    portal: Portal,
    options: ReadOptions,
    notes: Notes,
    meter_identifier: str | None = None,
) -> MeterSeries:
    """Turn two columns of text, shape (n,) each, into a series. Raises FileRefused."""
    check_unit(portal.unit, options)
    rows = rows_of(instants, values, line, portal, options, notes)
    duplicates = 0
    if portal.ragged and len(rows) > 1:
        rows, duplicates = without_duplicates(in_order(rows, notes), options, notes)
        rows = Rows(rows.label_s, rows.value, rows.line, ragged_lengths(rows.label_s))
    label = options.label or portal.label
    say_read(portal, label, options, notes)
    found = Findings(
        portal.name, portal.unit, label, len(line), portal.steady, meter_identifier, duplicates=duplicates
    )
    return assemble(rows, found, options, notes)


def body_table(source: TextFile, portal: Portal, options: ReadOptions, notes: Notes) -> Table:
    """Return the lines below the names as columns, without a line of totals at the end."""
    parts = source.text.split("\n", portal.first_line - 1)
    text = parts[-1].rstrip() if len(parts) == portal.first_line else ""
    body, _, last = text.rpartition("\n")
    if last.lstrip('" ').lower().startswith("total"):
        notes.say("info", "", "La ligne de total, à la fin, est laissée de côté.", source.last_line)
        text = body
    if not text.strip():
        raise refuse(options.filename, "le fichier ne contient que son en-tête, aucune mesure", RESEND)
    width = len(portal.names)
    table = read_table(text, portal.separator, portal.first_line, width, notes)
    if not len(table):
        notes.raise_if_refused()
        raise refuse(options.filename, "le fichier ne contient aucune mesure", RESEND)
    return table


def check_unit(unit: str, options: ReadOptions) -> None:
    """Refuse a unit chosen at the sending that the format contradicts."""
    if options.unit is not None and options.unit != unit:
        problem = f"l’unité demandée ({options.unit}) n’est pas celle du fichier ({unit})"
        raise refuse(options.filename, problem, "laissez l’unité vide : le fichier la donne", field="unité")


def rows_of(
    instants: list[str], values: list[str], line: Ints, portal: Portal, options: ReadOptions, notes: Notes
) -> Rows:
    """Parse both columns; unreadable cells become faults."""
    field, named = portal.names[portal.instant] or "date", portal.names[portal.value]
    found = parse_instants(instants, portal.order)
    notes.refuse_rows(~found.valid, line, field, lambda i: f"date illisible, {quoted(instants[i])}", MEND)
    if found.day_order == "day first assumed":
        notes.say("warning", field, "Rien ne distingue le jour du mois : dates lues jour/mois/année.")
    label_s = resolve(found, instants, line, options.zone, notes, field)
    return Rows(label_s, numbers(values, line, named, notes), line).take(found.valid)


def numbers(values: list[str], line: Ints, field: str, notes: Notes, mark: str | None = None) -> Floats:
    """Read a column of numbers, shape (n,), NaN where empty; an unreadable one is a fault."""
    decimals = parse_decimals(values, mark)
    notes.refuse_rows(
        decimals.unreadable, line, field, lambda i: f"valeur illisible, {quoted(values[i])}", LEAVE_EMPTY
    )
    return decimals.value


def ragged_lengths(label_s: Ints) -> Ints:
    """Return lengths [s] of ascending snapshots some seconds apart from their median step, shape (n,).

    Each holds until the next one; before a hole (more than one and a half steps), for the median step.
    """
    step = np.diff(label_s)
    usual = max(1, int(np.median(step)))
    held = np.where(step <= 1.5 * usual, step, usual)
    return np.append(held, usual).astype(np.int64)


def say_read(portal: Portal, label: Label, options: ReadOptions, notes: Notes) -> None:
    """Tell which column was read and how its instants were."""
    ends = "fins d’intervalle" if label == "end" else "débuts d’intervalle"
    name = portal.names[portal.value]
    notes.say("info", "", f"Colonne lue : « {name} » ; dates lues comme des {ends}.")
    others = [n for i, n in enumerate(portal.names) if n and i not in {portal.instant, portal.value}]
    if others:
        listed = ", ".join(others[:8]) + ("…" if len(others) > 8 else "")
        notes.say("info", "", f"Colonnes laissées de côté : {listed}.")
