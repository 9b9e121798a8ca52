"""What every doubt says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from production.formats.errors import typeset

Kind = Literal["energies", "clock", "meter"]
MOST_LINES = 10


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a file may be wrong as a whole: one sentence, what to do, and the first lines that show it."""

    kind: Kind
    problem: str
    remedy: str
    lines: tuple[tuple[int, str], ...] = ()

    def remarks(self) -> list[dict[str, Any]]:
        """As the report of an import keeps it: the doubt, then its lines."""
        message = typeset(f"{self.problem}. Que faire : {self.remedy}.")
        said: list[dict[str, Any]] = [_remark("error", None, self.kind, message)]
        return said + [_remark("warning", line, self.kind, typeset(words)) for line, words in self.lines]


def _remark(severity: str, line: int | None, field: str, message: str) -> dict[str, Any]:
    return {"severity": severity, "line": line, "field": field, "message": message}
