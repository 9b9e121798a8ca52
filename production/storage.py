"""Readings in and out of PostgreSQL, set by set. Called inside the transaction of a service.

The rules kept here: a reading that is already there with the same energy is left alone; one that differs
is replaced; readings of another step that the new ones overlap make way; daily sums follow at once.
What is replaced or taken back goes to the history by trigger (see migration 0002).
"""

import datetime as dt
import io
from dataclasses import dataclass

import pandas as pd
from django.db import connection
from django.db.backends.utils import CursorWrapper

from installations.models import Meter
from mine_de_soleil.core.calendar import day_bounds, days, local_day
from production.daylight import daylight
from production.models import ReadingImport

LONGEST_READING = dt.timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Stored:
    """What one import changed, in rows."""

    new: int
    unchanged: int
    corrected: int
    displaced: int


def store_readings(target: ReadingImport, meter: Meter, readings: pd.DataFrame) -> Stored:
    """Write `readings` (columns start, length_s, energy_wh, line; ascending, no overlap) for `meter`."""
    first = readings["start"].iloc[0].to_pydatetime()
    end = (readings["start"].iloc[-1] + pd.Timedelta(seconds=readings["length_s"].iloc[-1])).to_pydatetime()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('production.import_id', %s, true)", [str(target.pk)])
        if _is_free(cursor, meter, first, end):
            _copy(cursor, "production_reading", readings, meter_id=meter.pk, source_id=target.pk)
            stored = Stored(len(readings), 0, 0, 0)
        else:
            stored = _merge(cursor, target, meter, readings, first, end)
        zone = meter.plant.zone
        roll_up(cursor, meter, local_day(first, zone), local_day(end - dt.timedelta(microseconds=1), zone))
    return stored


def _is_free(cursor: CursorWrapper, meter: Meter, first: dt.datetime, end: dt.datetime) -> bool:
    cursor.execute(
        "SELECT 1 FROM production_reading WHERE meter_id = %s AND start >= %s AND start < %s"
        " AND start + make_interval(secs => length_s) > %s LIMIT 1",
        [meter.pk, first - LONGEST_READING, end, first],
    )
    return cursor.fetchone() is None


def _copy(cursor: CursorWrapper, table: str, readings: pd.DataFrame, **constants: int) -> None:
    """Stream rows by COPY; `constants` are columns with the same value everywhere."""
    frame = readings[["start", "length_s", "energy_wh", "line"]].assign(**constants)
    text = io.StringIO()
    # Microseconds as an integer would be ambiguous to COPY; ISO text with its offset isn't.
    frame["start"] = frame["start"].dt.strftime("%Y-%m-%d %H:%M:%S+00")
    frame.to_csv(text, index=False, header=False)
    columns = ", ".join(frame.columns)
    with cursor.copy(f"COPY {table} ({columns}) FROM STDIN WITH (FORMAT csv)") as copy:
        copy.write(text.getvalue())


def _merge(
    cursor: CursorWrapper,
    target: ReadingImport,
    meter: Meter,
    readings: pd.DataFrame,
    first: dt.datetime,
    end: dt.datetime,
) -> Stored:
    cursor.execute(
        "CREATE TEMP TABLE incoming (start timestamptz PRIMARY KEY, length_s integer, energy_wh bigint,"
        " line integer) ON COMMIT DROP"
    )
    _copy(cursor, "incoming", readings)
    cursor.execute("ANALYZE incoming")
    displaced = _displace(cursor, meter, first, end)
    # The first day of a file that starts past midnight was rounded without its morning: 1 Wh is noise.
    first_day_end = day_bounds(local_day(first, meter.plant.zone), meter.plant.zone)[1]
    cursor.execute(
        "UPDATE production_reading r SET energy_wh = i.energy_wh, source_id = %s, line = i.line"
        " FROM incoming i WHERE r.meter_id = %s AND r.start = i.start AND r.length_s = i.length_s"
        " AND abs(r.energy_wh - i.energy_wh) > CASE WHEN i.start < %s THEN 1 ELSE 0 END",
        [target.pk, meter.pk, first_day_end],
    )
    corrected = cursor.rowcount
    cursor.execute(
        "INSERT INTO production_reading (meter_id, start, length_s, energy_wh, source_id, line)"
        " SELECT %s, i.start, i.length_s, i.energy_wh, %s, i.line FROM incoming i"
        " WHERE NOT EXISTS (SELECT 1 FROM production_reading r WHERE r.meter_id = %s AND r.start = i.start)",
        [meter.pk, target.pk, meter.pk],
    )
    new = cursor.rowcount
    cursor.execute("DROP TABLE incoming")
    return Stored(new, len(readings) - new - corrected, corrected, displaced)


def _displace(cursor: CursorWrapper, meter: Meter, first: dt.datetime, end: dt.datetime) -> int:
    """Take away readings of another step that the incoming ones overlap; returns how many."""
    cursor.execute(
        "DELETE FROM production_reading r WHERE r.meter_id = %s AND r.start >= %s AND r.start < %s"
        " AND NOT EXISTS (SELECT 1 FROM incoming i WHERE i.start = r.start AND i.length_s = r.length_s)"
        " AND EXISTS (SELECT 1 FROM incoming i"
        "   WHERE i.start < r.start + make_interval(secs => r.length_s)"
        "   AND i.start > r.start - make_interval(secs => (SELECT max(length_s) FROM incoming))"
        "   AND i.start + make_interval(secs => i.length_s) > r.start)",
        [meter.pk, first - LONGEST_READING, end],
    )
    return int(cursor.rowcount)


def take_back(target: ReadingImport) -> int:
    """Undo one import: remove its readings that still hold, bring back those it replaced.

    Returns how many were removed.
    """
    meter = target.meter
    with connection.cursor() as cursor:
        # The history names this import as what ended its own rows too: `_RESTORE` leaves those out.
        cursor.execute("SELECT set_config('production.import_id', %s, true)", [str(target.pk)])
        cursor.execute(
            "DELETE FROM production_reading WHERE meter_id = %s AND source_id = %s", [meter.pk, target.pk]
        )
        removed = int(cursor.rowcount)
        cursor.execute(_RESTORE, {"import": target.pk, "undone": ReadingImport.State.UNDONE})
        if target.first_start and target.last_end:
            zone = meter.plant.zone
            first = target.first_start - LONGEST_READING if target.rows_stored else target.first_start
            roll_up(cursor, meter, local_day(first, zone), local_day(target.last_end, zone))
    return removed


# The newest kept version of each interval that this import ended, unless its own file was undone too
# or something newer stands in its place.
_RESTORE = """
INSERT INTO production_reading (meter_id, start, length_s, energy_wh, source_id, line)
SELECT DISTINCT ON (h.meter_id, h.start) h.meter_id, h.start, h.length_s, h.energy_wh, h.source_id, h.line
FROM production_readinghistory h
JOIN production_readingimport s ON s.id = h.source_id
WHERE h.ended_by_id = %(import)s AND h.source_id <> %(import)s AND s.state <> %(undone)s
  AND NOT EXISTS (
    SELECT 1 FROM production_reading r WHERE r.meter_id = h.meter_id
      AND r.start < h.start + make_interval(secs => h.length_s)
      AND r.start > h.start - interval '31 days'
      AND r.start + make_interval(secs => r.length_s) > h.start)
ORDER BY h.meter_id, h.start, h.id DESC
"""


def roll_up(cursor: CursorWrapper, meter: Meter, first: dt.date, last: dt.date) -> None:
    """Rebuild the daily sums of `meter` from `first` to `last` (local days, both included)."""
    plant = meter.plant
    span = days(first, last)
    sunrise, sunset = daylight(span, plant.latitude_deg, plant.longitude_deg)
    bounds = [day_bounds(day, plant.zone) for day in span]
    cursor.execute(
        "DELETE FROM production_dailyenergy WHERE meter_id = %s AND day BETWEEN %s AND %s",
        [meter.pk, first, last],
    )
    cursor.execute(
        _ROLL_UP,
        {
            "meter": meter.pk,
            "days": span,
            "starts": [start for start, _ in bounds],
            "ends": [end for _, end in bounds],
            "sunrise": list(sunrise.to_pydatetime()),
            "sunset": list(sunset.to_pydatetime()),
        },
    )


_ROLL_UP = """
INSERT INTO production_dailyenergy (meter_id, day, energy_wh, covered_s, daylight_s)
SELECT %(meter)s, d.day, sum(r.energy_wh),
    round(sum(greatest(0, extract(epoch FROM
        least(r.start + make_interval(secs => r.length_s), d.sunset) - greatest(r.start, d.sunrise))))),
    extract(epoch FROM d.sunset - d.sunrise)
FROM unnest(%(days)s::date[], %(starts)s::timestamptz[], %(ends)s::timestamptz[],
            %(sunrise)s::timestamptz[], %(sunset)s::timestamptz[]) AS d (day, starts, ends, sunrise, sunset)
JOIN production_reading r ON r.meter_id = %(meter)s AND r.start >= d.starts AND r.start < d.ends
GROUP BY d.day, d.sunrise, d.sunset
"""
