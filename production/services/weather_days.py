"""Each night: the weather that was and the weather announced, fetched for each place with plants, and told.

What is already kept comes first (sensors, an invented weather of the demo); then the network. When the
network fails, nothing is stored and the journal says which source did not answer: pages then say that an
ordinary day stands in its place.
"""

import datetime as dt
import logging
from collections.abc import Callable, Iterable, Sequence

import pandas as pd
from django.conf import settings
from django.db.models import Q

from installations.models import Plant
from mine_de_soleil.core.calendar import local_day
from mine_de_soleil.core.journal import record
from production.climate import ClimateError
from production.fleet import FleetError
from production.heat import HeatError
from production.models import ExpectedDay
from production.services.expected import expect_days
from production.services.forecasts import Cell, cell_of
from production.services.weather import keep_weather
from production.weather import (
    WeatherError,
    WeatherMeta,
    get_open_meteo_archive,
    get_open_meteo_forecast,
)

Kind = ExpectedDay.Kind
DAYS_AHEAD = 7
DAY = dt.timedelta(days=1)
# Open-Meteo's archive lags some days behind; a month of looking back mends a longer silence.
ARCHIVE_LAG, LOOK_BACK = 6 * DAY, 30 * DAY
# What can be computed: roofs with panels, heat networks with buildings.
ROOFS = Q(kind=Plant.Kind.SOLAR, arrays__isnull=False)
NETWORKS = Q(kind=Plant.Kind.HEAT, network__buildings__isnull=False)
Load = Callable[[], tuple[pd.DataFrame, WeatherMeta]]
log = logging.getLogger(__name__)


def tell_days(now: dt.datetime) -> int:
    """Expected days of all plants, past and ahead. Returns rows made; a place that fails stops no other."""
    plants = (
        # A demonstration has its own weather, invented where it is loaded: no service is asked for it.
        Plant.objects.filter(ROOFS | NETWORKS, under_study=False, commissioned_on__lte=now.date())
        .filter(cooperative__is_demo=False)
        .select_related("cooperative", "sheet", "network")
        .prefetch_related("arrays", "network__buildings")
        .distinct()
        .order_by("pk")
    )
    cells: dict[Cell, list[Plant]] = {}
    for plant in plants:
        cells.setdefault(cell_of(plant), []).append(plant)
    return sum(_tell_cell(cell, members, local_day(now)) for cell, members in cells.items())


def _tell_cell(cell: Cell, plants: Sequence[Plant], today: dt.date) -> int:
    missing = _first_untold(plants, today)
    # A day begins in the UTC day before, or ends in the one after.
    first = min(missing.values(), default=today) - DAY
    last = today - ARCHIVE_LAG + DAY
    made = _tell(list(missing), Kind.PAST, lambda: _archive(cell, first, last))
    waiting = [plant for plant in plants if not _is_announced(plant, today + DAY * (DAYS_AHEAD - 1))]
    return made + _tell(waiting, Kind.AHEAD, lambda: _announced(cell))


def _first_untold(plants: Sequence[Plant], today: dt.date) -> dict[Plant, dt.date]:
    """Of each plant the first recent day that nothing told, neither its sensors nor an archive."""
    first, last = today - LOOK_BACK, today - ARCHIVE_LAG
    rows = ExpectedDay.objects.filter(plant__in=plants, kind=Kind.PAST, day__range=(first, last)).order_by()
    told = set(rows.values_list("plant_id", "day"))
    days = [first + DAY * n for n in range((last - first).days + 1)]
    untold = {
        plant: [day for day in days if day >= plant.commissioned_on and (plant.pk, day) not in told]
        for plant in plants
    }
    return {plant: missing[0] for plant, missing in untold.items() if missing}


def _is_announced(plant: Plant, day: dt.date) -> bool:
    return ExpectedDay.objects.filter(plant=plant, kind=Kind.AHEAD, day__gte=day).exists()


def _archive(cell: Cell, first: dt.date, last: dt.date) -> tuple[pd.DataFrame, WeatherMeta]:
    return get_open_meteo_archive(
        cell.latitude,
        cell.longitude,
        first,
        last,
        altitude_m=cell.altitude_m,
        api_key=settings.OPEN_METEO_KEY,
    )


def _announced(cell: Cell) -> tuple[pd.DataFrame, WeatherMeta]:
    return get_open_meteo_forecast(
        cell.latitude,
        cell.longitude,
        DAYS_AHEAD + 1,
        altitude_m=cell.altitude_m,
        api_key=settings.OPEN_METEO_KEY,
    )


def _tell(plants: Sequence[Plant], kind: ExpectedDay.Kind, load: Load) -> int:
    if not plants or not settings.WEATHER_ONLINE:
        return 0
    try:
        data, meta = load()
        kept = keep_weather(data, meta)
        return expect_days(plants, kept, kind=kind)
    except (WeatherError, ClimateError, FleetError, HeatError) as reason:
        log.warning("no expected days (%s): %s", kind, reason)
        _note_failure(plants, reason)
        return 0


def _note_failure(plants: Iterable[Plant], reason: Exception) -> None:
    for cooperative in {plant.cooperative for plant in plants}:
        record(None, "weather_failed", cooperative, scope=cooperative.slug, reason=str(reason)[:300])
