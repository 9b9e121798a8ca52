"""One meter's readings as arrays, beside the sun of the same days."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.interpolate import PchipInterpolator

from mine_de_soleil.core.calendar import day_bounds, days_bounds
from mine_de_soleil.core.calendar import days as days_between
from production.daylight import daylight
from production.fleet import PvPlant, build_fleet, expected_energy_wh
from production.neighbours.levels import clear_sky_ghi

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

HALF_HOUR_S = 1800
# The sun at which nothing is produced any more, refraction and twilight included.
DARK_ELEVATION_DEG = -2.0
# A clear sky is a ceiling here: cool panels in a breeze.
CEILING_AIR_C, CEILING_WIND_M_S = 8.0, 2.0


@dataclass(frozen=True, slots=True)
class Site:
    """Where a meter counts, and what its roof can at most."""

    plant: PvPlant
    zone: ZoneInfo

    @property
    def peak_power_w(self) -> float:
        return float(sum(array.peak_power_w for array in self.plant.arrays))

    @property
    def most_power_w(self) -> float:
        """More never comes out: inverters a tenth over their rating, panels a quarter (edges of clouds)."""
        return min(1.1 * self.plant.inverter_power_w, 1.25 * self.peak_power_w)


@dataclass(frozen=True, eq=False)
class ClearSky:
    """What the roof makes under a clear sky, added up from `start_s` on [Wh], every half hour."""

    start_s: int
    sum_wh: Floats

    def between(self, start_s: Ints, end_s: Ints) -> Floats:
        """Energy under a clear sky over each interval [Wh]; within a half hour the sum climbs smoothly."""
        return np.asarray(self._climb(end_s) - self._climb(start_s), dtype=float)

    @cached_property
    def _climb(self) -> PchipInterpolator:
        at = self.start_s + HALF_HOUR_S * np.arange(len(self.sum_wh))
        return PchipInterpolator(at, self.sum_wh)


def clear_sky(site: Site, first: dt.date, last: dt.date) -> ClearSky:
    """The clear sky over a roof from `first` to `last`, both included. Raises fleet.FleetError."""
    start, end = days_bounds(first, last, site.zone)
    index = pd.date_range(start, end, freq="30min", inclusive="left")
    fleet, step = build_fleet([site.plant]), dt.timedelta(seconds=HALF_HOUR_S)
    weather = pd.DataFrame(
        {
            "ghi": clear_sky_ghi(fleet, index, step),
            "temp_air": CEILING_AIR_C,
            "wind_speed": CEILING_WIND_M_S,
        },
        index=index,
    )
    energy = expected_energy_wh(fleet, weather, step).to_numpy()[:, 0]
    return ClearSky(int(start.timestamp()), np.concatenate([[0.0], np.cumsum(energy)]))


@dataclass(frozen=True, slots=True, eq=False)
class SunDays:
    """Local days with their bounds and their light, all in seconds since 1970, shape (days,)."""

    days: list[dt.date]
    start_s: Ints
    end_s: Ints
    light_from_s: Ints
    light_to_s: Ints
    dark_before_s: Ints
    dark_after_s: Ints


def sun_days(site: Site, first: dt.date, last: dt.date) -> SunDays:
    """The days from `first` to `last` at that site."""
    span = days_between(first, last)
    bounds = [day_bounds(day, site.zone) for day in span]
    place = site.plant.latitude, site.plant.longitude
    light, dark = daylight(span, *place), daylight(span, *place, DARK_ELEVATION_DEG)
    return SunDays(
        span,
        np.array([int(start.timestamp()) for start, _end in bounds], dtype=np.int64),
        np.array([int(end.timestamp()) for _start, end in bounds], dtype=np.int64),
        *(seconds(pd.Series(instants)) for instants in (*light, *dark)),
    )


def seconds(instants: pd.Series[pd.Timestamp]) -> Ints:
    """UTC instants as whole seconds since 1970."""
    return np.asarray(instants.dt.tz_convert("UTC").dt.tz_localize(None).astype("datetime64[s]")).astype(
        np.int64
    )


@dataclass(eq=False)
class MeterSeries:
    """Readings of one meter, ascending, with the sun over them. Arrays have the shape (readings,)."""

    site: Site
    sun: SunDays
    clear: ClearSky
    start_s: Ints
    end_s: Ints
    energy_wh: Floats
    source: Ints

    @cached_property
    def day(self) -> Ints:
        """The number of the day each reading begins on."""
        return np.asarray(np.searchsorted(self.sun.start_s, self.start_s, side="right") - 1, dtype=np.int64)

    @cached_property
    def length_s(self) -> Ints:
        return self.end_s - self.start_s

    @cached_property
    def power_w(self) -> Floats:
        return self.energy_wh / self.length_s * 3600

    @cached_property
    def clear_wh(self) -> Floats:
        return self.clear.between(self.start_s, self.end_s)

    @cached_property
    def clear_day_wh(self) -> Floats:
        """Energy of each day under a clear sky [Wh], shape (days,)."""
        return self.clear.between(self.sun.start_s, self.sun.end_s)

    @cached_property
    def day_wh(self) -> Floats:
        """Energy metered on each day [Wh], shape (days,)."""
        return np.asarray(np.bincount(self.day, self.energy_wh, len(self.sun.days)), dtype=float)

    @cached_property
    def heard(self) -> Bools:
        """Days with any reading, shape (days,)."""
        return np.bincount(self.day, minlength=len(self.sun.days)) > 0

    @cached_property
    def coverage(self) -> Floats:
        """Part of each day's light covered by readings [1], as `DailyEnergy` counts it, shape (days,)."""
        begin, end = self.sun.light_from_s, self.sun.light_to_s
        overlap = np.minimum(self.end_s, end[self.day]) - np.maximum(self.start_s, begin[self.day])
        covered = np.bincount(self.day, np.maximum(overlap, 0), len(self.sun.days))
        light = end - begin
        # Without any light the day asks for nothing.
        return np.asarray(np.divide(covered, light, out=np.ones(len(light)), where=light > 0))

    @cached_property
    def in_light(self) -> Bools:
        """Readings that lie wholly in daylight."""
        return (self.start_s >= self.sun.light_from_s[self.day]) & (
            self.end_s <= self.sun.light_to_s[self.day]
        )

    @cached_property
    def follows(self) -> Bools:
        """Readings that begin where the one before ended, with the same length."""
        joined = (self.start_s[1:] == self.end_s[:-1]) & (self.length_s[1:] == self.length_s[:-1])
        return np.concatenate([[False], joined])


def meter_series(readings: pd.DataFrame, site: Site, first: dt.date, last: dt.date) -> MeterSeries:
    """Readings (columns start [UTC], length_s, energy_wh, source; ascending) from `first` to `last`.

    What begins on other days is left out. Raises fleet.FleetError for a roof no engine can compute.
    """
    sun = sun_days(site, first, last)
    start = seconds(readings["start"])
    kept = (start >= sun.start_s[0]) & (start < sun.end_s[-1])
    start = start[kept]
    length = readings["length_s"].to_numpy(dtype=np.int64)[kept]
    return MeterSeries(
        site=site,
        sun=sun,
        clear=clear_sky(site, first, last),
        start_s=start,
        end_s=start + length,
        energy_wh=readings["energy_wh"].to_numpy(dtype=float)[kept],
        source=readings["source"].to_numpy(dtype=np.int64)[kept],
    )
