"""Demand, pipes, wood and gas: what closes, what a pencil finds, what treats networks and roofs alike."""

import tomllib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from production.fleet import UnknownWeather
from production.heat import (
    KINDS,
    Building,
    HeatNetwork,
    LossFraction,
    LossPerKelvin,
    LossPerMetre,
    NoBuilding,
    Pipes,
    WoodBoiler,
    balance,
    balances,
    expected_energy_wh,
    heat_stages,
    reference_climate,
)
from production.heat.checking import LEAST_AVAILABILITY
from production.weather import MissingColumn
from tests.production.heat.networks import CLIMATE, FLATS, HOUR, MWH, PLAIN, network, steady, wavy_year

CASES = tomllib.loads((Path(__file__).parents[2] / "cases" / "heat.toml").read_text(encoding="utf-8"))
WAVY = wavy_year()

boilers = st.builds(
    WoodBoiler,
    nominal_power_w=st.floats(5e4, 2e6),
    minimum_fraction=st.floats(0, 1),
    efficiency=st.floats(0.6, 1),
    minimum_efficiency=st.floats(0.5, 1),
    store_wh=st.sampled_from([0.0, 1e7]),
    availability=st.floats(LEAST_AVAILABILITY, 1),
    months=st.sampled_from([tuple(range(1, 13)), (1, 2, 3, 10, 11, 12)]),
)
buildings = st.builds(
    Building, st.just("Bâtiment"), st.sampled_from(sorted(KINDS)), st.floats(2e8, 2e9), st.floats(0, 1)
)
losses = st.one_of(
    st.builds(LossPerKelvin, st.floats(0, 1)),
    st.builds(LossPerMetre, st.floats(0, 60)),
    st.builds(LossFraction, st.floats(0, 0.5)),
)
networks = st.builds(
    HeatNetwork,
    st.lists(buildings, min_size=1, max_size=4).map(tuple),
    st.builds(Pipes, st.floats(10, 5000), losses),
    boilers,
    st.just(CLIMATE),
)


@pytest.mark.parametrize("case", CASES["week"], ids=lambda case: case["name"])
def test_a_worked_week_is_what_the_pencil_says(case: dict[str, Any]):
    flats = replace(
        FLATS,
        annual_heat_wh=case["annual_heat_mwh"] * MWH,
        hot_water_fraction=case["hot_water_fraction"],
    )
    boiler = replace(PLAIN, nominal_power_w=case["boiler_kw"] * 1000)
    found = balance(network(buildings=(flats,), boiler=boiler), steady(case["outdoor_c"]), HOUR).totals
    for name in ("demand", "loss", "wood_heat", "gas_heat", "wood_fuel"):
        assert found[f"{name}_wh"] / MWH == pytest.approx(case[f"{name}_mwh"], abs=1e-6), name


def test_a_constant_temperature_gives_the_same_load_every_day():
    found = balance(network(), steady(3.0), HOUR)
    by_day = found.energy["demand_wh"].to_numpy().reshape(7, 24)
    np.testing.assert_allclose(by_day, np.broadcast_to(by_day[0], by_day.shape))


@settings(max_examples=40, deadline=None)
@given(networks, st.integers(0, 365 - 15))
def test_heat_from_wood_and_gas_is_heat_taken_and_lost_at_every_hour(described: HeatNetwork, first: int):
    weather = WAVY.iloc[24 * first : 24 * (first + 14)]
    found = balance(described, weather, HOUR)
    energy = found.energy
    into, out = energy["wood_heat_wh"] + energy["gas_heat_wh"], energy["demand_wh"] + energy["loss_wh"]
    np.testing.assert_allclose(into, out, rtol=1e-9, atol=1e-6)
    assert (energy >= -1e-6).all().all()
    assert (energy["wood_heat_wh"] <= energy["wood_fuel_wh"] + 1e-6).all()
    assert energy["wood_heat_wh"].max() <= described.boiler.nominal_power_w * (1 + 1e-12)
    assert (found.delivered_wood_wh <= energy["demand_wh"] + 1e-6).all()
    assert 0 <= found.coverage <= 1 + 1e-12


@settings(max_examples=10, deadline=None)
@given(networks)
def test_hours_sum_to_months(described: HeatNetwork):
    found = balance(described, WAVY, HOUR)
    months = found.monthly()
    assert list(months.index) == list(range(1, 13))
    for name, total in found.totals.items():
        assert months[name].sum() == pytest.approx(total, rel=1e-9, abs=1e-3)


@settings(max_examples=10, deadline=None)
@given(networks, st.integers(1, 300))
def test_an_hour_owes_nothing_to_the_hours_computed_with_it(described: HeatNetwork, first: int):
    # Seven days of the year's answer are those of a fortnight's, once four days are remembered.
    fortnight = WAVY.iloc[24 * first : 24 * (first + 14)]
    alone = balance(described, fortnight, HOUR).energy.iloc[24 * 5 : 24 * 12]
    whole = balance(described, WAVY, HOUR).energy.loc[alone.index]
    np.testing.assert_allclose(alone, whole, rtol=1e-9, atol=1e-6)


def test_the_reference_year_gives_back_the_heat_of_the_bills():
    flats = network(climate=reference_climate(WAVY, HOUR))
    assert balance(flats, WAVY, HOUR).totals["demand_wh"] == pytest.approx(1000 * MWH, rel=2e-3)


def test_a_winter_a_tenth_colder_takes_a_tenth_more_heating_and_no_more_hot_water():
    colder = balance(network(), steady(7.0), HOUR).totals["demand_wh"]
    milder = balance(network(), steady(8.0), HOUR).totals["demand_wh"]
    water = 0.2 * 1000 * MWH / 365 * 7
    assert (colder - water) / (milder - water) == pytest.approx(1.1)


def test_pipes_stand_still_when_nobody_draws():
    only_heating = network(buildings=(replace(FLATS, hot_water_fraction=0.0),))
    found = balance(only_heating, steady(25.0), HOUR)
    assert found.totals["loss_wh"] == 0
    assert found.coverage == 0
    assert found.gas_peak_w == 0


def test_warmer_pipes_in_colder_ground_lose_more():
    pipes = Pipes(500.0, LossPerKelvin(0.4))
    winter = balance(network(pipes=pipes), steady(-7.0), HOUR).totals["loss_wh"]
    autumn = balance(network(pipes=pipes), steady(15.0, 7, "2025-09-07 22:00"), HOUR).totals["loss_wh"]
    # In January: (80 + 55) / 2 less a ground of about 6 °C; 500 m × 0.4 W/(m·K) × 168 h.
    assert winter == pytest.approx(500 * 0.4 * 168 * (67.5 - 6), rel=0.05)
    assert autumn < winter


def test_a_lost_fraction_is_of_the_heat_that_leaves_the_plant():
    found = balance(network(pipes=Pipes(500.0, LossFraction(0.1))), steady(8.0), HOUR).totals
    assert found["loss_wh"] == pytest.approx(0.1 * (found["loss_wh"] + found["demand_wh"]))


@pytest.mark.parametrize("start", ["2025-03-28 23:00", "2025-10-23 22:00"])
def test_the_day_of_the_clock_change_loses_or_gains_one_night_hour(start: str):
    found = balance(network(), steady(8.0, 5, start), HOUR).energy["demand_wh"]
    days = found.groupby(pd.DatetimeIndex(found.index).tz_convert("Europe/Paris").normalize()).sum()
    assert days.iloc[:4].max() / days.iloc[:4].min() == pytest.approx(1.0, abs=0.07)


def test_a_leap_year_has_its_extra_day():
    leap = wavy_year(2024)
    assert len(leap) == 8784
    assert len(balance(network(), leap, HOUR).energy) == 8784


def test_ten_minutes_make_the_same_year_as_hours():
    week = steady(5.0)
    tens = (
        week.resample("10min")
        .ffill()
        .reindex(pd.date_range(week.index[0], periods=7 * 144, freq="10min"))
        .ffill()
    )
    fine = balance(network(), tens, timedelta(minutes=10)).totals
    assert fine == pytest.approx(balance(network(), week, HOUR).totals)


def test_networks_stand_beside_each_other_like_plants_of_a_fleet():
    small = network(boiler=replace(PLAIN, nominal_power_w=1e5))
    energy = expected_energy_wh([network(), small], steady(0.0), HOUR)
    assert energy.columns.name == "plant"
    assert list(energy.columns) == [0, 1]
    assert energy.index.equals(steady(0.0).index)
    assert energy[1].max() == pytest.approx(1e5)
    assert energy[0].sum() == pytest.approx(balance(network(), steady(0.0), HOUR).totals["wood_heat_wh"])


def test_each_network_finds_its_own_weather():
    cold = replace(network(), weather=1)
    energy = expected_energy_wh([network(), cold], [steady(10.0), steady(0.0)], HOUR)
    assert energy[1].sum() > energy[0].sum()
    assert expected_energy_wh([cold], {1: steady(0.0)}, HOUR)[0].sum() == pytest.approx(energy[1].sum())
    assert len(balances([cold], lambda number: steady(float(number)), HOUR)) == 1


def test_a_weather_that_was_not_given_is_named():
    with pytest.raises(UnknownWeather, match="weather 3"):
        expected_energy_wh([replace(network(), weather=3)], [steady(0.0)], HOUR)
    with pytest.raises(UnknownWeather, match="differ in their times"):
        weathers = [steady(0.0), steady(0.0, 8)]
        expected_energy_wh([network(), replace(network(), weather=1)], weathers, HOUR)


def test_all_networks_are_looked_over_before_the_first_is_computed():
    with pytest.raises(NoBuilding):
        expected_energy_wh([], steady(0.0), HOUR)
    with pytest.raises(NoBuilding):
        expected_energy_wh([network(), network(buildings=())], steady(0.0), HOUR)
    with pytest.raises(MissingColumn):
        expected_energy_wh([network()], steady(0.0).rename(columns={"temp_air": "t"}), HOUR)


def test_stages_fall_from_the_wood_to_the_buildings():
    stages = heat_stages([network()], WAVY, HOUR)
    assert stages.names == ("wood_fuel", "boiler", "network")
    fuel, boiler, delivered = stages.yearly()[0]
    assert fuel > boiler > delivered > 0
    assert boiler == pytest.approx(0.8 * fuel)
    assert boiler == pytest.approx(expected_energy_wh([network()], WAVY, HOUR)[0].sum())
    assert stages.monthly(0).shape == (3, 12)
