"""Which models a plant is computed with, and their parameters; checked by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from pvlib.temperature import TEMPERATURE_MODEL_PARAMETERS

from production.fleet.catalogue import find_inverter, find_module
from production.fleet.errors import InvalidPhysics

Transposition = Literal["perez-driesse", "hay-davies"]
Reflection = Literal["physical", "ashrae"]
Temperature = Literal["faiman", "pvsyst", "sapm"]
LowLight = Literal["huld-2025", "huld-2011", "none"]
CHOICES = {
    "transposition": get_args(Transposition),
    "reflection": get_args(Reflection),
    "temperature": get_args(Temperature),
    "low_light": get_args(LowLight),
}
RANGES = {
    "albedo": (0.0, 1.0),
    "gamma_per_k": (-0.02, 0.0),
    "faiman_u0": (1.0, 200.0),
    "faiman_u1": (0.0, 100.0),
    "wind_factor": (0.0, 2.0),
    "inverter_efficiency": (0.5, 1.0),
}


@dataclass(frozen=True, slots=True)
class Physics:
    """Models of the chain and their parameters, each in its model's own terms; hashable, so that plants which
    share one are computed together.

    albedo [1]; gamma_per_k: power temperature coefficient [1/K] (Dobos 2014, "premium" module); faiman_u0
    [W/(m²·K)], faiman_u1 [W·s/(m³·K)] (Faiman 2008, open rack); wind_factor [1]: wind at the modules over
    wind at 10 m, 0.51 as in SAM's cell model (Gilman et al. 2018, NREL/TP-6A20-67399), 1 for a sensor on the
    roof; SAPM's own figures hold for the wind at 10 m and go without. inverter_efficiency, nominal [1]
    (Dobos 2014). diffuse_iam: Marion's (2017) modifiers on diffuse light instead of none. mounting: a name of
    pvlib's `TEMPERATURE_MODEL_PARAMETERS`, for PVsyst and SAPM. low_light: how efficiency falls in dim light,
    PVGIS's polynomial for crystalline silicon with the figures of Chatzipanagi et al. (2025,
    doi:10.1002/pip.3926) or of Huld et al. (2011, doi:10.1016/j.solmat.2011.07.026). module, inverter: names
    of pvlib's CEC lists, for a single diode and Sandia's inverter, both scaled to the plant; empty: PVWatts.
    """

    albedo: float = 0.2
    gamma_per_k: float = -0.0035
    faiman_u0: float = 25.0
    faiman_u1: float = 6.84
    wind_factor: float = 0.51
    inverter_efficiency: float = 0.96
    transposition: Transposition = "perez-driesse"
    diffuse_iam: bool = True
    reflection: Reflection = "physical"
    temperature: Temperature = "faiman"
    mounting: str = ""
    low_light: LowLight = "huld-2025"
    module: str = ""
    inverter: str = ""


def check_physics(physics: Physics) -> None:
    """Raise InvalidPhysics, UnknownModule or UnknownInverter for the first fault."""
    for name, allowed in CHOICES.items():
        if getattr(physics, name) not in allowed:
            raise InvalidPhysics(
                f"{name} {getattr(physics, name)!r} is unknown; there are {', '.join(allowed)}"
            )
    for name, (low, high) in RANGES.items():
        if not low <= getattr(physics, name) <= high:
            raise InvalidPhysics(f"{name} is {getattr(physics, name):g}, not between {low:g} and {high:g}")
    _check_mounting(physics)
    if physics.module:
        find_module(physics.module)
    if physics.inverter:
        find_inverter(physics.inverter)


def _check_mounting(physics: Physics) -> None:
    known = tuple(TEMPERATURE_MODEL_PARAMETERS.get(physics.temperature, {"": None}))
    if physics.mounting not in known:
        raise InvalidPhysics(
            f"{physics.temperature} knows no mounting {physics.mounting!r}; it knows: {', '.join(known)}"
        )
