"""Solarman plant report (XLSX): one row a day, every cell a text, energy of the day [kWh].

Source: a raw file (2024). Days are the plant's own; the column “Time Zone” (“UTC+01:00”) is that of winter.
"""

from __future__ import annotations

from typing import Any

from production.formats.errors import refuse
from production.formats.notes import Notes
from production.formats.portal import Portal, assemble_columns
from production.formats.series import MeterSeries, ReadOptions
from production.formats.text import RESEND
from production.formats.worksheet import body_rows, cell_text, find_row, one_part

NAME = "solarman"
_DATE, _PRODUCTION, _PLANT = "updated time", "production-today(kwh)", "plant name"


def header_row(rows: list[list[Any]]) -> int | None:
    """Return the index of the row of column names, None if this is no Solarman report."""
    return find_row(rows, {_DATE, _PRODUCTION})


def read(rows: list[list[Any]], options: ReadOptions, notes: Notes) -> MeterSeries:
    """Read the rows of a Solarman report. Raises FileRefused."""
    at = header_row(rows)
    if at is None:
        raise refuse(options.filename, "ce n’est pas un rapport Solarman", RESEND)
    names = [cell_text(cell) for cell in rows[at]]
    lower = [name.lower() for name in names]
    body, line = body_rows(rows, at, options)
    if _PLANT in lower:
        body, line = one_part(body, line, lower.index(_PLANT), options, notes, "Plant Name")
    portal = Portal(NAME, "", names, at + 2, lower.index(_DATE), lower.index(_PRODUCTION), "kWh")
    days = [cell_text(row[portal.instant]) for row in body]
    values = [cell_text(row[portal.value]) for row in body]
    return assemble_columns(days, values, line, portal, options, notes)
