"""Fronius Solar.web report (CSV): names, then a line of layouts in brackets, then energies [Wh].

Source: headers and one line quoted in public code; no raw file seen. Day report (dd.MM.yyyy) and five-minute
report (dd.MM.yyyy HH:mm), decimal dot, every line ends with a comma. Local time; the convention (interval
starts) is assumed and said.
"""

from __future__ import annotations

import re

from production.formats.errors import refuse
from production.formats.notes import Notes
from production.formats.portal import Portal, head_lines, names_of, read_portal, shown_names
from production.formats.series import MeterSeries, ReadOptions
from production.formats.text import TextFile

NAME = "fronius"
_LAYOUT = re.compile(r'^[\s"]*\[dd\.mm\.yyyy(?: hh:mm(?::ss)?)?\]["\s]*,', re.IGNORECASE)
_PRODUCTION = re.compile(
    r"gesamt ?erzeugung|pv[- ]?produktion|total (?:production|generation)|pv[- ]?production"
    r"|production (?:totale|pv)|énergie produite"
)
_UNITS = {"[wh]": "Wh", "[kwh]": "kWh", "[w]": "W", "[kw]": "kW"}


def recognises(source: TextFile) -> bool:
    """Whether the second line says how dates are laid out, in brackets."""
    lines = head_lines(source, 2)
    return len(lines) == 2 and _LAYOUT.match(lines[1]) is not None


def read(source: TextFile, options: ReadOptions, notes: Notes) -> MeterSeries:
    """Read a Solar.web report. Raises FileRefused."""
    lines = head_lines(source, 2)
    names, units = names_of(lines[0], ","), names_of(lines[1], ",")
    value = next((i for i, name in enumerate(names) if _PRODUCTION.search(name)), None)
    unit = _UNITS.get(units[value]) if value is not None and value < len(units) else None
    if value is None or unit is None:
        problem = "aucune colonne de production avec son unité (« Gesamt Erzeugung » en [Wh])"
        remedy = "exportez de Solar.web le rapport de production, avec la production totale"
        raise refuse(options.filename, problem, remedy, line=1)
    message = "Rien ne dit si les dates sont des débuts ou des fins d’intervalle : lues comme des débuts."
    if options.label is None:
        notes.say("warning", names[0], message)
    shown = shown_names(lines[0], ",") + [""] * max(0, len(units) - len(names_of(lines[0], ",")))
    portal = Portal(NAME, ",", shown, 3, 0, value, unit, order="day first")
    return read_portal(source, portal, options, notes)
