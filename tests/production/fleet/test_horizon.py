"""A horizon hides the sun behind it and its share of the sky."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from production.fleet import InvalidHorizon, build_fleet, expected_energy_wh
from production.fleet.horizon import COUNTS, height_at, kept_sky
from tests.production.fleet.plants import HOUR, plant, yearly_kwh

SOUTH_WALL = tuple(60.0 if 120 <= azimuth <= 240 else 0.0 for azimuth in range(0, 360, 10))


def test_a_flat_horizon_changes_nothing(loos):
    free, flat = yearly_kwh([plant(), plant(horizon_deg=(0.0,) * 36)], loos)
    assert flat == pytest.approx(free, rel=1e-6)


def test_a_flat_plane_keeps_the_squared_cosine_of_an_even_horizon():
    kept = kept_sky((30.0,) * 36, np.array([0.0]), np.array([0.0]))
    assert kept[0] == pytest.approx(np.cos(np.radians(30)) ** 2)


def test_the_kept_share_is_the_integral_over_the_sky():
    """Against a plain sum over small patches of sky."""
    height, azimuth = np.meshgrid(
        np.radians(np.arange(0.25, 90, 0.5)), np.radians(np.arange(0.5, 360)), indexing="ij"
    )
    tilt, facing = np.radians(40), np.radians(160)
    cosine = np.sin(tilt) * np.cos(height) * np.cos(azimuth - facing) + np.cos(tilt) * np.sin(height)
    light = np.maximum(cosine, 0) * np.cos(height)
    above = np.degrees(height) > height_at(SOUTH_WALL, azimuth)
    expected = (light * above).sum() / light.sum()
    kept = kept_sky(SOUTH_WALL, np.array([tilt]), np.array([facing]))
    assert kept[0] == pytest.approx(expected, abs=0.003)


def test_heights_run_clockwise_from_north():
    profile = (0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0)
    assert height_at(profile, np.radians(np.array([0.0, 90.0, 180.0, 247.5, 337.5]))) == pytest.approx(
        [0, 20, 40, 55, 35]
    )


def test_a_wall_to_the_south_takes_the_winter_sun_and_leaves_summer_noons(loos):
    fleet = build_fleet([plant(), plant(horizon_deg=SOUTH_WALL)])
    energy = expected_energy_wh(fleet, loos, HOUR)
    january = energy[energy.index.month == 1].sum()
    assert january[1] < 0.55 * january[0]
    noon = energy[(energy.index.month == 6) & (energy.index.hour == 12)].sum()
    assert noon[1] > 0.75 * noon[0]


def test_a_higher_horizon_never_yields_more(loos):
    yields = yearly_kwh([plant(horizon_deg=(height,) * 48) for height in (0.0, 2.0, 5.0, 10.0, 20.0)], loos)
    assert (np.diff(yields) < 0).all()


@given(
    st.lists(st.floats(0, 89), min_size=8, max_size=8).map(tuple),
    st.floats(0, 90),
    st.floats(0, 360),
)
def test_the_kept_share_lies_between_nought_and_one(profile, tilt, azimuth):
    kept = kept_sky(profile, np.radians(np.array([tilt])), np.radians(np.array([azimuth])))
    assert -1e-9 <= kept[0] <= 1 + 1e-9


@pytest.mark.parametrize("count", [1, 7, 35, 361])
def test_a_wrong_count_is_refused(count):
    assert count not in COUNTS
    with pytest.raises(InvalidHorizon, match=f"a horizon of {count} heights"):
        build_fleet([plant(horizon_deg=(5.0,) * count)])


@pytest.mark.parametrize("height", [-1.0, 90.0, float("nan")])
def test_an_impossible_height_is_refused(height):
    with pytest.raises(InvalidHorizon, match="plant 1"):
        build_fleet([plant(), plant(horizon_deg=(5.0,) * 7 + (height,))])
