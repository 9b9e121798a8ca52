"""A clock an hour off, and what only looks like one."""

import datetime as dt

import pandas as pd
import pytest

from production.quality import Finding, judge_days, meter_series
from tests.production.quality.roofs import ROOF, at, between, sound, verdicts

HOUR = pd.Timedelta(hours=1)


def shifted(
    readings: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp, by: pd.Timedelta
) -> pd.DataFrame:
    """The clock of the readings in a span moved; what collides with the rest is dropped."""
    moved = readings.copy()
    ours = between(readings, first, last)
    moved.loc[ours, "start"] += by
    kept = pd.concat([moved[ours], moved[~ours & ~moved["start"].isin(moved.loc[ours, "start"])]])
    return kept.sort_values("start").reset_index(drop=True)


def off_days(found: list) -> dict[dt.date, float]:  # type: ignore[type-arg]
    return {one.day: f.value for one in found for f in one.findings if f.kind is Finding.CLOCK}


@pytest.mark.parametrize(("hours", "step_s"), [(1, 600), (-1, 600), (2, 600), (1, 3600), (1, 900)])
def test_two_weeks_of_a_wrong_clock_are_found_with_their_hours(hours: int, step_s: int):
    readings = sound(step_s=step_s)
    off = shifted(readings, at("2025-06-03", 0), at("2025-06-17", 0), hours * HOUR)
    days = off_days(verdicts(off))
    assert set(days.values()) == {60.0 * hours}
    inside = {dt.date(2025, 6, 3) + dt.timedelta(days=n) for n in range(14)}
    # A dull day at either end may be left out: it has no edges.
    assert set(days) <= inside and len(days) >= 12


def test_summer_time_not_applied_is_found_from_the_night_it_began():
    first, last = dt.date(2025, 3, 1), dt.date(2025, 5, 1)
    readings = sound(ROOF, first, last)
    # A file of winter time all year, read as local time: from 30 March on its instants are an hour early.
    off = shifted(readings, at("2025-03-30", 4), at("2025-05-02", 0), -HOUR)
    series = meter_series(off, ROOF, first, last)
    days = off_days(judge_days(series, first))
    assert min(days) in (dt.date(2025, 3, 30), dt.date(2025, 3, 31), dt.date(2025, 4, 1))
    assert set(days.values()) == {-60.0}


def test_a_clock_off_from_the_first_day_to_the_last_is_found():
    readings = sound()
    readings["start"] += HOUR
    assert len(off_days(verdicts(readings))) > 55


def test_a_hill_in_the_east_is_no_clock():
    readings = sound()
    local = readings["start"].dt.tz_convert("Europe/Paris").dt.hour
    readings.loc[local < 10, "energy_wh"] = 0.0
    assert off_days(verdicts(readings)) == {}


def test_a_few_dull_mornings_are_no_clock():
    readings = sound()
    for day in ("2025-06-03", "2025-06-04", "2025-06-09"):
        readings.loc[between(readings, at(day, 0), at(day, 11)), "energy_wh"] *= 0.01
    assert off_days(verdicts(readings)) == {}


def test_a_week_of_readings_is_too_short_to_judge_a_clock():
    readings = sound()
    readings["start"] += HOUR
    assert off_days(verdicts(readings[readings["start"] < at("2025-05-08", 0)])) == {}
