"""From plants as objects to the columns of a fleet."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TypeVar

import numpy as np

from production.fleet.checking import check_fleet
from production.fleet.description import Fleet, Floats, Ints, PvPlant
from production.fleet.losses import Losses

Shared = TypeVar("Shared", bound=Hashable)


def build_fleet(plants: Sequence[PvPlant]) -> Fleet:
    """Columns from plants, in their order. Raises a `FleetError` that names the first fault."""
    fleet = _columns(plants)
    check_fleet(fleet)
    return fleet


def _columns(plants: Sequence[PvPlant]) -> Fleet:
    pairs = [(number, array) for number, plant in enumerate(plants) for array in plant.arrays]

    def numbers(name: str) -> Floats:
        return np.array([getattr(plant, name) for plant in plants], dtype=float)

    def of_array(name: str) -> Floats:
        return np.array([getattr(array, name) for _, array in pairs], dtype=float)

    physics_index, physics = _shared([plant.physics for plant in plants])
    losses_index, losses = _shared([plant.losses or Losses.lumped(plant.losses_fraction) for plant in plants])
    horizon_index, horizons = _shared([tuple(plant.horizon_deg) for plant in plants])
    plane_index, planes = _shared([array.plane for _, array in pairs])
    return Fleet(
        plant_index=np.array([number for number, _ in pairs], dtype=np.int64),
        plane_index=plane_index,
        tilt_deg=of_array("tilt_deg"),
        azimuth_deg=of_array("azimuth_deg"),
        peak_power_w=of_array("peak_power_w"),
        latitude=numbers("latitude"),
        longitude=numbers("longitude"),
        altitude_m=numbers("altitude_m"),
        inverter_power_w=numbers("inverter_power_w"),
        age_years=numbers("age_years"),
        weather_index=np.array([plant.weather for plant in plants], dtype=np.int64),
        physics_index=physics_index,
        losses_index=losses_index,
        horizon_index=horizon_index,
        physics=physics,
        losses=losses,
        horizons=horizons,
        planes=planes,
    )


def _shared(values: Sequence[Shared]) -> tuple[Ints, tuple[Shared, ...]]:
    """Each value once, and for every plant the position of its own."""
    positions: dict[Shared, int] = {}
    index = [positions.setdefault(value, len(positions)) for value in values]
    return np.array(index, dtype=np.int64), tuple(positions)
