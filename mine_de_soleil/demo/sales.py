"""The demo's sale contracts, invoices and two statements of the buyer. Each is written once.

Invented, all of it: contracts, prices, coefficients. The contracts of 2020 are older than the tariffs kept as
dated law data, so each figure is marked as read in an example contract. Together the roofs earn about
50,000 € a year for 440 MWh, as the company says of itself.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from installations.models import Plant
from mine_de_soleil.core.models import User
from mine_de_soleil.demo.sharing import share
from production.models import IndexCoefficient, SaleContract, SaleInvoice
from production.revenue import Cap, Dated, Figure, Line, StatementLine
from production.revenue.contracts import anniversary
from production.revenue.lines import euros
from production.revenue.statement_file import read_statement
from production.revenue.stored import invoice_from
from production.revenue.terms import EnergyTerms
from production.services.sales.contracts import NewContract, enter_coefficient, enter_contract
from production.services.sales.invoices import issue_invoice
from production.services.sales.statements import Receipt, receive_statement, settle_statement
from shareholders.models import Cooperative

BUYER, BUYER_ADDRESS = "EDF OA Solaire", "TSA 10295, 94962 Créteil Cedex 9"
EXAMPLE = "contrat d’exemple"
YEARS = 20
# c€/kWh up to 36 kWc, and above up to 100.
SMALL_ROOF, LARGE_ROOF, BETWEEN_W = Decimal("11.73"), Decimal("10.72"), 36_000
CAP_HOURS, EXCESS = Decimal(1_600), Decimal(5)
# From 1 November of each year on, as the buyer's letters would tell.
COEFFICIENTS = {
    2020: Decimal("1.00000"),
    2021: Decimal("1.01112"),
    2022: Decimal("1.02854"),
    2023: Decimal("1.03671"),
    2024: Decimal("1.04218"),
    2025: Decimal("1.04790"),
    2026: Decimal("1.05236"),
}
# Years and half years invoiced, and the day each invoice was issued.
PERIODS = (
    (dt.date(2024, 1, 1), dt.date(2024, 12, 31), dt.date(2025, 1, 13)),
    (dt.date(2025, 1, 1), dt.date(2025, 12, 31), dt.date(2026, 1, 12)),
    (dt.date(2026, 1, 1), dt.date(2026, 6, 30), dt.date(2026, 7, 9)),
)
# Roofs whose last half year still waits for its invoice.
NOT_YET = ("cybercoin", "ecole-salengro")
DIFFERS, AGREES = "salle-varet", "centre-technique-municipal"
MISSED_KWH = 212

Say = Callable[[str], None]


def sell(cooperative: Cooperative, until: dt.date, say: Say) -> None:
    """Contracts of the roofs, their coefficients, invoices and statements up to `until`; again, nothing."""
    plants = list(Plant.objects.of(cooperative).select_related("cooperative"))
    treasurer = User.objects.filter(email="tresorier@demo.example", is_demo=True).first()
    say(_("Contrats de vente, factures et relevés de l’acheteur…"))
    contracts = [_contract(plant, treasurer) for plant in plants]
    for contract in contracts:
        _tell_coefficients(contract, treasurer, until)
    issued = [invoice for period in PERIODS for invoice in _invoice(contracts, period, treasurer, until)]
    _bring_statements(issued, treasurer)
    share(cooperative, treasurer, until)


def _contract(plant: Plant, actor: User | None) -> SaleContract:
    known = SaleContract.objects.filter(plant=plant).order_by("first_day").first()
    if known is not None:
        return known
    first_day = plant.commissioned_on
    price = SMALL_ROOF if plant.peak_power_w <= BETWEEN_W else LARGE_ROOF
    cap = Cap(_read(CAP_HOURS), _read(EXCESS), plant.peak_power_w, first_day.month, first_day.day)
    new = NewContract(
        kind=SaleContract.Kind.PURCHASE,
        buyer=BUYER,
        buyer_address=BUYER_ADDRESS,
        reference=f"BTA-{plant.pk:05d}",
        first_day=first_day,
        last_day=anniversary(first_day, first_day.year + YEARS) - dt.timedelta(days=1),
    )
    terms = EnergyTerms(
        prices=(Dated(first_day, _read(price)),),
        is_indexed=True,
        cap=cap,
        requested_on=first_day - dt.timedelta(days=300),
        peak_power_w=plant.peak_power_w,
    )
    return enter_contract(actor=actor, plant=plant, new=new, terms=terms, reason=EXAMPLE)


def _read(value: Decimal) -> Figure:
    return Figure(value, EXAMPLE, "C")


def _tell_coefficients(contract: SaleContract, actor: User | None, until: dt.date) -> None:
    known = set(IndexCoefficient.objects.filter(contract=contract).values_list("since", flat=True))
    for year, value in COEFFICIENTS.items():
        since = max(contract.first_day, dt.date(year - 1, 11, 1)) if year == 2020 else dt.date(year, 11, 1)
        if since in known or since > until or not contract.first_day <= since <= contract.last_day:
            continue
        figure = Figure(value, f"lettre d’exemple de novembre {year}", "C")
        enter_coefficient(actor=actor, contract=contract, since=since, figure=figure)


def _invoice(
    contracts: Sequence[SaleContract],
    period: tuple[dt.date, dt.date, dt.date],
    actor: User | None,
    until: dt.date,
) -> list[SaleInvoice]:
    first, last, issued_on = period
    if issued_on > until:
        return []
    half = period is PERIODS[-1]
    asked = [one for one in contracts if not (half and one.plant.slug in NOT_YET)]
    taken_back = SaleInvoice.objects.filter(contract__in=asked, first_day=first, cancels=None)
    # An invoice that somebody took back in the demo stays so.
    known = set(taken_back.values_list("contract_id", flat=True))
    return [
        issue_invoice(
            actor=actor, contract=one, first=first, last=last, today=issued_on, incomplete_agreed=True
        )
        for one in asked
        if one.pk not in known
    ]


def _bring_statements(issued: Sequence[SaleInvoice], actor: User | None) -> None:
    """The buyer's answers to the half year just invoiced: one agrees, one differs for three reasons."""
    for invoice in issued:
        if (invoice.first_day, invoice.last_day) != PERIODS[-1][:2]:
            continue
        if invoice.contract.plant.slug not in (DIFFERS, AGREES):
            continue
        lines = [_stated(line) for line in invoice_from(invoice.content).invoice.lines]
        if invoice.contract.plant.slug == DIFFERS:
            lines = _altered(invoice_from(invoice.content).invoice.lines)
        name = f"releve-{invoice.contract.plant.slug}-2026-s1.csv"
        content = _as_csv(lines)
        receipt = Receipt(dt.date(2026, 8, 4), "R-2026-S1", name, content)
        kept, _is_new = receive_statement(
            actor=actor, contract=invoice.contract, lines=read_statement(content, name), receipt=receipt
        )
        if invoice.contract.plant.slug == AGREES:
            settle_statement(actor=actor, statement=kept, outcome="settled", note="Viré le 18 août 2026.")


def _stated(line: Line) -> StatementLine:
    index = line.coefficient.value if line.coefficient else None
    return StatementLine(
        line.first, line.last, line.part, line.amount, line.energy_wh, line.price.value, index
    )


def _altered(lines: Sequence[Line]) -> list[StatementLine]:
    """The same with last year's coefficient in March, 212 kWh missed in April, and May left out."""
    told = []
    for line in lines:
        energy_wh, index = line.energy_wh, line.coefficient
        if line.first.month == 3 and index is not None:
            index = Figure(COEFFICIENTS[2024], "", "C")
        if line.first.month == 4:
            energy_wh -= MISSED_KWH * 1000
        if line.first.month == 5:
            continue
        amount = euros(energy_wh, line.price, line.unit, index)
        value = index.value if index else None
        told.append(
            StatementLine(line.first, line.last, line.part, amount, energy_wh, line.price.value, value)
        )
    return told


def _as_csv(lines: Sequence[StatementLine]) -> bytes:
    """As a buyer might send it, with decimal commas."""
    rows = ["Début;Fin;Poste;Énergie (kWh);Prix (c€/kWh);Coefficient L;Montant HT"]
    for line in lines:
        figures = (Decimal(line.energy_wh or 0) / 1000, line.price, line.coefficient, line.amount)
        told = ";".join("" if one is None else f"{one:f}".replace(".", ",") for one in figures)
        rows.append(f"{line.first:%d/%m/%Y};{line.last:%d/%m/%Y};énergie;{told}")
    return ("\n".join(rows) + "\n").encode()
