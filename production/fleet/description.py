"""What the yield engine is told: plants and arrays, as objects or as the columns of a fleet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from production.fleet.horizon import Profile
from production.fleet.losses import Losses
from production.fleet.physics import Physics

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
DEFAULT_PHYSICS = Physics()
Shared = TypeVar("Shared")


@dataclass(frozen=True, slots=True)
class PvArray:
    """Modules of one orientation: tilt 0 flat, azimuth 180 south [°], power under standard conditions [W].

    plane: name of the plane, where a sensor lies in it: weather column ``poa_global_<plane>``.
    """

    tilt_deg: float
    azimuth_deg: float
    peak_power_w: float
    plane: str = ""


@dataclass(frozen=True, slots=True)
class PvPlant:
    """Arrays behind one inverter: latitude, longitude [°], altitude [m], AC rating [W].

    losses_fraction [1]: all losses in one figure, unless `losses` itemises them. horizon_deg: heights of the
    horizon [°], evenly spaced clockwise from north. age_years [a]: age at the middle of what is computed.
    weather: number of its weather among those given.
    """

    latitude: float
    longitude: float
    altitude_m: float
    inverter_power_w: float
    arrays: tuple[PvArray, ...]
    losses_fraction: float = 0.14
    losses: Losses | None = None
    physics: Physics = DEFAULT_PHYSICS
    horizon_deg: Profile = ()
    age_years: float = 0.0
    weather: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Fleet:
    """Arrays and plants as columns; what plants share stands once and is pointed at.

    Per array, shape (arrays,): plant_index, plane_index into `planes`, tilt_deg [°], azimuth_deg [°, 180
    south], peak_power_w [W]. Per plant, shape (plants,): latitude, longitude [°], altitude_m [m],
    inverter_power_w [W], age_years [a], weather_index, and physics_index, losses_index, horizon_index into
    `physics`, `losses`, `horizons`.
    """

    plant_index: Ints
    plane_index: Ints
    tilt_deg: Floats
    azimuth_deg: Floats
    peak_power_w: Floats
    latitude: Floats
    longitude: Floats
    altitude_m: Floats
    inverter_power_w: Floats
    age_years: Floats
    weather_index: Ints
    physics_index: Ints
    losses_index: Ints
    horizon_index: Ints
    physics: tuple[Physics, ...]
    losses: tuple[Losses, ...]
    horizons: tuple[Profile, ...]
    planes: tuple[str, ...]

    @property
    def plant_count(self) -> int:
        return len(self.latitude)

    def kept_by_month(self) -> Floats:
        """What losses and age leave of each plant's output, shape (plants, 12) [1]."""
        items = np.stack([np.prod(losses.kept(), axis=0) for losses in self.losses])
        return items[self.losses_index] * self.kept_at_age()[:, None]

    def kept_at_age(self) -> Floats:
        """What degradation alone leaves, shape (plants,) [1]."""
        pairs = zip(self.losses_index.tolist(), self.age_years.tolist(), strict=True)
        return np.array([self.losses[number].kept_at_age(age) for number, age in pairs])


PER_ARRAY = ("plant_index", "plane_index", "tilt_deg", "azimuth_deg", "peak_power_w")
PER_PLANT = (
    "latitude",
    "longitude",
    "altitude_m",
    "inverter_power_w",
    "age_years",
    "weather_index",
    "physics_index",
    "losses_index",
    "horizon_index",
)


def take(fleet: Fleet, plants: Ints, arrays: Ints) -> Fleet:
    """A fleet of some plants, in that order, and of their arrays (both as positions).

    It carries only what these plants share: a batch that carried what all others have, too, would make a
    fleet of many technical sheets quadratic.
    """
    row_of = np.full(fleet.plant_count, -1, dtype=np.int64)
    row_of[plants] = np.arange(len(plants))
    columns = {name: getattr(fleet, name)[arrays] for name in PER_ARRAY}
    columns |= {name: getattr(fleet, name)[plants] for name in PER_PLANT}
    columns["plant_index"] = row_of[columns["plant_index"]]
    physics, columns["physics_index"] = _used(fleet.physics, columns["physics_index"])
    losses, columns["losses_index"] = _used(fleet.losses, columns["losses_index"])
    horizons, columns["horizon_index"] = _used(fleet.horizons, columns["horizon_index"])
    return replace(fleet, physics=physics, losses=losses, horizons=horizons, **columns)


def _used(values: tuple[Shared, ...], index: Ints) -> tuple[tuple[Shared, ...], Ints]:
    """The values an index points at, and the index into them."""
    used, found = np.unique(index, return_inverse=True)
    return tuple(values[number] for number in used.tolist()), found.ravel()
