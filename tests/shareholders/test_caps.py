"""The cap counted after the issue, limits that name their rule, and lock-up."""

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shareholders.caps import (
    Bound,
    Lot,
    free_shares,
    limits_of,
    lock_up_end,
    room_for_transfer,
    room_under_cap,
)

FIFTH = Fraction(1, 5)
counts = st.integers(0, 10**6)
caps = st.fractions(Fraction(1, 1000), Fraction(999, 1000), max_denominator=1000)


def test_the_issue_enlarges_the_capital_it_is_measured_by():
    # (0 + 500) / (2,000 + 500) = 1/5 exactly; 501 / 2,501 is more.
    assert room_under_cap(held=0, capital_shares=2_000, cap=FIFTH) == 500


def test_exactly_at_the_cap_leaves_no_room():
    assert room_under_cap(held=400, capital_shares=2_000, cap=FIFTH) == 0


def test_who_is_over_the_cap_may_stay_but_not_buy():
    assert room_under_cap(held=740, capital_shares=2_000, cap=FIFTH) == 0


@pytest.mark.parametrize("cap", [None, Fraction(1)])
def test_without_a_cap_there_is_no_bound(cap: Fraction | None):
    assert room_under_cap(held=0, capital_shares=0, cap=cap) is None
    assert room_for_transfer(held=0, capital_shares=0, cap=cap) is None


def test_alone_in_an_empty_company_a_cap_lets_nobody_begin():
    assert room_under_cap(held=0, capital_shares=0, cap=FIFTH) == 0


def test_a_transfer_leaves_the_capital_as_it_is():
    assert room_for_transfer(held=100, capital_shares=2_000, cap=FIFTH) == 300


@pytest.mark.parametrize(("held", "capital", "cap"), [(-1, 10, None), (11, 10, None), (0, 1, Fraction(0))])
def test_counts_and_caps_that_cannot_be_are_refused(held: int, capital: int, cap: Fraction | None):
    with pytest.raises(ValueError):
        room_under_cap(held=held, capital_shares=capital, cap=cap)


@given(held=counts, others=counts, cap=caps)
def test_the_room_is_the_most_that_stays_within_the_cap(held: int, others: int, cap: Fraction):
    capital = held + others
    room = room_under_cap(held=held, capital_shares=capital, cap=cap)
    assert room is not None
    if room:
        assert Fraction(held + room, capital + room) <= cap
    assert Fraction(held + room + 1, capital + room + 1) > cap


@given(held=counts, others=counts, cap=caps)
def test_the_room_for_a_transfer_is_the_most_within_the_cap(held: int, others: int, cap: Fraction):
    capital = held + others
    room = room_for_transfer(held=held, capital_shares=capital, cap=cap)
    assert room is not None
    if room:
        assert Fraction(held + room, capital) <= cap
    assert held + room + 1 > cap * capital


def test_the_tightest_rule_is_the_one_named():
    limits = limits_of(
        held=0, capital_shares=2_000, cap=FIFTH, college_minimum=2, shares_left=30, round_maximum=20
    )
    assert (limits.least, limits.least_because) == (2, Bound.COLLEGE_MINIMUM)
    assert (limits.most, limits.most_because) == (20, Bound.ROUND_MAXIMUM)
    assert limits.broken_by(1) is Bound.COLLEGE_MINIMUM
    assert limits.broken_by(21) is Bound.ROUND_MAXIMUM
    assert limits.broken_by(2) is limits.broken_by(20) is None


def test_what_was_taken_in_the_round_counts_against_its_maximum():
    limits = limits_of(
        held=5, capital_shares=2_000, cap=None, college_minimum=1, round_maximum=20, taken_in_round=20
    )
    assert limits.most == 0 and not limits.is_open
    assert limits.broken_by(1) is Bound.ROUND_MAXIMUM


def test_who_holds_the_minimum_already_may_buy_a_single_share():
    limits = limits_of(held=2, capital_shares=10, cap=None, college_minimum=2)
    assert (limits.least, limits.least_because) == (1, Bound.ONE_SHARE)
    assert limits.most is None and limits.is_open


def test_the_last_share_below_the_minimum_closes_the_door():
    limits = limits_of(held=0, capital_shares=10, cap=None, college_minimum=2, shares_left=1)
    assert not limits.is_open
    assert limits.broken_by(2) is Bound.SHARES_LEFT


@given(quantity=st.integers(-5, 10**6), held=st.integers(0, 50), left=st.none() | st.integers(0, 60))
def test_what_breaks_no_rule_is_at_least_a_share_and_within_all(quantity: int, held: int, left: int | None):
    limits = limits_of(held=held, capital_shares=100, cap=FIFTH, college_minimum=3, shares_left=left)
    if limits.broken_by(quantity) is None:
        assert quantity >= 1 and held + quantity >= 3
        assert left is None or quantity <= left
        assert Fraction(held + quantity, 100 + quantity) <= FIFTH


def test_shares_may_be_sold_from_the_day_the_lock_up_ends():
    assert lock_up_end(dt.date(2024, 2, 29), 60) == dt.date(2029, 2, 28)
    lots = [Lot(dt.date(2019, 7, 12), 4), Lot(dt.date(2023, 6, 10), 2)]
    rules = {"given_up": 0, "lock_up_months": 60}
    assert free_shares(lots, day=dt.date(2024, 7, 11), **rules) == 0
    assert free_shares(lots, day=dt.date(2024, 7, 12), **rules) == 4
    assert free_shares(lots, day=dt.date(2028, 6, 10), **rules) == 6


def test_what_was_given_up_came_from_the_oldest():
    lots = [Lot(dt.date(2019, 7, 12), 4), Lot(dt.date(2023, 6, 10), 2)]
    assert free_shares(lots, given_up=3, lock_up_months=60, day=dt.date(2026, 1, 1)) == 1


def test_more_given_up_than_free_leaves_nothing_to_sell():
    lots = [Lot(dt.date(2025, 1, 1), 4)]
    assert free_shares(lots, given_up=1, lock_up_months=60, day=dt.date(2026, 1, 1)) == 0
