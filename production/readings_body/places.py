"""Where in a body a reading stands, for people and for programs."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

ENERGY, POWER = "energy_wh", "power_w"
# What the checks of meter files call the fields of a line.
_FIELDS = {"date": "start"}
VALUE = "valeur"


@dataclass(frozen=True, slots=True)
class CsvPlaces:
    """A reading is a line; `value_field` is the name of its fourth column."""

    value_field: str

    def field_of(self, line: int | None, field: str) -> str:
        """What the sender calls a field."""
        return self.value_field if field == VALUE else _FIELDS.get(field, field)

    def said(self, line: int) -> str:
        """The place in words."""
        return f"Ligne {line}"

    def in_sender_words(self, problem: str) -> str:
        """A problem as the checks of meter files word it, who count in lines."""
        return problem

    def pointer(self, line: int | None, field: str) -> str | None:
        """Nothing points into a CSV."""
        return None


@dataclass(frozen=True, slots=True)
class JsonPlaces:
    """Readings are numbered from 1: the single ones first, then the values of each series.

    `is_power` tells the unit of each single reading; `firsts` is the number of the first value of each
    series, `series_fields` the name of its values.
    """

    is_power: tuple[bool, ...]
    firsts: tuple[int, ...] = ()
    series_fields: tuple[str, ...] = ()

    def field_of(self, line: int | None, field: str) -> str:
        """What the sender calls a field."""
        if field != VALUE or line is None:
            return _FIELDS.get(field, field)
        if line <= len(self.is_power):
            return POWER if self.is_power[line - 1] else ENERGY
        return self.series_fields[self._series(line)]

    def said(self, line: int) -> str:
        """The place in words."""
        return f"Relevé {line}"

    def in_sender_words(self, problem: str) -> str:
        """A problem as the checks of meter files word it; a JSON has readings, not lines."""
        return problem.replace("de la ligne ", "du relevé ").replace("ligne ", "relevé ")

    def pointer(self, line: int | None, field: str) -> str | None:
        """The JSON Pointer of a field of a reading."""
        if line is None:
            return f"/{field}" if field else ""
        if line <= len(self.is_power):
            place = f"/readings/{line - 1}"
        else:
            series = self._series(line)
            place = f"/series/{series}"
            if field == self.series_fields[series]:
                return f"{place}/{field}/{line - self.firsts[series]}"
        return f"{place}/{field}" if field else place

    def _series(self, line: int) -> int:
        # Of series that begin at the same number, all but the last are empty.
        return max(0, bisect_right(self.firsts, line) - 1)


Places = CsvPlaces | JsonPlaces
