"""Expected yield of a whole fleet at once, on pvlib's functions; one plant is the fleet of one.

Chain, at the middle of each interval: sun, beam and diffuse, light on the plane, horizon, reflection, cell
temperature, modules, losses, inverter, energy; each plant with its own `Physics`. What is the same for all
arrays of a place (sun, sky) is computed once. ``docs/algorithms/expected-yield.md``: formulas and sources.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import pandas as pd

from production.fleet import cluster
from production.fleet.batches import BLOCK_PLANTS, EnergyBlock, Weathers, check_given, plan, run_here
from production.fleet.checking import check_fleet
from production.fleet.description import Fleet
from production.fleet.errors import UnknownWeather


def expected_energy_wh(fleet: Fleet, weather: Weathers, interval: timedelta) -> pd.DataFrame:
    """Energy at the inverter's output, index the weather's UTC starts, one column a plant [Wh].

    weather: see `production.weather`, regular at step ``interval``; one for all, or several which the plants'
    `weather` numbers choose from. Raises FleetError, weather.WeatherError before any computation of what is
    wrong.
    """
    times: pd.DatetimeIndex | None = None
    energy = np.empty((0, 0))
    for block in stream_energy_wh(fleet, weather, interval):
        found = pd.DatetimeIndex(block.energy_wh.index)
        if times is None:
            times, energy = found, np.zeros((fleet.plant_count, len(found)))
        if not times.equals(found):
            raise UnknownWeather("weathers differ in their times; stream them, or compute them apart")
        energy[block.plants] = block.energy_wh.to_numpy().T
    return pd.DataFrame(energy.T, index=times, columns=pd.RangeIndex(fleet.plant_count, name="plant"))


def stream_energy_wh(
    fleet: Fleet, weather: Weathers, interval: timedelta, *, block_plants: int = BLOCK_PLANTS
) -> Iterator[EnergyBlock]:
    """The same in blocks of at most ``block_plants`` plants, in no promised order; never more in memory.

    A callable weather is asked for each of its numbers once, when its turn comes, and forgotten. Beyond
    `cluster.CLUSTER_PLANTS` plants, blocks run on the Dask cluster of ``DASK_SCHEDULER_ADDRESS``.
    """
    check_fleet(fleet)
    check_given(fleet, weather)
    batches = plan(fleet, block_plants)
    if cluster.is_wanted(fleet):
        yield from cluster.run(batches, weather, interval)
    else:
        yield from run_here(batches, weather, interval)
