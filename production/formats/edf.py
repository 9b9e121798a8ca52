"""EDF customer area, “mes puissances atteintes” (CSV, or its archive): mean power by half hour [W].

Source: the layout quoted in public tests of several readers; no raw file seen. Latin-1, semicolons; a line
“18/01/2025;;” opens a day, lines “23:30:00;1184;Réelle” follow from the evening to the morning. Each time
ends its half hour: 00:00:00, which stands first, is the midnight that closes the day.
"""

from __future__ import annotations

import re

import numpy as np

from production.formats.enedis_blocks import plain
from production.formats.errors import quoted
from production.formats.instants import is_time_of_day
from production.formats.notes import Notes
from production.formats.portal import Portal, assemble_columns, body_table, head_lines, shown_names
from production.formats.series import Ints, MeterSeries, ReadOptions
from production.formats.text import RESEND, Table, TextFile, check_last_line, split_line

NAME = "edf"
_HEAD_LINES = 10
_POWER = "puissance atteinte (w)"
_DAY = re.compile(r"\d{2}/\d{2}/\d{4}", re.ASCII)


def recognises(source: TextFile) -> bool:
    """Whether one of the first lines names a moment of reading and “Puissance atteinte (W)”."""
    return _header(source) is not None


def _header(source: TextFile) -> int | None:
    for i, line in enumerate(head_lines(source, _HEAD_LINES)):
        names = [plain(name) for name in split_line(line, ";")]
        if len(names) > 1 and names[0].startswith("date et heure") and names[1] == _POWER:
            return i
    return None


def read(source: TextFile, options: ReadOptions, notes: Notes) -> MeterSeries:
    """Read the powers of one contract. Raises FileRefused."""
    at = _header(source) or 0
    names = shown_names(head_lines(source, at + 1)[at], ";")
    portal = Portal(NAME, ";", names, at + 2, 0, 1, "W", label="end", order="day first")
    table = body_table(source, portal, options, notes)
    check_last_line(source, table.columns[-1], table.line, notes)
    instants, rows = _instants(table, notes)
    message = "EDF donne la puissance d’un contrat : vérifiez que ce compteur mesure bien la production."
    notes.say("warning", names[1], message)
    values = [table.columns[1][i] for i in rows]
    return assemble_columns(instants, values, table.line[rows], portal, options, notes)


def _instants(table: Table, notes: Notes) -> tuple[list[str], Ints]:
    """Join each time to the day above it; return the texts and their rows."""
    day, texts, rows = "", list[str](), list[int]()
    lost = np.zeros(len(table), dtype=np.bool_)
    for i, (cell, value) in enumerate(zip(table.columns[0], table.columns[1], strict=True)):
        if _DAY.fullmatch(cell) and not value:
            day = cell
        elif day and is_time_of_day(cell):
            texts.append(f"{day} {'24:00:00' if cell in {'00:00', '00:00:00'} else cell}")
            rows.append(i)
        else:
            lost[i] = True
    cells = table.columns[0]
    notes.refuse_rows(
        lost, table.line, "date", lambda i: f"ni une date ni une heure d’un jour, {quoted(cells[i])}", RESEND
    )
    return texts, np.array(rows, dtype=np.int64)
