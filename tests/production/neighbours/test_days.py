"""Days summed over what both sides know."""

import copy

import numpy as np
import pytest

from production.neighbours import NeighboursRefused, TownDays, day_sums

DAY = np.array([0, 0, 1, 1])
CLEAR = np.array([[10.0], [30.0], [10.0], [30.0]])


def test_a_gap_is_left_out_of_both_sides_and_said():
    metered, expected = np.array([[4.0], [np.nan], [5.0], [6.0]]), np.array([[5.0], [9.0], [5.0], [5.0]])
    found = day_sums(metered, expected, CLEAR, DAY)
    assert found.metered_wh.tolist() == [[4.0], [11.0]]
    assert found.expected_wh.tolist() == [[5.0], [10.0]]
    assert found.coverage.tolist() == [[0.25], [1.0]]
    assert found.brightness.tolist() == [[0.5], [0.25]]


def test_a_silent_day_has_no_coverage_and_no_energy():
    nothing = np.full((4, 1), np.nan)
    found = day_sums(nothing, CLEAR, CLEAR, DAY)
    assert found.coverage.tolist() == [[0.0], [0.0]]
    assert found.brightness.tolist() == [[0.0], [0.0]]


def test_days_in_disorder_are_refused():
    with pytest.raises(NeighboursRefused, match="se suivre"):
        day_sums(CLEAR, CLEAR, CLEAR, DAY[::-1])


def test_series_of_different_lengths_are_refused():
    with pytest.raises(NeighboursRefused, match="longueur"):
        day_sums(CLEAR[:2], CLEAR, CLEAR, DAY)
    with pytest.raises(NeighboursRefused, match="longueur"):
        TownDays(CLEAR, CLEAR, CLEAR[:2], CLEAR)


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -1.0])
def test_a_day_without_a_number_is_refused(wrong):
    with pytest.raises(NeighboursRefused, match="manque ou est négative"):
        TownDays(np.full((1, 1), wrong), *(np.ones((1, 1)) for _ in range(3)))


def test_a_refusal_survives_a_trip_between_processes():
    refused = copy.copy(NeighboursRefused("a", "Non."))
    assert (refused.field, str(refused)) == ("a", "Non.")
