"""A study month by month: energy and its band, light, performance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from production.fleet import LossStages
from production.fleet.sky import STANDARD_TIME
from production.fleet.sun import sun_over, sun_series
from production.uncertainty import UncertaintyItem, band, monthly_weather_item

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
MONTHS = 12


@dataclass(frozen=True, slots=True)
class StudyMonth:
    """One month of standard time (UTC+1).

    p50_wh, p10_wh, p75_wh, p90_wh: energy and its band [Wh]. horizontal_kwh_m2, plane_kwh_m2: light on flat
    ground and on the modules' planes before any horizon, weighted by their power [kWh/m²]. yield_kwh_kwp:
    energy for each kilowatt of modules [kWh/kWp]. performance_ratio: that over the light on the planes [1]
    (IEC 61724-1), 0 without light. weather_deviation: how much the month's weather varies, relative standard
    deviation [1].
    """

    month: int
    p50_wh: int
    p10_wh: int
    p75_wh: int
    p90_wh: int
    horizontal_kwh_m2: float
    plane_kwh_m2: float
    yield_kwh_kwp: float
    performance_ratio: float
    weather_deviation: float


def study_months(
    energy_wh: Ints, stages: LossStages, peak_w: float, items: Sequence[Sequence[UncertaintyItem]]
) -> tuple[StudyMonth, ...]:
    """Twelve months from their energy [Wh], shape (12,), and the stages of a fleet of one; peak_w [W].

    items: what makes each of the twelve months uncertain, its weather first. Raises UncertaintyError.
    """
    light = stages.monthly(0)
    rows = zip(energy_wh.tolist(), light.loc["horizontal"], light.loc["plane"], items, strict=True)
    return tuple(
        _month(number, wh, flat / peak_w, plane / peak_w, peak_w, causes)
        for number, (wh, flat, plane, causes) in enumerate(rows, 1)
    )


def _month(
    number: int, wh: int, flat: float, plane: float, peak_w: float, items: Sequence[UncertaintyItem]
) -> StudyMonth:
    """flat, plane: light [kWh/m²]; one sun on one kilowatt makes one kilowatt, so Wh / W is just that."""
    p10, p75, p90 = (round(band(wh, items, probability)) for probability in (0.1, 0.75, 0.9))
    specific = wh / peak_w
    return StudyMonth(
        month=number,
        p50_wh=wh,
        p10_wh=p10,
        p75_wh=p75,
        p90_wh=p90,
        horizontal_kwh_m2=float(flat),
        plane_kwh_m2=float(plane),
        yield_kwh_kwp=specific,
        performance_ratio=specific / float(plane) if plane > 0 else 0.0,
        weather_deviation=items[0].standard_deviation,
    )


def month_index(starts: pd.DatetimeIndex) -> Ints:
    """Month of standard time of each UTC start, 0 to 11."""
    return starts.tz_convert(STANDARD_TIME).month.to_numpy().astype(np.int64) - 1


def month_weather_items(
    weather: pd.DataFrame, interval: timedelta, *, latitude: float, longitude: float, altitude_m: float = 0.0
) -> tuple[UncertaintyItem, ...]:
    """How each month's weather varies from year to year, from the clearness of its days in this weather.

    latitude, longitude [°], altitude_m [m]. Twelve items; see `uncertainty.monthly_weather_item` for the law
    and what it leaves out.
    """
    clearness, month = _daily_clearness(weather, interval, (latitude, longitude, altitude_m))
    found = []
    for number in range(MONTHS):
        days = clearness[month == number]
        spread = float(days.std(ddof=1)) if len(days) > 1 else 0.0
        # A month of polar night, or one of a cloudless desert: no day differs from another.
        mean = float(np.clip(days.mean() if len(days) else 0.5, 0.01, 0.99))
        found.append(monthly_weather_item(mean, spread))
    return tuple(found)


def _daily_clearness(
    weather: pd.DataFrame, interval: timedelta, place: tuple[float, float, float]
) -> tuple[Floats, Ints]:
    """Irradiation of each day over what reaches the top of the air [1], and its month, 0 to 11."""
    starts = pd.DatetimeIndex(weather.index)
    series = sun_series(starts + pd.Timedelta(interval) / 2)
    _, zenith, _ = sun_over(place, series)
    extra = series.normal * np.maximum(np.cos(np.radians(zenith)), 0.0)
    local = starts.tz_convert(STANDARD_TIME)
    frame = pd.DataFrame({"ghi": weather["ghi"].to_numpy(), "extra": extra, "month": local.month - 1})
    days = frame.groupby(local.date).agg({"ghi": "sum", "extra": "sum", "month": "first"})
    lit = days[days["extra"] > 0]
    clearness = (lit["ghi"] / lit["extra"]).to_numpy(dtype=np.float64)
    return clearness, lit["month"].to_numpy().astype(np.int64)
