"""Loss items of a plant, one by one, by month where they change with the season."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from production.fleet.errors import LossesOutOfRange

Floats = npt.NDArray[np.float64]
MONTHS = 12
Monthly = float | tuple[float, ...]
SEASONAL = ("soiling", "shading", "snow")
HIGHEST = 0.999  # above it, percent were given for a fraction


@dataclass(frozen=True, slots=True)
class Losses:
    """Loss items [1], multiplied; defaults of PVWatts (Dobos 2014, NREL/TP-6A20-62641): 14.08 % in all.

    soiling, shading and snow take one figure or twelve, January to December. `lump` is what nobody itemised.
    degradation_per_year [1/a]: share of the first year's output lost each year, linearly, as warranties and
    Jordan & Kurtz (2013, Progress in Photovoltaics 21, 12-29: median 0.5 % a year) count it.
    """

    soiling: Monthly = 0.02
    shading: Monthly = 0.03
    snow: Monthly = 0.0
    mismatch: float = 0.02
    wiring: float = 0.02
    connections: float = 0.005
    light_induced: float = 0.015
    nameplate: float = 0.01
    availability: float = 0.03
    lump: float = 0.0
    degradation_per_year: float = 0.005

    # In the order of the waterfall: on the glass, in the field, in the modules, in operation.
    items: ClassVar[tuple[str, ...]] = (
        "soiling",
        "shading",
        "snow",
        "mismatch",
        "wiring",
        "connections",
        "light_induced",
        "nameplate",
        "availability",
        "lump",
    )

    def __post_init__(self) -> None:
        # Twelve months may come as a list or an array; kept as a tuple, losses can be compared and shared.
        for name in SEASONAL:
            value = getattr(self, name)
            if isinstance(value, list | np.ndarray):
                object.__setattr__(self, name, tuple(float(number) for number in value))

    @classmethod
    def lumped(cls, fraction: float) -> Losses:
        """One figure for all [1], nothing itemised."""
        nothing = dict.fromkeys(cls.items, 0.0)
        return cls(**{**nothing, "lump": fraction})

    @property
    def fraction(self) -> float:
        """What the items lose together [1], mean of the months, degradation apart."""
        return float(1 - np.prod(self.kept(), axis=0).mean())

    def kept(self) -> Floats:
        """What each item leaves, shape (items, 12) [1]."""
        rows = [np.broadcast_to(1 - np.asarray(getattr(self, name), float), MONTHS) for name in self.items]
        return np.stack(rows)

    def kept_at_age(self, age_years: float) -> float:
        """What degradation leaves at an age [a], [1]. Raises LossesOutOfRange where nothing would be left."""
        left = 1 - self.degradation_per_year * age_years
        if not left > 0:
            raise LossesOutOfRange(
                f"{self.degradation_per_year:g} a year over {age_years:g} years leaves nothing"
            )
        return left


def check_losses(losses: Losses, plant: int) -> None:
    """Raise LossesOutOfRange for the first item that is no fraction from 0 to below 1."""
    for name in (*Losses.items, "degradation_per_year"):
        value = getattr(losses, name)
        values = value if isinstance(value, tuple) else (value,)
        seasonal = name in SEASONAL
        if isinstance(value, tuple) and not (seasonal and len(value) == MONTHS):
            wanted = f"one value or {MONTHS}" if seasonal else "one value"
            raise LossesOutOfRange(f"plant {plant}: {name} has {len(value)} values, not {wanted}")
        wrong = [number for number in values if not 0 <= number <= HIGHEST]  # NaN is wrong too
        if wrong:
            raise LossesOutOfRange(
                f"plant {plant}: {name} losses [1] are {wrong[0]:g}, not between 0 and {HIGHEST}"
            )
