"""Modules and inverters by name, from the CEC lists that come with pvlib, and the single diode as a table."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd
from pvlib import pvsystem

from production.fleet.errors import UnknownInverter, UnknownModule

Floats = npt.NDArray[np.float64]
NEAR = 5
DIODE_NAMES = ("alpha_sc", "a_ref", "I_L_ref", "I_o_ref", "R_sh_ref", "R_s", "Adjust")
INVERTER_NAMES = ("Pso", "Paco", "Pdco", "Vdco", "C0", "C1", "C2", "C3", "Pnt")
# Roots of irradiance and temperatures at which a module type is solved; what lies between is interpolated.
# The square root crowds the nodes where the efficiency bends, in dim light.
HIGHEST_IRRADIANCE, ROOT_STEPS = 2500.0, 200  # [W/m²]
COLDEST_C, HOTTEST_C, DEGREE_STEPS = -60.0, 140.0, 80


@dataclass(frozen=True, slots=True, eq=False)
class DiodeTable:
    """A module type solved once; both arrays of shape (ROOT_STEPS + 1, DEGREE_STEPS + 1).

    efficiency: power over irradiance, 1 under standard conditions [1]; voltage: at maximum power, over the
    rated one [1].
    """

    efficiency: Floats
    voltage: Floats


def near_modules(text: str) -> tuple[str, ...]:
    """Names of pvlib's CEC modules written almost like ``text``, the nearest first."""
    return _near(text, _modules().columns)


def near_inverters(text: str) -> tuple[str, ...]:
    """Names of pvlib's CEC inverters written almost like ``text``, the nearest first."""
    return _near(text, _inverters().columns)


@cache
def find_module(name: str) -> dict[str, float]:
    """Parameters of the CEC model, as pvlib names them. Raises UnknownModule."""
    if name not in _modules():
        raise UnknownModule("module", name, near_modules(name))
    wanted = (*DIODE_NAMES, "I_mp_ref", "V_mp_ref")
    return {key: float(_modules()[name][key]) for key in wanted}


@cache
def find_inverter(name: str) -> dict[str, float]:
    """Parameters of Sandia's model, as pvlib names them. Raises UnknownInverter."""
    if name not in _inverters():
        raise UnknownInverter("inverter", name, near_inverters(name))
    return {key: float(_inverters()[name][key]) for key in INVERTER_NAMES}


@cache
def diode_table(name: str) -> DiodeTable:
    """The single diode of a CEC module (Dobos 2012) on the grid of irradiance and cell temperature."""
    module = find_module(name)
    irradiance = np.linspace(0.0, np.sqrt(HIGHEST_IRRADIANCE), ROOT_STEPS + 1)[1:, None] ** 2
    cell_c = np.linspace(COLDEST_C, HOTTEST_C, DEGREE_STEPS + 1)
    power, volts = _maximum_power(module, *np.broadcast_arrays(irradiance, cell_c))
    rated = module["I_mp_ref"] * module["V_mp_ref"]
    efficiency = power * 1000 / (irradiance * rated)
    # In the dark there is no efficiency and no voltage.
    return DiodeTable(_darkness_first(efficiency), _darkness_first(volts / module["V_mp_ref"]))


def diode_output(table: DiodeTable, irradiance: Floats, cell_c: Floats) -> tuple[Floats, Floats]:
    """Efficiency and voltage [1] of a module type at irradiance [W/m²], cell temperature [°C]; any shape."""
    root = np.sqrt(irradiance) * (ROOT_STEPS / np.sqrt(HIGHEST_IRRADIANCE))
    degree = (cell_c - COLDEST_C) * (DEGREE_STEPS / (HOTTEST_C - COLDEST_C))
    row = np.clip(root.astype(np.int64), 0, ROOT_STEPS - 1)
    column = np.clip(degree.astype(np.int64), 0, DEGREE_STEPS - 1)
    corner = row * (DEGREE_STEPS + 1) + column
    right, up = degree - column, root - row

    def between(values: Floats) -> Floats:
        flat = values.ravel()
        low = flat[corner] * (1 - right) + flat[corner + 1] * right
        above = corner + DEGREE_STEPS + 1
        high = flat[above] * (1 - right) + flat[above + 1] * right
        return np.asarray(low * (1 - up) + high * up)

    return between(table.efficiency), between(table.voltage)


def _maximum_power(module: dict[str, float], irradiance: Floats, cell_c: Floats) -> tuple[Floats, Floats]:
    diode = pvsystem.calcparams_cec(
        irradiance.ravel(), cell_c.ravel(), **{key: module[key] for key in DIODE_NAMES}
    )
    point = pvsystem.max_power_point(*diode, method="newton")
    return point["p_mp"].reshape(irradiance.shape), point["v_mp"].reshape(irradiance.shape)


def _darkness_first(values: Floats) -> Floats:
    return np.ascontiguousarray(np.vstack([np.zeros(values.shape[1]), values]))


def _near(text: str, names: Iterable[str]) -> tuple[str, ...]:
    wanted = text.lower()
    folded = {name.lower(): name for name in names}
    inside = sorted(name for name in folded if wanted and wanted in name)
    close = difflib.get_close_matches(wanted, folded, NEAR, cutoff=0.5) if len(inside) < NEAR else []
    return tuple(folded[name] for name in dict.fromkeys([*inside, *close]))[:NEAR]


@cache
def _modules() -> pd.DataFrame:
    return pd.DataFrame(pvsystem.retrieve_sam("CECMod"))


@cache
def _inverters() -> pd.DataFrame:
    return pd.DataFrame(pvsystem.retrieve_sam("CECInverter"))
