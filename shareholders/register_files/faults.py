"""Why a register file is refused: every fault with its place and its remedy, to mend all at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NoReturn

from mine_de_soleil.core.sentences import Sentence, Words, filled, worded
from mine_de_soleil.core.sentences import gettext_noop as _

MAX_FAULTS = 200
MAX_QUOTED_CHARACTERS = 60
_WHERE = _("%(place)s : %(problem)s")
_WHAT_TO_DO = _("%(told)s. Que faire : %(remedy)s.")


def quoted(content: str) -> Sentence:
    """A piece of the file between quotes: shortened, without control characters."""
    visible = "".join(map(_shown, content[:MAX_QUOTED_CHARACTERS]))
    cut = "…" if len(content) > MAX_QUOTED_CHARACTERS else ""
    return worded(_("« %(piece)s »"), piece=visible + cut)


def _shown(character: str) -> str:
    if character.isspace():
        return " "
    return character if character.isprintable() else "\ufffd"


@dataclass(frozen=True, slots=True)
class Fault:
    """One reason to refuse a file. `line` from 1, as an editor or a spreadsheet counts (None: the file).

    `problem` and `remedy` are told in French, or by `told` in the language of who dropped the file.
    """

    line: int | None
    column: str
    problem: Sentence
    remedy: Sentence
    sheet: str = ""

    @property
    def sentence(self) -> str:
        """The whole French sentence: where, what, what to do."""
        return self.told()

    def told(self, translate: Callable[[str], str] = str) -> str:
        """The whole sentence, its words gone through `translate`."""
        place = ", ".join(filled(place, translate) for place in self._places())
        problem = filled(self.problem, translate)
        text = filled(worded(_WHERE, place=place, problem=problem), translate) if place else problem
        whole = worded(_WHAT_TO_DO, told=f"{text[:1].upper()}{text[1:]}", remedy=self.remedy)
        return filled(whole, translate)

    def _places(self) -> list[Sentence]:
        places = []
        if self.sheet:
            places.append(worded(_("feuille %(sheet)s"), sheet=quoted(self.sheet)))
        if self.line:
            places.append(worded(_("ligne %(line)s"), line=self.line))
        if self.column:
            places.append(worded(_("colonne %(column)s"), column=quoted(self.column)))
        return places


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

    def told(self, translate: Callable[[str], str]) -> tuple[str, ...]:
        """The sentences of the kept faults, their words gone through `translate`."""
        return tuple(fault.told(translate) for fault in self.faults)


def refuse(
    problem: Words, remedy: Words, *, line: int | None = None, column: str = ""
) -> RegisterFileRefused:
    """The refusal of a whole file for one reason, ready to be raised."""
    return RegisterFileRefused([Fault(line, column, worded(problem), worded(remedy))])


class Faults:
    """Collects the faults of one file, its sheets one after the other."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._count = 0
        self.sheet = ""

    def add(self, line: int | None, column: str, problem: Words, remedy: Words) -> None:
        """Keep one fault; beyond MAX_FAULTS, only count it."""
        self._count += 1
        if len(self._faults) < 10 * MAX_FAULTS:
            self._faults.append(Fault(line, column, worded(problem), worded(remedy), self.sheet))

    def __len__(self) -> int:
        return self._count

    def raise_if_any(self) -> None:
        """Raise RegisterFileRefused with the first faults, in the order of the file."""
        if self._count:
            self._raise()

    def _raise(self) -> NoReturn:
        ordered = sorted(self._faults, key=lambda fault: (fault.sheet, fault.line or 0))
        raise RegisterFileRefused(ordered[:MAX_FAULTS], self._count)
