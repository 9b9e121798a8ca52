"""Huawei FusionSolar plant report (XLSX): a title, then one row a period, energy of the inverters [kWh].

Source: headers of three generations quoted in public tests; no raw file seen. The older ones say “Statistical
Time”, the newer “Statistical Period”; the order of columns varies, a name may open with a space, the last
row is “Total”, and a second sheet is empty. Periods are days or hours, by their start; months give energy
to no day.
"""

from __future__ import annotations

import re
from typing import Any

from production.formats.decimals import parse_decimals
from production.formats.errors import refuse
from production.formats.notes import Notes
from production.formats.portal import Portal, assemble_columns
from production.formats.series import MeterSeries, ReadOptions
from production.formats.text import RESEND
from production.formats.worksheet import HEADER_ROWS, body_rows, cell_text, one_part

NAME = "fusionsolar-plant"
_PERIODS = ("statistical period", "statistical time")
# What the inverters deliver comes before what their panels gave them.
_YIELDS = ("inverter yield (kwh)", "pv yield (kwh)")
_PLANT = "plant name"
_MONTH = re.compile(r"\d{4}[-/]\d{2}", re.ASCII)


def header_row(rows: list[list[Any]]) -> int | None:
    """Return the index of the row of column names, None if this is no plant report."""
    for i, row in enumerate(rows[:HEADER_ROWS]):
        names = {cell_text(cell).lower() for cell in row}
        if not names.isdisjoint(_PERIODS) and not names.isdisjoint(_YIELDS):
            return i
    return None


def read(rows: list[list[Any]], options: ReadOptions, notes: Notes) -> MeterSeries:
    """Read the rows of a plant report. Raises FileRefused."""
    at = header_row(rows)
    if at is None:
        raise refuse(options.filename, "ce n’est pas un rapport de centrale FusionSolar", RESEND)
    names = [cell_text(cell) for cell in rows[at]]
    lower = [name.lower() for name in names]
    period = next(lower.index(name) for name in _PERIODS if name in lower)
    value = next(lower.index(name) for name in _YIELDS if name in lower)
    body, line = body_rows(rows, at, options)
    total = next((i for i, row in enumerate(body) if cell_text(row[period]).lower() == "total"), None)
    counter_wh = None if total is None else _total_wh(cell_text(body[total][value]))
    if total is not None:
        notes.say("info", "", "La ligne de total, à la fin, est laissée de côté.", int(line[total]))
        body, line = body[:total], line[:total]
    if _PLANT in lower:
        body, line = one_part(body, line, lower.index(_PLANT), options, notes, "Plant Name")
    periods = [cell_text(row[period]) for row in body]
    if periods and all(_MONTH.fullmatch(text) for text in periods):
        problem = "le rapport ne donne qu’une énergie par mois, qu’aucun jour ne peut recevoir"
        raise refuse(options.filename, problem, "exportez le rapport mensuel, qui donne chaque jour")
    portal = Portal(NAME, "", names, at + 2, period, value, "kWh")
    values = [cell_text(row[value]) for row in body]
    series = assemble_columns(periods, values, line, portal, options, notes)
    return series.with_counter(counter_wh)


def _total_wh(text: str) -> int | None:
    """Return the energy of the row of totals [Wh], None where it isn't written."""
    energy_kwh = float(parse_decimals([text]).value[0])
    return round(1000 * energy_kwh) if abs(energy_kwh) < 1e12 else None
