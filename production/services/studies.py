"""Yield studies: computed as often as one likes, then frozen as the forecast a plant is judged against."""

import datetime as dt
from dataclasses import replace
from typing import TypeVar

import pandas as pd
from django.db import connection, transaction
from django.utils import timezone

from installations.models import Plant
from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from production.described import ENGINE, described
from production.models import Forecast, ForecastMonth, FrozenWeather
from production.services.forecasts import assumptions, cell_of, typical_weather
from production.services.heat import heat_study
from production.services.weather import keep_weather, thawed
from production.study import NothingMade, Study, Subject, is_same_but_day, make_study
from production.study.heat import HeatStudy
from production.weather import WeatherMeta

SOFTWARE = "Mine de Soleil"
_S = TypeVar("_S", Study, HeatStudy)
# Any number will do, as long as nothing else takes two-part locks under it.
STUDY_LOCK = 62_530
# How long a draft may have been on a screen before it is frozen.
SHOWN_FOR = dt.timedelta(days=7)


class StudyMoved(Exception):
    """What was shown is no longer what would be frozen: the plant, its sheet or the engine changed since."""


class JudgedAlready(Exception):
    """A study that would judge days another one judges already: what was said of the past stays said."""

    def __init__(self, earliest: dt.date) -> None:
        self.earliest = earliest
        super().__init__(f"another study judges the days before {earliest}")


def draft_study(plant: Plant, weather: FrozenWeather | None = None, *, made_on: dt.date) -> Study:
    """The plant's long-term yield under a kept weather, or under its typical year; nothing is stored.

    Plant comes with cooperative, arrays and sheet. Raises study.NotOneYear, study.NothingMade,
    fleet.FleetError, weather.WeatherError, climate.ClimateError.
    """
    data, meta = weather_of(plant, weather)
    subject = Subject(plant.name, plant.commune, plant.cooperative.legal_name, SOFTWARE, ENGINE)
    return _of_something(make_study(subject, described(plant), data, meta, made_on=made_on))


def draft_heat_study(plant: Plant, weather: FrozenWeather | None = None, *, made_on: dt.date) -> HeatStudy:
    """The same of a heat network; plant comes with cooperative, network and buildings.

    Raises study.NotOneYear, study.NothingMade, heat.HeatError, weather.WeatherError, climate.ClimateError.
    """
    return _of_something(heat_study(plant, *weather_of(plant, weather), made_on=made_on, software=SOFTWARE))


def _of_something(study: _S) -> _S:
    if study.year_wh <= 0:
        raise NothingMade(f"{study.name} makes {study.year_wh} Wh in a year")
    return study


def weather_of(plant: Plant, weather: FrozenWeather | None) -> tuple[pd.DataFrame, WeatherMeta]:
    """The numbers a study of the plant is computed from."""
    return thawed(weather) if weather else typical_weather(cell_of(plant))


@transaction.atomic
def freeze_study(
    *,
    actor: User | None,
    plant: Plant,
    weather: FrozenWeather | None = None,
    valid_from: dt.date | None = None,
    seen: str = "",
) -> Forecast:
    """Compute and keep a study for ever; from `valid_from` on it is what the plant's months are judged by.

    Without `valid_from`: a plant's first study judges from its first month, a later one from today. seen:
    fingerprint of the draft that was shown, today or within a week. Frozen twice alike, on whatever days, the
    second time the first one is given back, if it is still the one that judges from that day.
    Raises StudyMoved, JudgedAlready, and what `draft_study` raises.
    """
    with connection.cursor() as cursor:  # two freezes at once: the second isn't taken for a first one
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [STUDY_LOCK, plant.pk])
    today = timezone.localdate(timezone=plant.zone)
    draft = draft_heat_study if plant.kind == Plant.Kind.HEAT else draft_study
    study = draft(plant, weather, made_on=today)
    if seen and not _was_shown(study, seen):
        raise StudyMoved
    if before := _same(plant, study, valid_from or suggested_day(plant, today)):
        return before
    first_day = _first_day(plant, valid_from, today)
    forecast = _store(plant, study, weather or keep_weather(*weather_of(plant, None)), first_day)
    record(actor, "make_forecast", forecast, scope=plant.cooperative.slug, plant=plant.slug)
    return forecast


def _same(plant: Plant, study: Study | HeatStudy, first_day: dt.date) -> Forecast | None:
    """The study in force on the first day, if it says the same: a button pressed twice, even past midnight.

    One that another study has replaced since, or that begins later, judges nothing from that day: going back
    to it is freezing it anew.
    """
    by_then = Forecast.objects.filter(plant=plant, valid_from__lte=first_day)
    latest = by_then.order_by("-valid_from", "-pk").first()
    if latest is None or latest.weather_sha256 != study.weather.sha256:
        return None
    return latest if is_same_but_day(latest.study or {}, study.as_json()) else None


def _was_shown(study: Study | HeatStudy, seen: str) -> bool:
    """Whether this is what was shown: the day a draft was opened is no part of what it says."""
    days = (study.made_on - dt.timedelta(days=n) for n in range(SHOWN_FOR.days + 1))
    return any(replace(study, made_on=day).fingerprint == seen for day in days)


def suggested_day(plant: Plant, today: dt.date) -> dt.date:
    """From when a study frozen today would judge if nobody says: the first month on, or today."""
    return today if _is_judged(plant, today) else plant.commissioned_on.replace(day=1)


def _first_day(plant: Plant, valid_from: dt.date | None, today: dt.date) -> dt.date:
    if valid_from and valid_from < today and _is_judged(plant, today):
        raise JudgedAlready(today)
    return valid_from or suggested_day(plant, today)


def _is_judged(plant: Plant, today: dt.date) -> bool:
    """Whether a study in force judges days by now; one that begins later has judged none yet."""
    # A network under study has made nothing that could be judged.
    return not plant.under_study and Forecast.objects.filter(plant=plant, valid_from__lte=today).exists()


def _store(plant: Plant, study: Study | HeatStudy, weather: FrozenWeather, valid_from: dt.date) -> Forecast:
    year = study.band(1)
    forecast = Forecast.objects.create(
        plant=plant,
        valid_from=valid_from,
        weather_name=study.weather.code[:120],
        weather_sha256=study.weather.sha256,
        weather=weather,
        engine=study.engine,
        year_p50_wh=study.year_wh,
        year_p10_wh=year.at(0.1),
        year_p75_wh=year.at(0.75),
        year_p90_wh=year.at(0.9),
        assumptions=assumptions(plant, study.weather),
        study=study.as_json(),
    )
    ForecastMonth.objects.bulk_create(
        ForecastMonth(forecast=forecast, month=m.month, p50_wh=m.p50_wh, p10_wh=m.p10_wh, p90_wh=m.p90_wh)
        for m in study.months
    )
    return forecast
