"""How buildings of a kind spread their heat over the week and the hours: the gas industry's load profiles.

The only module that knows `oemof.demand`, which holds the profiles of BDEW, VKU & GEODE, *Abwicklung von
Standardlastprofilen Gas* (2018). Asked once a kind for two weeks at every whole degree, it becomes a table.
"""

from __future__ import annotations

import difflib
import warnings
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from production.heat.errors import UnknownBuildingKind

Floats = npt.NDArray[np.float64]

# Kind → profile of BDEW and its building class (11: mean age of dwellings; 0: all others). Schools, halls
# and swimming pools have no profile of their own: the public and the lodging ones stand in (unverified).
KINDS = {
    "house": ("EFH", 11),
    "flats": ("MFH", 11),
    "school": ("GKO", 0),
    "offices": ("GKO", 0),
    "town_hall": ("GKO", 0),
    "sports_hall": ("GKO", 0),
    "meeting_hall": ("GKO", 0),
    "library": ("GKO", 0),
    "swimming_pool": ("GBH", 0),
    "care_home": ("GBH", 0),
    "hotel": ("GBH", 0),
    "restaurant": ("GGA", 0),
    "shop": ("GHA", 0),
    "services": ("GBD", 0),
    "workshop": ("GMK", 0),
}
# The library's temperature classes end at 40 °C, where one of its formulas divides by nothing.
COLDEST_C, WARMEST_C = -20, 39
DAYS_A_WEEK, HOURS_A_DAY = 7, 24


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """hours: part of the day's heat, shape (60 whole °C from -20, 7 weekdays from Monday, 24 hours) [1];
    weekdays: a day's heat over the mean day's, shape (7,) [1]."""

    hours: Floats
    weekdays: Floats

    def hour_shares(
        self, day_c: Floats, weekday: npt.NDArray[np.int64], hour: npt.NDArray[np.int64]
    ) -> Floats:
        """Part of its day's heat that falls in each hour, from the day's weighted temperature [°C]."""
        row = np.clip(np.ceil(day_c), COLDEST_C, WARMEST_C).astype(np.int64) - COLDEST_C
        return self.hours[row, weekday, hour]


def profile_of(kind: str) -> Profile:
    """The profile of a kind of building. Raises UnknownBuildingKind with the nearest names."""
    if kind not in KINDS:
        raise UnknownBuildingKind(kind, tuple(difflib.get_close_matches(kind, KINDS, n=3)))
    return _read(*KINDS[kind])


@cache
def _read(name: str, building_class: int) -> Profile:
    """Ask the library; every degree has two weeks, since its temperatures remember the three days before."""
    degrees = np.arange(COLDEST_C, WARMEST_C + 1)
    fortnight = 2 * DAYS_A_WEEK * HOURS_A_DAY
    times = pd.date_range("2001-01-01", periods=len(degrees) * fortnight, freq="h")  # a Monday
    temperature = pd.Series(np.repeat(degrees, fortnight).astype(float), index=times)
    with warnings.catch_warnings():
        # It still writes pandas' former words (weekday, inplace): harmless until pandas 4.
        warnings.simplefilter("ignore")
        from oemof.demand.bdew import HeatBuilding

        asked = HeatBuilding(
            times, temperature=temperature, shlp_type=name, building_class=building_class, wind_class=0
        )
        asked.get_normalized_bdew_profile()
        factors = np.asarray(asked.get_sf_values(), dtype=np.float64)
        weekdays = np.asarray(asked.get_weekday_parameters(), dtype=np.float64)
    hours = factors.reshape(len(degrees), 2, DAYS_A_WEEK, HOURS_A_DAY)[:, 1]
    week = weekdays[: DAYS_A_WEEK * HOURS_A_DAY : HOURS_A_DAY]
    # Published with four digits, a day's hours sum to 1 within 0.2 %, a week's days to 7 within 0.3 %.
    return Profile(hours / hours.sum(axis=2, keepdims=True), week / week.mean())
