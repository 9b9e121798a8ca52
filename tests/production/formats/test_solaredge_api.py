from __future__ import annotations

import json

import pytest

from . import messages, read, refused, shared, starts
from .samples import api_answer

HOURS = [(f"2025-06-01 {h:02}:00:00", 1000.0) for h in range(10, 14)]


def test_the_real_month_has_its_total_lines_and_gaps() -> None:
    series = read(shared("formats/solaredge_api_2025_03.json"), "api.json")
    assert series.energy_wh == 1_107_947
    assert series.counts.rows_read == 744
    text = shared("formats/solaredge_api_2025_03.json").read_text().split("\n")
    assert '"date": "2025-03-01 06:00' in text[int(series.readings["line"].iloc[0]) - 1]
    assert starts(series)[0] == "2025-03-01T05:00"
    assert "n’a pas existé" in messages(series)


def test_bare_local_dates_and_quarters_are_read() -> None:
    points = [(f"2025-06-01 12:{m:02}:00", 250.0) for m in (0, 15, 30, 45)]
    series = read(api_answer(points, "QUARTER_OF_AN_HOUR"))
    assert series.energy_wh == 1000
    assert set(series.readings["length_s"]) == {900}
    power = read(api_answer(points, "QUARTER_OF_AN_HOUR", "W", "power"))
    assert power.energy_wh == 250


def test_days_are_civil_days() -> None:
    points = [(f"2025-03-{d} 00:00:00", 24_000.0) for d in (29, 30, 31)]
    assert list(read(api_answer(points, "DAY")).readings["length_s"]) == [86_400, 82_800, 86_400]


def test_the_autumn_hour_left_out_is_a_hole_and_told() -> None:
    summer = [(f"2025-10-26 0{h}:00:00 CEST+0200", 10) for h in (0, 1)]
    winter = [(f"2025-10-26 0{h}:00:00 CET+0100", 10) for h in (2, 3)]
    series = read(api_answer([*summer, *winter]))
    assert series.energy_wh == 40
    assert "1 pas de mesure absents" in messages(series)


def test_energy_in_the_hour_that_never_was_is_refused() -> None:
    points = [("2025-03-30 01:00:00", 5), ("2025-03-30 02:00:00", 7), ("2025-03-30 03:00:00", 5)]
    assert "n’existe pas" in str(refused(api_answer(points)))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (api_answer([]), "aucune mesure"),
        (api_answer(HOURS, "MONTH"), "pas de temps"),
        (api_answer(HOURS, unit="J"), "unité inconnue"),
        (api_answer(HOURS)[:-40], "coupé"),
        (api_answer([*HOURS, ("2025-06-01 14:00:00", "12")]), "illisible"),
        (api_answer([*HOURS, ("hier", 12)]), "date illisible"),
        (api_answer([*HOURS, (HOURS[0][0], 2000.0)]), "deux valeurs différentes"),
        (api_answer(HOURS).replace("1000.0", "NaN"), "abîmé"),
        (api_answer(HOURS).replace("2025-", "2031-"), "futur"),
        (json.dumps({"overview": {"lastYearData": {}}}), "JSON"),
    ],
)
def test_bad_answers_are_refused(text: str, word: str) -> None:
    assert word in str(refused(text, "api.json"))


def test_brackets_without_end_do_not_exhaust_the_reader() -> None:
    text = '{"energy":{"timeUnit":"HOUR","unit":"Wh","values":' + "[" * 200_000
    assert "JSON" in str(refused(text, "api.json"))
