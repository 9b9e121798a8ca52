"""Expected against metered: the pencil cases, and sums that add up."""

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from production.judgement import NOTHING, MonthCount, Result, days_in_month, judge, month_spans, total

CASES = tomllib.loads((Path(__file__).parent.parent / "cases" / "judgement.toml").read_text())["month"]

DAYS = st.dates(dt.date(2015, 1, 1), dt.date(2040, 12, 31))
RESULTS = st.builds(
    Result,
    metered_wh=st.integers(0, 10**9),
    compared_wh=st.integers(0, 10**9),
    expected_wh=st.integers(0, 10**9).map(float),
    days_read=st.integers(0, 31),
    days_missing=st.integers(0, 31),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_pencil_finds_the_same(case: dict[str, Any]):
    count = MonthCount(
        case["first"], case["last"], case["metered_wh"], case["compared_wh"], case["days_read"]
    )
    result = judge(count, case["forecast_month_wh"])
    assert result.metered_wh == case["metered_wh"]
    assert result.compared_wh == case.get("compared_after_wh", case["compared_wh"])
    assert result.expected_wh == pytest.approx(case["expected_wh"])
    assert result.days_missing == case["days_missing"]
    assert result.deviation == (pytest.approx(case["deviation"]) if "deviation" in case else None)


def test_nothing_expected_is_no_deviation_rather_than_a_division_by_zero():
    assert NOTHING.deviation is None
    assert NOTHING.is_complete


@given(st.lists(RESULTS, max_size=8), st.lists(RESULTS, max_size=8))
def test_totals_add_up_however_they_are_grouped(some: list[Result], others: list[Result]):
    assert total([total(some), total(others)]) == total([*some, *others])


@given(st.lists(RESULTS, min_size=1, max_size=8))
def test_a_total_never_deviates_more_than_its_parts(parts: list[Result]):
    kept = [part for part in parts if part.deviation is not None]
    if not kept:
        return
    deviations = [part.deviation for part in kept]
    assert min(deviations) - 1e-9 <= total(kept).deviation <= max(deviations) + 1e-9


@given(DAYS, st.integers(-3, 900))
def test_months_cover_the_period_day_by_day_without_overlap(first: dt.date, length: int):
    last = first + dt.timedelta(days=length)
    spans = month_spans(first, last)
    covered = [start + dt.timedelta(days=n) for start, end in spans for n in range((end - start).days + 1)]
    assert covered == [first + dt.timedelta(days=n) for n in range(length + 1)]
    assert all((start.year, start.month) == (end.year, end.month) for start, end in spans)


def test_the_last_month_there_is_can_be_cut_too():
    assert month_spans(dt.date(9999, 12, 30), dt.date.max) == [(dt.date(9999, 12, 30), dt.date.max)]


@given(DAYS, st.integers(1, 10**8))
def test_a_whole_month_expects_the_whole_forecast(day: dt.date, forecast_wh: int):
    first, last = day.replace(day=1), day.replace(day=days_in_month(day))
    result = judge(MonthCount(first, last, 0, 0, days_in_month(day)), forecast_wh)
    assert result.expected_wh == pytest.approx(forecast_wh)
    assert result.is_complete
