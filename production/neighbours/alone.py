"""Too few neighbours: the weather that was stands in for them, a coarser witness.

The weather counts as three neighbours whose meters are always right, so that the same watch serves. An
archive of a cell some kilometres wide misses a day by 10 to 20 %: only large losses are looked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from production.neighbours.days import TownDays
from production.neighbours.median import Floats
from production.neighbours.settings import Settings
from production.neighbours.watching import Watch, watch

WITNESSES = 3
# Not measured on real archives: confidence M.
BY_WEATHER = Settings(
    loss=0.2, spread_clear=0.09, spread_dull=0.2, least_scale=1.0, fewest_others=WITNESSES, alarm=6.0
)


def watch_by_weather(
    roofs: TownDays, settings: Settings = BY_WEATHER, accepted: Mapping[int, tuple[int, ...]] | None = None
) -> Watch:
    """Judge each plant's days against what was expected under the weather that was (`expected_wh`).

    Answers as `watching.watch` does, arrays of shape (days, plants); `peers` is 0: no neighbour spoke.
    """
    plants = roofs.metered_wh.shape[1]
    found = watch(_with_witnesses(roofs), settings, accepted)
    return replace(
        found,
        residual=found.residual[:, :plants],
        evidence=found.evidence[:, :plants],
        peers=np.zeros_like(found.peers[:, :plants]),
        reason=found.reason[:, :plants],
        episodes=tuple(episode for episode in found.episodes if episode.plant < plants),
    )


def _with_witnesses(roofs: TownDays) -> TownDays:
    """The same days with `WITNESSES` columns that always meter what is expected."""
    expected, clear = _most(roofs.expected_wh), _most(roofs.clear_wh)
    known = _most(roofs.coverage)
    return TownDays(
        metered_wh=np.hstack([roofs.metered_wh, expected]),
        expected_wh=np.hstack([roofs.expected_wh, expected]),
        clear_wh=np.hstack([roofs.clear_wh, clear]),
        coverage=np.hstack([roofs.coverage, known]),
    )


def _most(values: Floats) -> Floats:
    return np.repeat(values.max(axis=1, keepdims=True), WITNESSES, axis=1)
