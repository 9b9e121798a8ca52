"""Which boiler: curves, sizes, and what is published of them."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from production.heat import (
    HeatUnitsMixed,
    balance,
    coverage_by_size,
    demonstration_network,
    design_load_w,
    load_duration,
    reference_climate,
)
from production.weather import read_epw
from tests.production.heat.networks import HOUR, PLAIN, network, steady, wavy_year

WAVY = wavy_year()


def test_the_duration_curve_falls_and_holds_the_whole_year():
    found = balance(network(), WAVY, HOUR)
    curve = load_duration(found)
    assert (np.diff(curve["load_w"]) <= 0).all()
    assert curve["load_w"].sum() == pytest.approx(found.load_w.sum())
    assert curve["wood_w"].sum() == pytest.approx(found.totals["wood_heat_wh"])
    assert curve.index[-1] == 8760


@settings(max_examples=15, deadline=None)
@given(st.lists(st.floats(2e4, 1e6), min_size=2, max_size=6, unique=True), st.sampled_from([0.0, 0.3]))
def test_a_larger_boiler_covers_more_where_it_can_serve_small_loads(sizes: list[float], least: float):
    boiler = replace(PLAIN, minimum_fraction=least, store_wh=1e9)
    table = coverage_by_size(network(boiler=boiler), WAVY, HOUR, sorted(sizes))
    assert all(b >= a - 1e-12 for a, b in pairwise(table["coverage"]))
    assert all(b <= a + 1e-9 for a, b in pairwise(table["full_load_hours"]))


def test_a_boiler_too_large_for_the_summer_covers_less_without_a_store():
    boiler = replace(PLAIN, minimum_fraction=0.3)
    table = coverage_by_size(network(boiler=boiler), WAVY, HOUR)
    assert table["coverage"].iloc[-1] < table["coverage"].max()


def test_the_sizes_swept_go_from_a_tenth_to_the_whole_of_the_greatest_load():
    table = coverage_by_size(network(), WAVY, HOUR)
    assert table["peak_fraction"].iloc[0] == pytest.approx(0.1)
    assert table["peak_fraction"].iloc[-1] == pytest.approx(1.0)
    assert table["coverage"].iloc[-1] == pytest.approx(1.0)


def test_the_design_load_grows_with_the_cold():
    mild, cold = design_load_w(network(), 5.0), design_load_w(network(), -9.0)
    assert cold > mild
    assert mild == pytest.approx(balance(network(), steady(5.0), HOUR).gas_peak_w)


def test_a_size_in_kilowatts_is_refused():
    with pytest.raises(HeatUnitsMixed):
        coverage_by_size(network(), WAVY, HOUR, [1500.0])


def test_on_a_real_year_half_the_peak_covers_what_is_published(shared_data: Path):
    # Carbon Trust, as told by Forestry Commission Scotland: 50 to 60 % of the peak, about 85 % of the heat.
    (epw,) = (shared_data / "weather").glob("BEL_VLG_Uccle*.epw.gz")
    weather, _ = read_epw(epw)
    described = demonstration_network(reference_climate(weather, HOUR))
    table = coverage_by_size(described, weather, HOUR).set_index("peak_fraction")["coverage"]
    half, three_fifths = (float(table.iloc[np.abs(table.index - part).argmin()]) for part in (0.5, 0.6))
    assert 0.82 < half < 0.92
    assert half < three_fifths < 0.95
