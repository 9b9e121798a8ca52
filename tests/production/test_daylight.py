"""When a reading is missed: the hours the sun is high enough."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pvlib import solarposition

from production.daylight import MINIMUM_ELEVATION_DEG, daylight

LOOS = (50.456, 2.795)
SOLSTICE, WINTER = dt.date(2025, 6, 21), dt.date(2025, 12, 21)


def hours(day: dt.date, latitude_deg: float = LOOS[0], longitude_deg: float = LOOS[1]) -> float:
    start, end = daylight([day], latitude_deg, longitude_deg)
    return (end - start).total_seconds()[0] / 3600


@pytest.mark.parametrize("day", [dt.date(2025, 1, 15), dt.date(2025, 3, 20), SOLSTICE, WINTER])
def test_the_sun_stands_at_five_degrees_at_both_ends(day: dt.date):
    start, end = daylight([day], *LOOS)
    height = solarposition.get_solarposition(start.append(end), *LOOS)["elevation"]
    assert height.to_numpy() == pytest.approx(MINIMUM_ELEVATION_DEG, abs=0.5)


def test_a_summer_day_asks_for_twice_a_winter_day():
    assert hours(SOLSTICE) == pytest.approx(14.95, abs=0.1)
    assert hours(WINTER) == pytest.approx(6.35, abs=0.1)


def test_a_day_at_the_equator_is_as_long_all_year():
    assert hours(SOLSTICE, 0, 0) == pytest.approx(hours(WINTER, 0, 0), abs=0.1)


def test_the_polar_night_asks_for_nothing():
    assert hours(WINTER, 80, 15) == 0


def test_the_midnight_sun_asks_for_the_whole_day():
    assert hours(SOLSTICE, 80, 15) == 24


def test_as_many_instants_as_days_in_the_same_order():
    days = [SOLSTICE, WINTER, SOLSTICE]
    start, end = daylight(days, *LOOS)
    assert len(start) == len(end) == 3
    assert list(start.date) == days


@given(
    st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)),
    st.floats(-66, 66),
    st.floats(-180, 180),
)
def test_daylight_surrounds_solar_noon_and_is_utc(day: dt.date, latitude_deg: float, longitude_deg: float):
    start, end = daylight([day], latitude_deg, longitude_deg)
    assert start.tz is dt.UTC or str(start.tz) == "UTC"
    assert start[0] <= end[0]
    assert end[0] - start[0] <= pd.Timedelta(hours=24)
    noon = start[0] + (end[0] - start[0]) / 2
    clock_noon = pd.Timestamp(day, tz="UTC") + pd.Timedelta(hours=12 - longitude_deg / 15)
    assert abs(noon - clock_noon) < pd.Timedelta(minutes=18)  # the equation of time never exceeds 17
