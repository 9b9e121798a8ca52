"""What is said to a neighbour about a result."""

import datetime as dt

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from production import wording
from production.described import ENGINE
from production.described_heat import HEAT_ENGINE
from production.judgement import NOT_TOLD, NOTHING, Result, WeatherSplit
from production.wording import (
    against_forecast,
    against_ordinary_day,
    below_its_weather,
    days_told,
    engine_name,
    missing_days,
    month_name,
    mood,
    sun_and_rest,
)

NOVEMBER = dt.date(2025, 11, 3)


def compared(metered_wh: int, expected_wh: float = 1000.0, days_missing: int = 0) -> Result:
    return Result(metered_wh, metered_wh, expected_wh, 1, days_missing)


@pytest.mark.parametrize(
    ("metered_wh", "sentence"),
    [
        (1030, "3\u202f% de plus que prévu"),
        (940, "6\u202f% de moins que prévu"),
        (1004, "comme prévu"),
        (996, "comme prévu"),
        (1000, "comme prévu"),
        (2500, "150\u202f% de plus que prévu"),
        (0, "100\u202f% de moins que prévu"),
    ],
)
def test_a_result_is_said_in_words(metered_wh: int, sentence: str):
    assert against_forecast(compared(metered_wh)) == sentence


def test_nothing_to_compare_says_nothing():
    assert against_forecast(NOTHING) == against_ordinary_day(NOTHING, NOVEMBER) == mood(NOTHING) == ""


@given(st.floats(0, 10), st.floats(0.5, 5000))
def test_nobody_reads_nought_per_cent_more(ratio: float, expected_wh: float):
    said = against_forecast(Result(0, ratio * expected_wh, expected_wh, 1, 0))
    assert not said.startswith("0\u202f%")


@pytest.mark.parametrize(
    ("metered_wh", "sentence"),
    [
        (1030, "3\u202f% de plus qu’un jour de novembre ordinaire"),
        (940, "6\u202f% de moins qu’un jour de novembre ordinaire"),
        (1000, "un jour de novembre ordinaire"),
    ],
)
def test_a_day_is_held_against_its_month(metered_wh: int, sentence: str):
    assert against_ordinary_day(compared(metered_wh), NOVEMBER) == sentence


@pytest.mark.parametrize(("metered_wh", "tone"), [(971, "good"), (969, "bad"), (1200, "good")])
def test_only_a_clear_lack_is_bad(metered_wh: int, tone: str):
    assert mood(compared(metered_wh)) == tone


def test_days_left_out_are_said():
    assert missing_days(compared(1)) == ""
    one, many = missing_days(compared(1, days_missing=1)), missing_days(compared(1, days_missing=1234))
    assert one == "Un jour sans relevé complet n’est pas compté dans la comparaison."
    assert many == "1\u202f234 jours sans relevé complet ne sont pas comptés dans la comparaison."


@pytest.mark.parametrize("metered_wh", [0, 1000, 1030])
def test_an_english_reader_gets_sentences_too(metered_wh: int):
    with translation.override("en"):
        assert against_forecast(compared(metered_wh))
        assert "November" in against_ordinary_day(compared(metered_wh), NOVEMBER)
        assert missing_days(compared(1, days_missing=3))
        assert month_name(8) == "August"


def test_months_have_their_french_names():
    assert [month_name(m) for m in (2, 8, 12)] == ["février", "août", "décembre"]


@pytest.mark.parametrize(
    ("weather_wh", "metered_wh", "sentence"),
    [
        (1060, 1039, "le soleil y est pour +6\u202f%, le reste pour −2\u202f%"),
        (770, 678, "le soleil y est pour −23\u202f%, le reste pour −12\u202f%"),
        (1004, 900, "le soleil n’y est pour rien, le reste pour −10\u202f%"),
        (1100, 1098, "le soleil y est pour +10\u202f%, le reste pour rien"),
        (1003, 1001, ""),
    ],
)
def test_a_deviation_is_shared_between_sun_and_rest(weather_wh: int, metered_wh: int, sentence: str):
    assert sun_and_rest(WeatherSplit(metered_wh, weather_wh, 1000.0, 30)) == sentence


def test_where_nothing_is_known_nothing_is_shared_out():
    assert sun_and_rest(NOT_TOLD) == ""
    assert sun_and_rest(WeatherSplit(0, 0, 1000.0, 3)) == ""


def test_days_whose_weather_is_unknown_are_said():
    result = Result(0, 0, 0.0, 30, 0)
    assert "sur 20 des 30 jours comparés" in days_told(WeatherSplit(1, 1, 1.0, 20), result)
    assert days_told(WeatherSplit(1, 1, 1.0, 30), result) == ""
    assert days_told(NOT_TOLD, result) == ""


def test_a_month_below_its_weather_is_named():
    split = WeatherSplit(880, 1000, 1000.0, 31)
    assert below_its_weather(split, 3) == "En mars, 12\u202f% de moins que ce que le temps permettait."


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("fleet 2 (Perez-Driesse, Faiman)", "version 2, d’après Perez-Driesse, Faiman"),
        ("fleet 3", "version 3"),
        ("heat 1 (BDEW profiles by oemof-demand)", "version 1, pour la chaleur"),
        ("another engine", "another engine"),
    ],
)
def test_an_engine_is_named_in_words(code: str, words: str):
    assert engine_name(code) == words


@pytest.mark.parametrize("code", [ENGINE, HEAT_ENGINE])
def test_every_engine_of_ours_has_words(code: str):
    assert engine_name(code).startswith("version ")


def test_a_sum_says_how_many_days_it_lacks():
    assert wording.incomplete_sum(Result(5, 5, 5.0, 3, 0)) == ""
    one = wording.incomplete_sum(Result(5, 5, 5.0, 3, 1))
    assert one == "Somme incomplète\u202f: 1 jour n’est pas relevé en entier."
    many = wording.incomplete_sum(Result(5, 5, 5.0, 3, 1_200))
    assert many == "Somme incomplète\u202f: 1\u202f200 jours ne sont pas relevés en entier."
    assert "un toit au moins" in wording.incomplete_sum_of_roofs(Result(5, 5, 5.0, 3, 1))
    assert wording.incomplete_sum_of_roofs(Result(5, 5, 5.0, 3, 0)) == ""


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (dt.date(2026, 3, 1), dt.date(2026, 3, 15), "du 1er mars 2026 au 15 mars 2026"),
        (dt.date(2026, 3, 1), dt.date(2026, 3, 1), "le 1er mars 2026"),
        (dt.date(2026, 3, 2), None, "depuis le 2 mars 2026"),
    ],
)
def test_days_are_said_from_the_first_to_the_last(first: dt.date, last: dt.date | None, said: str):
    assert wording.days_words(first, last) == said
