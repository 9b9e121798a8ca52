"""What is wrong is named before anything is computed."""

import math
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from production.heat import (
    Building,
    HeatError,
    HeatUnitsMixed,
    InvalidBoiler,
    InvalidBuilding,
    InvalidPipes,
    InvalidReference,
    InvalidWood,
    LossFraction,
    LossPerKelvin,
    LossPerMetre,
    NoBuilding,
    Pipes,
    UnknownBuildingKind,
    UnknownTimeZone,
    balance,
    building_of_area,
    check_network,
)
from tests.production.heat.networks import CLIMATE, FLATS, HOUR, MWH, PLAIN, network

NAN, INFINITY = math.nan, math.inf
UNREAD = pd.DataFrame()  # a weather that would itself be refused, were it read first


def refused(error: type[HeatError], words: str, **changes: Any) -> None:
    with pytest.raises(error, match=words):
        balance(network(**changes), UNREAD, HOUR)


def test_a_plain_network_passes():
    check_network(network())


def test_a_network_without_building_is_refused():
    refused(NoBuilding, "no building", buildings=())


@pytest.mark.parametrize("heat_wh", [0.0, -1e9, 1000.0, NAN, INFINITY])
def test_heat_no_building_takes_is_refused_with_its_name(heat_wh: float):
    refused(InvalidBuilding, "Logements", buildings=(replace(FLATS, annual_heat_wh=heat_wh),))


@pytest.mark.parametrize("part", [-0.1, 1.1, 20.0, NAN])
def test_a_hot_water_share_is_a_fraction(part: float):
    refused(InvalidBuilding, "hot water", buildings=(replace(FLATS, hot_water_fraction=part),))


def test_a_kind_of_building_nobody_knows_is_refused():
    refused(UnknownBuildingKind, "castle", buildings=(replace(FLATS, kind="castle"),))


@pytest.mark.parametrize(("area_m2", "kwh_per_m2"), [(-200, 100), (0, 100), (NAN, 100), (200, 0), (200, 1e5)])
def test_an_area_or_a_heat_by_area_that_cannot_be_is_refused(area_m2: float, kwh_per_m2: float):
    with pytest.raises(InvalidBuilding, match="École"):
        building_of_area("École", "school", area_m2, kwh_per_m2, 0.05)


def test_area_times_heat_by_area_is_the_heat_of_the_year():
    assert building_of_area("École", "school", 1200, 100, 0.05) == Building(
        "École", "school", 120 * MWH, 0.05
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"nominal_power_w": 0.0},
        {"nominal_power_w": -5e5},
        {"nominal_power_w": NAN},
        {"nominal_power_w": 500.0},
        {"minimum_fraction": 1.2},
        {"efficiency": 1.05},
        {"efficiency": 84.0},
        {"efficiency": 0.0},
        {"minimum_efficiency": 1.01},
        {"store_wh": -1.0},
        {"availability": 95.0},
        {"availability": 0.0},
        {"start_loss_fraction": 0.9},
        {"start_loss_fraction": -0.1},
        {"months": ()},
        {"months": (0, 1)},
    ],
    ids=str,
)
def test_a_boiler_that_cannot_be_is_refused(changes: dict[str, Any]):
    refused(InvalidBoiler, "boiler|efficiency|store|availability|starts", boiler=replace(PLAIN, **changes))


def test_wood_of_80_percent_water_is_refused():
    refused(InvalidWood, "humidity", boiler=replace(PLAIN, humidity=0.8))


def test_a_gas_boiler_beyond_condensation_is_refused():
    refused(InvalidBoiler, "gas boiler", gas_efficiency=1.2)


@pytest.mark.parametrize(
    "pipes",
    [
        Pipes(0.0, LossPerMetre(20.0)),
        Pipes(-900.0, LossPerMetre(20.0)),
        Pipes(900.0, LossPerMetre(-1.0)),
        Pipes(900.0, LossFraction(1.0)),
        Pipes(900.0, LossFraction(12.0)),
        Pipes(900.0, LossPerKelvin(-0.4)),
        Pipes(900.0, LossPerKelvin(0.4, supply_cold_c=353.0)),
        Pipes(900.0, LossPerKelvin(0.4, return_c=90.0)),
        Pipes(900.0, LossPerKelvin(0.4, outdoor_cold_c=20.0)),
    ],
    ids=str,
)
def test_pipes_that_cannot_be_are_refused(pipes: Pipes):
    refused(InvalidPipes, "pipes|loss|lost|supply|return|cold days", pipes=pipes)


@pytest.mark.parametrize("changes", [{"degree_days": 0.0}, {"base_c": 64.0}, {"heating_months": ()}], ids=str)
def test_a_reference_that_cannot_be_is_refused(changes: dict[str, Any]):
    refused(InvalidReference, "degree days|months", climate=replace(CLIMATE, **changes))


@pytest.mark.parametrize(("heat_wh", "power_w"), [(1.5e6, 6e5), (1.5e9, 2e3)])
def test_kilowatts_among_watts_are_told(heat_wh: float, power_w: float):
    flats, boiler = replace(FLATS, annual_heat_wh=heat_wh), replace(PLAIN, nominal_power_w=power_w)
    refused(HeatUnitsMixed, "kWh or kW", buildings=(flats,), boiler=boiler)


@pytest.mark.parametrize("zone", ["Europe/Loos", "../../etc/passwd", ""])
def test_a_time_zone_nobody_knows_is_refused(zone: str):
    refused(UnknownTimeZone, "time zone", timezone=zone)
