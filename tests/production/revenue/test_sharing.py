"""Sharing keys: exact to the watt-hour, never more than made, never more than used."""

import datetime as dt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as nps

from production.revenue.errors import InvalidSharing
from production.revenue.sharing import (
    MOST_WH,
    WHOLE_KEY,
    Allocation,
    by_day,
    largest_remainder,
    share_by_consumption,
    share_by_key,
)
from tests.production.revenue.contracts_for_tests import CASES

STEPS, PEOPLE = 6, 4
MADE = nps.arrays(np.int64, STEPS, elements=st.integers(0, MOST_WH // PEOPLE))
USED = nps.arrays(np.int64, (STEPS, PEOPLE), elements=st.integers(0, MOST_WH // PEOPLE))
KNOWN = nps.arrays(np.bool_, STEPS)
KEYS = nps.arrays(np.int64, PEOPLE, elements=st.integers(0, WHOLE_KEY // PEOPLE))


def wh(*values: Any) -> np.ndarray:
    return np.array(values, dtype=np.int64)


@pytest.mark.parametrize("case", CASES["sharing"], ids=lambda case: case["name"])
def test_a_pencil_shares_the_same(case: dict[str, Any]):
    made, used = wh(case["production_wh"]), wh(case["consumption_wh"])
    if "keys" in case:
        found = share_by_key(made, used, wh(*case["keys"]))
    else:
        found = share_by_consumption(made, used)
    assert found.allocated_wh.tolist() == [case["allocated_wh"]]
    assert found.surplus_wh.tolist() == [case["surplus_wh"]]


def assert_lawful(found: Allocation, made: np.ndarray, used: np.ndarray, known: np.ndarray) -> None:
    """D315-4: allocated ≤ production and ≤ each consumption; nothing is lost or made up."""
    assert (found.allocated_wh >= 0).all() and (found.surplus_wh >= 0).all()
    assert (found.allocated_wh[known] <= used[known]).all()
    assert (found.allocated_wh.sum(axis=1) + found.surplus_wh)[known].tolist() == made[known].tolist()
    assert not found.allocated_wh[~known].any() and not found.surplus_wh[~known].any()


@given(MADE, USED, KEYS, KNOWN)
def test_fixed_keys_give_away_exactly_what_was_made(made, used, keys, known):
    assert_lawful(share_by_key(made, used, keys, known), made, used, known)


@given(MADE, USED, KNOWN)
def test_proportional_keys_leave_no_surplus_while_somebody_could_use_it(made, used, known):
    found = share_by_consumption(made, used, known)
    assert_lawful(found, made, used, known)
    left = np.maximum(made - used.sum(axis=1), 0)
    assert found.surplus_wh[known].tolist() == left[known].tolist()


@given(MADE, USED)
def test_a_split_is_exact_and_within_one_watt_hour_of_its_share(made, used):
    used[:, 0] += 1  # a row of nothing but zeros has no shares
    parts = largest_remainder(made, used)
    assert parts.sum(axis=1).tolist() == made.tolist()
    sums = used.sum(axis=1, keepdims=True)
    assert (np.abs(parts * sums - made[:, None] * used) < sums).all()


def test_keys_may_change_with_every_step():
    keys = np.array([[WHOLE_KEY, 0], [0, WHOLE_KEY]], dtype=np.int64)
    found = share_by_key(wh(10, 10), np.full((2, 2), 10, dtype=np.int64), keys)
    assert found.allocated_wh.tolist() == [[10, 0], [0, 10]]


def test_a_silent_meter_shares_nothing_and_lowers_the_coverage():
    known = np.array([True, False, True, True])
    made, used = wh(10, -99, 10, 10), np.full((4, 2), 5, dtype=np.int64)
    found = share_by_consumption(made, used, known)
    assert found.allocated_wh[1].tolist() == [0, 0]
    assert found.covered == 0.75


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        (wh(600_000, 400_001), "au plus 100 %"),
        (wh(-1, 1), "positives"),
        (wh(500_000), "une clé de répartition par participant"),
        (np.array([0.5, 0.5]), "millionièmes entiers"),
        (np.zeros((3, 2), dtype=np.int64), "une ligne de clés"),
    ],
)
def test_impossible_keys_are_refused_in_french(keys: np.ndarray, message: str):
    with pytest.raises(InvalidSharing, match=message.replace(" %", "\u202f%")):
        share_by_key(wh(1, 1), np.ones((2, 2), dtype=np.int64), keys)


@pytest.mark.parametrize(
    ("made", "used", "message"),
    [
        (wh(1), np.ones((2, 2), dtype=np.int64), "mêmes pas de temps"),
        (wh(1, 1), np.ones((2, 0), dtype=np.int64), "au moins un participant"),
        (np.ones(2), np.ones((2, 2), dtype=np.int64), "wattheures entiers"),
        (wh(-1, 1), np.ones((2, 2), dtype=np.int64), "négative"),
        (wh(1, 1), np.full((2, 2), -1, dtype=np.int64), "négative"),
        (wh(1, 2 * MOST_WH), np.ones((2, 2), dtype=np.int64), "plus grande que possible"),
    ],
)
def test_impossible_energies_are_refused_in_french(made, used, message: str):
    with pytest.raises(InvalidSharing, match=message):
        share_by_consumption(made, used)


def test_days_of_steps_add_up_and_a_silent_step_makes_its_day_incomplete():
    monday = dt.date(2026, 6, 1).toordinal()
    ordinals = wh(monday, monday, monday + 1, monday + 1)
    known = np.array([True, True, True, False])
    found = by_day(wh(1, 2, 4, 999), known, ordinals)
    assert [(day.first.day, day.energy_wh, day.days_read) for day in found] == [(1, 3, 1), (2, 4, 0)]


def test_a_year_of_ten_minutes_for_twenty_homes_is_shared_at_once():
    made = np.full(52_560, 1_000, dtype=np.int64)
    used = np.arange(52_560 * 20, dtype=np.int64).reshape(52_560, 20) % 977
    found = share_by_consumption(made, used)
    assert_lawful(found, made, used, np.ones(52_560, dtype=np.bool_))
