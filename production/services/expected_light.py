"""Light on the panels of roofs on the days that were told: what performance ratios divide by. Derived."""

import datetime as dt
import logging
from collections.abc import Sequence

import numpy as np
import pandas as pd

from installations.models import Plant
from production.described import described
from production.fleet import FleetError, build_fleet, plane_steps
from production.models import ExpectedDay, ExpectedLight, FrozenWeather
from production.services.weather import step_of, thawed
from production.weather import WeatherError

WEATHERS_A_NIGHT = 24
log = logging.getLogger(__name__)


def light_days(plants: Sequence[Plant], kept: FrozenWeather) -> int:
    """Store the light of each day that a weather told of these roofs and that has none. Returns rows made.

    Roofs come with arrays and sheet. Raises fleet.FleetError, weather.WeatherError.
    """
    told = ExpectedDay.objects.filter(weather=kept, plant__in=plants, light=None).order_by("pk")
    dark = list(told.values_list("pk", "plant_id", "day"))
    if not dark:
        return 0
    data, _meta = thawed(kept)
    middle = (kept.first_start + (kept.end - kept.first_start) / 2).date()
    steps = plane_steps(build_fleet([described(plant, on=middle) for plant in plants]), data, step_of(kept))
    days = {
        plant.pk: _by_day(plant, steps.start, np.column_stack([part[:, number] for part in steps.parts]))
        for number, plant in enumerate(plants)
    }
    rows = [_row(pk, days[plant_id][day]) for pk, plant_id, day in dark]
    ExpectedLight.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2000)
    return len(rows)


def light_missing(most: int = WEATHERS_A_NIGHT) -> int:
    """Light of days that were told before it was kept, a few weathers at a time. Returns rows made.

    What can't be computed any more stays dark, and is logged.
    """
    dark = ExpectedDay.objects.filter(kind=ExpectedDay.Kind.PAST, plant__kind=Plant.Kind.SOLAR, light=None)
    latest = dark.order_by("-weather_id").values_list("weather_id", flat=True).distinct()[:most]
    return sum(_light_weather(weather_id) for weather_id in latest)


def _light_weather(weather_id: int) -> int:
    kept = FrozenWeather.objects.get(pk=weather_id)
    own = Plant.objects.filter(expected_days__weather=kept, kind=Plant.Kind.SOLAR, arrays__isnull=False)
    plants = own.select_related("sheet").prefetch_related("arrays").distinct().order_by("pk")
    try:
        return light_days(list(plants), kept)
    except (FleetError, WeatherError) as reason:
        log.warning("no light under weather %s: %s", weather_id, reason)
        return 0


def _by_day(
    plant: Plant, start: pd.DatetimeIndex, values: "np.typing.NDArray[np.float64]"
) -> dict[dt.date, tuple[float, float, float]]:
    """Sums by local day: light, light as warm cells convert it [Wh/m²], energy clipped [Wh]."""
    local = start.tz_convert(plant.zone).normalize()
    sums = pd.DataFrame(values, index=local).groupby(level=0).sum()
    found = pd.DatetimeIndex(sums.index)
    return {instant.date(): (a, b, c) for instant, (a, b, c) in zip(found, sums.to_numpy(), strict=True)}


def _row(pk: int, sums: tuple[float, float, float]) -> ExpectedLight:
    light, warm, clipped = sums
    return ExpectedLight(
        expected_day_id=pk, plane_wh_m2=light, warm_plane_wh_m2=max(0.0, warm), clipped_wh=round(clipped)
    )
