"""Checks common to all formats: order, duplicates, dates, powers, overlaps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from production.formats.errors import french_number
from production.formats.localtime import wall_clock
from production.formats.notes import Notes
from production.formats.series import HOUR_S, LONGEST_S, Bools, Floats, Ints, ReadOptions

EARLIEST_YEAR = 2000
# An inverter draws a little from the grid at night; a meter turned round draws much more.
STANDBY_W = 100.0
STANDBY_SHARE_OF_PEAK = 0.005
# Bright cloud edges and cold panels exceed the rated power for a moment, never by 30 %.
ABSURD_SHARE_OF_PEAK = 1.3
ABSURD_W = 100e6
MEND = "corrigez cette ligne ou exportez de nouveau le fichier"


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows on their way, shape (n,): instants the file names [s UTC], values (NaN where empty), lines.

    `length_s` is there when the file states it, row by row.
    """

    label_s: Ints
    value: Floats
    line: Ints
    length_s: Ints | None = None

    def __len__(self) -> int:
        return len(self.label_s)

    def take(self, rows: Ints | Bools) -> Rows:
        """Keep some rows, by index or by mask."""
        length_s = None if self.length_s is None else self.length_s[rows]
        return Rows(self.label_s[rows], self.value[rows], self.line[rows], length_s)


def in_order(rows: Rows, notes: Notes) -> Rows:
    """Sort by instant, saying so when the file was not sorted."""
    if (np.diff(rows.label_s) >= 0).all():
        return rows
    notes.say("info", "", "Les lignes n’étaient pas dans l’ordre du temps : elles ont été triées.")
    return rows.take(np.lexsort((rows.line, rows.label_s)))


def without_duplicates(rows: Rows, options: ReadOptions, notes: Notes) -> tuple[Rows, int]:
    """Keep one row per instant and return how many were dropped; ascending rows are expected.

    Identical repetitions are dropped with a remark, and an empty one beside a value is no contradiction.
    Repetitions that disagree are faults.
    """
    new = np.diff(rows.label_s, prepend=rows.label_s[0] - 1) > 0
    dropped = int((~new).sum())
    if not dropped:
        return rows, 0
    group = np.cumsum(new) - 1
    first: Floats = np.asarray(pd.Series(rows.value).groupby(group).first(), dtype=np.float64)
    conflict = ~np.isnan(rows.value) & (rows.value != first[group])
    first_line = rows.line[new]
    notes.refuse_rows(
        conflict,
        rows.line,
        "valeur",
        lambda i: (
            "deux valeurs différentes pour le même instant, "
            f"{wall_clock(int(rows.label_s[i]), options.zone)} (déjà donné ligne {first_line[group[i]]})"
        ),
        "gardez la bonne ligne et supprimez l’autre",
        # Nothing tells which of the two is right.
        beside=first_line[group[conflict]],
    )
    message = f"{dropped} ligne(s) répétée(s) à l’identique : chacune n’est comptée qu’une fois."
    notes.say("warning", "", message, int(rows.line[np.argmin(new)]))
    return replace(rows.take(new), value=first), dropped


def check_instants(start_s: Ints, line: Ints, options: ReadOptions, notes: Notes) -> None:
    """Refuse intervals that start after the latest admissible instant, or before EARLIEST_YEAR."""
    latest_s = int(options.latest.timestamp())
    earliest_s = int(datetime(EARLIEST_YEAR, 1, 1, tzinfo=UTC).timestamp()) - 86_400

    def when(i: int) -> str:
        return wall_clock(int(start_s[i]), options.zone)

    future = f"est dans le futur (dernier instant admis : {wall_clock(latest_s, options.zone)})"
    remedy = "vérifiez l’année et l’ordre jour/mois, ou l’horloge de l’appareil"
    notes.refuse_rows(start_s > latest_s, line, "date", lambda i: f"{when(i)} {future}", remedy)
    past = f"est avant l’année {EARLIEST_YEAR}"
    notes.refuse_rows(start_s < earliest_s, line, "date", lambda i: f"{when(i)} {past}", remedy)


def check_lengths(length_s: Ints, line: Ints, notes: Notes) -> None:
    """Refuse intervals of more than 25 hours: all their energy would count for the day they start on."""
    notes.refuse_rows(
        length_s > LONGEST_S,
        line,
        "pas de temps",
        lambda i: f"un intervalle de {french_number(length_s[i] / HOUR_S)} h, plus long qu’un jour",
        "exportez la courbe au pas d’un jour ou moins",
    )


def check_powers(power_w: Floats, line: Ints, options: ReadOptions, notes: Notes) -> Floats:
    """Refuse infinite, negative and absurd mean powers [W], shape (n,); return them with standby set to zero.

    NaN (no value) passes. A draw of at most 100 W or 0.5 % of the peak power is an inverter's standby: zero
    is counted, with a remark. Above 1.3 times the peak power (100 MW when it is unknown), it is a mistake.
    """
    peak_w = options.peak_power_w
    standby_w = max(STANDBY_W, STANDBY_SHARE_OF_PEAK * (peak_w or 0))
    most_w = ABSURD_SHARE_OF_PEAK * peak_w if peak_w else ABSURD_W
    negative = power_w < -standby_w
    excess = f"plus de 1,3 fois la puissance crête ({_power(peak_w)})" if peak_w else "plus de 100 MW"
    notes.refuse_rows(
        negative,
        line,
        "valeur",
        lambda i: f"puissance négative ({_power(power_w[i])})",
        "vérifiez que la colonne est bien la production et le sens du compteur",
    )
    notes.refuse_rows(
        power_w > most_w,
        line,
        "valeur",
        lambda i: f"puissance impossible ({_power(power_w[i])}), {excess}",
        "vérifiez l’unité et le pas de temps de l’export, et qu’il ne s’agit pas d’un index cumulé",
    )
    standby = (power_w < 0) & ~negative
    if standby.any():
        count = int(standby.sum())
        message = f"{count} puissance(s) légèrement négative(s) (veille de l’onduleur) : comptées zéro."
        notes.say("warning", "valeur", message, int(line[np.argmax(standby)]))
    return np.where(standby, 0.0, power_w)


def _power(power_w: float | None) -> str:
    if power_w is None or not np.isfinite(power_w) or abs(power_w) >= 1e12:
        return "sans limite"
    return f"{french_number(power_w / 1000, 1)} kW"


def check_overlaps(start_s: Ints, length_s: Ints, line: Ints, options: ReadOptions, notes: Notes) -> None:
    """Refuse an interval that starts before the one before it ends; ascending rows of shape (n,)."""
    overlap = np.zeros(len(start_s), dtype=np.bool_)
    overlap[1:] = start_s[1:] < start_s[:-1] + length_s[:-1]
    notes.refuse_rows(
        overlap,
        line,
        "date",
        lambda i: (
            f"l’intervalle commençant le {wall_clock(int(start_s[i]), options.zone)} chevauche celui de la "
            f"ligne {line[i - 1]}"
        ),
        "n’exportez qu’un seul pas de temps à la fois",
        beside=line[:-1][overlap[1:]],
    )
