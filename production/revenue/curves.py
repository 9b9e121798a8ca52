"""Load curves beside each other: from readings of any step to common steps, to be shared. Pure numpy.

A step counts as known only where readings cover it exactly, once; two curves that disagree cover it twice,
so it isn't known.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from production.revenue.sharing import Bools, Ints

LONGEST_STEP_S = 3600


@dataclass(frozen=True, eq=False)
class Curve:
    """Readings: starts [s since 1970, UTC], lengths [s], energies [Wh], each of shape (n,)."""

    start_s: Ints
    length_s: Ints
    energy_wh: Ints

    @property
    def usual_step_s(self) -> int:
        """The length most readings have [s]; 0 without reading."""
        if not len(self.length_s):
            return 0
        lengths, counts = np.unique(self.length_s, return_counts=True)
        return int(lengths[counts.argmax()])


EMPTY = Curve(*(np.zeros(0, dtype=np.int64) for _ in range(3)))


@dataclass(frozen=True, eq=False)
class Steps:
    """Energy of consecutive steps [Wh] and whether it was measured, both of shape (steps,)."""

    energy_wh: Ints
    known: Bools


def pack(curve: Curve) -> bytes:
    """The curve as bytes to keep."""
    kept = io.BytesIO()
    np.savez_compressed(kept, start=curve.start_s, length=curve.length_s, energy=curve.energy_wh)
    return kept.getvalue()


def unpack(kept: bytes) -> Curve:
    """The curve that was kept. Raises ValueError for bytes `pack` didn't make."""
    with np.load(io.BytesIO(kept), allow_pickle=False) as arrays:
        return Curve(arrays["start"], arrays["length"], arrays["energy"])


def joined(curves: Sequence[Curve]) -> Curve:
    """Several curves of one meter as one; of two readings that start alike, the later curve's holds."""
    if not curves:
        return EMPTY
    start, length, energy = (
        np.concatenate([getattr(curve, name) for curve in curves])
        for name in ("start_s", "length_s", "energy_wh")
    )
    # `unique` keeps the first: look from the end.
    _, place = np.unique(start[::-1], return_index=True)
    kept = len(start) - 1 - place
    return Curve(start[kept], length[kept], energy[kept])


def common_step_s(curves: Sequence[Curve]) -> int:
    """The shortest step all curves can be told in [s]; 0 where there is none of an hour at most."""
    steps = [curve.usual_step_s for curve in curves if len(curve.start_s)]
    step = math.lcm(*steps) if steps else 0
    return step if step <= LONGEST_STEP_S and (not step or LONGEST_STEP_S % step == 0) else 0


def in_steps(curve: Curve, first_s: int, end_s: int, step_s: int) -> Steps:
    """The curve in steps of step_s [s] from first_s to end_s; a reading across two leaves both unknown."""
    count = (end_s - first_s) // step_s
    begins = (curve.start_s - first_s) // step_s
    ends = (curve.start_s + curve.length_s - 1 - first_s) // step_s
    inside = (begins == ends) & (begins >= 0) & (begins < count)
    place = begins[inside]
    energy = np.zeros(count, dtype=np.int64)
    covered = np.zeros(count, dtype=np.int64)
    np.add.at(energy, place, curve.energy_wh[inside])
    np.add.at(covered, place, curve.length_s[inside])
    known: Bools = covered == step_s
    return Steps(np.where(known, energy, 0), known)
