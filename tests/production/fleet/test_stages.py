"""The waterfall ends where the engine does."""

from dataclasses import replace

import numpy as np
import pytest

from production.fleet import Losses, Physics, PvArray, PvPlant, build_fleet, expected_energy_wh, loss_stages
from production.fleet.stages import STAGES
from tests.production.fleet.plants import HOUR, INVERTER, LOOS, MODULE, plant

HORIZON = (3.0, 5.0, 12.0, 8.0, 20.0, 4.0, 6.0, 2.0)
PLANTS = {
    "default": plant(),
    "clipped": plant(inverter_power_w=500.0, losses=Losses()),
    "everything": PvPlant(
        *LOOS,
        30_000.0,
        (PvArray(15, 90, 30_000.0), PvArray(40, 200, 20_000.0)),
        losses=replace(Losses(), soiling=(0.05, 0.01) * 6, snow=(0.1,) + (0.0,) * 11),
        physics=Physics(
            temperature="sapm", mounting="close_mount_glass_glass", module=MODULE, inverter=INVERTER
        ),
        horizon_deg=HORIZON,
        age_years=12.0,
    ),
}


@pytest.fixture(scope="module")
def stages(loos):
    return loss_stages(build_fleet(list(PLANTS.values())), loos, HOUR)


def test_the_last_stage_is_the_engines_output(loos, stages):
    energy = expected_energy_wh(build_fleet(list(PLANTS.values())), loos, HOUR)
    np.testing.assert_allclose(stages.yearly().loc["clipping"], energy.sum(), rtol=1e-9)
    months = energy.groupby(energy.index.tz_convert("Etc/GMT-1").month).sum()
    np.testing.assert_allclose(stages.monthly(2).loc["clipping"], months[2], rtol=1e-9)


def test_stages_come_in_order_and_only_light_and_cold_ever_add(stages):
    yearly = stages.yearly()
    assert tuple(yearly.index) == STAGES
    falls = yearly.diff().drop(index=["horizontal", "plane", "temperature"])
    assert (falls.to_numpy() <= 1e-6).all()


def test_the_first_stage_is_horizontal_irradiation_times_peak_power(loos, stages):
    expected = loos["ghi"].sum() * np.array([1.0, 1.0, 50.0])
    np.testing.assert_allclose(stages.yearly().loc["horizontal"], expected)


def test_each_item_takes_its_share(stages):
    yearly = stages.yearly()[1]
    assert yearly["wiring"] / yearly["mismatch"] == pytest.approx(0.98)
    assert yearly["availability"] / yearly["nameplate"] == pytest.approx(0.97)
    old = stages.yearly()[2]
    assert old["degradation"] / old["lump"] == pytest.approx(1 - 0.005 * 12)


def test_monthly_items_take_their_months(stages):
    monthly = stages.monthly(2)
    assert monthly.loc["soiling", 1] / monthly.loc["temperature", 1] == pytest.approx(0.95)
    assert monthly.loc["snow", 2] == pytest.approx(monthly.loc["shading", 2])


def test_clipped_energy_is_reported_where_the_inverter_is_small(stages):
    yearly = stages.yearly()
    clipped = yearly.loc["inverter"] - yearly.loc["clipping"]
    assert clipped[0] == pytest.approx(0, abs=1e-6)
    assert clipped[1] > 0.02 * yearly.loc["clipping", 1]


def test_a_horizon_shows_in_its_stage_only(stages):
    yearly = stages.yearly()
    assert yearly.loc["horizon", 0] == yearly.loc["plane", 0]
    assert 0.8 < yearly.loc["horizon", 2] / yearly.loc["plane", 2] < 0.99


def test_a_dark_fortnight_has_stages_of_nothing(loos):
    dark = loos.iloc[:336].assign(ghi=0.0, dni=0.0, dhi=0.0)
    assert not loss_stages(build_fleet([plant()]), dark, HOUR).energy_wh.any()
