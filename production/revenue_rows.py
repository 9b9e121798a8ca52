"""From rows to euros: contracts with their latest terms, the energy sold under each, months, prices."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from installations.models import Meter, Plant
from production.judgement import ENOUGH_OF_A_DAY
from production.models import (
    ContractTerms,
    DailyEnergy,
    IndexCoefficient,
    MarketPrice,
    ReadingSpan,
    SaleContract,
)
from production.revenue import (
    ComplementContract,
    Counted,
    Dated,
    EnergyContract,
    Figure,
    HeatContract,
    MarketMonth,
    Metered,
    MonthRevenue,
    complement_months,
    energy_months,
    heat_months,
    of_day,
)
from production.revenue.energy import DAY
from production.revenue.errors import RevenueError
from production.revenue.figures import latest
from production.revenue.terms import Contract, EnergyTerms, Terms, contract_of, terms_from
from production.sharing_rows import shared_energy, shares_anything

Kind = SaleContract.Kind
CAP_YEAR = dt.timedelta(days=366)
# From the surest to the least sure; C is the signed contract.
MARKS = "CVSOM"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A contract with the edition that holds: as rows, as terms, and as the pure module takes it."""

    row: SaleContract
    edition: ContractTerms
    terms: Terms
    contract: Contract
    market: tuple[MarketMonth, ...]


@dataclass(frozen=True, slots=True)
class Earned:
    """Months of one contract, or the sentence why they can't be computed."""

    months: tuple[MonthRevenue, ...]
    problem: str = ""


def load_contracts(rows: Sequence[SaleContract]) -> list[Loaded]:
    """Contracts with their terms, coefficients and market prices: three queries. Raises InvalidContract."""
    keys = [row.pk for row in rows]
    editions = _editions(keys)
    coefficients = _coefficients(keys)
    markets = _markets(keys)
    loaded = []
    for row in rows:
        edition = editions[row.pk]
        terms = terms_from(edition.terms)
        days = (row.first_day, row.last_day)
        contract = contract_of(row.kind, row.reference, *days, terms, coefficients[row.pk])
        loaded.append(Loaded(row, edition, terms, contract, tuple(markets[row.pk])))
    return loaded


def _editions(keys: Sequence[int]) -> dict[int, ContractTerms]:
    found = ContractTerms.objects.filter(contract__in=keys).order_by("contract_id", "-number")
    return {edition.contract_id: edition for edition in found.distinct("contract_id")}


def _coefficients(keys: Sequence[int]) -> Mapping[int, dict[str, tuple[Dated, ...]]]:
    """Coefficients by contract and series; of two for one day, the later entered."""
    days: dict[tuple[int, str], dict[dt.date, Dated]] = defaultdict(dict)
    for row in IndexCoefficient.objects.filter(contract__in=keys).order_by("pk"):
        figure = Figure(row.value, row.source, row.mark)
        days[row.contract_id, row.series][row.since] = Dated(row.since, figure)
    found: dict[int, dict[str, tuple[Dated, ...]]] = defaultdict(dict)
    for (contract, series), steps in days.items():
        found[contract][series] = tuple(steps[since] for since in sorted(steps))
    return found


def _markets(keys: Sequence[int]) -> Mapping[int, list[MarketMonth]]:
    latest_rows = MarketPrice.objects.filter(contract__in=keys).order_by("contract_id", "month", "-pk")
    found: dict[int, list[MarketMonth]] = defaultdict(list)
    for row in latest_rows.distinct("contract_id", "month"):
        market = Figure(row.market, row.source, row.mark) if row.market is not None else None
        reference = Figure(row.reference, row.source, row.mark)
        found[row.contract_id].append(MarketMonth(row.month, reference, market, row.excluded_wh))
    return found


# Energy


def months_of(loaded: Sequence[Loaded], first: dt.date, last: dt.date) -> dict[int, Earned]:
    """Each contract's months between two days, by contract id, energy from the daily sums."""
    if first > last:
        return {one.row.pk: Earned(()) for one in loaded}
    energy = energy_of(loaded, first, last)
    return {one.row.pk: _earned(one, energy[one.row.pk], first, last) for one in loaded}


def _earned(one: Loaded, sold: "Sold", first: dt.date, last: dt.date) -> Earned:
    try:
        return Earned(tuple(_months(one, sold, first, last)))
    except RevenueError as error:
        return Earned((), str(error))


def _months(one: Loaded, sold: "Sold", first: dt.date, last: dt.date) -> list[MonthRevenue]:
    contract, metered, counted = one.contract, sold.metered, sold.counted
    if isinstance(contract, ComplementContract):
        return complement_months(contract, metered, one.market, first, last, counted)
    if isinstance(contract, HeatContract):
        return heat_months(contract, metered, first, last, counted)
    return energy_months(contract, metered, first, last, counted)


@dataclass(frozen=True, slots=True)
class Sold:
    """Energy of one contract: by day, and what its counter counted on no known day."""

    metered: Sequence[Metered]
    counted: Sequence[Counted] = ()


def energy_of(loaded: Sequence[Loaded], first: dt.date, last: dt.date) -> dict[int, Sold]:
    """What was sold under each contract, day by day; for a cap, from the start of the cap's year on.

    Energy between two indexes counts for heat, and for a roof that has one counter and shares nothing:
    the days of several counters can't be held against one another's months.

    A day that some meter in service didn't cover counts as not read; a day without reading is absent.
    """
    first = first - CAP_YEAR if any(_has_cap(one.terms) for one in loaded) else first
    plants = {one.row.plant_id: one.row.plant for one in loaded}
    whole = metered_days(plants.values(), first, last)
    sharing = {key for key in shares_anything(plants) if _is_shared(key, loaded)}
    shared = {key: shared_energy(plants[key], first, last) for key in sorted(sharing)}
    counted = counted_by_meter(whole.by_meter.keys(), first, last)
    found = {}
    for one in loaded:
        row, share = one.row, shared.get(one.row.plant_id)
        if row.kind == Kind.HEAT:
            meter = row.meter_id or 0
            found[row.pk] = Sold(whole.by_meter.get(meter, []), counted.get(meter, []))
        elif row.kind == Kind.SHARED:
            found[row.pk] = Sold(share.by_participant.get(row.participant_id or 0, []) if share else [])
        elif row.kind == Kind.SURPLUS and share:
            found[row.pk] = Sold(share.surplus)
        else:
            only = whole.only_meter.get(row.plant_id, 0)
            found[row.pk] = Sold(whole.by_plant.get(row.plant_id, []), counted.get(only, []))
    return found


def _has_cap(terms: Terms) -> bool:
    return isinstance(terms, EnergyTerms) and terms.cap is not None


def _is_shared(plant_id: int, loaded: Iterable[Loaded]) -> bool:
    kinds = {one.row.kind for one in loaded if one.row.plant_id == plant_id}
    return not kinds.isdisjoint({Kind.SHARED, Kind.SURPLUS})


@dataclass(frozen=True, slots=True)
class MeteredDays:
    """Days of plants and of all their meters, by id, and the meter of plants that have but one."""

    by_plant: dict[int, list[Metered]]
    by_meter: dict[int, list[Metered]]
    only_meter: dict[int, int]


def metered_days(plants: Iterable[Plant], first: dt.date, last: dt.date) -> MeteredDays:
    """What the meters of plants counted between two days, both included: two queries."""
    keys = [plant.pk for plant in plants]
    meters = list(Meter.objects.filter(plant__in=keys).order_by("pk"))
    rows = DailyEnergy.objects.filter(meter__in=meters).between(first, last).order_by("meter_id", "day")
    # Plain tuples: ten years of eight roofs are thirty thousand of them.
    by_meter: dict[int, list[Metered]] = {meter.pk: [] for meter in meters}
    for meter_id, day, wh, covered_s, daylight_s in rows.values_list(
        "meter_id", "day", "energy_wh", "covered_s", "daylight_s"
    ):
        is_complete = covered_s >= ENOUGH_OF_A_DAY * daylight_s
        by_meter[meter_id].append(of_day(day, wh, is_complete=is_complete))
    own: dict[int, list[Meter]] = defaultdict(list)
    for meter in meters:
        own[meter.plant_id].append(meter)
    by_plant = {key: _together([(meter, by_meter[meter.pk]) for meter in own[key]]) for key in keys}
    only = {key: one[0].pk for key, one in own.items() if len(one) == 1}
    return MeteredDays(by_plant, by_meter, only)


def counted_by_meter(meters: Collection[int], first: dt.date, last: dt.date) -> Mapping[int, list[Counted]]:
    """What the counters of these meters counted on no known day, by meter id: one query or none."""
    if not meters:
        return {}
    opens, closes = _midnight(first), _midnight(last + DAY)
    rows = ReadingSpan.objects.holding().between(opens, closes).filter(meter__in=meters).with_known()
    found: dict[int, list[Counted]] = defaultdict(list)
    for row in rows.order_by("meter_id", "start"):
        ends = (timezone.localtime(row.start), timezone.localtime(row.end))
        found[row.meter_id].append(Counted(*ends, row.energy_wh, row.known_wh))
    return found


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def _together(meters: Sequence[tuple[Meter, Sequence[Metered]]]) -> list[Metered]:
    """The days of one plant's meters: complete where every meter in service that day is."""
    found: dict[dt.date, dict[int, Metered]] = defaultdict(dict)
    for meter, told in meters:
        for metered in told:
            found[metered.first][meter.pk] = metered
    together = []
    for day in sorted(found):
        read = found[day]
        asked = {meter.pk for meter, _told in meters if _in_service(meter, day)}
        is_complete = asked <= read.keys() and all(one.days_read for one in read.values())
        together.append(of_day(day, sum(one.energy_wh for one in read.values()), is_complete=is_complete))
    return together


def _in_service(meter: Meter, day: dt.date) -> bool:
    begun = meter.installed_on is None or meter.installed_on <= day
    return begun and (meter.removed_on is None or day <= meter.removed_on)


# The price of one kilowatt-hour


def price_of(plant: Plant, day: dt.date) -> Figure | None:
    """What one lost kilowatt-hour of `plant` would have brought on `day` [c€/kWh before VAT], or None.

    The whole output's price where there is one, else the surplus'; a tender counts for its strike, which
    market and complement make together. None where nothing is known: no contract, only shared sales, or an
    index without coefficient. The mark is that of the least sure figure.
    """
    return prices_of(plant, [day])[day]


def prices_of(plant: Plant, days: Collection[dt.date]) -> dict[dt.date, Figure | None]:
    """The same for each of `days`; as many queries for a year of them as for one."""
    if not days:
        return {}
    rows = SaleContract.objects.filter(plant=plant).touching(min(days), max(days))
    sold = list(rows.filter(kind__in=(Kind.PURCHASE, Kind.COMPLEMENT, Kind.SURPLUS)).order_by("pk"))
    loaded = load_contracts(sold)
    return {day: _price_among(loaded, day) for day in days}


def _price_among(loaded: Iterable[Loaded], day: dt.date) -> Figure | None:
    contracts = (one.contract for one in loaded if one.row.first_day <= day <= one.row.last_day)
    first = next(contracts, None)
    return None if first is None else _price(first, day)


def _price(contract: Contract, day: dt.date) -> Figure | None:
    if isinstance(contract, EnergyContract):
        step = latest(contract.prices, day)
        price = step.figure if step else None
    elif isinstance(contract, ComplementContract):
        strike = contract.strike
        price = Figure(strike.value / 10, strike.source, strike.confidence)
    else:
        price = None
    if price is None or contract.coefficients is None:  # type: ignore[union-attr]
        return _named(price, contract.reference)
    index = latest(contract.coefficients, day)  # type: ignore[union-attr]
    if index is None:
        return None
    mark = max(price.confidence, index.figure.confidence, key=MARKS.index)
    source = f"{price.source} × {index.figure.source}"
    return _named(Figure(price.value * index.figure.value, source, mark), contract.reference)


def _named(price: Figure | None, reference: str) -> Figure | None:
    if price is None:
        return None
    told = _("contrat %(reference)s\u202f: %(source)s") % {"reference": reference, "source": price.source}
    return Figure(price.value, told, price.confidence)
