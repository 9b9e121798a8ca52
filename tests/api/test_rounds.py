"""GET cooperatives/<coop>/rounds/ and rounds/<slug>/."""

import datetime as dt

import pytest
from django.utils import timezone

from shareholders.models import Cooperative, FundingRound
from tests.api.clients import API, client_of, is_problem
from tests.factories import CollegeFactory, FundingRoundFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


def days(number: int) -> dt.date:
    return TODAY + dt.timedelta(days=number)


@pytest.fixture
def offer() -> FundingRound:
    return FundingRoundFactory(opens_on=days(-9), closes_on=days(9), premium="2.50", slug="ecole")


def url(cooperative: Cooperative, more: str = "") -> str:
    return f"{API}/cooperatives/{cooperative.slug}/rounds/{more}"


def test_anyone_reads_a_round_its_price_and_what_is_taken(offer: FundingRound):
    college = CollegeFactory(cooperative=offer.cooperative)
    SubscriptionFactory(round=offer, signed=True, college=college, quantity=3)
    SubscriptionFactory(round=offer, signed=True, college=college, quantity=9, granted=4)
    SubscriptionFactory(round=offer, quantity=50)
    told = client_of().get(url(offer.cooperative, "ecole/")).json()
    assert (told["subscribed_shares"], told["price_per_share_eur"]) == (7, "52.50")
    assert (told["state"], told["outcome"], told["target_shares"]) == ("open", "", 100)


def test_the_state_is_that_of_the_day(offer: FundingRound):
    cooperative = offer.cooperative
    FundingRoundFactory(cooperative=cooperative, slug="bientot", opens_on=days(1), closes_on=days(2))
    FundingRoundFactory(cooperative=cooperative, slug="finie", opens_on=days(-9), closes_on=days(-1))
    FundingRoundFactory(
        cooperative=cooperative,
        slug="close",
        opens_on=days(-9),
        closes_on=days(9),
        closed_at=timezone.now(),
        outcome="succeeded",
    )
    rows = client_of().get(url(cooperative)).json()["results"]
    assert {row["slug"]: (row["state"], row["outcome"]) for row in rows} == {
        "ecole": ("open", ""),
        "bientot": ("coming", ""),
        "finie": ("closed", ""),
        "close": ("closed", "succeeded"),
    }


def test_another_cooperative_s_round_is_a_404(offer: FundingRound):
    other = FundingRoundFactory()
    assert is_problem(client_of().get(url(offer.cooperative, f"{other.slug}/")), 404)


def test_a_cooperative_without_round_has_an_empty_list_and_an_unknown_one_is_a_404():
    assert client_of().get(url(CollegeFactory().cooperative)).json()["results"] == []
    assert is_problem(client_of().get(f"{API}/cooperatives/nulle-part/rounds/"), 404)


def test_more_rounds_make_no_more_queries(offer: FundingRound, assert_flat_queries):
    def grow() -> None:
        for _ in range(7):
            FundingRoundFactory(cooperative=offer.cooperative)

    assert_flat_queries(lambda: client_of().get(url(offer.cooperative)), grow)
