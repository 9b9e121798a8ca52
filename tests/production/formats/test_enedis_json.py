from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from production.formats import FileRefused, read_meter_file

from . import LATEST, by_local_day, messages, read, refused, starts
from .samples import PRM


def r63(points: list[tuple[str, Any]], business: str = "PROD", prm: str = PRM) -> dict[str, Any]:
    quantity = {
        "grandeurMetier": business,
        "grandeurPhysique": "PA",
        "unite": "W",
        "points": [{"d": d, "v": v, "p": "PT30M", "n": "B"} for d, v in points],
    }
    measure = {"idPrm": prm, "etapeMetier": "BRUT", "grandeur": [quantity]}
    return {"header": {"codeFlux": "R63"}, "mesures": [measure]}


def connect(points: list[tuple[str, Any]], unit: str = "W", step: str | None = "PT30M") -> str:
    readings = [{"value": v, "date": d, **({"interval_length": step} if step else {})} for d, v in points]
    inner = {"usage_point_id": PRM, "reading_type": {"unit": unit}, "interval_reading": readings}
    return json.dumps({"meter_reading": inner}, indent=1)


HALVES = [("2025-06-01T10:30:00+02:00", "1000"), ("2025-06-01T11:00:00+02:00", "2000")]


def test_r63_points_bear_their_meter_and_lines() -> None:
    text = json.dumps(r63(HALVES), indent=1)
    series = read(text)
    assert (series.format, series.meter_identifier, series.energy_wh) == ("enedis-json", PRM, 1500)
    assert starts(series)[0] == "2025-06-01T08:00"
    line = int(series.readings["line"].iloc[0])
    assert HALVES[0][0] in text.split("\n")[line - 1]


def test_consumption_beside_production_is_set_aside() -> None:
    both = r63(HALVES)
    both["mesures"] += r63(HALVES, "CONS")["mesures"]
    series = read(json.dumps(both))
    assert series.energy_wh == 1500
    assert "laissées de côté" in messages(series)


def test_data_connect_half_hours_name_ends_and_days_name_themselves() -> None:
    points = [(f"2025-06-01 {h:02}:{m:02}:00", "600") for h in range(24) for m in (0, 30)][1:]
    series = read(connect([*points, ("2025-06-02 00:00:00", "600")]))
    assert by_local_day(series) == {"2025-06-01": 14_400}
    daily = read(connect([("2025-06-01", "5000"), ("2025-06-02", None), ("2025-06-03", "7000")], "Wh", None))
    assert by_local_day(daily) == {"2025-06-01": 5000, "2025-06-03": 7000}
    assert daily.counts.gaps == 1


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (json.dumps({"mesures": []}), "aucune mesure"),
        (connect([]), "aucune mesure"),
        (json.dumps(r63(HALVES))[:-9], "coupé"),
        (json.dumps(r63([*HALVES, ("hier", "1")])), "date illisible"),
        (json.dumps(r63([*HALVES, ("2025-06-01T11:30:00+02:00", "abc")])), "valeur illisible"),
        (json.dumps(r63(HALVES, prm="12")), "14 chiffres"),
        (
            json.dumps({"mesures": r63(HALVES)["mesures"] + r63(HALVES, prm="9" * 14)["mesures"]}),
            "deux compteurs",
        ),
        (connect([("2031-06-01 10:00:00", "5"), ("2031-06-01 10:30:00", "5")]), "futur"),
    ],
)
def test_bad_answers_are_refused(text: str, word: str) -> None:
    assert word in str(refused(text, "r63.json"))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["grandeur", "points", "d", "v", "p", "idPrm", "unite"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(inside=st.lists(_JSON, max_size=3), key=st.sampled_from(["mesures", "interval_reading"]))
def test_any_answer_is_read_or_refused(inside: list[Any], key: str) -> None:
    try:
        read_meter_file(json.dumps({key: inside}).encode(), filename="x", latest=LATEST)
    except FileRefused as refusal:
        assert refusal.sentences
