"""The invoice to be issued: nothing incomplete in silence, nothing unverified in silence."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from production.revenue.contracts import Kind
from production.revenue.errors import NotInvoiceable
from production.revenue.figures import Dated, Figure, agreed
from production.revenue.invoice import REVERSE_CHARGE, invoice
from production.revenue.months import MarketMonth, complement_months, energy_months
from tests.production.revenue.contracts_for_tests import (
    START,
    complement_contract,
    dated,
    days,
    energy_contract,
)

JUNE_30, JULY_31 = dt.date(2026, 6, 30), dt.date(2026, 7, 31)


def two_months(count: int = 61):
    return energy_months(energy_contract(), days(START, count, 200_000), START, JULY_31)


def test_a_sale_under_purchase_obligation_has_no_vat_and_says_reverse_charge():
    bill = invoice(two_months())
    # June 481.50; July 31 × 200 kWh = 6,200 × 0.0792 × 1.01325 = 497.54628 → 497.55
    assert [line.amount for line in bill.lines] == [Decimal("481.50"), Decimal("497.55")]
    assert (bill.net, bill.vat_amount, bill.total) == (Decimal("979.05"), 0, Decimal("979.05"))
    assert bill.mention == REVERSE_CHARGE
    assert any("mémoire" in caution for caution in bill.cautions)
    assert (bill.first, bill.last, bill.is_credit_note) == (START, JULY_31, False)


def test_an_incomplete_month_is_refused_by_name_and_told_when_agreed_to():
    with pytest.raises(NotInvoiceable, match="07/2026"):
        invoice(two_months(60))
    bill = invoice(two_months(60), incomplete_agreed=True)
    assert any(caution.startswith("07/2026") and "1 jour manque" in caution for caution in bill.cautions)


def test_every_unverified_figure_is_told_once():
    doubtful = (Dated(START, Figure(Decimal("7.92"), "table", "S")),)
    contract = replace(energy_contract(), prices=doubtful)
    bill = invoice(energy_months(contract, days(START, 61, 1_000), START, JULY_31))
    assert sum("7,92" in caution for caution in bill.cautions) == 1


def test_participants_of_a_sharing_pay_vat_rounded_once_a_rate():
    contract = energy_contract("12.345", None, kind=Kind.SHARED, vat=dated(20))
    bill = invoice(energy_months(contract, days(START, 30, 10_000), START, JUNE_30))
    # 300 kWh × 0.12345 = 37.035 → 37.04; × 20 % = 7.408 → 7.41
    assert [(vat.percent, vat.base, vat.amount) for vat in bill.vat] == [
        (20, Decimal("37.04"), Decimal("7.41"))
    ]
    assert (bill.total, bill.mention) == (Decimal("44.45"), None)


def test_a_new_vat_rate_within_the_contract_makes_a_second_line():
    vat = (*dated(20), Dated(dt.date(2026, 6, 16), agreed(Decimal(10))))
    contract = energy_contract(10, None, kind=Kind.SHARED, vat=vat)
    bill = invoice(energy_months(contract, days(START, 30, 10_000), START, JUNE_30))
    assert [(line.percent, line.amount) for line in bill.vat] == [(10, Decimal("1.50")), (20, 3)]


def test_a_market_above_the_strike_makes_a_credit_note():
    market = [MarketMonth(START, agreed(Decimal(120)))]
    bill = invoice(complement_months(complement_contract(), days(START, 30, 10**6), market, START, JUNE_30))
    assert bill.is_credit_note
    assert bill.mention is None
    assert any("complément" in caution for caution in bill.cautions)


@pytest.mark.parametrize("order", [[], [1, 0], [0, 0]])
def test_months_that_dont_follow_each_other_are_refused(order: list[int]):
    months = two_months()
    with pytest.raises(NotInvoiceable):
        invoice([months[i] for i in order])


def test_months_of_two_contracts_are_refused():
    first, second = two_months()
    with pytest.raises(NotInvoiceable, match="un seul contrat"):
        invoice([first, replace(second, contract="BTA 2")])


@given(st.lists(st.integers(0, 10**6), min_size=30, max_size=30))
def test_net_and_vat_are_the_sum_of_what_stands_on_the_lines(daily: list[int]):
    contract = energy_contract("12.345", None, kind=Kind.SHARED, vat=dated(20))
    metered = [day for i, wh in enumerate(daily) for day in days(START + dt.timedelta(days=i), 1, wh)]
    bill = invoice(energy_months(contract, metered, START, JUNE_30))
    assert bill.net == sum(line.amount for line in bill.lines)
    assert abs(bill.vat_amount - bill.net * 20 / 100) <= Decimal("0.005")
