"""The cells of a CSV or XLSX as columns of text, whatever the logger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np

from production.formats import detection, workbook
from production.formats.decimals import is_gap, is_number
from production.formats.errors import refuse
from production.formats.instants import is_instant
from production.formats.layout import find_layout
from production.formats.notes import Notes
from production.formats.series import Ints
from production.formats.text import RESEND, decode, read_table
from production.weather.errors import MissingColumn

HEADER_ROWS = 60
_NOTHING = "aucune ligne ne contient une date et une valeur"


@dataclass(frozen=True, slots=True)
class Sheet:
    """Columns of text of length n with their titles, and each row's line in the file, shape (n,).

    No title stands twice: two columns of one title are told apart as "GHI (1)" and "GHI (2)", so that neither
    is read for the other. `instant_at` is the index of the column of dates, `time_at` that of times of day
    beside it.
    """

    titles: tuple[str, ...]
    columns: list[list[str]]
    line: Ints
    instant_at: int
    time_at: int | None = None

    def column(self, title: str) -> list[str]:
        """The texts under a title. Raises MissingColumn, naming those there are."""
        return self.columns[self._at(title)]

    def instants(self, title: str, time_title: str) -> tuple[list[str], str]:
        """Texts of dates and times, and the title of the dates; both found by content when not named."""
        at = self._at(title) if title else self.instant_at
        beside = self._at(time_title) if time_title else (None if title else self.time_at)
        if beside is None:
            return self.columns[at], self.titles[at]
        pairs = zip(self.columns[at], self.columns[beside], strict=True)
        return [f"{day} {hour}" for day, hour in pairs], self.titles[at]

    def _at(self, title: str) -> int:
        wanted = title.strip()
        if wanted not in self.titles:
            raise MissingColumn(f"no column {title!r} among {', '.join(self.titles)[:300]}")
        return self.titles.index(wanted)


def open_sheet(content: bytes, filename: str) -> Sheet:
    """The table of a CSV or XLSX, its titles just above the first row of data. Raises FileRefused."""
    detection.load(content, filename)
    if detection.is_workbook(content):
        return _from_workbook(content, filename)
    detection.refuse_foreign(content, filename)
    return _from_text(content, filename)


def _from_text(content: bytes, filename: str) -> Sheet:
    source = decode(content, filename)
    layout = find_layout(source)
    if layout is None:
        raise refuse(filename, _NOTHING, RESEND)
    notes = Notes(filename)
    body = source.text.split("\n", layout.first_line - 1)[-1]
    table = read_table(body, layout.separator, layout.first_line, layout.width, notes)
    notes.raise_if_refused()
    titles = [layout.name(i).strip() for i in range(layout.width)]
    return Sheet(_told_apart(titles), table.columns, table.line, layout.instant, layout.time)


def _from_workbook(content: bytes, filename: str) -> Sheet:
    detection.refuse_disguise(filename)
    workbook.check_archive(content, filename)
    for _, sheet in workbook.open_sheets(content, filename):
        rows = [[_text(cell) for cell in row] for row in workbook.cells(sheet, filename)]
        first = next((i for i, row in enumerate(rows[:HEADER_ROWS]) if _is_data(row)), None)
        if first is not None:
            return _from_rows(rows, first)
    raise refuse(filename, _NOTHING, RESEND)


def _from_rows(rows: list[list[str]], first: int) -> Sheet:
    """The table from its first row of data on; blank rows are skipped, keeping their numbers."""
    above = rows[first - 1] if first else []
    titles = tuple(title.strip() or f"colonne {i + 1}" for i, title in enumerate(above))
    titles = titles or tuple(f"colonne {i + 1}" for i in range(len(rows[first])))
    kept = [(i + 1, row) for i, row in enumerate(rows) if i >= first and any(row)]
    columns = [list(column) for column in zip(*(row for _, row in kept), strict=True)]
    instant = next(i for i, cell in enumerate(rows[first]) if is_instant(cell))
    return Sheet(_told_apart(titles), columns, np.array([line for line, _ in kept], dtype=np.int64), instant)


def _told_apart(titles: Sequence[str]) -> tuple[str, ...]:
    """Each title once: those that stand twice get their rank, passing over a name the file itself uses."""
    times, taken, ranks, told = Counter(titles), set(titles), Counter[str](), []
    for title in titles:
        own = title
        while times[title] > 1 and own in taken:
            ranks[title] += 1
            own = f"{title} ({ranks[title]})"
        taken.add(own)
        told.append(own)
    return tuple(told)


def _is_data(row: list[str]) -> bool:
    at = next((i for i, cell in enumerate(row) if is_instant(cell)), None)
    return at is not None and any(is_number(cell) or is_gap(cell) for cell in row[at + 1 :])


def _text(cell: Any) -> str:
    """A cell as text: instants as ISO, to the second a spreadsheet's fraction of a day is good for."""
    if isinstance(cell, datetime):
        return _to_the_second(cell).isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    return str(cell).strip()


def _to_the_second(instant: datetime) -> datetime:
    try:
        return (instant + timedelta(milliseconds=500)).replace(microsecond=0)
    except OverflowError:  # the last half second of the year 9999 has none after it
        return instant.replace(microsecond=0)
