"""Expected yield of a whole fleet at once, on pvlib's functions; one plant is the fleet of one.

Chain, at the middle of each interval: sun, Erbs-Driesse where beam or diffuse is missing, Perez-Driesse (or
Hay-Davies) on the plane, incidence-angle modifier on every part of the light (physical; Marion on the
diffuse), Faiman cell temperature, PVWatts DC, losses, PVWatts inverter with clipping, energy. What is the
same for all arrays of a place (sun, sky) is computed once; arrays then stream in blocks small enough for the
processor's cache, over the lit intervals only. ``docs/algorithms/expected-yield.md``: formulas and sources.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import numpy as np
import pandas as pd
from pvlib import iam, inverter, irradiance, pvsystem, solarposition, temperature

from production.fleet.description import Fleet, Floats, Ints, Physics, check_fleet
from production.weather import check_weather

BLOCK_VALUES = 2**15  # numbers in one temporary of a block: 256 kB, so that the chain stays in the cache
# Plants within one such square see the same sun: 0.025° is six seconds of the sun's course.
SUN_CELL_DEG = 0.05
IAM_STEPS = 8192  # of the cosine of incidence: the nearest step is within 0.0003 wherever light matters
TILT_GRID = np.arange(0.0, 91.0)  # [°]
# A third of pvlib's default steps: within 0.0002 for the sky, 30 ms instead of a second for the first plant.
MARION_STEPS = {"sky": 60, "horizon": 450, "ground": 60}


def expected_energy_wh(
    fleet: Fleet, weather: pd.DataFrame, interval: timedelta, physics: Physics | None = None
) -> pd.DataFrame:
    """Energy at the inverter's output, index the weather's UTC starts, one column a plant [Wh].

    weather: see `production.weather`, one regular series at step ``interval`` for the whole fleet.
    Raises FleetError, weather.WeatherError before any computation.
    """
    check_fleet(fleet)
    check_weather(weather, interval)
    step = pd.Timedelta(interval)
    columns = {name: weather[name].to_numpy(dtype=float) for name in ("ghi", "dni", "dhi") if name in weather}
    lit = np.any([values > 0 for values in columns.values()], axis=0)
    energy, physics = np.zeros((fleet.plant_count, len(weather))), physics or Physics()
    for plants in _sun_cells(fleet) if lit.any() else ():
        sky = _sky(fleet, plants, weather[lit], step, physics)
        power_w = _plant_power(fleet, plants, sky, physics)
        energy[np.ix_(plants, np.flatnonzero(lit))] = power_w * (step / pd.Timedelta(hours=1))
    return pd.DataFrame(energy.T, index=weather.index, columns=pd.RangeIndex(fleet.plant_count, name="plant"))


@dataclass(frozen=True, slots=True, eq=False)
class _Sky:
    """What every array of a place shares, shape (lit intervals,).

    The sun as a unit vector east, north, up [1]; dni, ghi and the parts of the diffuse light as
    `_diffuse_parts` gives them [W/m²]; temp_air [°C]; wind_speed at the modules [m/s].
    """

    east: Floats
    north: Floats
    up: Floats
    dni: Floats
    ghi: Floats
    isotropic: Floats
    circumsolar: Floats
    horizon: Floats
    temp_air: Floats
    wind_speed: Floats


def _sun_cells(fleet: Fleet) -> Iterator[Ints]:
    """Groups of plants that may share one sun."""
    places = np.column_stack([fleet.latitude, fleet.longitude])
    _, cell = np.unique(np.round(places / SUN_CELL_DEG), axis=0, return_inverse=True)
    order = np.argsort(cell, kind="stable")
    yield from np.split(order, np.flatnonzero(np.diff(cell[order])) + 1)


def _sky(fleet: Fleet, plants: Ints, lit: pd.DataFrame, step: pd.Timedelta, physics: Physics) -> _Sky:
    middle = pd.DatetimeIndex(lit.index) + step / 2
    place = (fleet.latitude[plants].mean(), fleet.longitude[plants].mean())
    sun = solarposition.get_solarposition(middle, *place, altitude=fleet.altitude_m[plants].mean())
    zenith, azimuth = sun["apparent_zenith"].to_numpy(), sun["azimuth"].to_numpy()
    # pandas 3.1 warns of what pvlib 0.16 asks a DatetimeIndex, so pvlib gets the day of the year
    normal = np.asarray(irradiance.get_extra_radiation(middle.day_of_year.to_numpy()), dtype=float)
    ghi, dni, dhi = _components(lit, sun["zenith"].to_numpy(), normal)
    isotropic, circumsolar, horizon = _diffuse_parts(dhi, dni, normal, zenith, azimuth, physics)
    theta, phi = np.radians(zenith), np.radians(azimuth)
    return _Sky(
        east=np.sin(theta) * np.sin(phi),
        north=np.sin(theta) * np.cos(phi),
        up=np.cos(theta),
        dni=dni,
        ghi=ghi,
        isotropic=isotropic,
        circumsolar=circumsolar,
        horizon=horizon,
        temp_air=lit["temp_air"].to_numpy(dtype=float),
        wind_speed=lit["wind_speed"].to_numpy(dtype=float) * physics.wind_factor,
    )


def _diffuse_parts(
    dhi: Floats, dni: Floats, normal: Floats, zenith: Floats, azimuth: Floats, physics: Physics
) -> tuple[Floats, Floats, Floats]:
    """Isotropic, circumsolar and horizon light [W/m²], each before the factor of the plane.

    The plane multiplies them by 1 + cos(tilt), cos(incidence) and sin(tilt). pvlib is asked once, for a
    vertical plane, where each part stands alone: a thousand orientations cost no second call.
    """
    if physics.transposition == "hay-davies":
        parts = irradiance.haydavies(90.0, azimuth, dhi, dni, normal, zenith, azimuth, return_components=True)
        lowest, horizon = 0.01745, np.zeros_like(dhi)  # pvlib's own floor of the sun's height in this model
    else:
        parts = irradiance.perez_driesse(
            90.0, azimuth, dhi, dni, normal, zenith, azimuth, return_components=True
        )
        lowest, horizon = np.cos(np.radians(85)), parts["poa_horizon"]
    isotropic = parts["poa_isotropic"]
    return isotropic, (dhi - 2 * isotropic) / np.maximum(np.cos(np.radians(zenith)), lowest), horizon


def _components(lit: pd.DataFrame, zenith: Floats, normal: Floats) -> tuple[Floats, Floats, Floats]:
    """Global, beam and diffuse [W/m²]; by Erbs-Driesse from the global one unless all are known."""

    def known(name: str) -> Floats:
        # at night a sensor shows a little less than nothing
        return np.asarray(np.maximum(lit[name].to_numpy(dtype=np.float64), 0.0))

    if "dhi" in lit and "dni" in lit:
        return known("ghi"), known("dni"), known("dhi")
    split = irradiance.erbs_driesse(known("ghi"), zenith, dni_extra=normal)
    return known("ghi"), np.asarray(split["dni"]), np.asarray(split["dhi"])


def _plant_power(fleet: Fleet, plants: Ints, sky: _Sky, physics: Physics) -> Floats:
    """AC power of some plants, shape (plants, lit intervals) [W]."""
    row_of = np.full(fleet.plant_count, -1, dtype=np.int64)
    row_of[plants] = np.arange(len(plants))
    members = np.flatnonzero(row_of[fleet.plant_index] >= 0)
    dc_w = np.zeros((len(plants), len(sky.ghi)))
    block = max(1, BLOCK_VALUES // max(1, len(sky.ghi)))
    for first in range(0, len(members), block):
        arrays = members[first : first + block]
        power = _array_power(fleet, arrays, sky, physics)
        for array, watts in zip(arrays, power, strict=True):
            dc_w[row_of[fleet.plant_index[array]]] += watts
    for first in range(0, len(plants), block):
        rows = slice(first, first + block)
        dc_w[rows] = _inverter_power(fleet, plants[rows], dc_w[rows], physics)
    return dc_w


def _array_power(fleet: Fleet, arrays: Ints, sky: _Sky, physics: Physics) -> Floats:
    """DC power before losses, shape (arrays, lit intervals) [W]."""
    plane, effective = _plane_irradiance(fleet.tilt_deg[arrays], fleet.azimuth_deg[arrays], sky, physics)
    cell_c = temperature.faiman(plane, sky.temp_air, sky.wind_speed, physics.faiman_u0, physics.faiman_u1)
    return np.asarray(
        pvsystem.pvwatts_dc(effective, cell_c, fleet.peak_power_w[arrays, None], physics.gamma_per_k)
    )


def _plane_irradiance(
    tilt_deg: Floats, azimuth_deg: Floats, sky: _Sky, physics: Physics
) -> tuple[Floats, Floats]:
    """Irradiance that heats and irradiance that converts, both of shape (arrays, lit intervals) [W/m²]."""
    tilt, azimuth = np.radians(tilt_deg)[:, None], np.radians(azimuth_deg)[:, None]
    cosine = np.sin(tilt) * np.sin(azimuth) * sky.east + np.sin(tilt) * np.cos(azimuth) * sky.north
    cosine += np.cos(tilt) * sky.up
    cosine = np.clip(cosine, 0.0, 1.0)
    directed = (sky.dni + sky.circumsolar) * cosine
    isotropic, band = sky.isotropic * (1 + np.cos(tilt)), sky.horizon * np.sin(tilt)
    ground = sky.ghi * (physics.albedo * (1 - np.cos(tilt)) / 2)
    plane = np.maximum(directed + isotropic + band, 0.0) + ground
    beam_iam = _beam_iam()[(cosine * IAM_STEPS + 0.5).astype(np.int32)]
    if not physics.diffuse_iam:
        beam = sky.dni * cosine
        return plane, plane + beam * (beam_iam - 1)
    sky_iam, horizon_iam, ground_iam = (
        np.interp(tilt, np.radians(TILT_GRID), part) for part in _diffuse_iam()
    )
    effective = directed * beam_iam + isotropic * sky_iam + band * horizon_iam + ground * ground_iam
    return plane, np.maximum(effective, 0.0)


def _inverter_power(fleet: Fleet, plants: Ints, dc_w: Floats, physics: Physics) -> Floats:
    """AC power after losses and clipping, shape (plants, lit intervals) [W]."""
    limit_w = fleet.inverter_power_w[plants, None] / physics.inverter_efficiency
    kept = 1 - fleet.losses_fraction[plants, None]
    return np.asarray(inverter.pvwatts(np.maximum(dc_w * kept, 0.0), limit_w, physics.inverter_efficiency))


@cache
def _beam_iam() -> Floats:
    """Physical modifier (De Soto et al. 2006) by cosine of incidence, shape (IAM_STEPS + 1,) [1]."""
    incidence = np.degrees(np.arccos(np.linspace(0.0, 1.0, IAM_STEPS + 1)))
    return np.nan_to_num(np.asarray(iam.physical(incidence), dtype=np.float64))


@cache
def _diffuse_iam() -> tuple[Floats, Floats, Floats]:
    """Marion's (2017) modifiers for sky, horizon and ground by tilt, shape of `TILT_GRID` [1]."""
    sky, horizon, ground = (
        np.asarray(iam.marion_integrate(iam.physical, TILT_GRID, region, count), dtype=np.float64)
        for region, count in MARION_STEPS.items()
    )
    return sky, horizon, ground
