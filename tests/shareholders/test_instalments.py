"""Instalments: worked cases, exact sums, and plans that are refused with a sentence."""

import datetime as dt
import tomllib
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shareholders.instalments import (
    Due,
    InstalmentsRefused,
    Schedule,
    even_steps,
    part_of,
    schedule,
    still_due,
    without,
)

CASES = Path(__file__).parent.parent / "cases" / "instalments.toml"
WORKED = tomllib.loads(CASES.read_text(encoding="utf-8"), parse_float=Decimal)["case"]
TODAY = dt.date(2026, 11, 20)
QUARTER = Fraction(1, 4)
cents = st.integers(0, 100_000).map(lambda n: Decimal(n) / 100)


def plan(**changes: Any) -> Schedule:
    usual = {
        "quantity": 10,
        "nominal": Decimal("50.00"),
        "premium": Decimal("5.00"),
        "minimum_paid": QUARTER,
        "chosen": QUARTER,
        "balance_within_months": 60,
        "on": TODAY,
        "steps": (12, 24, 36),
    }
    return schedule(**{**usual, **changes})


@pytest.mark.parametrize("case", WORKED, ids=lambda case: case["name"])
def test_a_worked_plan_is_that_of_the_treasurer(case: dict[str, Any]):
    made = plan(
        quantity=case["quantity"],
        nominal=case["nominal"],
        premium=case["premium"],
        chosen=Fraction(case["chosen"]),
        on=case["on"],
        steps=tuple(case["steps"]),
    )
    assert [[call.due_on, call.amount] for call in made.calls] == case["calls"]


def test_the_whole_premium_is_due_at_once():
    made = plan()
    assert made.calls[0].premium == Decimal("50.00")
    assert all(call.premium == 0 for call in made.calls[1:])


def calls(*amounts: str) -> tuple[Due, ...]:
    return tuple(Due(dt.date(2027 + n, 6, 1), Decimal(amount)) for n, amount in enumerate(amounts))


def test_money_pays_the_first_calls_first():
    assert still_due(calls("10.00", "20.00", "5.00"), Decimal("12.50")) == (
        Due(dt.date(2028, 6, 1), Decimal("17.50")),
        Due(dt.date(2029, 6, 1), Decimal("5.00")),
    )
    assert still_due(calls("10.00"), Decimal("-3.00")) == calls("10.00")
    assert still_due(calls("10.00"), Decimal("12.00")) == ()


def test_what_follows_shares_is_their_part_of_each_call_to_the_cent():
    moved = part_of(calls("10.00", "0.01"), 1, 3)
    assert moved == (Due(dt.date(2027, 6, 1), Decimal("3.33")),)
    assert without(calls("10.00", "0.01"), moved) == calls("6.67", "0.01")


@pytest.mark.parametrize(("moved", "held"), [(0, 3), (4, 3), (-1, 3), (1, 0)])
def test_an_impossible_number_of_shares_carries_nothing(moved: int, held: int):
    with pytest.raises(ValueError, match="can't move"):
        part_of(calls("10.00"), moved, held)


def test_nobody_takes_over_more_than_was_called():
    with pytest.raises(ValueError, match="more was taken over"):
        without(calls("10.00"), calls("10.01"))


@given(st.lists(cents, max_size=6), st.integers(1, 500), st.integers(0, 500), cents)
def test_both_sides_add_up_to_what_was_due(amounts: list[Decimal], moved: int, kept: int, received: Decimal):
    before = still_due(calls(*map(str, amounts)), received)
    gone = part_of(before, moved, moved + kept)
    after = without(before, gone)
    assert sum(c.amount for c in gone) + sum(c.amount for c in after) == sum(c.amount for c in before)
    assert all(call.amount > 0 for call in (*gone, *after))


def test_even_steps_end_when_the_rest_is_due():
    assert even_steps(5, 60) == (12, 24, 36, 48, 60)
    assert even_steps(3, 10) == (3, 6, 10)


@pytest.mark.parametrize("count", [0, -1, 13])
def test_more_payments_than_months_are_refused(count: int):
    with pytest.raises(InstalmentsRefused, match="un mois entre deux"):
        even_steps(count, 12)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"chosen": Fraction(1, 5)}, "au moins 1/4"),
        ({"chosen": Fraction(1)}, "Il ne reste rien"),
        ({"steps": ()}, "quand vous verserez"),
        ({"steps": (0, 12)}, "se suivre"),
        ({"steps": (12, 12)}, "se suivre"),
        ({"steps": (24, 12)}, "se suivre"),
        ({"steps": (12, 61)}, "dans les 60 mois"),
    ],
)
def test_a_plan_the_statutes_refuse_is_told_in_both_languages(changes: dict[str, Any], sentence: str):
    with pytest.raises(InstalmentsRefused, match=sentence) as refused:
        plan(**changes)
    assert refused.value.sentence_en and refused.value.sentence_en != refused.value.sentence


@pytest.mark.parametrize(
    "changes",
    [
        {"quantity": 0},
        {"nominal": Decimal("0")},
        {"nominal": Decimal("50.001")},
        {"premium": Decimal("-1")},
        {"premium": Decimal("0.005")},
        {"minimum_paid": Fraction(0)},
        {"chosen": Fraction(5, 4)},
    ],
)
def test_amounts_that_cannot_be_are_refused(changes: dict[str, Any]):
    with pytest.raises(ValueError):
        plan(**changes)


@given(
    quantity=st.integers(1, 10_000),
    nominal=cents.filter(bool),
    premium=cents,
    chosen=st.fractions(QUARTER, Fraction(99, 100), max_denominator=100),
    count=st.integers(1, 60),
)
def test_the_calls_add_up_to_what_the_shares_cost(
    quantity: int, nominal: Decimal, premium: Decimal, chosen: Fraction, count: int
):
    made = plan(
        quantity=quantity, nominal=nominal, premium=premium, chosen=chosen, steps=even_steps(count, 60)
    )
    assert made.total == quantity * (nominal + premium)
    assert Fraction(made.calls[0].nominal) >= chosen * Fraction(quantity * nominal)
    later = [call.nominal for call in made.calls[1:]]
    assert not later or max(later) - min(later) <= Decimal("0.01")
    assert all(call.amount > 0 for call in made.calls)
