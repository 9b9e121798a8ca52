"""Weather kept for ever: fetched, brought by the operator, or drawn from the embedded climate."""

import datetime as dt
import hashlib

import pandas as pd

from installations.models import Plant
from production.models import FrozenWeather
from production.weather import WeatherMeta, freeze, thaw
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
    """Freeze a weather; the same numbers of the same source are kept once.

    plant: the roof a sensor stands on. cooperative: who brought it, if it isn't everybody's. original: the
    file or answer as it came.
    """
    assert meta.start is not None and meta.end is not None  # every reader describes its period
    kept, _made = FrozenWeather.objects.get_or_create(
        sha256=meta.sha256,
        source=meta.method,
        plant=plant,
        cooperative=plant.cooperative if plant else cooperative,
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


def thawed(kept: FrozenWeather) -> tuple[pd.DataFrame, WeatherMeta]:
    """The numbers and what is known of them. Raises weather.AlteredWeather for numbers not those kept."""
    return thaw(bytes(kept.numbers), kept.sha256), WeatherMeta.from_json(kept.details)


def step_of(kept: FrozenWeather) -> dt.timedelta:
    """The length of its intervals."""
    return dt.timedelta(seconds=kept.step_s)
