"""A line of revenue and a month of them: what an invoice and a statement are made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from mine_de_soleil.core.money import round_to_cent
from production.revenue.figures import Figure

WH_PER_KWH, WH_PER_MWH = 1_000, 1_000_000


class Part(StrEnum):
    """What a line pays for."""

    ENERGY = "energy"
    EXCESS = "excess"
    MARKET = "market"
    COMPLEMENT = "complement"
    HEAT = "r1"
    SUBSCRIPTION = "r2"


PART_NAMES = {
    Part.ENERGY: "Énergie",
    Part.EXCESS: "Énergie au-delà des heures plafonnées",
    Part.MARKET: "Énergie vendue au marché",
    Part.COMPLEMENT: "Complément de rémunération",
    Part.HEAT: "Chaleur (R1)",
    Part.SUBSCRIPTION: "Abonnement (R2)",
}


class Unit(StrEnum):
    """What a price is in."""

    CENTS_PER_KWH = "c€/kWh"
    EUROS_PER_MWH = "€/MWh"
    EUROS_PER_KW_YEAR = "€/kW/an"


@dataclass(frozen=True, slots=True)
class Line:
    """One part of one period at one price; `amount` [€ before VAT] is rounded once, to the cent.

    energy_wh [Wh], subscribed_w [W] for a subscription. `reference` is taken off the indexed price
    (complement; same unit). coefficient None: not indexed. vat [%] None: reverse charge.
    """

    first: dt.date
    last: dt.date
    part: Part
    energy_wh: int
    price: Figure
    unit: Unit
    coefficient: Figure | None
    amount: Decimal
    vat: Figure | None = None
    reference: Figure | None = None
    subscribed_w: int = 0

    @property
    def label(self) -> str:
        return PART_NAMES[self.part]

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All it rests on."""
        used = (self.price, self.coefficient, self.vat, self.reference)
        return tuple(figure for figure in used if figure is not None)


@dataclass(frozen=True, slots=True)
class MonthRevenue:
    """One contract in one month, or the part of it in force: its lines, and what they leave out.

    energy_wh [Wh]: delivered. `days_read` of `days` were read completely; unpriced_wh [Wh] has no price yet.
    `notes` are French sentences: why something is missing or estimated.
    """

    contract: str
    first: dt.date
    last: dt.date
    lines: tuple[Line, ...]
    energy_wh: int
    days: int
    days_read: int
    unpriced_wh: int = 0
    notes: tuple[str, ...] = ()

    @property
    def net(self) -> Decimal:
        """Euros before VAT, of what was read and has a price."""
        return sum((line.amount for line in self.lines), Decimal())

    @property
    def covered(self) -> Fraction:
        """The part of its days that was read [1]."""
        return Fraction(self.days_read, self.days) if self.days else Fraction()

    @property
    def is_complete(self) -> bool:
        return self.days_read == self.days and not self.unpriced_wh


@dataclass(frozen=True, slots=True)
class RevenueSum:
    """Several months together, and how much of them is known."""

    net: Decimal
    energy_wh: int
    days: int
    days_read: int
    unpriced_wh: int

    @property
    def covered(self) -> Fraction:
        return Fraction(self.days_read, self.days) if self.days else Fraction()

    @property
    def is_complete(self) -> bool:
        return self.days_read == self.days and not self.unpriced_wh


def add_up(months: Iterable[MonthRevenue]) -> RevenueSum:
    """The sum of months, with the share of their days that was read."""
    known = list(months)
    return RevenueSum(
        net=sum((month.net for month in known), Decimal()),
        energy_wh=sum(month.energy_wh for month in known),
        days=sum(month.days for month in known),
        days_read=sum(month.days_read for month in known),
        unpriced_wh=sum(month.unpriced_wh for month in known),
    )


def euros_exactly(
    energy_wh: int, price: Decimal, unit: Unit, coefficient: Decimal, reference: Decimal = Decimal()
) -> Decimal:
    """Energy [Wh] × (price × coefficient − reference) in euros, not rounded."""
    per_unit = price * coefficient - reference
    if unit is Unit.CENTS_PER_KWH:
        return per_unit * energy_wh / WH_PER_KWH / 100
    return per_unit * energy_wh / WH_PER_MWH


def euros(
    energy_wh: int,
    price: Figure,
    unit: Unit,
    coefficient: Figure | None = None,
    reference: Figure | None = None,
) -> Decimal:
    """The amount of a line: `euros_exactly`, rounded to the cent once."""
    index = Decimal(1) if coefficient is None else coefficient.value
    base = Decimal() if reference is None else reference.value
    return round_to_cent(euros_exactly(energy_wh, price.value, unit, index, base))
