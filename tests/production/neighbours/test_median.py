"""Weighted medians of rows, and of the others."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from production.neighbours.median import median_of_others, others_known, weighted_median

VALUES = arrays(float, (3, 6), elements=st.floats(-10, 10) | st.just(np.nan))


@given(VALUES)
def test_equal_weights_give_the_plain_median(values):
    found = weighted_median(values, np.ones_like(values))
    for row, median in zip(values, found, strict=True):
        known = row[np.isfinite(row)]
        assert np.isnan(median) if not len(known) else median == pytest.approx(np.median(known))


@given(VALUES, st.integers(0, 5))
def test_nobody_is_their_own_judge(values, column):
    moved = values.copy()
    moved[:, column] += 1000
    weights = np.ones_like(values)
    before, after = median_of_others(values, weights), median_of_others(moved, weights)
    assert np.array_equal(before[:, column], after[:, column], equal_nan=True)


def test_a_value_without_weight_counts_for_nothing():
    assert weighted_median(np.array([[1.0, 5.0, 900.0]]), np.array([[1.0, 1.0, 0.0]])) == 3.0


def test_the_heavier_value_wins():
    assert weighted_median(np.array([[1.0, 2.0, 9.0]]), np.array([[1.0, 1.0, 20.0]]))[0] > 8


def test_only_the_others_are_counted():
    assert others_known(np.array([[1.0, np.nan, 2.0]])).tolist() == [[1, 2, 1]]
