"""Numbers as people and portals write them, to floats, by whole columns."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from production.formats.series import Bools, Floats

# 1 to 9 become 9 and zero stays: the few distinct shapes of a column tell its conventions.
_SHAPE = str.maketrans("12345678", "99999999") | str.maketrans("\u00a0\u202f\u2009’ −", "'''''-")
_SPACES = str.maketrans(dict.fromkeys("\u00a0\u202f\u2009’' ", "")) | str.maketrans("−", "-")
_GAPS = frozenset({"", "-", "--", "n/a", "na", "null", "none", "nd"})
_EXPONENT = r"(?:[eE][+-]?\d+)?"


@dataclass(frozen=True, slots=True)
class Decimals:
    """`value` has NaN where the cell is a gap (empty, “-”, “N/A”…) or `unreadable`; both of shape (n,)."""

    value: Floats
    unreadable: Bools
    decimal_mark: str
    thousands_mark: str


def parse_decimals(texts: list[str], mark: str | None = None) -> Decimals:
    """Read a column of numbers, shape (n,), finding its decimal mark and thousands separators.

    `mark` is the decimal mark where the file announces it: nothing then separates thousands but spaces.
    """
    joined = "\n".join(texts)
    if joined.count("\n") >= max(1, len(texts)):
        # A cell of a workbook may hold two lines: it is one unreadable number, not two.
        joined = "\n".join(text.replace("\n", "\ufffd") for text in texts)
    shapes = joined.translate(_SHAPE).split("\n") if texts else []
    distinct = set(shapes)
    decimal, thousands = (mark, "") if mark else conventions(distinct)
    unreadable = _unreadable(shapes, distinct, decimal, thousands)
    plain = joined.translate(_SPACES)
    if thousands in {".", ","}:
        plain = plain.replace(thousands, "")
    value = _floats(plain.replace(decimal, ".").split("\n") if texts else [])
    value[unreadable] = np.nan
    # A number no float can hold would otherwise pass for a gap.
    gaps = {shape for shape in distinct if is_gap(shape)}
    for i in np.flatnonzero(np.isnan(value) & ~unreadable):
        unreadable[i] = shapes[i] not in gaps
    return Decimals(value, unreadable, decimal, thousands)


def _floats(numbers: list[str]) -> Floats:
    """Read numbers written with a dot, NaN where there is none."""
    try:
        # Most meters count whole watt-hours: a third of the time.
        return np.array(list(map(int, numbers)), dtype=np.float64)
    except (ValueError, OverflowError):
        read = pd.to_numeric(np.array(numbers, dtype=object), errors="coerce")
        return np.asarray(read, dtype=np.float64)


def is_number(text: str) -> bool:
    """Whether a single cell is a number in some convention (a gap is not)."""
    shape = text.translate(_SHAPE)
    return any(_grammar(d, t).fullmatch(shape) for d, t in ((".", ","), (",", "."), (".", ""), (",", "")))


def is_gap(text: str) -> bool:
    """Whether a single cell says that there is no measure."""
    return text.strip().lower() in _GAPS


def conventions(shapes: set[str]) -> tuple[str, str]:
    """Settle (decimal mark, thousands mark or "") from the distinct shapes of a column."""
    numeric = {shape for shape in shapes if any(c in "09" for c in shape)}
    dots = {shape for shape in numeric if "." in shape}
    commas = {shape for shape in numeric if "," in shape}
    if dots and commas:
        return _two_marks(dots, commas)
    if commas:
        return (".", ",") if _groups_thousands(",", numeric) else (",", "")
    if dots and _groups_thousands(".", numeric):
        return ",", "."
    return ".", ""


def _two_marks(dots: set[str], commas: set[str]) -> tuple[str, str]:
    both = dots & commas
    if both:
        shape = min(both)
        return (".", ",") if shape.rindex(".") > shape.rindex(",") else (",", ".")
    if all(_grammar(".", ",").fullmatch(shape) for shape in commas):
        return ".", ","
    return (",", ".") if all(_grammar(",", ".").fullmatch(shape) for shape in dots) else (".", "")


def _groups_thousands(mark: str, shapes: set[str]) -> bool:
    """Tell “1.234” meaning 1234 from 1.234, when `mark` is the only one of the column.

    Two marks in one number settle it. Otherwise every marked number must have whole groups of three, none
    starting with zero, and small whole numbers must stand beside them, which a fixed number of decimals
    would not leave unmarked. In doubt, the mark is decimal.
    """
    marked = {shape.lstrip("+-") for shape in shapes if mark in shape}
    if any(shape.count(mark) > 1 for shape in marked):
        return True
    unmarked = {shape.lstrip("+-") for shape in shapes if mark not in shape} - {"0"}
    grouped = all(re.fullmatch(rf"9[09]{{0,2}}{re.escape(mark)}[09]{{3}}", shape) for shape in marked)
    return grouped and any(len(shape) == 3 for shape in unmarked) and all(len(s) <= 3 for s in unmarked)


def _grammar(decimal: str, thousands: str) -> re.Pattern[str]:
    d = re.escape(decimal)
    group = f"['{re.escape(thousands)}]" if thousands else "'"
    whole = rf"(?:\d+|\d{{1,3}}(?:{group}\d{{3}})+)"
    return re.compile(rf"[+-]?(?:{whole}(?:{d}\d*)?|{d}\d+){_EXPONENT}", re.ASCII)


def _unreadable(shapes: list[str], distinct: set[str], decimal: str, thousands: str) -> Bools:
    grammar = _grammar(decimal, thousands)
    wrong = {s for s in distinct if not is_gap(s) and not grammar.fullmatch(s)}
    if not wrong:
        return np.zeros(len(shapes), dtype=np.bool_)
    return np.fromiter((shape in wrong for shape in shapes), dtype=np.bool_, count=len(shapes))
