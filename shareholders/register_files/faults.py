"""Why a register file is refused: every fault with its place and its remedy, to mend all at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

MAX_FAULTS = 200
MAX_QUOTED_CHARACTERS = 60


def quoted(content: str) -> str:
    """A piece of the file in French quotes: shortened, without control characters."""
    visible = "".join(map(_shown, content[:MAX_QUOTED_CHARACTERS]))
    return f"« {visible}{'…' if len(content) > MAX_QUOTED_CHARACTERS else ''} »"


def _shown(character: str) -> str:
    if character.isspace():
        return " "
    return character if character.isprintable() else "\ufffd"


@dataclass(frozen=True, slots=True)
class Fault:
    """One reason to refuse a file. `line` from 1, as an editor or a spreadsheet counts (None: the file)."""

    line: int | None
    column: str
    problem: str
    remedy: str
    sheet: str = ""

    @property
    def sentence(self) -> str:
        """The whole French sentence: where, what, what to do."""
        places = [
            f"feuille {quoted(self.sheet)}" if self.sheet else "",
            f"ligne {self.line}" if self.line else "",
            f"colonne {quoted(self.column)}" if self.column else "",
        ]
        place = ", ".join(place for place in places if place)
        text = f"{place} : {self.problem}" if place else self.problem
        return f"{text[:1].upper()}{text[1:]}. Que faire : {self.remedy}."


class RegisterFileRefused(ValueError):
    """A file nothing is taken from.

    `faults`: the first MAX_FAULTS by sheet and line; `fault_count`: how many there are.
    """

    def __init__(self, faults: Sequence[Fault], fault_count: int | None = None) -> None:
        self.faults = tuple(faults)
        self.fault_count = len(self.faults) if fault_count is None else fault_count
        super().__init__(" ".join(fault.sentence for fault in self.faults[:3]))

    @property
    def sentences(self) -> tuple[str, ...]:
        return tuple(fault.sentence for fault in self.faults)


def refuse(problem: str, remedy: str, *, line: int | None = None, column: str = "") -> RegisterFileRefused:
    """The refusal of a whole file for one reason, ready to be raised."""
    return RegisterFileRefused([Fault(line, column, problem, remedy)])


class Faults:
    """Collects the faults of one file, its sheets one after the other."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._count = 0
        self.sheet = ""

    def add(self, line: int | None, column: str, problem: str, remedy: str) -> None:
        """Keep one fault; beyond MAX_FAULTS, only count it."""
        self._count += 1
        if len(self._faults) < 10 * MAX_FAULTS:
            self._faults.append(Fault(line, column, problem, remedy, self.sheet))

    def __len__(self) -> int:
        return self._count

    def raise_if_any(self) -> None:
        """Raise RegisterFileRefused with the first faults, in the order of the file."""
        if self._count:
            self._raise()

    def _raise(self) -> NoReturn:
        ordered = sorted(self._faults, key=lambda fault: (fault.sheet, fault.line or 0))
        raise RegisterFileRefused(ordered[:MAX_FAULTS], self._count)
