"""The roofs of one town under a clear sky, day by day, all at once: the yardstick neighbours are read on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd

from production.fleet import PvPlant, build_fleet, expected_energy_wh
from production.neighbours.levels import clear_sky_ghi
from production.quality.series import CEILING_AIR_C, CEILING_WIND_M_S, Floats

HOUR = dt.timedelta(hours=1)


def clear_days_wh(plants: Sequence[PvPlant], first: dt.date, last: dt.date) -> Floats:
    """Energy of each roof on each UTC day under a clear sky [Wh], shape (days, plants).

    A clear day is much like the next: far from Greenwich the UTC day does for the local one. Raises
    fleet.FleetError.
    """
    hours = _clear_hours(plants, first, last)
    return np.asarray(hours.reshape(-1, 24, len(plants)).sum(axis=1), dtype=float)


def clear_profiles_wh(plants: Sequence[PvPlant], year: int, month: int) -> Floats:
    """A clear day in the middle of that month by hour UTC [Wh], shape (24, plants)."""
    middle = dt.date(year, month, 15)
    return _clear_hours(plants, middle, middle)


def _clear_hours(plants: Sequence[PvPlant], first: dt.date, last: dt.date) -> Floats:
    """Energy by hour [Wh], shape (24 x days, plants)."""
    start = pd.date_range(first, last + dt.timedelta(days=1), freq="h", tz="UTC", inclusive="left")
    fleet = build_fleet(list(plants))
    weather = pd.DataFrame(
        {
            "ghi": clear_sky_ghi(fleet, start, HOUR),
            "temp_air": CEILING_AIR_C,
            "wind_speed": CEILING_WIND_M_S,
        },
        index=start,
    )
    return np.asarray(expected_energy_wh(fleet, weather, HOUR).to_numpy(), dtype=float)
