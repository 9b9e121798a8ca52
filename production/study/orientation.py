"""What other slopes and directions would yield in the same place: the heat map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from production.fleet import PvArray, PvPlant

TILTS_DEG = tuple(range(0, 91, 10))
AZIMUTHS_DEG = tuple(range(0, 360, 15))


@dataclass(frozen=True, slots=True)
class Mark:
    """One of the plant's own arrays on the map: its orientation [°], its share of the power and of the best
    orientation's yield [1]."""

    tilt_deg: float
    azimuth_deg: float
    power_share: float
    relative: float


@dataclass(frozen=True, slots=True)
class OrientationMap:
    """Yield of the whole power in one orientation, over that of the best one of the map [1].

    relative: a row for each tilt, a column for each azimuth. best_kwh_kwp: the best one's yield [kWh/kWp].
    """

    tilts_deg: tuple[int, ...]
    azimuths_deg: tuple[int, ...]
    relative: tuple[tuple[float, ...], ...]
    best_tilt_deg: int
    best_azimuth_deg: int
    best_kwh_kwp: float
    marks: tuple[Mark, ...]


def turned(plant: PvPlant) -> list[PvPlant]:
    """The plant in every orientation of the map, tilt by tilt, then in each of its own."""
    grid = [(float(tilt), float(azimuth)) for tilt in TILTS_DEG for azimuth in AZIMUTHS_DEG]
    own = [(array.tilt_deg, array.azimuth_deg) for array in plant.arrays]
    power = sum(array.peak_power_w for array in plant.arrays)
    return [replace(plant, arrays=(PvArray(tilt, azimuth, power),)) for tilt, azimuth in grid + own]


def orientation_map(plant: PvPlant, energy_wh: Sequence[float]) -> OrientationMap:
    """The map from the yearly energies [Wh] of `turned`, in its order."""
    columns, count = len(AZIMUTHS_DEG), len(TILTS_DEG) * len(AZIMUTHS_DEG)
    grid, own = energy_wh[:count], energy_wh[count:]
    best = max(range(count), key=lambda at: grid[at])
    most = grid[best] or 1.0  # in endless night every orientation is as good
    power = sum(array.peak_power_w for array in plant.arrays)
    rows = [tuple(wh / most for wh in grid[at : at + columns]) for at in range(0, count, columns)]
    marks = [
        Mark(array.tilt_deg, array.azimuth_deg, array.peak_power_w / power, wh / most)
        for array, wh in zip(plant.arrays, own, strict=True)
    ]
    return OrientationMap(
        tilts_deg=TILTS_DEG,
        azimuths_deg=AZIMUTHS_DEG,
        relative=tuple(rows),
        best_tilt_deg=TILTS_DEG[best // columns],
        best_azimuth_deg=AZIMUTHS_DEG[best % columns],
        best_kwh_kwp=grid[best] / power,
        marks=tuple(marks),
    )
