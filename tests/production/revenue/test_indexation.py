"""The coefficient of a contract: the pencil cases, and no stale or missing index in silence."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from production.revenue.errors import InvalidContract, NoCoefficient, UnknownRate
from production.revenue.figures import Dated, agreed
from production.revenue.indexation import (
    LABOUR,
    PRODUCER,
    IndexFormula,
    Term,
    coefficient,
    coefficient_on,
    stale,
    usual_weights,
)
from tests.production.revenue.contracts_for_tests import CASES, START, dated


def formula(case: dict[str, Any]) -> IndexFormula:
    constant, labour, producer = (agreed(weight) for weight in case["weights"])
    first, second = (Decimal(value) for value in case["at_start"])
    terms = (Term(LABOUR, labour, first), Term(PRODUCER, producer, second))
    return IndexFormula(constant, terms, case["decimals"])


@pytest.mark.parametrize("case", CASES["index"], ids=lambda case: case["name"])
def test_a_pencil_finds_the_same_coefficient(case: dict[str, Any]):
    values = dict(zip((LABOUR, PRODUCER), map(Decimal, case["values"]), strict=True))
    found = coefficient(formula(case), values)
    assert (found.value, found.caution) == (case["coefficient"], None)


def test_on_the_first_day_the_coefficient_is_one():
    known = formula(CASES["index"][0])
    assert coefficient(known, {term.series: term.at_start for term in known.terms}).value == 1


def test_weights_from_memory_make_a_coefficient_to_be_checked():
    constant, labour, producer = usual_weights(START)
    terms = (Term(LABOUR, labour, Decimal(120)), Term(PRODUCER, producer, Decimal(110)))
    found = coefficient(IndexFormula(constant, terms, 5), {LABOUR: Decimal(126), PRODUCER: Decimal(121)})
    assert found.value == Decimal("1.015")
    assert found.caution is not None and "à vérifier" in found.caution


def test_the_usual_weights_are_unknown_before_the_first_date_written():
    with pytest.raises(UnknownRate, match="31/03/2021"):
        usual_weights(dt.date(2021, 3, 31))


@pytest.mark.parametrize("values", [{LABOUR: Decimal(1)}, {LABOUR: Decimal(1), PRODUCER: Decimal("nan")}])
def test_a_missing_or_impossible_index_is_named(values: dict[str, Decimal]):
    with pytest.raises(InvalidContract, match=PRODUCER):
        coefficient(formula(CASES["index"][0]), values)


def test_weights_that_dont_make_one_are_refused():
    known = formula(CASES["index"][0])
    with pytest.raises(InvalidContract, match="font 1,1"):
        replace(known, constant=agreed(Decimal("0.9")))


@pytest.mark.parametrize("change", [{"decimals": -1}, {"decimals": 13}])
def test_an_impossible_rounding_is_refused(change: dict[str, int]):
    with pytest.raises(InvalidContract, match="arrondi"):
        replace(formula(CASES["index"][0]), **change)


def test_a_start_value_of_zero_is_refused():
    with pytest.raises(InvalidContract, match="départ"):
        IndexFormula(agreed(Decimal(0)), (Term(LABOUR, agreed(Decimal(1)), Decimal(0)),), 5)


def test_before_the_first_coefficient_there_is_none():
    with pytest.raises(NoCoefficient, match=r"coefficient L du 31/05/2026"):
        coefficient_on(dated(1), START - dt.timedelta(days=1), "L")


def test_the_latest_coefficient_counts_whatever_the_order_they_were_entered_in():
    later = Dated(dt.date(2027, 6, 1), agreed(Decimal("1.02")))
    assert coefficient_on((later, *dated(1)), dt.date(2027, 6, 1), "L").value == Decimal("1.02")


def test_a_coefficient_older_than_a_year_is_pointed_at():
    assert stale(dated(1), dt.date(2027, 6, 1), "L") is None
    told = stale(dated(1), dt.date(2027, 6, 2), "L")
    assert told is not None and "01/06/2026" in told
