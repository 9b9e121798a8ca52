"""Units a file may give a quantity in, and the way to ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from production.weather.errors import WrongUnit
from production.weather.frame import Floats

Quantity = Literal[
    "ghi",
    "dni",
    "dhi",
    "poa_global",
    "poa_cell",
    "temp_air",
    "wind_speed",
    "albedo",
    "snow_depth",
    "humidity",
    "pressure",
]
QUANTITIES: tuple[Quantity, ...] = get_args(Quantity)


@dataclass(frozen=True, slots=True)
class _Unit:
    """ours = (theirs + shift) × factor; a sum over the step is divided by its length [s] as well."""

    factor: float = 1.0
    shift: float = 0.0
    is_sum: bool = False


_IRRADIANCE = {
    "W/m²": _Unit(),
    "kW/m²": _Unit(1e3),
    "Wh/m²": _Unit(3600.0, is_sum=True),
    "kWh/m²": _Unit(3.6e6, is_sum=True),
    "J/cm²": _Unit(1e4, is_sum=True),
    "kJ/m²": _Unit(1e3, is_sum=True),
    "MJ/m²": _Unit(1e6, is_sum=True),
}
_FRACTION = {"1": _Unit(), "%": _Unit(0.01)}
_UNITS: dict[str, dict[str, _Unit]] = {
    **dict.fromkeys(("ghi", "dni", "dhi", "poa_global", "poa_cell"), _IRRADIANCE),
    "temp_air": {"°C": _Unit(), "K": _Unit(shift=-273.15), "°F": _Unit(5 / 9, shift=-32.0)},
    "wind_speed": {
        "m/s": _Unit(),
        "km/h": _Unit(1 / 3.6),
        "kn": _Unit(1852 / 3600),
        "mph": _Unit(1609.344 / 3600),
    },
    "albedo": _FRACTION,
    "humidity": _FRACTION,
    "snow_depth": {"m": _Unit(), "cm": _Unit(0.01)},
    "pressure": {"Pa": _Unit(), "hPa": _Unit(100.0), "mbar": _Unit(100.0)},
}
# How services and spreadsheets write the same.
_SPELLINGS = {
    "W/m2": "W/m²",
    "kW/m2": "kW/m²",
    "Wh/m2": "Wh/m²",
    "kWh/m2": "kWh/m²",
    "J/cm2": "J/cm²",
    "kJ/m2": "kJ/m²",
    "MJ/m2": "MJ/m²",
    "C": "°C",
    "F": "°F",
    "mp/h": "mph",
    "": "1",
}


def units_of(quantity: str) -> tuple[str, ...]:
    """The units a quantity may be given in, ours first. Raises WrongUnit for an unknown quantity."""
    if quantity not in _UNITS:
        raise WrongUnit(f"{quantity!r} is not one of {', '.join(QUANTITIES)}")
    return tuple(_UNITS[quantity])


def check_unit(quantity: str, unit: str) -> str:
    """The unit as we write it. Raises WrongUnit."""
    known = units_of(quantity)
    spelt = _SPELLINGS.get(unit, unit)
    if spelt not in known:
        raise WrongUnit(f"{quantity} in {unit!r}: one of {', '.join(known)} is needed")
    return spelt


def convert(values: Floats, quantity: str, unit: str, step_s: float) -> Floats:
    """Values in our unit: W/m² (mean over the step of step_s [s]), °C, m/s, 1, m, Pa. Raises WrongUnit."""
    rule = _UNITS[quantity][check_unit(quantity, unit)]
    with np.errstate(over="ignore"):  # an infinite value is refused by who knows its line
        ours = (values + rule.shift) * rule.factor
    return ours / step_s if rule.is_sum else ours
