"""Why a body of readings is not taken."""

from __future__ import annotations

from dataclasses import dataclass


class BodyUnreadable(ValueError):
    """Neither JSON nor CSV as announced: cut, damaged, in another encoding. Nothing of it was understood."""


class BodyTooLarge(ValueError):
    """More than one request may bring."""


@dataclass(frozen=True, slots=True)
class BodyFault:
    """One reason to refuse a body.

    `line` is the line of a CSV, or the number of the reading in a JSON (from 1; single readings first, then
    the values of each series), None where the fault is the body's; `pointer` is a JSON Pointer (RFC 6901),
    None for CSV; `message` a whole French sentence.
    """

    line: int | None
    pointer: str | None
    field: str
    message: str


class BodyRefused(ValueError):
    """A body nothing is taken from: its first faults (at most 20), and how many there are.

    `knows_no_meter`: not one meter it names is known to its sender. `at_least`: there may be more faults.
    """

    def __init__(
        self,
        faults: tuple[BodyFault, ...],
        fault_count: int,
        *,
        at_least: bool = False,
        knows_no_meter: bool = False,
    ) -> None:
        self.faults = faults
        self.fault_count = fault_count
        self.at_least = at_least
        self.knows_no_meter = knows_no_meter
        super().__init__(self._summary())

    def _summary(self) -> str:
        others = self.fault_count - 1
        first = self.faults[0].message
        if not others:
            return first
        if self.at_least:
            return f"{first} (Et au moins {others} autres erreurs.)"
        return first + (" (Et une autre erreur.)" if others == 1 else f" (Et {others} autres erreurs.)")
