"""How much a month's weather varies."""

import datetime as dt

import pytest

from production.climate import get_monthly_climate
from production.study import month_weather_items
from production.uncertainty import monthly_weather_item

from ..studies import loos

HOUR = dt.timedelta(hours=1)


def test_the_weather_s_own_days_say_what_the_climate_says():
    data, _meta = loos()
    found = month_weather_items(data, HOUR, latitude=50.456, longitude=2.795, altitude_m=55.0)
    climate, _ = get_monthly_climate(50.456, 2.795, 55.0)
    for item, mean, spread in zip(found, climate["kt_mean"], climate["kt_daily_std"], strict=True):
        assert item.standard_deviation == pytest.approx(
            monthly_weather_item(mean, spread).standard_deviation, rel=0.08
        )


def test_a_sky_always_the_same_does_not_vary():
    data, _meta = loos()
    dark = data.assign(ghi=0.0)
    found = month_weather_items(dark, HOUR, latitude=50.456, longitude=2.795)
    assert {item.standard_deviation for item in found} == {0.0}


def test_the_polar_night_has_an_item_all_the_same():
    data, _meta = loos()
    assert len(month_weather_items(data.assign(ghi=0.0), HOUR, latitude=85.0, longitude=2.8)) == 12
