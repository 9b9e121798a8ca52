"""Energy to euros month by month: the pencil cases, the cap, changes within a month, gaps said."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from production.revenue.energy import Metered
from production.revenue.errors import InvalidContract, InvalidEnergy
from production.revenue.figures import Dated, agreed
from production.revenue.lines import MonthRevenue, Part, add_up
from production.revenue.months import MarketMonth, complement_months, energy_months
from tests.production.revenue.contracts_for_tests import (
    CASES,
    END,
    START,
    a_cap,
    complement_contract,
    dated,
    days,
    energy_contract,
    month_end,
)

JUNE_30 = dt.date(2026, 6, 30)


def of_case(case: dict[str, Any]) -> MonthRevenue:
    cap = a_cap(case["cap_hours"], case["cap_power_w"]) if "cap_hours" in case else None
    contract = energy_contract(case["price"], case.get("coefficient"), cap=cap)
    metered = days(case["month"], case["days_read"], case["daily_wh"])
    (month,) = energy_months(contract, metered, case["month"], month_end(case["month"]))
    return month


@pytest.mark.parametrize("case", CASES["energy"], ids=lambda case: case["name"])
def test_a_treasurers_pencil_finds_the_same_amounts(case: dict[str, Any]):
    month = of_case(case)
    found = [{"part": line.part, "energy_wh": line.energy_wh, "amount": line.amount} for line in month.lines]
    assert found == case["lines"]
    assert month.covered == Fraction(case["days_read"], 30)
    assert month.is_complete is (case["days_read"] == 30)
    assert bool(month.notes) is not month.is_complete


@pytest.mark.parametrize("case", CASES["complement"], ids=lambda case: case["name"])
def test_a_pencil_finds_the_same_complement(case: dict[str, Any]):
    contract = complement_contract(case["strike"], case.get("coefficient"))
    market = MarketMonth(START, agreed(Decimal(case["reference"])), excluded_wh=case.get("excluded_wh", 0))
    metered = [Metered(START, JUNE_30, case["energy_wh"], 30)]
    (month,) = complement_months(contract, metered, [market], START, JUNE_30)
    assert [(line.part, line.amount) for line in month.lines] == [(Part.COMPLEMENT, case["amount"])]
    assert month.energy_wh == case["energy_wh"]


def test_a_gap_is_told_in_days_and_not_filled():
    (month,) = energy_months(energy_contract(), days(START, 29, 1_000), START, JUNE_30)
    assert month.notes == ("1 jour manque sur 30\u202f: son énergie n’est pas comptée.",)
    (month,) = energy_months(energy_contract(), days(START, 28, 1_000), START, JUNE_30)
    assert month.notes == ("2 jours manquent sur 30\u202f: leur énergie n’est pas comptée.",)


def test_a_month_without_any_reading_has_a_line_of_nothing_and_a_coverage_of_nothing():
    (month,) = energy_months(energy_contract(), [], START, JUNE_30)
    assert (month.net, month.covered, month.is_complete) == (0, 0, False)


def test_only_days_of_the_contract_count():
    before = dt.date(2026, 5, 1)
    months = energy_months(energy_contract(), days(before, 61, 1_000), before, JUNE_30)
    assert [(month.first, month.days, month.energy_wh) for month in months] == [(START, 30, 30_000)]
    assert energy_months(energy_contract(), [], END + dt.timedelta(days=1), dt.date(2050, 1, 1)) == []


def test_a_new_coefficient_in_the_middle_of_a_month_makes_two_lines():
    coefficients = (*dated(1), Dated(dt.date(2026, 6, 16), agreed(Decimal("1.1"))))
    contract = replace(energy_contract(10), coefficients=coefficients)
    (month,) = energy_months(contract, days(START, 30, 10_000), START, JUNE_30)
    # 15 × 10 × 0.10 = 15.00; the other half × 1.1 = 16.50
    assert [(line.first.day, line.amount) for line in month.lines] == [(1, 15), (16, Decimal("16.50"))]


def test_a_monthly_index_cut_by_a_new_price_says_so():
    prices = (*dated(10), Dated(dt.date(2026, 6, 11), agreed(Decimal(20))))
    contract = replace(energy_contract(), prices=prices, coefficients=None)
    (month,) = energy_months(contract, [Metered(START, JUNE_30, 300_001, 30)], START, JUNE_30)
    assert [line.energy_wh for line in month.lines] == [100_000, 200_001]
    assert any("coupé" in note for note in month.notes)
    assert month.is_complete


def test_energy_before_the_first_coefficient_has_no_price_and_keeps_the_rest():
    contract = replace(energy_contract(10), coefficients=dated(1, dt.date(2026, 6, 21)))
    (month,) = energy_months(contract, days(START, 30, 10_000), START, JUNE_30)
    assert (month.energy_wh, month.unpriced_wh, month.net) == (300_000, 200_000, 10)
    assert not month.is_complete
    assert any("coefficient L" in note for note in month.notes)


def test_the_cap_starts_anew_on_its_own_day_even_within_a_month():
    contract = energy_contract(10, None, cap=a_cap(10, 1_000, month=6, day=16))
    (month,) = energy_months(contract, days(START, 30, 1_000), START, JUNE_30)
    # 10 kWh a year. 1 to 15 June: 10 at 10 c€, 5 beyond. From the 16th: 10 again, 5 beyond.
    found = [(line.part, line.energy_wh) for line in month.lines]
    assert found == [(Part.ENERGY, 10_000), (Part.EXCESS, 5_000)] * 2


def test_the_cap_remembers_the_months_before():
    contract = energy_contract(10, None, cap=a_cap(40, 1_000))
    months = energy_months(contract, days(START, 61, 1_000), dt.date(2026, 7, 1), dt.date(2026, 7, 31))
    assert [line.energy_wh for line in months[0].lines] == [10_000, 21_000]


def test_missing_days_are_told_of_the_cap_only_where_they_could_have_reached_it():
    near, far = (energy_contract(10, None, cap=a_cap(hours)) for hours in (50, 1_600))
    metered = days(START, 28, 1_000)
    (told,) = energy_months(near, metered, START, JUNE_30)
    (quiet,) = energy_months(far, metered, START, JUNE_30)
    assert any("plafon" in note for note in told.notes)
    assert not any("plafon" in note for note in quiet.notes)


@given(st.lists(st.integers(0, 20_000), min_size=61, max_size=61), st.integers(0, 1_000))
def test_the_cap_never_loses_nor_invents_energy(daily: list[int], hours: int):
    contract = energy_contract(10, None, cap=a_cap(hours))
    metered = [Metered(d, d, wh, 1) for d, wh in zip(_days(61), daily, strict=True)]
    months = energy_months(contract, metered, START, dt.date(2026, 7, 31))
    lines = [line for month in months for line in month.lines]
    full = sum(line.energy_wh for line in lines if line.part is Part.ENERGY)
    assert sum(line.energy_wh for line in lines) == sum(daily) == add_up(months).energy_wh
    assert full == min(sum(daily), hours * 1_000)


def _days(count: int) -> list[dt.date]:
    return [START + dt.timedelta(days=i) for i in range(count)]


def test_a_coefficient_kept_longer_than_a_year_is_pointed_at():
    june_2027 = dt.date(2027, 6, 1)
    (month,) = energy_months(energy_contract(), days(june_2027, 30, 1), june_2027, dt.date(2027, 6, 30))
    assert any("plus d’un an" in note for note in month.notes)


def test_a_month_without_reference_price_has_its_energy_and_no_amount():
    (month,) = complement_months(complement_contract(), days(START, 30, 1_000), [], START, JUNE_30)
    assert (month.energy_wh, month.unpriced_wh, month.net, month.lines) == (30_000, 30_000, 0, ())
    assert "prix de référence de 06/2026" in month.notes[0]


def test_the_energy_sold_to_the_market_has_its_own_line_and_counts_once():
    market = MarketMonth(START, agreed(Decimal(40)), agreed(Decimal(42)))
    (month,) = complement_months(complement_contract(), days(START, 30, 10**6), [market], START, JUNE_30)
    # 30 MWh × 42 = 1,260.00 and 30 × 48.73 = 1,461.90
    assert [line.amount for line in month.lines] == [Decimal("1260.00"), Decimal("1461.90")]
    assert month.energy_wh == 30_000_000


def test_more_energy_without_complement_than_was_delivered_is_refused():
    market = MarketMonth(START, agreed(Decimal(40)), excluded_wh=30_001)
    with pytest.raises(InvalidEnergy, match="06/2026"):
        complement_months(complement_contract(), days(START, 30, 1_000), [market], START, JUNE_30)


def test_a_reference_price_given_twice_or_impossible_is_refused():
    twice = [MarketMonth(START, agreed(Decimal(40))), MarketMonth(JUNE_30, agreed(Decimal(41)))]
    with pytest.raises(InvalidEnergy, match="deux fois"):
        complement_months(complement_contract(), [], twice, START, JUNE_30)
    with pytest.raises(InvalidContract, match="Prix du marché"):
        complement_months(
            complement_contract(), [], [MarketMonth(START, agreed(Decimal("inf")))], START, START
        )
    with pytest.raises(InvalidEnergy, match="négative"):
        complement_months(complement_contract(), [], [MarketMonth(START, None, None, -1)], START, START)


def test_a_sum_of_months_carries_its_covered_share():
    months = energy_months(energy_contract(), days(START, 31, 1_000), START, dt.date(2026, 7, 31))
    found = add_up(months)
    assert (found.days, found.days_read, found.covered) == (61, 31, Fraction(31, 61))
    assert not found.is_complete
    assert found.net == sum(month.net for month in months)


def test_nothing_added_up_is_covered_by_nothing():
    assert add_up([]).covered == 0
