"""What is left of a file whose faults are bound to lines, once those are read as if they were absent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from production.formats.errors import FileRefused
from production.formats.series import MeterSeries

# Leaving a line out may bring others to light (an interval that ran into it); a file that needs more rounds
# has something else the matter with it.
MOST_ROUNDS = 12
Ranges = list[list[int]]


@dataclass(frozen=True, slots=True)
class Rest:
    """The series without its faulty lines, which leave gaps, and those lines."""

    series: MeterSeries
    left_out: frozenset[int]


def rest_of(refusal: FileRefused, read: Callable[[frozenset[int]], MeterSeries]) -> Rest | None:
    """Read again without the lines at fault, until none is left; None where that saves nothing.

    `read` takes the lines to leave out. Nothing is saved when a fault is the file's as a whole, when more
    lines would be left out than kept, or when what is left would pass for another format.
    """
    format, left_out = refusal.format, refusal.lines
    if not format or not left_out:
        return None
    for _ in range(MOST_ROUNDS):
        try:
            series = read(left_out)
        except FileRefused as again:
            if not again.lines - left_out:
                return None
            left_out |= again.lines
            continue
        if series.format != format or len(left_out) > len(series.readings) + len(series.spans):
            return None
        return Rest(series, left_out)
    return None


def as_ranges(lines: Iterable[int]) -> Ranges:
    """Write lines as [first, last] of each run of consecutive ones, in order."""
    ranges: Ranges = []
    for line in sorted(lines):
        if ranges and line == ranges[-1][1] + 1:
            ranges[-1][1] = line
        else:
            ranges.append([line, line])
    return ranges


def from_ranges(ranges: Ranges) -> frozenset[int]:
    """The lines that `as_ranges` wrote."""
    return frozenset(line for first, last in ranges for line in range(first, last + 1))
