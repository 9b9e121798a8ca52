"""Over-subscription: worked cases, and sums that are exact whatever is asked."""

import datetime as dt
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shareholders.allotment import AllotmentRefused, Request, first_come, pro_rata

CASES = Path(__file__).parent.parent / "cases" / "allotment.toml"
WORKED = tomllib.loads(CASES.read_text(encoding="utf-8"))["case"]
NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)


def request(number: int, minute: int, asked: int) -> Request:
    return Request(number, asked, NOON + dt.timedelta(minutes=minute))


@st.composite
def many_requests(draw: st.DrawFn) -> list[Request]:
    asked = draw(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 500)), max_size=30))
    return [request(number, minute, shares) for number, (minute, shares) in enumerate(asked, start=1)]


@pytest.mark.parametrize("case", WORKED, ids=lambda case: case["name"])
def test_a_worked_round_is_shared_as_on_paper(case: dict[str, Any]):
    requests = [request(*numbers) for numbers in case["requests"]]
    if case["rule"] == "first_come":
        allotted = first_come(requests, case["available"])
    else:
        allotted = pro_rata(requests, case["available"], case["minimum_each"])
    assert [one.granted for one in allotted] == case["granted"]
    assert [one.request for one in allotted] == sorted(requests, key=lambda r: (r.asked_at, r.number))


@given(many_requests(), st.integers(0, 5_000))
def test_first_come_gives_out_all_there_is_or_all_that_is_asked(requests: list[Request], available: int):
    allotted = first_come(requests, available)
    assert sum(one.granted for one in allotted) == min(available, sum(r.asked for r in requests))
    # Once somebody had to go without a part, nobody after gets any.
    short = [n for n, one in enumerate(allotted) if one.refused]
    assert all(one.granted == 0 for one in allotted[short[0] + 1 :]) if short else True


@given(many_requests(), st.integers(0, 5_000), st.integers(0, 5))
def test_pro_rata_gives_out_all_there_is_or_all_that_is_asked(
    requests: list[Request], available: int, minimum: int
):
    allotted = pro_rata(requests, available, minimum)
    assert sum(one.granted for one in allotted) == min(available, sum(r.asked for r in requests))
    assert all(0 <= one.granted <= one.request.asked for one in allotted)
    assert all(one.granted + one.refused == one.request.asked for one in allotted)


@given(many_requests(), st.integers(0, 5_000))
def test_pro_rata_is_within_a_share_of_the_exact_part(requests: list[Request], available: int):
    total = sum(r.asked for r in requests)
    for one in pro_rata(requests, available):
        exact = one.request.asked * min(available, total) / total
        assert abs(one.granted - exact) < 1


@given(many_requests(), st.integers(0, 5_000), st.integers(0, 5))
def test_who_asks_more_never_gets_less(requests: list[Request], available: int, minimum: int):
    if sum(min(r.asked, minimum) for r in requests) > available:
        return
    allotted = sorted(pro_rata(requests, available, minimum), key=lambda one: one.request.asked)
    for less, more in pairwise(allotted):
        if less.request.asked < more.request.asked:
            assert less.granted <= more.granted


@given(many_requests(), st.integers(0, 500), st.randoms(use_true_random=False))
def test_the_order_requests_are_read_in_changes_nothing(requests: list[Request], available: int, luck: Any):
    shuffled = [*requests]
    luck.shuffle(shuffled)
    assert pro_rata(requests, available, 1) == pro_rata(shuffled, available, 1)
    assert first_come(requests, available) == first_come(shuffled, available)


def test_nobody_asking_is_nobody_served():
    assert first_come([], 10) == pro_rata([], 10, 1) == ()


@pytest.mark.parametrize("rule", [first_come, pro_rata])
@pytest.mark.parametrize(
    ("requests", "available"),
    [
        ([request(1, 1, 0)], 5),
        ([request(1, 1, -2)], 5),
        ([request(1, 1, 2)], -1),
        ([request(1, 1, 2), request(1, 2, 2)], 5),
        ([Request(1, 2, dt.datetime(2026, 11, 20))], 5),  # noqa: DTZ001 - what is refused
    ],
    ids=["no share", "below zero", "less than nothing there", "number twice", "no time zone"],
)
def test_requests_that_cannot_be_are_refused(rule: Any, requests: list[Request], available: int):
    with pytest.raises(AllotmentRefused):
        rule(requests, available)


def test_a_minimum_below_zero_is_refused():
    with pytest.raises(AllotmentRefused, match="below zero"):
        pro_rata([], 5, -1)
