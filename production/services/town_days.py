"""Day sums of a town's plants: metered, and what the neighbours or the weather let expect. Derived rows.

The readings of a day are read once, when they change; the watch itself is made again from these sums.
"""

import datetime as dt
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from django.db.models import Sum
from django.db.models.functions import TruncHour

from installations.models import Meter, Plant
from mine_de_soleil.core.calendar import days, days_bounds
from production.described import described
from production.fleet import Fleet, build_fleet
from production.models import DailyEnergy, NeighbourDay, Reading
from production.neighbours import (
    CLEAR,
    FEWEST,
    LEVELS,
    TownDays,
    day_sums,
    infer_expected_wh,
    output_by_level,
)
from production.reports import PLANT_DAYS, sums_of
from production.services.forecasts import cell_of, typical_weather
from production.weather_reports import told_days

Floats = npt.NDArray[np.float64]
HOUR = dt.timedelta(hours=1)
AT_ONCE = 31  # days whose readings are in memory together
UNHEARD = -1  # in `counted_wh`: a day without any reading
ENOUGH_OF_AN_HOUR = 0.99
SUMS = ("expected_wh", "metered_wh", "clear_wh", "coverage", "counted_wh")


def counted(plants: Sequence[Plant], first: dt.date, last: dt.date) -> dict[tuple[int, dt.date], int]:
    """What each plant counted on each day with readings [Wh], by plant id and day."""
    rows = DailyEnergy.objects.between(first, last).filter(meter__plant__in=plants)
    sums = rows.values_list("meter__plant_id", "day").annotate(wh=Sum("energy_wh")).order_by()
    return {(plant_id, day): wh for plant_id, day, wh in sums}


def days_to_sum(plants: Sequence[Plant], first: dt.date, last: dt.date) -> list[dt.date]:
    """Days whose sums are missing or don't hold any more, of any plant of the town: they are made for all."""
    now = counted(plants, first, last)
    rows = NeighbourDay.objects.filter(plant__in=plants, day__range=(first, last)).order_by()
    kept = {
        (row[0], row[1]): row[2:] for row in rows.values_list("plant_id", "day", "counted_wh", "expected_wh")
    }
    stale = {key for key in now.keys() | kept.keys() if kept.get(key, (None,))[0] != now.get(key, UNHEARD)}
    if len(plants) < FEWEST:  # told later, or by a better weather
        told = told_days(plants, first, last)
        stale |= {key for key, day in told.items() if key in kept and kept[key][1] != day.energy_wh}
    return sorted({day for _plant_id, day in stale})


def sum_days(plants: Sequence[Plant], wanted: Sequence[dt.date]) -> int:
    """Make the sums of these days anew and store them. Plants with arrays and sheet. Returns rows written.

    Raises fleet.FleetError, climate.ClimateError.
    """
    written = 0
    for first, last in _spans(wanted):
        sums = _by_neighbours(plants, first, last)
        if len(plants) < FEWEST:
            sums = _by_weather(plants, first, last, sums)
        written += _store(plants, first, last, sums, set(wanted))
    return written


def _spans(wanted: Sequence[dt.date]) -> Iterator[tuple[dt.date, dt.date]]:
    """Days close together as one span of at most `AT_ONCE`."""
    start = end = None
    for day in wanted:
        if start is None or end is None or (day - start).days >= AT_ONCE or (day - end).days > 2:
            if start and end:
                yield start, end
            start = day
        end = day
    if start and end:
        yield start, end


def _by_neighbours(plants: Sequence[Plant], first: dt.date, last: dt.date) -> TownDays:
    zone = plants[0].zone
    start = pd.date_range(*days_bounds(first, last, zone), freq="1h", inclusive="left")
    fleet = build_fleet([described(plant, on=first) for plant in plants])
    by_level = _by_level(fleet, plants, start)
    metered = _metered(plants, start, first, last)
    local = start.tz_convert(zone).tz_localize(None).normalize()
    number = np.asarray((local - pd.Timestamp(first)).days, dtype=np.int64)
    return day_sums(metered, infer_expected_wh(metered, by_level, LEVELS), by_level[CLEAR], number)


def _by_level(fleet: Fleet, plants: Sequence[Plant], start: pd.DatetimeIndex) -> Floats:
    """The scale the meters are read on, by the temperature and wind of an ordinary year."""
    usual, _meta = typical_weather(cell_of(plants[0]))
    place = np.minimum((start.day_of_year - 1) * 24 + start.hour, len(usual) - 1)
    air, wind = (usual[name].to_numpy()[place] for name in ("temp_air", "wind_speed"))
    return output_by_level(fleet, start, HOUR, air, wind)


def _metered(plants: Sequence[Plant], start: pd.DatetimeIndex, first: dt.date, last: dt.date) -> Floats:
    """What each plant counted each hour, shape (hours, plants) [Wh]; NaN where one in service is silent."""
    begin, end = start[0].to_pydatetime(), (start[-1] + HOUR).to_pydatetime()
    rows = (
        Reading.objects.filter(meter__plant__in=plants, start__gte=begin, start__lt=end)
        .filter(length_s__lte=HOUR.total_seconds())
        .annotate(hour=TruncHour("start", tzinfo=dt.UTC))
        .values_list("meter__plant_id", "hour")
        .annotate(wh=Sum("energy_wh"), covered=Sum("length_s"))
        .order_by()
    )
    column = {plant.pk: number for number, plant in enumerate(plants)}
    energy, covered = np.zeros((len(start), len(plants))), np.zeros((len(start), len(plants)))
    for plant_id, hour, wh, seconds in rows:
        place = round((hour - begin) / HOUR), column[plant_id]
        energy[place], covered[place] = wh, seconds
    enough = ENOUGH_OF_AN_HOUR * HOUR.total_seconds() * _in_service(plants, start)
    return np.where((covered >= enough) & (covered > 0), energy, np.nan)


def _in_service(plants: Sequence[Plant], start: pd.DatetimeIndex) -> Floats:
    """How many meters count for each plant, shape (hours, plants)."""
    local = start.tz_convert(plants[0].zone).tz_localize(None)
    count = np.zeros((len(start), len(plants)))
    column = {plant.pk: number for number, plant in enumerate(plants)}
    for meter in Meter.objects.filter(plant__in=plants).order_by("pk"):
        served = np.ones(len(start), dtype=bool)
        if meter.installed_on:
            served &= np.asarray(local >= pd.Timestamp(meter.installed_on))
        if meter.removed_on:
            served &= np.asarray(local < pd.Timestamp(meter.removed_on) + pd.Timedelta(days=1))
        count[:, column[meter.plant_id]] += served
    return count


def _by_weather(plants: Sequence[Plant], first: dt.date, last: dt.date, sums: TownDays) -> TownDays:
    """Whole days metered, against what was expected under the weather that was."""
    told = told_days(plants, first, last)
    read = {
        (plant_id, day): wh
        for plant_id, day, wh, is_read in sums_of(PLANT_DAYS, [p.pk for p in plants], first, last)
        if is_read
    }
    metered, expected, coverage = (np.zeros(sums.metered_wh.shape) for _ in range(3))
    for n, day in enumerate(days(first, last)):
        for m, plant in enumerate(plants):
            key = plant.pk, day
            if key in told and key in read:
                metered[n, m], expected[n, m], coverage[n, m] = read[key], told[key].energy_wh, 1.0
    # The clear day whole, where the neighbours' sums count the steps that others know.
    clear = np.maximum(_clear(plants, first, last), expected)
    return TownDays(metered, expected, np.where(coverage > 0, clear, 0.0), coverage)


def _clear(plants: Sequence[Plant], first: dt.date, last: dt.date) -> Floats:
    """Each day under a clear sky, shape (days, plants) [Wh]."""
    zone = plants[0].zone
    start = pd.date_range(*days_bounds(first, last, zone), freq="1h", inclusive="left")
    fleet = build_fleet([described(plant, on=first) for plant in plants])
    clear = pd.DataFrame(_by_level(fleet, plants, start)[CLEAR], index=start)
    return clear.groupby(start.tz_convert(zone).normalize()).sum().to_numpy()


def _store(
    plants: Sequence[Plant], first: dt.date, last: dt.date, sums: TownDays, wanted: set[dt.date]
) -> int:
    now = counted(plants, first, last)
    rows = [
        NeighbourDay(
            plant=plant,
            day=day,
            expected_wh=round(sums.expected_wh[n, m]) if sums.coverage[n, m] else None,
            metered_wh=round(sums.metered_wh[n, m]) if sums.coverage[n, m] else None,
            clear_wh=float(sums.clear_wh[n, m]),
            coverage=float(sums.coverage[n, m]),
            counted_wh=now.get((plant.pk, day), UNHEARD),
            reason="gap",
        )
        for n, day in enumerate(days(first, last))
        if day in wanted
        for m, plant in enumerate(plants)
    ]
    upsert(rows, SUMS)
    return len(rows)


def upsert(rows: Sequence[NeighbourDay], fields: Sequence[str]) -> None:
    """Write rows of days, those that stand already in these fields only."""
    NeighbourDay.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["plant", "day"], update_fields=fields, batch_size=1000
    )


def read_town(plants: Sequence[Plant], first: dt.date, last: dt.date) -> TownDays:
    """The sums kept of a town, every day from `first` to `last`; nothing where nothing is kept."""
    shape = ((last - first).days + 1, len(plants))
    metered, expected, clear, coverage = (np.zeros(shape) for _ in range(4))
    column = {plant.pk: number for number, plant in enumerate(plants)}
    rows = NeighbourDay.objects.filter(plant__in=plants, day__range=(first, last), expected_wh__isnull=False)
    names = ("plant_id", "day", "metered_wh", "expected_wh", "clear_wh", "coverage")
    for plant_id, day, wh, expected_wh, clear_wh, part in rows.order_by().values_list(*names):
        place = (day - first).days, column[plant_id]
        metered[place], expected[place] = wh, expected_wh
        clear[place], coverage[place] = clear_wh, part
    return TownDays(metered, expected, clear, coverage)
