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
        self._lines: list[Ints] = []
        self._is_bound = True
        self._parts: tuple[str, ...] = ()

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
        if line is None:
            self._is_bound = False
        else:
            self._lines.append(np.array([line], dtype=np.int64))
        self._walked += 1
        if self._walked >= MAX_WALKED:
            self._raise(at_least=True)

    def refuse_parts(self, line: int, field: str, problem: str, remedy: str, parts: tuple[str, ...]) -> None:
        """Keep the fault of a file with the readings of several meters or plants, by their names."""
        self._parts = self._parts or parts
        self.refuse(line, field, problem, remedy)

    def refuse_rows(
        self,
        bad: Bools,
        line: Ints,
        field: str,
        problem: Callable[[int], str],
        remedy: str,
        beside: Ints | None = None,
    ) -> None:
        """Keep one fault per True of `bad`, shape (n,); `problem(i)` words the i-th (first ones only).

        `beside` are lines that are as doubtful as the faulty ones: of two that contradict each other, both.
        """
        rows = np.flatnonzero(bad)
        self._lines += [line[rows]] + ([] if beside is None else [beside])
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
        bound = self._is_bound and not at_least
        raise FileRefused(
            self.filename,
            tuple(self._first()),
            self._fault_count,
            at_least=at_least,
            lines=frozenset(np.concatenate(self._lines).tolist()) if bound else frozenset(),
            parts=self._parts,
        )
