"""The span a chart shows: whatever the address says, a valid one."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from production.periods import Period, View, month_of, neighbours, period_from, year_of

FIRST, LAST = dt.date(2023, 5, 14), dt.date(2025, 11, 3)
SPANS = st.lists(st.dates(dt.date(1990, 1, 1), dt.date(2150, 12, 31)), min_size=2, max_size=2).map(sorted)
WORDS = st.one_of(
    st.text(max_size=12), st.sampled_from([*View, "", "2024", "2024-02", "2024-13", "2024-02-29", "٢٠٢٤"])
)


def asked(view: str, key: str) -> Period:
    return period_from(view, key, first=FIRST, last=LAST)


def test_a_month_by_days():
    assert asked("jour", "2024-02") == Period(View.DAY, dt.date(2024, 2, 1), dt.date(2024, 2, 29))


def test_a_day_by_hours():
    assert asked("heure", "2024-02-29") == Period(View.HOUR, *[dt.date(2024, 2, 29)] * 2)
    assert asked("heure", "2024-02") == Period(View.HOUR, *[dt.date(2024, 2, 1)] * 2)


def test_a_day_within_a_month_leads_to_the_month():
    assert asked("jour", "2024-02-17") == month_of(dt.date(2024, 2, 1))


def test_a_year_by_months():
    assert asked("mois", "2024") == Period(View.MONTH, dt.date(2024, 1, 1), dt.date(2024, 12, 31))


def test_all_years_whatever_the_key():
    everything = Period(View.YEAR, dt.date(2023, 1, 1), dt.date(2025, 12, 31))
    assert asked("an", "") == asked("an", "1066") == everything


def test_nothing_asked_is_the_latest_year():
    assert asked("", "") == year_of(LAST)


@pytest.mark.parametrize("key", ["2024-13", "2024-00", "0000", "24", "2024-2", "٢٠٢٤", "2024-02-30", "💡"])
def test_a_key_that_means_nothing_shows_the_latest(key: str):
    assert asked("jour", key) == month_of(LAST)


@pytest.mark.parametrize(("key", "shown"), [("2019", FIRST), ("2099", LAST)])
def test_a_period_without_readings_gives_the_nearest(key: str, shown: dt.date):
    assert asked("mois", key) == year_of(shown)


@given(WORDS, WORDS, SPANS)
def test_any_garbage_gives_a_period_that_touches_the_readings(view: str, key: str, span: list[dt.date]):
    first, last = span
    period = period_from(view, key, first=first, last=last)
    assert period.first <= period.last
    assert period.first <= last
    assert period.last >= first


@given(WORDS, WORDS, SPANS)
def test_an_address_made_from_a_period_leads_back_to_it(view: str, key: str, span: list[dt.date]):
    first, last = span
    period = period_from(view, key, first=first, last=last)
    assert period_from(period.view, period.key, first=first, last=last) == period


def test_arrows_stop_where_the_readings_do():
    assert neighbours(asked("mois", "2024"), first=FIRST, last=LAST) == (year_of(FIRST), year_of(LAST))
    assert neighbours(asked("jour", "2023-05"), first=FIRST, last=LAST)[0] is None
    assert neighbours(asked("jour", "2025-11"), first=FIRST, last=LAST)[1] is None
    assert neighbours(asked("an", ""), first=FIRST, last=LAST) == (None, None)
