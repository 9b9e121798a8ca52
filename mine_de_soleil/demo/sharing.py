"""The demo's collective self-consumption: a school shares its roof with two buildings nearby.

Invented, all of it: who takes part, what they consume, what they pay.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pandas as pd
from django.db import transaction

from installations.models import Plant
from mine_de_soleil.core.csv_text import csv_text
from mine_de_soleil.core.models import User
from production.models import ConsumptionCurve, Participant, SaleContract, SaleInvoice, SharingKeys
from production.revenue import Dated, Figure
from production.revenue.terms import EnergyTerms
from production.services.imports import Delivery
from production.services.sales.contracts import NewContract, end_contract, enter_contract
from production.services.sales.sharing import KeysSaid, add_participant, receive_consumption, set_keys
from shareholders.models import Cooperative

ROOF = "ecole-salengro"
SINCE, LAST = dt.date(2026, 9, 1), dt.date(2031, 8, 31)
EXAMPLE = "convention d’exemple"
# c€/kWh, before VAT [%].
SHARED, SURPLUS, VAT = Decimal("13.50"), Decimal("4.00"), Decimal(20)
SURPLUS_BUYER = "Acheteur de surplus d’exemple"
# Months of load curves, and the day the grid operator sent each: November's hasn't come.
CURVES = ((dt.date(2026, 9, 1), dt.date(2026, 10, 6)), (dt.date(2026, 10, 1), dt.date(2026, 11, 5)))
HOLIDAYS = (dt.date(2026, 10, 17), dt.date(2026, 11, 1))


@dataclass(frozen=True, slots=True)
class Building:
    """Who takes part: power at rest and at work [W], the hours of work; `every_day`: holidays as well."""

    name: str
    rest_w: int
    work_w: int
    opens: int
    closes: int
    every_day: bool


BUILDINGS = (
    Building("École Salengro", 1_400, 11_000, 7, 18, every_day=False),
    Building("Restaurant scolaire", 2_200, 17_000, 9, 14, every_day=False),
    Building("Gymnase Léo-Lagrange", 900, 9_000, 9, 22, every_day=True),
)


def share(cooperative: Cooperative, actor: User | None, until: dt.date) -> None:
    """Sharing of the school's roof, once, and the load curves that came up to `until`."""
    plant = Plant.objects.filter(cooperative=cooperative, slug=ROOF).first()
    if plant is None or until < CURVES[0][1]:
        return
    if _is_as_it_was(plant):
        with transaction.atomic():
            _agree(plant, actor)
    for month, sent_on in CURVES:
        if sent_on <= until:
            for participant in Participant.objects.filter(plant=plant).select_related("plant"):
                _bring(participant, month, sent_on, actor)


def _is_as_it_was(plant: Plant) -> bool:
    """Whether nobody touched what this roof sells: what a visitor of the demo agreed on stays."""
    contracts = list(SaleContract.objects.filter(plant=plant))
    invoiced = SaleInvoice.objects.filter(contract__plant=plant, last_day__gte=SINCE)
    return (
        [one.kind for one in contracts] == [SaleContract.Kind.PURCHASE]
        and contracts[0].last_day > LAST
        and not invoiced.exists()
        and not Participant.objects.filter(plant=plant).exists()
    )


def _agree(plant: Plant, actor: User | None) -> None:
    """All production is sold until the day before; then it is shared, and what is left is sold."""
    for contract in SaleContract.objects.filter(plant=plant, kind=SaleContract.Kind.PURCHASE):
        end_contract(actor=actor, contract=contract, last_day=SINCE - dt.timedelta(days=1))
    for number, building in enumerate(BUILDINGS, 1):
        participant = add_participant(actor=actor, plant=plant, name=building.name)
        _sell(plant, actor, SaleContract.Kind.SHARED, building.name, f"ACC-{number}", SHARED, participant)
    _sell(plant, actor, SaleContract.Kind.SURPLUS, SURPLUS_BUYER, "ACC-SURPLUS", SURPLUS)
    set_keys(actor=actor, plant=plant, said=KeysSaid(SINCE, SharingKeys.Method.PROPORTION))


def _sell(
    plant: Plant,
    actor: User | None,
    kind: str,
    buyer: str,
    reference: str,
    price: Decimal,
    participant: Participant | None = None,
) -> None:
    belongs = {"participant": participant} if participant else {}
    new = NewContract(kind, buyer, reference, SINCE, LAST, belongs=belongs)
    vat = (Dated(SINCE, Figure(VAT, EXAMPLE, "C")),) if participant else None
    terms = EnergyTerms(prices=(Dated(SINCE, Figure(price, EXAMPLE, "C")),), vat=vat)
    enter_contract(actor=actor, plant=plant, new=new, terms=terms, reason=EXAMPLE)


def _bring(participant: Participant, month: dt.date, sent_on: dt.date, actor: User | None) -> None:
    building = next((one for one in BUILDINGS if one.name == participant.name), None)
    if building is None:  # somebody added one in the demo
        return
    name = f"courbe-{participant.name.split()[0].lower()}-{month:%Y-%m}.csv"
    delivery = Delivery(name, curve_csv(building, month).encode())
    if ConsumptionCurve.objects.filter(participant=participant, file_id=delivery.sha256).exists():
        return
    sent_at = dt.datetime.combine(sent_on, dt.time(8), dt.UTC)
    receive_consumption(actor=actor, participant=participant, delivery=delivery, now=sent_at)


def curve_csv(building: Building, month: dt.date) -> str:
    """Half hours of a month, as energy [Wh]: the same each time it is asked for."""
    begin = pd.Timestamp(month, tz="Europe/Paris")
    times = pd.date_range(begin, begin + pd.offsets.MonthBegin(1), freq="30min", inclusive="left")
    hour = times.hour.to_numpy() + times.minute.to_numpy() / 60
    first, last = (pd.Timestamp(day, tz="Europe/Paris") for day in HOLIDAYS)
    off = (times.day_of_week >= 5) | ((times >= first) & (times < last + pd.Timedelta(days=1)))
    works = (hour >= building.opens) & (hour < building.closes) & (building.every_day | ~off)
    seed = [month.year, month.month, *building.name.encode()]
    spread = np.random.default_rng(seed).uniform(0.85, 1.15, len(times))
    energy = np.rint((building.rest_w + building.work_w * works) * spread / 2).astype(int)
    starts = times.tz_convert("UTC").strftime("%Y-%m-%dT%H:%M:%SZ")
    return csv_text(
        [("horodate_utc", "energie_wh"), *zip(starts, energy.tolist(), strict=True)], delimiter=";"
    )
