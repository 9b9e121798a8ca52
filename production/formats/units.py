"""Units of energy and mean power, as headers write them."""

from __future__ import annotations

import re

# Factor to watt-hours or watts.
# Heat meters count joules too.
ENERGY_WH = {"Wh": 1.0, "kWh": 1e3, "MWh": 1e6, "GJ": 1e9 / 3600, "MJ": 1e6 / 3600}
POWER_W = {"W": 1.0, "kW": 1e3, "MW": 1e6}
FACTORS = ENERGY_WH | POWER_W

_BY_LOWER_CASE = {unit.lower(): unit for unit in FACTORS}
# “W/m²” is an irradiance and “kWh/kWp” a yield: a unit followed by a slash does not count.
_WORD = re.compile(r"(?<![a-z/])(kwh|mwh|wh|kw|mw|w|gj|mj)(?![a-z0-9])(?!\s*/)", re.IGNORECASE)
_CAMEL_TAIL = re.compile(r"(?<=[a-z])(kWh|MWh|Wh|kW|MW|W)(?![A-Za-z0-9])(?!\s*/)")


def unit_in(header: str) -> str | None:
    """Find the unit a column header names (“inv1_kwh”, “Puissance (kW)”, “EnergyWh”), or None."""
    found = _WORD.search(header) or _CAMEL_TAIL.search(header)
    return _BY_LOWER_CASE[found.group(1).lower()] if found else None


def is_power(unit: str) -> bool:
    """Whether the unit is one of mean power (else of energy)."""
    return unit in POWER_W
