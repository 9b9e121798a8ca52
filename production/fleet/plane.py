"""Light on the modules, step by step, and what the inverter's rating cuts: what performance ratios ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd

from production.fleet.batches import Batch, by_plant, check_given, check_planes, plan
from production.fleet.checking import check_fleet
from production.fleet.conversion import REFERENCE_C, ac_power, cell_temperature, dc_power, unclipped_power
from production.fleet.description import Fleet, Floats
from production.fleet.light import plane_light
from production.fleet.sky import Record, Sky, read_record, sky_over


@dataclass(frozen=True, slots=True, eq=False)
class PlaneSteps:
    """What fell on each plant's modules in each interval, shape (steps, plants); `start`: UTC starts.

    light_wh_m2: arrays weighed by their power [Wh/m²]; warm_light_wh_m2: the same times 1 + γ (T − 25 °C), T
    of the cells, IEC 61724-1's correction [Wh/m²]; clipped_wh: what an inverter without rating would have
    delivered besides [Wh].
    """

    start: pd.DatetimeIndex
    light_wh_m2: Floats
    warm_light_wh_m2: Floats
    clipped_wh: Floats

    @property
    def parts(self) -> tuple[Floats, Floats, Floats]:
        """The three, in the order they stand in."""
        return self.light_wh_m2, self.warm_light_wh_m2, self.clipped_wh


def plane_steps(fleet: Fleet, weather: pd.DataFrame, interval: timedelta) -> PlaneSteps:
    """Light and clipping of each plant under one weather, by the models of `expected_energy_wh`.

    Raises FleetError, weather.WeatherError before any computation of what is wrong.
    """
    check_fleet(fleet)
    check_given(fleet, weather)
    record: Record | None = None
    found = np.zeros((3, fleet.plant_count, len(weather)))
    for batch in plan(fleet):
        record = record or read_record(weather, interval, None)
        check_planes(batch.fleet, record)
        if record.lit.any():
            sky = sky_over(batch.place, record, batch.physics.transposition)
            values = _batch_steps(batch, sky) * (interval / timedelta(hours=1))
            found[:, batch.plants[:, None], np.flatnonzero(record.lit)] = values
    light, warm, clipped = (np.asarray(layer.T) for layer in found)
    return PlaneSteps(pd.DatetimeIndex(weather.index), light, warm, clipped)


def _batch_steps(batch: Batch, sky: Sky) -> Floats:
    """Light, light as warm cells convert it [W/m²], power clipped [W]; shape (3, plants, lit)."""
    fleet, physics = batch.fleet, batch.physics
    arrays = np.arange(len(fleet.plant_index))
    owners, peak = fleet.plant_index, fleet.peak_power_w[:, None]
    plane, effective = plane_light(fleet, arrays, sky, physics)
    cell_c = cell_temperature(plane, sky, physics)
    warm = plane * (1 + physics.gamma_per_k * (cell_c - REFERENCE_C))
    plant_peak = np.bincount(owners, fleet.peak_power_w, fleet.plant_count)[:, None]
    light = by_plant(owners, plane * peak, None)[0] / plant_peak
    warm_light = by_plant(owners, warm * peak, None)[0] / plant_peak
    power, voltage = dc_power(effective, cell_c, peak, physics)
    dc_w, voltage = by_plant(owners, power, voltage)
    dc_w = dc_w * fleet.kept_by_month()[:, sky.record.month]
    rated_w = fleet.inverter_power_w[:, None]
    free_w, held_w = (make(dc_w, voltage, rated_w, physics) for make in (unclipped_power, ac_power))
    return np.stack([light, warm_light, np.maximum(free_w - held_w, 0.0)])
