"""Heat the buildings take and the pipes lose, hour by hour.

A day's heating is to the year's as its degree days are to the reference year's, heavier or lighter by
weekday; hot water is the same all year. The hours of a day follow the profile of the building's kind.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from production.heat.degree_days import DAYS_A_YEAR, Days
from production.heat.description import (
    Building,
    HeatNetwork,
    LossFraction,
    LossPerKelvin,
    LossPerMetre,
    ReferenceClimate,
)
from production.heat.profiles import profile_of

Floats = npt.NDArray[np.float64]

# Thermal diffusivity of moist soil [m²/d], unverified: 0.6e-6 m²/s is of that order.
SOIL_DIFFUSIVITY_M2_D = 0.05


def hourly_demand_wh(network: HeatNetwork, days: Days) -> Floats:
    """Heat of all buildings, shape (hours,) [Wh]."""
    found = np.zeros(len(days.day))
    degree_days = days.degree_days(network.climate.base_c, network.climate.heating_months)
    for kind in dict.fromkeys(building.kind for building in network.buildings):
        alike = [building for building in network.buildings if building.kind == kind]
        found += _kind_demand_wh(alike, kind, degree_days / network.climate.degree_days, days)
    return found


def _kind_demand_wh(buildings: list[Building], kind: str, year_part: Floats, days: Days) -> Floats:
    """Heat of buildings of one kind, shape (hours,) [Wh]; year_part: of the year's heating, by day [1]."""
    profile = profile_of(kind)
    water_wh = sum(b.annual_heat_wh * b.hot_water_fraction for b in buildings)
    heating_wh = sum(b.annual_heat_wh for b in buildings) - water_wh
    daily_wh = (heating_wh * year_part + water_wh / DAYS_A_YEAR) * profile.weekdays[days.weekday]
    shares = profile.hour_shares(days.weighted_c[days.day], days.weekday[days.day], days.hour)
    return daily_wh[days.day] * shares


def hourly_loss_wh(network: HeatNetwork, days: Days, demand_wh: Floats) -> Floats:
    """Heat the pipes lose, shape (hours,) [Wh]; none on days nobody draws: the network stands still."""
    pipes, loss = network.pipes, network.pipes.loss
    if isinstance(loss, LossFraction):
        return demand_wh * loss.fraction / (1 - loss.fraction)
    in_service = (np.bincount(days.day, demand_wh)[days.day] > 0).astype(np.float64)
    if isinstance(loss, LossPerMetre):
        return pipes.length_m * loss.w_per_m * in_service
    ground = ground_c(network.climate, loss.depth_m, days)
    warmer_k = np.maximum(_mean_pipe_c(loss, days) - ground, 0.0)[days.day]
    return np.asarray(pipes.length_m * loss.w_per_m_k * warmer_k * in_service, dtype=np.float64)


def _mean_pipe_c(loss: LossPerKelvin, days: Days) -> Floats:
    """Mean of flow and return, shape (days,) [°C]."""
    outdoors = (loss.outdoor_cold_c, loss.outdoor_mild_c)
    supply = np.interp(days.mean_c, outdoors, (loss.supply_cold_c, loss.supply_mild_c))
    return np.asarray((supply + loss.return_c) / 2, dtype=np.float64)


def ground_c(climate: ReferenceClimate, depth_m: float, days: Days) -> Floats:
    """Undisturbed ground at a depth [m], shape (days,) [°C].

    Kusuda & Achenbach (1965), ASHRAE Transactions 71: the year's wave, weaker and later with depth.
    """
    wave = np.sqrt(np.pi / (DAYS_A_YEAR * SOIL_DIFFUSIVITY_M2_D))
    late_days = depth_m * wave * DAYS_A_YEAR / (2 * np.pi)
    angle = 2 * np.pi / DAYS_A_YEAR * (days.day_of_year - climate.coldest_day - late_days)
    swing_k = climate.ground_swing_c * np.exp(-depth_m * wave)
    return np.asarray(climate.ground_mean_c - swing_k * np.cos(angle), dtype=np.float64)
