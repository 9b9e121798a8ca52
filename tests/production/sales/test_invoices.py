"""From rows to euros, invoices once and without gap, credit notes, papers."""

import datetime as dt
import threading
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from installations.models import Meter
from mine_de_soleil.core.models import JournalEntry
from production.models import DailyEnergy, SaleInvoice
from production.revenue import add_up
from production.revenue.stored import invoice_from, invoice_json
from production.revenue_rows import load_contracts, months_of
from production.services.sales.contracts import change_terms
from production.services.sales.invoices import cancel_invoice, invoice_paper, issue_invoice
from production.services.sales.words import SaleMoved, SaleRefused
from tests.core.papers.reading import says
from tests.production.revenue.contracts_for_tests import CASES
from tests.production.sales.scenes import FIRST, LAST, NET, NOW, TODAY, a_roof, june, read, sold, terms
from tests.shareholders.money import open_cooperative
from tests.shareholders.sealed import give_certificate


@pytest.fixture(autouse=True)
def _the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.mark.django_db
@pytest.mark.parametrize("case", CASES["rows"], ids=lambda case: case["name"])
def test_a_treasurers_pencil_finds_the_amounts_of_the_rows(case: dict[str, Any]):
    plant = a_roof(case["hourly_wh"])
    contract = sold(plant, case.get("coefficient"), price=case["price"], cap_hours=case.get("cap_hours"))
    [month] = months_of(load_contracts([contract]), FIRST, LAST)[contract.pk].months
    found = [{"part": line.part, "energy_wh": line.energy_wh, "amount": line.amount} for line in month.lines]
    assert found == case["lines"]
    assert month.is_complete
    issued = june(contract)
    assert issued.net == sum(line["amount"] for line in case["lines"])


@pytest.mark.django_db
def test_days_without_reading_are_named_and_never_filled():
    contract = sold(a_roof(days=28))
    [month] = months_of(load_contracts([contract]), FIRST, LAST)[contract.pk].months
    assert (month.days_read, month.energy_wh) == (28, 28 * 24 * 8_000)
    assert any("2 jours manquent" in note for note in month.notes)


@pytest.mark.django_db
def test_a_day_that_one_of_two_meters_missed_is_not_complete():
    plant = a_roof()
    second = Meter.objects.create(plant=plant, code="DEUX")
    read(second, FIRST, 29, 1_000)
    [month] = months_of(load_contracts([sold(plant)]), FIRST, LAST).popitem()[1].months
    assert (month.days_read, month.energy_wh) == (29, 30 * 24 * 8_000 + 29 * 24 * 1_000)


@pytest.mark.django_db
def test_an_incomplete_month_is_invoiced_only_knowingly_and_says_so():
    contract = sold(a_roof(days=28))
    with pytest.raises(SaleRefused, match="incomplets"):
        june(contract)
    issued = june(contract, incomplete_agreed=True)
    assert issued.incomplete_agreed
    assert any("2 jours manquent" in caution for caution in invoice_from(issued.content).invoice.cautions)


@pytest.mark.django_db
def test_an_invoice_issued_again_is_the_same_one():
    contract = sold(a_roof())
    assert june(contract) == june(contract)
    assert SaleInvoice.objects.count() == 1
    assert JournalEntry.objects.filter(act="issue_sale_invoice").count() == 1


@pytest.mark.django_db
def test_a_total_that_moved_since_it_was_read_is_not_issued():
    with pytest.raises(SaleMoved):
        june(sold(a_roof()), seen_net=Decimal("1.00"))
    assert not SaleInvoice.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        (LAST, FIRST, "finit avant"),
        (FIRST, dt.date(2025, 7, 31), "pas terminé"),
        (dt.date(2025, 6, 2), LAST, "mois entiers"),
        (FIRST, dt.date(2025, 6, 29), "mois entiers"),
        (dt.date(2025, 5, 1), LAST, "mois entiers"),
    ],
)
def test_periods_that_cannot_be_invoiced_are_refused(first: dt.date, last: dt.date, told: str):
    contract = sold(a_roof(days=1))
    with pytest.raises(SaleRefused, match=told):
        issue_invoice(actor=None, contract=contract, first=first, last=last, today=TODAY)


@pytest.mark.django_db
def test_new_terms_and_new_readings_leave_an_invoice_as_it_was():
    plant = a_roof()
    contract = sold(plant)
    issued = june(contract)
    change_terms(actor=None, contract=contract, terms=terms("9.99"), reason="avenant")
    read(plant.meters.get(), FIRST, 1, 5_000)
    issued.refresh_from_db()
    frozen = invoice_from(issued.content)
    assert (issued.net, frozen.invoice.net) == (NET, NET)
    assert frozen.invoice.lines[0].price.value == Decimal("7.92")


@pytest.mark.django_db
def test_numbers_have_no_gap_and_start_anew_each_year_and_cooperative():
    contracts = [sold(a_roof(days=1)) for _ in range(2)]
    own = sold(a_roof(500, days=1, cooperative=contracts[0].plant.cooperative), None)
    said = {"incomplete_agreed": True}
    labels = [june(contract, **said).label for contract in (*contracts, own)]
    assert labels == ["2025-0001", "2025-0001", "2025-0002"]
    note = cancel_invoice(actor=None, target=own.invoices.get(), reason="erreur", today=dt.date(2026, 1, 5))
    assert note.label == "2026-0001"


@pytest.mark.django_db
def test_a_credit_note_takes_back_the_whole_once_and_frees_the_month():
    contract = sold(a_roof())
    issued = june(contract)
    note = cancel_invoice(actor=None, target=issued, reason="mauvais prix", today=TODAY)
    again = cancel_invoice(actor=None, target=issued, reason="mauvais prix", today=TODAY)
    assert note == again and note.total == -issued.total
    assert sum(invoice.net for invoice in SaleInvoice.objects.all()) == 0
    assert june(contract).label == "2025-0003"
    with pytest.raises(SaleRefused, match="avoir"):
        cancel_invoice(actor=None, target=note, reason="x", today=TODAY)


@pytest.mark.django_db
def test_the_database_holds_numbers_and_days_whoever_asks():
    contract = sold(a_roof())
    issued = june(contract)
    fields = {
        "cooperative": issued.cooperative,
        "contract": contract,
        "edition": issued.edition,
        "content": {},
        "net": 1,
        "vat": 0,
        "total": 1,
        "issued_on": TODAY,
        "year": 2025,
    }
    july = {"first_day": dt.date(2025, 7, 1), "last_day": dt.date(2025, 7, 31)}
    for wrong, rule in (
        ({"number": 3, **july}, "follows"),
        ({"number": 2, "first_day": LAST, "last_day": LAST}, "invoiced already"),
        ({"number": 2, "first_day": dt.date(2025, 5, 1), "last_day": dt.date(2025, 5, 31)}, "outside"),
        ({"number": 2, **july, "total": 2}, "invoice_total_adds_up"),
    ):
        with pytest.raises(DatabaseError, match=rule), transaction.atomic():
            SaleInvoice.objects.create(**fields | wrong)
    for change in (issued.delete, lambda: SaleInvoice.objects.update(net=0)):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.django_db
@given(
    hourly=st.lists(st.integers(0, 60_000), min_size=12, max_size=12),
    price=st.decimals("0.01", "99.99", places=4),
)
@settings(max_examples=25, deadline=None)
def test_an_invoice_is_the_sum_of_its_lines_and_the_year_that_of_its_months(
    hourly: list[int], price: Decimal
):
    with transaction.atomic():
        contract = sold(a_roof(days=0), None, price=price, cap_hours=300)
        meter = contract.plant.meters.get()
        days = [dt.date(2025, 6, 1) + dt.timedelta(days=n) for n in range(365)]
        DailyEnergy.objects.bulk_create(
            DailyEnergy(meter=meter, day=day, energy_wh=24 * hourly[day.month - 1], covered_s=1, daylight_s=1)
            for day in days
        )
        months = months_of(load_contracts([contract]), days[0], days[-1])[contract.pk].months
        issued = issue_invoice(
            actor=None, contract=contract, first=days[0], last=days[-1], today=dt.date(2026, 7, 1)
        )
        lines = [line for month in months for line in month.lines]
        assert issued.net == sum(line.amount for line in lines) == sum(month.net for month in months)
        assert issued.net == add_up(months).net and issued.total == issued.net + issued.vat
        assert sum(line.energy_wh for line in lines) == sum(24 * hourly[day.month - 1] for day in days)
        frozen = invoice_from(issued.content)
        assert invoice_json(frozen.months, frozen.invoice) == issued.content
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_the_paper_says_what_is_owed_and_is_made_once():
    cooperative = open_cooperative()
    give_certificate(cooperative)
    issued = june(sold(a_roof(cooperative=cooperative, name="École Basly")))
    paper = invoice_paper(actor=None, issued=issued, language="fr")
    told = ("Facture", "2025-0001", "École Basly", "EDF OA", "BTA 1", "462,24", "1,01325", "Autoliquidation")
    assert says(bytes(paper.content), *told) == []
    assert invoice_paper(actor=None, issued=issued, language="fr") == paper
    note = cancel_invoice(actor=None, target=issued, reason="mauvais prix", today=TODAY)
    credit = invoice_paper(actor=None, issued=note, language="fr")
    assert says(bytes(credit.content), "Avoir", "2025-0002", "2025-0001", "mauvais prix", "−462,24") == []


@pytest.mark.django_db(transaction=True)
def test_two_people_who_issue_at_once_make_one_invoice_and_numbers_stay_without_gap():
    cooperative = open_cooperative()
    contracts = [sold(a_roof(wh, days=1, cooperative=cooperative)) for wh in (1_000, 2_000)]
    start, found = threading.Barrier(6), []

    def act(contract: Any) -> None:
        try:
            start.wait(timeout=10)
            found.append(june(contract, incomplete_agreed=True).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=(contracts[n % 2],)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(found) == 6 and len(set(found)) == 2
    assert sorted(SaleInvoice.objects.values_list("number", flat=True)) == [1, 2]
