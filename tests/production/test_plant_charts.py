"""The finding of a chart: which month fell furthest below its band, or below what its weather allowed."""

import datetime as dt

from production.charts import Bar
from production.judgement import NOT_TOLD, WeatherSplit
from production.plant_charts import worst_month, worst_told
from production.weather_reports import WeatherMonth


def month(number: int, metered_wh: int, *, is_complete: bool = True) -> Bar:
    """A month of 100 kWh expected, 90 to 110 eight years in ten."""
    return Bar("", metered_wh, 90_000, 100_000, 110_000, is_complete, month=number)


def test_the_month_furthest_below_its_band_is_named():
    told = worst_month([month(1, 100_000), month(2, 85_000), month(3, 68_000)])
    assert "mars" in told
    assert "32\u202f%" in told


def test_a_month_inside_its_band_is_not_a_finding():
    assert worst_month([month(1, 91_000), month(2, 120_000)]) == ""


def test_a_month_without_complete_readings_is_not_blamed():
    assert worst_month([month(3, 10_000, is_complete=False)]) == ""


def told(month: int, metered_wh: int, weather_wh: int = 100_000) -> WeatherMonth:
    split = WeatherSplit(metered_wh, weather_wh, 100_000.0, 30)
    return WeatherMonth(1, dt.date(2025, month, 1), split, weather_wh, 30, 30)


def test_the_month_that_lost_most_energy_to_something_else_than_weather_is_named():
    # January lost a third of little, March a fifth of much.
    found = worst_told([told(1, 20_000, 30_000), told(3, 80_000), told(5, 99_000)])
    assert found == "En mars, 20\u202f% de moins que ce que le temps permettait."


def test_less_than_a_tenth_below_its_weather_is_no_finding():
    assert worst_told([told(3, 91_000), told(4, 130_000)]) == ""
    assert worst_told([WeatherMonth(1, dt.date(2025, 3, 1), NOT_TOLD, 0, 0, 31)]) == ""
