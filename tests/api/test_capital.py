"""GET cooperatives/<coop>/capital/."""

import datetime as dt

import pytest

from shareholders.models import Cooperative
from shareholders.services.register import issue_shares
from tests.api.clients import API, client_of, is_problem
from tests.factories import CollegeFactory, ShareholderFactory

pytestmark = pytest.mark.django_db

DAY = dt.date(2024, 3, 3)


@pytest.fixture
def cooperative() -> Cooperative:
    """Six shares of citizens, and from the next day on two of a company."""
    citizens = CollegeFactory(code="citoyens")
    companies = CollegeFactory(cooperative=citizens.cooperative, code="entreprises")
    jeanne = ShareholderFactory(college=citizens, last_name="Delattre")
    company = ShareholderFactory(college=companies, legal=True)
    issue_shares(actor=None, shareholder=jeanne, quantity=6, dated=DAY)
    issue_shares(actor=None, shareholder=company, quantity=2, dated=DAY + dt.timedelta(days=1))
    return citizens.cooperative


def url(cooperative: Cooperative) -> str:
    return f"{API}/cooperatives/{cooperative.slug}/capital/"


def test_anyone_reads_the_capital_and_no_name(cooperative: Cooperative):
    response = client_of().get(url(cooperative))
    told = response.json()
    assert (told["shares"], told["capital_eur"], told["members"]) == (8, "400.00", 2)
    assert [(college["code"], college["shares"]) for college in told["colleges"]] == [
        ("citoyens", 6),
        ("entreprises", 2),
    ]
    assert told["colleges"][0]["capital_fraction"] == 0.75
    assert b"Delattre" not in response.content


def test_the_capital_of_a_day_is_that_of_its_close(cooperative: Cooperative):
    told = client_of().get(url(cooperative), {"on": "2024-03-03"}).json()
    assert (told["day"], told["shares"], told["register_line"]) == ("2024-03-03", 6, 1)


def test_before_the_first_line_there_is_none(cooperative: Cooperative):
    told = client_of().get(url(cooperative), {"on": "2019-01-01"}).json()
    assert (told["shares"], told["capital_eur"], told["register_line"]) == (0, "0.00", 0)


@pytest.mark.parametrize("on", ["hier", "2024-02-30", "9999-12-31", "0001-01-01"])
def test_a_day_that_is_none_or_to_come_is_a_400(cooperative: Cooperative, on: str):
    response = client_of().get(url(cooperative), {"on": on})
    assert is_problem(response, 400)
    assert "on" in response.json()["errors"]


def test_an_unknown_cooperative_is_a_404(db: None):
    assert is_problem(client_of().get(f"{API}/cooperatives/nulle-part/capital/"), 404)


def test_more_holders_make_no_more_queries(cooperative: Cooperative, assert_flat_queries):
    def grow() -> None:
        for _ in range(7):
            holder = ShareholderFactory(college=CollegeFactory(cooperative=cooperative))
            issue_shares(actor=None, shareholder=holder, quantity=1, dated=DAY)

    assert_flat_queries(lambda: client_of().get(url(cooperative)), grow)
