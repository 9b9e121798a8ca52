"""Shares on a day: who held what, and what it weighed."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest

from shareholders.models import College, Cooperative, Shareholder
from shareholders.reports import capital_on, holdings_of, last_movement_on
from shareholders.services import issue_shares, transfer_shares
from tests.factories import CollegeFactory, CooperativeFactory, ShareholderFactory, UserFactory

pytestmark = pytest.mark.django_db

FOUNDED, LATER, TODAY = dt.date(2019, 7, 12), dt.date(2021, 6, 1), dt.date(2025, 6, 14)


def holder_of(college: College, shares: int, dated: dt.date = FOUNDED, **fields: object) -> Shareholder:
    """A shareholder of `college` with that many shares."""
    holder = ShareholderFactory(college=college, **fields)
    issue_shares(actor=None, shareholder=holder, quantity=shares, dated=dated)
    return holder


@pytest.fixture
def cooperative() -> Cooperative:
    """2,000 shares of €50: citizens 740 (37 %), a SEM 1,260."""
    cooperative = CooperativeFactory()
    citizens = CollegeFactory(cooperative=cooperative, code="citizens", position=1)
    sem = CollegeFactory(cooperative=cooperative, code="sem", position=2)
    holder_of(citizens, 700)
    holder_of(citizens, 40, LATER)
    holder_of(sem, 1_260, legal=True)
    return cooperative


def test_citizens_with_740_of_2000_shares_hold_37_percent(cooperative: Cooperative):
    capital = capital_on(cooperative, TODAY)
    citizens, sem = capital.colleges
    assert capital.shares == 2_000
    assert capital.amount == Decimal("100000.00")
    assert (citizens.members, citizens.stake.shares, citizens.stake.fraction) == (2, 740, 0.37)
    assert (sem.members, sem.stake.shares, sem.stake.fraction) == (1, 1_260, 0.63)
    assert capital.members == 3


def test_capital_on_a_past_day_is_what_it_was_then(cooperative: Cooperative):
    before = capital_on(cooperative, LATER - dt.timedelta(days=1))
    assert (before.shares, before.members) == (1_960, 2)
    assert before.last_movement == 3
    assert capital_on(cooperative, LATER).shares == 2_000


def test_before_the_first_issue_there_is_no_capital(cooperative: Cooperative):
    capital = capital_on(cooperative, FOUNDED - dt.timedelta(days=1))
    assert (capital.shares, capital.members, capital.last_movement) == (0, 0, 0)
    assert [college.stake.fraction for college in capital.colleges] == [0, 0]


def test_colleges_come_in_the_order_of_the_statutes_even_when_empty(cooperative: Cooperative):
    CollegeFactory(cooperative=cooperative, code="municipality", position=0)
    codes = [college.college.code for college in capital_on(cooperative, TODAY).colleges]
    assert codes == ["municipality", "citizens", "sem"]


def test_who_sold_everything_is_no_member_any_more(cooperative: Cooperative):
    seller, buyer, _ = Shareholder.objects.filter(cooperative=cooperative)
    transfer_shares(actor=None, seller=seller, buyer=buyer, quantity=700, dated=TODAY)
    citizens = capital_on(cooperative, TODAY).colleges[0]
    assert (citizens.members, citizens.stake.shares) == (1, 740)


def test_a_neighbours_shares_do_not_count(cooperative: Cooperative):
    holder_of(CollegeFactory(), 500)
    assert capital_on(cooperative, TODAY).shares == 2_000


def test_one_person_may_have_several_accounts_in_the_register(cooperative: Cooperative):
    """Her own and, as a legal representative, her child's."""
    user, citizens = UserFactory(), cooperative.colleges.get(code="citizens")
    accounts = [holder_of(citizens, 10, LATER, user=user), holder_of(citizens, 1, LATER, user=user)]
    found = holdings_of(user, cooperative, TODAY)
    assert [holding.shareholder for holding in found] == accounts
    assert [holding.stake.shares for holding in found] == [10, 1]
    assert {holding.stake.capital_shares for holding in found} == {2_011}
    assert {holding.college_members for holding in found} == {4}
    assert {holding.last_movement for holding in found} == {5}


def test_a_holding_is_what_was_bought_less_what_was_sold(cooperative: Cooperative):
    user, citizens = UserFactory(), cooperative.colleges.get(code="citizens")
    holder = holder_of(citizens, 10, LATER, user=user)
    for _ in range(3):
        transfer_shares(
            actor=None, seller=holder, buyer=citizens.memberships.first().shareholder, quantity=2, dated=TODAY
        )
    (now,) = holdings_of(user, cooperative, TODAY)
    (before,) = holdings_of(user, cooperative, LATER)
    assert (before.stake.shares, now.stake.shares) == (10, 4)
    assert now.stake.value == Decimal("200.00")


def test_others_shares_are_nobody_elses(cooperative: Cooperative):
    assert holdings_of(UserFactory(), cooperative, TODAY) == []


def test_shares_held_elsewhere_are_not_held_here(cooperative: Cooperative):
    user = UserFactory()
    holder_of(CollegeFactory(), 5, user=user)
    assert holdings_of(user, cooperative, TODAY) == []


def test_a_back_dated_line_counts_from_its_day_on(cooperative: Cooperative):
    holder_of(cooperative.colleges.get(code="sem"), 5, FOUNDED, legal=True)
    assert last_movement_on(cooperative, FOUNDED) == 4
    assert capital_on(cooperative, FOUNDED).shares == 1_965


@pytest.mark.parametrize("report", ["capital", "holdings"])
def test_more_people_make_no_more_queries(
    cooperative: Cooperative, assert_flat_queries: Callable, report: str
):
    user, citizens = UserFactory(), cooperative.colleges.get(code="citizens")
    holder_of(citizens, 1, user=user)

    def read() -> object:
        if report == "capital":
            return capital_on(cooperative, TODAY)
        return [str(one.college) for one in holdings_of(user, cooperative, TODAY)]

    def grow() -> None:
        for _ in range(7):
            holder_of(citizens, 1, user=user)

    assert_flat_queries(read, grow)
