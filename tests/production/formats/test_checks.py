from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from production.formats.cadence import interval_lengths, steady_lengths
from production.formats.decimals import parse_decimals
from production.formats.instants import parse_instants
from production.formats.series import whole_watt_hours

from . import messages, read, refused, shared


def day(values: list[str] | None = None, head: str = "Date;W", last: str = "\n") -> str:
    values = values or ["600"] * 144
    rows = [f"2025-06-01 {i // 6:02d}:{i % 6}0;{value}" for i, value in enumerate(values)]
    return head + "\n" + "\n".join(rows) + last


def with_value(value: str, at: int = 10) -> str:
    return day(["600"] * at + [value] + ["600"] * (143 - at))


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("-5000", "négative"),
        ("1e308", "impossible"),
        ("1e999", "impossible"),
        ("NaN", "illisible"),
        ("inf", "illisible"),
        ("6OO", "illisible"),
        ("1_000", "illisible"),
        ("60000", "1,3 fois"),
    ],
)
def test_a_hostile_value_is_refused_with_its_line(value: str, word: str) -> None:
    refusal = refused(with_value(value), peak_power_w=36_000)
    assert word in str(refusal)
    assert refusal.line == 12
    assert refusal.fault_count == 1


def test_without_a_peak_power_only_the_unthinkable_is_refused() -> None:
    assert read(with_value("60000")).energy_wh == 143 * 100 + 10_000
    assert "100 MW" in str(refused(with_value("100000001"))).replace("\u202f", " ")


def test_a_standby_draw_counts_zero_with_a_remark() -> None:
    series = read(with_value("-80"), peak_power_w=36_000)
    assert series.energy_wh == 14_300
    assert "veille" in messages(series)
    assert read(with_value("-170"), peak_power_w=36_000).energy_wh == 14_300
    assert refused(with_value("-190"), peak_power_w=36_000).line == 12


@pytest.mark.parametrize(
    ("year", "word"), [("2031", "futur"), ("1999", "avant l’année 2000"), ("0000", "illisible")]
)
def test_a_wrong_year_is_refused(year: str, word: str) -> None:
    refusal = refused(day().replace("2025-06-01 12:00", f"{year}-06-01 12:00"))
    assert word in str(refusal)
    assert 74 in {fault.line for fault in refusal.faults}


def test_the_latest_admissible_instant_is_the_callers() -> None:
    latest = datetime(2025, 6, 1, 12, 0, tzinfo=UTC)
    assert refused(day(), latest=latest).fault_count == 59


def test_all_faults_are_told_at_once_and_counted() -> None:
    refusal = refused(day(["x"] * 30 + ["600"] * 84 + ["-9000"] * 30))
    assert refusal.fault_count == 60
    assert len(refusal.faults) == 20
    assert [fault.line for fault in refusal.faults] == list(range(2, 22))
    assert "Et 59 autres erreurs" in str(refusal)
    assert refusal.sentences[0].startswith("«\u202freleve.csv\u202f», ligne 2, W\u202f: valeur illisible")


@pytest.mark.parametrize(
    "cut", ["2025-06-0", "2025-06-02 00:00", "2025-06-02 00:00;", "2025-06-02 00:00;600.1"]
)
def test_a_half_written_last_line_is_refused_with_its_line(cut: str) -> None:
    refusal = refused(day(["600.125"] * 144) + cut)
    assert refusal.line == 146
    assert "inachevée" in str(refusal)


def test_the_real_file_cut_anywhere_is_refused_or_told() -> None:
    content = shared("metered/aarhus_roof_hourly_2024-09_2025-08.csv").read_bytes()
    line = content.rindex(b"\n", 0, len(content) // 2) + 1
    end = content.index(b"\n", line)
    for cut in range(line + 1, end):
        if content[line:cut].count(b",") < 2 or content[line:cut].endswith(b","):
            assert "inachevée" in str(refused(content[:cut]))
        else:
            assert "vérifiez que sa valeur est entière" in messages(read(content[:cut]))


def test_a_missing_final_newline_alone_is_only_told() -> None:
    series = read(day(last=""))
    assert series.energy_wh == 14_400
    assert "retour à la ligne" in messages(series)


def test_duplicates_are_tolerated_only_when_identical() -> None:
    series = read(day() + "2025-06-01 12:00;600\n2025-06-01 12:00;\n")
    assert (series.energy_wh, series.counts.duplicates) == (14_400, 2)
    assert refused(day() + "2025-06-01 12:00;601\n").line == 146


def test_a_wrong_number_of_columns_is_refused_with_its_line() -> None:
    lines = day().split("\n")
    lines[4] += ";7"
    lines[9] = "bonjour"
    assert [fault.line for fault in refused("\n".join(lines)).faults] == [5, 10]


def test_a_file_without_any_value_is_refused() -> None:
    assert "aucune valeur" in str(refused(day([""] * 144)))
    assert "une seule mesure" in str(refused("Date;kWh\n2025-06-01 00:00;1\n"))


def test_blank_lines_keep_line_numbers() -> None:
    series = read(day().replace("2025-06-01 12:00", "\n \n2025-06-01 12:00"))
    assert series.energy_wh == 14_400
    assert int(series.readings["line"].iloc[-1]) == 147


def test_daily_sums_are_right_to_the_watt_hour() -> None:
    energy = np.tile([1 / 3, 0.5, 0.1], 48 * 3).astype(np.float64)
    days = np.repeat(np.arange(3), 144).astype(np.int64)
    whole = whole_watt_hours(energy, days)
    assert [int(whole[days == k].sum()) for k in range(3)] == [45, 45, 45]
    assert (whole[:144] == whole[144:288]).all()
    assert (whole >= 0).all()
    assert (np.abs(np.cumsum(whole[:144]) - np.cumsum(energy[:144])) <= 0.5 + 1e-9).all()


def test_lengths_follow_a_cadence_and_invent_nothing_in_holes() -> None:
    at = np.array([0, 60, 120, 180, 210, 240, 270, 360, 390, 420, 450], dtype=np.int64)
    expected = [60, 60, 60, 30, 30, 30, 30, 30, 30, 30, 30]
    assert interval_lengths(at, "start").tolist() == expected
    assert interval_lengths(450 - at[::-1], "end").tolist() == expected[::-1]
    assert steady_lengths(np.array([0, 5, 10, 500]), 5, "start").tolist() == [5, 5, 5, 5]
    assert steady_lengths(np.array([0, 5, 8, 500]), 5, "end").tolist() == [5, 5, 3, 5]


def test_impossible_dates_are_invalid() -> None:
    texts = [
        "2025-02-29",
        "2024-02-29",
        "2025-13-01",
        "31/04/2025",
        "2025-06-01 24:00",
        "2025-06-01 24:10",
        "x",
    ]
    assert parse_instants(texts).valid.tolist() == [False, True, False, False, True, False, False]


def test_two_dots_can_only_be_thousands() -> None:
    found = parse_decimals(["1.234.567", "12", "-"])
    assert found.value[:2].tolist() == [1_234_567.0, 12.0]
    assert (found.decimal_mark, found.thousands_mark) == (",", ".")
    assert parse_decimals(["1.2.3", "1"]).unreadable.tolist() == [True, False]


def test_an_empty_column_parses_to_nothing() -> None:
    assert len(parse_decimals([]).value) == 0
    assert len(parse_instants([]).wall_s) == 0
