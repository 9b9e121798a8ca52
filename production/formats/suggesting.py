"""Guesses at what the columns of an unknown file hold; whoever draws the mapping has the last word."""

from __future__ import annotations

import re
from dataclasses import dataclass

from production.formats.generic import NOT_PRODUCTION
from production.formats.grid import Grid
from production.formats.instants import is_instant, is_time_of_day
from production.formats.units import ENERGY_WH, unit_in

_INDEX = re.compile(
    r"(?<![a-z])index(?![a-z])|cumul|z[äa]hlerstand|compteur|counter|total yield", re.IGNORECASE
)
_PRODUCTION = re.compile(
    r"prod|\bpv|solar|solaire|erzeug|ertrag|yield|onduleur|inverter|energ|énerg", re.IGNORECASE
)
_END = re.compile(r"(?<![a-z])(fin|end|ende|until|bis|tot)(?![a-z])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the titles and the first lines say: titles of columns, "" or empty where nothing does."""

    instant: str
    time: str
    values: tuple[str, ...]
    unit: str
    is_index: bool
    label: str


def suggest(grid: Grid) -> Suggestion:
    """Guess from the lines that are shown."""
    cells = [row for number, row in grid.top if number >= grid.first_line]
    columns = {
        title: [row[i] for row in cells if i < len(row) and row[i]] for i, title in enumerate(grid.titles)
    }
    instant = next((t for t, found in columns.items() if found and all(map(is_instant, found))), "")
    time = next((t for t, found in columns.items() if found and all(map(is_time_of_day, found))), "")
    values = _values([title for title in grid.titles if title not in {instant, time}])
    unit = next((unit for title in values if (unit := unit_in(title))), "")
    is_index = bool(values) and unit in ENERGY_WH and _INDEX.search(values[0]) is not None
    label = "end" if _END.search(instant) else "start"
    return Suggestion(instant, time, tuple(values), unit, is_index, label)


def _values(titles: list[str]) -> list[str]:
    """Return the columns that name a production and one unit, else the first with a unit."""
    named = [title for title in titles if unit_in(title) and not NOT_PRODUCTION.search(title)]
    produced = [title for title in named if _PRODUCTION.search(title)] or named[:1]
    return [title for title in produced if unit_in(title) == unit_in(produced[0])][:1]
