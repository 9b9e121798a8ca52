"""Tonnes, grams and metres."""

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mine_de_soleil.rules.law import NotInForce
from production.heat import (
    InvalidWood,
    Pipes,
    balance,
    carbon_dioxide,
    density,
    gas_alone_g,
    lower_heating_value_wh_per_t,
    tonnes_by_humidity,
    wood_tonnes,
)
from tests.production.heat.networks import HOUR, MWH, network, steady, wavy_year

CASES = tomllib.loads((Path(__file__).parents[2] / "cases" / "heat.toml").read_text(encoding="utf-8"))
DAY = dt.date(2026, 11, 21)


@pytest.mark.parametrize("case", CASES["wood"], ids=lambda case: case["name"])
def test_wood_weighs_what_the_pencil_says(case: dict[str, Any]):
    assert lower_heating_value_wh_per_t(case["humidity"]) / 1000 == pytest.approx(case["kwh_per_t"])
    assert wood_tonnes(1000 * MWH, case["humidity"]) == pytest.approx(case["tonnes_for_1000_mwh"], abs=0.005)


def test_chips_of_30_percent_agree_with_the_published_figure():
    assert lower_heating_value_wh_per_t(0.30) / 1000 == pytest.approx(3354, rel=0.01)


@given(st.floats(0, 0.59))
def test_wetter_wood_holds_less_and_always_something(humidity: float):
    assert lower_heating_value_wh_per_t(humidity) > lower_heating_value_wh_per_t(humidity + 0.01) > 0


@pytest.mark.parametrize("humidity", [0.8, 30.0, -0.1, float("nan"), float("inf")])
def test_a_humidity_no_boiler_burns_is_refused(humidity: float):
    with pytest.raises(InvalidWood, match="humidity"):
        wood_tonnes(1e9, humidity)


def test_the_same_energy_weighs_more_wet():
    table = tonnes_by_humidity(1000 * MWH)
    assert table["tonnes"].is_monotonic_increasing
    assert (table["tonnes"] * table["mwh_per_t"]).tolist() == pytest.approx([1000.0] * len(table))


def test_emissions_follow_the_factors_of_the_day_and_name_their_source():
    found = balance(network(), steady(8.0), HOUR)
    carbon = carbon_dioxide(found, DAY)
    assert carbon.wood_g == pytest.approx(found.totals["wood_fuel_wh"] / 1000 * 30)
    assert carbon.gas_g == 0
    assert carbon.wood_factor.source
    assert not carbon.gas_factor.is_verified
    all_gas = (found.totals["demand_wh"] + found.totals["loss_wh"]) / 0.9 / 1000 * 227
    assert gas_alone_g(found, DAY) == pytest.approx(all_gas)


def test_a_day_before_the_reading_has_no_factor():
    with pytest.raises(NotInForce):
        carbon_dioxide(balance(network(), steady(8.0), HOUR), dt.date(2025, 6, 1))


@pytest.mark.parametrize(("metres", "reaches"), [(500.0, True), (2000.0, False)])
def test_the_density_is_useful_heat_by_metre_beside_its_threshold(metres: float, reaches: bool):
    described = network(pipes=Pipes(metres, network().pipes.loss))
    found = balance(described, wavy_year(), HOUR)
    result = density(found, DAY)
    assert result.mwh_per_m == pytest.approx(found.totals["demand_wh"] / MWH / metres)
    assert result.reaches_threshold is reaches
