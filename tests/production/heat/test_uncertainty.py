"""Bands of heat from wood."""

from dataclasses import replace

import pytest

from production.heat import heat_items
from production.heat.uncertainty import WINTERS
from production.uncertainty import band
from tests.production.heat.networks import FLATS, network


def test_thirty_winters_differ_by_8_6_percent():
    assert len(WINTERS) == 30
    everything_heated = network(buildings=(replace(FLATS, hot_water_fraction=0.0),))
    assert heat_items(everything_heated)[0].standard_deviation == pytest.approx(0.0861, abs=5e-5)


def test_a_hard_winter_moves_heating_and_not_hot_water():
    baths = network(buildings=(replace(FLATS, hot_water_fraction=1.0),))
    assert heat_items(baths)[0].standard_deviation == 0
    assert heat_items(network())[0].standard_deviation == pytest.approx(0.0861 * 0.8, rel=1e-3)


def test_p90_is_below_p75_below_p50_and_ten_years_are_surer_than_one():
    items = heat_items(network())
    one = [band(1000.0, items, part) for part in (0.5, 0.75, 0.9)]
    assert one[0] == 1000.0
    assert one[0] > one[1] > one[2] > 0
    assert band(1000.0, items, 0.9, years=10) > one[2]


def test_only_the_winters_are_told_as_verified():
    assert [item.is_verified for item in heat_items(network())] == [True, False, False, False, False, False]
