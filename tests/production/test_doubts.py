"""Doubts about files that read without fault: thresholds met and missed, on worked and on real series."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from production.doubts import doubt_clock, doubt_energies, doubt_meter
from production.doubts.doubt import Doubt
from production.doubts.twins import sample
from production.formats import MeterSeries
from tests.production.formats import read, shared

PARIS = ZoneInfo("Europe/Paris")
AARHUS = (ZoneInfo("Europe/Copenhagen"), 56.173, 10.206)
HOUR = 3600


def hours(count: int) -> np.ndarray:
    return np.arange(count, dtype=np.int64) * HOUR


def compare(ours: np.ndarray, theirs: np.ndarray, length_s: int = HOUR) -> Doubt | None:
    """Two series over the same hours."""
    start_s = np.arange(len(ours), dtype=np.int64) * length_s
    length = np.full(len(ours), length_s)
    line = np.arange(2, len(ours) + 2)
    return doubt_energies(start_s, length, ours, line, start_s, length, theirs, PARIS)


def test_more_than_a_tenth_of_the_hours_must_differ() -> None:
    """1,000 hours of 1 kWh: 100 that differ are a tenth, 101 are more."""
    known = np.full(1000, 1000)
    ours = known.copy()
    ours[:100] = 1100
    assert compare(ours, known) is None
    ours[100] = 1100
    doubt = compare(ours, known)
    assert doubt is not None
    assert "101 relevés sur 1\u202f000" in doubt.problem
    assert "1\u202f010,1 kWh dans ce fichier, 1\u202f000,0 kWh enregistrés" in doubt.problem
    assert doubt.lines[0][0] == 2


def test_three_days_of_corrections_pass_whatever_their_share() -> None:
    known = np.full(100, 1000)
    ours = known.copy()
    ours[:72] = 2000
    assert compare(ours, known) is None
    ours[72] = 2000
    assert compare(ours, known) is not None


@pytest.mark.parametrize(
    ("ours", "theirs", "differs"), [(1050, 1000, False), (1060, 1000, True), (2, 0, False), (3, 0, True)]
)
def test_five_per_cent_and_two_watt_hours_are_no_difference(ours: int, theirs: int, differs: bool) -> None:
    found = compare(np.full(100, ours), np.full(100, theirs))
    assert (found is not None) == differs


def test_nights_do_not_dilute_a_contradiction() -> None:
    """Of 2,400 hours 800 have sun: 90 that differ are 11 % of those, and 4 % of all."""
    sun = np.tile(np.repeat([0, 1000, 0], 8), 100)
    ours = sun.copy()
    ours[np.flatnonzero(sun)[:90]] = 1200
    assert compare(ours, sun) is not None


def test_the_same_energies_an_hour_aside_are_a_matter_of_clocks() -> None:
    day = np.round(1000 * np.sin(np.linspace(0, np.pi, 12))).astype(int)
    known = np.concatenate([np.concatenate([np.zeros(6, int), day + n, np.zeros(6, int)]) for n in range(20)])
    doubt = compare(np.roll(known, 1), known)
    assert doubt is not None
    assert (doubt.kind, "1 h plus tard" in doubt.problem) == ("clock", True)


def test_other_steps_are_not_compared() -> None:
    start, energy = hours(200), np.full(200, 1000)
    length, line = np.full(200, HOUR), np.arange(200)
    half = np.full(200, HOUR // 2)
    assert doubt_energies(start, length, energy, line, start, half, energy * 3, PARIS) is None


def test_other_steps_are_compared_by_the_days_both_cover() -> None:
    """Ten days by the hour, 1 kWh each, against ten days by half hours: four days of 12 kWh instead of 24."""
    start, length, line = hours(240), np.full(240, HOUR), np.arange(2, 242)
    halves = np.arange(480, dtype=np.int64) * (HOUR // 2)
    known = np.full(480, 500)
    ours = np.full(240, 1000)
    known_length = np.full(480, HOUR // 2)
    assert doubt_energies(start, length, ours, line, halves, known_length, known, PARIS) is None
    ours[23:95] = 500  # three local days: corrections
    assert doubt_energies(start, length, ours, line, halves, known_length, known, PARIS) is None
    ours[95:119] = 500
    doubt = doubt_energies(start, length, ours, line, halves, known_length, known, PARIS)
    assert doubt is not None
    assert "4 jours sur 11 donnent une autre énergie" in doubt.problem
    assert doubt.lines[0] == (25, "02/01/1970 : 12,0 kWh dans ce fichier, 24,0 kWh enregistrés")


# Clocks


def clock(series: MeterSeries, shift_s: int = 0, rows: slice = slice(None)) -> Doubt | None:
    readings = series.readings.iloc[rows]
    start_s = readings["start"].dt.tz_localize(None).to_numpy().astype("M8[s]").astype(np.int64)
    columns = (readings[name].to_numpy() for name in ("length_s", "energy_wh", "line"))
    length_s, energy_wh, line = columns
    return doubt_clock(start_s + shift_s, length_s, energy_wh, line, *AARHUS)


@pytest.fixture(scope="module")
def aarhus() -> MeterSeries:
    return read(shared("metered/aarhus_roof_hourly_2024-09_2025-08.csv"))


def test_a_real_year_of_a_real_roof_raises_no_doubt(aarhus: MeterSeries) -> None:
    assert clock(aarhus) is None


@pytest.mark.parametrize("month", range(12))
def test_no_month_of_it_does_either(aarhus: MeterSeries, month: int) -> None:
    assert clock(aarhus, rows=slice(730 * month, 730 * (month + 1))) is None


@pytest.mark.parametrize("shift_s", [HOUR, -HOUR, 2 * HOUR, -2 * HOUR])
def test_the_same_year_with_a_wrong_clock_is_told(aarhus: MeterSeries, shift_s: int) -> None:
    doubt = clock(aarhus, shift_s)
    assert doubt is not None
    assert ("avance" if shift_s > 0 else "retarde") in doubt.problem
    assert doubt.lines


def test_a_logger_left_in_winter_time_is_wrong_in_summer_only(aarhus: MeterSeries) -> None:
    summer = clock(aarhus, HOUR)
    assert summer is not None
    start = aarhus.readings["start"].dt.tz_convert("Europe/Copenhagen")
    is_summer = start.map(lambda t: bool(t.dst())).to_numpy()
    readings = aarhus.readings.copy()
    readings["start"] = readings["start"] + pd.to_timedelta(np.where(is_summer, HOUR, 0), unit="s")
    readings = readings.sort_values("start").drop_duplicates("start")
    moved = MeterSeries(aarhus.format, readings, aarhus.label, aarhus.counts)
    doubt = clock(moved)
    assert doubt is not None
    assert "en été" in doubt.problem


def test_days_tell_nothing_about_hours() -> None:
    days = np.arange(30, dtype=np.int64) * 86_400
    ones = np.full(30, 10_000)
    assert doubt_clock(days, np.full(30, 86_400), ones, np.arange(30), *AARHUS) is None


def test_a_lamp_that_shines_all_night_is_no_clock() -> None:
    start = hours(24 * 10) + 1_750_000_000 // HOUR * HOUR
    assert doubt_clock(start, np.full(240, HOUR), np.full(240, 500), np.arange(240), *AARHUS) is None


def test_where_the_sun_does_not_set_there_is_no_dark() -> None:
    start = hours(24 * 10) + 1_750_000_000 // HOUR * HOUR
    energy = np.full(240, 500)
    assert doubt_clock(start, np.full(240, HOUR), energy, np.arange(240), PARIS, 78.0, 15.0) is None


# Another meter's readings


def test_constant_energies_tell_no_meter_from_another() -> None:
    assert len(sample(np.full(1000, 500))) == 0
    assert len(sample(np.arange(9))) == 0
    assert len(sample(np.arange(1000))) == 40


def test_nine_tenths_of_the_sample_name_the_other_meter() -> None:
    assert doubt_meter({"École": 35}, 40) is None
    doubt = doubt_meter({"École": 36, "Mairie": 3}, 40)
    assert doubt is not None
    assert "École" in doubt.problem
