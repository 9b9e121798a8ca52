"""Daily sums of readings that are at hand: the same figures as `storage.roll_up` finds in the database. Pure.

A reading belongs to the local day it starts on; what it covers of that day's daylight counts as covered.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from production.formats.series import Ints


@dataclass(frozen=True, slots=True)
class DaySums:
    """One row a day with any reading, shape (n,): its number among the days asked, Wh, seconds, seconds."""

    number: Ints
    energy_wh: Ints
    covered_s: Ints
    daylight_s: Ints


def day_sums(
    readings: pd.DataFrame,
    starts: Sequence[dt.datetime],
    sunrise: pd.DatetimeIndex,
    sunset: pd.DatetimeIndex,
) -> DaySums:
    """Sum `readings` (ascending) by the days that begin at `starts` [UTC], with the sun up in between.

    Every reading starts within one of these days.
    """
    start_s = readings["start"].to_numpy("M8[s]").astype(np.int64)
    begins_s = np.array([round(start.timestamp()) for start in starts])
    up_s, down_s = _seconds(sunrise), _seconds(sunset)
    day = np.searchsorted(begins_s, start_s, side="right") - 1
    end_s = start_s + readings["length_s"].to_numpy()
    covered = np.maximum(0, np.minimum(end_s, down_s[day]) - np.maximum(start_s, up_s[day]))
    # Ascending readings stand day by day: each sum runs from one first row to the next.
    first = np.flatnonzero(np.diff(day, prepend=-1))
    number = day[first]
    return DaySums(
        number=number,
        energy_wh=np.add.reduceat(readings["energy_wh"].to_numpy(), first),
        covered_s=np.add.reduceat(covered, first),
        daylight_s=down_s[number] - up_s[number],
    )


def _seconds(instants: pd.DatetimeIndex) -> Ints:
    seconds: Ints = instants.to_numpy("M8[s]").astype(np.int64)
    return seconds
