"""Energy by cause: the pencil cases, and sums that are exact."""

import copy
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from production.losses_by_cause import (
    KNOWN_CAUSES,
    Cause,
    LossesRefused,
    availability,
    chain_wh,
    corrected_performance_ratio,
    lost_by_cause,
    performance_ratio,
    specific_yield,
)

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "losses_by_cause.toml").read_text("utf-8"))
ENERGY = st.integers(0, 10**12)


def by_cause(figures):
    return {Cause(name): value for name, value in figures.items()}


@pytest.mark.parametrize("case", CASES["balance"], ids=lambda case: case["name"])
def test_the_worked_balances_come_out(case):
    found = lost_by_cause(
        expected_wh=case["expected_wh"],
        weather_wh=case.get("weather_wh"),
        metered_wh=case["metered_wh"],
        losses_wh=by_cause(case["losses_wh"]),
    )
    assert found.of(Cause.WEATHER) == case["weather"]
    assert found.of(Cause.UNKNOWN) == case["unknown"]
    assert {lost.cause for lost in found.causes} == set(Cause)


@pytest.mark.parametrize("case", CASES["chain"], ids=lambda case: case["name"])
def test_the_worked_chains_come_out(case):
    assert chain_wh(case["expected_wh"], by_cause(case["fractions"])) == by_cause(case["taken_wh"])


@pytest.mark.parametrize("case", CASES["ratio"], ids=lambda case: case["name"])
def test_the_worked_ratios_come_out(case):
    energy, power, light = case["energy_wh"], case["peak_power_w"], tuple(case["plane_wh_m2"])
    assert specific_yield(energy_wh=energy, peak_power_w=power) == pytest.approx(case["specific_yield"])
    plain = performance_ratio(energy_wh=energy, peak_power_w=power, plane_wh_m2=sum(light))
    assert plain == pytest.approx(case["ratio"])
    corrected = corrected_performance_ratio(
        energy_wh=energy,
        peak_power_w=power,
        plane_wh_m2=light,
        cell_c=tuple(case["cell_c"]),
        gamma_per_k=case["gamma_per_k"],
    )
    assert corrected == pytest.approx(case["corrected"], abs=1e-6)


@given(ENERGY, st.none() | ENERGY, ENERGY, st.dictionaries(st.sampled_from(KNOWN_CAUSES), ENERGY))
def test_the_causes_always_add_up_to_what_is_missing(expected, weather, metered, losses):
    found = lost_by_cause(expected_wh=expected, weather_wh=weather, metered_wh=metered, losses_wh=losses)
    assert sum(lost.energy_wh for lost in found.causes) == expected - metered == found.lost_wh


@given(ENERGY, st.dictionaries(st.sampled_from(KNOWN_CAUSES), st.floats(0, 1)))
def test_a_chain_never_takes_more_than_there_is(expected, fractions):
    taken = chain_wh(expected, fractions)
    assert all(energy >= 0 for energy in taken.values())
    assert sum(taken.values()) <= expected


def test_half_the_energy_lost_to_outages_is_half_available():
    assert availability(metered_wh=500, outage_wh=500) == 0.5
    assert availability(metered_wh=0, outage_wh=0) is None


def test_a_night_has_no_performance_ratio():
    assert performance_ratio(energy_wh=0, peak_power_w=1_000, plane_wh_m2=0) is None


@pytest.mark.parametrize("wrong", [-1, float("nan"), float("inf")])
def test_an_impossible_energy_is_refused_by_name(wrong):
    with pytest.raises(LossesRefused, match="Une énergie manque") as caught:
        lost_by_cause(expected_wh=10, weather_wh=None, metered_wh=wrong, losses_wh={})
    assert caught.value.field == "metered_wh"


@pytest.mark.parametrize("cause", [Cause.WEATHER, Cause.UNKNOWN])
def test_what_is_computed_cannot_be_claimed(cause):
    with pytest.raises(LossesRefused, match="se calcule"):
        lost_by_cause(expected_wh=10, weather_wh=None, metered_wh=5, losses_wh={cause: 1})
    with pytest.raises(LossesRefused, match="se calcule"):
        chain_wh(10, {cause: 0.1})


def test_figures_out_of_range_are_refused_by_name():
    with pytest.raises(LossesRefused, match="de 0 à 1"):
        chain_wh(10, {Cause.SOILING: 1.5})
    with pytest.raises(LossesRefused, match="puissance crête"):
        specific_yield(energy_wh=1, peak_power_w=0)
    with pytest.raises(LossesRefused, match="température par intervalle"):
        corrected_performance_ratio(
            energy_wh=1, peak_power_w=1, plane_wh_m2=(1.0,), cell_c=(), gamma_per_k=-0.004
        )
    with pytest.raises(LossesRefused, match="coefficient"):
        corrected_performance_ratio(
            energy_wh=1, peak_power_w=1, plane_wh_m2=(1.0,), cell_c=(25.0,), gamma_per_k=0.4
        )


def test_a_refusal_survives_a_trip_between_processes():
    refused = copy.copy(LossesRefused("a", "Non."))
    assert (refused.field, str(refused)) == ("a", "Non.")
