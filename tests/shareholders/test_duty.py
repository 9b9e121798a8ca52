"""The duty on a sale: worked cases, the minimum, and where each figure comes from."""

import datetime as dt
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mine_de_soleil.rules.law import NotInForce
from shareholders.duty import transfer_duty

CASES = Path(__file__).parent.parent / "cases" / "transfers.toml"
WORKED = tomllib.loads(CASES.read_text(encoding="utf-8"), parse_float=Decimal)["duty"]
TODAY = dt.date(2026, 11, 20)


@pytest.mark.parametrize("case", WORKED, ids=lambda case: case["name"])
def test_a_worked_sale_owes_what_the_treasurer_finds(case: dict[str, Any]):
    duty = transfer_duty(case["price"], case["on"])
    assert duty.proportional == case["proportional"]
    assert duty.amount == case["amount"]
    assert duty.declare_before == case["declare_before"]


def test_a_duty_keeps_the_steps_of_the_law_it_used():
    duty = transfer_duty(Decimal("500"), TODAY)
    assert [step.confidence for step in duty.sources] == ["S", "M", "S"]
    assert not duty.is_verified
    assert duty.rate_percent == Decimal("0.1")


def test_exactly_the_minimum_is_not_called_a_minimum():
    assert transfer_duty(Decimal("24999.99"), TODAY).proportional == Decimal("25.00")
    assert not transfer_duty(Decimal("25000"), TODAY).is_minimum
    assert transfer_duty(Decimal("24990"), TODAY).is_minimum


@pytest.mark.parametrize("price", ["0", "-1", "NaN", "Infinity"])
def test_what_is_no_price_owes_no_duty(price: str):
    with pytest.raises(ValueError, match="no price"):
        transfer_duty(Decimal(price), TODAY)


def test_a_sale_of_before_the_rate_is_an_error_that_names_the_day():
    with pytest.raises(NotInForce, match="2012-07-31"):
        transfer_duty(Decimal("500"), dt.date(2012, 7, 31))


@given(st.integers(1, 10**12))
def test_a_duty_is_in_whole_cents_and_never_below_the_minimum(cents: int):
    duty = transfer_duty(Decimal(cents) / 100, TODAY)
    assert duty.amount >= 25
    assert duty.amount == duty.amount.quantize(Decimal("0.01"))


@given(st.integers(1, 10**10), st.integers(1, 10**10))
def test_a_higher_price_never_owes_less(one: int, other: int):
    low, high = sorted((one, other))
    assert transfer_duty(Decimal(low), TODAY).amount <= transfer_duty(Decimal(high), TODAY).amount
