"""A roof, a sky drawn once, and its readings: what faults are put into."""

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from mine_de_soleil.core.calendar import day_bounds
from production.fleet import PvArray, PvPlant
from production.quality import DayVerdict, MeterSeries, Site, judge_days, meter_series
from production.quality.series import clear_sky

PARIS = ZoneInfo("Europe/Paris")
FIRST, LAST = dt.date(2025, 5, 1), dt.date(2025, 6, 30)
STEP_S = 600


def site(*, azimuth_deg: float = 180.0, peak_power_w: float = 50_000.0) -> Site:
    """A roof near Lens."""
    arrays = (PvArray(25.0, azimuth_deg, peak_power_w),)
    return Site(PvPlant(50.45, 2.8, 55.0, 0.9 * peak_power_w, arrays), PARIS)


ROOF = site()


@lru_cache(maxsize=8)
def _sound(roof: Site, first: dt.date, last: dt.date, step_s: int) -> pd.DataFrame:
    begin, end = day_bounds(first, PARIS)[0], day_bounds(last, PARIS)[1]
    start = pd.date_range(begin, end, freq=f"{step_s}s", inclusive="left")
    start_s = (start - pd.Timestamp(0, tz="UTC")) // pd.Timedelta(seconds=1)
    clear = clear_sky(roof, first, last).between(start_s.to_numpy(), start_s.to_numpy() + step_s)
    rng = np.random.default_rng(5)
    day_number = ((start - begin) / pd.Timedelta(days=1)).astype(int).to_numpy()
    through = rng.uniform(0.25, 1.0, day_number[-1] + 1)[day_number] * rng.uniform(0.8, 1.0, len(start))
    energy = np.rint(np.minimum(clear * through, roof.plant.inverter_power_w * step_s / 3600))
    return pd.DataFrame({"start": start, "length_s": step_s, "energy_wh": energy, "source": 1})


def sound(
    roof: Site = ROOF, first: dt.date = FIRST, last: dt.date = LAST, step_s: int = STEP_S
) -> pd.DataFrame:
    """Readings without a fault, under days from dull to clear; nights are there, as zeros."""
    return _sound(roof, first, last, step_s).copy()


def at(day: str, hour: float) -> pd.Timestamp:
    """An hour in Paris."""
    return pd.Timestamp(day, tz=PARIS) + pd.Timedelta(hours=hour)


def between(readings: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp) -> "pd.Series[bool]":
    """Readings that begin in a span."""
    return (readings["start"] >= first) & (readings["start"] < last)


def series_of(readings: pd.DataFrame, roof: Site = ROOF, last: dt.date = LAST) -> MeterSeries:
    return meter_series(readings, roof, FIRST, last)


def verdicts(readings: pd.DataFrame, roof: Site = ROOF, last: dt.date = LAST, **said) -> list[DayVerdict]:
    """One verdict a day from the first day on."""
    return judge_days(series_of(readings, roof, last), FIRST, **said)


def said_of(day: str, found: list[DayVerdict]) -> tuple[str, list[str]]:
    """State and kinds of findings of one day."""
    verdict = next(one for one in found if one.day == dt.date.fromisoformat(day))
    return verdict.state.value, [one.kind.value for one in verdict.findings]


def troubled(found: list[DayVerdict]) -> list[str]:
    """Days that aren't good."""
    return [one.day.isoformat() for one in found if one.state != "good"]
