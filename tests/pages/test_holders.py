"""The board's list of accounts and its search."""

import datetime as dt

import pytest
from django.test import Client

from mine_de_soleil.core.models import User
from shareholders.models import Cooperative
from shareholders.roles import Role
from shareholders.services import issue_shares
from tests.factories import CollegeFactory, CooperativeFactory, ShareholderFactory, member

pytestmark = pytest.mark.django_db
DAY = dt.date(2024, 3, 3)


@pytest.fixture
def cooperative() -> Cooperative:
    return CooperativeFactory()


@pytest.fixture
def board(cooperative, signed_in) -> Client:
    user: User = member(cooperative, Role.BOARD)
    return signed_in(user)


def people(cooperative: Cooperative, count: int) -> None:
    college = CollegeFactory(cooperative=cooperative)
    for n in range(1, count + 1):
        fields = {"number": n, "first_names": f"Prénom{n}", "last_name": "Lefèvre" if n % 2 else "Obert"}
        holder = ShareholderFactory(
            cooperative=cooperative, college=college, commune="Lens" if n < 3 else "Liévin", **fields
        )
        issue_shares(actor=None, shareholder=holder, quantity=n, dated=DAY)


def listed(board: Client, cooperative: Cooperative, query: str = "") -> str:
    answer = board.get(f"/{cooperative.slug}/conseil/titulaires/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_each_account_shows_its_shares_and_leads_to_its_page(board, cooperative):
    people(cooperative, 3)
    page = listed(board, cooperative)
    assert "Le registre connaît 3 comptes." in page
    assert f"/{cooperative.slug}/conseil/titulaires/3/" in page


def test_every_word_narrows_the_search(board, cooperative):
    people(cooperative, 4)
    assert "Prénom1" in listed(board, cooperative, "?q=lef%C3%A8vre+lens")
    assert "Prénom3" not in listed(board, cooperative, "?q=lef%C3%A8vre+lens")


def test_a_number_finds_the_account_that_bears_it(board, cooperative):
    people(cooperative, 4)
    assert "Obert" in listed(board, cooperative, "?q=4")


def test_pages_hold_fifty_accounts_and_keep_what_was_asked(board, cooperative):
    people(cooperative, 104)
    page = listed(board, cooperative, "?q=lef%C3%A8vre")
    assert page.count('data-label="Commune"') == 50
    assert "?q=lef%C3%A8vre&amp;page=2" in page


@pytest.mark.parametrize(
    "query",
    [
        "?q=%00",
        "?q=" + "9" * 90,
        "?q=%25_%27%22%3Cscript%3E",
        "?q=" + "a+" * 400,
        "?q=²",
        "?page=-1",
        "?page=x&q=%26page%3D3",
    ],
)
def test_odd_searches_find_nobody_or_all_and_never_fail(board, cooperative, query):
    people(cooperative, 2)
    assert "<script>" not in listed(board, cooperative, query)


def test_it_makes_as_many_queries_for_nine_accounts_as_for_two(board, cooperative, assert_flat_queries):
    people(cooperative, 2)
    college = cooperative.colleges.get()

    def grow() -> None:
        for n in range(3, 10):
            ShareholderFactory(cooperative=cooperative, college=college, number=n)

    assert_flat_queries(lambda: listed(board, cooperative), grow)


def test_accounts_of_another_cooperative_are_never_found(board, cooperative):
    people(CooperativeFactory(), 1)
    assert "Prénom1" not in listed(board, cooperative)


def test_a_search_without_a_hit_says_so_in_words(board, cooperative):
    page = listed(board, cooperative, "?q=dupont")
    assert "Personne ne répond à «\u202fdupont\u202f»." in page
    assert "0 compte" not in page
