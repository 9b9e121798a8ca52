"""What a reader has to say while it reads: remarks kept for the report, faults kept for the refusal."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from production.formats.errors import Fault, FileRefused, typeset
from production.formats.series import Bools, Ints, Remark, Severity

MAX_FAULTS = 20


class Notes:
    """Collects remarks and faults, so that the operator can mend everything at once.

    All or nothing: `raise_if_refused` is called before a series is handed out.
    """

    def __init__(self, filename: str) -> None:
        self.filename = filename
        self.remarks: list[Remark] = []
        self._faults: list[Fault] = []
        self._fault_count = 0

    def say(self, severity: Severity, field: str, message: str, line: int | None = None) -> None:
        """Keep a remark."""
        self.remarks.append(Remark(severity, line, field, typeset(message)))

    def refuse(self, line: int | None, field: str, problem: str, remedy: str) -> None:
        """Keep one fault."""
        self._faults.append(Fault(line, field, problem, remedy))
        self._fault_count += 1

    def refuse_rows(
        self, bad: Bools, line: Ints, field: str, problem: Callable[[int], str], remedy: str
    ) -> None:
        """Keep one fault per True of `bad`, shape (n,); `problem(i)` words the i-th (first ones only)."""
        rows = np.flatnonzero(bad)
        self._fault_count += len(rows)
        first = rows[np.argsort(line[rows], kind="stable")][:MAX_FAULTS]
        self._faults += [Fault(int(line[i]), field, problem(int(i)), remedy) for i in first]

    def raise_if_refused(self) -> None:
        """Raise FileRefused with the first faults by line, if there is any."""
        if self._faults:
            ordered = sorted(self._faults, key=lambda fault: fault.line or 0)
            raise FileRefused(self.filename, tuple(ordered[:MAX_FAULTS]), self._fault_count)
