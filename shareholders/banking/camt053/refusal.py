"""Why a statement is refused: one or several faults, each a French sentence that says where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mine_de_soleil.core.sentences import Sentence, Words, filled, worded
from mine_de_soleil.core.sentences import gettext_noop as _

MAX_FAULTS = 20
MAX_SHOWN_CHARACTERS = 60
EXPORT_AGAIN = _("Exportez de nouveau le relevé au format CAMT.053 (XML) depuis le site de la banque.")
_WHERE = _("%(place)s : %(problem)s")


@dataclass(frozen=True, slots=True)
class Fault:
    """One reason. `file` is the name inside an archive, `entry` the rank of the `Ntry`, from 1."""

    problem: Sentence
    entry: int | None = None
    element: str = ""
    file: str = ""

    @property
    def sentence(self) -> str:
        """The French sentence, with its place in front."""
        return self.told()

    def told(self, translate: Callable[[str], str] = str) -> str:
        """The sentence with its place in front, its words gone through `translate`."""
        problem = filled(self.problem, translate)
        place = ", ".join(filled(place, translate) for place in self._places())
        if not place:
            return problem
        place, problem = f"{place[0].upper()}{place[1:]}", f"{problem[0].lower()}{problem[1:]}"
        return filled(worded(_WHERE, place=place, problem=problem), translate)

    def _places(self) -> list[Sentence]:
        places = [shown(self.file)] if self.file else []
        if self.entry:
            places.append(worded(_("écriture %(entry)s"), entry=self.entry))
        return [*places, Sentence("%(element)s", {"element": self.element})] if self.element else places


class StatementRefused(ValueError):
    """A file nothing is taken from. `faults` holds the first ones, `fault_count` how many there are."""

    def __init__(self, faults: tuple[Fault, ...], fault_count: int | None = None) -> None:
        self.faults = faults
        self.fault_count = len(faults) if fault_count is None else fault_count
        super().__init__(self.summary())

    @property
    def sentences(self) -> tuple[str, ...]:
        """One French sentence per kept fault, in the order of the file."""
        return tuple(fault.sentence for fault in self.faults)

    def told(self, translate: Callable[[str], str]) -> tuple[str, ...]:
        """The sentences of the kept faults, their words gone through `translate`."""
        return tuple(fault.told(translate) for fault in self.faults)

    def summary(self, translate: Callable[[str], str] = str) -> str:
        """The first sentence, and how many others there are."""
        others, first = self.fault_count - 1, self.faults[0].told(translate)
        if not others:
            return first
        words = _("(Et une autre erreur.)") if others == 1 else _("(Et %(count)s autres erreurs.)")
        return f"{first} {filled(Sentence(words, {'count': others}), translate)}"


class BadElement(ValueError):
    """Something wrong inside one entry or one statement; the reader adds the place and goes on."""

    def __init__(self, element: str, problem: Words) -> None:
        self.element = element
        self.problem = worded(problem)
        super().__init__(str(self.problem))


class Findings:
    """Collects faults, so that all of a file's are told at once."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._count = 0

    def add(self, fault: Fault) -> None:
        """Keep a fault; beyond MAX_FAULTS, only count it."""
        self._count += 1
        if self._count <= MAX_FAULTS:
            self._faults.append(fault)

    def raise_if_any(self) -> None:
        """Raise StatementRefused when there is at least one fault."""
        if self._count:
            raise StatementRefused(tuple(self._faults), self._count)


def refuse(problem: Words, *, file: str = "") -> StatementRefused:
    """The refusal of a whole file for a single reason, ready to be raised."""
    return StatementRefused((Fault(worded(problem), file=file),))


def export_again(problem: Words, **gaps: str | int | Sentence) -> Sentence:
    """`problem`, and what to do: ask the bank for the file again."""
    return worded("%(problem)s %(remedy)s", problem=worded(problem, **gaps), remedy=worded(EXPORT_AGAIN))


def shown(content: str) -> Sentence:
    """A piece of the file between quotes: shortened, without control characters."""
    visible = "".join(c if c.isprintable() else "\ufffd" for c in content[: MAX_SHOWN_CHARACTERS + 1])
    if len(visible) > MAX_SHOWN_CHARACTERS:
        visible = visible[:MAX_SHOWN_CHARACTERS] + "…"
    return worded(_("« %(piece)s »"), piece=visible)
