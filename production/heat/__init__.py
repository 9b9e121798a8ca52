"""Expected heat of a wood boiler with gas beside it, on a network: demand, losses, fuels, sizes, bands.

Describe a `HeatNetwork`, compute its `balance` under a weather. Formulas and sources:
``docs/algorithms/heat.md``.
"""

from production.heat.checking import building_of_area, check_network
from production.heat.degree_days import reference_climate
from production.heat.description import (
    SOURCES,
    Building,
    HeatNetwork,
    LossFraction,
    LossPerKelvin,
    LossPerMetre,
    PipeLoss,
    Pipes,
    ReferenceClimate,
    WoodBoiler,
)
from production.heat.engine import (
    STAGES,
    HeatBalance,
    balance,
    balances,
    expected_energy_wh,
    heat_stages,
)
from production.heat.errors import (
    HeatError,
    HeatUnitsMixed,
    InvalidBoiler,
    InvalidBuilding,
    InvalidPipes,
    InvalidReference,
    InvalidWood,
    NoBuilding,
    StepTooLong,
    UnknownBuildingKind,
    UnknownTimeZone,
    UnreadableNetwork,
)
from production.heat.fuel import (
    CarbonDioxide,
    Density,
    carbon_dioxide,
    density,
    gas_alone_g,
    lower_heating_value_wh_per_t,
    tonnes_by_humidity,
    wood_tonnes,
)
from production.heat.profiles import KINDS
from production.heat.sizing import coverage_by_size, design_load_w, load_duration
from production.heat.stored import as_json, demonstration_network, network_from
from production.heat.uncertainty import heat_items

__all__ = [
    "KINDS",
    "SOURCES",
    "STAGES",
    "Building",
    "CarbonDioxide",
    "Density",
    "HeatBalance",
    "HeatError",
    "HeatNetwork",
    "HeatUnitsMixed",
    "InvalidBoiler",
    "InvalidBuilding",
    "InvalidPipes",
    "InvalidReference",
    "InvalidWood",
    "LossFraction",
    "LossPerKelvin",
    "LossPerMetre",
    "NoBuilding",
    "PipeLoss",
    "Pipes",
    "ReferenceClimate",
    "StepTooLong",
    "UnknownBuildingKind",
    "UnknownTimeZone",
    "UnreadableNetwork",
    "WoodBoiler",
    "as_json",
    "balance",
    "balances",
    "building_of_area",
    "carbon_dioxide",
    "check_network",
    "coverage_by_size",
    "demonstration_network",
    "density",
    "design_load_w",
    "expected_energy_wh",
    "gas_alone_g",
    "heat_items",
    "heat_stages",
    "load_duration",
    "lower_heating_value_wh_per_t",
    "network_from",
    "reference_climate",
    "tonnes_by_humidity",
    "wood_tonnes",
]
