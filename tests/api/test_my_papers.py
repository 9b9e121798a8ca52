"""GET my-papers/."""

import hashlib

import pytest

from shareholders.models import Paper, Shareholder
from shareholders.roles import Role
from tests.api.clients import API, client_of, is_problem
from tests.factories import ShareholderFactory, UserFactory, college_of, member

pytestmark = pytest.mark.django_db

URL = f"{API}/my-papers/"


@pytest.fixture
def jeanne() -> Shareholder:
    holder = ShareholderFactory()
    holder.user = member(holder.cooperative, Role.SHAREHOLDER)
    holder.save()
    return holder


def paper(holder: Shareholder, cause: str) -> Paper:
    content = cause.encode()
    return Paper.objects.create(
        cooperative=holder.cooperative,
        kind=Paper.Kind.CERTIFICATE,
        cause=cause,
        holder=holder,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
    )


def test_one_reads_where_one_s_papers_are_and_their_fingerprint(jeanne: Shareholder):
    made = paper(jeanne, "issue:1")
    (row,) = client_of(jeanne.user).get(URL).json()["results"]
    assert (row["kind"], row["sha256"], row["cooperative"]) == (
        "certificate",
        made.sha256,
        jeanne.cooperative.slug,
    )
    assert row["address"].endswith(f"/{made.pk}/")


def test_others_papers_are_not_there(jeanne: Shareholder):
    paper(ShareholderFactory(college=college_of(jeanne)), "issue:2")
    assert client_of(jeanne.user).get(URL).json()["results"] == []
    assert client_of(UserFactory()).get(URL).json()["results"] == []


def test_a_visitor_is_a_401():
    assert is_problem(client_of().get(URL), 401)


def test_more_papers_make_no_more_queries(jeanne: Shareholder, assert_flat_queries):
    paper(jeanne, "issue:1")
    client = client_of(jeanne.user)

    def grow() -> None:
        for n in range(2, 9):
            paper(jeanne, f"issue:{n}")

    assert_flat_queries(lambda: client.get(URL), grow)
