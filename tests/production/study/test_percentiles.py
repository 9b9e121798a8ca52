"""What is passed with which probability: worked numbers, and what must hold for any."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from production.study import percentiles
from production.study.percentiles import life_years
from production.uncertainty import UncertaintyError, UncertaintyItem

CASES = tomllib.loads((Path(__file__).parents[2] / "cases" / "yield_study.toml").read_text("utf-8"))["band"]
DEVIATIONS = st.floats(0, 0.5)
ITEMS = st.lists(
    st.builds(UncertaintyItem, st.just("a"), DEVIATIONS, st.just("test"), st.booleans()), max_size=8
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_worked_bands_come_out(case):
    items = [UncertaintyItem("a", deviation, "case") for deviation in case["lasting"]]
    items += [UncertaintyItem("b", deviation, "case", averages_out=True) for deviation in case["averaging"]]
    found = percentiles(case["p50_wh"], items, years=case["years"], probabilities=[case["probability"]])
    assert found.at(case["probability"]) == pytest.approx(
        case["energy_wh"], abs=max(1, 1e-6 * case["p50_wh"])
    )


@given(st.integers(0, 10**12), ITEMS, st.integers(1, 30))
def test_the_surer_the_lower(p50_wh, items, years):
    energies = [value.energy_wh for value in percentiles(p50_wh, items, years=years).values]
    assert energies == sorted(energies, reverse=True)
    assert min(energies) >= 0


@given(st.integers(0, 10**12), ITEMS, st.integers(2, 30))
def test_the_band_of_several_years_lies_within_that_of_one(p50_wh, items, years):
    one, several = percentiles(p50_wh, items), percentiles(p50_wh, items, years=years)
    assert several.deviation <= one.deviation
    assert one.at(0.9) <= several.at(0.9) <= several.at(0.5) <= several.at(0.1) <= one.at(0.1)


def test_without_doubt_everything_is_the_middle():
    assert {value.energy_wh for value in percentiles(1000, []).values} == {1000}


def test_a_probability_that_was_not_asked_for_is_not_told():
    with pytest.raises(KeyError):
        percentiles(1000, []).at(0.42)


def test_no_years_have_no_mean():
    with pytest.raises(UncertaintyError, match="years"):
        percentiles(1000, [], years=0)


def test_each_year_of_life_has_its_own_band():
    years = life_years([1000.4, 990.0], [UncertaintyItem("a", 0.1, "case")])
    assert [(year.year, year.p50_wh, year.p90_wh) for year in years] == [(1, 1000, 872), (2, 990, 863)]
