"""Heat from a customer's counter read by its indexes: whole months to R1, R2, VAT and an invoice."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from installations.models import Meter
from production.models import ReadingImport, SaleContract
from production.revenue import Dated, MonthRevenue, agreed
from production.revenue.terms import EnergyTerms, HeatTerms
from production.revenue_rows import load_contracts, months_of
from production.services.imports import undo_import
from production.services.sales.contracts import enter_contract
from production.services.sales.invoices import issue_invoice
from production.services.sales.words import SaleRefused
from tests.factories import plant_with_meter
from tests.production.deliveries import PARIS, bring, paris_day
from tests.production.revenue.contracts_for_tests import CASES
from tests.production.sales.scenes import new

pytestmark = pytest.mark.django_db

JAN_1, FEB_1, MARCH_1 = (dt.date(2026, month, 1) for month in (1, 2, 3))
JAN_31, FEB_28 = dt.date(2026, 1, 31), dt.date(2026, 2, 28)
NOW = dt.datetime(2026, 3, 3, 10, tzinfo=dt.UTC)
EVEN = (("2026-01-01", 100_000), ("2026-02-01", 130_000), ("2026-03-01", 152_000))


@pytest.fixture(autouse=True)
def _the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def heated(
    indexes: Any = (),
    renewable: Decimal | int = 60,
    first_day: dt.date = JAN_1,
    last_day: dt.date = dt.date(2035, 12, 31),
) -> SaleContract:
    """A customer of 200 kW, its counter read at these moments [kWh]."""
    meter = plant_with_meter()
    if indexes:
        shown(meter, *indexes)
    since = first_day
    terms = HeatTerms(
        (Dated(since, agreed(Decimal(45))),),
        (Dated(since, agreed(Decimal("36.50"))),),
        200_000,
        (Dated(since, agreed(Decimal(renewable))),),
    )
    said = new("heat", "Chaleur 1", first_day=first_day, last_day=last_day, belongs={"meter": meter})
    return enter_contract(actor=None, plant=meter.plant, new=said, terms=terms, reason="contrat signé")


def shown(meter: Meter, *indexes: tuple[str, int], name: str = "index.csv") -> ReadingImport:
    lines = "".join(f"{at};{index}\n" for at, index in indexes)
    return bring(meter, f"Date;Index (kWh)\n{lines}".encode(), name)


def months(contract: SaleContract, first: dt.date = JAN_1, last: dt.date = FEB_28) -> Any:
    earned = months_of(load_contracts([contract]), first, last)[contract.pk]
    assert earned.problem == ""
    return earned.months


def issued(contract: SaleContract, first: dt.date = JAN_1, last: dt.date = FEB_28, **said: Any) -> Any:
    today = timezone.localdate()
    return issue_invoice(actor=None, contract=contract, first=first, last=last, today=today, **said)


def told(month: MonthRevenue, words: str) -> bool:
    return any(words in note for note in month.notes)


@pytest.mark.parametrize("case", CASES["heat_rows"], ids=lambda case: case["name"])
def test_a_pencil_finds_the_bill_of_indexes(case: dict[str, Any]):
    contract = heated(case["indexes"], case["renewable"])
    found = months(contract)
    assert [month.energy_wh for month in found] == case["energy_wh"]
    assert all(month.is_complete and not month.notes for month in found)
    bill = issued(contract)
    assert (bill.net, bill.vat, bill.total) == (case["net"], case["vat"], case["total"])
    assert not bill.incomplete_agreed


def test_an_index_that_crosses_a_month_is_never_split_and_both_months_say_so():
    contract = heated((("2026-01-01", 100_000), ("2026-01-20", 120_000), ("2026-02-15", 140_000)))
    january, february = months(contract)
    assert (january.energy_wh, january.days_read) == (20_000_000, 19)
    assert (february.energy_wh, february.days_read) == (0, 0)
    for month in (january, february):
        assert told(month, "du 20/01/2026 au 15/02/2026 déborde du mois") and told(
            month, "20\u202f000,0\u202fkWh"
        )
        with pytest.raises(SaleRefused, match="incomplets"):
            issued(contract, month.first, month.last)
    bill = issued(contract, JAN_1, JAN_31, incomplete_agreed=True)
    # 20 MWh × 45 + 608.34
    assert (bill.net, bill.incomplete_agreed) == (Decimal("1508.34"), True)


def test_an_index_read_on_the_last_afternoon_leaves_that_day_unread():
    contract = heated((("2026-01-01", 100_000), ("2026-01-31 17:00", 129_000), ("2026-02-28 17:00", 150_000)))
    january, february = months(contract)
    assert (january.energy_wh, january.days_read) == (29_000_000, 30)
    assert february.energy_wh == 0 and not february.is_complete
    assert told(january, "déborde") and told(february, "déborde")


def test_an_index_from_before_the_contract_is_another_customers_too():
    contract = heated(EVEN, first_day=dt.date(2026, 1, 10))
    january, february = months(contract)
    assert (january.energy_wh, january.days_read) == (0, 0) and told(january, "déborde")
    assert (february.energy_wh, february.is_complete) == (22_000_000, True)


def test_days_read_within_the_month_are_counted_once():
    contract = heated(EVEN)
    bring(contract.meter, paris_day(dt.date(2026, 1, 10), 1_000), "jour.csv")
    january, february = months(contract)
    assert (january.energy_wh, february.energy_wh) == (30_000_000, 22_000_000)
    assert january.is_complete and february.is_complete


def test_a_month_known_by_day_needs_no_index_within_it():
    contract = heated()
    rows: dict[dt.datetime, int] = {}
    for n in range(59):
        rows |= paris_day(JAN_1 + dt.timedelta(days=n), 10_000)
    bring(contract.meter, rows, "jours.csv")
    # 15 January to 15 February: 31 days of 240 kWh, and the counter's last digit.
    shown(contract.meter, ("2026-01-15", 100_000), ("2026-02-15", 107_440))
    january, february = months(contract)
    assert (january.energy_wh, february.energy_wh) == (31 * 240_000, 28 * 240_000)
    assert january.is_complete and february.is_complete and not january.notes


def test_an_index_taken_back_takes_its_month_back():
    contract = heated(EVEN[:2])
    second = shown(contract.meter, *EVEN[1:], name="fevrier.csv")
    assert [month.energy_wh for month in months(contract)] == [30_000_000, 22_000_000]
    undo_import(actor=None, target=second)
    assert [month.is_complete for month in months(contract)] == [True, False]


def test_another_customers_counter_counts_nothing_here():
    contract = heated()
    shown(Meter.objects.create(plant=contract.plant, code="VOISIN"), *EVEN)
    assert [(month.energy_wh, month.days_read) for month in months(contract)] == [(0, 0), (0, 0)]


def test_the_hour_of_the_place_decides_where_a_month_begins():
    midnight = dt.datetime(2026, 2, 1, tzinfo=PARIS)
    assert midnight.astimezone(dt.UTC).day == 31
    assert [month.days_read for month in months(heated(EVEN))] == [31, 28]


def test_vat_of_before_the_text_that_was_read_stays_unknown():
    contract = heated(first_day=dt.date(2025, 5, 1))
    shown(contract.meter, ("2025-05-01", 10), ("2025-06-01", 20))
    earned = months_of(load_contracts([contract]), dt.date(2025, 5, 1), dt.date(2025, 5, 31))[contract.pk]
    assert "31/05/2025" in earned.problem and not earned.months
    with pytest.raises(SaleRefused, match="pas de valeur connue"):
        issued(contract, dt.date(2025, 5, 1), dt.date(2025, 5, 31))


def test_a_roof_read_by_its_monthly_index_sells_the_whole_month():
    meter = plant_with_meter()
    shown(meter, ("2026-01-01", 0), ("2026-02-01", 5_760), ("2026-02-20", 7_000), ("2026-03-02", 8_000))
    priced = EnergyTerms((Dated(JAN_1, agreed(Decimal("7.92"))),))
    said = new(first_day=JAN_1)
    contract = enter_contract(actor=None, plant=meter.plant, new=said, terms=priced, reason="x")
    january, february = months(contract)
    # 5,760 × 0.0792 = 456.192
    assert (january.energy_wh, january.net, january.is_complete) == (5_760_000, Decimal("456.19"), True)
    assert february.energy_wh == 1_240_000 and told(february, "déborde") and not february.is_complete
    assert issued(contract, JAN_1, JAN_31).net == Decimal("456.19")
