"""A fleet's expected year: our engine against a loop over pvlib's ModelChain, same inputs, same run."""

from __future__ import annotations

import json
import time
import tracemalloc
import warnings
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
from pvlib import iam, irradiance, location, modelchain, pvsystem

from production import weather
from production.fleet import Physics, PvArray, PvPlant, build_fleet, expected_energy_wh

PLACE = (50.456, 2.795, 55.0)
PEER_PLANTS = 20
# ModelChain has no hook for diffuse modifiers; a detour of ours must not slow it, so both sides go without.
TIMED = Physics(diffuse_iam=False)
TOLERANCE = 1e-3
HOUR = timedelta(hours=1)
MODELCHAIN_NAMES = {"perez-driesse": "perez-driesse", "hay-davies": "haydavies"}


def run(scale: int = 200) -> dict[str, Any]:
    """Time ``scale`` plants of differing orientation and size over 8,760 hours: seconds, ratio, memory [MB].

    The loop is measured on at most 20 plants and scaled. Raises AssertionError where the energies differ by
    0.1 %.
    """
    data, _ = weather.get_typical_year(*PLACE)
    plants = _plants(scale)
    sample = plants[:PEER_PLANTS]
    fleet = build_fleet(plants)
    expected_energy_wh(build_fleet(plants[:1]), data, HOUR, TIMED)  # both sides start warm
    model_chain_energy_wh(plants[0], data, HOUR, TIMED)
    started = time.perf_counter()
    ours = expected_energy_wh(fleet, data, HOUR, TIMED)
    ours_s = time.perf_counter() - started
    started = time.perf_counter()
    theirs = [float(model_chain_energy_wh(plant, data, HOUR, TIMED).sum()) for plant in sample]
    peer_s = (time.perf_counter() - started) / len(sample) * scale
    worst = float(np.max(np.abs(ours.sum().to_numpy()[: len(sample)] / np.array(theirs) - 1)))
    assert worst < TOLERANCE, f"the energies differ by {worst:.2%}"
    return {
        "case": "fleet forecast",
        "done": f"{scale} plants, 8,760 hours, yearly energies within {worst:.4%} of ModelChain's; "
        f"its loop measured on {len(sample)} plants and scaled",
        "ours_s": ours_s,
        "peer": "pvlib ModelChain, one plant after the other",
        "peer_s": peer_s,
        "ratio": peer_s / ours_s,
        "target": "peer over ours, to be at least 60 at 1,000 plants",
        "peak_mb": _peak_mb(plants, data),
    }


def model_chain_energy_wh(
    plant: PvPlant, data: pd.DataFrame, interval: timedelta, physics: Physics
) -> pd.Series[float]:
    """The same chain through pvlib's ModelChain: energy of one plant by UTC interval start [Wh]."""
    assert not physics.diffuse_iam or physics.transposition == "perez-driesse", "no peer for that pair"
    middle = data.set_axis(pd.DatetimeIndex(data.index) + pd.Timedelta(interval) / 2)
    middle = middle.assign(wind_speed=middle["wind_speed"] * physics.wind_factor)
    chain = modelchain.ModelChain(
        _system(plant, physics),
        location.Location(plant.latitude, plant.longitude, "UTC", plant.altitude_m),
        dc_model="pvwatts",
        ac_model="pvwatts",
        aoi_model="physical",
        # ModelChain has no hook for diffuse light, so Marion's modifiers enter where a spectral factor would.
        spectral_model=_diffuse_factor if physics.diffuse_iam else "no_loss",
        temperature_model="faiman",
        losses_model=lambda chain: _apply_losses(chain, plant.losses_fraction),
        transposition_model=MODELCHAIN_NAMES[physics.transposition],
    )
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="DatetimeIndex.dayofyear")  # pvlib 0.16 with pandas 3.1
        chain.run_model(middle)
    return chain.results.ac.set_axis(data.index) * (interval / HOUR)


def _plants(count: int) -> list[PvPlant]:
    rng = np.random.default_rng(2019)
    tilts, azimuths = rng.uniform(5, 45, count), rng.uniform(90, 270, count)
    peaks = rng.uniform(9_000, 100_000, count)
    return [
        PvPlant(*PLACE, peak * 0.85, (PvArray(tilt, azimuth, peak),))
        for tilt, azimuth, peak in zip(tilts.tolist(), azimuths.tolist(), peaks.tolist(), strict=True)
    ]


def _system(plant: PvPlant, physics: Physics) -> pvsystem.PVSystem:
    arrays = [
        pvsystem.Array(
            pvsystem.FixedMount(array.tilt_deg, array.azimuth_deg),
            albedo=physics.albedo,
            module_parameters={"pdc0": array.peak_power_w, "gamma_pdc": physics.gamma_per_k},
            temperature_model_parameters={"u0": physics.faiman_u0, "u1": physics.faiman_u1},
        )
        for array in plant.arrays
    ]
    inverter = {
        "pdc0": plant.inverter_power_w / physics.inverter_efficiency,
        "eta_inv_nom": physics.inverter_efficiency,
    }
    return pvsystem.PVSystem(arrays=arrays, inverter_parameters=inverter)


def _tuple(results: Any) -> tuple[Any, ...]:
    return results if isinstance(results, tuple) else (results,)


def _apply_losses(chain: Any, fraction: float) -> None:
    for dc in _tuple(chain.results.dc):
        dc *= 1 - fraction


def _diffuse_factor(chain: Any) -> None:
    """What every part of the light keeps over what ModelChain would keep, as a spectral modifier."""
    results, factors = chain.results, []
    for array, light, beam in zip(
        chain.system.arrays, _tuple(results.total_irrad), _tuple(results.aoi_modifier), strict=True
    ):
        tilt, azimuth = array.mount.surface_tilt, array.mount.surface_azimuth
        sun, sky = results.solar_position, results.weather
        sky = sky[0] if isinstance(sky, tuple) else sky
        parts = irradiance.perez_driesse(
            tilt,
            azimuth,
            sky["dhi"],
            sky["dni"],
            irradiance.get_extra_radiation(sun.index),
            sun["apparent_zenith"],
            sun["azimuth"],
            return_components=True,
        )
        keep = iam.marion_diffuse("physical", tilt)
        kept = (light["poa_direct"] + parts["poa_circumsolar"]) * beam + parts["poa_isotropic"] * keep["sky"]
        kept += parts["poa_horizon"] * keep["horizon"] + light["poa_ground_diffuse"] * keep["ground"]
        plain = light["poa_direct"] * beam + light["poa_diffuse"]
        factors.append((kept.clip(lower=0) / plain.where(plain > 0, 1.0)).fillna(0.0))
    results.spectral_modifier = tuple(factors) if len(factors) > 1 else factors[0]


def _peak_mb(plants: list[PvPlant], data: pd.DataFrame) -> float:
    """Highest memory of our side [MB], in a run of its own: tracing slows what it measures."""
    tracemalloc.start()
    expected_energy_wh(build_fleet(plants), data, HOUR)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 1e6


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
