"""Shares bought first, in proportion to what each holds."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shareholders.pre_emption_parts import Wish, parts_by_holding

NOON = dt.datetime(2025, 6, 16, 12, tzinfo=dt.UTC)


def wish(holder: int, asked: int, held: int, minute: int = 0) -> Wish:
    return Wish(holder, asked, held, NOON + dt.timedelta(minutes=minute))


def test_enough_for_all_gives_all():
    assert parts_by_holding([wish(1, 3, 10), wish(2, 4, 90)], 10) == {1: 3, 2: 4}


def test_too_few_go_by_what_each_holds():
    # 10 shares, held 30 and 20: 6 and 4.
    assert parts_by_holding([wish(1, 10, 30), wish(2, 10, 20)], 10) == {1: 6, 2: 4}


def test_what_one_leaves_goes_to_the_others():
    # By holdings 8 and 2, but the first asks for 5 only: the second gets the other 5.
    assert parts_by_holding([wish(1, 5, 80), wish(2, 9, 20)], 10) == {1: 5, 2: 5}


def test_of_equal_remainders_the_earlier_wish_wins():
    assert parts_by_holding([wish(1, 2, 10, minute=5), wish(2, 2, 10)], 3) == {1: 1, 2: 2}


def test_impossible_counts_are_refused():
    for wishes, available in (([wish(1, 1, 0)], 1), ([wish(1, 1, 1)], -1), ([wish(1, 1, 1)] * 2, 1)):
        with pytest.raises(ValueError):
            parts_by_holding(wishes, available)


WISHES = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 500), st.integers(0, 9)), max_size=9)


@given(WISHES, st.integers(0, 200))
def test_all_is_given_that_can_be_and_nobody_gets_more_than_asked(
    rows: list[tuple[int, int, int]], available: int
):
    wishes = [wish(n, asked, held, minute) for n, (asked, held, minute) in enumerate(rows)]
    parts = parts_by_holding(wishes, available)
    assert sum(parts.values()) == min(available, sum(one.asked for one in wishes))
    assert all(0 <= parts[one.holder] <= one.asked for one in wishes)


@given(WISHES, st.integers(0, 200))
def test_who_holds_more_and_asks_as_much_never_gets_less(rows: list[tuple[int, int, int]], available: int):
    wishes = [wish(n, asked, held) for n, (asked, held, _) in enumerate(rows)]
    parts = parts_by_holding(wishes, available)
    for one in wishes:
        for other in wishes:
            if one.held > other.held and one.asked >= other.asked:
                assert parts[one.holder] >= parts[other.holder]
