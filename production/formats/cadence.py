"""How long each interval lasts, from the instants alone."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np

from production.formats.localtime import to_utc
from production.formats.notes import Notes
from production.formats.series import DAY_S, Ints, Label, local_days

# How many equal steps in a row make a cadence rather than a hole in another one.
SUSTAINED = 3
LONGEST_STEP_S = DAY_S


def most_frequent_step(label_s: Ints) -> int | None:
    """Return the most frequent step [s] of ascending instants, the shortest of equals; None under two."""
    if len(label_s) < 2:
        return None
    steps, counts = np.unique(np.diff(label_s), return_counts=True)
    return int(steps[np.argmax(counts)])


def interval_lengths(label_s: Ints, label: Label) -> Ints:
    """Return the length [s] of the interval each ascending instant names, shape (n,), n at least 2.

    A step that lasts (three in a row) is a cadence, so a change from 60 to 30 minutes is followed to the row.
    A longer step standing alone is a hole: the interval beside it keeps the cadence around it, and nothing is
    invented in the hole. An interval never reaches past its neighbour.
    """
    if label == "end":
        return interval_lengths(-label_s[::-1], "start")[::-1]
    step = np.diff(label_s)
    sustained = np.where(_in_run(step) & (step <= LONGEST_STEP_S), step, 0)
    usual = most_frequent_step(label_s) or 0
    cadence = _carried(sustained, usual)
    return np.append(np.minimum(cadence, step), cadence[-1])


def steady_lengths(label_s: Ints, step_s: int, label: Label) -> Ints:
    """Return lengths [s] of at most `step_s`, shape (n,), where holes are usual (nights of an inverter)."""
    if label == "end":
        return steady_lengths(-label_s[::-1], step_s, "start")[::-1]
    return np.append(np.minimum(np.diff(label_s), step_s), step_s)


def _in_run(step: Ints) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Mark the steps that belong to at least SUSTAINED equal ones in a row."""
    starts = np.flatnonzero(np.diff(step, prepend=step[0] - 1))
    lengths = np.diff(np.append(starts, len(step)))
    return np.repeat(lengths >= SUSTAINED, lengths)


def _carried(sustained: Ints, usual: int) -> Ints:
    """Fill zeros with the cadence before them, else with the one after, else with `usual`."""
    if not sustained.any():
        return np.full(len(sustained), usual, dtype=np.int64)
    at = np.where(sustained > 0, np.arange(len(sustained)), -1)
    before = np.maximum.accumulate(at)
    first = int(np.argmax(sustained > 0))
    return sustained[np.where(before < 0, first, before)]


def civil_days(label_s: Ints, label: Label, zone: ZoneInfo) -> Ints | None:
    """Return lengths [s] of 23, 24 or 25 h when every instant is a local midnight, else None; shape (n,)."""
    day = local_days(label_s, zone)
    midnight_s, exists = to_utc(day * DAY_S, np.ones(len(day), dtype=np.bool_), zone)
    if not exists.all() or (midnight_s != label_s).any():
        return None
    other = day + (1 if label == "start" else -1)
    other_s, _ = to_utc(other * DAY_S, np.ones(len(day), dtype=np.bool_), zone)
    length_s: Ints = np.abs(other_s - label_s)
    return length_s


def say_missing(start_s: Ints, length_s: Ints, line: Ints, notes: Notes) -> None:
    """Remark on instants that are absent altogether (not merely without a value)."""
    hole_s = start_s[1:] - start_s[:-1] - length_s[:-1]
    holes = np.flatnonzero(hole_s > 0)
    if len(holes):
        missing = int(np.ceil(hole_s[holes] / length_s[holes]).sum())
        where = f"en {len(holes)} endroit(s), le premier après cette ligne"
        notes.say("warning", "", f"{missing} pas de mesure absents du fichier, {where}.", int(line[holes[0]]))
