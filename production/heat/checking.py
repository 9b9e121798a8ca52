"""A network is looked over before anything is computed; the first fault is named."""

from __future__ import annotations

import math
from collections.abc import Sequence
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from production.heat.description import (
    ALL_MONTHS,
    Building,
    HeatNetwork,
    LossFraction,
    LossPerKelvin,
    LossPerMetre,
    Pipes,
    ReferenceClimate,
    WoodBoiler,
)
from production.heat.errors import (
    HeatError,
    HeatUnitsMixed,
    InvalidBoiler,
    InvalidBuilding,
    InvalidPipes,
    InvalidReference,
    InvalidWood,
    NoBuilding,
    UnknownTimeZone,
)
from production.heat.profiles import profile_of

# A flat takes more than 100 kWh a year; a figure in kWh instead of Wh does not reach it.
LEAST_HEAT_WH, MOST_HEAT_WH = 1e5, 1e13
LEAST_POWER_W, MOST_POWER_W = 1e3, 1e9
# The year's heat over the boiler's power: a thousand times off, one of both is in kilowatts.
LEAST_HOURS, MOST_HOURS = 20.0, 200_000.0
# From a cold store to a pool under glass; beyond, the area or the heat is in another unit.
LEAST_KWH_M2, MOST_KWH_M2 = 1.0, 5000.0
MOST_HUMIDITY = 0.6
# A boiler that never burns, or twice the wood at every start, is a slip of the keyboard.
LEAST_AVAILABILITY, MOST_START_LOSS = 0.01, 0.5


def check_network(network: HeatNetwork) -> None:
    """Raise a `HeatError` that names the first fault, before anything is computed."""
    if not network.buildings:
        raise NoBuilding("the network has no building")
    for building in network.buildings:
        check_building(building)
    _check_pipes(network.pipes)
    check_boiler(network.boiler)
    _within(InvalidBoiler, "efficiency of the gas boiler [1]", network.gas_efficiency, 0.3, 1.1)
    check_reference(network.climate)
    _check_zone(network.timezone)
    hours = network.annual_heat_wh / network.boiler.nominal_power_w
    if not LEAST_HOURS <= hours <= MOST_HOURS:
        raise HeatUnitsMixed(
            f"{network.annual_heat_wh:g} Wh of heat a year for a boiler of "
            f"{network.boiler.nominal_power_w:g} W; was one of both given in kWh or kW?"
        )


def building_of_area(
    name: str, kind: str, floor_area_m2: float, heat_kwh_per_m2: float, hot_water_fraction: float
) -> Building:
    """A building known by its floor area [m²] and its yearly heat by area [kWh/m²]; or InvalidBuilding."""
    _within(InvalidBuilding, f"floor area of {name} [m²]", floor_area_m2, 1.0, 1e7)
    _within(InvalidBuilding, f"heat by area of {name} [kWh/m²]", heat_kwh_per_m2, LEAST_KWH_M2, MOST_KWH_M2)
    return Building(name, kind, floor_area_m2 * heat_kwh_per_m2 * 1000, hot_water_fraction)


def check_boiler(boiler: WoodBoiler) -> None:
    """Raise InvalidBoiler or InvalidWood for a figure no boiler has."""
    _within(InvalidBoiler, "power of the boiler [W]", boiler.nominal_power_w, LEAST_POWER_W, MOST_POWER_W)
    _within(InvalidBoiler, "least load of the boiler [1]", boiler.minimum_fraction, 0.0, 1.0)
    # Above 1 only by counting on the upper heating value, which wood boilers' papers do not.
    _within(InvalidBoiler, "efficiency of the boiler [1]", boiler.efficiency, 0.3, 1.0)
    _within(InvalidBoiler, "efficiency at least load [1]", boiler.minimum_efficiency, 0.3, 1.0)
    _within(InvalidBoiler, "store [Wh]", boiler.store_wh, 0.0, MOST_HEAT_WH)
    _within(InvalidBoiler, "loss of starts [1]", boiler.start_loss_fraction, 0.0, MOST_START_LOSS)
    _within(InvalidBoiler, "availability [1]", boiler.availability, LEAST_AVAILABILITY, 1.0)
    if not boiler.months or not set(boiler.months) <= set(ALL_MONTHS):
        raise InvalidBoiler(f"the boiler's months are {boiler.months}; some of 1 to 12 are needed")
    check_humidity(boiler.humidity)


def check_humidity(humidity: float) -> None:
    """Raise InvalidWood unless water is 0 to 60 % of the wet mass."""
    _within(InvalidWood, "humidity of the wood [1]", humidity, 0.0, MOST_HUMIDITY)


def check_reference(climate: ReferenceClimate) -> None:
    """Raise InvalidReference for a climate nothing can be scaled by."""
    _within(InvalidReference, "degree days of the reference [K·d]", climate.degree_days, 50.0, 15_000.0)
    _within(InvalidReference, "base of the degree days [°C]", climate.base_c, 5.0, 30.0)
    _within(InvalidReference, "mean of the ground [°C]", climate.ground_mean_c, -20.0, 40.0)
    _within(InvalidReference, "swing of the ground [K]", climate.ground_swing_c, 0.0, 40.0)
    _within(InvalidReference, "coldest day of the year", climate.coldest_day, 0.0, 366.0)
    if not climate.heating_months or not set(climate.heating_months) <= set(ALL_MONTHS):
        raise InvalidReference(f"heating months {climate.heating_months}; some of 1 to 12 are needed")


def check_networks(networks: Sequence[HeatNetwork]) -> None:
    """Raise NoBuilding where there is no network, or what is wrong with one of them."""
    if not networks:
        raise NoBuilding("no network was given")
    for network in networks:
        check_network(network)


def check_building(building: Building) -> None:
    """Raise UnknownBuildingKind or InvalidBuilding for a building that cannot be."""
    profile_of(building.kind)
    heat = f"heat of {building.name} in a year [Wh]"
    _within(InvalidBuilding, heat, building.annual_heat_wh, LEAST_HEAT_WH, MOST_HEAT_WH)
    water = f"hot water share of {building.name} [1]"
    _within(InvalidBuilding, water, building.hot_water_fraction, 0.0, 1.0)


def _check_pipes(pipes: Pipes) -> None:
    _within(InvalidPipes, "length of the pipes [m]", pipes.length_m, 1.0, 1e6)
    loss = pipes.loss
    if isinstance(loss, LossFraction):
        _within(InvalidPipes, "lost fraction [1]", loss.fraction, 0.0, 0.9)
    if isinstance(loss, LossPerMetre):
        _within(InvalidPipes, "loss by length [W/m]", loss.w_per_m, 0.0, 500.0)
    if isinstance(loss, LossPerKelvin):
        _check_temperatures(loss)


def _check_temperatures(loss: LossPerKelvin) -> None:
    _within(InvalidPipes, "loss by length and kelvin [W/(m·K)]", loss.w_per_m_k, 0.0, 10.0)
    _within(InvalidPipes, "depth of the pipes [m]", loss.depth_m, 0.0, 10.0)
    for name in ("supply_cold_c", "supply_mild_c", "return_c"):
        _within(InvalidPipes, f"{name} [°C]", getattr(loss, name), 5.0, 200.0)
    if not loss.outdoor_cold_c < loss.outdoor_mild_c:
        raise InvalidPipes(f"cold days of {loss.outdoor_cold_c:g} °C are no colder than mild ones")
    if not loss.return_c <= min(loss.supply_cold_c, loss.supply_mild_c):
        raise InvalidPipes(f"the return of {loss.return_c:g} °C is warmer than the flow")


def _check_zone(timezone: str) -> None:
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError) as fault:
        raise UnknownTimeZone(f"there is no time zone {timezone!r}") from fault


def _within(error: type[HeatError], name: str, value: float, low: float, high: float) -> None:
    """NaN and infinity are refused as well."""
    if not (math.isfinite(value) and low <= value <= high):
        raise error(f"{name} is {value:g}, not between {low:g} and {high:g}")
