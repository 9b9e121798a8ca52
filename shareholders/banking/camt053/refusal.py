"""Why a statement is refused: one or several faults, each a French sentence that says where."""

from __future__ import annotations

from dataclasses import dataclass

MAX_FAULTS = 20
MAX_SHOWN_CHARACTERS = 60
EXPORT_AGAIN = "Exportez de nouveau le relevé au format CAMT.053 (XML) depuis le site de la banque."


@dataclass(frozen=True, slots=True)
class Fault:
    """One reason. `file` is the name inside an archive, `entry` the rank of the `Ntry`, from 1."""

    problem: str
    entry: int | None = None
    element: str = ""
    file: str = ""

    @property
    def sentence(self) -> str:
        """The French sentence, with its place in front."""
        places = [shown(self.file) if self.file else "", f"écriture {self.entry}" if self.entry else ""]
        place = ", ".join(p for p in [*places, self.element] if p)
        if not place:
            return self.problem
        return f"{place[0].upper()}{place[1:]} : {self.problem[0].lower()}{self.problem[1:]}"


class StatementRefused(ValueError):
    """A file nothing is taken from. `faults` holds the first ones, `fault_count` how many there are."""

    def __init__(self, faults: tuple[Fault, ...], fault_count: int | None = None) -> None:
        self.faults = faults
        self.fault_count = len(faults) if fault_count is None else fault_count
        super().__init__(self._summary())

    @property
    def sentences(self) -> tuple[str, ...]:
        """One French sentence per kept fault, in the order of the file."""
        return tuple(fault.sentence for fault in self.faults)

    def _summary(self) -> str:
        others = self.fault_count - 1
        first = self.faults[0].sentence
        if not others:
            return first
        return first + (" (Et une autre erreur.)" if others == 1 else f" (Et {others} autres erreurs.)")


class BadElement(ValueError):
    """Something wrong inside one entry or one statement; the reader adds the place and goes on."""

    def __init__(self, element: str, problem: str) -> None:
        self.element = element
        self.problem = problem
        super().__init__(problem)


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


def refuse(problem: str, *, file: str = "") -> StatementRefused:
    """The refusal of a whole file for a single reason, ready to be raised."""
    return StatementRefused((Fault(problem, file=file),))


def shown(content: str) -> str:
    """A piece of the file in French quotes: shortened, without control characters."""
    visible = "".join(c if c.isprintable() else "\ufffd" for c in content[: MAX_SHOWN_CHARACTERS + 1])
    if len(visible) > MAX_SHOWN_CHARACTERS:
        visible = visible[:MAX_SHOWN_CHARACTERS] + "…"
    return f"« {visible} »"
