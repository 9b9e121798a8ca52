"""Profiles of the library, as the table they become."""

from importlib.resources import files

import numpy as np
import pandas as pd
import pytest

from production.heat import KINDS, UnknownBuildingKind
from production.heat.profiles import profile_of


@pytest.mark.parametrize("kind", KINDS)
def test_each_day_is_spread_whole_over_its_hours_and_a_week_over_its_days(kind: str):
    profile = profile_of(kind)
    assert profile.hours.shape == (60, 7, 24)
    assert (profile.hours >= 0).all()
    np.testing.assert_allclose(profile.hours.sum(axis=2), 1.0, rtol=1e-12)
    assert profile.weekdays.mean() == pytest.approx(1.0, rel=1e-12)


def test_flats_are_heated_alike_on_all_weekdays_and_schools_less_on_sundays():
    np.testing.assert_allclose(profile_of("flats").weekdays, 1.0)
    school = profile_of("school").weekdays
    assert school[6] < school[:5].min()


# First whole degree of each of the ten temperature classes of BDEW.
CLASSES = (-20, -14, -9, -4, 1, 6, 11, 16, 21, 26)


@pytest.mark.parametrize("number", range(10))
def test_the_table_holds_the_published_factors_of_each_temperature_class(number: int):
    printed = pd.read_csv(files("oemof.demand.bdew") / "bdew_data" / "shlp_hour_factors.csv", index_col=0)
    wednesday = printed.query("shlp_type == 'GKO' and weekday == 3").sort_values("hour_of_day")
    factors = wednesday[f"temp_intervall_{number + 1:02}"].to_numpy()
    np.testing.assert_allclose(profile_of("school").hours[CLASSES[number] + 20, 2], factors, rtol=2e-3)


def test_temperatures_beyond_the_table_take_its_ends():
    profile, monday, noon = profile_of("house"), np.array([0]), np.array([12])
    coldest = profile.hour_shares(np.array([-45.0]), monday, noon)
    assert coldest == profile.hours[0, 0, 12]
    assert profile.hour_shares(np.array([55.0]), monday, noon) == profile.hours[-1, 0, 12]


def test_an_unknown_kind_is_told_its_neighbours():
    with pytest.raises(UnknownBuildingKind, match="near it: school") as refused:
        profile_of("schools")
    assert refused.value.near[0] == "school"
