"""Marks put on days by the single checks, and runs of readings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from production.quality.findings import Finding, Found
from production.quality.series import Bools


@dataclass(frozen=True, slots=True)
class Mark:
    """A finding on the day of that number; instants in seconds since 1970."""

    day: int
    kind: Finding
    first_s: int
    last_s: int
    value: float
    other: str = ""

    def found(self) -> Found:
        return Found(self.kind, _instant(self.first_s), _instant(self.last_s), float(self.value), self.other)


def _instant(second: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(int(second), dt.UTC)


def runs(flags: Bools, follows: Bools) -> Iterator[tuple[int, int]]:
    """First and last index of each unbroken run of flagged readings; `follows`: joined to the one before."""
    begins = flags & ~(np.concatenate([[False], flags[:-1]]) & follows)
    ends = flags & ~np.concatenate([(flags[1:] & follows[1:]), [False]])
    yield from zip(np.flatnonzero(begins).tolist(), np.flatnonzero(ends).tolist(), strict=True)
