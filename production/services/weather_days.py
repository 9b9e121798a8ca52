"""Each night: the weather that was and the weather announced, fetched for each place with plants, and told.

What is already kept comes first (sensors, an invented weather of the demo); then the network. When the
network fails, the weather received last for the place serves as far as it reaches, and the journal says which
source did not answer and what is used instead; pages repeat it.
"""

import datetime as dt
import logging
from collections.abc import Iterable, Sequence

import pandas as pd
from django.conf import settings
from django.db.models import Q

from installations.models import Plant
from mine_de_soleil.core.calendar import day_bounds, local_day
from mine_de_soleil.core.journal import record
from production.climate import ClimateError
from production.fleet import FleetError
from production.heat import HeatError
from production.models import ExpectedDay, FrozenWeather
from production.services.expected import expect_days
from production.services.forecasts import Cell, cell_of
from production.services.weather import keep_weather, thawed
from production.weather import (
    Candidate,
    ChosenWeather,
    DoesNotCover,
    NoWeather,
    Wanted,
    WeatherError,
    WeatherMeta,
    best_weather,
    get_open_meteo_archive,
    get_open_meteo_forecast,
)
from shareholders.models import Cooperative

Kind = ExpectedDay.Kind
DAYS_AHEAD = 7
DAY = dt.timedelta(days=1)
# Open-Meteo's archive lags some days behind; a month of looking back mends a longer silence.
ARCHIVE_LAG, LOOK_BACK = 6 * DAY, 30 * DAY
# What can be computed: roofs with panels, heat networks with buildings.
ROOFS = Q(kind=Plant.Kind.SOLAR, arrays__isnull=False)
NETWORKS = Q(kind=Plant.Kind.HEAT, network__buildings__isnull=False)
KEPT = "received-before"
# Which weathers tell which days.
PAST_ONLY, ANNOUNCED_ONLY = Wanted(kinds=("past",)), Wanted(kinds=("forecast",))
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
    past = (
        Candidate("open-meteo-archive", lambda: _archive(cell, first, last)),
        Candidate(KEPT, lambda: _received(plants, PAST_ONLY, first + DAY)),
    )
    ahead = (
        Candidate("open-meteo-forecast", lambda: _announced(cell)),
        Candidate(KEPT, lambda: _received(plants, ANNOUNCED_ONLY, today + DAY)),
    )
    made = _tell(list(missing), Kind.PAST, PAST_ONLY, past)
    waiting = [plant for plant in plants if not _is_announced(plant, today)]
    return made + _tell(waiting, Kind.AHEAD, ANNOUNCED_ONLY, ahead)


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


def _is_announced(plant: Plant, today: dt.date) -> bool:
    """Whether a weather received today told it: how far yesterday's reaches says nothing of its age."""
    rows = ExpectedDay.objects.filter(plant=plant, kind=Kind.AHEAD)
    return rows.filter(weather__kept_at__gte=day_bounds(today)[0]).exists()


def _received(plants: Sequence[Plant], wanted: Wanted, day: dt.date) -> tuple[pd.DataFrame, WeatherMeta]:
    """The weather received last for the place of these plants, if it covers that day. Raises DoesNotCover."""
    start, end = day_bounds(day)
    told = ExpectedDay.objects.filter(plant__in=plants).order_by().values("weather")
    public = FrozenWeather.objects.filter(pk__in=told, plant=None, cooperative=None, kind__in=wanted.kinds)
    found = public.filter(first_start__lte=start, end__gte=end).order_by("-pk").first()
    if found is None:
        raise DoesNotCover(f"no weather received before covers {day}")
    return thawed(found)


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


def _tell(
    plants: Sequence[Plant], kind: ExpectedDay.Kind, wanted: Wanted, sources: Sequence[Candidate]
) -> int:
    if not plants or not settings.WEATHER_ONLINE:
        return 0
    try:
        chosen = best_weather(wanted, sources)
        if chosen.is_fallback:
            _note_fallback(plants, kind, chosen)
        return expect_days(plants, keep_weather(chosen.data, chosen.meta), kind=kind)
    except NoWeather as none:
        _note_failure(plants, kind, none, code=none.attempts[0].code)
    except (WeatherError, ClimateError, FleetError, HeatError) as reason:
        _note_failure(plants, kind, reason)
    return 0


def _note_fallback(plants: Iterable[Plant], kind: ExpectedDay.Kind, chosen: ChosenWeather) -> None:
    first = chosen.attempts[0]
    _note_failure(plants, kind, first.reason, code=first.code, instead=chosen.meta.code)


def _note_failure(
    plants: Iterable[Plant], kind: ExpectedDay.Kind, reason: object, *, code: str = "", instead: str = ""
) -> None:
    """One line for each cooperative: which roofs, why, and which weather is used instead."""
    log.warning("no weather for expected days (%s): %s; instead: %s", kind, reason, instead or "none")
    said = {"kind": str(kind), "code": code, "reason": str(reason)[:300], "instead": instead}
    members: dict[Cooperative, list[str]] = {}
    for plant in plants:
        members.setdefault(plant.cooperative, []).append(plant.slug)
    for cooperative, slugs in members.items():
        record(None, "weather_failed", cooperative, scope=cooperative.slug, plants=slugs, **said)
