"""Losses item by item, by month, and with age."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from production.fleet import Losses, LossesOutOfRange, build_fleet, expected_energy_wh
from tests.production.fleet.plants import HOUR, plant, yearly_kwh

WINTER_SOILING = (0.05, 0.04, 0.03, 0.02, 0.01, 0.01, 0.01, 0.01, 0.02, 0.03, 0.04, 0.05)


def test_losses_multiply_to_the_pvwatts_default():
    assert Losses().fraction == pytest.approx(0.1408, abs=5e-5)


def test_one_lump_is_that_fraction_and_nothing_else():
    assert Losses.lumped(0.14).fraction == pytest.approx(0.14)


def test_a_lump_and_items_of_the_same_product_yield_alike(loos):
    lump, items = plant(losses_fraction=Losses().fraction), plant(losses=Losses())
    first, second = yearly_kwh([lump, items], loos)
    assert first == pytest.approx(second, rel=1e-12)


def test_more_losses_mean_less_energy_in_proportion(loos):
    none, some = yearly_kwh([plant(losses_fraction=0.0), plant(losses_fraction=0.1)], loos)
    assert some / none == pytest.approx(0.9, abs=0.005)


def test_monthly_soiling_falls_on_its_months(loos):
    clean = replace(Losses(), soiling=0.0)
    fleet = build_fleet([plant(losses=clean), plant(losses=replace(clean, soiling=WINTER_SOILING))])
    energy = expected_energy_wh(fleet, loos, HOUR)
    months = energy.groupby(energy.index.tz_convert("Etc/GMT-1").month).sum()
    np.testing.assert_allclose(1 - months[1] / months[0], WINTER_SOILING, atol=0.002)


@pytest.mark.parametrize("kind", [list, np.array])
def test_twelve_months_may_be_a_list_or_an_array(kind):
    assert replace(Losses(), soiling=kind(WINTER_SOILING)) == replace(Losses(), soiling=WINTER_SOILING)


def test_degradation_is_linear_with_age(loos):
    new, ten, twenty = yearly_kwh([plant(losses=Losses(), age_years=age) for age in (0, 10, 20)], loos)
    assert new - ten == pytest.approx(ten - twenty, rel=0.01)
    assert ten / new == pytest.approx(0.95, abs=0.002)


def test_a_plant_described_can_be_written_as_json():
    described = plant(losses=replace(Losses(), soiling=WINTER_SOILING), horizon_deg=(5.0,) * 8)
    assert json.loads(json.dumps(asdict(described)))["losses"]["soiling"][0] == 0.05


FAULTS = {
    "percent for a fraction": (replace(Losses(), mismatch=2.0), "plant 0: mismatch losses"),
    "negative": (replace(Losses(), wiring=-0.02), "wiring losses"),
    "not a number": (replace(Losses(), snow=float("nan")), "snow losses"),
    "eleven months": (replace(Losses(), soiling=(0.02,) * 11), "soiling has 11 values, not one value or 12"),
    "one month negative": (replace(Losses(), shading=(0.02,) * 11 + (-0.1,)), "shading losses"),
    "months where there are none": (replace(Losses(), wiring=(0.02,) * 12), "wiring has 12 values"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faulty_losses_are_refused_by_name(fault):
    losses, match = FAULTS[fault]
    with pytest.raises(LossesOutOfRange, match=match):
        build_fleet([plant(losses=losses)])


def test_a_plant_worn_down_to_nothing_is_refused():
    worn = plant(losses=replace(Losses(), degradation_per_year=0.05), age_years=20)
    with pytest.raises(LossesOutOfRange, match="leaves nothing"):
        build_fleet([worn])


@given(st.lists(st.floats(0, 0.3), min_size=9, max_size=9))
def test_what_is_kept_never_leaves_nought_to_one(items):
    losses = Losses(**dict(zip(Losses.items, items, strict=False)))
    assert 0 <= losses.fraction < 1
    assert losses.kept().shape == (len(Losses.items), 12)
