"""A year of 10-minute readings: our whole import against `pandas.read_csv` and a bare `COPY`."""

import datetime as dt
import io
import statistics
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
from django.db import connection
from django.utils import timezone

from installations.models import Meter, Plant, PVArray
from production.models import DailyEnergy
from production.services.imports import Delivery, import_at_once
from shareholders.models import Cooperative

ROWS = 52_560
RUNS = 5
START = pd.Timestamp("2024-12-31T23:00:00", tz="UTC")


def run() -> dict[str, Any]:
    """Median seconds of five imports, each for a meter of its own, and of the peer into a like table.

    Raises AssertionError where the two hold different energy. The database is a scratch one, dropped after.
    """
    name = connection.creation.create_test_db(verbosity=0, serialize=False)
    try:
        return _run()
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def _run() -> dict[str, Any]:
    energy = _energy_wh()
    plant = _plant()
    ours, peers = [], []
    for n in range(RUNS + 1):
        content = _csv(energy + n)  # other bytes each time: the same file can't be another meter's
        meter = Meter.objects.create(plant=plant, code=f"BENCH-{n}")
        delivery = Delivery(f"{n}.csv", content)
        ours.append(_seconds(lambda m=meter, d=delivery: _import(m, d)))
        peers.append(_seconds(lambda c=content, n=n: _bare_copy(c, n)))
        _same_energy(meter, n, int((energy + n).sum()))
    ours_s, peer_s = statistics.median(ours[1:]), statistics.median(peers[1:])  # the first run warms both
    return {
        "case": "import of a year",
        "done": f"{ROWS} lines read, checked, stored with file and line, rolled up by day; median of {RUNS}",
        "ours_s": ours_s,
        "peer": "pandas.read_csv + bare COPY into a table with the same primary key",
        "peer_s": peer_s,
        "ratio": ours_s / peer_s,
        "target": "ours over peer, to be at most 3",
    }


def _energy_wh() -> "np.ndarray[Any, np.dtype[np.int64]]":
    hour = np.arange(ROWS) / 6 % 24
    sun = np.clip(np.sin((hour - 6) / 12 * np.pi), 0, None)
    return (sun * 7_000 * np.random.default_rng(2019).uniform(0.2, 1, ROWS)).astype(np.int64)


def _csv(energy_wh: "np.ndarray[Any, np.dtype[np.int64]]") -> bytes:
    instants = pd.date_range(START, periods=ROWS, freq="10min").strftime("%Y-%m-%dT%H:%M:%SZ")
    text = io.StringIO()
    pd.DataFrame({"horodate_utc": instants, "energie_wh": energy_wh}).to_csv(text, sep=";", index=False)
    return text.getvalue().encode()


def _plant() -> Plant:
    cooperative = Cooperative.objects.create(
        slug="bench",
        short_name="Bench",
        legal_name="Bench",
        seat_commune="Lens",
        seat_insee="62498",
        latitude_deg=50.43,
        longitude_deg=2.83,
        founded_on=dt.date(2020, 1, 1),
        nominal_value=Decimal(50),
        contact_email="bench@example.org",
    )
    plant = Plant.objects.create(
        cooperative=cooperative,
        slug="bench",
        name="Bench",
        commune="Lens",
        commune_insee="62498",
        latitude_deg=50.43,
        longitude_deg=2.83,
        commissioned_on=dt.date(2020, 1, 1),
        panel_area_m2=300,
        inverter_power_w=50_000,
        loss_percent=14,
    )
    PVArray.objects.create(plant=plant, peak_power_w=60_000, tilt_deg=15, azimuth_deg=180)
    return plant


def _import(meter: Meter, delivery: Delivery) -> None:
    import_at_once(actor=None, meter=meter, delivery=delivery, now=timezone.now())


def _bare_copy(content: bytes, n: int) -> None:
    frame = pd.read_csv(io.BytesIO(content), sep=";", parse_dates=["horodate_utc"])
    text = io.StringIO()
    frame.assign(meter=n, length=600).to_csv(text, index=False, header=False)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS bare (start timestamptz, energy bigint, meter bigint, length integer,"
            " PRIMARY KEY (meter, start))"
        )
        with cursor.copy("COPY bare FROM STDIN WITH (FORMAT csv)") as copy:
            copy.write(text.getvalue())


def _same_energy(meter: Meter, n: int, expected_wh: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(energy) FROM bare WHERE meter = %s", [n])
        (bare_wh,) = cursor.fetchone()
    daily_wh = sum(DailyEnergy.objects.filter(meter=meter).values_list("energy_wh", flat=True))
    assert daily_wh == bare_wh == expected_wh, (daily_wh, bare_wh, expected_wh)


def _seconds(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
