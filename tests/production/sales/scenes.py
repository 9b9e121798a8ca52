"""A roof that sold June 2025, for tests of sales: 8 kWh in every hour, 5,760 kWh in all."""

import datetime as dt
from decimal import Decimal
from typing import Any

from installations.models import Meter, Plant
from production.models import BuyerStatement, SaleContract, SaleInvoice
from production.revenue import Cap, Dated, Figure, Part, StatementLine, agreed
from production.revenue.terms import EnergyTerms
from production.services.sales.contracts import NewContract, enter_coefficient, enter_contract
from production.services.sales.invoices import issue_invoice
from production.services.sales.statements import Receipt, receive_statement
from tests.factories import plant_with_meter
from tests.production.deliveries import bring, paris_day

FIRST, LAST = dt.date(2025, 6, 1), dt.date(2025, 6, 30)
END = dt.date(2045, 5, 31)
TODAY = dt.date(2025, 7, 3)
NOW = dt.datetime(2025, 7, 3, 10, tzinfo=dt.UTC)
# 5,760 kWh × 0.0792 × 1.01325
NET = Decimal("462.24")


def a_roof(hourly_wh: int = 8_000, days: int = 30, **fields: Any) -> Plant:
    """A roof of 50 kWc read in every hour of the first days of June 2025. The clock stands in July."""
    meter = plant_with_meter(**{"commissioned_on": FIRST, **fields})
    read(meter, FIRST, days, hourly_wh)
    return meter.plant


def read(meter: Meter, first: dt.date, days: int, hourly_wh: int) -> None:
    """Bring `days` days of readings, each hour alike."""
    rows: dict[dt.datetime, int] = {}
    for n in range(days):
        rows |= paris_day(first + dt.timedelta(days=n), hourly_wh)
    if rows:
        bring(meter, rows, name=f"{meter.code}-{first}.csv")


def terms(
    price: Decimal | str = "7.92", *, is_indexed: bool = True, cap_hours: int | None = None
) -> EnergyTerms:
    """Terms as read in a contract; the cap's year starts on 1 June."""
    cap = None
    if cap_hours is not None:
        cap = Cap(agreed(Decimal(cap_hours)), agreed(Decimal(5)), 50_000, 6, 1)
    return EnergyTerms((Dated(FIRST, agreed(Decimal(price))),), is_indexed=is_indexed, cap=cap)


def new(kind: str = "purchase", reference: str = "BTA 1", **fields: Any) -> NewContract:
    days = {"first_day": FIRST, "last_day": END}
    return NewContract(kind=kind, buyer="EDF OA", reference=reference, **days | fields)


def sold(plant: Plant, coefficient: Decimal | str | None = "1.01325", **said: Any) -> SaleContract:
    """The contract of a roof, indexed unless told otherwise."""
    own = said.pop("terms", None) or terms(is_indexed=coefficient is not None, **said)
    contract = enter_contract(actor=None, plant=plant, new=new(), terms=own, reason="contrat signé")
    if coefficient is not None:
        figure = Figure(Decimal(coefficient), "lettre de l’acheteur", "C")
        enter_coefficient(actor=None, contract=contract, since=FIRST, figure=figure)
    return contract


def june(contract: SaleContract, **said: Any) -> SaleInvoice:
    """June's invoice, issued on 3 July 2025."""
    return issue_invoice(actor=None, contract=contract, first=FIRST, last=LAST, **{"today": TODAY, **said})


def a_statement(contract: SaleContract, *lines: StatementLine) -> BuyerStatement:
    """A statement typed by hand; without lines, June at another price: 5,760 × 0.079 × 1.01325 = 461.07."""
    own = lines or (
        StatementLine(
            FIRST, LAST, Part.ENERGY, Decimal("461.07"), 5_760_000, Decimal("7.90"), Decimal("1.01325")
        ),
    )
    receipt = Receipt(received_on=TODAY, reference="R-1")
    return receive_statement(actor=None, contract=contract, lines=own, receipt=receipt)[0]


def sales_examples(plant: Plant) -> dict[str, object]:
    """Names for addresses: a contract with June's invoice and a statement; June has no reading."""
    contract = sold(plant)
    return {
        "sale": contract.pk,
        "sale_invoice": june(contract, incomplete_agreed=True).pk,
        "sale_statement": a_statement(contract).pk,
    }
