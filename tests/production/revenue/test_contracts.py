"""Contracts: what the law proposes, and what no contract can be."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from production.revenue.contracts import Kind, anniversary, is_indexed, propose_purchase, propose_sharing
from production.revenue.errors import InvalidContract, UnknownRate, UnknownTariff
from production.revenue.figures import Dated, Figure, agreed
from production.revenue.tariffs import Sale
from tests.production.revenue.contracts_for_tests import (
    START,
    a_cap,
    complement_contract,
    dated,
    energy_contract,
    heat_contract,
)


def test_the_law_proposes_price_cap_and_twenty_years_each_with_its_mark():
    found = propose_purchase(
        Sale.TOTAL,
        reference="BTA 7",
        peak_power_w=45_000,
        requested_on=dt.date(2026, 2, 1),
        starts_on=dt.date(2026, 6, 15),
    )
    assert found.prices[0].figure.value == Decimal("7.92")
    assert found.ends_on == dt.date(2046, 6, 14)
    assert found.cap is not None and found.cap.yearly_wh == 72_000_000  # 1,600 h × 45 kW
    assert found.cap.hours.confidence == found.cap.excess.confidence == "M"
    assert (found.cap.month, found.cap.day) == (6, 15)
    assert found.coefficients is not None and found.coefficients[0].figure.caution is not None


def test_a_small_surplus_plant_of_today_is_not_indexed():
    asked = {"requested_on": dt.date(2026, 2, 1), "starts_on": dt.date(2026, 6, 15), "reference": "BTA 8"}
    assert propose_purchase(Sale.SURPLUS, peak_power_w=9_000, **asked).coefficients is None
    assert propose_purchase(Sale.SURPLUS, peak_power_w=9_100, **asked).coefficients is not None


def test_before_28_march_2025_small_plants_were_indexed():
    assert is_indexed(peak_power_w=3_000, requested_on=dt.date(2025, 3, 27))
    assert not is_indexed(peak_power_w=3_000, requested_on=dt.date(2025, 3, 28))


@pytest.mark.parametrize(("day", "error"), [("2019-05-01", UnknownTariff), ("2021-05-01", UnknownRate)])
def test_an_old_request_is_not_guessed(day: str, error: type[Exception]):
    day_ = dt.date.fromisoformat(day)
    with pytest.raises(error):
        propose_purchase(
            Sale.TOTAL, reference="BTA 1", peak_power_w=45_000, requested_on=day_, starts_on=day_
        )


def test_a_sale_to_a_participant_is_proposed_with_a_vat_to_be_checked():
    found = propose_sharing(
        reference="ACC 3", price=agreed(Decimal(12)), starts_on=START, ends_on=dt.date(2030, 1, 1)
    )
    assert found.kind is Kind.SHARED and found.coefficients is None
    assert found.vat is not None
    assert (found.vat[0].figure.value, found.vat[0].figure.is_sure) == (20, False)


def test_29_february_is_kept_on_the_first_of_march():
    assert anniversary(dt.date(2024, 2, 29), 2025) == dt.date(2025, 3, 1)
    assert anniversary(dt.date(2024, 2, 29), 2028) == dt.date(2028, 2, 29)


DAY_BEFORE = START - dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ends_on": DAY_BEFORE}, "ends_on"),
        ({"prices": ()}, "prices"),
        ({"prices": dated(5, START + dt.timedelta(days=1))}, "prices"),
        ({"prices": dated(-1)}, "prices"),
        ({"prices": dated("nan")}, "prices"),
        ({"prices": dated(10**7)}, "prices"),
        ({"prices": (Dated(START, Figure(Decimal(5), "", "C")),)}, "prices"),
        ({"prices": (Dated(START, Figure(Decimal(5), "x", "?")),)}, "prices"),
        ({"prices": dated(5) * 2}, "prices"),
        ({"coefficients": dated(0)}, "coefficients"),
        ({"coefficients": dated(1) * 2}, "coefficients"),
        ({"cap": a_cap(power_w=0)}, "cap"),
        ({"cap": a_cap(hours=-1)}, "cap"),
        ({"cap": a_cap(month=2, day=30)}, "cap"),
        ({"kind": Kind.SHARED}, "vat"),
        ({"vat": dated(-5)}, "vat"),
    ],
)
def test_a_contract_that_cant_be_is_refused_naming_its_field(change: dict, field: str):
    with pytest.raises(InvalidContract) as refused:
        replace(energy_contract(), **change)
    assert refused.value.field == field
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"r1": ()}, "r1"),
        ({"r2": dated(-1)}, "r2"),
        ({"renewable": ()}, "renewable"),
        ({"renewable": dated(101, dt.date(2026, 1, 1))}, "renewable"),
        ({"subscribed_w": -1}, "subscribed_w"),
        ({"r1_coefficients": ()}, "coefficients"),
        ({"ends_on": dt.date(2025, 1, 1)}, "ends_on"),
    ],
)
def test_a_heat_contract_that_cant_be_is_refused_naming_its_field(change: dict, field: str):
    with pytest.raises(InvalidContract) as refused:
        replace(heat_contract(), **change)
    assert refused.value.field == field


def test_a_complement_without_possible_strike_is_refused():
    with pytest.raises(InvalidContract, match="Prix de l’offre"):
        complement_contract("-1")
    with pytest.raises(InvalidContract, match="TVA"):
        replace(complement_contract(), market_vat=agreed(Decimal(-1)))
