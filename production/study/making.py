"""Computing a study: the engine asked once for everything, then sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from production.fleet import PvPlant, build_fleet, loss_stages, stream_energy_wh
from production.study.errors import NotOneYear
from production.study.horizon import shading
from production.study.months import MONTHS, month_index, month_weather_items, study_months
from production.study.orientation import orientation_map, turned
from production.study.percentiles import Percentiles, life_years, percentiles
from production.study.study import Study, settled
from production.study.waterfall import waterfall
from production.uncertainty import YEARLY_ITEMS, UncertaintyItem
from production.weather import PLANE, WeatherMeta

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
LIFE_YEARS = 20
ORDINARY_DAYS = 365
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a study is of and by, for people: plant, commune, owner; the program; the engine."""

    name: str
    place: str
    owner: str
    software: str
    engine: str


def make_study(
    subject: Subject,
    plant: PvPlant,
    weather: pd.DataFrame,
    meta: WeatherMeta,
    *,
    made_on: date,
    items: Sequence[UncertaintyItem] = YEARLY_ITEMS,
    month_items: Sequence[UncertaintyItem] = (),
    life: int = LIFE_YEARS,
) -> Study:
    """The long-term yield of a plant under one year of weather (of at most an hour's step).

    items: what makes a year uncertain. month_items: how each month's weather varies, twelve; from the weather
    itself if not given. life: years of the ageing table, at least 20; year 1 starts at the plant's age.
    Raises NotOneYear, FleetError, weather.WeatherError, UncertaintyError before or instead of an answer.
    """
    interval = timedelta(seconds=meta.step_s)
    starts = pd.DatetimeIndex(weather.index)
    check_year(starts, interval)
    years = max(life, LIFE_YEARS)
    found = _energies(plant, weather, interval, years)
    step_wh, month = whole_wh(found.steps), month_index(starts)
    months_wh = month_sums(step_wh, month)
    place = {"latitude": plant.latitude, "longitude": plant.longitude, "altitude_m": plant.altitude_m}
    varying = tuple(month_items) or month_weather_items(weather, interval, **place)
    lasting = [item for item in items if not item.averages_out]
    stages = loss_stages(build_fleet([plant]), weather, interval)
    year_wh = int(months_wh.sum())
    peak_w = sum(array.peak_power_w for array in plant.arrays)
    study = Study(
        name=subject.name,
        place=subject.place,
        owner=subject.owner,
        made_on=made_on,
        software=subject.software,
        engine=subject.engine,
        plant=plant,
        weather=meta,
        first_start=starts[0].to_pydatetime(warn=False),
        step_s=max(meta.step_s, 3600),
        energy_wh=tuple(by_hour(step_wh, interval).tolist()),
        months=study_months(months_wh, stages, peak_w, [(item, *lasting) for item in varying]),
        waterfall=waterfall(stages.names, stages.yearly()[0].tolist(), year_wh),
        items=tuple(items),
        bands=_bands(year_wh, found.life, items),
        life=life_years(found.life, items),
        orientation=orientation_map(plant, found.turned),
        shading=shading(plant, starts, interval, _difference(found.open_months, months_wh)),
    )
    return settled(study)


@dataclass(frozen=True, slots=True, eq=False)
class _Energies:
    """Of the plant: each interval [Wh]; without its horizon: months [Wh]; of each year of life and each
    orientation: the year [Wh]."""

    steps: Floats
    open_months: Floats
    life: list[float]
    turned: list[float]


def _energies(plant: PvPlant, weather: pd.DataFrame, interval: timedelta, years: int) -> _Energies:
    """Everything the study asks the engine, as one fleet, of which hours are kept for two plants only."""
    ages = [replace(plant, age_years=plant.age_years + number + 0.5) for number in range(years)]
    own = [replace(one, weather=0) for one in (plant, replace(plant, horizon_deg=()), *ages)]
    # What a sensor saw in the plane of an array says nothing of the planes the arrays are turned into.
    modelled = weather.drop(columns=[name for name in weather.columns if str(name).startswith(PLANE)])
    plants = [*own, *(replace(one, weather=1) for one in turned(plant))]
    fleet = build_fleet(plants)
    month = month_index(pd.DatetimeIndex(weather.index))
    sums, kept = np.zeros(len(plants)), np.zeros((2, len(weather)))
    for block in stream_energy_wh(fleet, (weather, modelled), interval):
        values = block.energy_wh.to_numpy().T
        sums[block.plants] = values.sum(axis=1)
        two = block.plants < 2
        kept[block.plants[two]] = values[two]
    last = len(own)
    open_months = np.asarray(np.bincount(month, kept[1], MONTHS), dtype=np.float64)
    return _Energies(kept[0], open_months, sums[2:last].tolist(), sums[last:].tolist())


def _bands(year_wh: int, life: Sequence[float], items: Sequence[UncertaintyItem]) -> tuple[Percentiles, ...]:
    ten, twenty = float(np.mean(life[:10])), float(np.mean(life[:20]))
    return (
        percentiles(year_wh, items),
        percentiles(year_wh, items, years=10),
        percentiles(ten, items, years=10, with_ageing=True),
        percentiles(twenty, items, years=20, with_ageing=True),
    )


def check_year(starts: pd.DatetimeIndex, interval: timedelta) -> None:
    """Raise NotOneYear unless it is 365 days, in parts of an hour.

    A leap year is refused: its February would be stored as an ordinary one's, and asked of every year.
    """
    days = len(starts) * interval / timedelta(days=1)
    if days != ORDINARY_DAYS or interval > HOUR or HOUR % interval:
        raise NotOneYear(days)


def whole_wh(energy_wh: Floats) -> Ints:
    """Whole watt-hours whose sum over any time is within one of the exact one [Wh]."""
    return np.diff(np.concatenate([[0], np.rint(np.cumsum(energy_wh))])).astype(np.int64)


def by_hour(step_wh: Ints, interval: timedelta) -> Ints:
    """Sums of whole hours, shape (hours,) [Wh]."""
    return np.asarray(step_wh.reshape(-1, HOUR // interval).sum(axis=1))


def month_sums(step_wh: Ints, month: Ints) -> Ints:
    """Sums by month, 0 to 11, shape (12,) [Wh]."""
    found = np.zeros(MONTHS, dtype=np.int64)
    np.add.at(found, month, step_wh)
    return found


def _difference(open_months: Floats, months_wh: Ints) -> list[int]:
    """What the horizon takes by month [Wh]; a watt-hour of rounding is nothing."""
    gaps = [round(wh) - kept for wh, kept in zip(open_months.tolist(), months_wh.tolist(), strict=True)]
    return [gap if gap > 1 else 0 for gap in gaps]
