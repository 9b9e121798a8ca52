"""GET cooperatives/<coop>/holders/, movements/, register/verification/ and my-movements/."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection

from shareholders.models import Cooperative, Shareholder
from shareholders.register_chain import Line, verify
from shareholders.roles import Role
from shareholders.services.register import issue_shares, transfer_shares
from tests.api.clients import API, all_pages, client_of, client_with, is_problem
from tests.factories import CollegeFactory, ShareholderFactory, college_of, member

pytestmark = pytest.mark.django_db

DAY = dt.date(2024, 3, 3)


@pytest.fixture
def jeanne() -> Shareholder:
    return ShareholderFactory(number=1, last_name="Delattre", commune="Lens", postcode="62300")


@pytest.fixture
def cooperative(jeanne: Shareholder) -> Cooperative:
    """Ten shares of Jeanne, three of which go to Karim the next day."""
    karim = ShareholderFactory(number=2, college=college_of(jeanne), last_name="Benali")
    issue_shares(actor=None, shareholder=jeanne, quantity=10, dated=DAY)
    transfer_shares(actor=None, seller=jeanne, buyer=karim, quantity=3, dated=DAY + dt.timedelta(days=1))
    return jeanne.cooperative


def url(cooperative: Cooperative, more: str) -> str:
    return f"{API}/cooperatives/{cooperative.slug}/{more}"


# holders


def test_the_auditor_reads_who_holds_what_on_any_day(cooperative: Cooperative, jeanne: Shareholder):
    client = client_with(cooperative, Role.AUDITOR)
    (row,) = client.get(url(cooperative, "holders/"), {"on": f"{DAY}"}).json()["results"]
    assert (row["number"], row["name"], row["shares"]) == (1, "Jeanne Delattre", 10)
    assert (row["value_eur"], row["capital_fraction"]) == ("500.00", 1.0)
    assert (row["college"], row["commune"]) == (college_of(jeanne).code, "Lens")
    rows = client.get(url(cooperative, "holders/")).json()["results"]
    assert [(row["number"], row["shares"]) for row in rows] == [(1, 7), (2, 3)]


def test_holders_come_in_pages_by_number(cooperative: Cooperative):
    rows = all_pages(
        client_with(cooperative, Role.BOARD),
        url(cooperative, f"holders/?on={dt.date(2024, 3, 4)}&page_size=1"),
    )
    assert [row["number"] for row in rows] == [1, 2]


@pytest.mark.parametrize("on", ["jamais", "2999-01-01"])
def test_a_wrong_day_is_a_400(cooperative: Cooperative, on: str):
    response = client_with(cooperative, Role.BOARD).get(url(cooperative, "holders/"), {"on": on})
    assert is_problem(response, 400)


@pytest.mark.parametrize("path", ["holders/", "movements/", "register/verification/"])
def test_the_register_is_for_those_who_answer_for_it(cooperative: Cooperative, path: str):
    assert is_problem(client_of().get(url(cooperative, path)), 401)
    assert is_problem(client_with(cooperative, Role.SHAREHOLDER).get(url(cooperative, path)), 403)
    stranger = member(CollegeFactory().cooperative, Role.BOARD)
    assert is_problem(client_of(stranger).get(url(cooperative, path)), 404)


@pytest.mark.parametrize("path", ["holders/", "movements/"])
def test_more_lines_make_no_more_queries(
    cooperative: Cooperative, jeanne: Shareholder, assert_flat_queries, path: str
):
    client = client_with(cooperative, Role.BOARD)

    def grow() -> None:
        for _ in range(7):
            issue_shares(
                actor=None,
                shareholder=ShareholderFactory(college=college_of(jeanne)),
                quantity=1,
                dated=DAY,
            )

    assert_flat_queries(lambda: client.get(url(cooperative, path)), grow)


# movements


def test_the_lines_read_page_by_page_verify_without_us(cooperative: Cooperative):
    rows = all_pages(client_with(cooperative, Role.TREASURER), url(cooperative, "movements/?page_size=1"))
    assert [row["number"] for row in rows] == [1, 2]
    for row in rows:
        row["dated"] = dt.date.fromisoformat(row["dated"])
        row["entered_at"] = dt.datetime.fromisoformat(row["entered_at"]).astimezone(dt.UTC)
        row["nominal_value"] = Decimal(row["nominal_value"])
    report = verify(Line(**row) for row in rows)
    assert (report.findings, report.shares) == ((), 10)


# verification


def test_a_sound_register_is_said_sound(cooperative: Cooperative):
    told = client_with(cooperative, Role.BOARD).get(url(cooperative, "register/verification/")).json()
    assert (told["is_sound"], told["lines"], told["shares"], told["holders"]) == (True, 2, 10, 2)
    assert (told["capital_eur"], told["findings"]) == ("500.00", [])


@pytest.mark.as_owner
def test_a_touched_register_says_where(cooperative: Cooperative):
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE shareholders_sharemovement SET quantity = 4 WHERE number = 2")
        cursor.execute("SET session_replication_role = DEFAULT")
    told = client_with(cooperative, Role.AUDITOR).get(url(cooperative, "register/verification/")).json()
    assert told["is_sound"] is False
    assert told["findings"][0]["number"] == 2


def test_an_empty_register_is_sound():
    cooperative = CollegeFactory().cooperative
    told = client_with(cooperative, Role.BOARD).get(url(cooperative, "register/verification/")).json()
    assert (told["is_sound"], told["lines"], told["capital_eur"]) == (True, 0, "0.00")


# my-movements


def test_one_reads_the_lines_of_one_s_own_accounts_and_no_other_name(
    cooperative: Cooperative, jeanne: Shareholder
):
    citizen = member(cooperative, Role.SHAREHOLDER)
    Shareholder.objects.filter(pk=jeanne.pk).update(user=citizen)
    response = client_of(citizen).get(f"{API}/my-movements/")
    first, second = response.json()["results"]
    assert (first["kind"], first["taken_by"], first["given_by"], first["quantity"]) == ("issue", 1, None, 10)
    assert (second["kind"], second["taken_by"], second["given_by"]) == ("transfer", None, 1)
    assert b"Benali" not in response.content


def test_one_reads_no_line_of_others(cooperative: Cooperative):
    assert client_with(cooperative, Role.BOARD).get(f"{API}/my-movements/").json()["results"] == []


def test_more_own_lines_make_no_more_queries(
    cooperative: Cooperative, jeanne: Shareholder, assert_flat_queries
):
    citizen = member(cooperative, Role.SHAREHOLDER)
    Shareholder.objects.filter(pk=jeanne.pk).update(user=citizen)
    client = client_of(citizen)

    def grow() -> None:
        for _ in range(7):
            issue_shares(actor=None, shareholder=jeanne, quantity=1, dated=DAY)

    assert_flat_queries(lambda: client.get(f"{API}/my-movements/"), grow)
