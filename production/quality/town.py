"""The roofs of one town under a clear sky, day by day, all at once: the yardstick neighbours are read on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd

from production.fleet import PvPlant, build_fleet, expected_energy_wh
from production.neighbours.levels import clear_sky_ghi
from production.quality.series import CEILING_AIR_C, CEILING_WIND_M_S, Floats

# A clear day's energy changes by under 1 % a day: between days a week apart it is read off a straight line.
SAMPLE_DAYS = 7
HOUR = dt.timedelta(hours=1)


def clear_days_wh(plants: Sequence[PvPlant], days: Sequence[dt.date]) -> Floats:
    """Energy of each roof on each day under a clear sky [Wh], shape (days, plants).

    Raises fleet.FleetError.
    """
    sampled = [*days[:-1:SAMPLE_DAYS], days[-1]]
    energy = _clear_hours(plants, sampled).reshape(len(sampled), 24, len(plants)).sum(axis=1)
    known, asked = ([day.toordinal() for day in one] for one in (sampled, days))
    return np.column_stack([np.interp(asked, known, energy[:, n]) for n in range(len(plants))])


def clear_profiles_wh(plants: Sequence[PvPlant], year: int, month: int) -> Floats:
    """A clear day in the middle of that month by hour UTC [Wh], shape (24, plants).

    Raises fleet.FleetError.
    """
    return _clear_hours(plants, [dt.date(year, month, 15)])


def _clear_hours(plants: Sequence[PvPlant], days: Sequence[dt.date]) -> Floats:
    """Energy by hour of these UTC days [Wh], shape (24 x days, plants)."""
    start = pd.DatetimeIndex(np.repeat(pd.to_datetime(list(days)).to_numpy(), 24)).tz_localize("UTC")
    start += pd.to_timedelta(np.tile(np.arange(24), len(days)), unit="h")
    fleet = build_fleet(list(plants))
    weather = pd.DataFrame(
        {
            "ghi": clear_sky_ghi(fleet, start, HOUR),
            "temp_air": CEILING_AIR_C,
            "wind_speed": CEILING_WIND_M_S,
        },
        index=start,
    )
    return expected_energy_wh(fleet, weather, HOUR).to_numpy()
