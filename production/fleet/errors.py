"""What is wrong with a fleet, each fault by name; raised before anything is computed."""

from __future__ import annotations


class FleetError(ValueError):
    """A fleet nothing may be computed for."""


class EmptyFleet(FleetError):
    """No plant, no array, or columns of different lengths."""


class ArrayWithoutPower(FleetError):
    """A plant without array, a peak or inverter power that is missing or no number of watts."""


class UnitsMixed(FleetError):
    """Modules and inverter a hundred times apart: one of both was given in kilowatts."""


class OrientationOutOfRange(FleetError):
    """A tilt outside 0° to 90° or an azimuth outside 0° to 360°."""


class InvalidPlace(FleetError):
    """Latitude, longitude or altitude no plant has."""


class LossesOutOfRange(FleetError):
    """A loss that is not a fraction from 0 to below 1, or not given once or for twelve months."""


class InvalidHorizon(FleetError):
    """A horizon profile that is not so many heights from 0° to below 90°."""


class InvalidPhysics(FleetError):
    """A model or a parameter the engine does not know."""


class UnknownWeather(FleetError):
    """A plant asks for a weather that was not given, or weathers differ in their times."""


class UnknownEquipment(FleetError):
    """A name absent from pvlib's list: `name`, and `near`, what is written almost like it."""

    def __init__(self, what: str, name: str, near: tuple[str, ...]) -> None:
        suggestion = f"; near it: {', '.join(near)}" if near else ""
        super().__init__(f"no {what} is named {name!r} in pvlib's CEC list{suggestion}")
        self.what, self.name, self.near = what, name, near

    def __reduce__(self) -> tuple[type[UnknownEquipment], tuple[str, str, tuple[str, ...]]]:
        # An error made on a cluster's worker travels home: rebuilt from its parts, not from its sentence.
        return type(self), (self.what, self.name, self.near)


class UnknownModule(UnknownEquipment):
    """No such module."""


class UnknownInverter(UnknownEquipment):
    """No such inverter."""
