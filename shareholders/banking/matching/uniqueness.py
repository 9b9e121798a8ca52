"""What callers must not hand over twice."""

from __future__ import annotations

from collections.abc import Iterable


def refuse_repeated(what: str, values: Iterable[str]) -> None:
    """Raise ValueError when a value comes twice: money would be counted twice with it."""
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise ValueError(f"{what} {value!r} is given twice")
        seen.add(value)
