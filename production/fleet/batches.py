"""A fleet cut into batches that share weather, sun and physics, and the chain for one of them.

A batch carries all it needs, so that it computes the same here and on a cluster. Arrays stream in blocks
small enough for the processor's cache, over the lit intervals only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd

from production.fleet.conversion import ac_power, cell_temperature, dc_power
from production.fleet.description import Fleet, Floats, Ints, take
from production.fleet.errors import UnknownWeather
from production.fleet.light import plane_light
from production.fleet.physics import Physics
from production.fleet.sky import Record, Sky, read_record, sky_over
from production.fleet.sun import Place
from production.weather import PLANE, MissingColumn

BLOCK_VALUES = 2**15  # numbers in one temporary of a block: 256 kB, so that the chain stays in the cache
BLOCK_PLANTS = 200  # of one answer of the stream: 14 MB a year of hours
# Plants within one such square see the same sun: 0.025° is six seconds of the sun's course.
SUN_CELL_DEG = 0.05
Weathers = pd.DataFrame | Sequence[pd.DataFrame] | Mapping[int, pd.DataFrame] | Callable[[int], pd.DataFrame]


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Plants computed together: of one weather, one sun, one physics. plants: positions in the fleet."""

    fleet: Fleet
    plants: Ints
    weather: int
    place: Place
    physics: Physics


@dataclass(frozen=True, slots=True, eq=False)
class EnergyBlock:
    """Some plants' energy [Wh]: index UTC starts, columns their positions in the fleet."""

    plants: Ints
    energy_wh: pd.DataFrame


def plan(fleet: Fleet, block_plants: int = BLOCK_PLANTS) -> Iterator[Batch]:
    """Batches of at most ``block_plants`` plants: weather by weather, place by place."""
    order = np.argsort(fleet.plant_index, kind="stable")
    owners = fleet.plant_index[order]
    square = np.round(np.column_stack([fleet.latitude, fleet.longitude]) / SUN_CELL_DEG)
    _, cell = np.unique(np.column_stack([fleet.weather_index, square]), axis=0, return_inverse=True)
    for members in _groups(cell.ravel()):
        place = (
            float(fleet.latitude[members].mean()),
            float(fleet.longitude[members].mean()),
            float(fleet.altitude_m[members].mean()),
        )
        for alike in _groups(fleet.physics_index[members]):
            for first in range(0, len(alike), block_plants):
                plants = members[alike[first : first + block_plants]]
                starts, ends = np.searchsorted(owners, plants), np.searchsorted(owners, plants, "right")
                arrays = np.concatenate([order[a:b] for a, b in zip(starts, ends, strict=True)])
                physics = fleet.physics[int(fleet.physics_index[plants[0]])]
                weather = int(fleet.weather_index[plants[0]])
                yield Batch(take(fleet, plants, arrays), plants, weather, place, physics)


def run_here(batches: Iterator[Batch], weather: Weathers, interval: timedelta) -> Iterator[EnergyBlock]:
    """Compute batches one after the other; what neighbours share is kept for the next."""
    record: Record | None = None
    sky: Sky | None = None
    weather_at, sky_at = -1, ((0.0, 0.0, 0.0), "")
    for batch in batches:
        if record is None or batch.weather != weather_at:
            record = read_record(weather_of(weather, batch.weather), interval, record)
            weather_at, sky = batch.weather, None
        if sky is None or sky_at != (batch.place, batch.physics.transposition):
            sky_at = (batch.place, batch.physics.transposition)
            sky = sky_over(batch.place, record, batch.physics.transposition)
        yield EnergyBlock(batch.plants, batch_energy(batch, sky, interval))


def batch_energy(batch: Batch, sky: Sky, interval: timedelta) -> pd.DataFrame:
    """Energy of a batch's plants [Wh]: index UTC starts, columns their positions in the fleet."""
    record = sky.record
    check_planes(batch.fleet, record)
    energy = np.zeros((len(batch.plants), len(record.times)))
    if record.lit.any():
        energy[:, record.lit] = plant_power(batch.fleet, sky, batch.physics) * (interval / timedelta(hours=1))
    return pd.DataFrame(energy.T, index=record.times, columns=batch.plants)


def plant_power(fleet: Fleet, sky: Sky, physics: Physics) -> Floats:
    """AC power of plants of one place and one physics, shape (plants, lit) [W]."""
    count, lit = fleet.plant_count, len(sky.ghi)
    ac_w = np.empty((count, lit))
    months = fleet.kept_by_month()
    kept = months[:, sky.record.month] if _is_seasonal(fleet) else months[:, :1]
    owners = np.searchsorted(fleet.plant_index, np.arange(count + 1))
    for plants in _spans(owners, max(1, BLOCK_VALUES // max(1, lit))):
        arrays = np.arange(owners[plants.start], owners[plants.stop])
        dc_w, voltage = _plants_dc(fleet, arrays, plants, sky, physics)
        rated_w = fleet.inverter_power_w[plants, None]
        ac_w[plants] = ac_power(dc_w * kept[plants], voltage, rated_w, physics)
    return ac_w


def _plants_dc(
    fleet: Fleet, arrays: Ints, plants: slice, sky: Sky, physics: Physics
) -> tuple[Floats, Floats | None]:
    """DC power of a span of plants before losses [W] and their voltage, each array's by its power [1]."""
    plane, effective = plane_light(fleet, arrays, sky, physics)
    cell_c = cell_temperature(plane, sky, physics)
    power, voltage = dc_power(effective, cell_c, fleet.peak_power_w[arrays, None], physics)
    return by_plant(fleet.plant_index[arrays] - plants.start, power, voltage)


def by_plant(owners: Ints, power: Floats, voltage: Floats | None) -> tuple[Floats, Floats | None]:
    """Arrays joined at their inverters: power [W] adds up, voltage [1] is the power's mean.

    owners: row of each array's plant, ascending.
    """
    if len(owners) == owners[-1] + 1:
        return power, voltage
    firsts = np.flatnonzero(np.diff(owners, prepend=-1))
    total = np.add.reduceat(power, firsts, axis=0)
    if voltage is None:
        return total, None
    weighted = np.add.reduceat(power * voltage, firsts, axis=0)
    return total, np.divide(weighted, total, out=np.ones_like(total), where=total > 0)


def check_given(fleet: Fleet, weather: Weathers) -> None:
    """Raise UnknownWeather where a plant asks for a weather that is not there."""
    if isinstance(weather, Mapping):
        missing = [number for number in fleet.weather_index.tolist() if number not in weather]
    elif isinstance(weather, Sequence):
        missing = fleet.weather_index[fleet.weather_index >= len(weather)].tolist()
    else:
        missing = []
    if missing:
        raise UnknownWeather(f"a plant asks for weather {missing[0]}, which was not given")


def check_planes(fleet: Fleet, record: Record) -> None:
    """Raise weather.MissingColumn where a weather with plane sensors has none in a plane an array names."""
    named = {fleet.planes[number] for number in fleet.plane_index.tolist()} - {""}
    served = not record.sensed or "" in record.sensed
    missing = [] if served else sorted(named - record.sensed)
    if missing:
        raise MissingColumn(f"the weather has no column {PLANE}_{missing[0]}")


def weather_of(weather: Weathers, number: int) -> pd.DataFrame:
    """The weather of that number."""
    if isinstance(weather, pd.DataFrame):
        return weather
    return weather(number) if callable(weather) else weather[number]


def _is_seasonal(fleet: Fleet) -> bool:
    return any(isinstance(getattr(losses, n), tuple) for losses in fleet.losses for n in losses.items)


def _groups(index: Ints) -> Iterator[Ints]:
    """Positions of equal values, value by value, each group in ascending order."""
    order = np.argsort(index, kind="stable")
    yield from np.split(order, np.flatnonzero(np.diff(index[order])) + 1)


def _spans(owners: Ints, most_arrays: int) -> Iterator[slice]:
    """Runs of plants with about ``most_arrays`` arrays, at least one plant each."""
    first, count = 0, len(owners) - 1
    while first < count:
        last = int(np.searchsorted(owners, owners[first] + most_arrays, "right")) - 1
        last = min(max(last, first + 1), count)
        yield slice(first, last)
        first = last
