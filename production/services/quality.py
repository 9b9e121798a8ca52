"""What the readings of meters are worth, day by day: rebuilt from them, as often as one likes.

Each meter is judged in stretches of a year with the days around them for context, so that memory stays the
same for ten years of readings, and written in one transaction a stretch.
"""

import datetime as dt
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from django.db import connection, transaction
from django.db.models import Max, Min, Q, QuerySet
from procrastinate.contrib.django import app
from procrastinate.types import JSONDict

from installations.models import Meter, Plant
from mine_de_soleil.core.calendar import days, days_bounds, local_day
from production.described import described
from production.fleet import FleetError
from production.judgement import ENOUGH_OF_A_DAY
from production.models import DailyEnergy, DayQuality, ReadingImport
from production.quality import (
    Counted,
    MeterSeries,
    Profile,
    Site,
    judge_days,
    meter_series,
    swapped,
)
from production.quality.peers import far_from_own_roof
from production.quality.series import Floats
from production.quality.town import clear_days_wh, clear_profiles_wh

Span = tuple[dt.date, dt.date]
DAY = dt.timedelta(days=1)
STRETCH, BEFORE, AFTER = 366 * DAY, 60 * DAY, 12 * DAY
# Late files and neighbours' late files change what was said of the last days.
LOOK_BACK = 10 * DAY
# The nearest roofs know the sky best, and a town of 200 needn't be read whole.
MOST_NEIGHBOURS = 12
# By its name, since the module of tasks stands on this one.
CHECK_TASK = "production.tasks.check_quality"
# Any number will do, as long as nothing else takes two-part locks under it.
QUALITY_LOCK = 62_530
log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Town:
    """The solar roofs around one, nearest first, and how clear their days were."""

    plants: tuple[Plant, ...]
    first: dt.date
    last: dt.date

    @cached_property
    def clearness(self) -> Floats:
        """Energy of complete days over a clear sky's [1], not a number elsewhere, shape (days, plants)."""
        clear = clear_days_wh([described(plant) for plant in self.plants], self.first, self.last)
        metered = np.full(clear.shape, np.nan)
        place = {plant.pk: column for column, plant in enumerate(self.plants)}
        for plant_id, day, energy_wh in complete_days(self.plants, self.first, self.last):
            metered[(day - self.first).days, place[plant_id]] = energy_wh
        found = np.full(clear.shape, np.nan)
        np.divide(metered, clear, out=found, where=clear > 0)
        return found

    def sky(self) -> dict[dt.date, float]:
        """The middle of the neighbours' clearness, on days at least two of them tell."""
        if len(self.plants) < 2:
            return {}
        known = np.isfinite(self.clearness).sum(axis=1) >= 2
        middle = np.nanmedian(self.clearness[known], axis=1)
        span = days(self.first, self.last)
        return dict(zip([span[n] for n in np.flatnonzero(known)], middle.tolist(), strict=True))


def complete_days(
    plants: Sequence[Plant], first: dt.date, last: dt.date
) -> Iterator[tuple[int, dt.date, int]]:
    """Days that all meters of a roof cover: plant, day, energy [Wh]."""
    rows = DailyEnergy.objects.between(first, last).filter(meter__plant__in=plants).order_by("meter", "day")
    found: dict[tuple[int, dt.date], int | None] = {}
    columns = ("meter__plant_id", "day", "energy_wh", "covered_s", "daylight_s")
    for plant_id, day, energy_wh, covered_s, daylight_s in rows.values_list(*columns):
        before = found.get((plant_id, day), 0)
        whole = before is not None and covered_s >= ENOUGH_OF_A_DAY * daylight_s
        found[plant_id, day] = (before or 0) + energy_wh if whole else None
    return ((plant_id, day, wh) for (plant_id, day), wh in found.items() if wh is not None)


def ask_check(*targets: ReadingImport) -> None:
    """Have the days imports touched checked by the worker; queued in the imports' own transaction."""
    if targets:
        app.configure_task(CHECK_TASK).batch_defer(*(_asked_check(target) for target in targets))


def _asked_check(target: ReadingImport) -> JSONDict:
    first, last = target.local_days
    return {"meter_id": target.meter_id, "first": first.isoformat(), "last": last.isoformat()}


def check_meter(meter_id: int, first: dt.date, last: dt.date, now: dt.datetime) -> int:
    """Check the days of one meter that an import touched. Returns days written; a meter gone is left alone.

    After the last reading the days since are awaited, and each of them says for how long: they follow.
    """
    written = 0
    for meter in solar_meters().filter(pk=meter_id):
        heard = DailyEnergy.objects.filter(meter=meter).aggregate(last=Max("day"))["last"]
        until = local_day(now, meter.plant.zone) if heard and heard <= last else last
        written += check_days(meter=meter, first=first, last=until, now=now)
    return written


def check_late_days(
    now: dt.datetime, *, meters: Sequence[Meter] | None = None, from_day: dt.date = dt.date.min
) -> int:
    """Each night: yesterday, the days before it, and whatever was never checked since `from_day`.

    Returns days written. A meter that fails stops no other.
    """
    written = 0
    for meter in solar_meters() if meters is None else meters:
        yesterday = local_day(now, meter.plant.zone) - DAY
        checked = DayQuality.objects.filter(meter=meter).aggregate(last=Max("day"))["last"]
        first = min(yesterday - LOOK_BACK, checked + DAY) if checked else from_day
        try:
            written += check_days(meter=meter, first=first, last=yesterday, now=now)
        except FleetError as error:
            log.warning("Quality of meter %s not checked: %s", meter.code, error)
    return written


def solar_meters() -> QuerySet[Meter]:
    solar = Meter.objects.filter(plant__kind=Plant.Kind.SOLAR, plant__arrays__isnull=False).distinct()
    with_roof = solar.select_related("plant__cooperative", "plant__sheet")
    return with_roof.prefetch_related("plant__arrays").order_by("pk")


def check_days(*, meter: Meter, first: dt.date, last: dt.date, now: dt.datetime) -> int:
    """Rebuild the quality of a meter's days from `first` to `last`, both included. Returns days written.

    Up to yesterday, from the roof's commissioning and the meter's first reading on; again, the same rows.
    Raises fleet.FleetError for a roof no engine can compute.
    """
    asked = _asked(meter, now)
    # Days that were checked once and aren't asked for any more: an import undone, another commissioning.
    own = DayQuality.objects.filter(meter=meter)
    if asked is None:
        own.delete()
        return 0
    own.filter(Q(day__lt=asked[0]) | Q(day__gt=asked[1])).delete()
    begin, end = max(first, asked[0]), min(last, asked[1])
    written = 0
    while begin <= end:
        stretch_end = min(end, begin + STRETCH - DAY)
        written += _check_stretch(meter, begin, stretch_end, asked, now)
        begin = stretch_end + DAY
    return written


def _asked(meter: Meter, now: dt.datetime) -> Span | None:
    """The first and the last day of a meter that can have a verdict; None before its first reading."""
    heard_from = DailyEnergy.objects.filter(meter=meter).aggregate(first=Min("day"))["first"]
    if heard_from is None:
        return None
    plant = meter.plant
    first = max(heard_from, plant.commissioned_on, meter.installed_on or dt.date.min)
    last = min(local_day(now, plant.zone) - DAY, meter.removed_on or dt.date.max)
    return (first, last) if first <= last else None


def _context(meter: Meter, first: dt.date, last: dt.date, asked: Span) -> Span:
    """The days to read for a stretch: some before and after it, and both ends of a silence it lies in."""
    heard = DailyEnergy.objects.filter(meter=meter).between(*asked)
    before = heard.filter(day__lt=first).aggregate(last=Max("day"))["last"]
    after = heard.filter(day__gt=last).aggregate(first=Min("day"))["first"]
    since = min(before or first, first - BEFORE)
    until = max(after or last, last + AFTER)
    return max(asked[0], since), min(asked[1], until)


@transaction.atomic
def _check_stretch(meter: Meter, first: dt.date, last: dt.date, asked: Span, now: dt.datetime) -> int:
    # Two checks of one meter at once: the second waits, then says what the readings say by then.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [QUALITY_LOCK, meter.pk])
    since, until = _context(meter, first, last, asked)
    series = meter_series(
        _readings(meter, since, until), Site(described(meter.plant), meter.plant.zone), since, until
    )
    town = _town(meter.plant, since, until)
    sky = town.sky()
    verdicts = judge_days(
        series,
        first,
        town=sky,
        counted=_counted(meter, since, until),
        swapped_with=_swaps(meter, series, town, sky, first, last),
    )
    DayQuality.objects.filter(meter=meter).between(first, last).delete()
    rows = [
        DayQuality(
            meter=meter,
            day=verdict.day,
            state=verdict.state.value,
            findings=[found.as_row() for found in verdict.findings],
            checked_at=now,
        )
        for verdict in verdicts
        if verdict.day <= last
    ]
    return len(DayQuality.objects.bulk_create(rows, batch_size=1000))


def _readings(meter: Meter, first: dt.date, last: dt.date) -> pd.DataFrame:
    bounds = days_bounds(first, last, meter.plant.zone)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM start)::bigint, length_s, energy_wh, source_id FROM production_reading"
            " WHERE meter_id = %s AND start >= %s AND start < %s ORDER BY start",
            [meter.pk, *bounds],
        )
        rows = np.array(cursor.fetchall(), dtype=np.int64).reshape(-1, 4)
    frame = pd.DataFrame(rows, columns=["start", "length_s", "energy_wh", "source"])
    frame["start"] = pd.to_datetime(frame["start"], unit="s", utc=True)
    return frame


def _town(plant: Plant, first: dt.date, last: dt.date) -> Town:
    """The nearest other roofs of the same commune and cooperative."""
    others = (
        Plant.objects.filter(cooperative=plant.cooperative_id, commune_insee=plant.commune_insee)
        .filter(kind=Plant.Kind.SOLAR, arrays__isnull=False)
        .exclude(pk=plant.pk)
        .select_related("sheet")
        .prefetch_related("arrays")
        .distinct()
        .order_by("pk")
    )

    def away(other: Plant) -> float:
        east = (other.longitude_deg - plant.longitude_deg) * np.cos(np.radians(plant.latitude_deg))
        return float(np.hypot(other.latitude_deg - plant.latitude_deg, east))

    return Town(tuple(sorted(others, key=away)[:MOST_NEIGHBOURS]), first, last)


def _counted(meter: Meter, first: dt.date, last: dt.date) -> list[Counted]:
    """Files of these days whose device counted more than its readings tell."""
    bounds = days_bounds(first, last, meter.plant.zone)
    stored = ReadingImport.objects.filter(meter=meter).stored_within(*bounds)
    touching = stored.filter(counter_energy_wh__isnull=False).order_by("pk")
    columns = ("first_start", "last_end", "counter_energy_wh", "energy_wh")
    return [
        Counted(int(start.timestamp()), int(end.timestamp()), float(counter - energy))
        for start, end, counter, energy in touching.values_list(*columns)
    ]


def _swaps(
    meter: Meter, series: MeterSeries, town: Town, sky: Mapping[dt.date, float], first: dt.date, last: dt.date
) -> dict[tuple[int, int], tuple[str, float]]:
    """Months in which another meter fits this roof better: asked only where this one fits it badly."""
    nearby = np.array([sky.get(day, np.nan) for day in series.sun.days])
    asked = [
        (year, month)
        for year, month in far_from_own_roof(series, nearby)
        if (first.year, first.month) <= (year, month) <= (last.year, last.month)
    ]
    found = {}
    for year, month in asked:
        pair = swapped(_profiles((meter.plant, *town.plants), year, month)).get(meter.code)
        if pair:
            found[year, month] = pair
    return found


def _profiles(plants: Sequence[Plant], year: int, month: int) -> dict[str, Profile]:
    """The mean day of each roof with one meter, in one month, beside its clear day."""
    start = dt.datetime(year, month, 1, tzinfo=dt.UTC)
    end = dt.datetime(year + month // 12, month % 12 + 1, 1, tzinfo=dt.UTC)
    with connection.cursor() as cursor:
        cursor.execute(_PROFILES, {"plants": [plant.pk for plant in plants], "start": start, "end": end})
        rows = cursor.fetchall()
    metered: dict[int, tuple[str, Floats]] = {}
    for plant_id, code, hour, energy_wh in rows:
        metered.setdefault(plant_id, (code, np.zeros(24)))[1][hour] = float(energy_wh)
    clear = clear_profiles_wh([described(plant) for plant in plants], year, month)
    return {
        metered[plant.pk][0]: Profile(metered[plant.pk][1], clear[:, column])
        for column, plant in enumerate(plants)
        if plant.pk in metered
    }


_PROFILES = """
WITH alone AS (
    SELECT plant_id, min(id) AS id, min(code) AS code FROM installations_meter
    WHERE plant_id = ANY(%(plants)s) GROUP BY plant_id HAVING count(*) = 1)
SELECT a.plant_id, a.code, extract(hour FROM r.start AT TIME ZONE 'UTC')::int AS hour,
       sum(r.energy_wh)::float / count(DISTINCT (r.start AT TIME ZONE 'UTC')::date)
FROM alone a JOIN production_reading r ON r.meter_id = a.id
WHERE r.start >= %(start)s AND r.start < %(end)s AND r.length_s <= 3600
GROUP BY 1, 2, 3
"""
