"""Weather in words: nothing a reader may raise is left without a sentence."""

import ast
import datetime as dt
import importlib
from dataclasses import replace
from pathlib import Path

import pytest

from production import weather, weather_words
from production.climate import ClimateError, InvalidCoordinates, OutsideClimateArea
from production.formats.errors import refuse
from production.services import weather_files
from production.weather import WeatherError, WeatherMeta, WeatherRemark
from production.weather.recognition import FORMS
from production.weather_words import (
    REFUSALS,
    REMARKS,
    origin_in_words,
    period_words,
    quantity_in_words,
    refusal_sentences,
    remark_sentence,
    source_in_words,
)


def every_class(kind: type[WeatherError]) -> set[type[WeatherError]]:
    assert weather_files.RoofNeeded  # imported, so that it counts
    return {kind}.union(*(every_class(child) for child in kind.__subclasses__()))


def remark_codes() -> set[str]:
    """The codes given to `WeatherRemark(…)` anywhere in the readers."""
    codes = set()
    for path in Path(weather.__file__).parent.glob("*.py"):
        module = importlib.import_module(f"production.weather.{path.stem}")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "WeatherRemark" and node.args:
                codes.add(getattr(module, node.args[0].id))
    return codes


def test_every_refusal_has_words():
    assert {kind.code for kind in every_class(WeatherError)} == set(REFUSALS)


def test_every_remark_has_words():
    assert len(remark_codes()) >= 6
    assert remark_codes() == set(REMARKS)


@pytest.mark.parametrize("code", sorted(REFUSALS))
def test_a_refusal_names_the_file_the_line_and_a_remedy(code: str):
    error = WeatherError("temp_air is missing", file="vu.epw", line=12)
    error.code = code  # type: ignore[misc]
    (sentence,) = refusal_sentences(error, "vu.epw")
    assert sentence.startswith("«\u202fvu.epw\u202f», ligne 12\u202f: ")
    assert "Que faire\u202f: " in sentence
    assert "temp_air" not in sentence
    assert "%(" not in sentence


def test_a_missing_value_is_named_in_the_readers_words():
    error = weather.MissingValues("wind_speed is missing", file="a.epw", line=9)
    assert "vitesse du vent" in refusal_sentences(error, "a.epw")[0]


def test_a_leap_year_says_how_many_hours_it_has():
    error = weather.WrongYearLength("8784 hours instead of 8760", file="a.epw")
    assert "8\u202f784 heures trouvées" in refusal_sentences(error, "a.epw")[0]


@pytest.mark.parametrize(("side", "words"), [("before", "trop tôt"), ("after", "trop tard")])
def test_light_off_its_sun_says_by_how_much(side: str, words: str):
    problem = f"its light is balanced 61 minutes {side} the sun of longitude 2.8°"
    (sentence,) = refusal_sentences(weather.SunOutOfPlace(problem), "a.csv")
    assert f"61 minutes {words}" in sentence


def test_a_file_name_is_shown_without_control_characters():
    (sentence,) = refusal_sentences(weather.UnreadableFile("x"), "a\x00\x1b[31m" + "é" * 300)
    assert sentence.isprintable() or "\u202f" in sentence
    assert "\x1b" not in sentence
    assert len(sentence) < 400


def test_every_line_of_a_refused_table_is_told():
    refusal = refuse("a.csv", "valeur illisible", "corrigez", line=3, field="Vent")
    assert refusal_sentences(refusal, "a.csv") == refusal.sentences


@pytest.mark.parametrize("error", [InvalidCoordinates("x"), OutsideClimateArea("x"), ClimateError("x")])
def test_a_place_that_cannot_be_is_told(error: ClimateError):
    assert "Que faire" in refusal_sentences(error, "a.epw")[0]


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        ("latitude 95.0° is not between -90° and 90°", "latitude (95)"),
        ("longitude 200.5° is not between", "longitude (200,5"),
        ("altitude 1e+300 m is not between", "altitude («"),
        ("latitude nan° is not between", "latitude («"),
    ],
)
def test_what_is_wrong_of_a_place_is_named(problem: str, words: str):
    assert words in refusal_sentences(InvalidCoordinates(problem), "a.epw")[0]


@pytest.mark.parametrize("code", sorted(REMARKS))
def test_a_remark_is_a_sentence_with_its_number(code: str):
    sentence = remark_sentence(WeatherRemark(code, 1234.0))
    assert sentence.endswith(".")
    assert "%(" not in sentence
    assert ("%(n)s" in str(REMARKS[code])) == ("1\u202f234" in sentence)


def test_an_unknown_remark_is_told_as_it_is():
    assert remark_sentence(WeatherRemark("new-remark")) == "new-remark"


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_file_has_a_name(form: str):
    assert source_in_words(form) != form


def test_an_unknown_source_is_told_as_it_is():
    assert source_in_words("satellite") == "satellite"


@pytest.mark.parametrize("quantity", weather.QUANTITIES)
def test_every_quantity_has_words(quantity: str):
    assert quantity_in_words(quantity) == str(weather_words.QUANTITIES[quantity])


def test_the_plane_of_a_sensor_is_counted_from_one():
    assert quantity_in_words("poa_global_1").endswith("pan 2")
    assert quantity_in_words("poa_cell_0") == f"{weather_words.QUANTITIES['poa_cell']}, pan 1"
    assert quantity_in_words("colour") == "colour"


@pytest.mark.parametrize(
    ("first", "end", "words"),
    [
        # Midnight in France, and midnight UTC.
        ("2026-09-30T22:00Z", "2026-10-31T23:00Z", "du 1er octobre 2026 au 31 octobre 2026"),
        ("2025-06-01T00:00Z", "2025-07-01T00:00Z", "du 1er juin 2025 au 30 juin 2025"),
        ("2025-06-01T08:00Z", "2025-06-03T10:00Z", "du 1er juin 2025 au 3 juin 2025"),
    ],
)
def test_a_period_ends_on_its_last_day(first: str, end: str, words: str):
    assert period_words(dt.datetime.fromisoformat(first), dt.datetime.fromisoformat(end)) == words


def test_a_table_without_a_roof_is_told_in_a_whole_sentence():
    (sentence,) = refusal_sentences(weather_files.RoofNeeded("no roof", file="a.csv"), "a.csv")
    assert (
        "nous ne savons pas de quel toit viennent ces mesures. Que faire\u202f: choisissez le toit"
        in sentence
    )


def test_an_invented_weather_is_told_in_french():
    assert origin_in_words(replace(describe_nothing(), method="demonstration")).startswith("Temps inventé")
    assert origin_in_words(describe_nothing()) == "read in a file"


def describe_nothing() -> WeatherMeta:
    return WeatherMeta("x", "read in a file", "unknown", "0" * 64, 50.0, 2.0, 0.0, method="epw")
