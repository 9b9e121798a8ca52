"""Making the forecasts plants are judged against: the yield engine on the embedded typical year, frozen."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import pandas as pd
from django.db import transaction
from django.utils import timezone

from installations.models import Plant
from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from production.climate import distance_km, get_monthly_climate
from production.described import ENGINE, described
from production.fleet import build_fleet, expected_energy_wh
from production.models import Forecast, ForecastMonth
from production.services.weather import keep_weather
from production.uncertainty import YEARLY_ITEMS, UncertaintyItem, band, monthly_weather_item
from production.weather import WeatherMeta, get_typical_year

HOUR = dt.timedelta(hours=1)
# Roofs this near to their cooperative's seat share its weather: one town, one sky, so that its roofs differ
# by themselves alone. Farther ones share that of a cell of a tenth of a degree, 7 to 11 km.
NEAR_SEAT_KM = 15
CELL_DECIMALS = 1
ALTITUDE_STEP_M = 50
MODEL_ITEMS = tuple(item for item in YEARLY_ITEMS if not item.averages_out)


@dataclass(frozen=True, slots=True)
class Cell:
    """A place whose plants share one weather."""

    latitude: float
    longitude: float
    altitude_m: float


@dataclass(frozen=True, slots=True)
class Expected:
    """An ordinary year of one plant [Wh]: by month (index 1 to 12), and its bands."""

    plant: Plant
    weather: WeatherMeta
    p50_wh: tuple[int, ...]
    p10_wh: tuple[int, ...]
    p90_wh: tuple[int, ...]
    year_wh: tuple[int, int, int, int]

    @property
    def year_p50_wh(self) -> int:
        return self.year_wh[0]


def cell_of(plant: Plant) -> Cell:
    """The weather cell of a plant: its cooperative's seat if near, else a square of the map."""
    seat = plant.cooperative
    if (
        distance_km(plant.latitude_deg, plant.longitude_deg, seat.latitude_deg, seat.longitude_deg)
        < NEAR_SEAT_KM
    ):
        return Cell(seat.latitude_deg, seat.longitude_deg, seat.altitude_m)
    altitude = round(plant.altitude_m / ALTITUDE_STEP_M) * ALTITUDE_STEP_M
    return Cell(round(plant.latitude_deg, CELL_DECIMALS), round(plant.longitude_deg, CELL_DECIMALS), altitude)


@lru_cache(maxsize=64)
def typical_weather(cell: Cell) -> tuple[pd.DataFrame, WeatherMeta]:
    """The embedded typical year of a cell."""
    return get_typical_year(cell.latitude, cell.longitude, cell.altitude_m)


def compute(
    plants: Sequence[Plant], weather: tuple[pd.DataFrame, WeatherMeta] | None = None
) -> list[Expected]:
    """What each plant is expected to make in an ordinary year, cell by cell; nothing is stored.

    Plants come with their arrays prefetched. weather: one year for all of them, in place of each cell's own.
    Raises fleet.FleetError, climate.InvalidCoordinates, climate.OutsideClimateArea, weather.WeatherError.
    """
    found: dict[int, Expected] = {}
    for cell in dict.fromkeys(cell_of(plant) for plant in plants):
        members = [plant for plant in plants if cell_of(plant) == cell]
        data, meta = weather or typical_weather(cell)
        step = dt.timedelta(seconds=meta.step_s)
        energy = expected_energy_wh(build_fleet([described(p) for p in members]), data, step)
        # Months of the typical year are counted in UTC+1, as its figures are.
        months = energy.groupby(pd.DatetimeIndex(energy.index).tz_convert("Etc/GMT-1").month).sum()
        items = _monthly_items(cell)
        for column, plant in enumerate(members):
            found[plant.pk] = _expected(plant, meta, months.iloc[:, column].tolist(), items)
    return [found[plant.pk] for plant in plants]


@lru_cache(maxsize=64)
def _monthly_items(cell: Cell) -> tuple[tuple[UncertaintyItem, ...], ...]:
    climate, _ = get_monthly_climate(cell.latitude, cell.longitude, cell.altitude_m)
    return tuple(
        (monthly_weather_item(mean, spread), *MODEL_ITEMS)
        for mean, spread in zip(climate["kt_mean"], climate["kt_daily_std"], strict=True)
    )


def _expected(
    plant: Plant, meta: WeatherMeta, months_wh: list[float], items: Iterable[tuple[UncertaintyItem, ...]]
) -> Expected:
    p50 = tuple(round(wh) for wh in months_wh)
    pairs = list(zip(p50, items, strict=True))
    year = sum(p50)
    return Expected(
        plant=plant,
        weather=meta,
        p50_wh=p50,
        p10_wh=tuple(round(band(wh, month, 0.1)) for wh, month in pairs),
        p90_wh=tuple(round(band(wh, month, 0.9)) for wh, month in pairs),
        year_wh=(
            year,
            round(band(year, YEARLY_ITEMS, 0.1)),
            round(band(year, YEARLY_ITEMS, 0.75)),
            round(band(year, YEARLY_ITEMS, 0.9)),
        ),
    )


@transaction.atomic
def make_forecasts(
    *, actor: User | None, plants: Sequence[Plant], valid_from: dt.date | None = None
) -> list[Forecast]:
    """Compute and freeze a forecast for each plant; what pages show is always a frozen one.

    Unless `valid_from` is given, a plant's first forecast judges it from its first month on, a later one
    from the day it is made: years already told keep theirs.
    """
    judged = set(Forecast.objects.filter(plant__in=plants).order_by("pk").values_list("plant_id", flat=True))
    forecasts = []
    for expected in compute(plants):
        plant = expected.plant
        first_month = None if plant.pk in judged else plant.commissioned_on.replace(day=1)
        forecast = _freeze(expected, valid_from or first_month)
        record(actor, "make_forecast", forecast, scope=plant.cooperative.slug, plant=plant.slug)
        forecasts.append(forecast)
    return forecasts


def _freeze(expected: Expected, valid_from: dt.date | None) -> Forecast:
    """Store it; without `valid_from` it judges from the day it is made."""
    year, p10, p75, p90 = expected.year_wh
    weather = expected.weather
    forecast = Forecast(
        plant=expected.plant,
        weather_name=weather.code,
        weather_sha256=weather.sha256,
        weather=keep_weather(*typical_weather(cell_of(expected.plant))),
        engine=ENGINE,
        year_p50_wh=year,
        year_p10_wh=p10,
        year_p75_wh=p75,
        year_p90_wh=p90,
        assumptions=assumptions(expected.plant, weather),
    )
    forecast.valid_from = valid_from or timezone.localtime(forecast.made_at).date()
    forecast.save()
    ForecastMonth.objects.bulk_create(
        ForecastMonth(forecast=forecast, month=n + 1, p50_wh=p50, p10_wh=p10, p90_wh=p90)
        for n, (p50, p10, p90) in enumerate(
            zip(expected.p50_wh, expected.p10_wh, expected.p90_wh, strict=True)
        )
    )
    return forecast


def assumptions(plant: Plant, weather: WeatherMeta) -> dict[str, Any]:
    """What a forecast rests on, as data: pages word it in the reader's language.

    A heat network's description and doubts stand in its study.
    """
    own: dict[str, Any] = {"kind": plant.kind}
    if plant.kind == Plant.Kind.SOLAR:
        own = {"plant": asdict(described(plant)), "uncertainty": [asdict(item) for item in YEARLY_ITEMS]}
    return own | {
        "weather": {
            "method": weather.method,
            "latitude_deg": weather.latitude,
            "longitude_deg": weather.longitude,
            "altitude_m": weather.altitude_m,
            "stations": [asdict(part) for part in weather.stations],
            "source": weather.source,
            "licence": weather.licence,
        },
    }
