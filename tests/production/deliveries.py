"""Meter files for tests, and the state they leave."""

import datetime as dt
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from django.utils import timezone

from installations.models import Meter
from production.models import DailyEnergy, Reading, ReadingImport
from production.services.imports import Delivery, import_at_once

PARIS = ZoneInfo("Europe/Paris")
PRM = "19125759625988"


def csv_of(readings: Mapping[dt.datetime, int]) -> bytes:
    """A generic meter file: one line an interval, by its start."""
    lines = [f"{start.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ};{wh}" for start, wh in readings.items()]
    return "\n".join(["horodate_utc;energie_wh", *lines, ""]).encode()


def paris_day(day: dt.date, energy_wh: int, minutes: int = 60) -> dict[dt.datetime, int]:
    """Every interval of a day in Paris: 23, 24 or 25 hours of them, each of the same energy."""
    start = dt.datetime.combine(day, dt.time(), PARIS).astimezone(dt.UTC)
    end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), PARIS).astimezone(dt.UTC)
    step = dt.timedelta(minutes=minutes)
    return {start + n * step: energy_wh for n in range(round((end - start) / step))}


def read_month(meter: Meter, hourly_wh: int, days: int = 30) -> ReadingImport:
    """The first days of June 2025, the same energy each hour, in one file."""
    readings: dict[dt.datetime, int] = {}
    for day in range(1, days + 1):
        readings |= paris_day(dt.date(2025, 6, day), hourly_wh)
    return bring(meter, readings, f"{meter.code}.csv")


def enedis(prm: str = PRM, power_w: str = "600") -> bytes:
    """An Enedis load curve: 1 June 2025 by ten minutes."""
    start = dt.datetime(2025, 6, 1, tzinfo=PARIS)
    rows = [f"{(start + n * dt.timedelta(minutes=10)).isoformat()};{power_w}" for n in range(144)]
    head = (
        "Identifiant PRM;Type de donnees;Date de debut;Date de fin;Grandeur physique;Grandeur metier;"
        "Etape metier;Unite;Pas en minutes",
        f"{prm};Courbe de charge;01/06/2025;02/06/2025;Energie active;Production;Comptage Brut;W;",
        "",
        "Horodate;Valeur",
    )
    return "\n".join([*head, *rows, ""]).encode()


def bring(
    meter: Meter, content: bytes | Mapping[dt.datetime, int], name: str = "releve.csv"
) -> ReadingImport:
    """Import a file at once."""
    data = content if isinstance(content, bytes) else csv_of(content)
    return import_at_once(actor=None, meter=meter, delivery=Delivery(name, data), now=timezone.now())


def held(meter: Meter) -> dict[dt.datetime, int]:
    """The readings that hold, by start."""
    return dict(Reading.objects.filter(meter=meter).order_by("start").values_list("start", "energy_wh"))


def day_sums(meter: Meter) -> dict[dt.date, int]:
    """The roll-ups."""
    return dict(DailyEnergy.objects.filter(meter=meter).order_by("day").values_list("day", "energy_wh"))


def sums_of(readings: Mapping[dt.datetime, int]) -> dict[dt.date, int]:
    """The roll-ups that should be."""
    sums: dict[dt.date, int] = {}
    for start, wh in sorted(readings.items()):
        day = start.astimezone(PARIS).date()
        sums[day] = sums.get(day, 0) + wh
    return sums
