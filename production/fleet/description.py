"""What the yield engine is told: plants, arrays, losses, physics; checked before anything is computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class FleetError(ValueError):
    """A fleet nothing may be computed for."""


class EmptyFleet(FleetError):
    """No plant, no array, or columns of different lengths."""


class ArrayWithoutPower(FleetError):
    """A peak or inverter power that is not a positive number."""


class OrientationOutOfRange(FleetError):
    """A tilt outside 0° to 90° or an azimuth outside 0° to 360°."""


class InvalidPlace(FleetError):
    """Latitude, longitude or altitude no plant has."""


class LossesOutOfRange(FleetError):
    """A loss that is not a fraction from 0 to below 1."""


@dataclass(frozen=True, slots=True)
class Physics:
    """Parameters of the chain, each in its model's own terms.

    albedo [1]; gamma_per_k: power temperature coefficient [1/K] (Dobos 2014, "premium" module); faiman_u0
    [W/(m²·K)], faiman_u1 [W·s/(m³·K)] (Faiman 2008, open rack); wind_factor [1]: wind at the modules over
    wind at 10 m, 0.51 as in SAM's cell model (Gilman et al. 2018, NREL/TP-6A20-67399), 1 for a sensor on the
    roof; inverter_efficiency, nominal [1] (Dobos 2014); transposition: "perez-driesse" or "hay-davies";
    diffuse_iam: Marion's (2017) modifiers on diffuse light instead of none.
    """

    albedo: float = 0.2
    gamma_per_k: float = -0.0035
    faiman_u0: float = 25.0
    faiman_u1: float = 6.84
    wind_factor: float = 0.51
    inverter_efficiency: float = 0.96
    transposition: Literal["perez-driesse", "hay-davies"] = "perez-driesse"
    diffuse_iam: bool = True


@dataclass(frozen=True, slots=True)
class Losses:
    """Loss items [1], multiplied; defaults of PVWatts (Dobos 2014, NREL/TP-6A20-62641): 14.08 % in all."""

    soiling: float = 0.02
    shading: float = 0.03
    snow: float = 0.0
    mismatch: float = 0.02
    wiring: float = 0.02
    connections: float = 0.005
    light_induced: float = 0.015
    nameplate: float = 0.01
    age: float = 0.0
    availability: float = 0.03

    @property
    def fraction(self) -> float:
        """What is lost in all [1]: 1 - product of (1 - item)."""
        return float(1 - np.prod([1 - getattr(self, item.name) for item in fields(self)]))


@dataclass(frozen=True, slots=True)
class PvArray:
    """Modules of one orientation: tilt 0 flat, azimuth 180 south [°], power under standard conditions [W]."""

    tilt_deg: float
    azimuth_deg: float
    peak_power_w: float


@dataclass(frozen=True, slots=True)
class PvPlant:
    """Arrays behind one inverter: latitude, longitude [°], altitude [m], AC rating [W], losses [1]."""

    latitude: float
    longitude: float
    altitude_m: float
    inverter_power_w: float
    arrays: tuple[PvArray, ...]
    losses_fraction: float = 0.14


@dataclass(frozen=True, slots=True, eq=False)
class Fleet:
    """Arrays and plants as columns.

    Per array, shape (arrays,): plant_index, tilt_deg [°], azimuth_deg [°, 180 south], peak_power_w [W].
    Per plant, shape (plants,): latitude, longitude [°], altitude_m [m], inverter_power_w [W], losses_fraction
    [1].
    """

    plant_index: Ints
    tilt_deg: Floats
    azimuth_deg: Floats
    peak_power_w: Floats
    latitude: Floats
    longitude: Floats
    altitude_m: Floats
    inverter_power_w: Floats
    losses_fraction: Floats

    @property
    def plant_count(self) -> int:
        return len(self.latitude)


def build_fleet(plants: Sequence[PvPlant]) -> Fleet:
    """Columns from plants, in their order. Raises a `FleetError` that names the first fault."""
    pairs = [(number, array) for number, plant in enumerate(plants) for array in plant.arrays]

    def per_plant(name: str) -> Floats:
        return np.array([getattr(plant, name) for plant in plants], dtype=float)

    def per_array(name: str) -> Floats:
        return np.array([getattr(array, name) for _, array in pairs], dtype=float)

    fleet = Fleet(
        plant_index=np.array([number for number, _ in pairs], dtype=np.int64),
        tilt_deg=per_array("tilt_deg"),
        azimuth_deg=per_array("azimuth_deg"),
        peak_power_w=per_array("peak_power_w"),
        latitude=per_plant("latitude"),
        longitude=per_plant("longitude"),
        altitude_m=per_plant("altitude_m"),
        inverter_power_w=per_plant("inverter_power_w"),
        losses_fraction=per_plant("losses_fraction"),
    )
    check_fleet(fleet)
    return fleet


def check_fleet(fleet: Fleet) -> None:
    """Raise a `FleetError` that names the first fault, before anything is computed."""
    _check_shapes(fleet)
    _check_between(ArrayWithoutPower, "array", "peak power [W]", fleet.peak_power_w, 1e-3, 1e12)
    _check_between(ArrayWithoutPower, "plant", "inverter power [W]", fleet.inverter_power_w, 1e-3, 1e12)
    _check_between(OrientationOutOfRange, "array", "tilt [°]", fleet.tilt_deg, 0, 90)
    _check_between(OrientationOutOfRange, "array", "azimuth [°]", fleet.azimuth_deg, 0, 360)
    _check_between(InvalidPlace, "plant", "latitude [°]", fleet.latitude, -90, 90)
    _check_between(InvalidPlace, "plant", "longitude [°]", fleet.longitude, -180, 180)
    _check_between(InvalidPlace, "plant", "altitude [m]", fleet.altitude_m, -450, 6000)
    _check_between(LossesOutOfRange, "plant", "losses [1]", fleet.losses_fraction, 0, 0.999)
    unpowered = np.setdiff1d(np.arange(fleet.plant_count), fleet.plant_index)
    if unpowered.size:
        raise ArrayWithoutPower(f"plant {unpowered[0]} has no array")


def _check_shapes(fleet: Fleet) -> None:
    arrays = {
        len(column) for column in (fleet.plant_index, fleet.tilt_deg, fleet.azimuth_deg, fleet.peak_power_w)
    }
    places = (
        fleet.latitude,
        fleet.longitude,
        fleet.altitude_m,
        fleet.inverter_power_w,
        fleet.losses_fraction,
    )
    plants = {len(column) for column in places}
    if len(arrays) != 1 or len(plants) != 1 or plants == {0}:
        raise EmptyFleet(f"columns of {sorted(arrays)} arrays and {sorted(plants)} plants")
    if (
        len(fleet.plant_index)
        and not 0 <= fleet.plant_index.min() <= fleet.plant_index.max() < fleet.plant_count
    ):
        raise EmptyFleet(f"an array belongs to no plant of 0 to {fleet.plant_count - 1}")


def _check_between(
    error: type[FleetError], what: str, name: str, values: Floats, low: float, high: float
) -> None:
    good = (values >= low) & (values <= high)  # false for NaN
    if not good.all():
        first = int(np.argmin(good))
        raise error(f"{what} {first}: {name} is {values[first]:g}, not between {low:g} and {high:g}")
