"""What is known of plants under the weather that was, and under the one announced.

A day is told when its expected energy under a weather is stored (`ExpectedDay`); of several rows the one from
the roof's own sensors tells, else the one made last.
Nothing here sums over a day that isn't told without counting it as such.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Sum

from installations.models import Plant
from production.judgement import NOT_TOLD, WeatherSplit, month_spans, split_month
from production.models import ExpectedDay, FrozenWeather
from production.reports import PLANT_DAYS, Outlook, Outlooks, plant_days, sums_of

Kind = ExpectedDay.Kind
NO_OUTLOOK = Outlook()


@dataclass(frozen=True, slots=True)
class WeatherMonth:
    """One plant, one calendar month or the part of it asked for, under the weather that was.

    `told_wh` is expected of the `days_told`; `days_asked` is how many there are from commissioning on.
    """

    plant_id: int
    first: dt.date
    split: WeatherSplit
    told_wh: int
    days_told: int
    days_asked: int

    @property
    def whole_wh(self) -> int | None:
        """What the weather of all days asked for should have given [Wh]; None unless each is told."""
        return self.told_wh if 0 < self.days_asked <= self.days_told else None


@dataclass(frozen=True, slots=True)
class ToldDay:
    """One plant, one day: expected under its weather [Wh], which weather, by which engine."""

    day: dt.date
    energy_wh: int
    weather_id: int
    engine: str


@dataclass(frozen=True, slots=True)
class WeatherUsed:
    """A weather that told days, without its numbers, and the engine that did."""

    weather: FrozenWeather
    engine: str


# For each plant and day the row that tells, as `latest_made` has it; then, of each month, all that is told
# and what can be compared.
_MONTHS_TOLD = f"""
SELECT t.plant_id, date_trunc('month', t.day)::date, sum(t.energy_wh), count(*),
       coalesce(sum(t.energy_wh) FILTER (WHERE seen.is_read), 0),
       coalesce(sum(seen.energy_wh) FILTER (WHERE seen.is_read), 0), count(*) FILTER (WHERE seen.is_read)
FROM (SELECT DISTINCT ON (d.plant_id, d.day) d.plant_id, d.day, d.energy_wh
      FROM production_expectedday AS d JOIN production_frozenweather AS w ON w.id = d.weather_id
      WHERE d.kind = 'past' AND d.plant_id = ANY(%(plants)s) AND d.day BETWEEN %(first)s AND %(last)s
      ORDER BY d.plant_id, d.day, w.kind = 'sensor' DESC, d.id DESC) AS t
LEFT JOIN ({PLANT_DAYS}) AS seen ON seen.plant_id = t.plant_id AND seen.day = t.day
GROUP BY 1, 2
"""  # noqa: S608  # both parts are constants of this package


def weather_months(
    plants: Sequence[Plant], first: dt.date, last: dt.date, known: Outlooks
) -> list[WeatherMonth]:
    """Each plant's months from `first` to `last` under the weather that was, oldest first; one query.

    Months before a plant's commissioning are left out: nothing is expected of them.
    `known` are the forecasts (`reports.outlooks`) that the weather is held against.
    """
    if first > last:
        return []
    rows = sums_of(_MONTHS_TOLD, [plant.pk for plant in plants], first, last)
    found = {(plant_id, month): tuple(int(n) for n in sums) for plant_id, month, *sums in rows}
    spans = [(start, end, start.replace(day=1)) for start, end in month_spans(first, last)]
    return [
        _month(plant, start, end, found.get((plant.pk, month)), known.get(plant.pk, NO_OUTLOOK))
        for plant in plants
        for start, end, month in spans
        if end >= plant.commissioned_on
    ]


def _month(
    plant: Plant, start: dt.date, end: dt.date, sums: tuple[int, ...] | None, outlook: Outlook
) -> WeatherMonth:
    asked = max(0, (end - max(start, plant.commissioned_on)).days + 1)
    if sums is None:
        return WeatherMonth(plant.pk, start, NOT_TOLD, 0, 0, asked)
    told_wh, days_told, weather_wh, metered_wh, days = sums
    expected = outlook.in_month(start)
    month_wh = expected.p50_wh[start.month] if expected else 0
    split = split_month(start, month_wh, metered_wh=metered_wh, weather_wh=weather_wh, days=days)
    return WeatherMonth(plant.pk, start, split, told_wh, days_told, asked)


def told_days(
    plants: Sequence[Plant], first: dt.date, last: dt.date, *, kind: ExpectedDay.Kind = Kind.PAST
) -> dict[tuple[int, dt.date], ToldDay]:
    """By plant id and day, each day told: under the weather that was, or the one announced last."""
    rows = (
        ExpectedDay.objects.filter(plant__in=plants, kind=kind, day__range=(first, last))
        .latest_made()
        .values_list("plant_id", "day", "energy_wh", "weather_id", "engine")
    )
    return {(plant_id, day): ToldDay(day, wh, weather, engine) for plant_id, day, wh, weather, engine in rows}


def weathers_used(days: Iterable[ToldDay]) -> list[WeatherUsed]:
    """The weathers behind these days, oldest first, without their numbers; no query for no day."""
    return _used({(day.weather_id, day.engine) for day in days})


def _used(pairs: Collection[tuple[int, str]]) -> list[WeatherUsed]:
    if not pairs:
        return []
    kept = FrozenWeather.objects.without_numbers().in_bulk({weather_id for weather_id, _engine in pairs})
    used = [WeatherUsed(kept[weather_id], engine) for weather_id, engine in pairs]
    return sorted(used, key=lambda one: (one.weather.first_start, one.weather.pk, one.engine))


def weathers_behind(plants: Sequence[Plant], first: dt.date, last: dt.date) -> list[WeatherUsed]:
    """The weathers that told the past days of these plants: of ten years, one short list."""
    telling = ExpectedDay.objects.filter(plant__in=plants, kind=Kind.PAST, day__range=(first, last))
    rows = ExpectedDay.objects.filter(pk__in=telling.latest_made().values("pk")).order_by()
    return _used(set(rows.values_list("weather_id", "engine").distinct()))


@dataclass(frozen=True, slots=True)
class DayUnderWeather:
    """One day as `reports.PlantDay` has it, and what its weather allowed [Wh], None where unknown."""

    day: dt.date
    metered_wh: int | None
    ordinary_wh: float
    is_complete: bool
    weather_wh: int | None
    weather_name: str | None
    weather_sha256: str | None


def days_under_weather(plant: Plant, first: dt.date, last: dt.date) -> list[DayUnderWeather]:
    """Every day of a plant from `first` to `last`, with the weather that told it."""
    told = told_days([plant], first, last)
    weathers = {used.weather.pk: used.weather for used in weathers_used(told.values())}
    rows = []
    for known in plant_days([plant], first, last)[plant.pk]:
        found = told.get((plant.pk, known.day))
        weather = weathers[found.weather_id] if found else None
        rows.append(
            DayUnderWeather(
                day=known.day,
                metered_wh=known.metered_wh,
                ordinary_wh=known.ordinary_wh,
                is_complete=known.is_complete,
                weather_wh=found.energy_wh if found else None,
                weather_name=weather.name if weather else None,
                weather_sha256=weather.sha256 if weather else None,
            )
        )
    return rows


@dataclass(frozen=True, slots=True)
class FleetDay:
    """Several plants together on one day to come [Wh]; `roofs` of them have an announced weather."""

    energy_wh: int
    roofs: int


def announced_day(plants: Sequence[Plant], day: dt.date) -> FleetDay:
    """What plants should make on `day` under the weather announced last."""
    latest = ExpectedDay.objects.filter(plant__in=plants, kind=Kind.AHEAD, day=day).latest_made()
    rows = ExpectedDay.objects.filter(pk__in=latest.values("pk")).order_by()
    found: Mapping[str, int | None] = rows.aggregate(wh=Sum("energy_wh"), roofs=Count("plant", distinct=True))
    return FleetDay(found["wh"] or 0, found["roofs"] or 0)
