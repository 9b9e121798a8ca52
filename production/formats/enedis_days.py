"""Enedis daily energies (XLSX): the meter above, then “Date” and “Valeur (en kWh)”, one row a day.

Source: headers quoted in public documents; no raw file seen. A day's energy counts from local midnight to
midnight; “NA” is a gap.
"""

from __future__ import annotations

import re
from typing import Any

from production.formats.enedis_blocks import plain
from production.formats.errors import quoted, refuse
from production.formats.notes import Notes
from production.formats.portal import Portal, assemble_columns
from production.formats.series import MeterSeries, ReadOptions
from production.formats.text import RESEND
from production.formats.units import unit_in
from production.formats.worksheet import HEADER_ROWS, body_rows, cell_text

NAME = "enedis-days"
_VALUE = re.compile(r"valeur \(en [km]?wh\)")
_PRM = re.compile(r"\d{14}", re.ASCII)


def header_row(rows: list[list[Any]]) -> int | None:
    """Return the index of the row “Date | Valeur (en kWh)”, None without it."""
    for i, row in enumerate(rows[:HEADER_ROWS]):
        names = [plain(cell_text(cell)) for cell in row]
        if "date" in names and any(_VALUE.fullmatch(name) for name in names):
            return i
    return None


def read(rows: list[list[Any]], options: ReadOptions, notes: Notes) -> MeterSeries:
    """Read the rows of a worksheet of daily energies. Raises FileRefused."""
    at = header_row(rows)
    if at is None:
        raise refuse(options.filename, "ce n’est pas un relevé quotidien d’Enedis", RESEND)
    names = [cell_text(cell) for cell in rows[at]]
    lower = [plain(name) for name in names]
    value = next(i for i, name in enumerate(lower) if _VALUE.fullmatch(name))
    body, line = body_rows(rows, at, options)
    prm = _prm(rows[:at], notes)
    unit = unit_in(names[value]) or "kWh"
    portal = Portal(NAME, "", names, at + 2, lower.index("date"), value, unit, order="day first")
    days = [cell_text(row[portal.instant]) for row in body]
    values = [cell_text(row[value]) for row in body]
    return assemble_columns(days, values, line, portal, options, notes, meter_identifier=prm)


def _prm(above: list[list[Any]], notes: Notes) -> str | None:
    """Return the meter number written above the table, and warn of a consumption."""
    known: str | None = None
    for number, row in enumerate(above, start=1):
        cells = [cell_text(cell) for cell in row]
        for name, following in zip(cells, [*cells[1:], ""], strict=True):
            if "(prm)" in name.lower() and following:
                known = following
                if not _PRM.fullmatch(following):
                    problem = f"{quoted(following)} n’est pas un numéro de PRM (14 chiffres)"
                    notes.refuse(number, "PRM", problem, RESEND)
            if plain(following).startswith("consommation"):
                message = (
                    "Le fichier annonce une consommation : vérifiez que ce compteur mesure la production."
                )
                notes.say("warning", "Type de comptage", message, number)
    return known
