"""Enphase Enlighten report: energy by interval, month first, local time, interval starts.

Source: a raw hourly file (2024); the layout with “+0000” and a last line “Total” is quoted in public
documents, no raw file seen. The clock runs as the wall's: 02:00 twice in October, absent in March.
"""

from __future__ import annotations

from production.formats.notes import Notes
from production.formats.portal import Portal, head_lines, names_of, read_portal, shown_names
from production.formats.series import MeterSeries, ReadOptions
from production.formats.text import TextFile

NAME = "enphase"
_PRODUCED = "energy produced (wh)"


def recognises(source: TextFile) -> bool:
    """Whether the first line names Date/Time and Energy Produced (Wh)."""
    names = names_of(head_lines(source, 1)[0], ",")
    return names[0] == "date/time" and _PRODUCED in names


def read(source: TextFile, options: ReadOptions, notes: Notes) -> MeterSeries:
    """Read an Enphase report. Raises FileRefused."""
    names = names_of(head_lines(source, 1)[0], ",")
    shown = shown_names(head_lines(source, 1)[0], ",")
    portal = Portal(NAME, ",", shown, 2, 0, names.index(_PRODUCED), "Wh", order="month first")
    return read_portal(source, portal, options, notes)
