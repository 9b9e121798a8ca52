"""The finding in a chart's title: which month fell furthest below its band."""

from production.charts import Bar
from production.plant_pages import _worst_month


def month(number: int, metered_wh: int, *, is_complete: bool = True) -> Bar:
    """A month of 100 kWh expected, 90 to 110 eight years in ten."""
    return Bar("", metered_wh, 90_000, 100_000, 110_000, is_complete, month=number)


def test_the_month_furthest_below_its_band_is_named():
    told = _worst_month([month(1, 100_000), month(2, 85_000), month(3, 68_000)])
    assert "mars" in told
    assert "32\u202f%" in told


def test_a_month_inside_its_band_is_not_a_finding():
    assert _worst_month([month(1, 91_000), month(2, 120_000)]) == ""


def test_a_month_without_complete_readings_is_not_blamed():
    assert _worst_month([month(3, 10_000, is_complete=False)]) == ""
