"""Light on each plane: what heats it and what the cells convert."""

from __future__ import annotations

from functools import cache

import numpy as np
from pvlib import iam

from production.fleet.description import Fleet, Floats, Ints
from production.fleet.horizon import height_at, kept_sky
from production.fleet.physics import Physics
from production.fleet.sky import Sky

IAM_STEPS = 8192  # of the cosine of incidence: the nearest step is within 0.0003 wherever light matters
TILT_GRID = np.arange(0.0, 91.0, 2.0)  # [°]; what lies between is interpolated, within 0.0001 for the sky
# A third of pvlib's default steps: within 0.0002 for the sky, 30 ms instead of a second for the first plant.
MARION_STEPS = {"sky": 60, "horizon": 450, "ground": 60}
LEAST_PASSED = 0.5  # a cell reads next to nothing at grazing light, which no division brings back
REFLECTIONS = {"physical": iam.physical, "ashrae": iam.ashrae}


def plane_light(
    fleet: Fleet, arrays: Ints, sky: Sky, physics: Physics, *, with_horizon: bool = True
) -> tuple[Floats, Floats]:
    """Irradiance that heats and irradiance that converts, both of shape (arrays, lit) [W/m²].

    Where a sensor lies in the plane, it says how much; the model only says of what the light is made, which
    decides on reflection. A reference cell has reflected already: what it reads is what converts.
    """
    tilt, azimuth = (
        np.radians(fleet.tilt_deg[arrays])[:, None],
        np.radians(fleet.azimuth_deg[arrays])[:, None],
    )
    cosine = np.sin(tilt) * np.sin(azimuth) * sky.east
    cosine += np.sin(tilt) * np.cos(azimuth) * sky.north
    cosine += np.cos(tilt) * sky.up
    np.clip(cosine, 0.0, 1.0, out=cosine)
    sun, kept = _horizon_factors(fleet, arrays, sky) if with_horizon else (None, None)
    seen = cosine if sun is None else cosine * sun
    share = 1.0 if kept is None else kept[:, None]
    isotropic, band = sky.isotropic * (share * (1 + np.cos(tilt))), sky.horizon * (share * np.sin(tilt))
    albedo = sky.record.columns.get("albedo", physics.albedo)
    ground = (sky.ghi * albedo) * ((1 - np.cos(tilt)) / 2)
    directed = (sky.dni + sky.circumsolar) * seen
    plane = np.maximum(directed + isotropic + band, 0.0)
    plane += ground
    modifier = _beam_iam(physics.reflection)[(cosine * IAM_STEPS + 0.5).astype(np.int32)]
    if physics.diffuse_iam:
        parts = (directed * modifier, isotropic, band, ground)
        effective = _modified(parts, tilt, physics.reflection)
    else:
        effective = plane + sky.dni * seen * (modifier - 1)
    return _measured(fleet, arrays, sky, plane, effective)


def _modified(parts: tuple[Floats, ...], tilt: Floats, reflection: str) -> Floats:
    """What passes the glass; the directed part has passed it already."""
    directed, *others = parts
    for part, table in zip(others, _diffuse_iam(reflection), strict=True):
        directed += part * np.interp(tilt, np.radians(TILT_GRID), table)
    return np.maximum(directed, 0.0, out=directed)


def _horizon_factors(fleet: Fleet, arrays: Ints, sky: Sky) -> tuple[Floats | None, Floats | None]:
    """For each array, the sun seen (1) or hidden (0) at each instant, and the share of the sky seen."""
    owners = fleet.horizon_index[fleet.plant_index[arrays]]
    if not any(fleet.horizons[number] for number in np.unique(owners)):
        return None, None
    sun, kept = np.ones((len(arrays), len(sky.ghi))), np.ones(len(arrays))
    tilt, azimuth = np.radians(fleet.tilt_deg[arrays]), np.radians(fleet.azimuth_deg[arrays])
    for number in np.unique(owners):
        profile, rows = fleet.horizons[number], owners == number
        if profile:
            sun[rows] = np.degrees(sky.height) >= height_at(profile, sky.azimuth)
            kept[rows] = kept_sky(profile, tilt[rows], azimuth[rows])
    return sun, kept


def _measured(
    fleet: Fleet, arrays: Ints, sky: Sky, plane: Floats, effective: Floats
) -> tuple[Floats, Floats]:
    """Both lights as sensors saw them; a cell reads what converts, and what fell on its glass heats."""
    if not sky.record.sensed:
        return plane, effective
    passed = np.divide(effective, plane, out=np.ones_like(plane), where=plane > 1e-6)
    for row, name in enumerate(fleet.planes[number] for number in fleet.plane_index[arrays]):
        light, cell = sky.record.in_plane(name)
        if cell is not None:
            effective[row] = cell
            light = cell / np.maximum(passed[row], LEAST_PASSED) if light is None else light
        elif light is not None:
            effective[row] = light * passed[row]
        if light is not None:
            plane[row] = light
    return plane, effective


@cache
def _beam_iam(reflection: str) -> Floats:
    """Modifier by cosine of incidence, shape (IAM_STEPS + 1,) [1]: De Soto et al. (2006), or ASHRAE 93."""
    incidence = np.degrees(np.arccos(np.linspace(0.0, 1.0, IAM_STEPS + 1)))
    return np.nan_to_num(np.asarray(REFLECTIONS[reflection](incidence), dtype=np.float64))


@cache
def _diffuse_iam(reflection: str) -> tuple[Floats, Floats, Floats]:
    """Marion's (2017) modifiers for sky, horizon and ground by tilt, shape of `TILT_GRID` [1]."""
    sky, horizon, ground = (
        np.asarray(iam.marion_integrate(REFLECTIONS[reflection], TILT_GRID, region, count), dtype=np.float64)
        for region, count in MARION_STEPS.items()
    )
    return sky, horizon, ground
