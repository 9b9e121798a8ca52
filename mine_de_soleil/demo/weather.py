"""Invented weather of the demo, in steps of ten minutes, one whole year at a time. Pure.

A year is drawn from a seed made of `SEED` and the year alone: whoever asks for a day of it, and when, gets
the same numbers, so the demo grows by a day each morning without touching its past. Days and hours come from
the product's own synthesis of a typical year (`production.synthesis`), fed with months a little brighter or
duller than usual; what is added here is clouds at ten minutes, warm and cold spells, snow and rain.

Years run in UTC+1 without summer time, so that they begin and end with the legal year in France.
"""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd
from pvlib import atmosphere, clearsky, irradiance, solarposition

from mine_de_soleil.demo.roofs import ALTITUDE_M, LATITUDE_DEG, LONGITUDE_DEG
from production.climate import get_monthly_climate
from production.synthesis import LINKE_TURBIDITY, SunYear, sun_year, synthesise_year

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

SEED = 62528
STEP = dt.timedelta(minutes=10)
STEPS_A_DAY, STEPS_AN_HOUR = 144, 6
# Any year of 365 days will do for the draw: a leap year plays its 28 February twice.
TEMPLATE_YEAR = 2025
LEAP_DAY = 59
MONTHLY_SPREAD = 0.08  # of a month's sunshine from year to year; a whole year then varies by about 3 %
FAINT_W_M2 = 30.0  # under such a clear sky the ratio to it says nothing
CLOUD_EDGE = 1.12  # light reflected by clouds, over the clear sky
DARKEST = 0.03


@dataclass(frozen=True, slots=True, eq=False)
class YearWeather:
    """One year: frame by UTC starts, ghi [W/m²], temp_air [°C], wind_speed [m/s]; days of rain, of snow."""

    frame: pd.DataFrame
    rain: Bools
    snowfall: Bools


@lru_cache(maxsize=8)
def year_weather(year: int) -> YearWeather:
    """The weather of one year in Loos-en-Gohelle as the demo invents it; shape (365 or 366 days x 144,)."""
    rng = np.random.default_rng([SEED, 2, year])
    hourly, sun = _hourly(rng, year)
    days = _template_days(year)
    index = year_index(year)
    clearness = _ten_minute_clearness(hourly["ghi"].to_numpy().reshape(365, 24), sun, days, rng)
    daily = clearness.reshape(-1, STEPS_A_DAY)[:, 60:84].mean(axis=1)  # the middle of the day
    temperature = _temperature(hourly["temp_air"].to_numpy().reshape(365, 24)[days], rng)
    frame = pd.DataFrame(
        {
            "ghi": np.round(clearness * _clear_ghi(index), 2),
            "temp_air": np.round(temperature, 2),
            "wind_speed": np.round(_wind(hourly["wind_speed"].to_numpy()[::24][days], rng), 2),
        },
        index=index,
    )
    cold = temperature.reshape(-1, STEPS_A_DAY).mean(axis=1) < 1.0
    chance = rng.random((2, len(days)))
    return YearWeather(
        frame=frame,
        rain=(daily < 0.5) & ~cold & (chance[0] < 0.7),
        snowfall=(daily < 0.55) & cold & (chance[1] < 0.6),
    )


def year_index(year: int) -> pd.DatetimeIndex:
    """UTC starts of the ten-minute steps of a year counted in UTC+1."""
    first = pd.Timestamp(year=year, month=1, day=1, tz="UTC") - pd.Timedelta(hours=1)
    return pd.date_range(first, periods=len(_template_days(year)) * STEPS_A_DAY, freq="10min", name="start")


def _template_days(year: int) -> npt.NDArray[np.int64]:
    """Day of the template, 0 to 364, for each day of the year."""
    days = np.arange(365)
    is_leap = pd.Timestamp(year=year, month=1, day=1).is_leap_year
    return np.insert(days, LEAP_DAY, LEAP_DAY - 1) if is_leap else days


def _hourly(rng: np.random.Generator, year: int) -> tuple[pd.DataFrame, SunYear]:
    """A year of hours whose months differ from the climate as those of real years do."""
    monthly, _ = get_monthly_climate(LATITUDE_DEG, LONGITUDE_DEG, ALTITUDE_M)
    factor = np.clip(rng.normal(1.0, MONTHLY_SPREAD, 12), 0.8, 1.2)
    monthly["ghi_kwh_m2"] *= factor
    # Diffuse light hardly grows with sunshine: the rest of it is beam.
    monthly["dhi_kwh_m2"] *= factor**0.2
    place = {"latitude": LATITUDE_DEG, "longitude": LONGITUDE_DEG, "altitude_m": ALTITUDE_M}
    hours = synthesise_year(monthly, **place, year=TEMPLATE_YEAR, seed=SEED + year)
    return hours, sun_year(**place, year=TEMPLATE_YEAR)


def _ten_minute_clearness(
    ghi: Floats, sun: SunYear, days: npt.NDArray[np.int64], rng: np.random.Generator
) -> Floats:
    """Sunshine over a clear sky's, shape (steps,) [1]: smooth on clear days, ragged under broken clouds."""
    clear = sun.clear_ghi_w_m2
    daily = ghi.sum(axis=1) / clear.sum(axis=1)
    hourly = np.divide(ghi, clear, out=np.repeat(daily[:, None], 24, axis=1), where=clear > FAINT_W_M2)
    # A fine day is fine all day: without this its hours would tremble by a few per cent.
    fine = np.clip((daily - 0.72) / 0.12, 0.0, 1.0)[:, None]
    hourly = ((1 - fine) * hourly + fine * daily[:, None])[days]
    middles = (np.arange(hourly.size * STEPS_AN_HOUR) + 0.5) / STEPS_AN_HOUR
    smooth = np.interp(middles, np.arange(hourly.size) + 0.5, hourly.ravel())
    # Even behind a thick cloud the rest of the sky sends its light.
    ragged = np.clip(smooth + _clouds(smooth, rng), np.maximum(0.3 * smooth, DARKEST), CLOUD_EDGE)
    return np.asarray(np.clip(ragged * _daily_ratio(smooth, ragged, clear[days]), DARKEST, CLOUD_EDGE))


def _clouds(clearness: Floats, rng: np.random.Generator) -> Floats:
    """Departures from the hour's clearness, none under a clear sky, most when half the sky is covered."""
    amount = 0.33 * np.sin(np.pi * np.clip((clearness - 0.05) / 0.8, 0.0, 1.0))
    # A saturating wave: sun or cloud, little in between.
    return np.asarray(amount * 1.2 * np.tanh(1.3 * _red_noise(rng, len(clearness), 0.6)))


def _daily_ratio(smooth: Floats, ragged: Floats, clear: Floats) -> Floats:
    """Factor that gives each day back the energy its clouds took or added, shape (steps,) [1]."""
    weight = np.repeat(clear, STEPS_AN_HOUR, axis=1)
    wanted = (smooth.reshape(-1, STEPS_A_DAY) * weight).sum(axis=1)
    found = (ragged.reshape(-1, STEPS_A_DAY) * weight).sum(axis=1)
    return np.repeat(np.clip(wanted / found, 0.7, 1.4), STEPS_A_DAY)


def _red_noise(rng: np.random.Generator, length: int, memory: float) -> Floats:
    """Unit-variance Gaussian series that remembers its last value, shape (length,)."""
    noise = rng.normal(size=length) * np.sqrt(1 - memory**2)
    noise[0] /= np.sqrt(1 - memory**2)
    # Terms older than forty steps weigh less than a millionth for the memories used here.
    kernel = memory ** np.arange(60)
    return np.asarray(np.convolve(noise, kernel)[:length])


def _clear_ghi(index: pd.DatetimeIndex) -> Floats:
    """Global irradiance of a clear sky at the middle of each step, shape (steps,) [W/m²]."""
    middle = index + pd.Timedelta(STEP) / 2
    position = solarposition.get_solarposition(middle, LATITUDE_DEG, LONGITUDE_DEG, altitude=ALTITUDE_M)
    normal = np.asarray(irradiance.get_extra_radiation(middle.day_of_year.to_numpy()), dtype=float)
    airmass = atmosphere.get_absolute_airmass(
        atmosphere.get_relative_airmass(position["apparent_zenith"]), atmosphere.alt2pres(ALTITUDE_M)
    )
    clear = clearsky.ineichen(position["apparent_zenith"], airmass, LINKE_TURBIDITY, ALTITUDE_M, normal)
    return np.asarray(np.nan_to_num(clear["ghi"].to_numpy()), dtype=float)


def _temperature(hourly: Floats, rng: np.random.Generator) -> Floats:
    """Air temperature, shape (steps,) [°C]: the usual day, plus spells of a few days, wider in winter."""
    days = len(hourly)
    middles = (np.arange(days * STEPS_A_DAY) + 0.5) / STEPS_A_DAY
    usual = np.interp(middles * 24, np.arange(days * 24) + 0.5, hourly.ravel())
    spread = 2.9 + 0.7 * np.cos(2 * np.pi * (np.arange(days) - 15) / 365)
    spells = np.interp(middles, np.arange(days) + 0.5, spread * _red_noise(rng, days, 0.75))
    return np.asarray(usual + spells)


def _wind(monthly_ms: Floats, rng: np.random.Generator) -> Floats:
    """Wind at 10 m, shape (steps,) [m/s]: days and gusts around the month's mean."""
    days = np.exp(0.4 * _red_noise(rng, len(monthly_ms), 0.5) - 0.08)
    gusts = np.exp(0.25 * _red_noise(rng, len(monthly_ms) * STEPS_A_DAY, 0.8) - 0.03)
    return np.asarray(np.repeat(monthly_ms * days, STEPS_A_DAY) * gusts)
