"""The month as one says it to a neighbour."""

import datetime as dt
import tomllib
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from production.citizen_sentence import at_the, month_sentence
from production.month_parts import MonthFacts, Trouble, largest_remainder, part_of_days, points_of

CASES = tomllib.loads((Path(__file__).parent.parent / "cases" / "citizen_sentence.toml").read_text())["case"]
FACTS = ("metered_wh", "compared_wh", "expected_wh", "sun_wh", "days_told", "days_read", "days_missing")


def facts_of(case: dict[str, Any]) -> MonthFacts:
    troubles = tuple(Trouble(**one) for one in case.get("troubles", []))
    known = {name: case[name] for name in (*FACTS, "roofs_missing") if name in case}
    return MonthFacts(**known, troubles=troubles)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_worked_cases(case: dict[str, Any]):
    facts = facts_of(case)
    points = points_of(facts)
    assert month_sentence(facts, case["month"]).replace("\u202f", " ") == case["sentence"]
    assert (points is None) == ("deviation" not in case)
    if points is not None:
        assert (points.deviation, points.sun) == (case["deviation"], case.get("sun"))
        assert [share for share in points.troubles if share is not None] == case.get("shares", [])
        assert points.rest == case["rest"]


LOSSES = st.lists(st.one_of(st.none(), st.integers(0, 10**9)), max_size=6)


@given(st.integers(0, 10**10), st.integers(1, 10**10), st.integers(-(10**9), 10**9), LOSSES)
def test_shown_shares_add_up_to_the_deviation_shown(metered, expected, sun, losses):
    troubles = tuple(Trouble("outage", lost_wh=lost) for lost in losses)
    points = points_of(
        MonthFacts(metered, metered, expected, sun, days_told=30, days_read=30, troubles=troubles)
    )
    assert points is not None
    shares = [points.sun or 0, *(share or 0 for share in points.troubles), points.others, points.rest]
    assert sum(shares) == points.deviation
    exact = [Fraction(sun, expected) * 100, *(Fraction(-(lost or 0), expected) * 100 for lost in losses)]
    assert abs(shares[0] - exact[0]) < 1


@given(st.lists(st.fractions(-1000, 1000), min_size=1, max_size=8))
def test_no_share_is_a_whole_point_off(parts):
    whole = round(sum(parts))
    shown = largest_remainder(parts, whole)
    assert sum(shown) == whole
    assert all(abs(share - part) <= 1 for share, part in zip(shown, parts, strict=True))


def test_a_running_month_says_up_to_when():
    facts = MonthFacts(5_000, 0, 0)
    said = month_sentence(facts, dt.date(2025, 7, 1), until=dt.date(2025, 7, 1))
    assert said == "Juillet, jusqu’au 1er\u202f: 5,0\u202fkWh."
    said = month_sentence(facts, dt.date(2024, 7, 1), until=dt.date(2024, 7, 14), with_year=True)
    assert said.startswith("Juillet 2024, jusqu’au 14")


@pytest.mark.parametrize(
    ("roof", "place"),
    [
        ("École Lamendin", "à l’école Lamendin"),
        ("Salle Varet", "à la salle Varet"),
        ("Ateliers municipaux", "aux ateliers municipaux"),
        ("Cybercoin", "sur le toit «\u202fCybercoin\u202f»"),
        ("", "sur le toit «\u202f\u202f»"),
    ],
)
def test_a_roof_is_placed_as_a_neighbour_would(roof: str, place: str):
    assert at_the(roof) == place


def test_another_language_quotes_no_french_article():
    with translation.override("en"):
        assert "école" not in at_the("École Lamendin")


def test_a_loss_over_two_months_is_cut_by_days():
    # 310 Wh over 31 days, 10 of them in this month.
    assert part_of_days(310, 10, 31) == 100
    assert part_of_days(310, 0, 0) == 0
