"""The buyer's statement: every difference has its cause, and the causes add up to it."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from production.revenue.energy import Metered
from production.revenue.errors import UnreadableStatement
from production.revenue.explaining import _SENTENCES, sentences
from production.revenue.figures import Dated, agreed
from production.revenue.heat import heat_months
from production.revenue.lines import Part
from production.revenue.months import MarketMonth, complement_months, energy_months
from production.revenue.statement import Cause, Comparison, StatementLine, compare
from tests.production.revenue.contracts_for_tests import (
    CASES,
    START,
    complement_contract,
    dated,
    days,
    energy_contract,
    heat_contract,
)

JUNE_30, JULY_1, JULY_31 = dt.date(2026, 6, 30), dt.date(2026, 7, 1), dt.date(2026, 7, 31)
CENTS = st.integers(-(10**7), 10**7).map(lambda cents: Decimal(cents) / 100)


def june(count: int = 30):
    return energy_months(energy_contract(), days(START, count, 200_000), START, JUNE_30)


def stated(first: dt.date = START, last: dt.date = JUNE_30, **told: Any) -> StatementLine:
    known = {"part": Part.ENERGY, "amount": Decimal("481.50")} | told
    for name in ("amount", "price", "coefficient", "reference"):
        if name in known:
            known[name] = Decimal(known[name])
    return StatementLine(first, last, **known)


def shares(comparison: Comparison) -> dict[str, Decimal]:
    return {share.cause.value: share.amount for share in comparison.shares}


@pytest.mark.parametrize("case", CASES["statement"], ids=lambda case: case["name"])
def test_a_pencil_finds_the_same_causes(case: dict[str, Any]):
    (found,) = compare(june(), [stated(**case["received"])])
    assert shares(found) == case["shares"]
    assert sum(case["shares"].values()) == found.difference
    assert found.agrees is (set(case["shares"]) <= {"rounding"})
    assert all(told.endswith(".") for told in sentences(found))


def test_a_missing_month_is_told_with_its_amount():
    months = energy_months(energy_contract(), days(START, 61, 200_000), START, JULY_31)
    same, missing = compare(months, [stated()])
    assert same.agrees
    assert (missing.number, missing.first, shares(missing)) == (
        None,
        JULY_1,
        {"missing": Decimal("-497.55")},
    )
    assert "manque dans le relevé" in sentences(missing)[0]


def test_a_line_nobody_expected_and_a_line_given_twice_are_told_apart():
    _, twice, unexpected = compare(june(), [stated(), stated(), stated(JULY_1, JULY_31)])
    assert shares(twice) == {"twice": Decimal("481.50")}
    assert shares(unexpected) == {"unexpected": Decimal("481.50")}
    assert "deux fois" in sentences(twice)[0]
    assert "n’attendions pas" in sentences(unexpected)[0]


def test_one_line_for_two_months_is_compared_with_both():
    months = energy_months(energy_contract(), days(START, 61, 200_000), START, JULY_31)
    whole = stated(last=JULY_31, energy_wh=12_200_000, price="7.92", coefficient="1.01325", amount="979.05")
    (found,) = compare(months, [whole])
    # 12,200 × 0.0792 × 1.01325 = 979.04268 → 979.04 if rounded together; ours are 481.50 + 497.55 = 979.05.
    assert found.difference == 0
    assert compare(months, [replace(whole, amount=Decimal("979.04"))])[0].agrees


def test_several_prices_in_one_line_are_not_explained_by_a_guess():
    coefficients = (*dated(1), Dated(dt.date(2026, 6, 16), agreed(Decimal("1.1"))))
    contract = replace(energy_contract(10), coefficients=coefficients)
    months = energy_months(contract, days(START, 30, 10_000), START, JUNE_30)
    (found,) = compare(months, [stated(energy_wh=300_000, coefficient="1", amount="30.00")])
    assert shares(found) == {"several_prices": Decimal("-1.50")}
    assert "demandez le détail" in sentences(found)[0]


def test_days_of_ours_that_are_missing_are_said_before_anybody_complains():
    theirs = stated(energy_wh=6_000_000, price="7.92", coefficient="1.01325")
    (found,) = compare(june(20), [theirs])
    assert shares(found) == {"energy": Decimal("160.50")}
    assert found.days_missing == 10
    assert "10 jours manquent dans nos relevés" in sentences(found)[-1]


def test_a_month_we_never_read_is_compared_with_what_it_would_be_worth():
    theirs = stated(energy_wh=6_000_000, price="7.92", coefficient="1.01325")
    (found,) = compare(june(0), [theirs])
    assert shares(found) == {"energy": Decimal("481.50")}


def test_another_reference_price_explains_a_complement():
    market = [MarketMonth(START, agreed(Decimal(40)))]
    months = complement_months(complement_contract(), days(START, 30, 10**6), market, START, JUNE_30)
    theirs = stated(
        part=Part.COMPLEMENT, energy_wh=30_000_000, price="88.73", reference="41", amount="1431.90"
    )
    (found,) = compare(months, [theirs])
    assert shares(found) == {"price": Decimal("-30.00")}
    assert "prix de référence du relevé est 41, le nôtre 40" in sentences(found)[0]


def test_a_subscription_at_another_price_is_explained():
    jan_1, jan_31 = dt.date(2026, 1, 1), dt.date(2026, 1, 31)
    months = heat_months(heat_contract(), [Metered(jan_1, jan_31, 30_000_000, 31)], jan_1, jan_31)
    lines = [
        stated(jan_1, jan_31, part=Part.HEAT, energy_wh=30_000_000, amount="1350.00"),
        # 608.34 × 40 / 36.5 = 666.674… → 666.67
        stated(jan_1, jan_31, part=Part.SUBSCRIPTION, price="40", amount="666.67"),
    ]
    heat, subscription = compare(months, lines)
    assert heat.agrees
    assert shares(subscription) == {"price": Decimal("58.33")}


def test_a_free_subscription_that_is_charged_is_not_divided_by_zero():
    jan_1, jan_31 = dt.date(2026, 1, 1), dt.date(2026, 1, 31)
    months = heat_months(heat_contract(r2="0"), [], jan_1, jan_31)
    line = stated(jan_1, jan_31, part=Part.SUBSCRIPTION, price="10", amount="5.00")
    (found, *_) = compare(months, [line])
    assert found.difference == sum(shares(found).values()) == 5


@pytest.mark.parametrize(
    "told",
    [
        {"last": START - dt.timedelta(days=1)},
        {"energy_wh": -1},
        {"energy_wh": 10**16},
        {"amount": "1.234"},
        {"amount": "NaN"},
        {"amount": "sNaN"},
        {"amount": "1e30"},
        {"price": "Infinity"},
        {"coefficient": "1e9"},
    ],
)
def test_an_impossible_line_is_refused_by_its_place(told: dict[str, Any]):
    with pytest.raises(UnreadableStatement, match="ligne 2") as refused:
        compare(june(), [stated(), stated(**told)])
    assert refused.value.line == 2


def test_a_bare_amount_that_differs_asks_for_its_detail():
    (found,) = compare(june(), [stated(amount="480.00")])
    (told,) = sentences(found)
    assert told == (
        "Énergie, 01/06/2026–30/06/2026\u202f: le relevé ne donne que le montant\u202f: demandez le détail, "
        "soit −1,50\u202f€."
    )


def test_the_three_causes_are_told_with_both_figures():
    theirs = stated(energy_wh=5_900_000, price="7.90", coefficient="1.005", amount="468.43")
    energy, price, index = sentences(compare(june(), [theirs])[0])
    assert "l’acheteur compte 5\u202f900,0\u202fkWh, nous 6\u202f000,0\u202fkWh, soit −8,03\u202f€." in energy
    assert "le prix du relevé est 7,9, celui du contrat 7,92\u202fc€/kWh" in price
    assert "le coefficient du relevé est 1,005, celui du contrat 1,01325" in index


def test_nothing_against_nothing_is_nothing():
    assert compare([], []) == []


@given(
    st.none() | st.integers(0, 10**8),
    st.none() | st.decimals(0, 100, places=3),
    st.none() | st.decimals(Decimal("0.5"), 2, places=5),
    CENTS,
)
def test_the_causes_always_add_up_to_the_difference(energy_wh, price, coefficient, amount):
    line = stated(amount=amount, energy_wh=energy_wh)
    (found,) = compare(june(), [replace(line, price=price, coefficient=coefficient)])
    assert sum(share.amount for share in found.shares) == found.difference
    assert all(told.endswith(".") for told in sentences(found))


@given(st.lists(st.tuples(st.sampled_from([START, JULY_1]), st.sampled_from(Part), CENTS), max_size=6))
def test_whatever_is_received_no_euro_is_lost_between_both_sides(lines):
    months = energy_months(energy_contract(), days(START, 61, 200_000), START, JULY_31)
    statement = [
        StatementLine(first, JUNE_30 if first == START else JULY_31, part, amount)
        for first, part, amount in lines
    ]
    found = compare(months, statement)
    received, expected = sum(line.amount for line in statement), sum(month.net for month in months)
    assert sum(comparison.difference for comparison in found) == received - expected
    assert all(sum(s.amount for s in c.shares) == c.difference for c in found)
    assert all(told for comparison in found for told in sentences(comparison))


def test_every_cause_has_its_sentence():
    assert set(_SENTENCES) == set(Cause)
