"""Collective self-consumption: each step's energy shared among participants, in whole watt-hours.

Per step: allocated ≤ production, and ≤ each one's consumption; a coefficient per participant (Code de
l'énergie, D315-4). What nobody takes is the surplus. Split by largest remainder, the first of equals first.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from production.revenue.energy import Metered, of_day
from production.revenue.errors import InvalidSharing

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

# A key is a whole number of millionths: 33.3333 % is 333,333.
WHOLE_KEY = 1_000_000
# The participants of a step together stay below a thousand MWh, so that energy × weight fits in 64 bits.
MOST_WH = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Allocation:
    """What each step gave whom.

    allocated_wh: shape (steps, participants) [Wh]; surplus_wh: shape (steps,) [Wh], what nobody took of the
    production. known: shape (steps,), False where a meter was silent: nothing is allocated nor left there.
    """

    allocated_wh: Ints
    surplus_wh: Ints
    known: Bools

    @property
    def covered(self) -> float:
        """Part of the steps that could be shared [1]."""
        return float(self.known.mean()) if len(self.known) else 0.0


def share_by_key(
    production_wh: Ints, consumption_wh: Ints, keys: Ints, known: Bools | None = None
) -> Allocation:
    """Fixed keys [millionths]: shape (participants,) for all steps, or (steps, participants), one row a step.

    A participant gets at most what it consumes; the rest of its part is surplus, nobody else's. Production
    has shape (steps,), consumption (steps, participants) [Wh]. Raises InvalidSharing.
    """
    production_wh, consumption_wh, known = _checked(production_wh, consumption_wh, known)
    if keys.dtype.kind != "i":
        raise InvalidSharing("Les clés de répartition sont des millionièmes entiers.")
    if keys.ndim not in (1, 2) or keys.shape[-1] != consumption_wh.shape[1]:
        raise InvalidSharing("Il faut une clé de répartition par participant.")
    if keys.ndim == 2 and len(keys) != len(production_wh):
        raise InvalidSharing("Il faut une ligne de clés de répartition par pas de temps.")
    if (keys < 0).any() or (keys > WHOLE_KEY).any() or (keys.sum(axis=-1) > WHOLE_KEY).any():
        raise InvalidSharing(
            "Les clés de répartition doivent être positives et faire au plus 100 % ensemble."
        )
    rows = np.broadcast_to(keys, consumption_wh.shape)
    # The part no key names is a last participant: the surplus.
    rest = WHOLE_KEY - rows.sum(axis=1, keepdims=True)
    promised = largest_remainder(production_wh, np.hstack([rows, rest]))[:, :-1]
    return _allocation(np.minimum(promised, consumption_wh), production_wh, known)


def share_by_consumption(production_wh: Ints, consumption_wh: Ints, known: Bools | None = None) -> Allocation:
    """Dynamic: each step in proportion to what each consumes in it. Shapes and errors as `share_by_key`."""
    production_wh, consumption_wh, known = _checked(production_wh, consumption_wh, known)
    taken = np.minimum(production_wh, consumption_wh.sum(axis=1))
    shared = largest_remainder(taken, consumption_wh)
    return _allocation(shared, production_wh, known)


def by_day(energy_wh: Ints, known: Bools, day_ordinals: Ints) -> list[Metered]:
    """Energy of the steps, shape (steps,) [Wh], day by day; ordinals [proleptic Gregorian] of local days.

    A day is read completely when every one of its steps is known. Days without step are absent.
    """
    found, place = np.unique(day_ordinals, return_inverse=True)
    total = np.zeros(len(found), dtype=np.int64)
    np.add.at(total, place, np.where(known, energy_wh, 0))
    silent = np.bincount(place, weights=~known, minlength=len(found)) > 0
    return [
        of_day(dt.date.fromordinal(int(day)), int(wh), is_complete=not gap)
        for day, wh, gap in zip(found, total, silent, strict=True)
    ]


def largest_remainder(total_wh: Ints, weights: Ints) -> Ints:
    """Split each total, shape (steps,) [Wh], by its row of weights, shape (steps, parts), exactly.

    Weights of a row may all be zero only where its total is zero. Every part differs from its exact share
    by less than one watt-hour.
    """
    sums = np.maximum(weights.sum(axis=1, keepdims=True), 1)
    product = total_wh[:, None] * weights
    parts = product // sums
    remainders = product % sums
    missing = total_wh - parts.sum(axis=1)
    order = np.argsort(-remainders, axis=1, kind="stable")
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.arange(weights.shape[1])[None, :], axis=1)
    split: Ints = parts + (rank < missing[:, None])
    return split


def _allocation(allocated: Ints, production_wh: Ints, known: Bools) -> Allocation:
    return Allocation(allocated, production_wh - allocated.sum(axis=1), known)


def _checked(production_wh: Ints, consumption_wh: Ints, known: Bools | None) -> tuple[Ints, Ints, Bools]:
    """The energies with zeros where they aren't known, and the mask; whatever stood there doesn't matter."""
    _check_shapes(production_wh, consumption_wh)
    mask: Bools = np.ones(len(production_wh), dtype=np.bool_) if known is None else known
    if mask.shape != production_wh.shape or mask.dtype.kind != "b":
        raise InvalidSharing("Il faut dire de chaque pas de temps s’il a été mesuré.")
    made = np.where(mask, production_wh, 0).astype(np.int64)
    used = np.where(mask[:, None], consumption_wh, 0).astype(np.int64)
    for energy in (made, used):
        if (energy < 0).any() or (energy > MOST_WH // used.shape[1]).any():
            raise InvalidSharing("Une énergie à partager est négative, ou plus grande que possible.")
    return made, used, mask


def _check_shapes(production_wh: Ints, consumption_wh: Ints) -> None:
    if production_wh.ndim != 1 or consumption_wh.ndim != 2 or len(production_wh) != len(consumption_wh):
        raise InvalidSharing("Production et consommations doivent avoir les mêmes pas de temps.")
    if not consumption_wh.shape[1]:
        raise InvalidSharing("Il faut au moins un participant.")
    if any(array.dtype.kind != "i" for array in (production_wh, consumption_wh)):
        raise InvalidSharing("Les énergies à partager sont des wattheures entiers.")
