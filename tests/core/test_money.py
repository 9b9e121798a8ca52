"""Euros: rounding and splitting, to the cent."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mine_de_soleil.core.money import round_to_cent, split


def test_half_a_cent_goes_up():
    assert round_to_cent(Decimal("0.375")) == Decimal("0.38")


def test_half_a_cent_below_zero_goes_away_from_zero():
    assert round_to_cent(Decimal("-0.375")) == Decimal("-0.38")


def test_a_third_each_adds_up():
    assert split(Decimal("1.00"), [1, 1, 1]) == [Decimal("0.34"), Decimal("0.33"), Decimal("0.33")]


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1]])
def test_weights_without_a_sense_are_refused(weights: list[int]):
    with pytest.raises(ValueError):
        split(Decimal("1.00"), weights)


def test_a_fraction_of_a_cent_is_refused():
    with pytest.raises(ValueError, match="whole number of cents"):
        split(Decimal("1.001"), [1])


@given(
    cents=st.integers(-(10**9), 10**9),
    weights=st.lists(st.integers(0, 10**6), min_size=1, max_size=40).filter(lambda w: sum(w) > 0),
)
def test_parts_add_up_and_each_is_within_a_cent(cents: int, weights: list[int]):
    amount = Decimal(cents) / 100
    parts = split(amount, weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - amount * weight / sum(weights)) < Decimal("0.01")
