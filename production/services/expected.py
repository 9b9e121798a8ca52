"""What plants should have made under the weather that was, and should make under the one announced."""

import datetime as dt
from collections.abc import Sequence

import pandas as pd

from installations.models import Plant
from production.described import ENGINE, described
from production.described_heat import HEAT_ENGINE
from production.fleet import build_fleet, expected_energy_wh
from production.models import ExpectedDay, FrozenWeather
from production.services.expected_light import light_days
from production.services.heat import heat_energy
from production.services.weather import step_of, thawed

ENGINES = {Plant.Kind.SOLAR.value: ENGINE, Plant.Kind.HEAT.value: HEAT_ENGINE}


def expect_days(plants: Sequence[Plant], kept: FrozenWeather, *, kind: ExpectedDay.Kind) -> int:
    """Store each whole day of each plant under a weather; days already told by it stay. Returns rows made.

    Roofs come with arrays and sheet, heat networks with network and buildings. Days before a plant's
    commissioning are left out. Raises fleet.FleetError, heat.HeatError, weather.WeatherError,
    climate.ClimateError.
    """
    data, _meta = thawed(kept)
    rows: list[ExpectedDay] = []
    for energy_of, source in ((_solar_energy, Plant.Kind.SOLAR), (_heat_energy, Plant.Kind.HEAT)):
        members = [plant for plant in plants if plant.kind == source]
        energy = energy_of(members, data, kept) if members else pd.DataFrame()
        for column, plant in enumerate(members):
            rows += _days(plant, energy.iloc[:, column], kept, kind)
    own = ExpectedDay.objects.filter(weather=kept, kind=kind, plant__in=plants)
    before = own.count()  # what is told already is skipped without a word
    ExpectedDay.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2000)
    if kind == ExpectedDay.Kind.PAST:
        light_days([plant for plant in plants if plant.kind == Plant.Kind.SOLAR], kept)
    return own.count() - before


def _solar_energy(plants: Sequence[Plant], data: pd.DataFrame, kept: FrozenWeather) -> pd.DataFrame:
    middle = kept.first_start + (kept.end - kept.first_start) / 2
    fleet = build_fleet([described(plant, on=middle.date()) for plant in plants])
    return expected_energy_wh(fleet, data, step_of(kept))


def _heat_energy(plants: Sequence[Plant], data: pd.DataFrame, kept: FrozenWeather) -> pd.DataFrame:
    return heat_energy(plants, data, step_of(kept))


def _days(
    plant: Plant, energy_wh: "pd.Series[float]", kept: FrozenWeather, kind: ExpectedDay.Kind
) -> list[ExpectedDay]:
    """Whole local days: a day that the weather covers in part would be a wrong sum."""
    local = pd.DatetimeIndex(energy_wh.index).tz_convert(plant.zone).normalize()
    sums = energy_wh.groupby(local).sum()
    days = [(instant.date(), wh) for instant, wh in zip(pd.DatetimeIndex(sums.index), sums, strict=True)]
    engine = ENGINES[plant.kind]
    return [
        ExpectedDay(plant=plant, day=day, kind=kind, energy_wh=round(wh), weather=kept, engine=engine)
        for day, wh in days
        if day >= plant.commissioned_on and _covers(kept, plant, day)
    ]


def _covers(kept: FrozenWeather, plant: Plant, day: dt.date) -> bool:
    start = dt.datetime.combine(day, dt.time.min, plant.zone)
    end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min, plant.zone)
    return kept.first_start <= start and end <= kept.end
