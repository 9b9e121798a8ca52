"""GET my-holdings/."""

import datetime as dt

import pytest
from django.utils import timezone

from mine_de_soleil.core.models import User
from shareholders.models import Cooperative, MovementKind, Shareholder, ShareMovement
from shareholders.roles import Role
from tests.api.clients import API, client_of, is_problem
from tests.factories import (
    CollegeFactory,
    CooperativeFactory,
    ShareholderFactory,
    UserFactory,
    college_of,
    member,
)

pytestmark = pytest.mark.django_db

URL = f"{API}/my-holdings/"


def holds(user: User | None, cooperative: Cooperative, shares: int) -> Shareholder:
    """A register account with shares issued to it."""
    holder = ShareholderFactory(college=CollegeFactory(cooperative=cooperative), user=user)
    ShareMovement.objects.create(
        cooperative=cooperative,
        number=ShareMovement.objects.filter(cooperative=cooperative).count() + 1,
        kind=MovementKind.ISSUE,
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
    (row,) = client_of(citizen).get(URL).json()["results"]
    assert (row["shareholder_number"], row["college"]) == (own.number, college_of(own).code)
    assert (row["shares"], row["value_eur"], row["capital_fraction"]) == (3, "150.00", 0.25)
    assert (row["college_members"], row["register_line"]) == (1, 2)


def test_one_reads_nothing_of_others():
    cooperative = CollegeFactory().cooperative
    holds(member(cooperative, Role.SHAREHOLDER), cooperative, 3)
    assert client_of(member(cooperative, Role.BOARD)).get(URL).json()["results"] == []


def test_holdings_in_two_cooperatives_come_together():
    cooperatives = [CollegeFactory().cooperative, CollegeFactory().cooperative]
    citizen = member(cooperatives[0], Role.SHAREHOLDER)
    citizen.role_grants.create(cooperative=cooperatives[1], role=Role.SHAREHOLDER)
    for n, cooperative in enumerate(cooperatives):
        holds(citizen, cooperative, n + 1)
    rows = client_of(citizen).get(URL).json()["results"]
    assert {(row["cooperative"], row["shares"]) for row in rows} == {
        (cooperatives[0].slug, 1),
        (cooperatives[1].slug, 2),
    }


def test_who_holds_nothing_has_an_empty_list():
    assert client_of(UserFactory()).get(URL).json()["results"] == []


def test_holdings_come_in_pages():
    cooperative = CollegeFactory().cooperative
    citizen = member(cooperative, Role.SHAREHOLDER)
    numbers = [holds(citizen, cooperative, 1).number for _ in range(3)]
    first = client_of(citizen).get(URL, {"page_size": 2}).json()
    second = client_of(citizen).get(first["next"]).json()
    assert [row["shareholder_number"] for row in first["results"] + second["results"]] == numbers
    assert second["next"] is None


def test_more_accounts_make_no_more_queries(assert_flat_queries):
    cooperative = CollegeFactory().cooperative
    citizen = member(cooperative, Role.SHAREHOLDER)
    holds(citizen, cooperative, 1)
    client = client_of(citizen)

    def grow() -> None:
        for _ in range(7):
            holds(citizen, cooperative, 1)

    assert_flat_queries(lambda: client.get(URL), grow)


def test_a_visitor_is_a_401():
    assert is_problem(client_of().get(URL), 401)


def test_the_day_is_that_of_the_cooperatives_seat():
    # More than a day apart: whenever this runs, it isn't the same day in both.
    east, west = (CooperativeFactory(time_zone=zone) for zone in ("Pacific/Kiritimati", "Pacific/Niue"))
    citizen = member(east, Role.SHAREHOLDER)
    citizen.role_grants.create(cooperative=west, role=Role.SHAREHOLDER)
    for cooperative in (east, west):
        holds(citizen, cooperative, 1)
    days = {row["cooperative"]: row["day"] for row in client_of(citizen).get(URL).json()["results"]}
    assert days == {c.slug: timezone.localdate(timezone=c.zone).isoformat() for c in (east, west)}
    assert days[east.slug] != days[west.slug]
