"""SolarEdge portal table (CSV): energy by interval or day [Wh], local time, interval starts.

Source: a raw daily file of the German portal (2021); English headers quoted in public documents. Values may
stand in quotes. The American layout writes the month first, the German one the day first with dots.
"""

from __future__ import annotations

import re

from production.formats.instants import DayOrder
from production.formats.notes import Notes
from production.formats.portal import Portal, head_lines, names_of, read_portal, shown_names
from production.formats.series import MeterSeries, ReadOptions
from production.formats.text import TextFile
from production.formats.units import unit_in

NAME = "solaredge"
_PRODUCTION = re.compile(r"(?:energie|energy|énergie|(?:system )?production) \((k?wh?|mwh)\)")
_DATES = frozenset({"time", "measurement time"})


def recognises(source: TextFile) -> bool:
    """Whether the first line is Time, then Energie (Wh), System Production (Wh) or Production (Wh)."""
    names = names_of(head_lines(source, 1)[0], ",")
    return len(names) > 1 and names[0] in _DATES and _PRODUCTION.fullmatch(names[1]) is not None


def read(source: TextFile, options: ReadOptions, notes: Notes) -> MeterSeries:
    """Read a table of the SolarEdge portal. Raises FileRefused."""
    lines = head_lines(source, 2)
    names = names_of(lines[0], ",")
    # 10.10.2021 is day first; 10/11/2021 may be either, by the language of the portal: the content tells.
    slashes = len(lines) > 1 and "/" in lines[1].split(",", 1)[0]
    order: DayOrder | None = None if slashes else "day first"
    shown = shown_names(lines[0], ",")
    portal = Portal(NAME, ",", shown, 2, 0, 1, unit_in(names[1]) or "Wh", order=order)
    return read_portal(source, portal, options, notes)
