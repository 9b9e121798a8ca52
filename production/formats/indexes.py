"""Cumulative indexes: from what a counter shows to the energy of each interval.

A counter only climbs. When it falls, either it ran over its last digit (99 999 → 00 012), or somebody
replaced or reset it. The first is counted when it fits the counter's digits; the second must be declared,
else the file is refused with its line: a guess would invent or lose energy for ever.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import numpy as np

from production.formats.cadence import most_frequent_step
from production.formats.checks import ABSURD_SHARE_OF_PEAK, Rows, in_order, without_duplicates
from production.formats.errors import french_number
from production.formats.localtime import wall_clock
from production.formats.notes import Notes
from production.formats.series import (
    HOUR_S,
    LONGEST_S,
    Bools,
    Floats,
    Ints,
    ReadOptions,
    Replacement,
    Span,
    local_days,
)
from production.formats.units import ENERGY_WH

# Without declared digits, a roll-over is believed in the last tenth of at least four digits only.
FEWEST_DIGITS = 4
LAST_SHARE = 0.9
# Without a peak power, the step over the last digit may be this many times the strongest other one.
FACTOR_OF_STRONGEST = 3.0
_DECLARE = (
    "si le compteur a été remplacé ou remis à zéro, déclarez-le (date, dernier index, premier index), "
    "ou déposez un fichier pour chaque compteur"
)


@dataclass(frozen=True, slots=True)
class Climb:
    """Energies between indexes: `rows` (label: END of the interval, value in the unit of the index, length).

    `spans` hold what no day can claim, `counter_energy_wh` [Wh] everything the counter counted.
    """

    rows: Rows
    spans: tuple[Span, ...]
    counter_energy_wh: int | None
    duplicates: int


def energies(index: Rows, unit: str, field: str, options: ReadOptions, notes: Notes) -> Climb:
    """Turn the indexes of one counter, shape (n,), in any order, into energies by interval.

    An empty index (NaN) makes the interval longer: its energy is known, and counted whole when the interval
    stays within one local day or the usual step; else it becomes a Span, with a remark. Faults (a fall that
    is no roll-over) are kept in `notes`.
    """
    rows, duplicates = prepared(index, options, notes)
    return between(
        replace(rows, value=unrolled(rows, unit, field, options, notes)), unit, duplicates, options, notes
    )


def prepared(index: Rows, options: ReadOptions, notes: Notes) -> tuple[Rows, int]:
    """Sort indexes and drop repeated ones; return how many were dropped."""
    if not len(index):
        return index, 0
    return without_duplicates(in_order(index, notes), options, notes)


def between(rows: Rows, unit: str, duplicates: int, options: ReadOptions, notes: Notes) -> Climb:
    """Difference ascending, unrolled indexes, shape (n,)."""
    known = rows.take(~np.isnan(rows.value))
    if len(known) < 2:
        return Climb(known.take(np.zeros(0, dtype=np.int64)), (), None, duplicates)
    length_s = np.diff(known.label_s)
    energy = np.diff(known.value)
    ends = Rows(known.label_s[1:], energy, known.line[1:], length_s)
    usual_s = most_frequent_step(rows.label_s) or 0
    claimed = _claimed(ends, usual_s, options.zone)
    spans = _spans(ends.take(~claimed), unit, options, notes)
    total = float(energy.sum()) * ENERGY_WH[unit]
    counter = round(total) if abs(total) < 1e15 else None
    return Climb(ends.take(claimed), spans, counter, duplicates)


def _claimed(ends: Rows, usual_s: int, zone: ZoneInfo) -> Bools:
    """Tell which intervals belong to the local day they start on, shape (n,)."""
    length_s = ends.length_s if ends.length_s is not None else np.zeros(len(ends), dtype=np.int64)
    same_day = local_days(ends.label_s - length_s, zone) == local_days(ends.label_s - 1, zone)
    # The day of a clock change is an hour longer than the others.
    usual = length_s <= usual_s + (HOUR_S if usual_s >= 23 * HOUR_S else 0)
    return np.asarray((length_s <= LONGEST_S) & (same_day | usual), dtype=np.bool_)


def _spans(ends: Rows, unit: str, options: ReadOptions, notes: Notes) -> tuple[Span, ...]:
    if not len(ends) or ends.length_s is None:
        return ()
    # A damaged number beyond any float is refused with the others, not here.
    energy_wh = np.nan_to_num(np.clip(ends.value * ENERGY_WH[unit], -1e15, 1e15))
    spans = tuple(
        Span(int(end - length), int(end), round(float(energy)), int(line))
        for end, length, energy, line in zip(ends.label_s, ends.length_s, energy_wh, ends.line, strict=True)
    )
    total = french_number(float(energy_wh.sum()) / 1000, 1)
    first = f"{wall_clock(spans[0].start_s, options.zone)} au {wall_clock(spans[0].end_s, options.zone)}"
    message = (
        f"{len(spans)} écart(s) d’index sur plusieurs jours (le premier du {first}) : {total} kWh comptés "
        "par le compteur, attribués à aucun jour."
    )
    notes.say("warning", "index", message, spans[0].line)
    return spans


def unrolled(rows: Rows, unit: str, field: str, options: ReadOptions, notes: Notes) -> Floats:
    """Return ascending indexes as if the counter had never fallen, shape (n,); NaN stays NaN."""
    known = np.flatnonzero(~np.isnan(rows.value))
    value = rows.value.copy()
    if len(known) < 2:
        return value
    at_s, shown = rows.label_s[known], rows.value[known]
    step = np.diff(shown)
    _apply_replacements(step, rows.take(known), unit, field, options, notes)
    falls = np.flatnonzero(step < 0)
    if len(falls):
        limit = _plausible_per_s(step, np.diff(at_s), unit, options)
        rolled = _roll(step, falls, at_s, shown, limit, options.index_digits)
        _tell(falls, rolled, rows.take(known), field, options, notes)
    value[known] = shown[0] + np.concatenate([[0.0], np.cumsum(step)])
    return value


def _apply_replacements(
    step: Floats, known: Rows, unit: str, field: str, options: ReadOptions, notes: Notes
) -> None:
    """Count each replacement in its interval: the old counter's rest, the new one's rise."""
    for entered in options.replacements:
        declared = entered.in_unit(unit, ENERGY_WH)
        k = int(np.searchsorted(known.label_s, declared.at.timestamp(), side="left")) - 1
        if not 0 <= k < len(step):
            continue
        rest = declared.removed_index - known.value[k]
        begun = known.value[k + 1] - declared.installed_index
        step[k] = rest + begun
        if rest < 0 or begun < 0:
            step[k] = 0.0
            _refuse_replacement(declared, int(known.line[k + 1]), field, notes)


def _refuse_replacement(declared: Replacement, line: int, field: str, notes: Notes) -> None:
    indexes = f"{_shown(declared.removed_index)} puis {_shown(declared.installed_index)}"
    problem = f"le remplacement de compteur déclaré ({indexes}) ne s’accorde pas avec les index voisins"
    notes.refuse(line, field, problem, "vérifiez la date et les deux index du remplacement déclaré")


def _plausible_per_s(step: Floats, length_s: Ints, unit: str, options: ReadOptions) -> float:
    """Return the highest believable climb [index unit per second]."""
    if options.peak_power_w:
        return ABSURD_SHARE_OF_PEAK * options.peak_power_w / HOUR_S / ENERGY_WH[unit]
    rises = step >= 0
    return FACTOR_OF_STRONGEST * float(np.max(step[rises] / length_s[rises], initial=0.0))


def _roll(step: Floats, falls: Ints, at_s: Ints, shown: Floats, limit: float, digits: int | None) -> Bools:
    """Mend in `step` the falls that fit the counter's digits; tell which, shape (len(falls),)."""
    rolled = np.zeros(len(falls), dtype=np.bool_)
    for i, k in enumerate(falls):
        size = digits or max(FEWEST_DIGITS, len(str(int(min(shown[k], 1e18)))))
        capacity = 10.0**size
        climbed = capacity - shown[k] + shown[k + 1]
        near_the_end = digits is not None or shown[k] >= LAST_SHARE * capacity
        if shown[k] < capacity and near_the_end and climbed <= limit * (at_s[k + 1] - at_s[k]):
            step[k] = climbed
            rolled[i] = True
    return rolled


def _tell(falls: Ints, rolled: Bools, known: Rows, field: str, options: ReadOptions, notes: Notes) -> None:
    shown, line = known.value, known.line
    for k in falls[rolled][:5]:
        message = (
            f"Le compteur est repassé par zéro ({_shown(shown[k])} puis {_shown(shown[k + 1])}) : l’énergie "
            "est comptée à travers le passage."
        )
        notes.say("info", field, message, int(line[k + 1]))
    bad = np.zeros(len(known), dtype=np.bool_)
    bad[falls[~rolled] + 1] = True

    def problem(i: int) -> str:
        when = wall_clock(int(known.label_s[i]), options.zone)
        return f"l’index recule, de {_shown(shown[i - 1])} à {_shown(shown[i])}, le {when}"

    notes.refuse_rows(bad, line, field, problem, _DECLARE)


def _shown(index: float) -> str:
    return french_number(index, 0 if float(index).is_integer() else 3)
