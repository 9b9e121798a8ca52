"""What is wrong with a heat network, each fault by name; raised before anything is computed."""

from __future__ import annotations


class HeatError(ValueError):
    """A heat network nothing may be computed for."""


class NoBuilding(HeatError):
    """A network without building, or a call without network."""


class InvalidBuilding(HeatError):
    """Heat, floor area or hot water share no building has."""


class UnknownBuildingKind(HeatError):
    """A kind of building there is no profile for: `kind`, and `near`, what is written almost like it."""

    def __init__(self, kind: str, near: tuple[str, ...]) -> None:
        suggestion = f"; near it: {', '.join(near)}" if near else ""
        super().__init__(f"no kind of building is named {kind!r}{suggestion}")
        self.kind, self.near = kind, near


class InvalidBoiler(HeatError):
    """A boiler without power, an efficiency above one, a least load above the greatest."""


class InvalidPipes(HeatError):
    """A length, a temperature or a loss that no pipes have."""


class InvalidWood(HeatError):
    """Wood no boiler burns: a humidity that is not a fraction of its mass from 0 to 0.6."""


class InvalidReference(HeatError):
    """A reference climate without degree days, or not of one year."""


class HeatUnitsMixed(HeatError):
    """Heat and boiler a thousand times apart: one of both was given in kilowatts."""


class StepTooLong(HeatError):
    """A weather of steps longer than a day, of which no hourly load can be made."""


class UnknownTimeZone(HeatError):
    """A time zone the computer does not know."""


class UnreadableNetwork(HeatError):
    """A stored description that is not one: a field too many, too few, or of another type."""
