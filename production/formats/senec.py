"""SENEC battery portal (CSV): snapshots of power [kW] every five minutes or so, decimal comma, local time.

Source: a raw file (2022). The stamps drift by some seconds, so each snapshot holds until the next one.
"""

from __future__ import annotations

from production.formats.notes import Notes
from production.formats.portal import Portal, head_lines, names_of, read_portal, shown_names
from production.formats.series import MeterSeries, ReadOptions
from production.formats.text import TextFile

NAME = "senec"
_PRODUCTION = "stromerzeugung [kw]"


def recognises(source: TextFile) -> bool:
    """Whether the first line names Uhrzeit and Stromerzeugung [kW]."""
    names = names_of(head_lines(source, 1)[0], ";")
    return names[0] == "uhrzeit" and _PRODUCTION in names


def read(source: TextFile, options: ReadOptions, notes: Notes) -> MeterSeries:
    """Read a SENEC export. Raises FileRefused."""
    names = names_of(head_lines(source, 1)[0], ";")
    value = names.index(_PRODUCTION)
    shown = shown_names(head_lines(source, 1)[0], ";")
    portal = Portal(NAME, ";", shown, 2, 0, value, "kW", order="day first", steady=True, ragged=True)
    return read_portal(source, portal, options, notes)
