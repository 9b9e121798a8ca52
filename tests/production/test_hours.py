"""One day by hours: summer time, coarse meters, two meters, and weathers whose hours begin at any minute."""

import datetime as dt

import pytest

from production.hours import HourlyCurve, MeteredHours, expected_hours, hour_bars, metered_hours
from production.models import ExpectedDay
from tests.factories import MeterFactory, plant_with_meter
from tests.production.deliveries import bring, paris_day
from tests.production.told import Kind, a_weather, tell, tell_for_real

pytestmark = pytest.mark.django_db

JUNE_10 = dt.date(2025, 6, 10)


def test_six_readings_of_ten_minutes_are_one_hour():
    meter = plant_with_meter()
    bring(meter, paris_day(JUNE_10, 500, minutes=10))
    hours = metered_hours(meter.plant, JUNE_10)
    assert set(hours.energy_wh.values()) == {3_000}
    assert (len(hours.energy_wh), hours.is_coarse) == (24, False)
    assert all(bar.is_complete for bar in hour_bars(meter.plant, JUNE_10, hours, None))


def test_the_hour_of_one_silent_meter_of_two_is_hatched():
    meter = plant_with_meter()
    MeterFactory(plant=meter.plant)
    bring(meter, paris_day(JUNE_10, 500))
    hours = metered_hours(meter.plant, JUNE_10)
    assert not any(bar.is_complete for bar in hour_bars(meter.plant, JUNE_10, hours, None))


@pytest.mark.parametrize(("day", "count"), [(dt.date(2025, 3, 30), 23), (dt.date(2025, 10, 26), 25)])
def test_days_of_23_and_25_hours_have_as_many_columns_with_names_of_their_own(day: dt.date, count: int):
    meter = plant_with_meter()
    bring(meter, paris_day(day, 500))
    labels = [bar.label for bar in hour_bars(meter.plant, day, metered_hours(meter.plant, day), None)]
    assert len(labels) == len(set(labels)) == count


def test_a_meter_that_counts_by_the_day_has_no_hours():
    meter = plant_with_meter()
    bring(meter, b"horodate_utc;energie_wh\n2025-06-09T22:00:00Z;96000\n2025-06-10T22:00:00Z;96000\n")
    hours = metered_hours(meter.plant, JUNE_10)
    assert (hours.is_coarse, hours.energy_wh) == (True, {})


def test_a_dark_day_without_weather_has_no_column():
    plant = plant_with_meter().plant
    assert hour_bars(plant, JUNE_10, MeteredHours({}, {}, 1, False), None) == []


def test_the_curve_adds_up_to_the_day_told():
    plant = plant_with_meter().plant
    tell_for_real(plant, JUNE_10, 3)
    told = plant.expected_days.get(day=JUNE_10)
    curve = expected_hours(plant, JUNE_10)
    assert sum(curve.energy_wh.values()) == pytest.approx(told.energy_wh, rel=1e-3)


def test_hours_that_begin_at_ten_past_belong_to_the_hour_of_their_middle():
    plant = plant_with_meter().plant
    noon = dt.datetime(2025, 6, 10, 10, tzinfo=dt.UTC)
    curve = HourlyCurve({noon: 5.0}, a_weather(), "past")
    (bar,) = hour_bars(plant, JUNE_10, MeteredHours({}, {}, 1, False), curve)
    assert (bar.label, bar.weather_wh, bar.metered_wh) == ("12\u202fh", 5.0, None)


def test_a_weather_that_was_goes_before_one_announced():
    plant = plant_with_meter().plant
    tell_for_real(plant, JUNE_10, 1)
    tell(plant, {JUNE_10: 9}, a_weather(kind="forecast"), Kind.AHEAD)
    assert expected_hours(plant, JUNE_10).kind == ExpectedDay.Kind.PAST


def test_without_a_told_day_there_is_no_curve():
    assert expected_hours(plant_with_meter().plant, JUNE_10) is None


def test_the_curve_is_that_of_the_roofs_sensors_even_if_an_archive_came_after():
    plant = plant_with_meter().plant
    own = tell_for_real(plant, JUNE_10, 1, sensors=True)
    tell(plant, {JUNE_10: 9}, a_weather())
    tell(plant, {JUNE_10: 9}, a_weather("f0" * 32, kind="forecast"), Kind.AHEAD)
    assert expected_hours(plant, JUNE_10).weather == own
