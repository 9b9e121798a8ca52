"""Expected yield of a fleet: describe it (`build_fleet`), compute it (`expected_energy_wh`)."""

from production.fleet.batches import EnergyBlock, Weathers
from production.fleet.building import build_fleet
from production.fleet.catalogue import near_inverters, near_modules
from production.fleet.checking import check_fleet
from production.fleet.description import Fleet, PvArray, PvPlant
from production.fleet.engine import expected_energy_wh, stream_energy_wh
from production.fleet.errors import (
    ArrayWithoutPower,
    EmptyFleet,
    FleetError,
    InvalidHorizon,
    InvalidPhysics,
    InvalidPlace,
    LossesOutOfRange,
    OrientationOutOfRange,
    UnitsMixed,
    UnknownEquipment,
    UnknownInverter,
    UnknownModule,
    UnknownWeather,
)
from production.fleet.losses import Losses
from production.fleet.physics import Physics
from production.fleet.plane import PlaneSteps, plane_steps
from production.fleet.stages import LossStages, loss_stages

__all__ = [
    "ArrayWithoutPower",
    "EmptyFleet",
    "EnergyBlock",
    "Fleet",
    "FleetError",
    "InvalidHorizon",
    "InvalidPhysics",
    "InvalidPlace",
    "LossStages",
    "Losses",
    "LossesOutOfRange",
    "OrientationOutOfRange",
    "Physics",
    "PlaneSteps",
    "PvArray",
    "PvPlant",
    "UnitsMixed",
    "UnknownEquipment",
    "UnknownInverter",
    "UnknownModule",
    "UnknownWeather",
    "Weathers",
    "build_fleet",
    "check_fleet",
    "expected_energy_wh",
    "loss_stages",
    "near_inverters",
    "near_modules",
    "plane_steps",
    "stream_energy_wh",
]
