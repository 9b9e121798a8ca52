"""Several inverters in one file: their sum, without passing a part for the whole."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from production.formats.checks import Rows, in_order, without_duplicates
from production.formats.errors import refuse
from production.formats.notes import Notes
from production.formats.series import Floats, Ints, ReadOptions, local_days

MAX_DEVICES = 200
Names = npt.NDArray[Any]


def sum_of_devices(
    rows: Rows, device: Names, options: ReadOptions, notes: Notes
) -> tuple[Rows, tuple[str, ...], int]:
    """Add the devices up by instant; return the sum, the devices' names and the number of repeated rows.

    The meter is the plant's. An inverter sleeps at its own hour, so before its first and after its last row
    of a day it counts zero. Between them, an instant where one inverter has no value is a gap for all: a sum
    without it would pass for the plant.
    """
    names = tuple(dict.fromkeys(device.tolist()))
    if len(names) < 2:
        return rows, names, 0
    if len(names) > MAX_DEVICES:
        problem = f"plus de {MAX_DEVICES} onduleurs dans un même fichier ({len(names)})"
        remedy = "exportez moins d’onduleurs à la fois"
        raise refuse(options.filename, problem, remedy, field="ManageObject")
    parts, duplicates = [], 0
    for name in names:
        part, dropped = without_duplicates(in_order(rows.take(device == name), notes), options, notes)
        if np.isnan(part.value).all():
            notes.say(
                "warning",
                "ManageObject",
                f"« {name} » n’a aucune puissance : laissé de côté.",
                int(part.line[0]),
            )
            continue
        parts.append(part)
        duplicates += dropped
    if not parts:
        return rows, names, duplicates
    _say_summed(names, notes)
    return _sum(parts, options, notes), names, duplicates


def _say_summed(names: tuple[str, ...], notes: Notes) -> None:
    listed = ", ".join(names[:6]) + ("…" if len(names) > 6 else "")
    notes.say("info", "ManageObject", f"{len(names)} onduleurs additionnés : {listed}.")


def _sum(parts: list[Rows], options: ReadOptions, notes: Notes) -> Rows:
    instants = np.unique(np.concatenate([part.label_s for part in parts]))
    day = local_days(instants, options.zone)
    total = np.zeros(len(instants))
    line = np.full(len(instants), np.iinfo(np.int64).max, dtype=np.int64)
    absent_days = 0
    for part in parts:
        value, absent = _spread(part, instants, day)
        total += value
        absent_days += absent
        at = np.searchsorted(instants, part.label_s)
        line[at] = np.minimum(line[at], part.line)
    _say_holes(int(np.isnan(total).sum()), absent_days, notes)
    return Rows(instants, total, line)


def _spread(part: Rows, instants: Ints, day: Ints) -> tuple[Floats, int]:
    """Lay a device on all instants: NaN inside its day, zero outside; also count the days it is absent."""
    value = np.full(len(instants), np.nan)
    at = np.searchsorted(instants, part.label_s)
    value[at] = part.value
    days, first = np.unique(day[at], return_index=True)
    last = np.append(first[1:], len(at)) - 1
    place = np.clip(np.searchsorted(days, day), 0, len(days) - 1)
    index = np.arange(len(instants))
    asleep = (days[place] != day) | (index < at[first[place]]) | (index > at[last[place]])
    value[asleep] = 0.0
    return value, len(np.unique(day)) - len(days)


def _say_holes(gaps: int, absent_days: int, notes: Notes) -> None:
    if gaps:
        message = f"{gaps} instant(s) où un onduleur manque : comptés vides pour toute la centrale."
        notes.say("warning", "ManageObject", message)
    if absent_days:
        message = (
            f"{absent_days} jour(s) où un onduleur n’a aucune ligne alors que d’autres en ont : compté zéro."
        )
        notes.say("warning", "ManageObject", message)
