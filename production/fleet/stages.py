"""Where the energy goes, step by step, from the light on flat ground to the inverter's output."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd

from production.fleet.batches import (
    BLOCK_VALUES,
    Batch,
    Weathers,
    by_plant,
    check_given,
    check_planes,
    plan,
    weather_of,
)
from production.fleet.checking import check_fleet
from production.fleet.conversion import (
    REFERENCE_C,
    REFERENCE_W_M2,
    ac_power,
    cell_temperature,
    dc_power,
    unclipped_power,
)
from production.fleet.description import Fleet, Floats, Ints
from production.fleet.light import plane_light
from production.fleet.losses import MONTHS, Losses
from production.fleet.sky import Record, Sky, read_record, sky_over

LIGHT_STAGES = ("horizontal", "plane", "horizon", "reflection", "low_light", "temperature")
STAGES = (*LIGHT_STAGES, *Losses.items, "degradation", "inverter", "clipping")


@dataclass(frozen=True, slots=True, eq=False)
class LossStages:
    """Energy left after each stage, shape (stages, plants, 12) [Wh]; the last is the inverter's output.

    Light counts as what modules of the plant's peak power, as good as under standard conditions, would make
    of it.
    """

    names: tuple[str, ...]
    energy_wh: Floats

    def yearly(self) -> pd.DataFrame:
        """All months together [Wh]: rows the stages, columns the plants."""
        return pd.DataFrame(self.energy_wh.sum(axis=2), index=list(self.names))

    def monthly(self, plant: int) -> pd.DataFrame:
        """One plant [Wh]: rows the stages, columns the months 1 to 12."""
        months = pd.RangeIndex(1, MONTHS + 1, name="month")
        return pd.DataFrame(self.energy_wh[:, plant, :], index=list(self.names), columns=months)


def loss_stages(fleet: Fleet, weather: Weathers, interval: timedelta) -> LossStages:
    """Energy of each plant after each of `STAGES`, by month of standard time (UTC+1).

    Raises FleetError, weather.WeatherError before any computation of what is wrong.
    """
    check_fleet(fleet)
    check_given(fleet, weather)
    found = np.zeros((len(STAGES), fleet.plant_count, MONTHS))
    record: Record | None = None
    weather_at = -1
    for batch in plan(fleet):
        if record is None or batch.weather != weather_at:
            record = read_record(weather_of(weather, batch.weather), interval, record)
            weather_at = batch.weather
        check_planes(batch.fleet, record)
        if record.lit.any():
            sky = sky_over(batch.place, record, batch.physics.transposition)
            found[:, batch.plants] = _batch_stages(batch, sky) * (interval / timedelta(hours=1))
    return LossStages(STAGES, found)


def _batch_stages(batch: Batch, sky: Sky) -> Floats:
    """Sums of power by month, shape (stages, plants, 12) [W]."""
    fleet = batch.fleet
    found = np.empty((len(STAGES), fleet.plant_count, MONTHS))
    block = max(1, BLOCK_VALUES // len(sky.ghi))
    owners = np.searchsorted(fleet.plant_index, np.arange(fleet.plant_count + 1))
    for first in range(0, fleet.plant_count, block):
        plants = np.arange(first, min(first + block, fleet.plant_count))
        arrays = np.arange(owners[plants[0]], owners[plants[-1] + 1])
        found[:, plants] = _plants_stages(batch, sky, plants, arrays)
    return found


def _plants_stages(batch: Batch, sky: Sky, plants: Ints, arrays: Ints) -> Floats:
    fleet, physics, month = batch.fleet, batch.physics, sky.record.month
    owners = fleet.plant_index[arrays] - plants[0]
    light, voltage = _light_stages(batch, sky, owners, arrays)
    dc_w = light[-1]
    stages = [_by_month(power, month) for power in light]
    for kept in np.moveaxis(np.stack([fleet.losses[n].kept() for n in fleet.losses_index[plants]]), 1, 0):
        stages.append(stages[-1] * kept)
    stages.append(stages[-1] * fleet.kept_at_age()[plants, None])
    dc_w = dc_w * fleet.kept_by_month()[plants][:, month]
    rated_w = fleet.inverter_power_w[plants, None]
    ac_w = [power(dc_w, voltage, rated_w, physics) for power in (unclipped_power, ac_power)]
    return np.stack([*stages, *(_by_month(power, month) for power in ac_w)])


def _light_stages(batch: Batch, sky: Sky, owners: Ints, arrays: Ints) -> tuple[list[Floats], Floats | None]:
    """Power by plant after each of LIGHT_STAGES, shape (plants, lit) [W], and the voltage at last [1]."""
    fleet, physics = batch.fleet, batch.physics
    peak = fleet.peak_power_w[arrays, None]
    plane, effective = plane_light(fleet, arrays, sky, physics)
    open_plane, _ = plane_light(fleet, arrays, sky, physics, with_horizon=False)
    flat = np.broadcast_to(sky.ghi, plane.shape)
    dim, _ = dc_power(effective, REFERENCE_C, peak, physics)
    warm, voltage = dc_power(effective, cell_temperature(plane, sky, physics), peak, physics)
    bright = [light * (peak / REFERENCE_W_M2) for light in (flat, open_plane, plane, effective)]
    found = [by_plant(owners, power, None)[0] for power in (*bright, dim)]
    dc_w, voltage = by_plant(owners, warm, voltage)
    return [*found, dc_w], voltage


def _by_month(power: Floats, month: Ints) -> Floats:
    """Sums over the instants of each month, shape (plants, 12) [W]."""
    return np.stack([np.bincount(month, row, MONTHS) for row in power])
