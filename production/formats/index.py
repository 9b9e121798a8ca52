"""Cumulative index of any meter, electricity or heat (CSV): what it showed, reading by reading.

A header names the column (“Index (kWh)”, “Énergie cumulée (MWh)”, “Zählerstand [kWh]”), or the sender chooses
the format. Heat meters count kWh or MWh and are often read by hand: what lies between two readings on
different days is a Span, given to no day.
"""

from __future__ import annotations

import re

import numpy as np

from production.formats import indexes
from production.formats.assembling import Findings, assemble
from production.formats.decimals import parse_decimals
from production.formats.errors import refuse
from production.formats.generic import NOT_PRODUCTION, body_text, read_rows, unit_of
from production.formats.layout import Layout, find_layout
from production.formats.notes import Notes
from production.formats.series import MeterSeries, ReadOptions, local_days
from production.formats.text import Table, TextFile, check_last_line, read_table
from production.formats.units import ENERGY_WH, is_power, unit_in

NAME = "index"
_INDEX = re.compile(
    r"(?<![a-z])index(?![a-z])|cumul|z[äa]hlerstand|meter reading|counter reading|total yield|gesamtertrag",
    re.IGNORECASE,
)


def recognises(source: TextFile) -> bool:
    """Whether a column of energy is named an index, and none beside it holds the energy of each interval."""
    layout = find_layout(source)
    return layout is not None and _named(layout) is not None and not _has_energies(layout)


def readable(source: TextFile) -> bool:
    """Whether the text can be read as indexes when the sender says that it is."""
    return find_layout(source) is not None


def read(source: TextFile, options: ReadOptions, notes: Notes) -> MeterSeries:
    """Read the indexes of one counter. Raises FileRefused."""
    layout = find_layout(source)
    if layout is None:
        remedy = "déposez un fichier avec une colonne de dates et une colonne « Index (kWh) »"
        raise refuse(options.filename, "aucune ligne ne contient une date et un index", remedy)
    table = read_table(
        body_text(source, layout, notes), layout.separator, layout.first_line, layout.width, notes
    )
    column = _column(layout, table, options)
    unit = unit_of(layout, column, options, notes)
    if is_power(unit):
        problem = f"un index est une énergie cumulée, pas une puissance ({unit})"
        remedy = f"choisissez une unité d’énergie ({', '.join(ENERGY_WH)})"
        raise refuse(options.filename, problem, remedy, field=layout.name(column))
    check_last_line(source, table.columns[-1], table.line, notes)
    rows = read_rows(table, layout, column, options, notes)
    _say_midnights(rows.label_s, options, notes)
    climb = indexes.energies(rows, unit, layout.name(column), options, notes)
    _refuse_single(len(rows), options, notes)
    found = Findings(
        NAME,
        unit,
        "end",
        len(table),
        counter_energy_wh=climb.counter_energy_wh,
        duplicates=climb.duplicates,
        spans=climb.spans,
    )
    return assemble(climb.rows, found, options, notes)


def _named(layout: Layout) -> int | None:
    """Return the column whose name says index, with a unit of energy; None without it."""
    for i in range(layout.width):
        unit = unit_in(layout.name(i))
        if i not in {layout.instant, layout.time} and unit in ENERGY_WH and _INDEX.search(layout.name(i)):
            return i
    return None


def _has_energies(layout: Layout) -> bool:
    """Tell a table that carries a running total beside its energies: the energies say more."""
    names = [layout.name(i) for i in range(layout.width) if i not in {layout.instant, layout.time}]
    return any(
        unit_in(name) in ENERGY_WH and not _INDEX.search(name) and not NOT_PRODUCTION.search(name)
        for name in names
    )


def _column(layout: Layout, table: Table, options: ReadOptions) -> int:
    named = _named(layout)
    if named is not None:
        return named
    free = [i for i in range(layout.width) if i not in {layout.instant, layout.time}]
    with_unit = [i for i in free if unit_in(layout.name(i)) in ENERGY_WH]
    filled = [i for i in free if not np.isnan(parse_decimals(table.columns[i]).value).all()]
    chosen = next(iter(with_unit or filled), None)
    if chosen is None:
        problem = "aucune colonne ne contient d’index"
        raise refuse(options.filename, problem, "nommez la colonne « Index (kWh) »", line=layout.first_line)
    return chosen


def _refuse_single(count: int, options: ReadOptions, notes: Notes) -> None:
    notes.raise_if_refused()
    if count < 2:
        problem = "un seul index : il en faut deux pour connaître une énergie"
        raise refuse(options.filename, problem, "ajoutez l’index précédent du compteur à ce fichier")


def _say_midnights(label_s: np.ndarray, options: ReadOptions, notes: Notes) -> None:
    """Say how bare dates were read: as the midnight that opens their day."""
    days = local_days(label_s, options.zone)
    opens = local_days(label_s - 1, options.zone) < days
    if len(label_s) and opens.all():
        message = "Index lus comme relevés à minuit, au début du jour nommé."
        notes.say("info", "date", message)
