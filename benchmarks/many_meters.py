"""A year of 10-minute readings of many meters: our whole import against a bare `COPY` of the same rows.

`python -m benchmarks many_meters` brings 60 meters (3 million rows); `many_meters --full` 1,000 (52 million:
some 15 minutes and 20 GB of disk while it runs).
"""

import resource
from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from benchmarks._meter_years import (
    BARE_TABLE,
    ROWS_A_YEAR,
    bench_meter,
    bench_plant,
    copy_bare,
    file_of,
    other_year_wh,
    rows_for_copy,
    seconds,
)
from benchmarks._scratch import scratch_database
from installations.models import Meter, Plant
from production.models import DailyEnergy
from production.services.imports import Delivery
from production.services.many_imports import import_many

METERS, FULL_METERS = 60, 1_000
# Ours and the peer take turns, so that a busy moment of the machine weighs on both.
TURN = 10


def run(full: bool = False) -> dict[str, Any]:
    """Seconds of all imports, and of the peer. Raises AssertionError where energy or memory isn't right."""
    with scratch_database():
        return _run(FULL_METERS if full else METERS)


def _run(meters: int) -> dict[str, Any]:
    plant = bench_plant()
    with connection.cursor() as cursor:
        cursor.execute(BARE_TABLE)
    ours_s = peer_s = 0.0
    peaks_mb: list[int] = []
    for first in range(0, meters, TURN):
        turn = range(first, min(first + TURN, meters))
        files = [Delivery(f"{n}.csv", file_of(other_year_wh(n))) for n in turn]
        known = [bench_meter(plant, f"BENCH-{n}") for n in turn]
        ours_s += seconds(lambda k=known, f=files: _import(k, f))
        copies = [rows_for_copy(n, other_year_wh(n)) for n in turn]
        peer_s += seconds(lambda c=copies: [copy_bare(rows) for rows in c])
        peaks_mb.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
    _same_energy(plant, meters)
    # The first turns load libraries and fill caches; from then on nothing may grow.
    grown = peaks_mb[-1] - peaks_mb[min(2, len(peaks_mb) - 1)]
    assert grown <= 30, peaks_mb
    rows = meters * ROWS_A_YEAR
    return {
        "case": f"a year of {meters} meters",
        "done": f"{rows:,} lines read, checked, stored with file and line, rolled up by day; a transaction,"
        f" a report and a line in the journal for each meter: {rows / ours_s:,.0f} rows a second;"
        f" peak memory {peaks_mb[-1]} MB, {grown} MB more than after {3 * TURN} meters",
        "ours_s": ours_s,
        "peer": f"bare COPY into a table with the same primary key: {rows / peer_s:,.0f} rows a second",
        "peer_s": peer_s,
        "ratio": ours_s / peer_s,
        "target": "ours over peer, to be at most 3",
    }


def _import(meters: list[Meter], files: list[Delivery]) -> None:
    deliveries: Iterator[tuple[Meter, Delivery]] = zip(meters, files, strict=True)
    for outcome in import_many(actor=None, deliveries=deliveries, now=timezone.now()):
        assert outcome.stored and outcome.stored.rows_new == ROWS_A_YEAR, outcome.refusal


def _same_energy(plant: Plant, meters: int) -> None:
    expected_wh = sum(int(other_year_wh(n).sum()) for n in range(meters))
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(energy) FROM bare")
        (bare_wh,) = cursor.fetchone()
    daily_wh = DailyEnergy.objects.filter(meter__plant=plant).aggregate(wh=Sum("energy_wh"))["wh"]
    assert daily_wh == bare_wh == expected_wh, (daily_wh, bare_wh, expected_wh)
