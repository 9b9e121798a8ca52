"""Readings of many meters into PostgreSQL at once: the same rules as `storage`, a few statements in all.

A gateway sends some readings of hundreds of meters: stored one meter after the other, statements would cost
more than rows. Meters where something is there already that new readings overlap go the way of `storage`.
Called inside the transaction of a service.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from django.db import connection
from django.db.backends.utils import CursorWrapper

from installations.models import Meter
from mine_de_soleil.core.calendar import day_bounds, days, local_day
from production.copying import Columns, copy_columns
from production.daylight import daylight
from production.formats import FileRefused
from production.models import ReadingImport
from production.partitions import make_years, table_of
from production.storage import LONGEST_READING, Stored, store_readings

MICROSECOND = dt.timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, eq=False)
class Incoming:
    """Readings of one meter on their way: columns start, length_s, energy_wh, line; ascending, no overlap."""

    target: ReadingImport
    meter: Meter
    readings: pd.DataFrame

    @property
    def first(self) -> dt.datetime:
        """Start of the first."""
        assert self.target.first_start is not None  # a described import
        return self.target.first_start

    @property
    def end(self) -> dt.datetime:
        """End of the last."""
        assert self.target.last_end is not None
        return self.target.last_end

    @property
    def span(self) -> tuple[dt.date, dt.date]:
        """First and last local day."""
        zone = self.meter.plant.zone
        return local_day(self.first, zone), local_day(self.end - MICROSECOND, zone)


def store_many(batch: Sequence[Incoming], *, exact: bool = False) -> list[Stored]:
    """Store what came for each meter, one entry a meter; what each import changed. See `store_readings`.

    Raises FileRefused, inside a transaction its caller takes back, naming the meter's code.
    """
    with connection.cursor() as cursor:
        overlapped = _overlapped(cursor, batch)
        free = [one for one in batch if one.meter.pk not in overlapped]
        if free:
            _add(cursor, free)
            _sum_up(cursor, free)
    return [_store_one(one, exact) if one.meter.pk in overlapped else _all_new(one) for one in batch]


def _all_new(one: Incoming) -> Stored:
    return Stored(len(one.readings), 0, 0, 0)


def _store_one(one: Incoming, exact: bool) -> Stored:
    try:
        return store_readings(one.target, one.meter, one.readings, exact=exact)
    except FileRefused as refusal:
        name = f"{refusal.filename}, {one.meter.code}"
        raise FileRefused(name, refusal.faults, refusal.fault_count) from refusal


def _overlapped(cursor: CursorWrapper, batch: Sequence[Incoming]) -> set[int]:
    """The meters with readings that the new ones may overlap."""
    cursor.execute(
        "SELECT b.meter FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[])"
        " AS b(meter, before, first, ends)"
        " WHERE EXISTS (SELECT 1 FROM production_reading r WHERE r.meter_id = b.meter"
        " AND r.start >= b.before AND r.start < b.ends"
        " AND r.start + make_interval(secs => r.length_s) > b.first)",
        [
            [one.meter.pk for one in batch],
            [one.first - LONGEST_READING for one in batch],
            [one.first for one in batch],
            [one.end for one in batch],
        ],
    )
    return {meter for (meter,) in cursor.fetchall()}


def _add(cursor: CursorWrapper, batch: Sequence[Incoming]) -> None:
    """Stream new rows of all meters, a year's into its own part."""
    rows = pd.concat([one.readings for one in batch], ignore_index=True)
    counts = [len(one.readings) for one in batch]
    start = rows["start"].to_numpy("M8[us]")
    columns: Columns = {
        "meter_id": ("bigint", np.repeat([one.meter.pk for one in batch], counts)),
        "source_id": ("bigint", np.repeat([one.target.pk for one in batch], counts)),
        "start": ("timestamptz", start),
        "length_s": ("integer", rows["length_s"].to_numpy()),
        "energy_wh": ("bigint", rows["energy_wh"].to_numpy()),
        "line": ("integer", rows["line"].to_numpy()),
    }
    year = start.astype("M8[Y]").astype(np.int64) + 1970
    there = [int(one) for one in np.unique(year)]
    make_years(cursor, there)
    for one in there:
        chosen = year == one
        part = {name: (kind, np.asarray(values)[chosen]) for name, (kind, values) in columns.items()}
        copy_columns(cursor, table_of(one), part)


def _sum_up(cursor: CursorWrapper, batch: Sequence[Incoming]) -> None:
    """Rebuild the daily sums of the days that a batch touches, from the table."""
    meters, spans = [one.meter.pk for one in batch], [one.span for one in batch]
    cursor.execute(
        "DELETE FROM production_dailyenergy d USING unnest(%s::bigint[], %s::date[], %s::date[])"
        " AS b(meter, first, last) WHERE d.meter_id = b.meter AND d.day BETWEEN b.first AND b.last",
        [meters, [first for first, _last in spans], [last for _first, last in spans]],
    )
    cursor.execute(_ROLL_UP, list(map(list, zip(*_days_of(batch), strict=True))))


Day = tuple[int, dt.date, dt.datetime, dt.datetime, float, float]


def _days_of(batch: Sequence[Incoming]) -> list[Day]:
    """Each meter and local day: key, day, its bounds [UTC], sunrise and sunset [s UTC]."""
    known: dict[
        tuple[int, dt.date, dt.date], list[tuple[dt.date, dt.datetime, dt.datetime, float, float]]
    ] = {}
    found: list[Day] = []
    for one in batch:
        plant, (first, last) = one.meter.plant, one.span
        if (plant.pk, first, last) not in known:
            span = days(first, last)
            sunrise, sunset = daylight(span, plant.latitude_deg, plant.longitude_deg)
            up, down = (light.to_numpy("M8[s]").astype(np.float64).tolist() for light in (sunrise, sunset))
            bounds = [day_bounds(day, plant.zone) for day in span]
            known[plant.pk, first, last] = [
                (day, *bound, rise, set_)
                for day, bound, rise, set_ in zip(span, bounds, up, down, strict=True)
            ]
        found += [(one.meter.pk, *day) for day in known[plant.pk, first, last]]
    return found


# A day of a meter is one look into the key of readings, however many meters and days are asked.
_ROLL_UP = """
INSERT INTO production_dailyenergy (meter_id, day, energy_wh, covered_s, daylight_s)
SELECT b.meter, b.day, s.energy_wh, s.covered_s, b.sunset_s - b.sunrise_s
FROM unnest(%s::bigint[], %s::date[], %s::timestamptz[], %s::timestamptz[], %s::float8[], %s::float8[])
    AS b(meter, day, starts, ends, sunrise_s, sunset_s)
CROSS JOIN LATERAL (
    SELECT sum(r.energy_wh) AS energy_wh,
        round(sum(greatest(0, least(date_part('epoch', r.start) + r.length_s, b.sunset_s)
                              - greatest(date_part('epoch', r.start), b.sunrise_s)))) AS covered_s
    FROM production_reading r
    WHERE r.meter_id = b.meter AND r.start >= b.starts AND r.start < b.ends) AS s
WHERE s.energy_wh IS NOT NULL
"""
