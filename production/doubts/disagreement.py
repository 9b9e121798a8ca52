"""Two exports of the same intervals that contradict each other."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np

from production.doubts.doubt import MOST_LINES, Doubt
from production.formats.errors import french_number
from production.formats.localtime import wall_clock
from production.formats.series import DAY_S, HOUR_S, Ints, local_days

# Portals round and fill in late: a few per cent of an interval is their own affair.
DIFFERENT_SHARE = 0.05
# Two integers of watt-hours rounded each its own way.
ROUNDING_WH = 2
# Corrections touch some days of a month; beyond a tenth of what both give, one of the two exports is wrong.
MOST_DIFFERENT = 0.10
# Grid operators publish the last days again: up to three days of corrections pass as such, whatever share of
# a short file they are.
CORRECTED_S = 72 * HOUR_S
# What a clock may be wrong by: forgetting summer time, or reading UTC as local time.
SHIFTS_S = (HOUR_S, -HOUR_S, 2 * HOUR_S, -2 * HOUR_S)
# What a shift may leave unexplained, of the share that differed, to be the explanation.
UNEXPLAINED = 0.2
FEWEST_ASIDE = 10
REMEDY = (
    "vérifiez le compteur, l’unité et la colonne de cet export ; s’il est le bon, enregistrez-le : il "
    "remplacera l’autre, qui restera dans l’historique"
)


def doubt_energies(
    start_s: Ints,
    length_s: Ints,
    energy_wh: Ints,
    line: Ints,
    known_start_s: Ints,
    known_length_s: Ints,
    known_wh: Ints,
    zone: ZoneInfo,
) -> Doubt | None:
    """Compare a file, shape (n,), with what is stored, shape (m,); both ascending. None where they get on.

    Only intervals with the same start and length count, and only those in which one of the two has energy:
    nights agree whatever went wrong. Where none is alike, the days that both cover alike are compared.
    """
    here, there = _common(start_s, length_s, known_start_s, known_length_s)
    lit = (energy_wh[here] > 0) | (known_wh[there] > 0)
    here, there = here[lit], there[lit]
    if not len(here):
        told = (start_s, length_s, energy_wh, line)
        return _doubt_days(told, (known_start_s, known_length_s, known_wh), zone)
    different = _differ(energy_wh[here], known_wh[there])
    share = float(different.mean())
    if share <= MOST_DIFFERENT or int(length_s[here][different].sum()) <= CORRECTED_S:
        return None
    bad = here[different]
    shown = tuple(
        (
            int(line[i]),
            f"{wall_clock(int(start_s[i]), zone)} : {french_number(int(energy_wh[i]))} Wh dans ce fichier, "
            f"{french_number(int(known_wh[j]))} Wh enregistrés",
        )
        for i, j in zip(bad[:MOST_LINES], there[different][:MOST_LINES], strict=True)
    )
    shift_s = _shift(start_s, length_s, energy_wh, known_start_s, known_length_s, known_wh, share)
    if shift_s is not None:
        return _shifted(shift_s, shown)
    counts = f"{french_number(len(bad))} relevés sur {french_number(len(here))} donnent une autre énergie"
    sums = (
        f"{french_number(int(energy_wh[here].sum()) / 1000, 1)} kWh dans ce fichier, "
        f"{french_number(int(known_wh[there].sum()) / 1000, 1)} kWh enregistrés"
    )
    problem = f"ce fichier contredit ce qui est enregistré : {counts} (au total {sums})"
    return Doubt("energies", problem, REMEDY, shown)


def _doubt_days(
    told: tuple[Ints, Ints, Ints, Ints], known: tuple[Ints, Ints, Ints], zone: ZoneInfo
) -> Doubt | None:
    """Compare day by day where the steps differ: the days that both cover alike. None where they get on."""
    start_s, length_s, energy_wh, line = told
    days = local_days(start_s, zone)
    number, first = np.unique(days, return_index=True)
    here_wh, here_s = _by_day(days, number, energy_wh), _by_day(days, number, length_s)
    known_days = local_days(known[0], zone)
    there_wh, there_s = _by_day(known_days, number, known[2]), _by_day(known_days, number, known[1])
    both = (here_s == there_s) & ((here_wh > 0) | (there_wh > 0))
    if not both.any():
        return None
    different = both & _differ(here_wh, there_wh)
    if different.sum() <= MOST_DIFFERENT * both.sum() or different.sum() * DAY_S <= CORRECTED_S:
        return None
    shown = tuple(
        (
            int(line[first[i]]),
            f"{dt.date(1970, 1, 1) + dt.timedelta(days=int(number[i])):%d/%m/%Y} : "
            f"{french_number(here_wh[i] / 1000, 1)} kWh dans ce fichier, "
            f"{french_number(there_wh[i] / 1000, 1)} kWh enregistrés",
        )
        for i in np.flatnonzero(different)[:MOST_LINES]
    )
    problem = (
        "ce fichier, d’un autre pas de temps, contredit ce qui est enregistré : "
        f"{different.sum()} jours sur {both.sum()} donnent une autre énergie"
    )
    return Doubt("energies", problem, REMEDY, shown)


def _by_day(days: Ints, number: Ints, values: Ints) -> Ints:
    """Sum `values` by local day, for the days `number`, ascending; shape of `number`."""
    at = np.searchsorted(number, days)
    own = at < len(number)
    own[own] = number[at[own]] == days[own]
    sums: Ints = np.zeros(len(number), dtype=np.int64)
    np.add.at(sums, at[own], values[own])
    return sums


def _common(start_s: Ints, length_s: Ints, known_start_s: Ints, known_length_s: Ints) -> tuple[Ints, Ints]:
    """Return the ranks of the intervals both sides have, shape (k,) each."""
    _, here, there = np.intersect1d(start_s, known_start_s, assume_unique=True, return_indices=True)
    same = length_s[here] == known_length_s[there]
    return here[same].astype(np.int64), there[same].astype(np.int64)


def _differ(left_wh: Ints, right_wh: Ints) -> np.ndarray:
    gap = np.abs(left_wh - right_wh)
    return np.asarray((gap > ROUNDING_WH) & (gap > DIFFERENT_SHARE * np.maximum(left_wh, right_wh)))


def _shift(
    start_s: Ints,
    length_s: Ints,
    energy_wh: Ints,
    known_start_s: Ints,
    known_length_s: Ints,
    known_wh: Ints,
    share: float,
) -> int | None:
    """Return by how much [s] the file is late on what is stored, if that explains it; None otherwise."""
    for shift_s in SHIFTS_S:
        here, there = _common(start_s - shift_s, length_s, known_start_s, known_length_s)
        lit = (energy_wh[here] > 0) | (known_wh[there] > 0)
        if lit.sum() < FEWEST_ASIDE:
            continue
        if _differ(energy_wh[here][lit], known_wh[there][lit]).mean() <= UNEXPLAINED * share:
            return shift_s
    return None


def _shifted(shift_s: int, shown: tuple[tuple[int, str], ...]) -> Doubt:
    hours = abs(shift_s) // HOUR_S
    way = "plus tard" if shift_s > 0 else "plus tôt"
    problem = (
        f"ce fichier donne les énergies déjà enregistrées, mais {hours} h {way} : "
        "l’une des deux horloges a tort"
    )
    remedy = (
        "exportez en heure locale, heure d’été comprise, ou dites le fuseau horaire en décrivant les colonnes"
    )
    return Doubt("clock", problem, remedy, shown)
