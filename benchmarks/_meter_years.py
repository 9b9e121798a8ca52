"""Years of 10-minute readings of an invented roof: the operator's file, and the same rows for a bare COPY."""

import datetime as dt
import time
from collections.abc import Callable
from decimal import Decimal
from functools import cache

import numpy as np
import pandas as pd
from django.db import connection

from installations.models import Meter, Plant, PVArray
from production.daylight import daylight
from production.formats.series import Ints
from shareholders.models import Cooperative

ROWS_A_YEAR = 52_560
BARE_TABLE = (
    "CREATE TABLE IF NOT EXISTS bare (start timestamptz, energy bigint, meter bigint, length integer,"
    " PRIMARY KEY (meter, start))"
)


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


LATITUDE_DEG, LONGITUDE_DEG = 50.43, 2.83


@cache
def sunny_year_wh() -> Ints:
    """Energy of each ten minutes [Wh], shape (52560,): clouds at random by day, none by night."""
    days = pd.date_range("2025-01-01", periods=ROWS_A_YEAR // 144)
    sunrise, sunset = (
        np.repeat(light.tz_localize(None).to_numpy("M8[s]").astype(np.int64), 144)
        for light in daylight([day.date() for day in days], LATITUDE_DEG, LONGITUDE_DEG, 0.0)
    )
    middle = pd.Timestamp("2024-12-31T23:05", tz="UTC").timestamp() + 600 * np.arange(ROWS_A_YEAR)
    sun = np.sin(np.clip((middle - sunrise) / (sunset - sunrise), 0, 1) * np.pi)
    energy: Ints = (sun * 7_000 * np.random.default_rng(2019).uniform(0.2, 1, ROWS_A_YEAR)).astype(np.int64)
    return energy


def other_year_wh(n: int) -> Ints:
    """The same with other energies by day: no two meters tell the same."""
    energy = sunny_year_wh()
    return np.where(energy > 0, energy + n, 0)


@cache
def instants(year: int) -> tuple[str, ...]:
    """The UTC starts of a year in Paris, as files write them."""
    first = pd.Timestamp(f"{year - 1}-12-31T23:00:00Z")
    starts = pd.date_range(first, periods=ROWS_A_YEAR, freq="10min")
    return tuple(starts.strftime("%Y-%m-%dT%H:%M:%SZ"))


def file_of(energy_wh: Ints, year: int = 2025) -> bytes:
    """The operator's file."""
    rows = map("%s;%d".__mod__, zip(instants(year), energy_wh.tolist(), strict=True))
    return "\n".join(["horodate_utc;energie_wh", *rows, ""]).encode()


def rows_for_copy(meter: int, energy_wh: Ints, year: int = 2025) -> bytes:
    """The same rows as text for `copy_bare`."""
    rows = map(f"%s,%d,{meter},600\n".__mod__, zip(instants(year), energy_wh.tolist(), strict=True))
    return "".join(rows).encode()


def copy_bare(rows: bytes) -> None:
    """A bare COPY into a table with the same primary key."""
    with connection.cursor() as cursor, cursor.copy("COPY bare FROM STDIN WITH (FORMAT csv)") as copy:
        copy.write(rows)


def bench_plant(slug: str = "bench") -> Plant:
    """A roof of 60 kWp, in a cooperative of its own."""
    cooperative = Cooperative.objects.create(
        slug=slug,
        short_name="Bench",
        legal_name="Bench",
        seat_commune="Lens",
        seat_insee="62498",
        latitude_deg=LATITUDE_DEG,
        longitude_deg=LONGITUDE_DEG,
        founded_on=dt.date(2015, 1, 1),
        nominal_value=Decimal(50),
        contact_email="bench@example.org",
    )
    plant = Plant.objects.create(
        cooperative=cooperative,
        slug=slug,
        name="Bench",
        commune="Lens",
        commune_insee="62498",
        latitude_deg=LATITUDE_DEG,
        longitude_deg=LONGITUDE_DEG,
        commissioned_on=dt.date(2015, 1, 1),
        panel_area_m2=300,
        inverter_power_w=50_000,
        loss_percent=14,
    )
    PVArray.objects.create(plant=plant, peak_power_w=60_000, tilt_deg=15, azimuth_deg=180)
    return plant


def bench_meter(plant: Plant, code: str) -> Meter:
    """A meter, with all that an import asks of it already at hand."""
    Meter.objects.create(plant=plant, code=code)
    return Meter.objects.select_related("plant__cooperative").get(code=code)
