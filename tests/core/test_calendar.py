"""Days and instants, on the days when the clocks change too."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mine_de_soleil.core.calendar import day_bounds, days, days_bounds, local_day

SPRING, AUTUMN = dt.date(2025, 3, 30), dt.date(2025, 10, 26)
some_day = st.dates(dt.date(1980, 1, 1), dt.date(2100, 12, 31))


@pytest.mark.parametrize(("day", "hours"), [(SPRING, 23), (dt.date(2025, 6, 14), 24), (AUTUMN, 25)])
def test_a_day_is_as_long_as_the_clocks_make_it(day: dt.date, hours: int):
    first, after = day_bounds(day)
    assert after - first == dt.timedelta(hours=hours)


def test_a_summer_day_begins_at_22_utc_the_day_before():
    first, after = day_bounds(dt.date(2025, 6, 14))
    assert first == dt.datetime(2025, 6, 13, 22, tzinfo=dt.UTC)
    assert after == dt.datetime(2025, 6, 14, 22, tzinfo=dt.UTC)


def test_bounds_are_in_utc():
    assert [bound.tzinfo for bound in day_bounds(SPRING)] == [dt.UTC, dt.UTC]


def test_an_overseas_day_is_its_own():
    first, _ = day_bounds(dt.date(2025, 6, 14), ZoneInfo("Indian/Reunion"))
    assert first == dt.datetime(2025, 6, 13, 20, tzinfo=dt.UTC)


def test_late_evening_in_utc_is_already_tomorrow_in_paris():
    assert local_day(dt.datetime(2025, 6, 13, 22, 30, tzinfo=dt.UTC)) == dt.date(2025, 6, 14)


def test_an_instant_without_time_zone_is_refused():
    with pytest.raises(ValueError, match="names no time zone"):
        local_day(dt.datetime(2025, 6, 14))  # noqa: DTZ001 - naive on purpose


def test_days_include_both_ends():
    assert days(dt.date(2025, 2, 27), dt.date(2025, 3, 1)) == [
        dt.date(2025, 2, 27),
        dt.date(2025, 2, 28),
        dt.date(2025, 3, 1),
    ]


def test_days_in_the_wrong_order_are_none():
    assert days(dt.date(2025, 3, 1), dt.date(2025, 2, 27)) == []


@given(day=some_day)
def test_a_day_ends_where_the_next_begins(day: dt.date):
    assert day_bounds(day)[1] == day_bounds(day + dt.timedelta(days=1))[0]


@given(second=st.integers(0, 4_000_000_000))
def test_an_instant_lies_within_the_day_it_falls_on(second: int):
    instant = dt.datetime.fromtimestamp(second, dt.UTC)
    first, after = day_bounds(local_day(instant))
    assert first <= instant < after


def test_a_span_of_days_runs_from_the_first_midnight_to_the_one_after_the_last():
    start, end = days_bounds(dt.date(2025, 3, 29), dt.date(2025, 3, 31))
    assert end - start == dt.timedelta(hours=71)
    assert days_bounds(dt.date(2025, 3, 30), dt.date(2025, 3, 30)) == day_bounds(dt.date(2025, 3, 30))
