"""Expected yield of a fleet: describe it (`build_fleet`), compute it (`expected_energy_wh`)."""

from production.fleet.description import (
    ArrayWithoutPower,
    EmptyFleet,
    Fleet,
    FleetError,
    InvalidPlace,
    Losses,
    LossesOutOfRange,
    OrientationOutOfRange,
    Physics,
    PvArray,
    PvPlant,
    build_fleet,
    check_fleet,
)
from production.fleet.engine import expected_energy_wh

__all__ = [
    "ArrayWithoutPower",
    "EmptyFleet",
    "Fleet",
    "FleetError",
    "InvalidPlace",
    "Losses",
    "LossesOutOfRange",
    "OrientationOutOfRange",
    "Physics",
    "PvArray",
    "PvPlant",
    "build_fleet",
    "check_fleet",
    "expected_energy_wh",
]
