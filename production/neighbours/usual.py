"""A plant's usual ratio to its neighbours: of the last weeks, moved as the season moved it a year ago."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from production.neighbours.median import Floats
from production.neighbours.settings import Settings

YEAR = 365
MOST_SEASON = 0.04  # what a season may move: more would be last year's fault


def usual_ratio(
    ratios: Floats, weights: Floats, day: int, since: npt.NDArray[np.int64], s: Settings
) -> Floats:
    """Usual logarithm of each plant's ratio on ``day``, shape (plants,) [1]; NaN while it is being learnt.

    ratios, weights: of the days before, shape (at least day, plants); weight 0 where a day does not count.
    since: first day of each plant that may count, later than 0 where its loss was accepted.
    """
    first, last = day - s.usual_gap - s.usual_days, day - s.usual_gap
    level, days = _mean(ratios, weights, first, last, since)
    fresh = (since > 0) & (days < s.learn_days)
    if fresh.any():  # a newly accepted level has no old days: it is learnt from all there are
        latest, count = _mean(ratios, weights, int(since.min()), day, since)
        level, days = np.where(fresh, latest, level), np.where(fresh, count, days)
    return np.where(days >= s.learn_days, level + _season(ratios, weights, day, s), np.nan)


def _season(ratios: Floats, weights: Floats, day: int, s: Settings) -> Floats:
    """How far last year's season moved the ratio from those weeks to this day; 0 without a year before."""
    a_year_ago = day - YEAR
    none = np.zeros(ratios.shape[1], dtype=np.int64)
    then, days = _mean(ratios, weights, a_year_ago - s.season_days, a_year_ago + s.season_days + 1, none)
    first, last = a_year_ago - s.usual_gap - s.usual_days, a_year_ago - s.usual_gap
    before, days_before = _mean(ratios, weights, first, last, none)
    enough = (days >= s.season_days) & (days_before >= s.learn_days)
    return np.where(enough, np.clip(np.nan_to_num(then - before), -MOST_SEASON, MOST_SEASON), 0.0)


def _mean(
    ratios: Floats, weights: Floats, first: int, last: int, since: npt.NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """Weighted mean of days first to last (excluded) and how many of them count, each shape (plants,)."""
    span = slice(max(first, 0), max(last, 0))
    counted = np.where(np.arange(span.start, span.stop)[:, None] >= since, weights[span], 0.0)
    total = counted.sum(axis=0)
    sums = (counted * np.nan_to_num(ratios[span])).sum(axis=0)
    mean = np.divide(sums, total, out=np.full(len(total), np.nan), where=total > 0)
    return mean, (counted > 0).sum(axis=0).astype(np.float64)
