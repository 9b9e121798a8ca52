"""Sungrow (iSolarCloud): the day's power every five minutes [W], or the month's energy by day [kWh].

Source: two raw files (2023, 2024). Local time, interval starts; “--” is a gap.
"""

from __future__ import annotations

import re

from production.formats.notes import Notes
from production.formats.portal import Portal, head_lines, names_of, read_portal, shown_names
from production.formats.series import MeterSeries, ReadOptions
from production.formats.text import TextFile
from production.formats.units import unit_in

NAME = "sungrow"
# “PV(kWh)”, “PV-Ertrag(W)”, “PV Yield(kWh)”: the first column after the date.
_PRODUCTION = re.compile(r"pv(?:[- ](?:ertrag|yield|power|production))? ?\((k?wh?)\)")
_DATES = frozenset({"time", "zeit", "heure", "date"})


def recognises(source: TextFile) -> bool:
    """Whether the first line is a date, then PV with a unit in brackets."""
    names = names_of(head_lines(source, 1)[0], ",")
    return len(names) > 1 and names[0] in _DATES and _PRODUCTION.fullmatch(names[1]) is not None


def read(source: TextFile, options: ReadOptions, notes: Notes) -> MeterSeries:
    """Read a Sungrow export. Raises FileRefused."""
    names = names_of(head_lines(source, 1)[0], ",")
    shown = shown_names(head_lines(source, 1)[0], ",")
    portal = Portal(NAME, ",", shown, 2, 0, 1, unit_in(names[1]) or "kWh")
    return read_portal(source, portal, options, notes)
