"""Weather kept for ever: fetched, brought by the operator, or drawn from the embedded climate."""

import datetime as dt
import hashlib

import pandas as pd
from django.db.models import QuerySet

from installations.models import Plant
from production.models import FrozenWeather
from production.weather import AlteredWeather, WeatherMeta, freeze, thaw
from shareholders.models import Cooperative


def keep_weather(
    data: pd.DataFrame,
    meta: WeatherMeta,
    *,
    plant: Plant | None = None,
    cooperative: Cooperative | None = None,
    original: bytes | None = None,
    file_name: str = "",
) -> FrozenWeather:
    """Freeze a weather; the same numbers of the same source and place are kept once.

    plant: the roof a sensor stands on. cooperative: who brought it, if it isn't everybody's. original: the
    file or answer as it came.
    """
    assert meta.start is not None and meta.end is not None  # every reader describes its period
    owner = plant.cooperative if plant else cooperative
    own = FrozenWeather.objects.filter(plant=plant, cooperative=owner)
    kept, _made = FrozenWeather.objects.get_or_create(
        sha256=meta.sha256 if _is_free(own, meta) else placed_sha256(meta),
        source=meta.method,
        plant=plant,
        cooperative=owner,
        defaults={
            "kind": meta.kind,
            "name": meta.name[:200],
            "origin": meta.source[:300],
            "licence": meta.licence[:120],
            "latitude_deg": meta.latitude,
            "longitude_deg": meta.longitude,
            "altitude_m": meta.altitude_m,
            "first_start": meta.start,
            "end": meta.end,
            "step_s": meta.step_s,
            "columns": list(data.columns),
            "numbers": freeze(data),
            "original": original,
            "original_sha256": hashlib.sha256(original).hexdigest() if original else "",
            "file_name": file_name,
            "details": meta.as_json(),
        },
    )
    return kept


def same_weathers(among: QuerySet[FrozenWeather], meta: WeatherMeta) -> QuerySet[FrozenWeather]:
    """Those with these numbers of this source at this very place: a place put right is another weather."""
    return among.filter(
        sha256__in=(meta.sha256, placed_sha256(meta)),
        source=meta.method,
        latitude_deg=meta.latitude,
        longitude_deg=meta.longitude,
        altitude_m=meta.altitude_m,
    )


def placed_sha256(meta: WeatherMeta) -> str:
    """What numbers are kept under where theirs is taken by the same ones at another place: both hashed."""
    place = f"{float(meta.latitude)!r} {float(meta.longitude)!r} {float(meta.altitude_m)!r}"
    return hashlib.sha256(f"{meta.sha256} {place}".encode()).hexdigest()


def _is_free(own: QuerySet[FrozenWeather], meta: WeatherMeta) -> bool:
    """Whether nobody keeps these numbers for another place under their own hash."""
    taken = own.filter(sha256=meta.sha256, source=meta.method)
    return not taken.exists() or same_weathers(taken, meta).exists()


def thawed(kept: FrozenWeather) -> tuple[pd.DataFrame, WeatherMeta]:
    """The numbers and what is known of them. Raises weather.AlteredWeather for numbers not those kept."""
    try:
        meta = WeatherMeta.from_json(kept.details)
    except (TypeError, ValueError) as reason:
        raise AlteredWeather("what is told of the numbers is not what was kept") from reason
    told = meta.sha256 if kept.sha256 == placed_sha256(meta) else kept.sha256
    return thaw(bytes(kept.numbers), told), meta


def step_of(kept: FrozenWeather) -> dt.timedelta:
    """The length of its intervals."""
    return dt.timedelta(seconds=kept.step_s)
