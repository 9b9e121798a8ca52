"""Light on the modules and what the rating cuts, from the same chain as the energy."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from production.fleet import Losses, Physics, PvArray, PvPlant, build_fleet, loss_stages, plane_steps
from production.weather import get_typical_year

HOUR = dt.timedelta(hours=1)


@pytest.fixture(scope="module")
def weather() -> pd.DataFrame:
    data, _meta = get_typical_year(50.456, 2.795, 55)
    return data


def plant(inverter_power_w: float = 40_000, physics: Physics | None = None) -> PvPlant:
    arrays = (PvArray(35, 180, 30_000), PvArray(20, 90, 20_000))
    return PvPlant(50.456, 2.795, 55, inverter_power_w, arrays, losses=Losses(), physics=physics or Physics())


def test_light_is_that_of_the_loss_stages(weather: pd.DataFrame):
    fleet = build_fleet([plant()])
    stages = loss_stages(fleet, weather, HOUR).yearly()[0]
    found = plane_steps(fleet, weather, HOUR)
    # Stages count light as what 50 kWp would make of it under standard conditions.
    assert found.light_wh_m2.sum() * 50_000 / 1000 == pytest.approx(stages["horizon"], rel=1e-9)
    assert found.clipped_wh.sum() == pytest.approx(stages["inverter"] - stages["clipping"], rel=1e-6)


def test_a_larger_inverter_cuts_nothing(weather: pd.DataFrame):
    found = plane_steps(build_fleet([plant(60_000), plant(30_000)]), weather, HOUR)
    assert found.clipped_wh[:, 0].sum() == 0
    assert found.clipped_wh[:, 1].sum() > 0


def test_without_a_temperature_coefficient_warm_light_is_light(weather: pd.DataFrame):
    found = plane_steps(build_fleet([plant(physics=Physics(gamma_per_k=0.0))]), weather, HOUR)
    np.testing.assert_allclose(found.warm_light_wh_m2, found.light_wh_m2)


def test_a_hot_noon_counts_less_and_a_cold_morning_more(weather: pd.DataFrame):
    found = plane_steps(build_fleet([plant()]), weather, HOUR)
    bright, cold = found.light_wh_m2[:, 0] > 800, weather["temp_air"].to_numpy() < 0
    faint = (found.light_wh_m2[:, 0] > 50) & (found.light_wh_m2[:, 0] < 200) & cold
    assert (found.warm_light_wh_m2[bright, 0] < found.light_wh_m2[bright, 0]).all()
    assert (found.warm_light_wh_m2[faint, 0] > found.light_wh_m2[faint, 0]).all()


def test_nights_are_dark(weather: pd.DataFrame):
    found = plane_steps(build_fleet([plant()]), weather, HOUR)
    assert (found.light_wh_m2[weather["ghi"].to_numpy() == 0] == 0).all()
