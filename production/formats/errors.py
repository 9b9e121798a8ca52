"""What a refused file says: one or several faults, each with its line, its field and a remedy."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

NARROW = "\u202f"
MAX_QUOTED_CHARACTERS = 60
_BEFORE_HIGH_PUNCTUATION = re.compile(r" (?=[;:!?»%])")
_AFTER_OPENING_QUOTE = re.compile(r"« ")
_BEFORE_UNIT = re.compile(r"(?<=\d) (?=(?:[kM]?Wh?|[GM]J|kWc|Mo|min|h|s)\b)")


def typeset(sentence: str) -> str:
    """Give a French sentence its narrow no-break spaces (before ; : ! ? » and units, after «)."""
    spaced = _BEFORE_HIGH_PUNCTUATION.sub(NARROW, sentence)
    return _BEFORE_UNIT.sub(NARROW, _AFTER_OPENING_QUOTE.sub(f"«{NARROW}", spaced))


def quoted(content: str) -> str:
    """Quote a piece of the file in French quotes: shortened, without control characters."""
    visible = "".join(c if c.isprintable() else "\ufffd" for c in content[: MAX_QUOTED_CHARACTERS + 1])
    if len(visible) > MAX_QUOTED_CHARACTERS:
        visible = visible[:MAX_QUOTED_CHARACTERS] + "…"
    return f"«{NARROW}{visible}{NARROW}»"


def french_number(value: float, digits: int = 0) -> str:
    """Write a number the French way: decimal comma, narrow spaces between thousands."""
    return f"{value:,.{digits}f}".replace(",", NARROW).replace(".", ",")


@dataclass(frozen=True, slots=True)
class Fault:
    """One reason to refuse a file; `line` is 1-based (spreadsheet row for a spreadsheet)."""

    line: int | None
    field: str
    problem: str
    remedy: str

    def sentence(self, filename: str) -> str:
        """Return the whole French sentence: file, line, field, problem, what to do."""
        place = quoted(filename)
        if self.line is not None:
            place += f", ligne {self.line}"
        if self.field:
            place += f", {self.field}"
        return typeset(f"{place} : {self.problem}. Que faire : {self.remedy}.")


class FileRefused(ValueError):
    """A file nothing is taken from.

    `at_least`: reading stopped before the end, there may be more faults than `fault_count`.

    `faults` holds the first faults by line (at most `notes.MAX_FAULTS`), `fault_count` how many there are;
    `line` and `field` are those of the first. `str()` is the first sentence, then the number of others.
    `format` is the one that was recognised before, "" where none was. `lines` are those that would have to be
    absent for the file to be read, empty where the fault is the file's as a whole; `parts` name the meters
    or plants of a file that holds several. `describable`: saying what its columns hold may help.
    """

    def __init__(
        self,
        filename: str,
        faults: tuple[Fault, ...],
        fault_count: int | None = None,
        *,
        at_least: bool = False,
        lines: frozenset[int] = frozenset(),
        parts: tuple[str, ...] = (),
    ) -> None:
        self.filename = filename
        self.faults = faults
        self.fault_count = len(faults) if fault_count is None else fault_count
        self.at_least = at_least
        self.lines = lines
        self.parts = parts
        self.format = ""
        self.describable = False
        self.line = faults[0].line
        self.field = faults[0].field
        super().__init__(self._summary())

    @property
    def sentences(self) -> tuple[str, ...]:
        """One French sentence per kept fault, in the order of the lines."""
        return tuple(fault.sentence(self.filename) for fault in self.faults)

    def rows(self) -> list[dict[str, Any]]:
        """The kept faults as data: line, field, and the whole sentence as message."""
        return [
            {"line": fault.line, "field": fault.field, "message": sentence}
            for fault, sentence in zip(self.faults, self.sentences, strict=True)
        ]

    def _summary(self) -> str:
        others = self.fault_count - 1
        first = self.faults[0].sentence(self.filename)
        if not others:
            return first
        if self.at_least:
            return f"{first} (Et au moins {others} autres erreurs.)"
        return first + (" (Et une autre erreur.)" if others == 1 else f" (Et {others} autres erreurs.)")


def refuse(
    filename: str, problem: str, remedy: str, *, line: int | None = None, field: str = ""
) -> FileRefused:
    """Build the refusal of a whole file for a single reason, ready to be raised."""
    return FileRefused(filename, (Fault(line, field, problem, remedy),))
