"""Weighted medians of the others, many rows at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def weighted_median(values: Floats, weights: Floats) -> Floats:
    """Median of each row, shape (rows,), of values and weights of shape (rows, columns).

    A value that is no number, or without weight, counts for nothing; a row without any gives NaN. Between two
    middle values it moves smoothly with the weights: each value stands at the middle of its own weight.
    """
    known = np.isfinite(values) & (weights > 0)
    order = np.argsort(np.where(known, values, np.inf), axis=1)
    sorted_values = np.take_along_axis(np.where(known, values, np.nan), order, axis=1)
    sorted_weights = np.take_along_axis(np.where(known, weights, 0.0), order, axis=1)
    total = sorted_weights.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        place = (np.cumsum(sorted_weights, axis=1) - sorted_weights / 2) / total
    return _at_half(place, sorted_values, known.sum(axis=1))


def _at_half(place: Floats, values: Floats, count: npt.NDArray[np.int64]) -> Floats:
    """Value of each row where its place passes one half; NaN where a row has none."""
    rows = np.arange(len(values))
    last = np.maximum(count - 1, 0)
    upper = np.minimum((np.nan_to_num(place, nan=1.0) < 0.5).sum(axis=1), last)
    lower = np.maximum(upper - 1, 0)
    width = place[rows, upper] - place[rows, lower]
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(width > 0, (0.5 - place[rows, lower]) / width, 1.0)
    share = np.clip(share, 0.0, 1.0)
    middle = values[rows, lower] + share * (values[rows, upper] - values[rows, lower])
    return np.asarray(np.where(count > 0, middle, np.nan))


def median_of_others(values: Floats, weights: Floats) -> Floats:
    """For each column the weighted median of all others in the same row, same shape as ``values``."""
    answer = np.full(values.shape, np.nan)
    for column in range(values.shape[1]):
        others = weights.copy()
        others[:, column] = 0.0
        answer[:, column] = weighted_median(values, others)
    return answer


def others_known(values: Floats) -> npt.NDArray[np.int64]:
    """For each place, how many other columns of its row have a value, same shape as ``values``."""
    known = np.isfinite(values)
    return np.asarray(known.sum(axis=1, keepdims=True) - known, dtype=np.int64)
