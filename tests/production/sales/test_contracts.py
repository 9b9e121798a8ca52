"""Contracts entered, changed by editions, ended; energy is sold once."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from mine_de_soleil.core.models import JournalEntry
from production.models import ContractTerms, IndexCoefficient, SaleContract
from production.revenue import Dated, Figure, agreed
from production.revenue.terms import ComplementTerms, EnergyTerms, terms_from
from production.revenue_rows import price_of
from production.services.sales.contracts import (
    MarketEntry,
    change_terms,
    end_contract,
    enter_coefficient,
    enter_contract,
    enter_market_price,
)
from production.services.sales.sharing import add_participant
from production.services.sales.words import SaleRefused
from tests.factories import PlantFactory
from tests.production.sales.scenes import END, FIRST, NOW, a_roof, june, new, sold, terms

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def test_a_contract_has_its_first_terms_and_one_line_in_the_journal():
    contract = sold(PlantFactory(), None)
    [edition] = contract.editions.all()
    assert terms_from(edition.terms) == terms(is_indexed=False)
    assert JournalEntry.objects.filter(act="enter_sale_contract").count() == 1


@pytest.mark.parametrize(
    ("first", "last"),
    [(FIRST, FIRST), (END, END), (dt.date(2020, 1, 1), FIRST), (dt.date(2030, 1, 1), dt.date(2060, 1, 1))],
)
def test_the_same_energy_is_never_sold_twice(first: dt.date, last: dt.date):
    plant = PlantFactory()
    sold(plant, None)
    other = new("surplus", "BTA 2", first_day=first, last_day=last)
    prices = EnergyTerms((Dated(first, agreed(Decimal(4))),))
    with pytest.raises(SaleRefused, match="déjà vendus"):
        enter_contract(actor=None, plant=plant, new=other, terms=prices, reason="essai")
    assert SaleContract.objects.count() == 1


def test_days_that_touch_and_other_roofs_are_free():
    plant = PlantFactory()
    sold(plant, None)
    sold(PlantFactory(cooperative=plant.cooperative), None)
    after = new(reference="BTA 2", first_day=END + dt.timedelta(days=1), last_day=dt.date(2060, 1, 1))
    prices = EnergyTerms((Dated(after.first_day, agreed(Decimal(4))),))
    enter_contract(actor=None, plant=plant, new=after, terms=prices, reason="essai")
    assert SaleContract.objects.count() == 3


def test_the_database_itself_refuses_an_overlap():
    contract = sold(PlantFactory(), None)
    with pytest.raises(DatabaseError, match="energy_sold_once"), transaction.atomic():
        SaleContract.objects.create(
            plant=contract.plant, kind="complement", buyer="X", reference="Y", first_day=FIRST, last_day=FIRST
        )


def test_what_is_shared_is_not_sold_whole():
    plant = PlantFactory()
    sold(plant, None)
    belongs = {"participant": add_participant(actor=None, plant=plant, name="École")}
    shared = EnergyTerms((Dated(FIRST, agreed(Decimal(12))),), vat=(Dated(FIRST, agreed(Decimal(20))),))
    with pytest.raises(SaleRefused, match="surplus"):
        enter_contract(
            actor=None, plant=plant, new=new("shared", "ACC 1", belongs=belongs), terms=shared, reason="x"
        )


def test_a_participant_of_another_roof_is_refused():
    plant, other = PlantFactory(), PlantFactory()
    belongs = {"participant": add_participant(actor=None, plant=other, name="École")}
    shared = EnergyTerms((Dated(FIRST, agreed(Decimal(12))),), vat=(Dated(FIRST, agreed(Decimal(20))),))
    with pytest.raises(SaleRefused, match="autre toit"):
        enter_contract(
            actor=None, plant=plant, new=new("shared", "ACC 1", belongs=belongs), terms=shared, reason="x"
        )


@pytest.mark.parametrize("price", ["-1", "1e9", "NaN", "Infinity"])
def test_prices_that_cannot_be_are_refused_in_words(price: str):
    with pytest.raises(SaleRefused, match="nombre possible"):
        sold(PlantFactory(), None, price=price)


def test_a_change_is_a_new_edition_and_the_same_again_is_none():
    contract = sold(PlantFactory(), None)
    wanted = terms("8.01", is_indexed=False)
    second = change_terms(actor=None, contract=contract, terms=wanted, reason="avenant")
    again = change_terms(actor=None, contract=contract, terms=wanted, reason="avenant")
    assert (second.number, again.pk) == (2, second.pk)
    assert [e.number for e in contract.editions.order_by("number")] == [1, 2]


def test_of_two_changes_read_from_the_same_edition_the_second_is_refused():
    contract = sold(PlantFactory(), None)
    change_terms(actor=None, contract=contract, terms=terms("8", is_indexed=False), reason="a", seen=1)
    with pytest.raises(SaleRefused, match="Relisez"):
        change_terms(actor=None, contract=contract, terms=terms("9", is_indexed=False), reason="b", seen=1)


def test_terms_and_coefficients_cannot_be_rewritten():
    contract = sold(PlantFactory())
    for rows in (ContractTerms.objects.filter(contract=contract), IndexCoefficient.objects.all()):
        for change in (rows.delete, lambda rows=rows: rows.update(entered_at=NOW)):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()


def test_terms_of_another_kind_are_refused():
    strike = ComplementTerms(agreed(Decimal(88)))
    with pytest.raises(SaleRefused, match="genre de vente"):
        enter_contract(actor=None, plant=PlantFactory(), new=new(), terms=strike, reason="x")


@pytest.mark.parametrize("value", ["0", "-1", "100", "NaN"])
def test_a_coefficient_is_a_small_positive_number(value: str):
    contract = sold(PlantFactory())
    with pytest.raises(SaleRefused):
        enter_coefficient(actor=None, contract=contract, since=FIRST, figure=Figure(Decimal(value), "x", "C"))


def test_a_contract_without_index_takes_no_coefficient():
    contract = sold(PlantFactory(), None)
    with pytest.raises(SaleRefused, match="indexé"):
        enter_coefficient(actor=None, contract=contract, since=FIRST, figure=agreed(Decimal(1)))


def test_an_ended_contract_frees_the_days_after_but_not_what_is_invoiced():
    contract = sold(a_roof())
    june(contract)
    with pytest.raises(SaleRefused, match="facturés"):
        end_contract(actor=None, contract=contract, last_day=dt.date(2025, 6, 15))
    assert end_contract(actor=None, contract=contract, last_day=dt.date(2025, 6, 30)).last_day.day == 30


def test_the_price_of_a_lost_kilowatt_hour_names_its_sources_and_weakest_mark():
    plant = PlantFactory()
    contract = sold(plant)
    doubtful = Figure(Decimal("1.02"), "estimation", "M")
    enter_coefficient(actor=None, contract=contract, since=dt.date(2025, 11, 1), figure=doubtful)
    before, price = price_of(plant, dt.date(2025, 10, 31)), price_of(plant, dt.date(2025, 11, 1))
    assert before is not None and (before.value, before.confidence) == (Decimal("8.0249400"), "C")
    assert price is not None and (price.value, price.confidence) == (Decimal("7.92") * Decimal("1.02"), "M")
    assert "BTA 1" in price.source and "estimation" in price.source


def test_no_price_without_contract_nor_without_coefficient():
    plant = PlantFactory()
    assert price_of(plant, FIRST) is None
    contract = sold(plant, None, terms=terms(is_indexed=True))
    assert price_of(plant, FIRST) is None
    enter_coefficient(actor=None, contract=contract, since=FIRST, figure=agreed(Decimal(1)))
    assert price_of(plant, FIRST) is not None


def test_a_tender_counts_for_its_strike_in_cents():
    plant = PlantFactory()
    strike = ComplementTerms(agreed(Decimal("88.73")))
    contract = enter_contract(actor=None, plant=plant, new=new("complement"), terms=strike, reason="x")
    entry = MarketEntry(FIRST, Decimal("55.2"), "CRE", "S")
    enter_market_price(actor=None, contract=contract, entry=entry)
    price = price_of(plant, FIRST)
    assert price is not None and price.value == Decimal("8.873")
