"""From the clock on the wall to UTC, both daylight-saving days included."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from production.formats.errors import quoted
from production.formats.instants import Instants
from production.formats.notes import Notes
from production.formats.series import DAY_S, Bools, Ints

USE_UTC = "exportez la courbe en UTC ou avec le décalage horaire écrit (+01:00, +02:00)"


def wall_clock(instant_s: int, zone: ZoneInfo) -> str:
    """Write a UTC instant [s] as French local time, for a message."""
    return datetime.fromtimestamp(instant_s, UTC).astimezone(zone).strftime("%d/%m/%Y %H:%M")


def to_utc(wall_s: Ints, summer: Bools, zone: ZoneInfo) -> tuple[Ints, Bools]:
    """Convert clock times [s] to UTC [s], shape (n,); `summer` chooses in the hour that occurs twice.

    Returns the instants and which of them exist (the spring hour does not).
    """
    wall = pd.DatetimeIndex(wall_s.view("M8[s]"))
    local = wall.tz_localize(zone, ambiguous=summer, nonexistent="NaT")
    exists: Bools = np.asarray(local.notna(), dtype=np.bool_)
    utc = local.tz_convert("UTC").tz_localize(None).to_numpy().astype("M8[s]").astype(np.int64)
    return np.where(exists, utc, 0), exists


def resolve(
    instants: Instants, texts: list[str], line: Ints, zone: ZoneInfo, notes: Notes, field: str
) -> Ints:
    """Turn a column of instants, shape (n,) in file order, into UTC [s]; faults are kept in `notes`.

    Instants with an offset need no zone. The others are clock times of `zone`: the autumn hour that occurs
    twice is resolved by order (first pass summer, second pass winter), the spring hour that never was is a
    fault. Rows with a fault have `valid` set to False.
    """
    utc_s = instants.wall_s - instants.offset_s
    naive = instants.valid & ~instants.has_offset
    if not naive.any():
        return utc_s
    if (instants.valid & instants.has_offset).any():
        _refuse_mixture(instants, line, notes, field)
        return utc_s
    rows = np.flatnonzero(naive)
    wall_s = instants.wall_s[rows]
    summer_s, exists = to_utc(wall_s, np.ones(len(rows), dtype=np.bool_), zone)
    _refuse_spring(instants, rows[~exists], texts, line, notes, field)
    winter_s, _ = to_utc(wall_s, np.zeros(len(rows), dtype=np.bool_), zone)
    twice = np.flatnonzero(exists & (winter_s != summer_s))
    summer = _summer_by_order(wall_s, twice, line[rows], notes, field)
    utc_s[rows] = np.where(summer, summer_s, winter_s)
    return utc_s


def _refuse_mixture(instants: Instants, line: Ints, notes: Notes, field: str) -> None:
    minority = instants.has_offset if instants.has_offset.mean() < 0.5 else ~instants.has_offset
    rows = minority & instants.valid
    problem = "des instants avec et sans décalage horaire sont mêlés"
    notes.refuse_rows(rows, line, field, lambda _: problem, USE_UTC)
    instants.valid[rows] = False


def _refuse_spring(
    instants: Instants, rows: Ints, texts: list[str], line: Ints, notes: Notes, field: str
) -> None:
    if not len(rows):
        return
    bad = np.zeros(len(texts), dtype=np.bool_)
    bad[rows] = True
    notes.refuse_rows(
        bad,
        line,
        field,
        lambda i: f"{quoted(texts[i])} n’existe pas : cette nuit-là on passe à l’heure d’été",
        "vérifiez le fuseau horaire de l’export, ou " + USE_UTC,
    )
    instants.valid[rows] = False


def _summer_by_order(wall_s: Ints, twice: Ints, line: Ints, notes: Notes, field: str) -> Bools:
    """Say for each row whether it is in summer time, given the rows `twice` whose hour occurs twice."""
    summer = np.ones(len(wall_s), dtype=np.bool_)
    descending = len(wall_s) > 1 and bool((np.diff(wall_s) < 0).mean() > 0.5)
    for day in np.unique(wall_s[twice] // DAY_S):
        rows = twice[wall_s[twice] // DAY_S == day]
        # A file written from the newest to the oldest shows the winter pass first.
        rows = rows[::-1] if descending else rows
        night = _second_pass(wall_s[rows])
        if night is None:
            problem = "l’heure répétée du passage à l’heure d’hiver ne se laisse pas ordonner"
            notes.refuse(int(line[rows[0]]), field, problem, USE_UTC)
        elif not night.any():
            message = (
                "L’heure répétée du passage à l’heure d’hiver ne figure qu’une fois : comptée en heure d’été."
            )
            notes.say("warning", field, message, int(line[rows[0]]))
        if night is not None:
            summer[rows] = ~night
    return summer


def _second_pass(wall_s: Ints) -> Bools | None:
    """Mark the rows of the second pass over the same hour, shape (n,); None if the order is unclear."""
    back = np.diff(wall_s, prepend=wall_s[0]) < 0
    if back.sum() == 1:
        return np.cumsum(back) > 0
    if back.any():
        return None
    occurrence = pd.Series(wall_s).groupby(wall_s).cumcount().to_numpy()
    _, counts = np.unique(wall_s, return_counts=True)
    if not (counts == counts[0]).all() or counts[0] > 2:
        return None
    # Without a step back: one pass only, or the two passes interleaved (always so in an hourly file).
    return np.asarray(occurrence == 1, dtype=np.bool_)
