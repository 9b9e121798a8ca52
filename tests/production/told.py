"""Expected days for tests: round figures under an invented weather, or computed under a real one."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from installations.models import Plant
from mine_de_soleil.core.calendar import day_bounds
from production.models import ExpectedDay, FrozenWeather
from production.services.expected import expect_days
from production.services.weather import keep_weather
from production.weather import get_typical_year
from production.weather.meta import describe

NIGHT = dt.datetime(2025, 6, 1, 22, tzinfo=dt.UTC)
Kind = ExpectedDay.Kind


def a_weather(sha256: str = "a1b2c3" + "0" * 58, **fields: object) -> FrozenWeather:
    """A weather of which nobody reads the numbers."""
    known = {
        "kind": "past",
        "source": "open-meteo-archive",
        "name": "Archive d’essai",
        "origin": "essai",
        "licence": "CC-BY-4.0",
        "latitude_deg": 50.456,
        "longitude_deg": 2.795,
        "first_start": NIGHT,
        "end": NIGHT + dt.timedelta(days=30),
        "step_s": 3600,
        "columns": [],
        "numbers": b"",
    }
    return FrozenWeather.objects.create(sha256=sha256, **(known | fields))


def measured_on(plant: Plant) -> FrozenWeather:
    """What a roof's own sensors saw, of which nobody reads the numbers."""
    owned = {"plant": plant, "cooperative": plant.cooperative}
    return a_weather(f"{plant.pk:064x}", kind="sensor", source="sensor", **owned)


def tell(plant: Plant, days_wh: Mapping[dt.date, int], kept: FrozenWeather, kind: Kind = Kind.PAST) -> None:
    """Each day with its round figure."""
    ExpectedDay.objects.bulk_create(
        ExpectedDay(plant=plant, day=day, kind=kind, energy_wh=wh, weather=kept, engine="essai")
        for day, wh in days_wh.items()
    )


def tell_for_real(
    plant: Plant, first: dt.date, days: int, kind: Kind = Kind.PAST, *, sensors: bool = False
) -> FrozenWeather:
    """Days of 2025 under the typical year, taken for the weather that was, or for what its sensors saw."""
    data, meta = get_typical_year(50.456, 2.795, 55)
    start, end = day_bounds(first)[0], day_bounds(first + dt.timedelta(days=days - 1))[1]
    part = data[(data.index >= start) & (data.index < end)]
    told_by = ("sensor", "sensor") if sensors else ("past", "open-meteo-archive")
    named = replace(describe(part, meta), kind=told_by[0], method=told_by[1])
    kept = keep_weather(part, named, plant=plant if sensors else None)
    expect_days([plant], kept, kind=kind)
    return kept
