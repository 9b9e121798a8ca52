"""Truth, not speed: a second database server takes over reading, and holds what the first does.

A streaming copy (`pg_basebackup`, built into PostgreSQL) of the embedded server is started on this machine,
and the sums of charts are asked of it (`MDS_READ_DATABASE_URL`). See docs/scaling.md.
"""

import datetime as dt
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, connections
from django.test.utils import override_settings
from django.utils import timezone

from benchmarks._meter_years import bench_meter, bench_plant, file_of, sunny_year_wh
from benchmarks._scratch import scratch_database
from installations.models import Plant
from production.models import ReadingImport
from production.reports import PlantMonth, plant_months
from production.services.imports import Delivery, import_at_once, undo_import

YEAR = (dt.date(2025, 1, 1), dt.date(2025, 12, 31))
PATIENCE_S = 30


def run() -> dict[str, Any]:
    """Import, undo, correct on the first; read on the second. Raises AssertionError where the two differ."""
    with scratch_database():
        return _run()


def _run() -> dict[str, Any]:
    plant = bench_plant()
    meter = bench_meter(plant, "BENCH")
    first = _bring(meter, 0)
    with _second_server() as begun_s:
        here = _months(plant, "default")
        assert sum(month.result.metered_wh for month in here) == int(sunny_year_wh().sum())
        assert _months(plant, "copy") == here
        lags_s = [_lag_after(lambda: _bring(meter, 7)), _lag_after(lambda: _undo(first))]
        later = _months(plant, "default")
        assert later != here and _months(plant, "copy") == later
        _refuses_writing()
    lags = " and ".join(f"{lag_s * 1000:.0f}" for lag_s in lags_s)
    return {
        "case": "a second server",
        "text": f"a second server: copied and started in {begun_s:.1f} s; a year corrected and undone on the"
        f" first was read alike on the second {lags} ms after its commit; writing there is refused",
    }


def _bring(meter: Any, more_wh: int) -> ReadingImport:
    delivery = Delivery("releve.csv", file_of(sunny_year_wh() + more_wh))
    return import_at_once(actor=None, meter=meter, delivery=delivery, now=timezone.now())


def _undo(target: ReadingImport) -> None:
    undo_import(actor=None, target=target)


def _months(plant: Plant, alias: str) -> list[PlantMonth]:
    with override_settings(READ_DATABASE=alias):
        return plant_months([plant], *YEAR)


def _lag_after(act: Any) -> float:
    """Seconds from the end of `act` until the copy has all of it."""
    act()
    begun = time.perf_counter()
    ((here,),) = _asked("default", "SELECT pg_current_wal_lsn()")
    while time.perf_counter() - begun < PATIENCE_S:
        ((has_it,),) = _asked("copy", "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", here)
        if has_it:
            return time.perf_counter() - begun
        time.sleep(0.002)
    raise AssertionError("the copy doesn't follow")


def _refuses_writing() -> None:
    try:
        _asked("copy", "DELETE FROM production_reading")
    except DatabaseError as refusal:
        assert "read-only" in str(refusal), refusal
    else:
        raise AssertionError("a copy was written to")


def _asked(alias: str, sql: str, *values: object) -> list[tuple[Any, ...]]:
    with connections[alias].cursor() as cursor:
        cursor.execute(sql, values or None)
        return list(cursor.fetchall())


@contextmanager
def _second_server() -> Iterator[float]:
    """Copy the server, start the copy, and know it as the database `copy`; all gone afterwards."""
    ((bin_dir,),) = _asked("default", "SELECT setting FROM pg_config WHERE name = 'BINDIR'")
    ((data_dir,),) = _asked("default", "SHOW data_directory")
    folder = Path(settings.VAR_DIR) / "second"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    owner = Path(data_dir).stat().st_uid
    os.chown(folder, owner, -1)
    known = connection.settings_dict
    begun = time.perf_counter()

    def program(name: str, *options: str) -> None:
        as_owner = {"user": owner} if os.geteuid() == 0 else {}  # PostgreSQL won't run as root
        log = folder.with_suffix(".log")
        with log.open("a") as said:
            subprocess.run([f"{bin_dir}/{name}", *options], check=True, stdout=said, stderr=said, **as_owner)  # type: ignore[call-overload]

    source = [f"--host={known['HOST']}", f"--username={known['USER']}"]
    program(
        "pg_basebackup", *source, f"--pgdata={folder / 'data'}", "--write-recovery-conf", "--checkpoint=fast"
    )
    # Its socket beside its data: among them lies the first one's, copied with the rest.
    data = f"--pgdata={folder / 'data'}"
    program("pg_ctl", "start", "--wait", data, f"--options=-c listen_addresses= -k {folder}")
    try:
        connections.databases["copy"] = known | {
            "HOST": str(folder),
            "ENGINE": "django.db.backends.postgresql",
        }
        yield time.perf_counter() - begun
    finally:
        connections["copy"].close()
        del connections.databases["copy"]
        program("pg_ctl", "stop", "--wait", "--mode=immediate", data)
        shutil.rmtree(folder)
