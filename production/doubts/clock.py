"""A clock one or two hours off, told by the sun: panels that would produce in the dark."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class _Production:
    """The intervals with energy, shape (n,): `day` is the local civil day each begins on."""

    start_s: Ints
    length_s: Ints
    energy_wh: Ints
    day: Ints

    def of(self, rows: Bools) -> _Production:
        return _Production(self.start_s[rows], self.length_s[rows], self.energy_wh[rows], self.day[rows])

    def moved(self, by_s: int, zone: ZoneInfo) -> _Production:
        """The same, with the clock set back by `by_s`."""
        start_s = self.start_s - by_s
        return _Production(start_s, self.length_s, self.energy_wh, local_days(start_s, zone))


@dataclass(frozen=True, slots=True)
class _Sun:
    """Dawn and dusk [s UTC] of each of `days`, ascending, shape (d,)."""

    days: Ints
    dawn_s: Ints
    dusk_s: Ints

    @classmethod
    def over(cls, day: Ints, latitude_deg: float, longitude_deg: float) -> _Sun:
        """Of the days that occur, and of those around them, where a moved clock may lead."""
        days = np.unique(np.unique(day)[:, None] + np.array([-1, 0, 1]))
        dates = [dt.date(1970, 1, 1) + dt.timedelta(days=int(one)) for one in days]
        dawn, dusk = daylight(dates, latitude_deg, longitude_deg, DARK_ELEVATION_DEG)
        return cls(
            days,
            *(light.tz_localize(None).to_numpy().astype("M8[s]").astype(np.int64) for light in (dawn, dusk)),
        )


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
    told = (length_s <= HOUR_S) & (energy_wh > 0)
    if not told.any():
        return None
    start_s, length_s, energy_wh, line = start_s[told], length_s[told], energy_wh[told], line[told]
    all_year = _Production(start_s, length_s, energy_wh, local_days(start_s, zone))
    sun = _Sun.over(all_year.day, latitude_deg, longitude_deg)
    summer = _is_summer(all_year.day, zone)
    found: list[tuple[bool, int, Ints]] = []
    for season in (True, False):
        rows = summer == season
        judged = _judge(all_year.of(rows), sun, zone) if rows.any() else None
        if judged:
            shift_s, dark = judged
            found.append((season, shift_s, np.flatnonzero(rows)[dark]))
    return _words(found, summer, start_s, energy_wh, line, zone) if found else None


def _is_summer(day: Ints, zone: ZoneInfo) -> Bools:
    """Whether summer time holds at noon of each local day, shape (n,)."""
    distinct, at = np.unique(day, return_inverse=True)
    noons = [dt.datetime(1970, 1, 1, 12, tzinfo=zone) + dt.timedelta(days=int(one)) for one in distinct]
    return np.array([bool(noon.dst()) for noon in noons], dtype=np.bool_)[at]


def _judge(made: _Production, sun: _Sun, zone: ZoneInfo) -> tuple[int, Bools] | None:
    """Return by how much [s] the clock is fast, and which rows lie in the dark; None where the sun agrees."""
    dark = _in_the_dark(made, sun)
    if _share(made.day, dark) <= SHIFTED or len(np.unique(made.day[dark])) < FEWEST_DAYS:
        return None
    for shift_s in SHIFTS_S:
        moved = made.moved(shift_s, zone)
        if _share(moved.day, _in_the_dark(moved, sun)) <= SOUND:
            return shift_s, dark
    return None


def _share(day: Ints, dark: Bools) -> float:
    """Return the share of days with production that have some in the dark."""
    return len(np.unique(day[dark])) / len(np.unique(day))


def _in_the_dark(made: _Production, sun: _Sun) -> Bools:
    """Mark the intervals wholly before dawn or after dusk with energy that counts, shape (n,)."""
    at = np.searchsorted(sun.days, made.day)
    dawn_s, dusk_s = sun.dawn_s[at], sun.dusk_s[at]
    night = (made.start_s + made.length_s <= dawn_s) | (made.start_s >= dusk_s)
    # Near the poles the sun may not set: such a day has no dark.
    night &= (dusk_s - dawn_s > 0) & (dusk_s - dawn_s < DAY_S)
    of_its_day_wh = np.bincount(at, weights=made.energy_wh)[at]
    return np.asarray(night & (made.energy_wh > np.maximum(1, DARK_SHARE * of_its_day_wh)), dtype=np.bool_)


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
    whole = len(seasons) == len(np.unique(summer))
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
