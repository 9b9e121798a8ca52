"""The rows of the public series, a batch of roofs at a time: memory doesn't grow with the fleet."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from installations.models import Plant
from production.judgement import NOTHING, Result, total
from production.models import DayQuality
from production.open_data.tables import DAYS, MONTHS, ROOFS, TOTAL_DAYS, TOTAL_MONTHS, Series
from production.open_data.writing import Batch, Row
from production.reports import PlantDay, PlantMonth, days_with_readings, outlooks, plant_days, plant_months
from production.weather_reports import told_days, weather_months, weathers_used

ROOFS_A_BATCH = 25
# Of a roof's meters the worst says what the day is worth.
_State = DayQuality.State
_WORST_FIRST = (
    _State.OUTAGE,
    _State.LOST_CONTACT,
    _State.SILENT,
    _State.DOUBTFUL,
    _State.PARTIAL,
    _State.GOOD,
)
Span = tuple[dt.date, dt.date]


def batches_of(series: Series, plants: Sequence[Plant], today: dt.date) -> Iterator[Batch]:
    """The rows of a series up to yesterday, in batches; a running day would change by the hour."""
    span = _span(series, plants, today - dt.timedelta(days=1))
    if series.table is ROOFS:
        yield [_roof(plant) for plant in plants]
    elif span is not None:
        yield from _BATCHES[series.table.name](plants, span)


def _span(series: Series, plants: Sequence[Plant], last: dt.date) -> Span | None:
    if series.year is not None:
        first, last = dt.date(series.year, 1, 1), min(last, dt.date(series.year, 12, 31))
    else:
        known = days_with_readings(plants)
        if known is None:
            return None
        first = known[0]
    return (first, last) if first <= last else None


def _parts(plants: Sequence[Plant]) -> Iterator[Sequence[Plant]]:
    for start in range(0, len(plants), ROOFS_A_BATCH):
        yield plants[start : start + ROOFS_A_BATCH]


def _roof(plant: Plant) -> Row:
    return (
        plant.slug,
        plant.name,
        plant.commune,
        plant.commune_insee,
        plant.latitude_deg,
        plant.longitude_deg,
        plant.commissioned_on.isoformat(),
        plant.peak_power_w,
        plant.inverter_power_w,
        plant.panel_area_m2,
    )


def _days(plants: Sequence[Plant], span: Span) -> Iterator[Batch]:
    for part in _parts(plants):
        known, told = plant_days(part, *span), told_days(part, *span)
        sha256 = {used.weather.pk: used.weather.sha256 for used in weathers_used(told.values())}
        quality = _quality(part, span)
        yield [
            (
                plant.slug,
                day.day.isoformat(),
                day.metered_wh,
                round(day.ordinary_wh),
                day.is_complete,
                quality.get((plant.pk, day.day)),
                found.energy_wh if (found := told.get((plant.pk, day.day))) else None,
                sha256[found.weather_id] if found else None,
            )
            for plant in part
            for day in known[plant.pk]
            if _is_of(plant, day)
        ]


def _is_of(plant: Plant, day: PlantDay) -> bool:
    """Whether the day belongs to the plant's life: since its commissioning, or metered before."""
    return day.day >= plant.commissioned_on or day.metered_wh is not None


def _quality(plants: Sequence[Plant], span: Span) -> Mapping[tuple[int, dt.date], str]:
    rows = DayQuality.objects.between(*span).filter(meter__plant__in=plants).order_by()
    found: dict[tuple[int, dt.date], str] = {}
    for plant_id, day, state in rows.values_list("meter__plant_id", "day", "state"):
        before = found.get((plant_id, day), _State.GOOD)
        found[plant_id, day] = min(before, state, key=_WORST_FIRST.index)
    return found


def _judged(plants: Sequence[Plant], span: Span) -> Iterator[tuple[Plant, PlantMonth, int, int]]:
    """Each month of each plant, with what its weather allowed [Wh] on the days told."""
    known = outlooks(plants)
    weather = {(m.plant_id, m.first): m for m in weather_months(plants, *span, known)}
    by_id = {plant.pk: plant for plant in plants}
    for month in plant_months(plants, *span, known):
        told = weather.get((month.plant_id, month.first))
        yield by_id[month.plant_id], month, told.told_wh if told else 0, told.days_told if told else 0


def _months(plants: Sequence[Plant], span: Span) -> Iterator[Batch]:
    for part in _parts(plants):
        yield [
            (
                plant.slug,
                month.first.replace(day=1).isoformat(),
                *_energies(month.result),
                month.result.days_read,
                month.result.days_missing,
                told_wh,
                days_told,
            )
            for plant, month, told_wh, days_told in _judged(part, span)
        ]


def _energies(result: Result) -> tuple[int, int, int]:
    return result.metered_wh, result.compared_wh, round(result.expected_wh)


def _total_months(plants: Sequence[Plant], span: Span) -> Iterator[Batch]:
    sums: dict[dt.date, Result] = defaultdict(lambda: NOTHING)
    for part in _parts(plants):
        for month in plant_months(part, *span):
            first = month.first.replace(day=1)
            sums[first] = total((sums[first], month.result))
    yield [
        (day.isoformat(), *_energies(result), result.days_read, result.days_missing)
        for day, result in sorted(sums.items())
    ]


def _total_days(plants: Sequence[Plant], span: Span) -> Iterator[Batch]:
    sums: dict[dt.date, list[float]] = defaultdict(lambda: [0, 0, 0.0, 0, 0])
    for part in _parts(plants):
        known = plant_days(part, *span)
        for plant in part:
            for day in known[plant.pk]:
                _add_day(sums[day.day], plant, day)
    yield [
        (day.isoformat(), int(metered), int(compared), round(expected), int(read), int(roofs))
        for day, (metered, compared, expected, read, roofs) in sorted(sums.items())
        if roofs or metered
    ]


def _add_day(sums: list[float], plant: Plant, day: PlantDay) -> None:
    # As `judgement.judge`: without a forecast there is nothing to compare with.
    is_compared = day.is_complete and day.ordinary_wh > 0
    sums[0] += day.metered_wh or 0
    sums[1] += (day.metered_wh or 0) if is_compared else 0
    sums[2] += day.ordinary_wh if is_compared else 0.0
    sums[3] += day.is_complete
    sums[4] += day.day >= plant.commissioned_on


_BATCHES: Mapping[str, Callable[[Sequence[Plant], Span], Iterator[Batch]]] = {
    DAYS.name: _days,
    MONTHS.name: _months,
    TOTAL_DAYS.name: _total_days,
    TOTAL_MONTHS.name: _total_months,
}
