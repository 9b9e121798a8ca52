"""Heat to euros: R1 by energy, R2 by subscribed power, each with its VAT.

R1 is weighted by fuels, R2 the sum of r21 to r24 (fact sheet, section G). A month's R2 is a twelfth of the
year's, the twelve add up to it; a part of a month counts by its days. VAT: CGI art. 278-0 bis B.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from mine_de_soleil.core.money import round_to_cent, split
from production.formats.errors import typeset
from production.judgement import days_in_month, month_spans
from production.revenue.contracts import HeatContract
from production.revenue.counted import Counted, place_all
from production.revenue.energy import Metered, Ordered, cut, in_order, take
from production.revenue.errors import InvalidContract
from production.revenue.figures import CONTRACT, Dated, Figure, latest, of_law
from production.revenue.indexation import coefficient_on, stale
from production.revenue.lines import Line, MonthRevenue, Part, Unit, euros
from production.revenue.months import gap_note

R1, R2 = "de R1", "de R2"
MONTHS = 12


def r1_of_fuels(prices: Mapping[str, Figure], shares: Mapping[str, Decimal]) -> Figure:
    """The price of heat [€/MWh] from each fuel's own price and its share [1]. Raises InvalidContract."""
    if prices.keys() != shares.keys() or sum(shares.values(), Decimal()) != 1:
        raise InvalidContract("r1", "Les parts des combustibles doivent faire 1, une par prix.")
    if any(share < 0 for share in shares.values()):
        raise InvalidContract("r1", "La part d’un combustible ne peut pas être négative.")
    value = sum((prices[fuel].value * share for fuel, share in shares.items()), Decimal())
    return Figure(value, "prix des combustibles, selon leurs parts", _weakest(prices.values()))


def r2_of_parts(r21: Figure, r22: Figure, r23: Figure, r24: Figure) -> Figure:
    """The price of the subscription [€/kW a year]: electricity, operation, renewal, financing."""
    parts = (r21, r22, r23, r24)
    return Figure(sum((part.value for part in parts), Decimal()), "r21 + r22 + r23 + r24", _weakest(parts))


def heat_vat(renewable_percent: Figure, day: dt.date) -> Figure:
    """VAT on the heat itself [%], by the network's renewable share [%]. Raises UnknownRate."""
    least = of_law("sale.heat_vat_renewable_percent", day)
    is_reduced = renewable_percent.value >= least.value
    return of_law("sale.heat_vat_reduced_percent" if is_reduced else "sale.heat_vat_full_percent", day)


def heat_months(
    contract: HeatContract,
    metered: Iterable[Metered],
    first: dt.date,
    last: dt.date,
    counted: Iterable[Counted] = (),
) -> list[MonthRevenue]:
    """Every month from `first` to `last` in force. Raises InvalidEnergy, NoCoefficient, UnknownRate.

    counted: between indexes, beside `metered`, which then has one interval a day. Energy that crosses the
    edge of a month, or of the contract, is in no month; its days aren't read, and the months say so.
    """
    months = month_spans(max(first, contract.starts_on), min(last, contract.ends_on))
    placed = place_all(metered, counted, month_spans(contract.starts_on, min(last, contract.ends_on)))
    known = in_order(placed.metered)
    return [_month(contract, known, *span, placed.notes(span)) for span in months]


def _month(
    contract: HeatContract, metered: Ordered, first: dt.date, last: dt.date, astride: Sequence[str]
) -> MonthRevenue:
    lines: list[Line] = []
    whole = take(metered, first, last)
    notes = [*gap_note(whole), *astride]
    for start, end in cut(first, last, _days(contract.r1, contract.r1_coefficients, contract.renewable)):
        taken = take(metered, start, end)
        lines.append(_r1(contract, taken.energy_wh, start, end))
        if taken.is_cut:
            sentence = f"Le relevé qui contient le {start:%d/%m/%Y} a été coupé selon le nombre de jours."
            notes.append(typeset(sentence))
    for start, end in cut(first, last, _days(contract.r2, contract.r2_coefficients)):
        lines.append(_r2(contract, start, end))
    for steps, name in ((contract.r1_coefficients, R1), (contract.r2_coefficients, R2)):
        old = stale(steps, last, name) if steps is not None else None
        notes += [old] if old else []
    return MonthRevenue(
        contract.reference,
        first,
        last,
        tuple(lines),
        whole.energy_wh,
        whole.days,
        whole.days_read,
        notes=tuple(notes),
    )


def _r1(contract: HeatContract, energy_wh: int, first: dt.date, last: dt.date) -> Line:
    price, index = _priced(contract.r1, contract.r1_coefficients, first, R1)
    renewable = latest(contract.renewable, first)
    assert renewable is not None  # the contract refuses shares that start after it
    vat = heat_vat(renewable.figure, last)
    amount = euros(energy_wh, price, Unit.EUROS_PER_MWH, index)
    return Line(first, last, Part.HEAT, energy_wh, price, Unit.EUROS_PER_MWH, index, amount, vat)


def _r2(contract: HeatContract, first: dt.date, last: dt.date) -> Line:
    price, index = _priced(contract.r2, contract.r2_coefficients, first, R2)
    factor = Decimal(1) if index is None else index.value
    year = round_to_cent(price.value * factor * contract.subscribed_w / 1000)
    month = split(year, [1] * MONTHS)[first.month - 1]
    amount = round_to_cent(month * ((last - first).days + 1) / days_in_month(first))
    vat = of_law("sale.heat_subscription_vat_percent", last)
    unit, power = Unit.EUROS_PER_KW_YEAR, contract.subscribed_w
    return Line(first, last, Part.SUBSCRIPTION, 0, price, unit, index, amount, vat, subscribed_w=power)


def _priced(
    prices: tuple[Dated, ...], steps: tuple[Dated, ...] | None, day: dt.date, name: str
) -> tuple[Figure, Figure | None]:
    price = latest(prices, day)
    assert price is not None  # the contract refuses prices that start after it
    return price.figure, None if steps is None else coefficient_on(steps, day, name)


def _days(*groups: tuple[Dated, ...] | None) -> list[dt.date]:
    return [step.since for group in groups for step in group or ()]


def _weakest(figures: Iterable[Figure]) -> str:
    """A result is as sure as the least sure of what it rests on."""
    order = (CONTRACT, "V", "S", "O", "M")
    return max((figure.confidence for figure in figures), key=order.index, default=CONTRACT)
