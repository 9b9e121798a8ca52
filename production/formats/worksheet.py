"""Rows of a worksheet as the readers want them: names found, cells as text, blank rows gone."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np

from production.formats.errors import quoted, refuse
from production.formats.notes import Notes
from production.formats.series import Ints, ReadOptions
from production.formats.text import RESEND

HEADER_ROWS = 20
ONE_PLANT = "exportez un fichier par centrale, ou choisissez celle des deux à prendre"


def cell_text(cell: object) -> str:
    """Write a cell as a portal would: ISO dates, plain numbers, single blanks."""
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return " ".join(str(cell).split())


def find_row(rows: list[list[Any]], names: set[str]) -> int | None:
    """Return the index of the first of the top rows that holds all these names (lower case), or None."""
    for i, row in enumerate(rows[:HEADER_ROWS]):
        if names <= {cell_text(cell).lower() for cell in row}:
            return i
    return None


def one_part(
    body: list[list[Any]], line: Ints, column: int, options: ReadOptions, notes: Notes, field: str
) -> tuple[list[list[Any]], Ints]:
    """Return the rows of the plant that was chosen; without a choice, a second plant is a fault."""
    plants = [cell_text(row[column]) for row in body]
    kept = [i for i, plant in enumerate(plants) if plant == options.part]
    if options.part and kept:
        return [body[i] for i in kept], line[kept]
    other = next((i for i, plant in enumerate(plants) if plant != plants[0]), None)
    if other is not None:
        problem = f"deux centrales dans un même fichier ({quoted(plants[0])} et {quoted(plants[other])})"
        notes.refuse_parts(int(line[other]), field, problem, ONE_PLANT, tuple(dict.fromkeys(plants)))
    return body, line


def body_rows(rows: list[list[Any]], header: int, options: ReadOptions) -> tuple[list[list[Any]], Ints]:
    """Return the rows below the header that are not blank, padded to its width, and their row numbers."""
    width = len(rows[header])
    found = [
        (i, [*row, *[""] * (width - len(row))])
        for i, row in enumerate(rows[header + 1 :], start=header + 2)
        if any(cell_text(cell) for cell in row)
    ]
    if not found:
        raise refuse(options.filename, "le classeur ne contient que son en-tête, aucune mesure", RESEND)
    return [row for _, row in found], np.array([i for i, _ in found], dtype=np.int64)
