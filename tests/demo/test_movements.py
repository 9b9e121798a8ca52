"""The invented register adds up to what is known of the cooperative, and obeys its own statutes."""

import datetime as dt
from collections import Counter

import pytest

from mine_de_soleil.demo import movements
from mine_de_soleil.demo.movements import FOUNDED_ON, citizen, register
from mine_de_soleil.demo.people import CITIZENS, DECEASED, JEANNE, LEAVER, LEGAL_PERSONS
from shareholders.deadlines import add_months

CITIZENS_PLACES = slice(len(LEGAL_PERSONS), len(LEGAL_PERSONS) + CITIZENS)


def test_122_citizens_hold_exactly_37_percent():
    held = register().holdings()
    assert len(held[CITIZENS_PLACES]) == 122
    assert sum(held) == 2000
    assert sum(held[CITIZENS_PLACES]) * 100 == 37 * 2000
    assert held[: len(LEGAL_PERSONS)] == [620, 400, 240]


def test_every_citizen_holds_between_one_and_forty_shares():
    held = register().holdings()[CITIZENS_PLACES]
    assert min(held) == 1
    assert max(held) == 40


def test_who_died_and_who_left_hold_nothing():
    held = register().holdings()
    assert [held[citizen(DECEASED)], held[citizen(LEAVER)]] == [0, 0]


def test_holdings_are_skewed_as_in_real_registers():
    held = sorted(register().holdings()[CITIZENS_PLACES])
    median = held[len(held) // 2]
    assert median < sum(held) / len(held)
    assert len(set(held)) > 8


def test_acts_come_in_order_of_date_from_the_foundation_on():
    days = [act.dated for act in register().acts]
    assert days == sorted(days)
    assert days[0] == FOUNDED_ON
    assert {day.year for day in days} == set(range(2019, 2027))


def test_nobody_ever_gives_more_than_is_held():
    held: Counter[int] = Counter()
    for act in register().acts:
        if act.taker is not None:
            held[act.taker] += act.quantity
        if act.giver is not None:
            held[act.giver] -= act.quantity
            assert held[act.giver] >= 0
        assert act.quantity > 0


def test_every_kind_of_line_is_there_except_a_change_of_nominal():
    kinds = Counter(act.kind for act in register().acts)
    assert set(kinds) == {
        *("issue", "transfer", "gift", "inheritance"),
        *("withdrawal", "cancellation", "reversal"),
    }
    assert kinds["transfer"] == len(movements.TRANSFER_DAYS)
    assert kinds["withdrawal"] == 2


def test_shares_are_kept_five_years_before_they_are_sold_given_or_given_back():
    first: dict[int, dt.date] = {}
    for act in register().acts:
        if act.kind in ("transfer", "gift", "withdrawal"):
            assert act.giver is not None
            assert act.dated >= add_months(first[act.giver], 60), act
        if act.taker is not None:
            first.setdefault(act.taker, act.dated)


@pytest.mark.parametrize("kind", ["reversal", "cancellation"])
def test_what_takes_shares_back_says_why(kind: str):
    assert all(act.reason for act in register().acts if act.kind == kind)


def test_a_reversal_mirrors_the_line_it_undoes():
    undoing = [act for act in register().acts if act.undoes]
    assert len(undoing) == 1
    for act in undoing:
        assert act.undoes is not None
        assert (act.quantity, act.giver, act.taker) == (act.undoes.quantity, act.undoes.taker, None)
        assert act.dated > act.undoes.dated


def test_the_citizen_one_signs_in_as_holds_four_shares():
    planned = register()
    place = next(n for n, person in enumerate(planned.people) if person.account == "citoyenne@demo.example")
    assert place == citizen(JEANNE)
    assert planned.people[place].last_name == "Delattre"
    assert planned.holdings()[place] == 4


def test_the_register_is_the_same_at_every_draw():
    assert register.__wrapped__() == register.__wrapped__()
