"""Shares of capital, with a pencil: what is held adds up to what was issued."""

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shareholders.capital import Movement, NegativeHolding, Stake, holdings, issued

holders = st.integers(1, 5)
quantities = st.integers(1, 50)


@st.composite
def registers(draw: st.DrawFn) -> list[Movement]:
    """Registers that never take from a holder what isn't held."""
    held: dict[int, int] = {}
    movements = []
    for _ in range(draw(st.integers(0, 20))):
        givers = sorted(holder for holder, shares in held.items() if shares)
        giver = draw(st.sampled_from([None, *givers]))
        taker = draw(holders) if giver is None else draw(st.none() | holders)
        quantity = draw(quantities) if giver is None else draw(st.integers(1, held[giver]))
        if giver is not None:
            held[giver] -= quantity
        if taker is not None:
            held[taker] = held.get(taker, 0) + quantity
        movements.append(Movement(giver, taker, quantity))
    return movements


def test_37_percent_is_740_shares_of_2000():
    stake = Stake(shares=740, capital_shares=2_000, nominal_value=Decimal("50.00"))
    assert stake.fraction == 0.37
    assert stake.value == Decimal("37000.00")


def test_without_capital_nobody_holds_a_part_of_it():
    assert Stake(0, 0, Decimal("50.00")).fraction == 0


def test_an_empty_register_holds_nothing():
    assert holdings([]) == {}
    assert issued([]) == 0


def test_a_transfer_changes_hands_and_not_the_capital():
    register = [Movement(None, 1, 10), Movement(1, 2, 4)]
    assert holdings(register) == {1: 6, 2: 4}
    assert issued(register) == 10


def test_a_cancellation_lessens_the_capital():
    register = [Movement(None, 1, 10), Movement(1, None, 4)]
    assert holdings(register) == {1: 6}
    assert issued(register) == 6


def test_who_gave_everything_is_no_holder_any_more():
    assert holdings([Movement(None, 1, 10), Movement(1, 2, 10)]) == {2: 10}


def test_giving_more_than_held_is_refused_by_name():
    with pytest.raises(NegativeHolding, match="holder 1 would hold -1 shares"):
        holdings([Movement(None, 1, 10), Movement(1, 2, 11)])


def test_giving_before_receiving_is_refused():
    with pytest.raises(NegativeHolding):
        holdings([Movement(1, 2, 4), Movement(None, 1, 10)])


@given(register=registers())
def test_what_is_held_adds_up_to_what_was_issued(register: list[Movement]):
    assert sum(holdings(register).values()) == issued(register)


@given(register=registers())
def test_nobody_holds_less_than_a_share(register: list[Movement]):
    assert all(shares > 0 for shares in holdings(register).values())


@given(moves=st.lists(st.builds(Movement, st.none() | holders, st.none() | holders, quantities), max_size=12))
def test_any_register_adds_up_or_is_refused(moves: Sequence[Movement]):
    try:
        held = holdings(moves)
    except NegativeHolding:
        return
    assert sum(held.values()) == issued(moves)


@given(shares=st.lists(st.integers(0, 10**6), min_size=1, max_size=30))
def test_everybodys_stakes_are_the_whole(shares: list[int]):
    stakes = [Stake(one, sum(shares), Decimal("50.00")) for one in shares]
    assert sum(stake.value for stake in stakes) == sum(shares) * 50
    assert sum(stake.fraction for stake in stakes) == (pytest.approx(1) if sum(shares) else 0)
