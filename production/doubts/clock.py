"""A clock one or two hours off, told by the sun: panels that would produce in the dark."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np

from production.daylight import daylight
from production.doubts.doubt import MOST_LINES, Doubt
from production.formats.localtime import wall_clock
from production.formats.series import DAY_S, HOUR_S, Bools, Ints, local_days

# The sun a degree under the horizon: closed formulas, hills and haze together err by less.
DARK_ELEVATION_DEG = -1.0
# An interval in the dark counts from this share of its day's energy on; counters round, inverters hum.
DARK_SHARE = 0.0005
# Fewer days could be a lamp, a test, or a battery.
FEWEST_DAYS = 3
# How many of a season's days must show energy in the dark, and how few may once the clock is set right.
SHIFTED, SOUND = 0.5, 0.05
SHIFTS_S = (HOUR_S, -HOUR_S, 2 * HOUR_S, -2 * HOUR_S)


def doubt_clock(
    start_s: Ints,
    length_s: Ints,
    energy_wh: Ints,
    line: Ints,
    zone: ZoneInfo,
    latitude_deg: float,
    longitude_deg: float,
) -> Doubt | None:
    """Tell a file, shape (n,), whose production runs into the night and would not, an hour or two aside.

    Each season is judged on its own: a logger left in winter time is wrong in summer only. Intervals longer
    than an hour tell nothing. None where the sun agrees, or where no shift makes it agree.
    """
    fine = length_s <= HOUR_S
    if not fine.any():
        return None
    start_s, length_s, energy_wh, line = start_s[fine], length_s[fine], energy_wh[fine], line[fine]
    found: list[tuple[bool, int, Ints]] = []
    days = local_days(start_s, zone)
    summer = _is_summer(days, zone)
    for season in (True, False):
        rows = np.flatnonzero(summer == season)
        judged = _judge(
            start_s[rows], length_s[rows], energy_wh[rows], days[rows], zone, latitude_deg, longitude_deg
        )
        if judged:
            shift_s, dark = judged
            found.append((season, shift_s, rows[dark]))
    return _words(found, summer, start_s, energy_wh, line, zone) if found else None


def _is_summer(days: Ints, zone: ZoneInfo) -> Bools:
    """Whether summer time holds at noon of each local day, shape (n,)."""
    distinct, at = np.unique(days, return_inverse=True)
    noons = [dt.datetime(1970, 1, 1, 12, tzinfo=zone) + dt.timedelta(days=int(day)) for day in distinct]
    return np.array([bool(noon.dst()) for noon in noons], dtype=np.bool_)[at]


def _judge(
    start_s: Ints,
    length_s: Ints,
    energy_wh: Ints,
    days: Ints,
    zone: ZoneInfo,
    latitude_deg: float,
    longitude_deg: float,
) -> tuple[int, Bools] | None:
    """Return by how much [s] the clock is fast, and which rows lie in the dark; None where the sun agrees."""
    if not len(start_s):
        return None
    dark = _in_the_dark(start_s, length_s, energy_wh, days, latitude_deg, longitude_deg)
    if _share(days, dark, energy_wh) <= SHIFTED or len(np.unique(days[dark])) < FEWEST_DAYS:
        return None
    for shift_s in SHIFTS_S:
        moved = start_s - shift_s
        moved_days = local_days(moved, zone)
        still = _in_the_dark(moved, length_s, energy_wh, moved_days, latitude_deg, longitude_deg)
        if _share(moved_days, still, energy_wh) <= SOUND:
            return shift_s, dark
    return None


def _share(days: Ints, dark: Bools, energy_wh: Ints) -> float:
    """Return the share of days with production that have some in the dark."""
    lit = len(np.unique(days[energy_wh > 0]))
    return len(np.unique(days[dark])) / lit if lit else 0.0


def _in_the_dark(
    start_s: Ints, length_s: Ints, energy_wh: Ints, days: Ints, latitude_deg: float, longitude_deg: float
) -> Bools:
    """Mark the intervals wholly before dawn or after dusk with energy that counts, shape (n,)."""
    distinct, at = np.unique(days, return_inverse=True)
    dates = [dt.date(1970, 1, 1) + dt.timedelta(days=int(day)) for day in distinct]
    dawn, dusk = daylight(dates, latitude_deg, longitude_deg, DARK_ELEVATION_DEG)
    dawn_s = dawn.tz_localize(None).to_numpy().astype("M8[s]").astype(np.int64)[at]
    dusk_s = dusk.tz_localize(None).to_numpy().astype("M8[s]").astype(np.int64)[at]
    total = np.bincount(at, weights=energy_wh, minlength=len(distinct))[at]
    night = (start_s + length_s <= dawn_s) | (start_s >= dusk_s)
    # Near the poles the sun may not set: such a day has no dark.
    night &= (dusk_s - dawn_s > 0) & (dusk_s - dawn_s < DAY_S)
    return np.asarray(night & (energy_wh > np.maximum(1, DARK_SHARE * total)), dtype=np.bool_)


def _words(
    found: list[tuple[bool, int, Ints]],
    summer: Bools,
    start_s: Ints,
    energy_wh: Ints,
    line: Ints,
    zone: ZoneInfo,
) -> Doubt:
    dark = np.concatenate([rows for *_, rows in found])
    shifts = {shift_s for _, shift_s, _ in found}
    seasons = {season for season, *_ in found}
    whole = len(seasons) == len(set(summer.tolist()))
    when = "" if whole else (" en été" if True in seasons else " en hiver")
    shift_s = max(shifts, key=abs)
    way = "avance" if shift_s > 0 else "retarde"
    problem = (
        f"l’horloge de ce fichier {way} de {abs(shift_s) // HOUR_S} h{when} : il donne de la production dans "
        f"le noir ({len(dark)} relevés), et n’en donnerait plus une fois l’heure corrigée"
    )
    remedy = (
        "exportez en heure locale, heure d’été comprise ; ou dites le fuseau horaire du fichier en décrivant "
        "ses colonnes ; ou dites si chaque date est un début ou une fin"
    )
    shown = tuple(
        (int(line[i]), f"{wall_clock(int(start_s[i]), zone)} : {int(energy_wh[i])} Wh sans soleil")
        for i in dark[:MOST_LINES]
    )
    return Doubt("clock", problem, remedy, shown)
