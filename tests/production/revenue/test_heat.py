"""Heat to euros: the pencil cases, twelfths that add up, VAT by renewable share."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from production.revenue.energy import Metered
from production.revenue.errors import InvalidContract, UnknownRate
from production.revenue.figures import Dated, Figure, agreed
from production.revenue.heat import heat_months, heat_vat, r1_of_fuels, r2_of_parts
from production.revenue.invoice import invoice
from production.revenue.lines import Part
from tests.production.revenue.contracts_for_tests import CASES, dated, heat_contract, month_end

YEAR = dt.date(2026, 1, 1), dt.date(2026, 12, 31)
JAN_1, JAN_31 = YEAR[0], dt.date(2026, 1, 31)


@pytest.mark.parametrize("case", CASES["heat"], ids=lambda case: case["name"])
def test_a_pencil_finds_the_same_bill(case: dict[str, Any]):
    contract = heat_contract(case["r1"], case["r2"], case["subscribed_w"], case["renewable"])
    last = month_end(case["month"])
    months = heat_months(contract, [Metered(case["month"], last, case["energy_wh"], 31)], case["month"], last)
    bill = invoice(months)
    assert [line.amount for line in bill.lines] == [case["r1_amount"], case["r2_amount"]]
    assert {f"{vat.percent:f}": vat.amount for vat in bill.vat} == case["vat"]
    assert (bill.total, bill.mention, bill.cautions) == (case["total"], None, ())


@given(st.decimals(0, 1_000, places=3), st.integers(0, 10**7))
def test_twelve_months_of_subscription_are_the_year_to_the_cent(price: Decimal, watts: int):
    months = heat_months(heat_contract(r2=price, subscribed_w=watts), [], *YEAR)
    paid = sum(line.amount for month in months for line in month.lines if line.part is Part.SUBSCRIPTION)
    assert abs(paid - price * watts / 1000) <= Decimal("0.005")


def test_a_contract_that_starts_within_a_month_pays_its_days():
    contract = heat_contract(r2="120", subscribed_w=1_000, since=dt.date(2026, 1, 22))
    (month,) = heat_months(contract, [], JAN_1, JAN_31)
    # 120 € a year is 10 € a month; 10 days of 31: 3.2258 → 3.23
    assert [line.amount for line in month.lines if line.part is Part.SUBSCRIPTION] == [Decimal("3.23")]
    assert month.days == 10


def test_a_new_price_of_heat_cuts_the_energy_and_leaves_the_subscription_whole():
    r1 = (*dated(40, JAN_1), Dated(dt.date(2026, 1, 11), agreed(Decimal(50))))
    contract = replace(heat_contract(), r1=r1)
    (month,) = heat_months(contract, [Metered(JAN_1, JAN_31, 31_000_000, 31)], JAN_1, JAN_31)
    assert [(line.part, line.energy_wh) for line in month.lines] == [
        (Part.HEAT, 10_000_000),
        (Part.HEAT, 21_000_000),
        (Part.SUBSCRIPTION, 0),
    ]
    assert any("coupé" in note for note in month.notes)


def test_exactly_half_renewable_is_enough_for_the_reduced_rate():
    assert heat_vat(agreed(Decimal(50)), JAN_1).value == Decimal("5.5")
    assert heat_vat(agreed(Decimal("49.99")), JAN_1).value == 20


def test_a_rate_of_before_the_text_that_was_read_is_not_guessed():
    with pytest.raises(UnknownRate, match="04/06/2025"):
        heat_vat(agreed(Decimal(60)), dt.date(2025, 6, 4))


def test_indexed_heat_multiplies_both_prices():
    contract = replace(
        heat_contract(r1=100, r2="120", subscribed_w=1_000),
        r1_coefficients=dated("1.1", JAN_1),
        r2_coefficients=dated("1.2", JAN_1),
    )
    (month,) = heat_months(contract, [Metered(JAN_1, JAN_31, 10**6, 31)], JAN_1, JAN_31)
    assert [line.amount for line in month.lines] == [Decimal("110.00"), Decimal("12.00")]


def test_an_old_coefficient_of_heat_is_pointed_at():
    contract = replace(heat_contract(), r1_coefficients=dated(1, dt.date(2024, 1, 1)))
    (month,) = heat_months(contract, [], JAN_1, JAN_31)
    assert any("coefficient de R1" in note for note in month.notes)


def test_r1_is_weighted_by_fuels_and_as_sure_as_the_least_sure_price():
    prices = {"bois": agreed(Decimal(40)), "gaz": Figure(Decimal(90), "devis", "M")}
    found = r1_of_fuels(prices, {"bois": Decimal("0.9"), "gaz": Decimal("0.1")})
    assert (found.value, found.confidence) == (45, "M")


@pytest.mark.parametrize(
    "shares", [{"bois": "0.9"}, {"bois": "0.9", "gaz": "0.2"}, {"bois": "1.1", "gaz": "-0.1"}]
)
def test_shares_of_fuels_that_arent_are_refused(shares: dict[str, str]):
    prices = {"bois": agreed(Decimal(40)), "gaz": agreed(Decimal(90))}
    with pytest.raises(InvalidContract):
        r1_of_fuels(prices, {fuel: Decimal(share) for fuel, share in shares.items()})


def test_r2_is_the_sum_of_its_four_parts():
    parts = [agreed(Decimal(value)) for value in (3, 12, 8, "13.50")]
    assert r2_of_parts(*parts).value == Decimal("36.50")
