"""What each column of a file holds, as somebody drew it once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal
from zoneinfo import available_timezones

from production.formats.layout import SEPARATORS
from production.formats.units import ENERGY_WH, FACTORS

DayOrderSaid = Literal["", "day first", "month first"]
DAY_ORDERS = ("", "day first", "month first")
DECIMAL_MARKS = ("", ",", ".")
MOST_TITLES = 200
LONGEST_TITLE = 200
LAST_FIRST_LINE = 1000
# Told inside the sentence of a refusal, to who wrote the description in a program.
_COLUMNS = "une colonne est absente ou nommée deux fois, ou l’unité ou le fuseau horaire est inconnu"
_TEXTS = "elle ne contient que des textes courts, le numéro d’une ligne, et si ce sont des index"
_FIELDS = "elle a les champs titles, first_line, separator, instant, values et unit"


class MappingInvalid(ValueError):
    """Values that describe no file, and why in French: another shape, an unknown unit, a column twice."""


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """How to read one kind of file. Columns are named by their titles, as `grid.open_grid` gives them.

    `titles` are all of the file it was drawn on. `separator` is "" for a worksheet; `first_line` is the first
    line of values. `instant` names the column of dates, `time` that of times of day beside it, "" without;
    `values` those that are added up. `is_index`: they hold what counters show. `label` says which end of an
    interval an instant names. `time_zone` is "" for the plant's own, `decimal_mark` "" to find it.
    """

    titles: tuple[str, ...]
    first_line: int
    separator: str
    instant: str
    values: tuple[str, ...]
    unit: str
    time: str = ""
    is_index: bool = False
    label: Literal["start", "end"] = "start"
    day_order: DayOrderSaid = ""
    time_zone: str = ""
    decimal_mark: str = ""

    def __post_init__(self) -> None:
        used = [self.instant, *([self.time] if self.time else []), *self.values]
        wrong = (
            not self.values
            or len(set(used)) != len(used)
            or not set(used) <= set(self.titles)
            or not 1 <= self.first_line <= LAST_FIRST_LINE
            or self.separator not in ("", *SEPARATORS)
            or self.unit not in (ENERGY_WH if self.is_index else FACTORS)
            or self.label not in ("start", "end")
            or self.day_order not in DAY_ORDERS
            or self.decimal_mark not in DECIMAL_MARKS
            or (self.time_zone and self.time_zone not in available_timezones())
        )
        if wrong:
            raise MappingInvalid(_COLUMNS)

    @property
    def used(self) -> tuple[str, ...]:
        """The titles of the columns that are read."""
        return (self.instant, *((self.time,) if self.time else ()), *self.values)

    def as_json(self) -> dict[str, Any]:
        """Plain values, to be stored."""
        return asdict(self) | {"titles": list(self.titles), "values": list(self.values)}


def mapping_from(stored: Mapping[str, Any]) -> ColumnMapping:
    """The mapping that was stored or sent as plain values. Raises MappingInvalid for another shape."""
    try:
        said = dict(stored)
        titles, values = tuple(said.pop("titles")), tuple(said.pop("values"))
        numbers = (said.get("first_line"), said.get("is_index", False))
        texts = [*titles, *values, *(v for k, v in said.items() if k not in {"first_line", "is_index"})]
        if type(numbers[0]) is not int or type(numbers[1]) is not bool or not all(map(_is_text, texts)):
            raise MappingInvalid(_TEXTS)
        return ColumnMapping(titles=titles, values=values, **said)
    except (TypeError, KeyError) as reason:
        raise MappingInvalid(_FIELDS) from reason


def _is_text(value: Any) -> bool:
    """A short text that a database can hold."""
    return isinstance(value, str) and len(value) <= LONGEST_TITLE and value.isprintable()


def fingerprint(titles: tuple[str, ...]) -> str:
    """What tells one header from another: the titles in their order, whatever their case and spaces."""
    plain = "\x1f".join(" ".join(title.lower().split()) for title in titles)
    return hashlib.sha256(plain.encode()).hexdigest()
