"""The same plants through other people's engines: pvlib's ModelChain and, if installed, NREL's PVWatts 8."""

from __future__ import annotations

import warnings
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
from pvlib import iam, inverter, irradiance, location, modelchain, pvarray, pvsystem, temperature

from production.fleet import Losses, Physics, PvArray, PvPlant
from production.fleet.catalogue import find_inverter, find_module

HOUR = timedelta(hours=1)
MODELCHAIN_NAMES = {"perez-driesse": "perez-driesse", "hay-davies": "haydavies"}
# (k1, k2) of pvlib.pvarray.huld, from the papers `Physics` names.
HULD = {"huld-2025": (-0.0067560, -0.016444), "huld-2011": (-0.017237, -0.040465)}


def model_chain_energy_wh(plant: PvPlant, data: pd.DataFrame, interval: timedelta) -> pd.Series[float]:
    """The same chain through pvlib's ModelChain: energy of one plant by UTC interval start [Wh]."""
    physics = plant.physics
    middle = data.set_axis(pd.DatetimeIndex(data.index) + pd.Timedelta(interval) / 2)
    if physics.temperature != "sapm":
        middle = middle.assign(wind_speed=middle["wind_speed"] * physics.wind_factor)
    chain = modelchain.ModelChain(
        _system(plant),
        location.Location(plant.latitude, plant.longitude, "UTC", plant.altitude_m),
        dc_model="cec" if physics.module else lambda chain: _pvwatts_dc(chain, physics),
        ac_model=lambda chain: _ac(chain, plant),
        aoi_model=physics.reflection,
        # ModelChain has no hook for diffuse light, so Marion's modifiers enter where a spectral factor would.
        spectral_model=(lambda chain: _diffuse_factor(chain, physics)) if physics.diffuse_iam else "no_loss",
        temperature_model=physics.temperature,
        losses_model=lambda chain: _apply_losses(chain, plant),
        transposition_model=MODELCHAIN_NAMES[physics.transposition],
    )
    # pvlib divides nought by nought at night when it solves a diode.
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        warnings.filterwarnings("ignore", message="DatetimeIndex.dayofyear")  # pvlib 0.16 with pandas 3.1
        chain.run_model(middle)
    # What an inverter takes at night is the building's consumption, not the plant's output.
    return chain.results.ac.clip(lower=0).fillna(0).set_axis(data.index) * (interval / HOUR)


def pvwatts_v8(
    plant: PvPlant, data: pd.DataFrame, *, module_type: int = 0, array_type: int = 1
) -> dict[str, Any]:
    """PVWatts 8 for a plant of one array: its hourly outputs, per 1 kW of peak power.

    module_type: 0 standard, 1 premium; array_type: 0 open rack (with rows that shade each other), 1 roof.
    Raises ImportError where PySAM is absent.
    """
    from PySAM import Pvwattsv8

    (array,) = plant.arrays
    local = pd.DatetimeIndex(data.index).tz_convert("Etc/GMT-1")
    resource = {
        "lat": plant.latitude,
        "lon": plant.longitude,
        "tz": 1,
        "elev": plant.altitude_m,
        **{name: tuple(getattr(local, name)) for name in ("year", "month", "day", "hour")},
        "minute": (30,) * len(local),
        "gh": tuple(data["ghi"]),
        "dn": tuple(data["dni"]),
        "df": tuple(data["dhi"]),
        "tdry": tuple(data["temp_air"]),
        "wspd": tuple(data["wind_speed"]),
    }
    design = {
        "system_capacity": 1.0,
        "dc_ac_ratio": array.peak_power_w / plant.inverter_power_w,
        "inv_eff": plant.physics.inverter_efficiency * 100,
        "losses": plant.losses_fraction * 100,
        "tilt": array.tilt_deg,
        "azimuth": array.azimuth_deg,
        "gcr": 0.3,
        "module_type": module_type,
        "array_type": array_type,
    }
    model = Pvwattsv8.new()
    model.assign({"SolarResource": {"solar_resource_data": resource}, "SystemDesign": design})
    model.execute()
    found = model.Outputs.export()
    return {k: np.array(found[k]) for k in ("poa", "tpoa", "tcell", "dc", "ac")}


def _system(plant: PvPlant) -> pvsystem.PVSystem:
    arrays = [_array(array, plant.physics) for array in plant.arrays]
    return pvsystem.PVSystem(arrays=arrays, inverter_parameters={"pdc0": 1.0})


def _array(array: PvArray, physics: Physics) -> pvsystem.Array:
    if physics.temperature == "faiman":
        mounting = {"u0": physics.faiman_u0, "u1": physics.faiman_u1}
    else:
        mounting = temperature.TEMPERATURE_MODEL_PARAMETERS[physics.temperature][physics.mounting]
    module = {"pdc0": array.peak_power_w, "gamma_pdc": physics.gamma_per_k}
    in_series, strings = 1.0, 1.0
    if physics.module:
        module |= find_module(physics.module)
        if physics.inverter:
            in_series = find_inverter(physics.inverter)["Vdco"] / module["V_mp_ref"]
        strings = array.peak_power_w / (module["I_mp_ref"] * module["V_mp_ref"] * in_series)
    return pvsystem.Array(
        pvsystem.FixedMount(array.tilt_deg, array.azimuth_deg),
        albedo=physics.albedo,
        module_parameters=module,
        temperature_model_parameters=mounting,
        modules_per_string=in_series,
        strings=strings,
    )


def _pvwatts_dc(chain: Any, physics: Physics) -> None:
    """PVWatts with an efficiency curve is the model of Huld with the cross terms that make it a product."""
    found = []
    for array, light, cell_c in zip(
        chain.system.arrays,
        _tuple(chain.results.effective_irradiance),
        _tuple(chain.results.cell_temperature),
        strict=True,
    ):
        peak, gamma = array.module_parameters["pdc0"], physics.gamma_per_k
        if physics.low_light == "none":
            power = pvsystem.pvwatts_dc(light, cell_c, peak, gamma)
        else:
            k1, k2 = HULD[physics.low_light]
            k = tuple(peak * part for part in (k1, k2, gamma, gamma * k1, gamma * k2, 0.0))
            power = pvarray.huld(light.to_numpy(), cell_c.to_numpy(), peak, k=k)
        volts = find_inverter(physics.inverter)["Vdco"] if physics.inverter else 1.0
        found.append(pd.DataFrame({"p_mp": power, "v_mp": volts}, index=light.index))
    chain.results.dc = tuple(found) if len(found) > 1 else found[0]


def _ac(chain: Any, plant: PvPlant) -> None:
    physics, dc = plant.physics, [part.fillna(0.0) for part in _tuple(chain.results.dc)]
    rated_w = plant.inverter_power_w
    if not physics.inverter:
        total = sum(part["p_mp"] for part in dc).clip(lower=0)
        limit_w = rated_w / physics.inverter_efficiency
        chain.results.ac = inverter.pvwatts(total, limit_w, physics.inverter_efficiency)
        return
    model = find_inverter(physics.inverter)
    scale = rated_w / model["Paco"]
    larger = {**model, **{name: model[name] * scale for name in ("Paco", "Pdco", "Pso", "Pnt")}}
    larger["C0"] = model["C0"] / scale
    if len(dc) == 1:
        chain.results.ac = inverter.sandia(dc[0]["v_mp"], dc[0]["p_mp"], larger)
    else:
        volts, powers = [part["v_mp"] for part in dc], [part["p_mp"] for part in dc]
        chain.results.ac = inverter.sandia_multi(volts, powers, larger)


def _tuple(results: Any) -> tuple[Any, ...]:
    return results if isinstance(results, tuple) else (results,)


def _apply_losses(chain: Any, plant: PvPlant) -> None:
    losses = plant.losses or Losses.lumped(plant.losses_fraction)
    for dc in _tuple(chain.results.dc):
        dc["p_mp"] *= 1 - losses.fraction


def _diffuse_factor(chain: Any, physics: Physics) -> None:
    """What every part of the light keeps over what ModelChain would keep, as a spectral modifier."""
    results, factors = chain.results, []
    for array, light, beam in zip(
        chain.system.arrays, _tuple(results.total_irrad), _tuple(results.aoi_modifier), strict=True
    ):
        tilt, azimuth = array.mount.surface_tilt, array.mount.surface_azimuth
        sun, sky = results.solar_position, results.weather
        sky = sky[0] if isinstance(sky, tuple) else sky
        model = irradiance.perez_driesse if physics.transposition == "perez-driesse" else irradiance.haydavies
        parts = model(
            tilt,
            azimuth,
            sky["dhi"],
            sky["dni"],
            irradiance.get_extra_radiation(sun.index),
            sun["apparent_zenith"],
            sun["azimuth"],
            return_components=True,
        )
        band = parts.get("poa_horizon", 0.0)
        keep = iam.marion_diffuse(physics.reflection, tilt)
        kept = (light["poa_direct"] + parts["poa_circumsolar"]) * beam + parts["poa_isotropic"] * keep["sky"]
        kept += band * keep["horizon"] + light["poa_ground_diffuse"] * keep["ground"]
        plain = light["poa_direct"] * beam + light["poa_diffuse"]
        factors.append((kept.clip(lower=0) / plain.where(plain > 0, 1.0)).fillna(0.0))
    results.spectral_modifier = tuple(factors) if len(factors) > 1 else factors[0]
