"""When the sun is high enough for a roof to count: the hours in which a missing reading is a gap.

Inverters sleep at night and their portals then send nothing, so a day is complete when its
*daylight* is covered. Pure; pvlib's closed formulas (Spencer 1971) are exact to about two minutes,
far finer than a reading.
"""

import datetime as dt

import numpy as np
import numpy.typing as npt
import pandas as pd
from pvlib import solarposition

# Below this height inverters wake and doze at their own moment; the energy there is under 1 % of a day's.
MINIMUM_ELEVATION_DEG = 5.0


def daylight(
    days: list[dt.date],
    latitude_deg: float,
    longitude_deg: float,
    elevation_deg: float = MINIMUM_ELEVATION_DEG,
) -> tuple[pd.DatetimeIndex, pd.DatetimeIndex]:
    """First and last instant (UTC) of each local day with the sun above `elevation_deg`, shape (days,).

    Where the sun never gets that high both are solar noon, so the day asks for nothing.
    """
    noon_utc = pd.DatetimeIndex(pd.to_datetime(days)).tz_localize("UTC") + pd.Timedelta(hours=12)
    day_of_year = noon_utc.day_of_year.to_numpy()
    half_day_h = np.degrees(_half_angle(day_of_year, np.radians(latitude_deg), elevation_deg)) / 15
    equation_of_time_min = solarposition.equation_of_time_spencer71(day_of_year)
    transit = noon_utc - pd.to_timedelta(longitude_deg * 4 + equation_of_time_min, unit="min")
    half_day = pd.to_timedelta(half_day_h, unit="h")
    return (transit - half_day).floor("s"), (transit + half_day).floor("s")


def _half_angle(
    day_of_year: npt.NDArray[np.int32], latitude: float, elevation_deg: float
) -> npt.NDArray[np.float64]:
    """Hour angle [rad] at which the sun crosses an elevation; 0 where it never does."""
    declination = solarposition.declination_spencer71(day_of_year)
    height = np.sin(np.radians(elevation_deg))
    cosine = (height - np.sin(latitude) * np.sin(declination)) / (np.cos(latitude) * np.cos(declination))
    return np.asarray(np.arccos(np.clip(cosine, -1.0, 1.0)))
