"""Readings in and out of PostgreSQL, set by set. Called inside the transaction of a service.

The rules kept here: a reading that is already there with the same energy is left alone; one that differs
is replaced; readings of another step that the new ones overlap make way, unless energy would vanish with
them; daily sums follow at once.
What is replaced or taken back goes to the history by trigger (see migration 0002).
"""

import datetime as dt
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import psycopg
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from installations.models import Meter
from mine_de_soleil.core.calendar import day_bounds, days_bounds, local_day
from production.copying import Columns, copy_columns
from production.formats.errors import french_number, refuse
from production.formats.series import LONGEST_S
from production.models import ReadingImport
from production.partitions import Instants, by_year, make_years, table_of
from production.roll_ups import roll_up, sum_up

LONGEST_READING = dt.timedelta(seconds=LONGEST_S)
# What may vanish of a day whose readings make way in part: the step at dawn or dusk, nearly without energy.
LOST_SHARE_OF_DAY = 0.01
# A file that hardly gets smaller is kept as it came.
WORTH_PACKING = 0.9
# The readings of an import's file, read again; None if it can't be read any more.
ReadAgain = Callable[[ReadingImport], pd.DataFrame | None]


@dataclass(frozen=True, slots=True)
class Stored:
    """What one import changed, in rows; at most `lost_wh` [Wh] vanished with those covered in part."""

    new: int
    unchanged: int
    corrected: int
    displaced: int
    displaced_in_part: int = 0
    lost_wh: int = 0


def store_readings(
    target: ReadingImport, meter: Meter, readings: pd.DataFrame, *, exact: bool = False
) -> Stored:
    """Write `readings` (columns start, length_s, energy_wh, line; ascending, no overlap) for `meter`.

    `exact`: their rounding doesn't depend on where they begin, so that a difference of 1 Wh is one.
    Raises FileRefused, inside a transaction its caller takes back, if readings there would lose energy.
    """
    first = readings["start"].iloc[0].to_pydatetime()
    end = (readings["start"].iloc[-1] + pd.Timedelta(seconds=readings["length_s"].iloc[-1])).to_pydatetime()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('production.import_id', %s, true)", [str(target.pk)])
        make_years(cursor, [part.year for part in by_year(_starts(readings))])
        found = _what_is_there(cursor, meter, first, end)
        if found.overlaps:
            stored = _merge(cursor, target, meter, readings, first, end, exact=exact)
        else:
            _add(cursor, target, meter, readings)
            stored = Stored(len(readings), 0, 0, 0)
        if found.shares_days:
            # A reading that made way may have begun on a day before the file's first.
            first = first - LONGEST_READING if stored.displaced else first
            roll_up(cursor, meter, *_local_span(meter, first, end))
        else:
            sum_up(cursor, meter, readings, *_local_span(meter, first, end))
    return stored


@dataclass(frozen=True, slots=True)
class _Found:
    """Whether readings are there that new ones overlap, or that start on one of their days."""

    overlaps: bool
    shares_days: bool


def _what_is_there(cursor: CursorWrapper, meter: Meter, first: dt.datetime, end: dt.datetime) -> _Found:
    zone = meter.plant.zone
    first_day, last_day = _local_span(meter, first, end)
    from_midnight, to_midnight = days_bounds(first_day, last_day, zone)
    cursor.execute(
        "SELECT EXISTS (SELECT 1 FROM production_reading WHERE meter_id = %s AND start >= %s AND start < %s"
        " AND start + make_interval(secs => length_s) > %s),"
        " EXISTS (SELECT 1 FROM production_reading WHERE meter_id = %s AND start >= %s AND start < %s)",
        [meter.pk, first - LONGEST_READING, end, first, meter.pk, from_midnight, to_midnight],
    )
    overlaps, shares_days = cursor.fetchone()
    return _Found(overlaps, overlaps or shares_days)


def _local_span(meter: Meter, first: dt.datetime, end: dt.datetime) -> tuple[dt.date, dt.date]:
    """First and last local day of a span, `end` excluded."""
    zone = meter.plant.zone
    return local_day(first, zone), local_day(end - dt.timedelta(microseconds=1), zone)


def _starts(readings: pd.DataFrame) -> Instants:
    return readings["start"].to_numpy("M8[us]")


def _add(cursor: CursorWrapper, target: ReadingImport, meter: Meter, readings: pd.DataFrame) -> None:
    """Stream new rows straight into each year's part: routed from above they take half as long again."""
    for part in by_year(_starts(readings)):
        rows = readings.iloc[part.first : part.end]
        _copy(cursor, table_of(part.year), rows, meter_id=meter.pk, source_id=target.pk)


def _copy(cursor: CursorWrapper, table: str, readings: pd.DataFrame, **constants: int) -> None:
    """Stream rows by COPY; `constants` are columns with the same value everywhere."""
    columns: Columns = {
        "start": ("timestamptz", _starts(readings)),
        "length_s": ("integer", readings["length_s"].to_numpy()),
        "energy_wh": ("bigint", readings["energy_wh"].to_numpy()),
        "line": ("integer", readings["line"].to_numpy()),
    }
    copy_columns(cursor, table, columns | {name: ("bigint", value) for name, value in constants.items()})


def _merge(
    cursor: CursorWrapper,
    target: ReadingImport,
    meter: Meter,
    readings: pd.DataFrame,
    first: dt.datetime,
    end: dt.datetime,
    *,
    exact: bool,
) -> Stored:
    _take_in(cursor, readings)
    in_part, lost_wh = _covered_in_part(cursor, target, meter, first, end)
    displaced = _displace(cursor, meter, first, end)
    # A file that starts past midnight was rounded without that day's morning: there 1 Wh is noise.
    midnight, next_midnight = day_bounds(local_day(first, meter.plant.zone), meter.plant.zone)
    noisy_until = next_midnight if first > midnight and not exact else first
    cursor.execute(
        "UPDATE production_reading r SET energy_wh = i.energy_wh, source_id = %s, line = i.line"
        " FROM incoming i WHERE r.meter_id = %s AND r.start = i.start AND r.length_s = i.length_s"
        " AND r.start >= %s AND r.start < %s"  # the years that need not be looked at
        " AND abs(r.energy_wh - i.energy_wh) > CASE WHEN i.start < %s THEN 1 ELSE 0 END",
        [target.pk, meter.pk, first, end, noisy_until],
    )
    corrected = cursor.rowcount
    cursor.execute(
        "INSERT INTO production_reading (meter_id, start, length_s, energy_wh, source_id, line)"
        " SELECT %s, i.start, i.length_s, i.energy_wh, %s, i.line FROM incoming i"
        " WHERE NOT EXISTS (SELECT 1 FROM production_reading r WHERE r.meter_id = %s AND r.start = i.start"
        " AND r.start >= %s AND r.start < %s)",
        [meter.pk, target.pk, meter.pk, first, end],
    )
    new = cursor.rowcount
    cursor.execute("DROP TABLE incoming")
    return Stored(new, len(readings) - new - corrected, corrected, displaced, in_part, lost_wh)


def _take_in(cursor: CursorWrapper, readings: pd.DataFrame) -> None:
    """Put rows beside the table, to be compared with it."""
    cursor.execute(
        "CREATE TEMP TABLE incoming (start timestamptz PRIMARY KEY, length_s integer, energy_wh bigint,"
        " line integer) ON COMMIT DROP"
    )
    _copy(cursor, "incoming", readings)
    cursor.execute("ANALYZE incoming")


# Readings of another step, each with the incoming ones that overlap it.
_ANOTHER_STEP = """
r.meter_id = %(meter)s AND r.start >= %(first)s AND r.start < %(end)s
AND NOT EXISTS (SELECT 1 FROM incoming i WHERE i.start = r.start AND i.length_s = r.length_s)
"""
_OVERLAPPING = """
i.start < r.start + make_interval(secs => r.length_s)
AND i.start > r.start - make_interval(secs => (SELECT max(length_s) FROM incoming))
AND i.start + make_interval(secs => i.length_s) > r.start
"""
# By local day: the readings with energy that stay uncovered in part, and the energy the file gives that day.
_IN_PART = f"""
WITH covered AS (
    SELECT r.start, r.length_s, r.energy_wh, sum(extract(epoch FROM
        least(i.start + make_interval(secs => i.length_s), r.start + make_interval(secs => r.length_s))
        - greatest(i.start, r.start))) AS covered_s
    FROM production_reading r JOIN incoming i ON {_OVERLAPPING}
    WHERE {_ANOTHER_STEP} AND r.energy_wh > 0
    GROUP BY r.start, r.length_s, r.energy_wh),
in_part AS (
    SELECT *, (start AT TIME ZONE %(zone)s)::date AS day FROM covered WHERE covered_s < length_s)
SELECT count(*), sum(p.energy_wh)::bigint, min(p.start), max(p.start + make_interval(secs => p.length_s)),
    (SELECT coalesce(sum(i.energy_wh), 0)::bigint FROM incoming i
     WHERE (i.start AT TIME ZONE %(zone)s)::date = p.day)
FROM in_part p GROUP BY p.day ORDER BY p.day
"""  # noqa: S608 (constants only)


def _covered_in_part(
    cursor: CursorWrapper, target: ReadingImport, meter: Meter, first: dt.datetime, end: dt.datetime
) -> tuple[int, int]:
    """Count the readings that make way without being covered entirely, and their energy [Wh].

    Raises FileRefused where that energy is no dusk's: a day's reading can't make way for two hours of it.
    """
    cursor.execute(_IN_PART, _span_of(meter, first, end) | {"zone": meter.plant.time_zone})
    found = cursor.fetchall()
    losing = [row for row in found if row[1] > LOST_SHARE_OF_DAY * row[4]]
    if losing:
        raise _would_lose(target, meter, losing)
    return sum(row[0] for row in found), int(sum(row[1] for row in found))


def _would_lose(
    target: ReadingImport, meter: Meter, losing: list[tuple[int, int, dt.datetime, dt.datetime, int]]
) -> Exception:
    first, end = min(row[2] for row in losing), max(row[3] for row in losing)
    words = {
        "count": sum(row[0] for row in losing),
        "first": date_format(first.astimezone(meter.plant.zone), "d/m/Y H:i"),
        "end": date_format(end.astimezone(meter.plant.zone), "d/m/Y H:i"),
        "energy": french_number(int(sum(row[1] for row in losing)) / 1000, 1),
    }
    return refuse(
        target.file_name,
        _(
            "ce fichier, d’un autre pas de temps, ne couvre qu’en partie %(count)s relevé(s) déjà "
            "enregistré(s) entre le %(first)s et le %(end)s : une part de leurs %(energy)s kWh serait perdue"
        )
        % words,
        _(
            "exportez au même pas de temps, ou sans trou, toute la période du %(first)s au %(end)s, "
            "ou annulez d’abord l’import de ces relevés"
        )
        % words,
    )


def _span_of(meter: Meter, first: dt.datetime, end: dt.datetime) -> dict[str, int | str | dt.datetime]:
    return {"meter": meter.pk, "first": first - LONGEST_READING, "end": end}


def _displace(cursor: CursorWrapper, meter: Meter, first: dt.datetime, end: dt.datetime) -> int:
    """Take away readings of another step that the incoming ones overlap; returns how many."""
    cursor.execute(
        f"DELETE FROM production_reading r WHERE {_ANOTHER_STEP}"  # noqa: S608 (constants only)
        f" AND EXISTS (SELECT 1 FROM incoming i WHERE {_OVERLAPPING})",
        _span_of(meter, first, end),
    )
    return int(cursor.rowcount)


def take_back(target: ReadingImport, read_again: ReadAgain) -> int:
    """Undo one import: remove its readings that still hold, bring back what would hold without it.

    In each interval it freed that is the newest version among the imports that stand: from the history where
    this one had replaced it, from the import's own file where this one had said the same before. Returns how
    many readings were removed.
    """
    meter = target.meter
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('production.import_id', %s, true)", [str(target.pk)])
        removed = _remove(cursor, target)
        freed = _free(cursor, target)
        if freed:
            first, end = freed
            for other in _standing(meter, first, end):
                _bring_back(cursor, other, _KEPT, first, end)
                readings = read_again(other) if other.rows_unchanged else None
                if readings is not None:
                    _take_in(cursor, readings)
                    _bring_back(cursor, other, _INCOMING, first, end)
                    cursor.execute("DROP TABLE incoming")
            zone = meter.plant.zone
            roll_up(cursor, meter, local_day(first - LONGEST_READING, zone), local_day(end, zone))
        cursor.execute("DROP TABLE freed")
    return removed


def _remove(cursor: CursorWrapper, target: ReadingImport) -> int:
    """Delete the readings of an import that still hold; of a file with many years of them only its own."""
    cursor.execute(
        "DELETE FROM production_reading WHERE meter_id = %s AND source_id = %s"
        " AND start >= coalesce(%s, timestamptz '-infinity')"
        " AND start < coalesce(%s, timestamptz 'infinity')",
        [target.meter_id, target.pk, target.first_start, target.last_end],
    )
    return int(cursor.rowcount)


def _free(cursor: CursorWrapper, target: ReadingImport) -> tuple[dt.datetime, dt.datetime] | None:
    """List the intervals an import gives up, its own and those of readings it ended; their span, if any."""
    cursor.execute(
        "CREATE TEMP TABLE freed ON COMMIT DROP AS"
        " SELECT DISTINCT start, length_s FROM production_readinghistory WHERE ended_by_id = %s",
        [target.pk],
    )
    cursor.execute("CREATE INDEX ON freed (start)")
    cursor.execute("ANALYZE freed")
    cursor.execute("SELECT min(start), max(start + make_interval(secs => length_s)) FROM freed")
    first, end = cursor.fetchone()
    return (first, end) if first else None


def keep_file(sha256: str, content: bytes) -> None:
    """Keep a file, unless these very bytes are kept already.

    Its bytes go beside the statement, not in it: written out and parsed again they take twice the time.
    They are packed here: a table of readings to a fifth, in a quarter of the time that PostgreSQL's own
    packing takes. A workbook is packed already.
    """
    packed = zlib.compress(content, zlib.Z_BEST_SPEED)
    is_packed = len(packed) < WORTH_PACKING * len(content)
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(
            "INSERT INTO production_meterfile (sha256, size_bytes, packed, is_packed, received_at)"
            " VALUES (%s, %s, %b, %s, now()) ON CONFLICT DO NOTHING",
            [sha256, len(content), packed if is_packed else content, is_packed],
        )


def database_now() -> dt.datetime:
    """The instant by the database's clock: the order of imports may not depend on the machines' own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (now,) = cursor.fetchone()
    assert isinstance(now, dt.datetime)
    return now


def _standing(meter: Meter, first: dt.datetime, end: dt.datetime) -> list[ReadingImport]:
    """Stored imports that reach into the span, the one stored last first."""
    found = ReadingImport.objects.filter(meter=meter).stored_within(first, end)
    return list(found.order_by("-ended_at", "-pk"))


def _bring_back(
    cursor: CursorWrapper, source: ReadingImport, rows: str, first: dt.datetime, end: dt.datetime
) -> None:
    """Insert those `rows` of `source` that lie in freed intervals and that nothing newer overlaps."""
    values: dict[str, int | dt.datetime] = {
        "meter": source.meter_id,
        "source": source.pk,
        "first": first - LONGEST_READING,
        "end": end + LONGEST_READING,
    }
    cursor.execute(_BRING_BACK.format(rows=rows), values)


_KEPT = "SELECT * FROM production_readinghistory WHERE meter_id = %(meter)s AND source_id = %(source)s"
_INCOMING = "SELECT *, 0 AS id FROM incoming"
# Each search looks back by the longest interval there is: by 25 hours, it would visit a day for every row.
_BRING_BACK = """
INSERT INTO production_reading (meter_id, start, length_s, energy_wh, source_id, line)
SELECT DISTINCT ON (c.start) %(meter)s, c.start, c.length_s, c.energy_wh, %(source)s, c.line
FROM ({rows}) AS c
WHERE EXISTS (
    SELECT 1 FROM freed f
    WHERE f.start > c.start - make_interval(secs => (SELECT max(length_s) FROM freed))
      AND f.start < c.start + make_interval(secs => c.length_s)
      AND f.start + make_interval(secs => f.length_s) > c.start)
  AND NOT EXISTS (
    SELECT 1 FROM production_reading r
    WHERE r.meter_id = %(meter)s
      AND r.start > c.start - make_interval(secs => (
        SELECT max(length_s) FROM production_reading
        WHERE meter_id = %(meter)s AND start BETWEEN %(first)s AND %(end)s))
      AND r.start < c.start + make_interval(secs => c.length_s)
      AND r.start + make_interval(secs => r.length_s) > c.start)
ORDER BY c.start, c.id DESC
"""
