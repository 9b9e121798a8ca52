"""Expected output of the demo's roofs, under its own invented weather: past days, and the week announced.

Days that were are told month by month, each weather frozen once and shared by all demo cooperatives; a
load on a later day goes on after the last day told. What is announced is the demo's own coming days with an
error that grows with the distance, as forecasts have.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
import pandas as pd
from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from installations.models import Plant, TechnicalSheet
from mine_de_soleil.core.calendar import PARIS, days_bounds
from mine_de_soleil.demo.roofs import ALTITUDE_M, LATITUDE_DEG, LONGITUDE_DEG, ROOFS
from mine_de_soleil.demo.sheets import SHEETS, losses_of
from mine_de_soleil.demo.weather import SEED, year_weather
from production.judgement import month_spans
from production.models import ExpectedDay, FrozenWeather
from production.reports import days_with_readings
from production.services.expected import expect_days
from production.services.weather import keep_weather
from production.weather import WeatherMeta
from production.weather.meta import Kind, describe
from shareholders.models import Cooperative

METHOD = "demonstration"
NAME = "Démonstration, temps inventé"
SOURCE = "Invented by mine_de_soleil.demo.weather from the embedded climate: nobody measured it"
DAYS_ANNOUNCED = 8
# Error of a day's sunshine, announced on the day itself and more for each day further. Invented as well:
# the order of size of weather services' errors is known, these figures are nobody's [unverified].
ERROR_AT_FIRST, ERROR_A_DAY, MOST_ERROR = 0.05, 0.05, 0.6
# Of a town, this many days back at the first load: its 200 roofs would fill the table for nothing.
TOWN_DAYS_BACK = 395
MANY_ROOFS = 50


def write_sheets(cooperative: Cooperative) -> None:
    """The technical sheet of each of the eight roofs that has none."""
    slugs = {roof.slug: roof for roof in ROOFS}
    bare = Plant.objects.filter(cooperative=cooperative, slug__in=slugs, sheet__isnull=True).order_by("pk")
    TechnicalSheet.objects.bulk_create(
        TechnicalSheet(
            plant=plant,
            losses=losses_of(slugs[plant.slug], SHEETS[plant.slug]),
            physics=dict(SHEETS[plant.slug].physics),
            horizon_deg=list(SHEETS[plant.slug].horizon_deg),
            source=SHEETS[plant.slug].source,
        )
        for plant in bare
    )


def tell(cooperative: Cooperative, until: dt.date, say: Callable[[str], None]) -> int:
    """Tell the days up to `until`, and those announced the day after. Returns rows made; again, none."""
    write_sheets(cooperative)  # an earlier version's demo has none
    plants = list(
        Plant.objects.filter(cooperative=cooperative, kind=Plant.Kind.SOLAR, arrays__isnull=False)
        .select_related("sheet")
        .prefetch_related("arrays")
        .distinct()
        .order_by("pk")
    )
    first = _first_untold(plants)
    # What was announced long ago mustn't be written after what was announced since.
    if first is None or first > until + dt.timedelta(days=1):
        return 0
    made = 0
    if first <= until:
        span = {"first": f"{first:%d/%m/%Y}", "last": f"{until:%d/%m/%Y}"}
        say(_("Production prévue pour le temps qu’il a fait, du %(first)s au %(last)s…") % span)
        made = sum(_tell_past(plants, *month) for month in month_spans(first, until))
    made += _tell_ahead(plants, until + dt.timedelta(days=1))
    if made:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE production_expectedday")
    return made


def _first_untold(plants: Sequence[Plant]) -> dt.date | None:
    """The day after the last one told, the first one metered before that; None without any reading."""
    told: dt.date | None = ExpectedDay.objects.filter(
        plant__in=plants, kind=ExpectedDay.Kind.PAST, weather__source=METHOD
    ).aggregate(last=Max("day"))["last"]
    if told:
        return told + dt.timedelta(days=1)
    span = days_with_readings(plants)
    if span and len(plants) > MANY_ROOFS:
        return max(span[0], span[1] - dt.timedelta(days=TOWN_DAYS_BACK))
    return span[0] if span else None


@transaction.atomic
def _tell_past(plants: Sequence[Plant], first: dt.date, last: dt.date) -> int:
    """One month, or a part of it: all plants or none, so that a cut load knows where to go on."""
    kept = _keep(hourly(first, last), "past")
    return expect_days(plants, kept, kind=ExpectedDay.Kind.PAST)


@transaction.atomic
def _tell_ahead(plants: Sequence[Plant], today: dt.date) -> int:
    kept = _keep(announced(today), "forecast")
    if ExpectedDay.objects.filter(plant__in=plants, weather=kept).exists():
        return 0
    return expect_days(plants, kept, kind=ExpectedDay.Kind.AHEAD)


def _keep(data: pd.DataFrame, kind: Kind) -> FrozenWeather:
    meta = WeatherMeta(
        name=NAME,
        source=SOURCE,
        licence="CC0-1.0",
        sha256="",
        latitude=LATITUDE_DEG,
        longitude=LONGITUDE_DEG,
        altitude_m=ALTITUDE_M,
        method=METHOD,
        kind=kind,
    )
    return keep_weather(data, describe(data, meta))


def hourly(first: dt.date, last: dt.date) -> pd.DataFrame:
    """The invented weather from `first` to `last`, both included, as means of hours: what a service gives."""
    years = pd.concat([_hours_of(year) for year in range(first.year, last.year + 1)])
    begin, end = days_bounds(first, last)
    return years[(years.index >= pd.Timestamp(begin)) & (years.index < pd.Timestamp(end))]


@lru_cache(maxsize=8)
def _hours_of(year: int) -> pd.DataFrame:
    return year_weather(year).frame.resample(pd.Timedelta(hours=1)).mean().round(2)


def announced(today: dt.date) -> pd.DataFrame:
    """The next days as announced on the morning of `today`: the same question has the same answer."""
    truth = hourly(today, today + dt.timedelta(days=DAYS_ANNOUNCED - 1))
    local = pd.DatetimeIndex(truth.index).tz_convert(PARIS)
    ahead = np.array([(day - today).days for day in local.date])
    rng = np.random.default_rng([SEED, 3, today.toordinal()])
    spread = ERROR_AT_FIRST + ERROR_A_DAY * np.arange(DAYS_ANNOUNCED)
    factor = 1 + np.clip(rng.normal(0, spread), -MOST_ERROR, MOST_ERROR)
    warmer = rng.normal(0, 0.5 + 0.4 * np.arange(DAYS_ANNOUNCED))
    told = truth.assign(
        # No more light than a clear sky's edge of clouds lets through, however wrong the announcement.
        ghi=np.minimum(truth["ghi"] * factor[ahead], np.maximum(truth["ghi"], _brightest(truth))),
        temp_air=truth["temp_air"] + warmer[ahead],
    )
    return told.round(2)


def _brightest(truth: pd.DataFrame) -> pd.Series:
    """The most light each hour of the day had in the days around, shape of `truth` [W/m²]."""
    hours = pd.DatetimeIndex(truth.index).hour
    return truth["ghi"].groupby(hours).transform("max")
