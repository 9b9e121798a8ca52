"""A fleet is looked over before anything is computed; the first fault is named."""

from __future__ import annotations

import numpy as np

from production.fleet.description import PER_ARRAY, PER_PLANT, Fleet, Floats
from production.fleet.errors import (
    ArrayWithoutPower,
    EmptyFleet,
    FleetError,
    InvalidPlace,
    LossesOutOfRange,
    OrientationOutOfRange,
    UnitsMixed,
    UnknownWeather,
)
from production.fleet.horizon import check_horizon
from production.fleet.losses import check_losses
from production.fleet.physics import check_physics

# Below a single module's power the figure is in kilowatts; a thousand times apart, one of both is.
LEAST_POWER_W, MOST_POWER_W, MOST_RATIO = 10.0, 1e10, 100.0


def check_fleet(fleet: Fleet) -> None:
    """Raise a `FleetError` that names the first fault, before anything is computed."""
    _check_shapes(fleet)
    _check_between(OrientationOutOfRange, "array", "tilt [°]", fleet.tilt_deg, 0, 90)
    _check_between(OrientationOutOfRange, "array", "azimuth [°]", fleet.azimuth_deg, 0, 360)
    _check_between(InvalidPlace, "plant", "latitude [°]", fleet.latitude, -90, 90)
    _check_between(InvalidPlace, "plant", "longitude [°]", fleet.longitude, -180, 180)
    _check_between(InvalidPlace, "plant", "altitude [m]", fleet.altitude_m, -450, 6000)
    _check_powers(fleet)
    _check_between(LossesOutOfRange, "plant", "age [a]", fleet.age_years, 0, 100)
    for plant, losses in _first_plants(fleet.losses_index):
        check_losses(fleet.losses[losses], plant)
    for plant, horizon in _first_plants(fleet.horizon_index):
        check_horizon(fleet.horizons[horizon], plant)
    for _, physics in _first_plants(fleet.physics_index):
        check_physics(fleet.physics[physics])
    fleet.kept_at_age()  # raises where nothing is left


def _first_plants(index: np.ndarray[tuple[int], np.dtype[np.int64]]) -> list[tuple[int, int]]:
    """Of what plants share: the first plant that has it, and its position."""
    values, plants = np.unique(index, return_index=True)
    return sorted(zip(plants.tolist(), values.tolist(), strict=True))


def _check_shapes(fleet: Fleet) -> None:
    arrays = {len(getattr(fleet, name)) for name in PER_ARRAY}
    plants = {len(getattr(fleet, name)) for name in PER_PLANT}
    if len(arrays) != 1 or len(plants) != 1 or plants == {0}:
        raise EmptyFleet(f"columns of {sorted(arrays)} arrays and {sorted(plants)} plants")
    owners = fleet.plant_index
    if len(owners) and not 0 <= owners.min() <= owners.max() < fleet.plant_count:
        raise EmptyFleet(f"an array belongs to no plant of 0 to {fleet.plant_count - 1}")
    shared = {"physics": fleet.physics_index, "losses": fleet.losses_index, "horizons": fleet.horizon_index}
    for name, index in shared.items():
        if not 0 <= index.min() <= index.max() < len(getattr(fleet, name)):
            raise EmptyFleet(f"a plant points at no {name} of 0 to {len(getattr(fleet, name)) - 1}")
    if fleet.weather_index.min() < 0:
        raise UnknownWeather(f"plant {int(fleet.weather_index.argmin())} has a weather before the first")


def _check_powers(fleet: Fleet) -> None:
    powers = {
        "array": ("peak power [W]", fleet.peak_power_w),
        "plant": ("inverter power [W]", fleet.inverter_power_w),
    }
    for what, (name, watts) in powers.items():
        _check_between(ArrayWithoutPower, what, name, watts, LEAST_POWER_W, MOST_POWER_W)
    unpowered = np.setdiff1d(np.arange(fleet.plant_count), fleet.plant_index)
    if unpowered.size:
        raise ArrayWithoutPower(f"plant {unpowered[0]} has no array")
    peak = np.bincount(fleet.plant_index, fleet.peak_power_w, fleet.plant_count)
    ratio = peak / fleet.inverter_power_w
    mixed = np.flatnonzero((ratio > MOST_RATIO) | (ratio < 1 / MOST_RATIO))
    if mixed.size:
        first = mixed[0]
        raise UnitsMixed(
            f"plant {first}: {peak[first]:g} W of modules, {fleet.inverter_power_w[first]:g} W of inverter; "
            "was one of both given in kW?"
        )


def _check_between(
    error: type[FleetError], what: str, name: str, values: Floats, low: float, high: float
) -> None:
    good = (values >= low) & (values <= high)  # false for NaN
    if not good.all():
        first = int(np.argmin(good))
        raise error(f"{what} {first}: {name} is {values[first]:g}, not between {low:g} and {high:g}")
