"""How large a boiler: the load-duration curve, and what boilers of other sizes would cover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd

from production.heat.checking import check_networks
from production.heat.degree_days import HOUR
from production.heat.description import HeatNetwork
from production.heat.engine import HeatBalance, balance, dispatched, gate_load

# Sizes a sweep tries, of the greatest load [1]; wood boilers are chosen around the half of it.
SWEPT_FRACTIONS = tuple(round(0.05 * step, 2) for step in range(2, 21))


def load_duration(found: HeatBalance) -> pd.DataFrame:
    """Loads at the plant's gate in falling order, columns load_w, wood_w [W]; index: hours that pass them.

    wood_w is the wood boiler's mean output in the same interval.
    """
    load_w = found.load_w
    order = np.argsort(-load_w, kind="stable")
    step_h = found.interval / HOUR
    wood_w = found.energy["wood_heat_wh"].to_numpy(dtype=float) / step_h
    passed_h = pd.Index(step_h * np.arange(1, len(order) + 1), name="hours")
    return pd.DataFrame({"load_w": load_w[order], "wood_w": wood_w[order]}, index=passed_h)


def design_load_w(network: HeatNetwork, outdoor_c: float) -> float:
    """Greatest hourly load at the plant's gate [W] in a week that stays at an outdoor temperature [°C].

    For the power of the gas boiler: the typical year knows no cold spell. Raises HeatError, WeatherError.
    """
    times = pd.date_range("2025-01-13", periods=7 * 24, freq="h", tz="UTC")
    week = pd.DataFrame({"temp_air": float(outdoor_c)}, index=times)
    return balance(network, week, HOUR).gas_peak_w


def coverage_by_size(
    network: HeatNetwork,
    weather: pd.DataFrame,
    interval: timedelta,
    sizes_w: Sequence[float] | None = None,
) -> pd.DataFrame:
    """What boilers like the network's, of other sizes, would do in this weather; index size_w [W].

    Columns: peak_fraction, coverage [1], full_load_hours [h], wood_heat_wh, wood_fuel_wh, gas_fuel_wh [Wh].
    sizes_w: tenths to the whole of the greatest load unless given. The store grows with the boiler. Raises
    HeatError, weather.WeatherError.
    """
    check_networks([network])
    gate = gate_load(network, weather, interval)
    peak_w = float((gate.demand_wh + gate.loss_wh).max()) / (interval / HOUR)
    sizes = [peak_w * part for part in SWEPT_FRACTIONS] if sizes_w is None else list(sizes_w)
    others = [_of_size(network, size) for size in sizes]
    check_networks(others)
    rows = [_row(dispatched(other, gate), peak_w) for other in others]
    return pd.DataFrame(rows, index=pd.Index(sizes, name="size_w", dtype=float))


def _of_size(network: HeatNetwork, size_w: float) -> HeatNetwork:
    grown = size_w / network.boiler.nominal_power_w
    boiler = replace(network.boiler, nominal_power_w=size_w, store_wh=network.boiler.store_wh * grown)
    return replace(network, boiler=boiler)


def _row(found: HeatBalance, peak_w: float) -> dict[str, float]:
    totals = found.totals
    return {
        "peak_fraction": found.network.boiler.nominal_power_w / peak_w if peak_w else 0.0,
        "coverage": found.coverage,
        "full_load_hours": found.full_load_hours,
        **{name: totals[name] for name in ("wood_heat_wh", "wood_fuel_wh", "gas_fuel_wh")},
    }
