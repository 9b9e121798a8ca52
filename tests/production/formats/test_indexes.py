"""Counters: roll-over, replacement, holes, and what no day can claim."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from production.formats import MeterSeries, Replacement

from . import by_local_day, messages, read, refused

START = datetime(2025, 6, 1, 22, tzinfo=UTC)


def counter(values: list[float | str], minutes: int = 60, unit: str = "kWh") -> str:
    rows = (
        f"{START + timedelta(minutes=minutes * i):%Y-%m-%dT%H:%M:%SZ};{value}\n"
        for i, value in enumerate(values)
    )
    return f"Date;Index ({unit})\n" + "".join(rows)


def energies(series: MeterSeries) -> list[int]:
    return [int(wh) for wh in series.readings["energy_wh"]]


def test_an_interval_lies_between_two_indexes_and_bears_the_line_of_the_later() -> None:
    series = read(counter([100, 101, 103]))
    assert energies(series) == [1000, 2000]
    assert list(series.readings["line"]) == [3, 4]
    assert series.label == "end"
    assert series.readings["start"].iloc[0] == START
    assert series.counter_energy_wh == 3000


def test_a_counter_past_its_last_digit_goes_on() -> None:
    series = read(counter([99_997, 99_999, 2, 4]))
    assert energies(series) == [2000, 3000, 2000]
    assert "repassé par zéro (99\u202f999 puis 2)" in messages(series)


def test_declared_digits_allow_a_roll_over_further_from_the_end() -> None:
    values = [7000, 8000, 200, 1200]
    assert refused(counter(values), peak_power_w=5_000_000).line == 4
    series = read(counter(values), index_digits=4, peak_power_w=5_000_000)
    assert energies(series) == [1_000_000, 2_200_000, 1_000_000]


def test_a_roll_over_no_plant_could_climb_is_refused() -> None:
    values = [9100, 9101, 100, 101]
    refusal = refused(counter(values), index_digits=4, peak_power_w=10_000)
    assert refusal.line == 4
    assert "l’index recule, de 9\u202f101 à 100" in str(refusal)


@pytest.mark.parametrize(
    "values", [[500, 510, 0, 10], [12_345, 12_350, 12_340, 12_360], [99_990, 99_995, 50_000]]
)
def test_a_fall_that_is_no_roll_over_is_refused_with_its_line(values: list[float | str]) -> None:
    refusal = refused(counter(values))
    assert refusal.line == 4
    assert "déclarez-le" in str(refusal)


def test_a_declared_replacement_counts_the_rest_of_the_old_and_the_start_of_the_new() -> None:
    change = Replacement(START + timedelta(minutes=90), removed_index=512, installed_index=3)
    series = read(counter([500, 510, 8, 10]), replacements=(change,))
    assert energies(series) == [10_000, 2000 + 5000, 2000]


def test_a_new_meter_that_starts_higher_is_counted_too() -> None:
    change = Replacement(START + timedelta(minutes=90), removed_index=512, installed_index=9000)
    assert energies(read(counter([500, 510, 9001]), replacements=(change,))) == [10_000, 3000]


@pytest.mark.parametrize(("removed", "installed"), [(400, 0), (512, 20)])
def test_a_declaration_that_disagrees_with_the_indexes_is_refused(removed: float, installed: float) -> None:
    change = Replacement(START + timedelta(minutes=90), removed, installed)
    refusal = refused(counter([500, 510, 8, 10]), replacements=(change,))
    assert refusal.line == 4
    assert "ne s’accorde pas" in str(refusal)


def test_a_replacement_outside_the_file_changes_nothing() -> None:
    change = Replacement(START - timedelta(days=9), 512, 3)
    assert energies(read(counter([1, 2, 3]), replacements=(change,))) == [1000, 1000]


def test_an_empty_index_makes_the_interval_longer_within_its_day() -> None:
    series = read(counter([1, 2, "", 4, 5]))
    assert energies(series) == [1000, 2000, 1000]
    assert list(series.readings["length_s"]) == [3600, 7200, 3600]


def test_a_hole_across_midnight_is_given_to_no_day() -> None:
    values: list[float | str] = list(range(30))
    values[20:28] = [""] * 8
    series = read(counter(values))
    assert series.counter_energy_wh == 29_000
    assert series.energy_wh == 29_000 - 9000
    assert [(span.energy_wh, span.line) for span in series.spans] == [(9000, 30)]
    assert "attribués à aucun jour" in messages(series)
    assert "9,0\u202fkWh" in messages(series)


def test_monthly_indexes_alone_are_refused_unless_asked_for() -> None:
    text = counter([0, 1000, 2500], minutes=30 * 24 * 60)
    assert "aucun jour ne peut recevoir" in str(refused(text))
    series = read(text, spans_alone=True)
    assert len(series.readings) == 0
    assert [span.energy_wh for span in series.spans] == [1_000_000, 1_500_000]
    assert series.counter_energy_wh == 2_500_000


@pytest.mark.parametrize(("day", "hours"), [("2025-03-30", 23), ("2025-10-26", 25)])
def test_daily_indexes_cross_both_clock_changes(day: str, hours: int) -> None:
    first = datetime.fromisoformat(day) - timedelta(days=1)
    rows = "".join(f"{first + timedelta(days=i):%d/%m/%Y};{100 + i}\n" for i in range(4))
    series = read("Date;Index (kWh)\n" + rows)
    assert by_local_day(series)[day] == 1000
    assert int(series.readings["length_s"].iloc[1]) == hours * 3600


def test_thousands_and_decimal_commas_are_read() -> None:
    text = "Date;Index (MWh)\n2025-06-01;1 234,5\n2025-06-02;1 234,75\n2025-06-03;1 235,0\n"
    assert energies(read(text)) == [250_000, 250_000]


@given(
    steps=st.lists(st.integers(0, 400), min_size=2, max_size=60),
    first=st.integers(0, 9999),
)
def test_any_climb_of_a_counter_of_four_digits_reads_back(steps: list[int], first: int) -> None:
    shown: list[float | str] = [first]
    total = first
    for step in steps:
        total += step
        shown.append(total % 10_000)
    series = read(counter(shown, 10, "Wh"), index_digits=4, peak_power_w=2000)
    assert series.counter_energy_wh == sum(steps)
    assert series.energy_wh == sum(steps)
