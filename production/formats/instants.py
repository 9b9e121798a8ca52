"""Dates and times as people and portals write them, to seconds, by whole columns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from production.formats.series import Bools, Ints

DayOrder = Literal["iso", "day first", "month first", "day first assumed"]
# A year outside these is a slip of the pen, and would overflow a time zone's table.
FIRST_YEAR, LAST_YEAR = 1900, 2200
MAX_SHAPES = 200
MAX_OFFSET_S = 14 * 3600

_TIME = (
    r"(?:(?:T|[ ]+|,[ ]*)(?P<h>00?)[:h](?P<mi>00)(?::(?P<s>00)(?:[.,](?P<f>0{1,9}))?)?"
    r"(?:[ ]?(?P<half>[AaPp]\.?[Mm]\.?))?"
    r"(?:[ ]?(?P<utc>Z|UTC|GMT))?(?:[ ]?(?P<sign>[+-])(?P<oh>00)(?::?(?P<om>00))?)?)?"
)
_LAYOUTS = (
    re.compile(r"(?P<y>0000)[-/.](?P<mo>00?)[-/.](?P<d>00?)" + _TIME),
    re.compile(r"(?P<y>0000)(?P<mo>00)(?P<d>00)(?=[T ])" + _TIME),
    re.compile(r"(?P<a>00?)[-/.](?P<b>00?)[-/.](?P<y>0000|00)(?!0)" + _TIME),
)
_TO_SHAPE = str.maketrans("123456789\u00a0\u202f", "000000000  ")


@dataclass(slots=True)
class Instants:
    """A column of instants, shape (n,): `wall_s` [s since 1970 on the clock], `offset_s` [s from UTC].

    Rows where `valid` is False hold nothing usable.
    """

    wall_s: Ints
    offset_s: Ints
    has_offset: Bools
    valid: Bools
    day_order: DayOrder


def is_instant(text: str) -> bool:
    """Whether a single cell is laid out like a date, with or without a time."""
    return _layout(text.strip().translate(_TO_SHAPE)) is not None


def is_time_of_day(text: str) -> bool:
    """Whether a single cell is a time without a date (“09:30”)."""
    return re.fullmatch(r"\d\d?[:h]\d\d(:\d\d)?", text.strip(), re.ASCII) is not None


def parse_instants(texts: list[str], order: DayOrder | None = None) -> Instants:
    """Read a column of instants, shape (n,), in any mixture of the known layouts.

    `order` imposes how 03/04/2025 is read, where the format is known to be so; None lets the content tell.
    """
    parts = _Parts(len(texts), order)
    joined = "\n".join(texts)
    if joined.count("\n") >= max(1, len(texts)):
        # A cell of a workbook may hold two lines: it is one unreadable date, not two.
        texts = [text.replace("\n", "\ufffd") for text in texts]
        joined = "\n".join(texts)
    shapes = joined.translate(_TO_SHAPE).split("\n") if texts else []
    # Too many layouts is no date column: what is beyond the limit stays unreadable.
    rows = _rows_by_shape(shapes, sorted(set(shapes)))
    for shape in rows:
        layout = _layout(shape)
        if layout:
            parts.fill(layout, rows[shape], _characters(texts, rows[shape], len(shape)))
    return parts.instants()


def _layout(shape: str) -> re.Match[str] | None:
    return next((found for layout in _LAYOUTS if (found := layout.fullmatch(shape))), None)


def _rows_by_shape(shapes: list[str], distinct: list[str]) -> dict[str, Ints]:
    if len(distinct) == 1:
        return {distinct[0]: np.arange(len(shapes))}
    code, found = pd.factorize(np.array(shapes, dtype=object))
    return {str(shape): np.flatnonzero(code == k) for k, shape in enumerate(found[:MAX_SHAPES])}


def _characters(texts: list[str], rows: Ints, width: int) -> npt.NDArray[np.uint32]:
    """Return the character codes of texts of equal width, shape (len(rows), width)."""
    chosen = texts if len(rows) == len(texts) else [texts[i] for i in rows]
    return np.frombuffer("".join(chosen).encode("utf-32-le"), dtype=np.uint32).reshape(len(rows), width)


class _Parts:
    """Year, month, day… of every row, filled layout by layout."""

    def __init__(self, count: int, order: DayOrder | None = None) -> None:
        self.imposed = order
        self.known = np.zeros(count, dtype=np.bool_)
        self.numeric_order = np.zeros(count, dtype=np.bool_)
        self.year, self.month, self.day, self.seconds, self.offset_s = np.zeros((5, count), dtype=np.int64)
        self.has_offset = np.zeros(count, dtype=np.bool_)
        self.wrong = np.zeros(count, dtype=np.bool_)

    def fill(self, layout: re.Match[str], rows: Ints, characters: npt.NDArray[np.uint32]) -> None:
        def number(name: str) -> Ints:
            start, end = layout.span(name) if layout.groupdict().get(name) else (0, 0)
            powers = 10 ** np.arange(end - start - 1, -1, -1, dtype=np.int64)
            digits: Ints = (characters[:, start:end].astype(np.int64) - ord("0")) @ powers
            return digits

        named = layout.groupdict()
        short_year = len(named["y"]) == 2
        self.known[rows] = True
        self.year[rows] = number("y") + (2000 if short_year else 0)
        self.numeric_order[rows] = "a" in named
        self.day[rows] = number("a") if "a" in named else number("d")
        self.month[rows] = number("b") if "a" in named else number("mo")
        self._fill_time(rows, number("h"), number("mi"), number("s"))
        self.wrong[rows] |= number("f") != 0
        if named["half"]:
            self._fill_half_day(rows, characters[:, layout.start("half")], number("h"))
        if named["utc"] or named["sign"]:
            east = -1 if named["sign"] == "-" else 1
            self.has_offset[rows] = True
            self.offset_s[rows] = east * (3600 * number("oh") + 60 * number("om"))
            self.wrong[rows] |= (np.abs(self.offset_s[rows]) > MAX_OFFSET_S) | (number("om") > 59)

    def _fill_time(self, rows: Ints, hour: Ints, minute: Ints, second: Ints) -> None:
        self.seconds[rows] = 3600 * hour + 60 * minute + second
        # 24:00 is how some portals write the end of a day.
        midnight = (hour == 24) & (minute == 0) & (second == 0)
        self.wrong[rows] |= ((hour > 23) & ~midnight) | (minute > 59) | (second > 59)

    def _fill_half_day(self, rows: Ints, letter: npt.NDArray[np.uint32], hour: Ints) -> None:
        afternoon = (letter == ord("p")) | (letter == ord("P"))
        self.wrong[rows] |= (hour < 1) | (hour > 12)
        self.seconds[rows] += 3600 * (np.where(afternoon, 12, 0) - np.where(hour == 12, 12, 0))

    def instants(self) -> Instants:
        order = self._settle_day_order()
        if order == "month first":
            swap = self.numeric_order
            self.day[swap], self.month[swap] = self.month[swap], self.day[swap].copy()
        wall_s, valid = self._wall_s()
        return Instants(wall_s, self.offset_s, self.has_offset, valid, order)

    def _settle_day_order(self) -> DayOrder:
        rows = self.numeric_order & self.known
        if not rows.any():
            return "iso"
        if self.imposed:
            return self.imposed
        first, second = int(self.day[rows].max()), int(self.month[rows].max())
        if first > 12 or second > 12:
            return "month first" if second > 12 >= first else "day first"
        return self._order_by_span(rows)

    def _order_by_span(self, rows: Bools) -> DayOrder:
        """Settle dates that read both ways: in the wrong order, consecutive days lie months apart."""
        here = self.year[rows] * 372
        day_first = here + self.month[rows] * 31 + self.day[rows]
        month_first = here + self.day[rows] * 31 + self.month[rows]
        spans = int(np.ptp(day_first)), int(np.ptp(month_first))
        if spans[0] == spans[1]:
            return "day first assumed"
        return "day first" if spans[0] < spans[1] else "month first"

    def _wall_s(self) -> tuple[Ints, Bools]:
        inside = (self.year >= FIRST_YEAR) & (self.year <= LAST_YEAR) & (self.month >= 1) & (self.month <= 12)
        year, month = np.where(inside, self.year, 2000), np.where(inside, self.month, 1)
        months = ((year - 1970) * 12 + month - 1).view("M8[M]")
        first_day = months.astype("M8[D]").astype(np.int64)
        length = (months + 1).astype("M8[D]").astype(np.int64) - first_day
        valid = self.known & inside & ~self.wrong & (self.day >= 1) & (self.day <= length)
        return np.where(valid, 86_400 * (first_day + self.day - 1) + self.seconds, 0), valid
