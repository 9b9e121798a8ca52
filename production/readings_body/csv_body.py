"""A CSV body: a header, then one reading a line.

    meter;start;minutes;energy_wh
    M;2025-06-01T10:00:00Z;10;1234

Columns by `;` or `,`; the fourth is `energy_wh` or `power_w`; decimals by a point; an empty value is a gap.
The last line ends like the others, so that a body cut on its way is known by its end.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from production.formats.decimals import parse_decimals
from production.formats.errors import FileRefused, quoted
from production.formats.notes import Notes
from production.formats.series import Bools, Floats, Ints
from production.formats.text import read_table
from production.readings_body.body import (
    API_CSV,
    Body,
    energy_of,
    refuse_too_many,
    refuse_too_many_meters,
)
from production.readings_body.columns import WRITE_NUMBER, read_instants, read_lengths, read_values
from production.readings_body.errors import BodyUnreadable
from production.readings_body.places import ENERGY, POWER, CsvPlaces
from production.readings_body.telling import told

HEADERS = tuple(("meter", "start", "minutes", field) for field in (ENERGY, POWER))


def open_csv(content: bytes) -> Body:
    """Take a CSV body apart. Raises BodyUnreadable, BodyTooLarge, BodyRefused."""
    text = _text(content)
    head, _, rest = text.partition("\n")
    separator, field = _header(head)
    refuse_too_many(rest.count("\n"))
    notes = Notes("")
    try:
        table = read_table(rest, separator, 2, 4, notes)
    except FileRefused as refusal:  # thousands of lines with another number of columns
        raise told([refusal], API_CSV, CsvPlaces(field)) from None
    meters, starts, lengths, values = table.columns
    line = table.line
    value, good_value = _numbers(values, line, "valeur", notes)
    minutes, good_minutes = _numbers(lengths, line, "minutes", notes)
    start_s, dated = read_instants(starts, line, notes)
    minutes[~good_minutes] = 1  # told already
    length_s, long = read_lengths(minutes, line, "minutes", notes)
    good = good_value & good_minutes & dated & long & read_values(value, line, notes)
    number, distinct = pd.factorize(np.array(meters, dtype=object)[good])
    found = tuple(str(code) for code in distinct)
    refuse_too_many_meters(found)
    energy_wh = energy_of(value, length_s, np.full(len(line), field == POWER))
    return Body(
        API_CSV,
        found,
        np.asarray(number, dtype=np.int64),
        start_s[good],
        length_s[good],
        energy_wh[good],
        line[good],
        CsvPlaces(field),
        notes,
    )


def _text(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise BodyUnreadable(f"Le CSV doit être écrit en UTF-8 (ligne {line}).") from None
    if text.strip() and not text.endswith("\n"):
        raise BodyUnreadable(
            "La dernière ligne du CSV ne finit pas par un retour à la ligne : il a pu être coupé, "
            "rien n’a été lu."
        )
    return text


def _header(head: str) -> tuple[str, str]:
    """The separator and the name of the value column. Raises BodyUnreadable."""
    separator = ";" if ";" in head else ","
    names = tuple(name.strip() for name in head.split(separator))
    if names not in HEADERS:
        raise BodyUnreadable(
            f"La première ligne du CSV doit être « meter;start;minutes;energy_wh » "
            f"(ou power_w), et non {quoted(head)}."
        )
    return separator, names[3]


def _numbers(cells: list[str], line: Ints, field: str, notes: Notes) -> tuple[Floats, Bools]:
    """Numbers of a column, shape (n,), NaN where empty, and which cells are numbers or empty."""
    found = parse_decimals(cells, mark=".")
    wrong = found.unreadable
    notes.refuse_rows(wrong, line, field, lambda i: f"{quoted(cells[i])} n’est pas un nombre", WRITE_NUMBER)
    return found.value, ~wrong
