"""Roofs as sensors: the clearness of each hour, read from the others' meters, and what it asks of each roof.

Each plant's output under several clearnesses of the sky (`levels.output_by_level`) turns its meter into a
measure of that clearness (Engerer & Mills 2014, Solar Energy 105, 679-693), and the clearness into the output
of a plant that looks elsewhere (Killinger and others 2016, Solar Energy 136, 153-165). Nobody is judged by
their own meter: the clearness that judges a plant is the weighted median of the others'.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from production.neighbours.errors import NeighboursRefused
from production.neighbours.median import Floats, median_of_others, others_known

Ints = npt.NDArray[np.int64]
FEWEST_OTHERS = 3  # below it a median follows a faulty neighbour
CLEAREST = 1.25  # light reflected by clouds, over the clear sky
FAINT = 0.03  # of a plant's best step: below it the meter says nothing of the sky
# Output that hardly grows with the light: the inverter is full, the clearness can't be read.
FULL = 0.02


def infer_expected_wh(metered_wh: Floats, by_level_wh: Floats, levels: Floats) -> Floats:
    """Energy each plant should have made, judged by the others alone, shape (steps, plants) [Wh].

    metered_wh: shape (steps, plants) [Wh], NaN where nothing was recorded; by_level_wh: output of each plant
    under each clearness, shape (levels, steps, plants) [Wh]; levels: rising clearnesses, shape (levels,) [1].
    NaN where fewer than `FEWEST_OTHERS` others know; zero at night. Raises NeighboursRefused.
    """
    _check(metered_wh, by_level_wh, levels)
    # A model of the sky may dip here and there; a scale must not.
    rising = np.maximum.accumulate(by_level_wh, axis=0)
    clearness = read_clearness(metered_wh, rising, levels)
    weights = rising[-1] / np.maximum(rising[-1].max(axis=0), 1.0)
    common = median_of_others(clearness, weights)
    common[others_known(clearness) < FEWEST_OTHERS] = np.nan
    return np.where(rising[-1] > 0, _output_at(common, rising, levels), 0.0)


def read_clearness(metered_wh: Floats, by_level_wh: Floats, levels: Floats) -> Floats:
    """Clearness each meter shows, shape (steps, plants) [1]; NaN at night, without reading, inverter full."""
    level, low, high, share = _bracket(metered_wh, by_level_wh)
    read = levels[level] + share * (levels[level + 1] - levels[level])
    read = np.where(metered_wh < by_level_wh[0], levels[0] * metered_wh / _positive(by_level_wh[0]), read)
    brightest = by_level_wh[-1]
    flat = (high - low) < FULL * (levels[level + 1] - levels[level]) * brightest
    lit = brightest > FAINT * brightest.max(axis=0)
    full = flat & (metered_wh > by_level_wh[0])
    readable = np.isfinite(metered_wh) & lit & ~full
    return np.where(readable, np.clip(read, 0.0, CLEAREST), np.nan)


def _bracket(metered_wh: Floats, by_level_wh: Floats) -> tuple[Ints, Floats, Floats, Floats]:
    """The pair of levels around each reading: number of the lower, both outputs, place between them."""
    below = (by_level_wh <= metered_wh).sum(axis=0)
    level = np.clip(below - 1, 0, len(by_level_wh) - 2)
    low = np.take_along_axis(by_level_wh, level[None], axis=0)[0]
    high = np.take_along_axis(by_level_wh, level[None] + 1, axis=0)[0]
    return level, low, high, (metered_wh - low) / _positive(high - low)


def _output_at(clearness: Floats, by_level_wh: Floats, levels: Floats) -> Floats:
    """Output of each plant under a clearness of its own, shape (steps, plants) [Wh]; NaN where unknown."""
    known = np.nan_to_num(clearness)
    level = np.clip(np.searchsorted(levels, known, side="right") - 1, 0, len(levels) - 2)
    low = np.take_along_axis(by_level_wh, level[None], axis=0)[0]
    high = np.take_along_axis(by_level_wh, level[None] + 1, axis=0)[0]
    share = (known - levels[level]) / (levels[level + 1] - levels[level])
    output = np.where(known < levels[0], by_level_wh[0] * known / levels[0], low + share * (high - low))
    return np.where(np.isfinite(clearness), output, np.nan)


def _positive(values: Floats) -> Floats:
    return np.asarray(np.where(values > 0, values, np.inf))


def _check(metered_wh: Floats, by_level_wh: Floats, levels: Floats) -> None:
    if by_level_wh.shape != (len(levels), *metered_wh.shape):
        raise NeighboursRefused("by_level_wh", "Les séries n’ont pas la même longueur.")
    if len(levels) < 2 or not (np.diff(levels) > 0).all() or not levels[0] > 0:
        raise NeighboursRefused("levels", "Les clartés du ciel doivent être positives et croissantes.")
    if not np.isfinite(by_level_wh).all() or (by_level_wh < 0).any():
        raise NeighboursRefused("by_level_wh", "Une production attendue manque ou est négative.")
    if (metered_wh < 0).any() or np.isinf(metered_wh).any():
        raise NeighboursRefused("metered_wh", "Une production mesurée est négative ou infinie.")
