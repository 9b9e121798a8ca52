"""From light to alternating current: cell temperature, modules, inverter."""

from __future__ import annotations

import numpy as np
from pvlib import inverter, pvsystem, temperature

from production.fleet.catalogue import diode_output, diode_table, find_inverter
from production.fleet.description import Floats
from production.fleet.physics import Physics
from production.fleet.sky import Sky

# PVGIS's polynomial in the logarithm of irradiance, crystalline silicon (pvlib.pvarray.huld).
LOW_LIGHT = {"huld-2025": (-0.0067560, -0.016444), "huld-2011": (-0.017237, -0.040465)}
REFERENCE_W_M2, REFERENCE_C = 1000.0, 25.0
DARK_W_M2 = 1e-3


def cell_temperature(plane: Floats, sky: Sky, physics: Physics) -> Floats:
    """Temperature of the cells under plane irradiance [W/m²], shape of `plane` [°C]."""
    air, wind = sky.record.columns["temp_air"], sky.record.columns["wind_speed"]
    if physics.temperature == "sapm":
        mounting = temperature.TEMPERATURE_MODEL_PARAMETERS["sapm"][physics.mounting]
        return np.asarray(temperature.sapm_cell(plane, air, wind, **mounting))
    wind = wind * physics.wind_factor
    if physics.temperature == "pvsyst":
        mounting = temperature.TEMPERATURE_MODEL_PARAMETERS["pvsyst"][physics.mounting]
        return np.asarray(temperature.pvsyst_cell(plane, air, wind, **mounting))
    return np.asarray(temperature.faiman(plane, air, wind, physics.faiman_u0, physics.faiman_u1))


def dc_power(
    effective: Floats, cell_c: Floats | float, peak_power_w: Floats, physics: Physics
) -> tuple[Floats, Floats | None]:
    """DC power before losses [W] and, from a single diode, voltage over the rated one [1].

    effective [W/m²], cell_c [°C], peak_power_w [W]: shapes that broadcast.
    """
    if physics.module:
        cell = np.broadcast_to(np.asarray(cell_c, dtype=np.float64), effective.shape)
        efficiency, voltage = diode_output(diode_table(physics.module), effective, cell)
        return effective * efficiency * (peak_power_w / REFERENCE_W_M2), voltage
    power = pvsystem.pvwatts_dc(effective, cell_c, peak_power_w, physics.gamma_per_k)
    if physics.low_light != "none":
        power *= low_light_efficiency(effective, physics.low_light)
    return np.asarray(power), None


def low_light_efficiency(effective: Floats, curve: str) -> Floats:
    """Efficiency at irradiance [W/m²] over that at 1,000 W/m², cells at 25 °C [1]."""
    first, second = LOW_LIGHT[curve]
    log = np.log(np.maximum(effective, DARK_W_M2) / REFERENCE_W_M2)
    relative = (second * log + first) * log + 1
    return np.maximum(relative, 0.0, out=relative)


def ac_power(dc_w: Floats, voltage: Floats | None, rated_w: Floats, physics: Physics) -> Floats:
    """Power delivered, clipped at the rating, never below nothing [W].

    dc_w: after losses [W]; voltage: over the modules' rated one [1]; rated_w: of the inverter, AC [W]. What
    the inverter takes from the grid at night belongs to the building's consumption.
    """
    dc_w = np.maximum(dc_w, 0.0)
    if not physics.inverter:
        limit_w = rated_w / physics.inverter_efficiency
        return np.asarray(inverter.pvwatts(dc_w, limit_w, physics.inverter_efficiency))
    model = find_inverter(physics.inverter)
    scale = model["Paco"] / rated_w
    # Strings are as long as brings their rated voltage to the inverter's.
    volts = model["Vdco"] * (np.ones_like(dc_w) if voltage is None else voltage)
    return np.asarray(np.maximum(inverter.sandia(volts, dc_w * scale, model), 0.0) / scale)


def unclipped_power(dc_w: Floats, voltage: Floats | None, rated_w: Floats, physics: Physics) -> Floats:
    """Power a larger inverter would deliver, as efficient beyond the rating as at it [W]."""
    if physics.inverter:
        model = find_inverter(physics.inverter)
        limit_w = rated_w * (model["Pdco"] / model["Paco"])
    else:
        limit_w = rated_w / physics.inverter_efficiency
    within = np.minimum(dc_w, limit_w)
    over = np.divide(dc_w, within, out=np.ones_like(dc_w), where=dc_w > limit_w)
    clipped = ac_power(dc_w, voltage, rated_w, physics)
    return np.maximum(ac_power(within, voltage, rated_w, physics) * over, clipped)
