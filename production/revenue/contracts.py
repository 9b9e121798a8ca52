"""Sale contracts as data: purchase of all or of the surplus, sharing, complement, heat.

Each dataclass maps to a row and its dated prices. What is proposed from the law carries its mark until the
operator has read it in the signed contract.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from mine_de_soleil.rules.law import NotInForce, parameter
from production.revenue.errors import InvalidContract
from production.revenue.figures import Dated, Figure, check, check_dated, of_law
from production.revenue.tariffs import Sale, tariff

FULL_PERCENT = 100
MOST_W = 10**10


class Kind(StrEnum):
    """How electricity is sold for a price a kilowatt-hour."""

    PURCHASE = "purchase"
    SURPLUS = "surplus"
    SHARED = "shared"


@dataclass(frozen=True, slots=True)
class Cap:
    """Energy a year paid at the full price: `hours` [h] × peak power [W]; beyond, `excess` [c€/kWh].

    A year starts on `month` and `day`, each year.
    """

    hours: Figure
    excess: Figure
    peak_power_w: int
    month: int
    day: int

    @property
    def yearly_wh(self) -> int:
        """Watt-hours a year at the full price."""
        return int(self.hours.value * self.peak_power_w)


@dataclass(frozen=True, slots=True)
class EnergyContract:
    """Electricity for a price [c€/kWh]. `coefficients` None: not indexed. `vat` [%] None: reverse charge.

    A day before the first coefficient has energy and no price yet.
    """

    kind: Kind
    reference: str
    starts_on: dt.date
    ends_on: dt.date
    prices: tuple[Dated, ...]
    coefficients: tuple[Dated, ...] | None = None
    cap: Cap | None = None
    vat: tuple[Dated, ...] | None = None
    letter: str = "L"

    def __post_init__(self) -> None:
        _check_days(self.starts_on, self.ends_on)
        check_dated(self.prices, self.starts_on, "prices", "Prix")
        _check_coefficients(self.coefficients)
        if self.cap is not None:
            _check_cap(self.cap)
        if self.vat is not None:
            check_dated(self.vat, self.starts_on, "vat", "TVA")
        elif self.kind is Kind.SHARED:
            raise InvalidContract("vat", "Une vente aux participants d’un partage demande un taux de TVA.")


@dataclass(frozen=True, slots=True)
class ComplementContract:
    """A tender with complement: `strike` [€/MWh] minus the month's reference price, on the energy sold.

    A reference above the indexed strike makes the amount negative: a credit note to the buyer.
    """

    reference: str
    starts_on: dt.date
    ends_on: dt.date
    strike: Figure
    coefficients: tuple[Dated, ...] | None = None
    vat: Figure | None = None
    market_vat: Figure | None = None
    letter: str = "K"

    def __post_init__(self) -> None:
        _check_days(self.starts_on, self.ends_on)
        check(self.strike, "strike", "Prix de l’offre")
        _check_coefficients(self.coefficients)
        for vat in (self.vat, self.market_vat):
            if vat is not None:
                check(vat, "vat", "TVA")


@dataclass(frozen=True, slots=True)
class HeatContract:
    """Heat to one customer: R1 [€/MWh], R2 [€/kW a year] on subscribed_w [W].

    renewable [%]: the network's renewable or recovered share, dated; it decides the VAT of R1.
    """

    reference: str
    starts_on: dt.date
    ends_on: dt.date
    r1: tuple[Dated, ...]
    r2: tuple[Dated, ...]
    subscribed_w: int
    renewable: tuple[Dated, ...]
    r1_coefficients: tuple[Dated, ...] | None = None
    r2_coefficients: tuple[Dated, ...] | None = None

    def __post_init__(self) -> None:
        _check_days(self.starts_on, self.ends_on)
        check_dated(self.r1, self.starts_on, "r1", "R1")
        check_dated(self.r2, self.starts_on, "r2", "R2")
        check_dated(self.renewable, self.starts_on, "renewable", "Part renouvelable")
        if any(step.figure.value > FULL_PERCENT for step in self.renewable):
            raise InvalidContract("renewable", "La part renouvelable va de 0 à 100 %.")
        if not 0 <= self.subscribed_w <= MOST_W:
            raise InvalidContract("subscribed_w", "La puissance souscrite est négative, ou trop grande.")
        for steps in (self.r1_coefficients, self.r2_coefficients):
            if steps is not None:
                check_dated(steps, self.starts_on, "coefficients", "Coefficient")


def propose_purchase(
    sale: Sale, *, reference: str, peak_power_w: int, requested_on: dt.date, starts_on: dt.date
) -> EnergyContract:
    """A purchase contract as the law and the tables give it, to be held against the signed one.

    Raises NoTariff, UnknownTariff, UnknownRate (a request before the table starts), InvalidContract.
    """
    price = tariff(sale, peak_power_w=peak_power_w, requested_on=requested_on)
    cap = Cap(
        hours=of_law("sale.cap_hours", requested_on),
        excess=of_law("sale.excess_cents_per_kwh", requested_on),
        peak_power_w=peak_power_w,
        month=starts_on.month,
        day=starts_on.day,
    )
    years = int(of_law("sale.contract_years", requested_on).value)
    indexed = is_indexed(peak_power_w=peak_power_w, requested_on=requested_on)
    first = Figure(Decimal(1), "au départ, les indices sont ceux du contrat ; à vérifier", "M")
    return EnergyContract(
        kind=Kind.PURCHASE if sale is Sale.TOTAL else Kind.SURPLUS,
        reference=reference,
        starts_on=starts_on,
        ends_on=anniversary(starts_on, starts_on.year + years) - dt.timedelta(days=1),
        prices=(Dated(starts_on, price),),
        coefficients=(Dated(starts_on, first),) if indexed else None,
        cap=cap,
    )


def propose_sharing(*, reference: str, price: Figure, starts_on: dt.date, ends_on: dt.date) -> EnergyContract:
    """A sale to one participant of collective self-consumption [c€/kWh before VAT], with the usual VAT.

    Raises UnknownRate, InvalidContract.
    """
    vat = of_law("sale.electricity_vat_percent", starts_on)
    prices = (Dated(starts_on, price),)
    rates = (Dated(starts_on, vat),)
    return EnergyContract(Kind.SHARED, reference, starts_on, ends_on, prices, vat=rates)


def is_indexed(*, peak_power_w: int, requested_on: dt.date) -> bool:
    """Whether the purchase tariff of such a plant follows an index."""
    try:
        limit = parameter("sale.unindexed_up_to_kw").value_on(requested_on)
    except NotInForce:
        return True
    return peak_power_w > limit * 1000


def anniversary(day: dt.date, year: int) -> dt.date:
    """The same day of `year`; 29 February becomes 1 March where there is none."""
    try:
        return day.replace(year=year)
    except ValueError:
        return dt.date(year, 3, 1)


def _check_days(starts_on: dt.date, ends_on: dt.date) -> None:
    if ends_on < starts_on:
        raise InvalidContract("ends_on", "Le contrat finit avant de commencer.")


def _check_coefficients(steps: tuple[Dated, ...] | None) -> None:
    for step in steps or ():
        check(step.figure, "coefficients", "Coefficient")
        if not step.figure.value:
            raise InvalidContract("coefficients", "Un coefficient ne peut pas être nul.")
    if steps and len({step.since for step in steps}) < len(steps):
        raise InvalidContract("coefficients", "Coefficient : deux valeurs commencent le même jour.")


def _check_cap(cap: Cap) -> None:
    check(cap.hours, "cap", "Heures plafonnées")
    check(cap.excess, "cap", "Prix au-delà du plafond")
    if not 0 < cap.peak_power_w <= MOST_W:
        raise InvalidContract("cap", "Le plafond demande une puissance crête possible.")
    try:
        dt.date(2024, cap.month, cap.day)
    except ValueError:
        raise InvalidContract("cap", "Le premier jour de l’année de plafond n’existe pas.") from None
