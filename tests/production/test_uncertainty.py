"""Bands around an expected yield."""

import pytest

from production import uncertainty
from production.uncertainty import UncertaintyItem, band

TEN_PERCENT = [UncertaintyItem("a", 0.06, "test"), UncertaintyItem("b", 0.08, "test", averages_out=True)]


def test_squares_of_independent_items_add():
    assert uncertainty.combined_standard_deviation(TEN_PERCENT) == pytest.approx(0.10)


def test_p50_is_the_expected_yield():
    assert band(978.0, TEN_PERCENT, 0.5) == pytest.approx(978.0)


def test_p90_lies_1_28_standard_deviations_below():
    assert band(1000.0, TEN_PERCENT, 0.9) == pytest.approx(1000 - 128.155, abs=0.01)


def test_p10_and_p90_are_symmetric():
    assert band(1000.0, TEN_PERCENT, 0.1) + band(1000.0, TEN_PERCENT, 0.9) == pytest.approx(2000)


def test_only_the_weather_averages_out_over_the_years():
    ten_years = uncertainty.combined_standard_deviation(TEN_PERCENT, years=10)
    assert ten_years == pytest.approx((0.06**2 + 0.08**2 / 10) ** 0.5)


def test_every_item_names_a_source_and_none_passes_for_verified():
    assert all(item.source and item.place for item in uncertainty.YEARLY_ITEMS)
    assert not any(item.is_verified for item in uncertainty.YEARLY_ITEMS)


def test_the_weather_of_french_regions_varies_by_four_percent():
    weather = uncertainty.YEARLY_ITEMS[0]
    assert (weather.standard_deviation, weather.place, weather.averages_out) == (0.04, "France", True)


def test_the_published_items_give_about_nine_percent():
    assert uncertainty.combined_standard_deviation(uncertainty.YEARLY_ITEMS) == pytest.approx(
        0.095, abs=0.001
    )


def test_a_month_is_less_sure_than_a_year():
    month = uncertainty.monthly_weather_item(kt_mean=0.48, kt_daily_std=0.146)
    assert month.standard_deviation == pytest.approx(0.074, abs=0.001)
    assert month.standard_deviation > uncertainty.YEARLY_ITEMS[0].standard_deviation


@pytest.mark.parametrize("probability", [0.0, 1.0, 90.0, float("nan")])
def test_a_probability_is_between_nought_and_one(probability):
    with pytest.raises(uncertainty.UncertaintyError, match="probability"):
        band(978.0, TEN_PERCENT, probability)


@pytest.mark.parametrize("deviation", [-0.1, 1.5, float("nan")])
def test_a_deviation_is_a_fraction(deviation):
    with pytest.raises(uncertainty.UncertaintyError, match="fraction"):
        UncertaintyItem("percent by mistake", deviation, "test")


def test_no_years_is_no_answer():
    with pytest.raises(uncertainty.UncertaintyError, match="years"):
        band(978.0, TEN_PERCENT, 0.9, years=0)
