"""What pages and the API say about output: frozen pictures from the daily sums."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.models import Max, Min, Prefetch, Sum
from django.utils.translation import get_language

from installations.models import Plant
from mine_de_soleil.core.calendar import days
from mine_de_soleil.rules.law import NotInForce, Parameter, Step, parameter, parameters
from production.judgement import (
    ENOUGH_OF_A_DAY,
    NOTHING,
    MonthCount,
    Result,
    days_in_month,
    judge,
    month_spans,
    total,
)
from production.models import DailyEnergy, Forecast, Reading
from production.wording import value_as_written


@dataclass(frozen=True, slots=True)
class Expectation:
    """One forecast of a plant: Wh by month (1 to 12), middle and band."""

    forecast: Forecast
    p50_wh: dict[int, int]
    p10_wh: dict[int, int]
    p90_wh: dict[int, int]

    @property
    def year_wh(self) -> int:
        return self.forecast.year_p50_wh

    def day_wh(self, day: dt.date) -> float:
        """An ordinary day of that month."""
        return self.p50_wh[day.month] / days_in_month(day)


@dataclass(frozen=True, slots=True)
class Outlook:
    """Every forecast of one plant, the one valid longest first."""

    expectations: tuple[Expectation, ...] = ()

    def on(self, day: dt.date) -> Expectation | None:
        """The forecast in force on `day`: the latest valid by then."""
        valid = [known for known in self.expectations if known.forecast.valid_from <= day]
        return valid[-1] if valid else None

    def in_month(self, day: dt.date) -> Expectation | None:
        """The one forecast that judges the whole month of `day`: that of its first day."""
        return self.on(day.replace(day=1))


Outlooks = Mapping[int, Outlook]


@dataclass(frozen=True, slots=True)
class PlantMonth:
    """One plant, one calendar month or the part of it asked for, and the forecast that judges it."""

    plant_id: int
    first: dt.date
    result: Result
    expected: Expectation | None


@dataclass(frozen=True, slots=True)
class PlantDay:
    """One plant, one day: metered, an ordinary day's energy, and whether the two can be compared."""

    day: dt.date
    metered_wh: int | None
    ordinary_wh: float
    is_complete: bool


@dataclass(frozen=True, slots=True)
class LawFigure:
    """A figure of the law files in force on a day, or repealed by then, with where it comes from."""

    parameter: Parameter
    step: Step

    @property
    def label(self) -> str:
        """What the figure is, in the reader's language."""
        return self.parameter.label_in(get_language())

    @property
    def value(self) -> Decimal:
        assert self.step.value is not None
        return self.step.value

    @property
    def value_words(self) -> str:
        """The value with its own decimals and unit: `9,2 %`; or that it is repealed."""
        return value_as_written(self.step.value, self.parameter.unit)


def law_figure(name: str, day: dt.date) -> LawFigure:
    """The parameter `name` on `day`, with its source."""
    found = parameter(name)
    return LawFigure(found, found.on(day))


def law_figures(day: dt.date) -> list[LawFigure]:
    """Every parameter as it stands on `day`: repealed ones say so, those yet to come are left out."""
    return [LawFigure(known, step) for known in parameters().values() if (step := _step_by(known, day))]


def _step_by(known: Parameter, day: dt.date) -> Step | None:
    try:
        return known.on(day)
    except NotInForce:
        past = [step for step in known.steps if step.since <= day]
        return past[-1] if past else None


def outlooks(plants: Sequence[Plant]) -> dict[int, Outlook]:
    """Each plant's forecasts, by plant id: two queries."""
    known: dict[int, list[Expectation]] = {plant.pk: [] for plant in plants}
    # Of two forecasts valid from the same day the later one judges.
    # The study behind a forecast is 75 kB that no list shows.
    forecasts = Forecast.objects.filter(plant__in=plants).defer("study")
    forecasts = forecasts.order_by("plant_id", "valid_from", "id")
    for forecast in forecasts.prefetch_related(Prefetch("months")):
        known[forecast.plant_id].append(_expectation(forecast))
    return {plant_id: Outlook(tuple(found)) for plant_id, found in known.items()}


def _expectation(forecast: Forecast) -> Expectation:
    months = list(forecast.months.all())
    return Expectation(
        forecast,
        p50_wh={m.month: m.p50_wh for m in months},
        p10_wh={m.month: m.p10_wh for m in months},
        p90_wh={m.month: m.p90_wh for m in months},
    )


def expectations(plants: Sequence[Plant], day: dt.date) -> dict[int, Expectation]:
    """The forecast in force on `day`, by plant id; plants without one are absent."""
    found = {plant_id: outlook.on(day) for plant_id, outlook in outlooks(plants).items()}
    return {plant_id: expected for plant_id, expected in found.items() if expected}


def plant_months(
    plants: Sequence[Plant], first: dt.date, last: dt.date, known: Outlooks | None = None
) -> list[PlantMonth]:
    """Each plant's months between two days (both included), judged: one query for the energy.

    All energy counts; a plant is asked for nothing before its commissioning, so a month before it is there
    only with readings. `known` spares the forecasts' queries.
    """
    counts = _month_counts([plant.pk for plant in plants], first, last)
    known = outlooks(plants) if known is None else known
    rows = []
    for plant in plants:
        for start, end in month_spans(first, last):
            counted = counts.get((plant.pk, start.replace(day=1)))
            if counted is None and end < plant.commissioned_on:
                continue
            count = MonthCount(start, end, *(counted or (0, 0, 0)), asked_from=plant.commissioned_on)
            expected = known[plant.pk].in_month(start)
            month_wh = expected.p50_wh[start.month] if expected else 0
            rows.append(PlantMonth(plant.pk, start, judge(count, month_wh), expected))
    return rows


def totals_by_plant(plants: Sequence[Plant], months: Sequence[PlantMonth]) -> dict[int, Result]:
    """The sum of each plant's months, by plant id."""
    grouped = defaultdict(list)
    for month in months:
        grouped[month.plant_id].append(month.result)
    return {plant.pk: total(grouped[plant.pk]) for plant in plants}


def results_by_plant(plants: Sequence[Plant], first: dt.date, last: dt.date) -> dict[int, Result]:
    """One result a plant for the period, by plant id."""
    return totals_by_plant(plants, plant_months(plants, first, last))


def fleet_result(
    plants: Sequence[Plant], first: dt.date, last: dt.date, known: Outlooks | None = None
) -> Result:
    """All plants together for the period."""
    if first > last:
        return NOTHING
    return total(month.result for month in plant_months(plants, first, last, known))


# One plant, one local day: all that was metered, and whether it can be compared. That is so when every meter
# in service that day covers enough of its daylight, from commissioning on. Months and days both read this.
PLANT_DAYS = """
SELECT s.plant_id, s.day, s.energy_wh,
       s.heard > 0 AND s.day >= p.commissioned_on AND s.heard = count(*) FILTER (
           WHERE daterange(served.installed_on, served.removed_on, '[]') @> s.day) AS is_read
FROM (SELECT m.plant_id, d.day, sum(d.energy_wh)::bigint AS energy_wh,
             count(*) FILTER (WHERE d.covered_s >= %(enough)s * d.daylight_s
                              AND daterange(m.installed_on, m.removed_on, '[]') @> d.day) AS heard
      FROM production_dailyenergy d
      JOIN installations_meter m ON m.id = d.meter_id
      WHERE m.plant_id = ANY(%(plants)s) AND d.day BETWEEN %(first)s AND %(last)s
      GROUP BY m.plant_id, d.day) AS s
JOIN installations_plant p ON p.id = s.plant_id
JOIN installations_meter served ON served.plant_id = s.plant_id
GROUP BY s.plant_id, s.day, s.energy_wh, s.heard, p.commissioned_on
"""

_MONTH_COUNTS = f"""
SELECT plant_id, date_trunc('month', day)::date, sum(energy_wh),
       coalesce(sum(energy_wh) FILTER (WHERE is_read), 0), count(*) FILTER (WHERE is_read)
FROM ({PLANT_DAYS}) AS plant_days
GROUP BY 1, 2
"""  # noqa: S608  # both parts are constants of this file


def sums_of(sql: str, plant_ids: list[int], first: dt.date, last: dt.date) -> list[tuple[Any, ...]]:
    """Rows of a query that reads `PLANT_DAYS` of these plants from `first` to `last`.

    It may be asked of a copy of the database, a moment behind.
    """
    values: dict[str, Any] = {"plants": plant_ids, "first": first, "last": last, "enough": ENOUGH_OF_A_DAY}
    with connections[settings.READ_DATABASE].cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _month_counts(
    plant_ids: list[int], first: dt.date, last: dt.date
) -> dict[tuple[int, dt.date], tuple[int, int, int]]:
    rows = sums_of(_MONTH_COUNTS, plant_ids, first, last)
    return {(plant, month): (int(wh), int(read_wh), n) for plant, month, wh, read_wh, n in rows}


def plant_days(
    plants: Sequence[Plant], first: dt.date, last: dt.date, known: Outlooks | None = None
) -> dict[int, list[PlantDay]]:
    """Every day of each plant between two days, by plant id; without any reading `metered_wh` is None.

    Before commissioning nothing is expected. `known` spares the forecasts' queries.
    """
    rows = sums_of(PLANT_DAYS, [plant.pk for plant in plants], first, last)
    counted = {(plant_id, day): (wh, is_read) for plant_id, day, wh, is_read in rows}
    known = outlooks(plants) if known is None else known
    return {
        plant.pk: [
            _plant_day(plant, day, counted.get((plant.pk, day)), known[plant.pk]) for day in days(first, last)
        ]
        for plant in plants
    }


def _plant_day(plant: Plant, day: dt.date, counted: tuple[int, bool] | None, outlook: Outlook) -> PlantDay:
    expected = outlook.in_month(day) if day >= plant.commissioned_on else None
    metered_wh, is_read = counted or (None, False)
    return PlantDay(day, metered_wh, expected.day_wh(day) if expected else 0.0, is_read)


def energy_by_day(plants: Sequence[Plant], first: dt.date, last: dt.date) -> dict[dt.date, int]:
    """What the plants made together [Wh] on each day with readings."""
    rows = DailyEnergy.objects.between(first, last).filter(meter__plant__in=plants)
    return dict(rows.values_list("day").annotate(wh=Sum("energy_wh")).order_by("day"))


@dataclass(frozen=True, slots=True)
class SoFar:
    """Energy of the running day, and the instant up to which meters have told it."""

    metered_wh: int
    until: dt.datetime


def today_so_far(plants: Sequence[Plant], today: dt.date) -> SoFar | None:
    """What the plants made today up to their latest reading; None while nothing came in today."""
    rows = DailyEnergy.objects.filter(meter__plant__in=plants, day=today).order_by("meter_id")
    energies = dict(rows.values_list("meter_id", "energy_wh"))
    if not energies:
        return None
    # From yesterday on, so that no older year is looked at; today begins there in any zone.
    since = dt.datetime.combine(today - dt.timedelta(days=1), dt.time(), dt.UTC)
    latest = Reading.objects.filter(meter_id__in=energies, start__gte=since).order_by("-start").first()
    assert latest is not None  # a daily sum has readings
    return SoFar(sum(energies.values()), latest.start + dt.timedelta(seconds=latest.length_s))


def days_with_readings(plants: Sequence[Plant]) -> tuple[dt.date, dt.date] | None:
    """First and last day with any reading of these plants; None when there is none."""
    found = DailyEnergy.objects.filter(meter__plant__in=plants).aggregate(first=Min("day"), last=Max("day"))
    return (found["first"], found["last"]) if found["first"] else None


def last_day_heard(plants: Sequence[Plant], upto: dt.date) -> tuple[dt.date, frozenset[int]] | None:
    """The last day with readings, `upto` at the latest, and the ids of the plants that spoke that day."""
    rows = DailyEnergy.objects.filter(meter__plant__in=plants)
    day = rows.filter(day__lte=upto).aggregate(last=Max("day"))["last"]
    if day is None:
        return None
    spoke = rows.filter(day=day).order_by("meter__plant_id").values_list("meter__plant_id", flat=True)
    return day, frozenset(spoke)
