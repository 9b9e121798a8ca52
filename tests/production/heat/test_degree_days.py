"""Days of a weather, and the year others are measured by."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from production.heat import InvalidReference, StepTooLong, reference_climate
from production.heat.degree_days import read_days
from production.weather import ImplausibleWeather, MissingColumn, MissingHours, MissingValues, WrongTimeZone
from tests.production.heat.networks import HOUR, steady, wavy_year


def test_a_steady_week_has_its_temperature_on_seven_days_from_monday():
    days = read_days(steady(8.0), HOUR)
    np.testing.assert_allclose(days.mean_c, 8.0)
    np.testing.assert_allclose(days.weighted_c, 8.0)
    assert days.weekday.tolist() == list(range(7))
    assert days.hour[:3].tolist() == [0, 1, 2]


def test_a_day_remembers_the_three_before_it():
    # 0 °C, then 15 °C: 8/15 of the way on the first warm day, then 12/15, 14/15, and all of it.
    weather = pd.concat([steady(0.0, 4), steady(15.0, 4, "2025-01-16 23:00")])
    assert read_days(weather, HOUR).weighted_c == pytest.approx([0, 0, 0, 0, 8, 12, 14, 15])


def test_no_heat_is_asked_for_outside_the_heating_months_or_above_the_base():
    july = read_days(steady(8.0, 7, "2025-07-06 22:00"), HOUR)
    assert july.degree_days(18.0, (1, 2, 12)).sum() == 0
    assert july.degree_days(18.0, (7,)).sum() == pytest.approx(70)
    assert read_days(steady(21.0), HOUR).degree_days(18.0, (1,)).sum() == 0


@pytest.mark.parametrize("minutes", [10, 15, 30, 60, 180])
def test_the_step_of_the_weather_changes_nothing(minutes: int):
    times = pd.date_range("2025-01-12 23:00", periods=7 * 24 * 60 // minutes, freq=f"{minutes}min", tz="UTC")
    weather = pd.DataFrame({"temp_air": 8.0}, index=times)
    days = read_days(weather, timedelta(minutes=minutes))
    np.testing.assert_allclose(days.mean_c, 8.0)
    spread = days.spread(np.arange(7 * 24.0))
    assert len(spread) == len(times)
    assert spread.sum() == pytest.approx(np.arange(7 * 24).sum())


def test_intervals_that_straddle_hours_take_their_part_of_both():
    weather = steady(8.0, 1).set_axis(pd.date_range("2025-01-13 00:20", periods=24, freq="h", tz="UTC"))
    days = read_days(weather, HOUR)
    hourly = np.zeros(len(days.hour))
    hourly[1] = 60.0
    assert days.spread(hourly)[:3] == pytest.approx([20.0, 40.0, 0.0])


def test_a_reference_finds_the_wave_of_its_year():
    found = reference_climate(wavy_year(), HOUR)
    assert found.ground_mean_c == pytest.approx(11.0, abs=0.1)
    assert found.ground_swing_c == pytest.approx(8.0, abs=0.2)
    assert found.coldest_day == pytest.approx(18.0, abs=1.5)
    assert len(found.weather_sha256) == 64


def test_a_week_is_no_reference():
    with pytest.raises(InvalidReference, match="7 days"):
        reference_climate(steady(8.0), HOUR)


def test_a_weather_that_cannot_be_is_refused_by_name():
    good = steady(8.0)
    with pytest.raises(MissingColumn, match="temp_air"):
        read_days(good.rename(columns={"temp_air": "temperature"}), HOUR)
    with pytest.raises(ImplausibleWeather, match="°C"):
        read_days(good + 273.15, HOUR)
    with pytest.raises(MissingValues):
        read_days(good.drop(good.index[5]).reindex(good.index), HOUR)
    with pytest.raises(MissingHours):
        read_days(good.drop(good.index[5]), HOUR)
    with pytest.raises(WrongTimeZone):
        read_days(good.tz_localize(None), HOUR)
    with pytest.raises(StepTooLong):
        read_days(steady(8.0, 28)[:: 24 * 7], timedelta(days=7))
