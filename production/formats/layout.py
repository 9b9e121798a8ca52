"""Find the shape of an unknown delimited text: separator, header, first row of data."""

from __future__ import annotations

from dataclasses import dataclass

from production.formats.decimals import is_gap, is_number
from production.formats.instants import is_instant, is_time_of_day
from production.formats.text import TextFile, split_line

SEPARATORS = (";", "\t", "|", ",")
SAMPLE_LINES = 60
SEPARATOR_WORDS = {";": "point-virgule", "\t": "tabulation", "|": "barre verticale", ",": "virgule"}


@dataclass(frozen=True, slots=True)
class Layout:
    """`first_line` is the number of the first data line; `names` are the header's, empty without header.

    `instant` is the index of the column of dates, `time` that of a column of times of day beside it.
    """

    separator: str
    first_line: int
    width: int
    names: list[str]
    instant: int
    time: int | None

    def name(self, column: int) -> str:
        """Name a column for a message."""
        if column < len(self.names) and self.names[column]:
            return self.names[column]
        return f"colonne {column + 1}"


def find_layout(source: TextFile) -> Layout | None:
    """Return the layout that most lines of the sample follow, None if no line has a date and a number."""
    lines = source.text[:1_000_000].split("\n", SAMPLE_LINES)[:SAMPLE_LINES]
    scored = [(_score(lines, separator), separator) for separator in SEPARATORS]
    best = max(score for score, _ in scored)
    if not best:
        return None
    separator = next(separator for score, separator in scored if score == best)
    return _layout(lines, separator)


def _score(lines: list[str], separator: str) -> int:
    return sum(_is_data(split_line(line, separator)) for line in lines if separator in line)


def _is_data(fields: list[str]) -> bool:
    if len(fields) < 2:
        return False
    at = next((i for i, field in enumerate(fields) if is_instant(field)), None)
    return at is not None and any(is_number(f) or is_gap(f) for f in fields[at + 1 :])


def _layout(lines: list[str], separator: str) -> Layout:
    rows = [split_line(line, separator) for line in lines]
    model = next(row for row in rows if _is_data(row))
    instant = next(i for i, field in enumerate(model) if is_instant(field))
    # A first row with an unreadable value is still data: it must be refused, not taken for a header.
    first = next(i for i, row in enumerate(rows) if 1 < len(row) > instant and is_instant(row[instant]))
    beside = instant + 1 < len(model) - 1 and is_time_of_day(model[instant + 1])
    names = _header(lines[:first], separator, len(model))
    return Layout(separator, first + 1, len(model), names, instant, instant + 1 if beside else None)


def _header(above: list[str], separator: str, width: int) -> list[str]:
    """Return the names just above the data; a trailing separator on one side only is forgiven."""
    written = [line for line in above if line.strip()]
    if not written:
        return []
    names = split_line(written[-1], separator)
    return names if abs(len(names) - width) <= 1 and len(names) > 1 else []
