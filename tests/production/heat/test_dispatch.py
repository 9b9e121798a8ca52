"""The fire: what it can serve, and the fuel it takes."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from production.heat import WoodBoiler
from production.heat.dispatch import burn, fuel_of

BOILER = WoodBoiler(100_000, efficiency=0.85, minimum_efficiency=0.80, availability=1.0)
ALWAYS = np.array([True])


def served(boiler: WoodBoiler, load_w: float) -> tuple[float, float]:
    found = burn(boiler, np.array([load_w]), ALWAYS, 1.0)
    return float(found.wood_heat_wh[0]), float(found.wood_fuel_wh[0])


def test_the_load_is_followed_from_the_least_to_the_nominal_power():
    assert served(BOILER, 30_000) == pytest.approx((30_000, 30_000 / 0.80))
    assert served(BOILER, 100_000) == pytest.approx((100_000, 100_000 / 0.85))
    assert served(BOILER, 250_000) == pytest.approx((100_000, 100_000 / 0.85))


def test_below_the_least_power_gas_takes_over_unless_there_is_a_store():
    assert served(BOILER, 29_999) == (0, 0)
    stored = replace(BOILER, store_wh=30_000)
    assert served(stored, 10_000) == pytest.approx((10_000, 10_000 / 0.80 * 1.05))
    assert served(replace(BOILER, store_wh=29_999), 10_000) == (0, 0)


def test_a_boiler_out_of_season_burns_nothing():
    found = burn(BOILER, np.array([50_000.0, 50_000.0]), np.array([True, False]), 1.0)
    assert found.wood_heat_wh.tolist() == [50_000, 0]
    assert found.wood_fuel_wh[1] == 0


def test_standstills_take_their_part_of_heat_and_fuel():
    heat, fuel = served(replace(BOILER, availability=0.9), 100_000)
    assert heat == pytest.approx(90_000)
    assert fuel == pytest.approx(90_000 / 0.85)


def test_a_boiler_without_part_load_burns_at_its_power_or_not_at_all():
    fixed = replace(BOILER, minimum_fraction=1.0, minimum_efficiency=0.85)
    assert served(fixed, 99_000) == (0, 0)
    assert served(fixed, 120_000) == pytest.approx((100_000, 100_000 / 0.85))


@given(st.floats(0, 1), st.floats(0.5, 1), st.floats(0.5, 1), st.floats(0, 1.5))
def test_no_boiler_makes_more_heat_than_its_fuel_holds(
    least: float, efficiency: float, least_efficiency: float, load: float
):
    boiler = replace(
        BOILER,
        minimum_fraction=least,
        efficiency=efficiency,
        minimum_efficiency=least_efficiency,
        store_wh=1e6,
    )
    heat, fuel = served(boiler, load * 1e5)
    assert 0 <= heat <= 1e5
    assert heat <= fuel * (1 + 1e-9) + 1e-6


def test_efficiency_at_part_load_lies_between_both_ends():
    loads = np.linspace(30_000, 100_000, 15)
    efficiency = loads / fuel_of(BOILER, loads)
    assert (np.diff(efficiency) > 0).all()
    assert efficiency[0] == pytest.approx(0.80)
    assert efficiency[-1] == pytest.approx(0.85)
