"""Energy between indexes: put into the months it lies wholly in, never split, never twice."""

import datetime as dt
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from production.judgement import month_spans
from production.revenue.counted import Counted, place
from production.revenue.energy import in_order, of_day, take

JAN_1, APRIL_30 = dt.date(2026, 1, 1), dt.date(2026, 4, 30)
MONTHS = month_spans(JAN_1, APRIL_30)
START = dt.datetime(2026, 1, 1, tzinfo=ZoneInfo("Europe/Paris"))
HOUR = dt.timedelta(hours=1)
LAST_HOUR = 120 * 24


def _at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=START.tzinfo)


def between(first: str, end: str, energy_wh: int, known_wh: int = 0) -> Counted:
    return Counted(_at(first), _at(end), energy_wh, known_wh)


@given(
    st.lists(st.integers(0, LAST_HOUR), min_size=2, max_size=12, unique=True).map(sorted),
    st.lists(st.integers(0, 119), max_size=20, unique=True),
    st.data(),
)
def test_each_watt_hour_is_in_one_month_or_told_as_in_none(
    hours: list[int], read: list[int], data: st.DataObject
):
    energies = [data.draw(st.sampled_from((0, 5_000, 40_000))) for _ in hours[1:]]
    counted = [
        Counted(START + a * HOUR, START + b * HOUR, wh)
        for (a, b), wh in zip(pairwise(hours), energies, strict=True)
    ]
    days = [of_day(JAN_1 + dt.timedelta(days=n), 1_000) for n in read]
    placed = place(days, counted, MONTHS)
    known = in_order(placed.metered)
    months = [take(known, *month) for month in MONTHS]
    assert not any(month.is_cut for month in months)
    in_none = sum(one.unplaced_wh for one in placed.astride)
    assert sum(month.energy_wh for month in months) + in_none == sum(energies) + 1_000 * len(read)
    for month, taken in zip(MONTHS, months, strict=True):
        assert taken.days_missing or not placed.notes(month)


def test_a_month_between_two_midnights_is_whole():
    placed = place([], [between("2026-02-01", "2026-03-01", 7_000)], MONTHS)
    taken = take(in_order(placed.metered), dt.date(2026, 2, 1), dt.date(2026, 2, 28))
    assert (taken.energy_wh, taken.days_missing, placed.astride) == (7_000, 0, ())


def test_a_night_without_readings_at_the_end_of_a_month_is_told_unless_nothing_was_counted():
    days = [of_day(JAN_1 + dt.timedelta(days=n), 9_000) for n in range(120)]
    still = place(days, [between("2026-01-31 22:00", "2026-02-01 03:00", 0)], MONTHS)
    assert still.metered == tuple(days) and not still.astride
    running = place(days, [between("2026-01-31 22:00", "2026-02-01 03:00", 5_000)], MONTHS)
    unread = [part.first for part in running.metered if not part.days_read]
    assert unread == [dt.date(2026, 1, 31), dt.date(2026, 2, 1)]
    [january, february] = [running.notes(month) for month in MONTHS[:2]]
    assert january == february and "5,0" in january[0]


def test_what_days_know_already_is_taken_off_the_index():
    days = [of_day(dt.date(2026, 1, 10), 24_000)]
    placed = place(days, [between("2026-01-01", "2026-02-01", 310_000, 24_000)], MONTHS)
    assert [(part.energy_wh, part.days_read) for part in placed.metered] == [(310_000, 31)]
