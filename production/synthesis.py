"""A typical year, hour by hour, synthesised from twelve monthly figures.

Days: a Gaussian first-order autoregression with coefficient 0.29 (Graham, Hollands & Unny 1988, Solar Energy
40, 83-92) is mapped, month by month, on a beta distribution that has the month's mean clearness index and
its given daily standard deviation. Hours: the time-dependent autoregressive Gaussian model TAG (Aguiar &
Collares-Pereira 1992, Solar Energy 49, 167-174). Upper limit: the clear sky of Ineichen & Perez (2002, Solar
Energy 73, 151-157) with Linke turbidity 2, a very clean and dry air. Diffuse: Driesse's continuous form of
Erbs et al. (1982), in pvlib. ``docs/algorithms/typical-year.md`` tells the formulas, the departures from the
papers and the weaknesses.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from pvlib import atmosphere, clearsky, irradiance, solarposition
from scipy.special import betaincinv, ndtr, ndtri

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

DAYS, HOURS = 365, 24
STANDARD_TIME_OFFSET = pd.Timedelta(hours=1)  # months are those of UTC+1, as in the French typical-year files
TYPICAL_YEAR = 2025
DEFAULT_SEED = 1992
DAILY_AUTOCORRELATION = 0.29
LINKE_TURBIDITY = 2.0
# A real year's clearest days reach 0.94 to 0.98 of that clear sky (Trappes), its darkest 0.05 to 0.1.
CLEAREST_DAY, DARKEST_DAY_KT = 0.98, 0.04
DARKEST_HOUR_KT = 0.005
WARMEST_SOLAR_HOUR = 15.0
DECIMALS = 4  # [W/m²]: hides what differs in the last bits between machines, so that a hash is worth having
REQUIRED = ("ghi_kwh_m2", "dhi_kwh_m2", "kt_daily_std", "temp_mean_c", "temp_daily_range_c", "wind_ms")


class SynthesisError(ValueError):
    """Monthly figures that no year of hours can have."""


@dataclass(frozen=True, slots=True)
class SunYear:
    """The sun of one year at one place; arrays have shape (365, 24), days of UTC+1 by hours, at mid-hour.

    cos_zenith [1], zero at night; extra_w_m2, clear_ghi_w_m2: on the horizontal [W/m²]; normal_w_m2,
    clear_dni_w_m2: across the beam [W/m²]; solar_hour [h]. month, shape (365,): 0 to 11.
    """

    start: pd.DatetimeIndex
    month: Ints
    cos_zenith: Floats
    normal_w_m2: Floats
    extra_w_m2: Floats
    clear_ghi_w_m2: Floats
    clear_dni_w_m2: Floats
    solar_hour: Floats


def synthesise_year(
    monthly: pd.DataFrame,
    *,
    latitude: float,
    longitude: float,
    altitude_m: float = 0.0,
    year: int = TYPICAL_YEAR,
    seed: int = DEFAULT_SEED,
) -> pd.DataFrame:
    """Hourly year with the monthly figures of ``monthly`` (as `climate.get_monthly_climate` gives them).

    latitude, longitude [°], altitude_m [m]; ``year`` must not be a leap year. Returns 8,760 rows indexed by
    the UTC start of each hour, from 1 January 00:00 UTC+1, with ghi, dni, dhi [W/m²], temp_air [°C],
    wind_speed [m/s]. The same arguments give the same numbers. Raises SynthesisError.
    """
    _check_monthly(monthly, year)
    sun = sun_year(latitude, longitude, altitude_m, year)
    rng = np.random.default_rng(seed)
    daily_kt = daily_clearness(monthly, sun, rng)
    ghi = _hourly_global(daily_kt, sun, rng)
    ghi = np.round(_scale_months(ghi, monthly["ghi_kwh_m2"].to_numpy() * 1000, sun.month), DECIMALS)
    dhi = np.round(_hourly_diffuse(ghi, monthly["dhi_kwh_m2"].to_numpy() * 1000, sun), DECIMALS)
    beam = np.maximum(ghi - dhi, 0.0)
    dni = np.divide(beam, sun.cos_zenith, out=np.zeros_like(beam), where=beam > 0)
    temp_air = _hourly_temperature(monthly, daily_kt, sun)
    wind_speed = np.repeat(monthly["wind_ms"].to_numpy()[sun.month], HOURS)
    columns = {
        "ghi": ghi.ravel(),
        "dni": np.round(dni.ravel(), DECIMALS),
        "dhi": dhi.ravel(),
        "temp_air": np.round(temp_air.ravel(), DECIMALS),
        "wind_speed": np.round(wind_speed, DECIMALS),
    }
    return pd.DataFrame(columns, index=sun.start)


def sun_year(latitude: float, longitude: float, altitude_m: float, year: int) -> SunYear:
    """Sun and clear sky of a non-leap year: latitude, longitude [°], altitude_m [m]."""
    first = pd.Timestamp(year=year, month=1, day=1, tz="UTC") - STANDARD_TIME_OFFSET
    start = pd.date_range(first, periods=DAYS * HOURS, freq="h", name="start")
    middle = start + pd.Timedelta(minutes=30)
    position = solarposition.get_solarposition(middle, latitude, longitude, altitude=altitude_m)
    # pandas 3.1 warns of what pvlib 0.16 asks a DatetimeIndex, so pvlib gets the day of the year
    normal = np.asarray(irradiance.get_extra_radiation(middle.day_of_year.to_numpy()), dtype=float)
    pressure = atmosphere.alt2pres(altitude_m)
    relative = atmosphere.get_relative_airmass(position["apparent_zenith"])
    airmass = atmosphere.get_absolute_airmass(relative, pressure)
    clear = clearsky.ineichen(position["apparent_zenith"], airmass, LINKE_TURBIDITY, altitude_m, normal)
    cos_zenith = np.maximum(np.cos(np.radians(position["zenith"].to_numpy())), 0.0)
    clear_ghi = np.minimum(clear["ghi"].to_numpy(), normal * cos_zenith)
    hour_angle = solarposition.hour_angle(middle, longitude, position["equation_of_time"].to_numpy())
    return SunYear(
        start=start,
        month=(start + STANDARD_TIME_OFFSET).month.to_numpy().reshape(DAYS, HOURS)[:, 0].astype(np.int64) - 1,
        cos_zenith=_days(cos_zenith),
        normal_w_m2=_days(normal),
        extra_w_m2=_days(normal * cos_zenith),
        clear_ghi_w_m2=_days(clear_ghi),
        clear_dni_w_m2=_days(clear["dni"].to_numpy()),
        solar_hour=_days(12 + np.asarray(hour_angle) / 15) % HOURS,
    )


def daily_clearness(monthly: pd.DataFrame, sun: SunYear, rng: np.random.Generator) -> Floats:
    """Clearness index of each day, shape (365,) [1], with the months' irradiation and standard deviation."""
    order = _autoregression(rng, DAYS, DAILY_AUTOCORRELATION)
    extra = sun.extra_w_m2.sum(axis=1)
    highest = CLEAREST_DAY * sun.clear_ghi_w_m2.sum(axis=1) / extra
    kt = np.empty(DAYS)
    for m in range(12):
        days = sun.month == m
        mean = float(monthly["ghi_kwh_m2"].iloc[m]) * 1000 / extra[days].sum()
        std = float(monthly["kt_daily_std"].iloc[m])
        ranks = (order[days].argsort().argsort() + 0.5) / days.sum()
        draw = _beta_quantiles(ranks, mean, std, float(highest[days].mean()), m + 1)
        kt[days] = _match_moments(draw, extra[days], mean, std, highest[days])
    return kt


def _check_monthly(monthly: pd.DataFrame, year: int) -> None:
    if calendar.isleap(year):
        raise SynthesisError(f"{year} is a leap year; a typical year has 8,760 hours")
    missing = [name for name in REQUIRED if name not in monthly]
    if missing or len(monthly) != 12:
        raise SynthesisError(
            f"twelve months of {', '.join(REQUIRED)} needed; missing: {missing}, rows: {len(monthly)}"
        )
    values = monthly[list(REQUIRED)].to_numpy(dtype=float)
    if not np.isfinite(values).all():
        raise SynthesisError("a monthly figure is not a number")
    if (monthly["dhi_kwh_m2"] > monthly["ghi_kwh_m2"]).any():
        raise SynthesisError("a month has more diffuse than global irradiation")


def _days(values: Floats) -> Floats:
    return np.asarray(values, dtype=float).reshape(DAYS, HOURS)


def _autoregression(rng: np.random.Generator, length: int, coefficient: float) -> Floats:
    """Unit-variance Gaussian series x(i) = c x(i-1) + sqrt(1 - c²) e(i), shape (length,)."""
    noise = ndtri(rng.random(length))
    series = np.empty(length)
    series[0] = noise[0]
    innovation = np.sqrt(1 - coefficient**2)
    for i in range(1, length):
        series[i] = coefficient * series[i - 1] + innovation * noise[i]
    return series


def _beta_quantiles(ranks: Floats, mean: float, std: float, highest: float, month: int) -> Floats:
    """Quantiles of the beta distribution on [DARKEST_DAY_KT, highest] with this mean and deviation."""
    width = highest - DARKEST_DAY_KT
    centre = (mean - DARKEST_DAY_KT) / width
    if not 0 < centre < 1:
        raise SynthesisError(
            f"month {month}: mean clearness {mean:.3f} is outside {DARKEST_DAY_KT} to {highest:.3f}"
        )
    concentration = centre * (1 - centre) / (std / width) ** 2 - 1
    if concentration <= 0:
        raise SynthesisError(f"month {month}: no days between dark and clear vary by {std} around {mean:.3f}")
    spread = betaincinv(centre * concentration, (1 - centre) * concentration, ranks)
    return np.asarray(DARKEST_DAY_KT + width * spread)


def _match_moments(kt: Floats, extra: Floats, mean: float, std: float, highest: Floats) -> Floats:
    """Stretch and shift days until energy (exactly) and spread (to rounding) are the month's, limits kept."""
    for _ in range(60):
        centre = kt.mean()
        kt = centre + (kt - centre) * std / kt.std(ddof=1)
        for _ in range(20):
            kt = np.clip(kt + mean - (kt @ extra) / extra.sum(), DARKEST_DAY_KT, highest)
    return kt


def _tag_mean(kt: Floats, sin_height: Floats) -> Floats:
    """Mean hourly clearness for a daily one, TAG: lambda + epsilon exp(-kappa / sin h)."""
    level = -0.19 + 1.12 * kt + 0.24 * np.exp(-8 * kt)
    rise = 0.32 - 1.6 * (kt - 0.5) ** 2
    slope = 0.19 + 2.27 * kt**2 - 2.51 * kt**3
    return np.asarray(level + rise * np.exp(-slope / np.maximum(sin_height, 1e-3)))


def _tag_std(kt: Floats, sin_height: Floats) -> Floats:
    """Standard deviation of hourly clearness, TAG: A exp(B (1 - sin h))."""
    scale = 0.14 * np.exp(-20 * (kt - 0.35) ** 2)
    growth = 3 * (kt - 0.45) ** 2 + 16 * kt**5
    return np.asarray(scale * np.exp(growth * (1 - sin_height)))


def _hourly_global(daily_kt: Floats, sun: SunYear, rng: np.random.Generator) -> Floats:
    """Global horizontal irradiance, shape (365, 24) [W/m²], each day with its clearness."""
    kt = daily_kt[:, None]
    mean, std = _tag_mean(kt, sun.cos_zenith), _tag_std(kt, sun.cos_zenith)
    memory = 0.38 + 0.06 * np.cos(7.4 * daily_kt - 2.5)
    ceiling = np.divide(sun.clear_ghi_w_m2, sun.extra_w_m2, out=np.zeros_like(mean), where=sun.extra_w_m2 > 0)
    uniform = rng.random((DAYS, HOURS))
    hourly, state = np.zeros((DAYS, HOURS)), np.zeros(DAYS)
    for h in range(HOURS):
        sunlit = sun.extra_w_m2[:, h] > 0
        low, high = (-mean[:, h]) / std[:, h], (ceiling[:, h] - mean[:, h]) / std[:, h]
        drawn = _truncated_step(memory, state, low, high, uniform[:, h])
        state = np.where(sunlit, drawn, 0.0)  # TAG starts every day afresh
        hourly[:, h] = np.where(sunlit, mean[:, h] + std[:, h] * state, 0.0)
    wished = np.where(sun.extra_w_m2 > 0, np.maximum(hourly, DARKEST_HOUR_KT), 0.0) * sun.extra_w_m2
    return _fill_days(wished, sun.clear_ghi_w_m2, daily_kt * sun.extra_w_m2.sum(axis=1))


def _truncated_step(memory: Floats, state: Floats, low: Floats, high: Floats, uniform: Floats) -> Floats:
    """Next value of the autoregression inside [low, high], by inversion instead of TAG's repeated draws."""
    spread = np.sqrt(1 - memory**2)
    floor, roof = ndtr((low - memory * state) / spread), ndtr((high - memory * state) / spread)
    share = np.clip(floor + uniform * np.maximum(roof - floor, 0.0), 1e-12, 1 - 1e-12)
    return np.asarray(np.clip(memory * state + spread * ndtri(share), low, np.maximum(high, low)))


def _fill_days(wished: Floats, limit: Floats, daily_wh_m2: Floats) -> Floats:
    """Scale the hours of each day until they sum to its irradiation, none above the clear sky."""

    def filled(log_factor: Floats) -> Floats:
        return np.minimum(wished * np.exp(log_factor)[:, None], limit)

    low, high = np.full(DAYS, -20.0), np.full(DAYS, 20.0)
    middle = _bisect(lambda x: filled(x).sum(axis=1) - daily_wh_m2, low, high)
    return filled(middle)


def _bisect(increasing: Callable[[Floats], Floats], low: Floats, high: Floats) -> Floats:
    """Root of an increasing function, each element on its own; the nearer bound where there is none."""
    for _ in range(80):
        middle = (low + high) / 2
        above = increasing(middle) > 0
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return (low + high) / 2


def _month_sums(values: Floats, month: Ints) -> Floats:
    return np.bincount(month, weights=values.sum(axis=1), minlength=12).astype(np.float64)


def _scale_months(values: Floats, target: Floats, month: Ints) -> Floats:
    """Take away the last rounding of the daily fit; the factor is 1 within about 1e-9."""
    return np.asarray(values * (target / _month_sums(values, month))[month][:, None])


def _hourly_diffuse(ghi: Floats, target_wh_m2: Floats, sun: SunYear) -> Floats:
    """Diffuse irradiance, shape (365, 24) [W/m²]: Erbs-Driesse fractions raised to a power a month.

    A power keeps a fraction between 0 and 1 and an overcast hour overcast. No hour's beam passes the clear
    sky's.
    """
    zenith = np.degrees(np.arccos(sun.cos_zenith))
    first = irradiance.erbs_driesse(ghi, zenith, dni_extra=sun.normal_w_m2)["dhi"]
    fraction = np.divide(first, ghi, out=np.ones_like(ghi), where=ghi > 0)
    beam_limit = sun.clear_dni_w_m2 * sun.cos_zenith
    least = 1 - np.divide(beam_limit, ghi, out=np.zeros_like(ghi), where=ghi > 0)

    def diffuse(log_power: Floats) -> Floats:
        power = np.exp(log_power)[sun.month][:, None]
        return np.asarray(ghi * np.clip(np.maximum(fraction**power, least), 0.0, 1.0))

    # The sum falls as the power grows, hence the sign.
    found = _bisect(
        lambda x: target_wh_m2 - _month_sums(diffuse(x), sun.month), np.full(12, -7.0), np.full(12, 4.0)
    )
    return diffuse(found)


def _hourly_temperature(monthly: pd.DataFrame, daily_kt: Floats, sun: SunYear) -> Floats:
    """Air temperature, shape (365, 24) [°C]: smooth over the year, a cosine a day, wider on clear days."""
    month_kt = np.bincount(sun.month, weights=daily_kt) / np.bincount(sun.month)
    swing = np.clip(daily_kt / month_kt[sun.month], 0.3, 1.8)
    swing /= (np.bincount(sun.month, weights=swing) / np.bincount(sun.month))[sun.month]
    half_range = monthly["temp_daily_range_c"].to_numpy()[sun.month] * swing / 2
    day_wave = np.cos(2 * np.pi * (sun.solar_hour - WARMEST_SOLAR_HOUR) / HOURS)
    return (
        _smooth_year(monthly["temp_mean_c"].to_numpy(dtype=float), sun.month) + half_range[:, None] * day_wave
    )


def _smooth_year(monthly_means: Floats, month: Ints) -> Floats:
    """Broken line through mid-months whose monthly means are the given ones, shape (365, 24)."""
    hours = np.arange(DAYS * HOURS, dtype=float)
    hour_month = np.repeat(month, HOURS)
    count = np.bincount(hour_month)
    middles = np.bincount(hour_month, weights=hours) / count
    knots, line = monthly_means.copy(), hours
    for _ in range(40):
        line = np.interp(hours, middles, knots, period=DAYS * HOURS)
        knots += monthly_means - np.bincount(hour_month, weights=line) / count
    return _days(line)
