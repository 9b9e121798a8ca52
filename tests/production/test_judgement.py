"""Expected against metered: the pencil cases, and sums that add up."""

import datetime as dt
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mine_de_soleil.rules.law import NotInForce, Parameter, Step
from production.judgement import (
    NOT_TOLD,
    NOTHING,
    MonthCount,
    Result,
    WeatherSplit,
    co2_avoided_kg,
    days_in_month,
    judge,
    month_spans,
    split_month,
    split_total,
    total,
)

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


def test_nothing_is_missing_before_what_is_asked():
    june = dt.date(2025, 6, 1), dt.date(2025, 6, 30)
    # Asked from the 21st: 10 days, 8 of them read.
    assert judge(MonthCount(*june, 0, 0, 8, asked_from=dt.date(2025, 6, 21)), 1).days_missing == 2
    assert judge(MonthCount(*june, 5, 0, 0, asked_from=dt.date(2025, 7, 9)), 1).days_missing == 0


FACTOR = Parameter(
    "essai.co2",
    "CO₂",
    "CO₂",
    "g/kWh",
    "day of production",
    dt.date(2026, 1, 1),
    (Step(dt.date(2025, 1, 1), Decimal(40), "a", "V"), Step(dt.date(2025, 6, 15), Decimal(30), "b", "V")),
)


def test_co2_takes_the_factor_of_each_day_even_within_a_month():
    # 100 kWh × 40 g + 200 kWh × 30 g = 4,000 g + 6,000 g = 10 kg.
    energy_wh = {dt.date(2025, 6, 14): 100_000, dt.date(2025, 6, 15): 200_000}
    assert co2_avoided_kg(energy_wh, FACTOR) == 10
    assert co2_avoided_kg({}, FACTOR) == 0


def test_co2_of_a_day_without_a_factor_is_an_error_rather_than_a_guess():
    with pytest.raises(NotInForce, match=r"essai\.co2"):
        co2_avoided_kg({dt.date(2024, 12, 31): 1}, FACTOR)


def test_the_weather_and_the_rest_multiply_to_the_deviation():
    # A July of 31 days, 58.9 MWh forecast; its sun allowed 62.434 MWh, 61.185 MWh were metered.
    july = split_month(dt.date(2025, 7, 1), 58_900_000, metered_wh=61_185_000, weather_wh=62_434_000, days=31)
    assert july.weather_share == pytest.approx(0.06)
    assert july.rest == pytest.approx(-0.02, abs=1e-4)
    assert july.deviation == pytest.approx((1 + july.weather_share) * (1 + july.rest) - 1)


def test_a_part_of_a_month_is_held_against_as_many_ordinary_days():
    assert split_month(dt.date(2025, 6, 11), 3_000, metered_wh=1, weather_wh=1, days=7).forecast_wh == 700


def test_without_a_forecast_or_without_sun_no_share_is_named():
    assert split_month(dt.date(2025, 6, 1), 0, metered_wh=5, weather_wh=5, days=30) == NOT_TOLD
    assert (NOT_TOLD.deviation, NOT_TOLD.weather_share, NOT_TOLD.rest) == (None, None, None)
    assert WeatherSplit(0, 0, 100.0, 1).weather_share == -1
    assert WeatherSplit(0, 0, 100.0, 1).rest is None


SPLITS = st.builds(
    WeatherSplit,
    metered_wh=st.integers(0, 10**9),
    weather_wh=st.integers(1, 10**9),
    forecast_wh=st.floats(1, 1e9),
    days=st.integers(1, 31),
)


@given(st.lists(SPLITS, min_size=1, max_size=12))
def test_the_identity_holds_for_any_sum_of_months(parts: list[WeatherSplit]):
    whole = split_total(parts)
    assert whole.deviation is not None and whole.weather_share is not None and whole.rest is not None
    assert 1 + whole.deviation == pytest.approx((1 + whole.weather_share) * (1 + whole.rest))
    assert whole.days == sum(part.days for part in parts)
