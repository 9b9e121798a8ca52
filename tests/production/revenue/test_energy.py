"""Energy over days: what is cut adds up, what wasn't read is missing."""

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from production.revenue.energy import MOST_WH, Metered, cut, in_order, of_day, take
from production.revenue.errors import InvalidEnergy

JAN_1, JAN_31 = dt.date(2026, 1, 1), dt.date(2026, 1, 31)
DAY = dt.timedelta(days=1)


def test_a_day_nobody_read_is_missing_and_not_zero():
    taken = take(in_order([of_day(JAN_1, 5), of_day(JAN_31, 7, is_complete=False)]), JAN_1, JAN_31)
    assert (taken.energy_wh, taken.days_read, taken.days_missing, taken.is_cut) == (12, 1, 30, False)


@given(st.integers(0, MOST_WH), st.integers(0, 31), st.integers(0, 29))
def test_both_halves_of_a_long_reading_add_up_to_it(energy_wh: int, days_read: int, after: int):
    whole = in_order([Metered(JAN_1, JAN_31, energy_wh, days_read)])
    middle = JAN_1 + after * DAY
    left, right = take(whole, JAN_1, middle), take(whole, middle + DAY, JAN_31)
    assert left.energy_wh + right.energy_wh == energy_wh
    assert left.days_read + right.days_read == days_read
    assert left.is_cut and right.is_cut


@pytest.mark.parametrize(
    "metered",
    [
        [of_day(JAN_1, -1)],
        [of_day(JAN_1, MOST_WH + 1)],
        [Metered(JAN_31, JAN_1, 1, 0)],
        [Metered(JAN_1, JAN_31, 1, 32)],
        [of_day(JAN_31, 1), Metered(JAN_1, JAN_31, 1, 31)],
        [of_day(JAN_1, 1), of_day(JAN_1, 1)],
    ],
)
def test_impossible_or_doubled_energy_is_refused_with_its_day(metered: list[Metered]):
    with pytest.raises(InvalidEnergy, match="2026"):
        in_order(metered)


@given(st.lists(st.dates(JAN_1 - 5 * DAY, JAN_31 + 5 * DAY), max_size=6))
def test_pieces_of_a_period_follow_each_other_without_hole(starts: list[dt.date]):
    pieces = cut(JAN_1, JAN_31, starts)
    assert pieces[0][0] == JAN_1 and pieces[-1][1] == JAN_31
    assert all(after[0] == before[1] + DAY for before, after in pairwise(pieces))
    assert {day for day in starts if JAN_1 < day <= JAN_31} == {first for first, _ in pieces[1:]}


@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=12),
    st.integers(0, 60),
    st.integers(0, 60),
    st.booleans(),
)
def test_any_period_takes_what_adding_day_by_day_gives(lengths: list[int], skip: int, span: int, holes: bool):
    known, day = [], JAN_1
    for length in lengths:
        known.append(Metered(day, day + (length - 1) * DAY, 100 * length, length))
        day += (length + holes) * DAY
    first = JAN_1 + (skip - 10) * DAY
    one_by_one = [take(in_order(known), first + i * DAY, first + i * DAY) for i in range(span + 1)]
    whole = take(in_order(known), first, first + span * DAY)
    assert whole.energy_wh == sum(taken.energy_wh for taken in one_by_one)
    assert whole.days_read == sum(taken.days_read for taken in one_by_one)


def test_a_period_that_ends_before_it_starts_takes_nothing():
    taken = take(in_order([of_day(JAN_1, 5)]), JAN_31, JAN_1)
    assert (taken.energy_wh, taken.days_read, taken.days, taken.is_cut) == (0, 0, 0, False)
