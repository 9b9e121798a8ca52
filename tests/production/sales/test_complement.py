"""A tender with complement from rows: energy, M0, the invoice or the credit note to the buyer."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from production.models import SaleContract
from production.revenue import agreed
from production.revenue.stored import invoice_from
from production.revenue.terms import ComplementTerms
from production.revenue_rows import load_contracts, months_of
from production.services.sales.contracts import MarketEntry, enter_contract, enter_market_price
from production.services.sales.invoices import cancel_invoice, invoice_paper
from production.services.sales.words import SaleRefused
from tests.core.papers.reading import says
from tests.production.revenue.contracts_for_tests import CASES
from tests.production.sales.scenes import FIRST, LAST, NOW, TODAY, a_roof, june, new
from tests.shareholders.money import open_cooperative
from tests.shareholders.sealed import give_certificate

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def tendered(roof: dict[str, Any] | None = None, **entered: Any) -> SaleContract:
    """The roof of June 2025 under a tender at 88.73 €/MWh, with M0 if one is told."""
    plant, terms = a_roof(**roof or {}), ComplementTerms(agreed(Decimal("88.73")))
    said = new("complement", "CR 1")
    contract = enter_contract(actor=None, plant=plant, new=said, terms=terms, reason="contrat signé")
    if entered:
        entry = MarketEntry(FIRST, source="CRE", mark="C", **entered)
        enter_market_price(actor=None, contract=contract, entry=entry)
    return contract


def june_of(contract: SaleContract) -> Any:
    [month] = months_of(load_contracts([contract]), FIRST, LAST)[contract.pk].months
    return month


@pytest.mark.parametrize("case", CASES["complement_rows"], ids=lambda case: case["name"])
def test_a_pencil_finds_the_complement_of_the_rows(case: dict[str, Any]):
    known: dict[str, Any] = {name: Decimal(case[name]) for name in ("reference", "market") if name in case}
    known["excluded_wh"] = case.get("excluded_wh", 0)
    contract = tendered(**known)
    month = june_of(contract)
    assert (month.energy_wh, month.is_complete) == (5_760_000, True)
    assert [{"part": line.part, "amount": line.amount} for line in month.lines] == case["lines"]
    issued = june(contract)
    assert (issued.net, issued.vat) == (case["net"], 0)
    assert invoice_from(issued.content).invoice.is_credit_note is (case["net"] < 0)


def test_without_reference_price_a_month_has_energy_no_amount_and_says_so():
    contract = tendered()
    month = june_of(contract)
    assert (month.energy_wh, month.unpriced_wh, month.lines, month.net) == (5_760_000, 5_760_000, (), 0)
    assert any("prix de référence de 06/2025 manque" in note for note in month.notes)
    with pytest.raises(SaleRefused, match="incomplets"):
        june(contract)


def test_a_corrected_reference_price_holds_from_then_on_and_the_invoice_stays():
    contract = tendered(reference=Decimal(40))
    issued = june(contract)
    entry = MarketEntry(FIRST, Decimal(50), "CRE, rectifié", "C")
    enter_market_price(actor=None, contract=contract, entry=entry)
    # 5.76 × 38.73 = 223.0848
    assert june_of(contract).net == Decimal("223.08")
    issued.refresh_from_db()
    assert issued.net == Decimal("280.68")


def test_the_paper_of_a_negative_amount_is_a_credit_note():
    cooperative = open_cooperative()
    give_certificate(cooperative)
    issued = june(tendered({"cooperative": cooperative}, reference=Decimal(120)))
    paper = invoice_paper(actor=None, issued=issued, language="fr")
    assert says(bytes(paper.content), "Avoir", "Total de l’avoir", "−180,12", "EDF OA") == []
    assert issued.is_credit_note


def test_a_credit_note_to_the_buyer_can_be_taken_back():
    issued = june(tendered(reference=Decimal(120)))
    note = cancel_invoice(actor=None, target=issued, reason="M0 rectifié", today=TODAY)
    assert (issued.net, note.net) == (Decimal("-180.12"), Decimal("180.12"))
