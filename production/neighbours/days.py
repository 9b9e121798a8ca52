"""Days of a town's plants: energy metered and expected over the same steps, and what part of a day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from production.neighbours.errors import NeighboursRefused
from production.neighbours.median import Floats

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class TownDays:
    """Consecutive days of several plants, each array of shape (days, plants).

    metered_wh, expected_wh [Wh]: over the steps both known; clear_wh [Wh]: expected of the same steps under a
    clear sky; coverage [1]: part of the clear day those steps hold, 0 where nothing was recorded.
    """

    metered_wh: Floats
    expected_wh: Floats
    clear_wh: Floats
    coverage: Floats

    def __post_init__(self) -> None:
        arrays = (self.metered_wh, self.expected_wh, self.clear_wh, self.coverage)
        if any(array.shape != self.metered_wh.shape or array.ndim != 2 for array in arrays):
            raise NeighboursRefused("metered_wh", "Les séries n’ont pas la même longueur.")
        if not all(np.isfinite(array).all() and (array >= 0).all() for array in arrays):
            raise NeighboursRefused("metered_wh", "Une énergie manque ou est négative.")

    @property
    def brightness(self) -> Floats:
        """Expected energy over that of a clear sky, shape (days, plants) [1]; 0 where nothing is known."""
        return np.divide(
            self.expected_wh, self.clear_wh, out=np.zeros_like(self.clear_wh), where=self.clear_wh > 0
        )


def day_sums(metered_wh: Floats, expected_wh: Floats, clear_wh: Floats, day: Ints) -> TownDays:
    """Sums by day; arrays of shape (steps, plants) [Wh], NaN where unknown; day: each step's day, from 0.

    A step that is not metered, or of which nothing could be expected, is left out of all three sums. Raises
    NeighboursRefused.
    """
    if not metered_wh.shape == expected_wh.shape == clear_wh.shape or day.shape != metered_wh.shape[:1]:
        raise NeighboursRefused("metered_wh", "Les séries n’ont pas la même longueur.")
    if len(day) and (day.min() < 0 or (np.diff(day) < 0).any()):
        raise NeighboursRefused("day", "Les jours doivent se suivre.")
    known = np.isfinite(metered_wh) & np.isfinite(expected_wh)
    clear = _sums(clear_wh, known, day)
    whole = _sums(clear_wh, np.isfinite(clear_wh), day)
    return TownDays(
        metered_wh=_sums(metered_wh, known, day),
        expected_wh=_sums(expected_wh, known, day),
        clear_wh=clear,
        coverage=np.divide(clear, whole, out=np.zeros_like(clear), where=whole > 0),
    )


def _sums(values: Floats, counted: npt.NDArray[np.bool_], day: Ints) -> Floats:
    sums = np.zeros((int(day[-1]) + 1 if len(day) else 0, values.shape[1]))
    np.add.at(sums, day, np.where(counted, values, 0.0))
    return sums
