"""What is left of a file without its faulty lines, in every format."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from production.formats import FileRefused, MeterSeries
from production.formats.resting import Rest, as_ranges, from_ranges, rest_of

from . import read, refused
from .samples import BOOKS, TEXTS, api_answer, sge_xml, workbook
from .test_more_formats import ten_minutes


def rest(content: str | bytes, filename: str = "x.csv", **options: object) -> Rest | None:
    def again(lines: frozenset[int]) -> MeterSeries:
        return read(content, filename, without_lines=lines, **options)

    return rest_of(refused(content, filename, **options), again)


def longer(name: str) -> str:
    """A sample with its last line once more, its date damaged."""
    lines = TEXTS[name].rstrip("\n").split("\n")
    return "\n".join([*lines, lines[-1].replace("2025", "20x5"), ""])


@pytest.mark.parametrize("name", [n for n in TEXTS if n not in {"pvoutput", "edf", "sma"}])
def test_a_line_left_out_leaves_the_rest_of_every_text(name: str) -> None:
    found = rest(longer(name))
    assert found is not None
    assert found.series.energy_wh == read(TEXTS[name]).energy_wh
    assert found.left_out == {longer(name).rstrip("\n").count("\n") + 1}


@pytest.mark.parametrize("name", BOOKS)
def test_a_row_left_out_leaves_the_rest_of_every_worksheet(name: str) -> None:
    whole = read(BOOKS[name](), "x.xlsx")
    line = int(whole.readings["line"].iloc[-1])
    without = read(BOOKS[name](), "x.xlsx", without_lines=frozenset({line}))
    assert line not in set(without.readings["line"])
    assert without.energy_wh == whole.energy_wh - 1000


def test_a_point_left_out_of_an_answer_leaves_the_others() -> None:
    points = [(f"2025-06-01 {h:02}:00:00", 1000) for h in range(6, 20)]
    text = api_answer([*points, ("2025-06-01 20:00:00", -90_000)])
    found = rest(text, "x.json")
    assert found is not None
    assert found.series.energy_wh == 14_000
    curve = ten_minutes("2025-06-01")
    curve[70] = (curve[70][0], "-9000")
    kept = rest(sge_xml(curve), "x.xml")
    assert kept is not None
    assert kept.series.energy_wh == 14_300


def test_an_answer_on_one_line_has_nothing_left() -> None:
    points = [(f"2025-06-01 {h:02}:00:00", -90_000 if h == 9 else 1000) for h in range(6, 20)]
    assert rest(json.dumps(json.loads(api_answer(points))), "x.json") is None


def test_a_gap_is_left_and_no_zero() -> None:
    text = "Date;kWh\n" + "".join(f"2025-06-01 {h:02}:00;{'x' if h == 9 else 1}\n" for h in range(24))
    found = rest(text)
    assert found is not None
    assert len(found.series.readings) == 23
    assert (found.series.readings["energy_wh"] > 0).all()


def test_an_index_left_out_makes_the_interval_longer() -> None:
    rows = "".join(f"2025-06-01 {h:02}:00;{7 if h == 9 else 1000 + h}\n" for h in range(24))
    found = rest("Date;Index (kWh)\n" + rows)
    assert found is not None
    assert found.series.energy_wh == 23_000
    assert found.left_out == {11}


@pytest.mark.parametrize(
    "content",
    [
        "Date;kWh\n" + "".join(f"2025-06-0{d};-{d}\n" for d in range(1, 9)),
        "Date;kWh\n2025-06-01;1\n2025-06-02;x\n2025-06-03;x\n",
        "Date;Energie\n2025-06-01;1\n2025-06-02;1\n",
    ],
)
def test_nothing_is_saved_of_a_file_that_is_wrong_as_a_whole(content: str) -> None:
    assert rest(content) is None


def test_a_counter_that_was_reset_is_not_cut_line_by_line() -> None:
    rows = "".join(f"2025-06-01 {h:02}:00;{1000 + h if h < 3 else h}\n" for h in range(24))
    assert rest("Date;Index (kWh)\n" + rows) is None


def test_a_workbook_of_two_sites_is_read_by_the_chosen_one() -> None:
    rows = [["Plant Name", "Updated Time", "Time Zone", "Production-Today(kWh)"]]
    rows += [
        [name, f"2025/06/0{d}", "UTC+01:00", kwh]
        for name, kwh in (("A", "1.0"), ("B", "2.0"))
        for d in (1, 2)
    ]
    content = workbook(rows)
    assert refused(content, "x.xlsx").parts == ("A", "B")
    assert [read(content, "x.xlsx", part=part).energy_wh for part in "AB"] == [2_000, 4_000]


@given(st.frozensets(st.integers(1, 60)))
def test_lines_survive_their_ranges(lines: frozenset[int]) -> None:
    ranges = as_ranges(lines)
    assert from_ranges(ranges) == lines
    assert all(first <= last for first, last in ranges)
    assert all(a[1] + 1 < b[0] for a, b in pairwise(ranges))


@settings(max_examples=60, deadline=None)
@given(bad=st.sets(st.integers(0, 23), max_size=8))
def test_what_is_left_is_what_the_file_would_be_without_those_lines(bad: set[int]) -> None:
    good = [f"2025-06-01 {h:02}:00;{1 + h}" for h in range(24)]
    text = "Date;kWh\n" + "\n".join(row + ("x" if h in bad else "") for h, row in enumerate(good)) + "\n"
    kept = "Date;kWh\n" + "\n".join("" if h in bad else row for h, row in enumerate(good)) + "\n"
    try:
        read(text)
    except FileRefused:
        found = rest(text)
        assert found is not None
        assert found.series.readings.equals(read(kept).readings)
