"""Energy to euros, month by month: purchase, surplus, sharing, complement. Heat is in `heat.py`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from production.formats.errors import typeset
from production.judgement import month_spans
from production.revenue.contracts import Cap, ComplementContract, EnergyContract, anniversary
from production.revenue.counted import Counted, place_all
from production.revenue.energy import DAY, Metered, Ordered, Taken, cut, in_order, take
from production.revenue.errors import InvalidEnergy, NoCoefficient, NoReference
from production.revenue.figures import MOST, Dated, Figure, check, latest
from production.revenue.indexation import coefficient_on, stale
from production.revenue.lines import Line, MonthRevenue, Part, Unit, euros

HOURS_OF_A_DAY = 24


@dataclass(frozen=True, slots=True)
class MarketMonth:
    """What the operator enters of a month of complement, named by any of its days.

    reference: the published price M0 [€/MWh]; market: what the energy was sold for [€/MWh], if it is
    followed here; excluded_wh [Wh]: delivered in hours that give no complement.
    """

    day: dt.date
    reference: Figure | None
    market: Figure | None = None
    excluded_wh: int = 0


def energy_months(
    contract: EnergyContract,
    metered: Iterable[Metered],
    first: dt.date,
    last: dt.date,
    counted: Iterable[Counted] = (),
) -> list[MonthRevenue]:
    """Every month from `first` to `last` in which the contract is in force.

    `metered`: the energy sold under it, and `counted` beside it between indexes (then one interval a day);
    for the cap, from the start of the cap's year on. Raises InvalidEnergy.
    """
    placed = place_all(metered, counted, month_spans(contract.starts_on, min(last, contract.ends_on)))
    known = in_order(placed.metered)
    spans = month_spans(max(first, contract.starts_on), min(last, contract.ends_on))
    return [_with(_energy_month(contract, known, *span), placed.notes(span)) for span in spans]


def complement_months(
    contract: ComplementContract,
    metered: Iterable[Metered],
    market: Iterable[MarketMonth],
    first: dt.date,
    last: dt.date,
    counted: Iterable[Counted] = (),
) -> list[MonthRevenue]:
    """Every month of a complement contract. A month without reference price has energy and no amount.

    Energy as in `energy_months`; the coefficient is that of the month's first day in force. Raises
    InvalidEnergy, InvalidContract.
    """
    placed = place_all(metered, counted, month_spans(contract.starts_on, min(last, contract.ends_on)))
    known = in_order(placed.metered)
    entered = _by_month(market)
    spans = month_spans(max(first, contract.starts_on), min(last, contract.ends_on))
    return [_with(_complement_month(contract, known, entered, *span), placed.notes(span)) for span in spans]


def _with(month: MonthRevenue, notes: Sequence[str]) -> MonthRevenue:
    return replace(month, notes=(*month.notes, *notes)) if notes else month


def _energy_month(contract: EnergyContract, metered: Ordered, first: dt.date, last: dt.date) -> MonthRevenue:
    lines: list[Line] = []
    notes: list[str] = []
    unpriced_wh = 0
    for start, end in cut(first, last, _changes(contract, first, last)):
        taken = take(metered, start, end)
        notes += _cut_note(taken, start, end)
        try:
            lines += _energy_lines(contract, metered, start, end, taken)
        except NoCoefficient as unknown:
            unpriced_wh += taken.energy_wh
            notes.append(str(unknown))
    whole = take(metered, first, last)
    notes += [*gap_note(whole), *_cap_note(contract.cap, metered, contract.starts_on, last)]
    if contract.coefficients is not None:
        notes += _said(stale(contract.coefficients, last, contract.letter))
    return MonthRevenue(
        contract.reference,
        first,
        last,
        tuple(lines),
        whole.energy_wh,
        whole.days,
        whole.days_read,
        unpriced_wh,
        tuple(notes),
    )


def _changes(contract: EnergyContract, first: dt.date, last: dt.date) -> list[dt.date]:
    steps: tuple[Dated, ...] = contract.prices + (contract.coefficients or ())
    days = [step.since for step in steps + (contract.vat or ())]
    if contract.cap:
        days += [_year_start(contract.cap, day) for day in (first, last)]
    return days


def _energy_lines(
    contract: EnergyContract, metered: Ordered, first: dt.date, last: dt.date, taken: Taken
) -> list[Line]:
    price = latest(contract.prices, first)
    assert price is not None  # the contract refuses prices that start after it
    index = None
    if contract.coefficients is not None:
        index = coefficient_on(contract.coefficients, first, contract.letter)
    full_wh = taken.energy_wh
    if contract.cap:
        full_wh = min(full_wh, _room_wh(contract.cap, metered, contract.starts_on, first))
    vat = None if contract.vat is None else latest(contract.vat, first)
    line = _line_maker(first, last, None if vat is None else vat.figure)
    # A period without energy keeps its line: a statement is compared with it.
    made = [line(Part.ENERGY, full_wh, price.figure, index)]
    if contract.cap and taken.energy_wh > full_wh:
        made.append(line(Part.EXCESS, taken.energy_wh - full_wh, contract.cap.excess, None))
    return made


def _line_maker(
    first: dt.date, last: dt.date, vat: Figure | None
) -> Callable[[Part, int, Figure, Figure | None], Line]:
    def line(part: Part, energy_wh: int, price: Figure, index: Figure | None) -> Line:
        amount = euros(energy_wh, price, Unit.CENTS_PER_KWH, index)
        return Line(first, last, part, energy_wh, price, Unit.CENTS_PER_KWH, index, amount, vat)

    return line


def _year_start(cap: Cap, day: dt.date) -> dt.date:
    """The first day of the cap's year that `day` is in."""
    # 2024 has a 29 February.
    start = anniversary(dt.date(2024, cap.month, cap.day), day.year)
    return start if start <= day else anniversary(dt.date(2024, cap.month, cap.day), day.year - 1)


def _room_wh(cap: Cap, metered: Ordered, starts_on: dt.date, first: dt.date) -> int:
    """What may still be paid at the full price on the morning of `first` [Wh]."""
    before = take(metered, max(starts_on, _year_start(cap, first)), first - DAY)
    return max(0, cap.yearly_wh - before.energy_wh)


def _cap_note(cap: Cap | None, metered: Ordered, starts_on: dt.date, last: dt.date) -> list[str]:
    if cap is None:
        return []
    counted = take(metered, max(starts_on, _year_start(cap, last)), last)
    # A missing day can't have held more than the peak power all day long.
    most_wh = counted.energy_wh + counted.days_missing * HOURS_OF_A_DAY * cap.peak_power_w
    if not counted.days_missing or most_wh <= cap.yearly_wh:
        return []
    return [
        typeset(
            f"Depuis le début de l’année du plafond, {days_words(counted.days_missing)} : "
            "les heures plafonnées ont pu être atteintes plus tôt."
        )
    ]


def _by_month(market: Iterable[MarketMonth]) -> dict[tuple[int, int], MarketMonth]:
    found: dict[tuple[int, int], MarketMonth] = {}
    for entered in market:
        key = (entered.day.year, entered.day.month)
        if key in found:
            raise InvalidEnergy(f"Le prix de référence de {entered.day:%m/%Y} est donné deux fois.")
        if entered.excluded_wh < 0:
            raise InvalidEnergy(f"L’énergie sans complément de {entered.day:%m/%Y} est négative.")
        for price in (entered.reference, entered.market):
            if price is not None:
                check(price, "market", "Prix du marché", least=-MOST)
        found[key] = entered
    return found


def _complement_month(
    contract: ComplementContract,
    metered: Ordered,
    entered: Mapping[tuple[int, int], MarketMonth],
    first: dt.date,
    last: dt.date,
) -> MonthRevenue:
    taken = take(metered, first, last)
    market = entered.get((first.year, first.month), MarketMonth(first, None))
    if market.excluded_wh > taken.energy_wh:
        raise InvalidEnergy(f"En {first:%m/%Y}, l’énergie sans complément dépasse l’énergie livrée.")
    notes = [*gap_note(taken), *_cut_note(taken, first, last)]
    if contract.coefficients is not None:
        notes += _said(stale(contract.coefficients, last, contract.letter))
    lines, unpriced_wh = _market_lines(contract, market, taken, first, last), 0
    try:
        lines.append(_complement(contract, market, taken.energy_wh - market.excluded_wh, first, last))
    except (NoCoefficient, NoReference) as unknown:
        unpriced_wh = taken.energy_wh
        notes.append(str(unknown))
    return MonthRevenue(
        contract.reference,
        first,
        last,
        tuple(lines),
        taken.energy_wh,
        taken.days,
        taken.days_read,
        unpriced_wh,
        tuple(notes),
    )


def _market_lines(
    contract: ComplementContract, market: MarketMonth, taken: Taken, first: dt.date, last: dt.date
) -> list[Line]:
    if market.market is None:
        return []
    energy_wh, unit = taken.energy_wh, Unit.EUROS_PER_MWH
    amount = euros(energy_wh, market.market, unit)
    vat = contract.market_vat
    return [Line(first, last, Part.MARKET, energy_wh, market.market, unit, None, amount, vat)]


def _complement(
    contract: ComplementContract, market: MarketMonth, energy_wh: int, first: dt.date, last: dt.date
) -> Line:
    """Energy × (indexed strike − reference). Raises NoReference, NoCoefficient."""
    if market.reference is None:
        raise NoReference(first)
    index, unit = None, Unit.EUROS_PER_MWH
    if contract.coefficients is not None:
        index = coefficient_on(contract.coefficients, first, contract.letter)
    amount = euros(energy_wh, contract.strike, unit, index, market.reference)
    price, vat, base = contract.strike, contract.vat, market.reference
    return Line(first, last, Part.COMPLEMENT, energy_wh, price, unit, index, amount, vat, base)


def days_words(days_missing: int) -> str:
    """`2 jours manquent`, in French."""
    return "1 jour manque" if days_missing == 1 else f"{days_missing} jours manquent"


def gap_note(taken: Taken) -> list[str]:
    """Say that days are missing, and how many of how many."""
    if not taken.days_missing:
        return []
    whose = "son" if taken.days_missing == 1 else "leur"
    missing = f"{days_words(taken.days_missing)} sur {taken.days}"
    return [typeset(f"{missing} : {whose} énergie n’est pas comptée.")]


def _cut_note(taken: Taken, first: dt.date, last: dt.date) -> list[str]:
    if not taken.is_cut:
        return []
    return [
        typeset(
            f"Du {first:%d/%m/%Y} au {last:%d/%m/%Y}, un relevé plus long a été coupé : "
            "son énergie est répartie selon le nombre de jours."
        )
    ]


def _said(sentence: str | None) -> list[str]:
    return [] if sentence is None else [sentence]
