"""What a reader has to say while it reads: remarks kept for the report, faults kept for the refusal."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

import numpy as np

from production.formats.errors import Fault, FileRefused, typeset
from production.formats.series import Bools, Ints, Remark, Severity

MAX_FAULTS = 20
# Bad lines met one by one: beyond, the file is plainly something else and reading it on teaches nothing.
MAX_WALKED = 10_000
MAX_REMARKS = 50


class Notes:
    """Collects remarks and faults, so that the operator can mend everything at once.

    All or nothing: `raise_if_refused` is called before a series is handed out.
    """

    def __init__(self, filename: str) -> None:
        self.filename = filename
        self._remarks: list[Remark] = []
        self._remark_count = 0
        self._faults: list[Fault] = []
        self._fault_count = 0
        self._walked = 0

    @property
    def remarks(self) -> list[Remark]:
        """The first remarks, then how many others there were."""
        others = self._remark_count - len(self._remarks)
        if not others:
            return list(self._remarks)
        message = "Et une autre remarque." if others == 1 else f"Et {others} autres remarques."
        return [*self._remarks, Remark("warning", None, "", message)]

    def say(self, severity: Severity, field: str, message: str, line: int | None = None) -> None:
        """Keep a remark; beyond MAX_REMARKS, only count it."""
        self._remark_count += 1
        if self._remark_count <= MAX_REMARKS:
            self._remarks.append(Remark(severity, line, field, typeset(message)))

    def refuse(self, line: int | None, field: str, problem: str, remedy: str) -> None:
        """Keep one fault. Raises FileRefused at once when there are MAX_WALKED such faults."""
        self._keep([Fault(line, field, problem, remedy)], 1)
        self._walked += 1
        if self._walked >= MAX_WALKED:
            self._raise(at_least=True)

    def refuse_rows(
        self, bad: Bools, line: Ints, field: str, problem: Callable[[int], str], remedy: str
    ) -> None:
        """Keep one fault per True of `bad`, shape (n,); `problem(i)` words the i-th (first ones only)."""
        rows = np.flatnonzero(bad)
        first = rows[np.argsort(line[rows], kind="stable")][:MAX_FAULTS]
        self._keep([Fault(int(line[i]), field, problem(int(i)), remedy) for i in first], len(rows))

    def raise_if_refused(self) -> None:
        """Raise FileRefused with the first faults by line, if there is any."""
        if self._faults:
            self._raise(at_least=False)

    def _keep(self, faults: list[Fault], count: int) -> None:
        self._fault_count += count
        self._faults += faults
        if len(self._faults) > 10 * MAX_FAULTS:
            self._faults = self._first()

    def _first(self) -> list[Fault]:
        return sorted(self._faults, key=lambda fault: fault.line or 0)[:MAX_FAULTS]

    def _raise(self, *, at_least: bool) -> NoReturn:
        raise FileRefused(self.filename, tuple(self._first()), self._fault_count, at_least=at_least)
