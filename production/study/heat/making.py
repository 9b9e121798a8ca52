"""Computing the study of a heat network: one balance of the year, then sums."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from math import sqrt

import numpy as np
import numpy.typing as npt
import pandas as pd

from mine_de_soleil.rules.law import NotInForce, Step
from production.heat import (
    HeatBalance,
    HeatNetwork,
    balance,
    carbon_dioxide,
    coverage_by_size,
    density,
    design_load_w,
    gas_alone_g,
    heat_items,
    heat_stages,
    load_duration,
    tonnes_by_humidity,
)
from production.heat.uncertainty import WINTER_DEVIATION
from production.study.heat.study import (
    BoilerSize,
    Carbon,
    Factor,
    HeatMonth,
    HeatStudy,
    LoadPoint,
    NetworkDensity,
    WoodNeed,
    settled,
)
from production.study.making import Subject, by_hour, check_year, month_sums, whole_wh
from production.study.months import MONTHS, month_index
from production.study.percentiles import percentiles
from production.study.waterfall import waterfall
from production.uncertainty import UncertaintyItem, band
from production.weather import WeatherMeta

Ints = npt.NDArray[np.int64]
# Enough points for a smooth line on a page.
LOAD_POINTS = 120
# A cold week of the Artois: that at which the flow is hottest by default (`heat.LossPerKelvin`) [unverified].
COLD_WEEK_C = -7.0
ORDINARY_YEAR, DAYS_A_YEAR = 2025, 365
_SHARED = (
    "SDES, indice de rigueur de l’hiver, 1990-2019, shared out among months taken to vary alike and "
    "independently"
)


def make_heat_study(
    subject: Subject,
    network: HeatNetwork,
    weather: pd.DataFrame,
    meta: WeatherMeta,
    *,
    made_on: date,
    items: Sequence[UncertaintyItem] = (),
) -> HeatStudy:
    """The long-term heat of a network under one year of weather (of at most an hour's step).

    items: what makes a year uncertain; those of `heat.heat_items` if not given. Raises study.NotOneYear,
    HeatError, weather.WeatherError, UncertaintyError.
    """
    interval = timedelta(seconds=meta.step_s)
    starts = pd.DatetimeIndex(weather.index)
    check_year(starts, interval)
    found = balance(network, weather, interval)
    step_wh = whole_wh(found.energy["wood_heat_wh"].to_numpy(dtype=np.float64))
    causes = tuple(items) or heat_items(network)
    months = _months(found, step_wh, month_index(starts), causes)
    stages = heat_stages([network], weather, interval)
    left = stages.yearly()[0].tolist()
    year_wh = int(step_wh.sum())
    return settled(
        HeatStudy(
            name=subject.name,
            place=subject.place,
            owner=subject.owner,
            made_on=made_on,
            software=subject.software,
            engine=subject.engine,
            network=network,
            weather=meta,
            first_start=starts[0].to_pydatetime(warn=False),
            step_s=max(meta.step_s, 3600),
            energy_wh=tuple(by_hour(step_wh, interval).tolist()),
            months=months,
            waterfall=waterfall(stages.names, left, round(left[-1])),
            items=causes,
            bands=tuple(percentiles(year_wh, causes, years=years) for years in (1, 10)),
            full_load_hours=found.full_load_hours,
            peak_w=found.gas_peak_w,
            cold_week_c=COLD_WEEK_C,
            cold_week_w=design_load_w(network, COLD_WEEK_C),
            load=_load(found),
            sizes=_sizes(network, weather, interval),
            wood=_wood(found),
            carbon=_carbon(found, made_on),
            density=_density(found, made_on),
        )
    )


def _months(
    found: HeatBalance, step_wh: Ints, month: Ints, items: Sequence[UncertaintyItem]
) -> tuple[HeatMonth, ...]:
    wood_wh = month_sums(step_wh, month).tolist()
    lasting = [item for item in items if not item.averages_out]
    weathers = month_items(found)
    return tuple(
        _month(number, wh, row, (weather, *lasting))
        for number, (wh, (_number, row), weather) in enumerate(
            zip(wood_wh, found.monthly().iterrows(), weathers, strict=True), 1
        )
    )


def _month(number: int, wood_wh: int, row: pd.Series[float], items: Sequence[UncertaintyItem]) -> HeatMonth:
    p10, p75, p90 = (round(band(wood_wh, items, probability)) for probability in (0.1, 0.75, 0.9))
    names = ("demand_wh", "loss_wh", "gas_heat_wh", "wood_fuel_wh", "gas_fuel_wh")
    return HeatMonth(
        number,
        wood_wh,
        p10,
        p75,
        p90,
        **{name: round(float(row[name])) for name in names},
        coverage=float(row["coverage"]),
        weather_deviation=items[0].standard_deviation,
    )


def month_items(found: HeatBalance) -> list[UncertaintyItem]:
    """How the weather of each month moves its heat, twelve.

    The index of winter tells of whole years. Months whose heating varies alike and independently make such
    years if each varies by that times the year's heating over the root of the sum of squares.
    """
    demand = found.monthly()["demand_wh"].to_numpy(dtype=float)
    heating = np.maximum(demand - _hot_water_wh(found.network), 0.0)
    spread = WINTER_DEVIATION * heating.sum() / sqrt(float((heating**2).sum()) or 1.0)
    parts = np.divide(heating, demand, out=np.zeros(MONTHS), where=demand > 0)
    return [
        UncertaintyItem("weather of the month", min(0.99, float(spread * part)), _SHARED, True, "C", "France")
        for part in parts
    ]


def _hot_water_wh(network: HeatNetwork) -> npt.NDArray[np.float64]:
    """Hot water of an ordinary year's months, shape (12,) [Wh]: every day takes the same."""
    yearly = network.annual_heat_wh * (1 - network.heating_fraction)
    lengths = [monthrange(ORDINARY_YEAR, month)[1] for month in range(1, MONTHS + 1)]
    return np.asarray(lengths, dtype=np.float64) * yearly / DAYS_A_YEAR


def _load(found: HeatBalance) -> tuple[LoadPoint, ...]:
    curve = load_duration(found)
    places = np.unique(np.linspace(0, len(curve) - 1, LOAD_POINTS).round().astype(int))
    shown = curve.iloc[places]
    rows = zip(shown.index, shown["load_w"], shown["wood_w"], strict=True)
    return tuple(
        LoadPoint(float(hours), round(float(load), 1), round(float(wood), 1)) for hours, load, wood in rows
    )


def _sizes(network: HeatNetwork, weather: pd.DataFrame, interval: timedelta) -> tuple[BoilerSize, ...]:
    names = ("peak_fraction", "coverage", "full_load_hours", "wood_fuel_wh", "gas_fuel_wh")
    table = coverage_by_size(network, weather, interval)
    rows = zip(table.index, *(table[name] for name in names), strict=True)
    return tuple(
        BoilerSize(float(size), float(part), float(covered), float(hours), round(wood), round(gas))
        for size, part, covered, hours, wood, gas in rows
    )


def _wood(found: HeatBalance) -> tuple[WoodNeed, ...]:
    table = tonnes_by_humidity(found.totals["wood_fuel_wh"])
    rows = zip(table.index, table["mwh_per_t"], table["tonnes"], strict=True)
    return tuple(WoodNeed(float(h), float(mwh), float(tonnes)) for h, mwh, tonnes in rows)


def _carbon(found: HeatBalance, day: date) -> Carbon | None:
    try:
        emitted, alone = carbon_dioxide(found, day), gas_alone_g(found, day)
    except NotInForce:  # no factor was read for so early a day
        return None
    factors = _factor(emitted.wood_factor), _factor(emitted.gas_factor)
    return Carbon(emitted.wood_g, emitted.gas_g, alone, *factors)


def _density(found: HeatBalance, day: date) -> NetworkDensity | None:
    try:
        told = density(found, day)
    except NotInForce:
        return None
    return NetworkDensity(told.mwh_per_m, _factor(told.threshold))


def _factor(step: Step) -> Factor:
    assert step.value is not None  # `on` refuses repealed days
    return Factor(float(step.value), step.since, step.source, step.confidence)
