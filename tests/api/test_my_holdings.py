"""GET my-holdings/."""

import datetime as dt

import pytest

from mine_de_soleil.core.models import User
from shareholders.models import Cooperative, Shareholder, ShareMovement
from shareholders.roles import Role
from tests.api.clients import API, client_of, is_problem
from tests.factories import CollegeFactory, ShareholderFactory, UserFactory, member

pytestmark = pytest.mark.django_db

URL = f"{API}/my-holdings/"


def holds(user: User | None, cooperative: Cooperative, shares: int) -> Shareholder:
    """A register account with shares issued to it."""
    holder = ShareholderFactory(college=CollegeFactory(cooperative=cooperative), user=user)
    ShareMovement.objects.create(
        cooperative=cooperative,
        number=ShareMovement.objects.filter(cooperative=cooperative).count() + 1,
        kind=ShareMovement.Kind.ISSUE,
        dated=dt.date(2020, 1, 1),
        to_shareholder=holder,
        quantity=shares,
        nominal_value=cooperative.nominal_value,
    )
    return holder


def test_one_reads_what_one_holds_and_the_register_line_it_rests_on():
    cooperative = CollegeFactory().cooperative
    citizen = member(cooperative, Role.SHAREHOLDER)
    own = holds(citizen, cooperative, 3)
    holds(None, cooperative, 9)
    (row,) = client_of(citizen).get(URL).json()
    assert (row["shareholder_number"], row["college"]) == (own.number, own.college.code)
    assert (row["shares"], row["value_eur"], row["capital_fraction"]) == (3, "150.00", 0.25)
    assert (row["college_members"], row["register_line"]) == (1, 2)


def test_one_reads_nothing_of_others():
    cooperative = CollegeFactory().cooperative
    holds(member(cooperative, Role.SHAREHOLDER), cooperative, 3)
    assert client_of(member(cooperative, Role.BOARD)).get(URL).json() == []


def test_holdings_in_two_cooperatives_come_together():
    cooperatives = [CollegeFactory().cooperative, CollegeFactory().cooperative]
    citizen = member(cooperatives[0], Role.SHAREHOLDER)
    citizen.role_grants.create(cooperative=cooperatives[1], role=Role.SHAREHOLDER)
    for n, cooperative in enumerate(cooperatives):
        holds(citizen, cooperative, n + 1)
    rows = client_of(citizen).get(URL).json()
    assert {(row["cooperative"], row["shares"]) for row in rows} == {
        (cooperatives[0].slug, 1),
        (cooperatives[1].slug, 2),
    }


def test_who_holds_nothing_has_an_empty_list():
    assert client_of(UserFactory()).get(URL).json() == []


def test_a_visitor_is_a_401():
    assert is_problem(client_of().get(URL), 401)
