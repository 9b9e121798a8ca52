"""A year, a week or the days to come of a heat network: demand, pipes, wood and gas at each interval.

The answer has the shape of `production.fleet`'s, so that whatever treats the energy of a solar plant treats
that of a wood boiler: UTC starts in rows, plants in columns, watt-hours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from production.fleet import LossStages, UnknownWeather, Weathers
from production.heat.checking import check_networks
from production.heat.degree_days import HOUR, Days, check_temperature, read_days
from production.heat.demand import hourly_demand_wh, hourly_loss_wh
from production.heat.description import HeatNetwork
from production.heat.dispatch import burn

Floats = npt.NDArray[np.float64]

MONTHS_A_YEAR = 12
# Months of standard time, as everywhere in this package.
MONTH_ZONE = "Etc/GMT-1"
STAGES = ("wood_fuel", "boiler", "network")
COLUMNS = ("demand_wh", "loss_wh", "wood_heat_wh", "gas_heat_wh", "wood_fuel_wh", "gas_fuel_wh")


@dataclass(frozen=True, slots=True, eq=False)
class HeatBalance:
    """A network under a weather. energy: UTC starts × `COLUMNS` [Wh], fuels at their lower heating value.

    In every row demand + loss = wood heat + gas heat.
    """

    network: HeatNetwork
    interval: timedelta
    energy: pd.DataFrame

    @property
    def load_w(self) -> Floats:
        """Mean load at the plant's gate, shape (intervals,) [W]."""
        total = self.energy["demand_wh"] + self.energy["loss_wh"]
        return total.to_numpy(dtype=float) / (self.interval / HOUR)

    @property
    def totals(self) -> dict[str, float]:
        """Sum of each column [Wh]."""
        return {name: float(self.energy[name].sum()) for name in COLUMNS}

    @property
    def coverage(self) -> float:
        """Wood's part of the heat that leaves the plant [1]; 0 where none does."""
        totals = self.totals
        load_wh = totals["demand_wh"] + totals["loss_wh"]
        return totals["wood_heat_wh"] / load_wh if load_wh else 0.0

    @property
    def full_load_hours(self) -> float:
        """Wood heat over the boiler's power [h]."""
        return self.totals["wood_heat_wh"] / self.network.boiler.nominal_power_w

    @property
    def gas_peak_w(self) -> float:
        """Power the gas boiler needs [W]: the whole load, for when the wood boiler stands still."""
        return float(self.load_w.max())

    @property
    def delivered_wood_wh(self) -> Floats:
        """Wood heat that reaches the buildings, shape (intervals,) [Wh]; pipes lose both heats alike."""
        load_wh = self.load_w * (self.interval / HOUR)
        part = np.divide(self.energy["demand_wh"], load_wh, out=np.zeros_like(load_wh), where=load_wh > 0)
        return np.asarray(part * self.energy["wood_heat_wh"], dtype=np.float64)

    def monthly(self) -> pd.DataFrame:
        """Sums of each column by month 1 to 12 of standard time [Wh], with the coverage [1]."""
        months = month_of(self.energy.index)
        table = self.energy.groupby(months).sum().reindex(range(1, MONTHS_A_YEAR + 1), fill_value=0.0)
        load_wh = table["demand_wh"] + table["loss_wh"]
        table["coverage"] = (table["wood_heat_wh"] / load_wh.where(load_wh > 0)).fillna(0.0)
        return table.rename_axis("month")


@dataclass(frozen=True, slots=True, eq=False)
class GateLoad:
    """What the plant must send out, before anyone asks how: demand and loss, shape (intervals,) [Wh]."""

    times: pd.DatetimeIndex
    interval: timedelta
    demand_wh: Floats
    loss_wh: Floats


def balance(network: HeatNetwork, weather: pd.DataFrame, interval: timedelta) -> HeatBalance:
    """One network under one weather.

    weather: column temp_air [°C], UTC starts, regular at ``interval``. Raises HeatError, weather.WeatherError
    before any computation of what is wrong.
    """
    check_networks([network])
    return dispatched(network, gate_load(network, weather, interval))


def gate_load(network: HeatNetwork, weather: pd.DataFrame, interval: timedelta) -> GateLoad:
    """Demand and pipe losses of a checked network. Raises weather.WeatherError, StepTooLong."""
    days: Days = read_days(weather, interval, network.timezone)
    demand_wh = hourly_demand_wh(network, days)
    loss_wh = hourly_loss_wh(network, days, demand_wh)
    times = pd.DatetimeIndex(weather.index)
    return GateLoad(times, interval, days.spread(demand_wh), days.spread(loss_wh))


def dispatched(network: HeatNetwork, gate: GateLoad) -> HeatBalance:
    """The load shared between wood and gas."""
    hours = gate.interval / HOUR
    load_wh = gate.demand_wh + gate.loss_wh
    lit = np.isin(month_of(gate.times), network.boiler.months)
    burnt = burn(network.boiler, load_wh / hours, lit, hours)
    gas_wh = load_wh - burnt.wood_heat_wh
    columns = (
        gate.demand_wh,
        gate.loss_wh,
        burnt.wood_heat_wh,
        gas_wh,
        burnt.wood_fuel_wh,
        gas_wh / network.gas_efficiency,
    )
    return HeatBalance(
        network, gate.interval, pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)), gate.times)
    )


def expected_energy_wh(
    networks: Sequence[HeatNetwork], weather: Weathers, interval: timedelta
) -> pd.DataFrame:
    """Heat the wood boilers send into their networks, index the weather's UTC starts, one column each [Wh].

    That is what a heat meter behind the boiler counts. weather: one for all, or several which the networks'
    `weather` numbers choose from. Raises HeatError, fleet.UnknownWeather, weather.WeatherError before any
    computation of what is wrong.
    """
    found = [each.energy["wood_heat_wh"] for each in balances(networks, weather, interval)]
    if any(not column.index.equals(found[0].index) for column in found):
        raise UnknownWeather("weathers differ in their times; compute their networks apart")
    energy = np.column_stack([column.to_numpy() for column in found])
    return pd.DataFrame(energy, index=found[0].index, columns=pd.RangeIndex(len(found), name="plant"))


def balances(networks: Sequence[HeatNetwork], weather: Weathers, interval: timedelta) -> list[HeatBalance]:
    """Every network under its weather; all are checked before the first is computed."""
    check_networks(networks)
    given = [_weather_of(weather, network.weather) for network in networks]
    for one in given:
        check_temperature(one, interval)
    pairs = zip(networks, given, strict=True)
    return [dispatched(network, gate_load(network, one, interval)) for network, one in pairs]


def heat_stages(networks: Sequence[HeatNetwork], weather: Weathers, interval: timedelta) -> LossStages:
    """Energy of wood after each of `STAGES`: in the wood, behind the boiler, at the buildings, by month."""
    found = np.zeros((len(STAGES), len(networks), MONTHS_A_YEAR))
    for plant, each in enumerate(balances(networks, weather, interval)):
        month = month_of(each.energy.index) - 1
        wood = (each.energy["wood_fuel_wh"], each.energy["wood_heat_wh"], each.delivered_wood_wh)
        found[:, plant] = [np.bincount(month, values, MONTHS_A_YEAR) for values in wood]
    return LossStages(STAGES, found)


def month_of(times: pd.Index) -> npt.NDArray[np.int64]:
    """Month 1 to 12 of standard time (UTC+1) of UTC starts."""
    return pd.DatetimeIndex(times).tz_convert(MONTH_ZONE).month.to_numpy(dtype=np.int64)


def _weather_of(weather: Weathers, number: int) -> pd.DataFrame:
    if isinstance(weather, pd.DataFrame):
        return weather
    if callable(weather):
        return weather(number)
    there = number in weather if isinstance(weather, Mapping) else 0 <= number < len(weather)
    if not there:
        raise UnknownWeather(f"a network asks for weather {number}, which was not given")
    return weather[number]
