"""What pages and the API say about output: frozen pictures from the daily sums."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Max, Min, Prefetch
from django.utils.translation import get_language

from installations.models import Plant
from mine_de_soleil.core.calendar import days
from mine_de_soleil.rules.law import Parameter, Step, parameter
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


@dataclass(frozen=True, slots=True)
class Expectation:
    """The forecast a plant is judged against: Wh by month (1 to 12), middle and band."""

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
class PlantMonth:
    """One plant, one calendar month or the part of it asked for."""

    plant_id: int
    first: dt.date
    result: Result


@dataclass(frozen=True, slots=True)
class PlantDay:
    """One plant, one day: metered, an ordinary day's energy, and whether its daylight is covered."""

    day: dt.date
    metered_wh: int | None
    ordinary_wh: float
    is_complete: bool


@dataclass(frozen=True, slots=True)
class LawFigure:
    """A figure of the law files in force on a day, with where it comes from."""

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


def law_figure(name: str, day: dt.date) -> LawFigure:
    """The parameter `name` on `day`, with its source."""
    found = parameter(name)
    return LawFigure(found, found.on(day))


def expectations(plants: Sequence[Plant]) -> dict[int, Expectation]:
    """The forecast each plant is judged against (its latest), by plant id: two queries."""
    latest = (
        Forecast.objects.filter(plant__in=plants)
        .order_by("plant_id", "-id")
        .distinct("plant_id")
        .prefetch_related(Prefetch("months"))
    )
    found = {}
    for forecast in latest:
        months = list(forecast.months.all())
        found[forecast.plant_id] = Expectation(
            forecast,
            p50_wh={m.month: m.p50_wh for m in months},
            p10_wh={m.month: m.p10_wh for m in months},
            p90_wh={m.month: m.p90_wh for m in months},
        )
    return found


def plant_months(plants: Sequence[Plant], first: dt.date, last: dt.date) -> list[PlantMonth]:
    """Each plant's months between two days (both included), judged: one query for the energy.

    A plant is asked for nothing before its commissioning; a day is read when all its meters are.
    """
    counts = _month_counts([plant.pk for plant in plants], first, last)
    expected = expectations(plants)
    rows = []
    for plant in plants:
        for start, end in month_spans(max(first, plant.commissioned_on), last):
            metered, compared, read = counts.get((plant.pk, start.replace(day=1)), (0, 0, 0))
            count = MonthCount(start, end, metered, compared, read)
            month_wh = expected[plant.pk].p50_wh[start.month] if plant.pk in expected else 0
            rows.append(PlantMonth(plant.pk, start, judge(count, month_wh)))
    return rows


def results_by_plant(plants: Sequence[Plant], first: dt.date, last: dt.date) -> dict[int, Result]:
    """One result a plant for the period, by plant id."""
    months = plant_months(plants, first, last)
    return {p.pk: total(m.result for m in months if m.plant_id == p.pk) for p in plants}


def fleet_result(plants: Sequence[Plant], first: dt.date, last: dt.date) -> Result:
    """All plants together for the period."""
    if first > last:
        return NOTHING
    return total(month.result for month in plant_months(plants, first, last))


_MONTH_COUNTS = """
SELECT plant_id, date_trunc('month', day)::date, sum(energy_wh),
       coalesce(sum(energy_wh) FILTER (WHERE is_read), 0), count(*) FILTER (WHERE is_read)
FROM (SELECT m.plant_id, d.day, sum(d.energy_wh) AS energy_wh,
             bool_and(d.covered_s >= %(enough)s * d.daylight_s) AND count(*) = max(a.meters) AS is_read
      FROM production_dailyenergy d
      JOIN installations_meter m ON m.id = d.meter_id
      JOIN installations_plant p ON p.id = m.plant_id
      JOIN (SELECT plant_id, count(*) AS meters FROM installations_meter GROUP BY plant_id) a
          ON a.plant_id = m.plant_id
      WHERE m.plant_id = ANY(%(plants)s) AND d.day BETWEEN greatest(%(first)s, p.commissioned_on) AND %(last)s
      GROUP BY m.plant_id, d.day) AS plant_days
GROUP BY 1, 2
"""


def _month_counts(
    plant_ids: list[int], first: dt.date, last: dt.date
) -> dict[tuple[int, dt.date], tuple[int, int, int]]:
    values: dict[str, Any] = {"plants": plant_ids, "first": first, "last": last, "enough": ENOUGH_OF_A_DAY}
    with connection.cursor() as cursor:
        cursor.execute(_MONTH_COUNTS, values)
        return {
            (plant, month): (int(wh), int(read_wh), n) for plant, month, wh, read_wh, n in cursor.fetchall()
        }


def plant_days(plant: Plant, first: dt.date, last: dt.date) -> list[PlantDay]:
    """Every day of one plant between two days; days without any reading have `metered_wh` None."""
    energy_wh: Counter[dt.date] = Counter()
    meters_read: Counter[dt.date] = Counter()
    for row in (
        DailyEnergy.objects.between(first, last).filter(meter__plant=plant).order_by("day", "meter_id")
    ):
        energy_wh[row.day] += row.energy_wh
        meters_read[row.day] += row.covered_s >= ENOUGH_OF_A_DAY * row.daylight_s
    meters = plant.meters.count()
    expected = expectations([plant]).get(plant.pk)
    return [
        PlantDay(
            day=day,
            metered_wh=energy_wh.get(day),
            ordinary_wh=expected.day_wh(day) if expected and day >= plant.commissioned_on else 0.0,
            is_complete=day in energy_wh and meters_read[day] == meters,
        )
        for day in days(first, last)
    ]


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
    latest = Reading.objects.filter(meter_id__in=energies).order_by("-start").first()
    assert latest is not None  # a daily sum has readings
    return SoFar(sum(energies.values()), latest.start + dt.timedelta(seconds=latest.length_s))


def days_with_readings(plants: Sequence[Plant]) -> tuple[dt.date, dt.date] | None:
    """First and last day with any reading of these plants; None when there is none."""
    found = DailyEnergy.objects.filter(meter__plant__in=plants).aggregate(first=Min("day"), last=Max("day"))
    return (found["first"], found["last"]) if found["first"] else None
