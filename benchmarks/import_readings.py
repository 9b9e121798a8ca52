"""A year of 10-minute readings: our whole import against `pandas.read_csv` and a bare `COPY`."""

import io
import statistics
from typing import Any

import pandas as pd
from django.db import connection
from django.utils import timezone

from benchmarks._meter_years import (
    BARE_TABLE,
    ROWS_A_YEAR,
    bench_meter,
    bench_plant,
    copy_bare,
    file_of,
    seconds,
    sunny_year_wh,
)
from benchmarks._scratch import scratch_database
from installations.models import Meter
from production.models import DailyEnergy
from production.services.imports import Delivery, import_at_once

RUNS = 5


def run() -> dict[str, Any]:
    """Median seconds of five imports, each for a meter of its own, and of the peer into a like table.

    Raises AssertionError where the two hold different energy. The database is a scratch one, dropped after.
    """
    with scratch_database():
        return _run()


def _run() -> dict[str, Any]:
    energy = sunny_year_wh()
    plant = bench_plant()
    with connection.cursor() as cursor:
        cursor.execute(BARE_TABLE)
    ours, peers = [], []
    for n in range(RUNS + 1):
        content = file_of(energy + n)  # other bytes each time: the same file can't be another meter's
        meter = bench_meter(plant, f"BENCH-{n}")
        delivery = Delivery(f"{n}.csv", content)
        ours.append(seconds(lambda m=meter, d=delivery: _import(m, d)))
        peers.append(seconds(lambda c=content, n=n: _read_and_copy(c, n)))
        _same_energy(meter, n, int((energy + n).sum()))
    ours_s, peer_s = statistics.median(ours[1:]), statistics.median(peers[1:])  # the first run warms both
    return {
        "case": "import of a year",
        "done": f"{ROWS_A_YEAR} lines read, checked, stored with file and line, rolled up by day;"
        f" median of {RUNS}",
        "ours_s": ours_s,
        "peer": "pandas.read_csv + bare COPY into a table with the same primary key",
        "peer_s": peer_s,
        "ratio": ours_s / peer_s,
        "target": "ours over peer, to be at most 3",
    }


def _import(meter: Meter, delivery: Delivery) -> None:
    import_at_once(actor=None, meter=meter, delivery=delivery, now=timezone.now())


def _read_and_copy(content: bytes, n: int) -> None:
    frame = pd.read_csv(io.BytesIO(content), sep=";", parse_dates=["horodate_utc"])
    text = io.StringIO()
    frame.assign(meter=n, length=600).to_csv(text, index=False, header=False)
    copy_bare(text.getvalue().encode())


def _same_energy(meter: Meter, n: int, expected_wh: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(energy) FROM bare WHERE meter = %s", [n])
        (bare_wh,) = cursor.fetchone()
    daily_wh = sum(DailyEnergy.objects.filter(meter=meter).values_list("energy_wh", flat=True))
    assert daily_wh == bare_wh == expected_wh, (daily_wh, bare_wh, expected_wh)
