"""Any worksheet (XLSX) with a column of instants and a column of energy, power or index.

Its rows are read as the lines of a text separated by tabulations, by the same reader as a generic CSV: the
rules of units, labels and indexes are the same, and a line is the row of the sheet.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from production.formats import generic, index
from production.formats.layout import find_layout
from production.formats.notes import Notes
from production.formats.series import MeterSeries, ReadOptions
from production.formats.text import TextFile
from production.formats.worksheet import cell_text

NAME = "generic-xlsx"
# With four decimals a point cannot pass for a mark of thousands.
_DECIMALS = 4


def header_row(rows: list[list[Any]]) -> int | None:
    """Return the index of the row above the first with a date and a number, None if there is none."""
    layout = find_layout(as_text(rows[:100]))
    return None if layout is None else max(0, layout.first_line - 2)


def read(rows: list[list[Any]], options: ReadOptions, notes: Notes) -> MeterSeries:
    """Read the rows of any worksheet of instants and values. Raises FileRefused."""
    source = as_text(rows)
    read_text = index.read if index.recognises(source) else generic.read
    return replace(read_text(source, options, notes), format=NAME)


def as_text(rows: list[list[Any]]) -> TextFile:
    """Write rows as lines, cells separated by tabulations; a blank row is a blank line."""
    width = max((_used(row) for row in rows), default=0)
    lines = [_line(row, width) for row in rows]
    return TextFile("\n".join([*lines, ""]), "classeur", True)


def _line(row: list[Any], width: int) -> str:
    cells = [written(cell) for cell in row[:width]]
    return "\t".join([*cells, *[""] * (width - len(cells))]) if any(cells) else ""


def _used(row: list[Any]) -> int:
    return max((i + 1 for i, cell in enumerate(row) if cell != ""), default=0)


def written(cell: Any) -> str:
    """Write a cell as a text: instants to the second, numbers whose point marks decimals."""
    if isinstance(cell, datetime):
        # A spreadsheet keeps an instant as a fraction of a day, good to the second.
        return (cell + timedelta(milliseconds=500)).replace(microsecond=0).isoformat(" ")
    if isinstance(cell, float) and not cell.is_integer():
        text = repr(cell)
        digits = len(text.rpartition(".")[2])
        return text if "e" in text else text + "0" * (_DECIMALS - digits)
    return cell_text(cell).replace('"', "″")
