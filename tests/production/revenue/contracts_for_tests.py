"""Invented contracts and months the tests of revenue share."""

import datetime as dt
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

from production.judgement import days_in_month
from production.revenue.contracts import Cap, ComplementContract, EnergyContract, HeatContract, Kind
from production.revenue.energy import Metered, of_day
from production.revenue.figures import Dated, agreed

START = dt.date(2026, 6, 1)
END = dt.date(2046, 5, 31)
PATH = Path(__file__).parents[2] / "cases" / "revenue.toml"
CASES: dict[str, list[dict[str, Any]]] = tomllib.loads(PATH.read_text(encoding="utf-8"), parse_float=Decimal)


def dated(value: Decimal | int | str, since: dt.date = START) -> tuple[Dated, ...]:
    return (Dated(since, agreed(Decimal(value))),)


def days(first: dt.date, count: int, daily_wh: int) -> list[Metered]:
    return [of_day(first + dt.timedelta(days=i), daily_wh) for i in range(count)]


def month_end(day: dt.date) -> dt.date:
    return day.replace(day=days_in_month(day))


def energy_contract(
    price: Decimal | int | str = "7.92",
    coefficient: Decimal | int | str | None = "1.01325",
    *,
    cap: Cap | None = None,
    kind: Kind = Kind.PURCHASE,
    vat: tuple[Dated, ...] | None = None,
) -> EnergyContract:
    index = None if coefficient is None else dated(coefficient)
    return EnergyContract(kind, "BTA 1", START, END, dated(price), index, cap, vat)


def a_cap(hours: int = 100, power_w: int = 1_000, *, month: int = 6, day: int = 1) -> Cap:
    return Cap(agreed(Decimal(hours)), agreed(Decimal(5)), power_w, month, day)


def complement_contract(
    strike: Decimal | str = "88.73", coefficient: Decimal | None = None
) -> ComplementContract:
    index = None if coefficient is None else dated(coefficient)
    return ComplementContract("CR 1", START, END, agreed(Decimal(strike)), index)


def heat_contract(
    r1: Decimal | int = 45,
    r2: Decimal | str = "36.50",
    subscribed_w: int = 200_000,
    renewable: Decimal | int = 60,
    since: dt.date = dt.date(2026, 1, 1),
) -> HeatContract:
    ends_on = since.replace(year=since.year + 10)
    return HeatContract(
        "Chaleur 1",
        since,
        ends_on,
        dated(r1, since),
        dated(r2, since),
        subscribed_w,
        dated(renewable, since),
    )
