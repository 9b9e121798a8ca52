"""Eight invented roofs whose meters differ as real ones do, for `benchmarks.neighbours`.

The demo's generator gives weather, orientations, ageing, snow and each roof's own error. Added here, drawn
for each roof of each town: another share of clouds, dust that gathers and washes off at its own pace, an
obstacle that takes the low sun, the meter's and the day's small errors, days without reading. What is
drawn, and how much, is an assumption of ours (confidence M: no published figure stands behind it).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd
from pvlib import solarposition

from mine_de_soleil.demo import series
from mine_de_soleil.demo.roofs import ALTITUDE_M, LATITUDE_DEG, LONGITUDE_DEG, ROOFS
from mine_de_soleil.demo.weather import YearWeather, year_weather
from production.climate import get_monthly_climate
from production.fleet import build_fleet
from production.neighbours.levels import clear_sky_ghi, output_by_level
from production.synthesis import synthesise_year

Floats = npt.NDArray[np.float64]
HOUR = timedelta(hours=1)
METERING = series.Metering(ROOFS, series.BIAS, series.FIRST_DAY, HOUR)
FLEET = build_fleet([series.describe(roof) for roof in ROOFS])
PLANTS = len(ROOFS)

CLOUD_SPREAD = 0.08  # of an hour's energy between two roofs of a town under broken clouds, one deviation
DAY_SPREAD = 0.006  # what nothing explains, each roof each day
DUST_A_DRY_DAY = (0.0002, 0.0016)  # from a steep to a flat roof beside a road
MOST_DUST = 0.05
WASHED = (0.6, 1.0)  # of the dust, by one rain
SHADED_ROOFS = 0.6  # of all roofs
GAPS_A_YEAR = 2.0  # silences of one to six days


@dataclass(frozen=True, slots=True, eq=False)
class Town:
    """Consecutive years of hourly meters: metered_wh, shape (hours, plants) [Wh], NaN where silent;
    by_level_wh, shape (levels, hours, plants) [Wh]; day: number of each hour's day; date of each day."""

    metered_wh: Floats
    by_level_wh: Floats
    day: npt.NDArray[np.int64]
    dates: npt.NDArray[np.datetime64]


@lru_cache(maxsize=2)
def town(first_year: int, draw: int, years: int = 2, clouds: float = CLOUD_SPREAD) -> Town:
    """Eight roofs over consecutive years of UTC+1; ``draw`` chooses the roofs' own quirks."""
    rng = np.random.default_rng([first_year, draw, 5])
    parts = [series.year_energy(year, METERING) for year in range(first_year, first_year + years)]
    weathers = [year_weather(year) for year in range(first_year, first_year + years)]
    whole = pd.concat(parts)
    index, energy = pd.DatetimeIndex(whole.index), whole.to_numpy().astype(float)
    clearness = _clearness(index, weathers)
    energy *= _clouds(rng, clearness, clouds) * _shade(rng, index, clearness)
    energy *= np.repeat(_dust(rng, weathers) * _daily(rng, len(index) // 24), 24, axis=0)
    energy[np.repeat(_silent(rng, len(index) // 24), 24, axis=0)] = np.nan
    local = index.tz_convert("Etc/GMT-1").tz_localize(None)
    return Town(
        metered_wh=np.round(energy),
        by_level_wh=_levels(first_year, years),
        day=np.repeat(np.arange(len(index) // 24), 24),
        dates=local.to_numpy()[::24].astype("datetime64[D]"),
    )


@lru_cache(maxsize=4)
def _levels(first_year: int, years: int) -> Floats:
    """The scale meters are read on: the temperature and wind of an ordinary year, not of that one."""
    monthly, _ = get_monthly_climate(LATITUDE_DEG, LONGITUDE_DEG, ALTITUDE_M)
    usual = synthesise_year(monthly, latitude=LATITUDE_DEG, longitude=LONGITUDE_DEG, altitude_m=ALTITUDE_M)
    parts = []
    for year in range(first_year, first_year + years):
        start = pd.DatetimeIndex(series.year_energy(year, METERING).index)
        hours = np.minimum(np.arange(len(start)), len(usual) - 1)
        columns = usual.iloc[hours]
        parts.append(
            output_by_level(
                FLEET, start, HOUR, columns["temp_air"].to_numpy(), columns["wind_speed"].to_numpy()
            )
        )
    return np.concatenate(parts, axis=1)


def _clearness(index: pd.DatetimeIndex, weathers: list[YearWeather]) -> Floats:
    """Sunlight over the clear sky's, shape (hours,) [1]; the night counts as dull."""
    ghi = np.concatenate([w.frame["ghi"].resample("1h").mean().to_numpy() for w in weathers])
    clear = clear_sky_ghi(FLEET, index, HOUR)
    return np.asarray(np.clip(np.divide(ghi, clear, out=np.zeros_like(ghi), where=clear > 20), 0.0, 1.0))


def _clouds(rng: np.random.Generator, clearness: Floats, spread: float) -> Floats:
    """Another share of clouds over each roof: most under broken clouds, none under a clear or closed sky."""
    broken = 4 * clearness * (1 - clearness)
    noise = rng.normal(size=(len(clearness), PLANTS))
    return np.asarray(np.clip(1 + spread * broken[:, None] * noise, 0.3, 1.7))


def _shade(rng: np.random.Generator, index: pd.DatetimeIndex, clearness: Floats) -> Floats:
    """An obstacle on some roofs: where the sun passes behind it, part of the beam is lost."""
    sun = solarposition.get_solarposition(index + HOUR / 2, LATITUDE_DEG, LONGITUDE_DEG)
    height, azimuth = sun["elevation"].to_numpy()[:, None], sun["azimuth"].to_numpy()[:, None]
    middle, half = rng.uniform(95, 265, PLANTS), rng.uniform(15, 45, PLANTS)
    top, taken = rng.uniform(8, 22, PLANTS), rng.uniform(0.15, 0.6, PLANTS)
    taken *= rng.random(PLANTS) < SHADED_ROOFS
    behind = np.clip((top - height) / 6 + 0.5, 0, 1) * (np.abs(azimuth - middle) < half)
    beam = np.clip((clearness - 0.3) / 0.6, 0, 0.9)[:, None]
    return np.asarray(1 - behind * taken * beam)


def _dust(rng: np.random.Generator, weathers: list[YearWeather]) -> Floats:
    """What each roof's own dust lets through, shape (days, plants) [1], beyond the dust common to all."""
    rained = np.concatenate([w.rain | w.snowfall for w in weathers])
    rate, washed = rng.uniform(*DUST_A_DRY_DAY, PLANTS), rng.uniform(*WASHED, PLANTS)
    level, levels = np.zeros(PLANTS), []
    for rain in rained:
        level = level * (1 - washed) if rain else np.minimum(level + rate, MOST_DUST)
        levels.append(level)
    return 1 - np.array(levels)


def _daily(rng: np.random.Generator, days: int) -> Floats:
    return np.asarray(1 + DAY_SPREAD * rng.normal(size=(days, PLANTS)))


def _silent(rng: np.random.Generator, days: int) -> npt.NDArray[np.bool_]:
    """Days without any reading, shape (days, plants)."""
    silent = np.zeros((days, PLANTS), dtype=bool)
    for plant in range(PLANTS):
        for start in rng.integers(0, days, rng.poisson(GAPS_A_YEAR * days / 365)):
            silent[start : start + rng.integers(1, 7), plant] = True
    return silent
