"""Which heat comes from wood and which from gas, and the fuel both take."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from production.heat.description import WoodBoiler

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Burnt:
    """Heat of the wood boiler and the wood in it, both shape (intervals,) [Wh; fuel: lower heating value]."""

    wood_heat_wh: Floats
    wood_fuel_wh: Floats


def burn(boiler: WoodBoiler, load_w: Floats, lit: Bools, hours: float) -> Burnt:
    """Serve as much of the load as the fire can; the rest is for gas.

    load_w: mean load at the plant's gate, shape (intervals,) [W]; lit: months the boiler runs; hours: length
    of an interval [h]. Above nominal power gas adds the rest. Below the least power the fire burns by turns
    into the store, or is out.
    """
    fire_w = np.minimum(load_w, boiler.nominal_power_w)
    by_turns = fire_w < boiler.minimum_power_w
    serves = lit & (boiler.burns_by_turns | ~by_turns)
    heat_w = np.where(serves, fire_w, 0.0)
    fuel_w = np.where(serves, fuel_of(boiler, fire_w), 0.0)
    # A boiler that stands still one hour in twenty, no one knows which: every hour gives a twentieth less.
    part = boiler.availability * hours
    return Burnt(heat_w * part, fuel_w * part)


def fuel_of(boiler: WoodBoiler, heat_w: Floats) -> Floats:
    """Fuel for an output [W, lower heating value]: a line from the least to the nominal power.

    Below the least power the fire burns at it for part of the time, with start_loss_fraction more fuel.
    """
    least_w, most_w = boiler.minimum_power_w, boiler.nominal_power_w
    least_fuel = least_w / boiler.minimum_efficiency
    most_fuel = most_w / boiler.efficiency
    slope = (most_fuel - least_fuel) / (most_w - least_w) if most_w > least_w else 1 / boiler.efficiency
    steady = most_fuel - slope * (most_w - heat_w)
    turns = heat_w / boiler.minimum_efficiency * (1 + boiler.start_loss_fraction)
    return np.where(heat_w < least_w, turns, steady)
