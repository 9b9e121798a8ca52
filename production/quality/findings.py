"""What can be found in a day's readings, and what the day is then called."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """What the readings of a day are worth, from good to unknown; `DayQuality.State` has the same values."""

    GOOD = "good"
    PARTIAL = "partial"
    DOUBTFUL = "doubtful"
    OUTAGE = "outage"
    LOST = "lost"
    SILENT = "silent"


class Finding(StrEnum):
    """Why a day isn't simply good. The unit of a finding's `value` stands beside each kind."""

    GAP = "gap"  # daylight without a reading [h]
    NO_READING = "no_reading"  # a whole day without one; what the clear sky would have given [Wh]
    AWAITED = "awaited"  # nothing has come in since; days since the last reading
    MUTE = "mute"  # silent at night too, within one file: the line was cut, not the sun [h]
    COUNTER = "counter"  # the device's counter knows of energy that no reading tells [Wh]
    CAUGHT_UP = "caught_up"  # one reading brought the energy of a silence in one go [Wh]
    STOPPED = "stopped"  # nothing produced in bright daylight [h]
    PART_STOPPED = "part_stopped"  # far under what the neighbours let expect [part missing, 0 to 1]
    ALL_DARK = "all_dark"  # nothing produced, nor next door: snow, grid [h]
    STUCK = "stuck"  # the same value again and again [W]
    STRAIGHT = "straight"  # a straight line: somebody filled a gap [W, its mean]
    NIGHT = "night"  # energy while the sun was down [Wh]
    TOO_MUCH = "too_much"  # more than inverters and panels can [W]
    CLOCK = "clock"  # the clock is off [min, late is positive]
    SWAPPED = "swapped"  # fits another meter's roof better; `other` names it [part better, 0 to 1]


@dataclass(frozen=True, slots=True)
class Found:
    """One finding of one day: from `first` to `last` (UTC), and its figure in the unit of its kind."""

    kind: Finding
    first: dt.datetime
    last: dt.datetime
    value: float
    other: str = ""

    def as_row(self) -> dict[str, Any]:
        """As `DayQuality.findings` keeps it: kind, first, last (ISO, UTC), value; other if it names one."""
        row: dict[str, Any] = {
            "kind": self.kind.value,
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "value": round(self.value, 3),
        }
        return row | {"other": self.other} if self.other else row


@dataclass(frozen=True, slots=True)
class DayVerdict:
    """One local day of one meter."""

    day: dt.date
    state: State
    findings: tuple[Found, ...]


# What cost energy, and what makes a sum wrong. ALL_DARK does neither: snow and its zeros are true.
_OUTAGE = {Finding.STOPPED, Finding.PART_STOPPED}
_DOUBTFUL = {
    Finding.STUCK,
    Finding.STRAIGHT,
    Finding.NIGHT,
    Finding.TOO_MUCH,
    Finding.CLOCK,
    Finding.SWAPPED,
    Finding.CAUGHT_UP,
}
LOST_BY = {Finding.MUTE, Finding.COUNTER}


def state_of(kinds: set[Finding], *, is_heard: bool, is_complete: bool) -> State:
    """The state of a day; `is_heard`: it has a reading; `is_complete`: its daylight is covered."""
    if not is_heard:
        return State.LOST if kinds & LOST_BY else State.SILENT
    if kinds & _OUTAGE:
        return State.OUTAGE
    if kinds & _DOUBTFUL:
        return State.DOUBTFUL
    if is_complete:
        return State.GOOD
    return State.LOST if kinds & LOST_BY else State.PARTIAL
