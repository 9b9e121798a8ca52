"""Wood by the tonne, carbon by the kilowatt-hour, heat by the metre of trench."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from mine_de_soleil.rules.law import Step, parameter
from production.heat.checking import check_humidity
from production.heat.engine import HeatBalance

WH_A_KWH, WH_A_MWH = 1000.0, 1e6
# Lower heating value of dry wood and heat that its water takes to evaporate [kWh/t], calibrated for wood
# chips of 20 to 45 % (fact sheet, section G; 3,354 kWh/t at 30 % in a secondary source).
DRY_KWH_T, WATER_KWH_T = 5070.0, 680.0
USUAL_HUMIDITIES = (0.20, 0.25, 0.30, 0.35, 0.40, 0.45)


@dataclass(frozen=True, slots=True)
class CarbonDioxide:
    """What wood and gas emit [g], and the factors behind it [g/kWh of fuel], each with its source."""

    wood_g: float
    gas_g: float
    wood_factor: Step
    gas_factor: Step


@dataclass(frozen=True, slots=True)
class Density:
    """Useful heat by metre of trench and year [MWh/(m·yr)], and the least one that is helped."""

    mwh_per_m: float
    threshold: Step

    @property
    def reaches_threshold(self) -> bool:
        assert self.threshold.value is not None  # `on` refuses repealed days
        return self.mwh_per_m >= float(self.threshold.value)


def lower_heating_value_wh_per_t(humidity: float) -> float:
    """Lower heating value of wood chips [Wh/t of wet mass]; humidity: water over wet mass [1].

    5,070 (1 - h) - 680 h kWh/t. Raises InvalidWood outside 0 to 0.6.
    """
    check_humidity(humidity)
    return WH_A_KWH * (DRY_KWH_T * (1 - humidity) - WATER_KWH_T * humidity)


def wood_tonnes(wood_fuel_wh: float, humidity: float) -> float:
    """Wet mass of wood for a fuel energy [t]. Raises InvalidWood."""
    return wood_fuel_wh / lower_heating_value_wh_per_t(humidity)


def tonnes_by_humidity(wood_fuel_wh: float, humidities: Sequence[float] = USUAL_HUMIDITIES) -> pd.DataFrame:
    """The same energy as wood of several humidities: columns mwh_per_t, tonnes. Raises InvalidWood."""
    rows = [
        {"mwh_per_t": lower_heating_value_wh_per_t(h) / WH_A_MWH, "tonnes": wood_tonnes(wood_fuel_wh, h)}
        for h in humidities
    ]
    return pd.DataFrame(rows, index=pd.Index(humidities, name="humidity"))


def carbon_dioxide(balance: HeatBalance, day: dt.date) -> CarbonDioxide:
    """Emissions of the fuels by the factors of a day. Raises rules.law.NotInForce."""
    totals = balance.totals
    wood = parameter("heat.wood_co2_g_per_kwh").on(day)
    gas = parameter("heat.gas_co2_g_per_kwh").on(day)
    return CarbonDioxide(
        wood_g=_grams(totals["wood_fuel_wh"], wood),
        gas_g=_grams(totals["gas_fuel_wh"], gas),
        wood_factor=wood,
        gas_factor=gas,
    )


def gas_alone_g(balance: HeatBalance, day: dt.date) -> float:
    """What the same load would emit [g], were it all made from gas. Raises rules.law.NotInForce."""
    totals = balance.totals
    fuel_wh = (totals["demand_wh"] + totals["loss_wh"]) / balance.network.gas_efficiency
    return _grams(fuel_wh, parameter("heat.gas_co2_g_per_kwh").on(day))


def density(balance: HeatBalance, day: dt.date) -> Density:
    """Heat the buildings take by metre of trench, beside the threshold of the Fonds Chaleur on a day.

    The balance must be that of a year. Raises rules.law.NotInForce.
    """
    mwh = balance.totals["demand_wh"] / WH_A_MWH
    threshold = parameter("heat.fonds_chaleur_density_mwh_per_m").on(day)
    return Density(mwh / balance.network.pipes.length_m, threshold)


def _grams(fuel_wh: float, factor: Step) -> float:
    assert factor.value is not None  # `on` refuses repealed days
    return fuel_wh / WH_A_KWH * float(factor.value)
