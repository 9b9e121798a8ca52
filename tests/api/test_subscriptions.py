"""GET my-subscriptions/, cooperatives/<coop>/subscriptions/; POST …/<number>/decision/."""

import pytest

from shareholders.models import Cooperative, Subscription
from shareholders.roles import Role
from tests.api.clients import API, client_of, client_with, is_problem
from tests.factories import CollegeFactory, FundingRoundFactory, SubscriptionFactory, member

pytestmark = pytest.mark.django_db

MINE = f"{API}/my-subscriptions/"


@pytest.fixture
def signed() -> Subscription:
    """Jeanne's, for two shares, to be paid and approved."""
    return SubscriptionFactory(signed=True)


def url(cooperative: Cooperative, more: str = "") -> str:
    return f"{API}/cooperatives/{cooperative.slug}/subscriptions/{more}"


def decision(subscription: Subscription) -> str:
    return url(subscription.cooperative, f"{subscription.number}/decision/")


# mine


def test_one_reads_one_s_own_subscriptions_with_both_gates(signed: Subscription):
    citizen = member(signed.cooperative, Role.SHAREHOLDER)
    Subscription.objects.filter(pk=signed.pk).update(user=citizen)
    SubscriptionFactory(round=signed.round)
    (row,) = client_of(citizen).get(MINE).json()["results"]
    assert (row["reference"], row["state"], row["shares"]) == (signed.reference, "signed", 2)
    assert (row["price_eur"], row["first_call_eur"], row["received_eur"]) == ("100.00", "100.00", "0.00")
    assert (row["paid_at"], row["decision"], row["register_line"]) == (None, "", None)


def test_a_draft_has_no_price_yet(signed: Subscription):
    citizen = member(signed.cooperative)
    SubscriptionFactory(round=signed.round, user=citizen)
    (row,) = client_of(citizen).get(MINE).json()["results"]
    assert (row["state"], row["price_eur"]) == ("draft", None)


def test_a_visitor_has_none():
    assert is_problem(client_of().get(MINE), 401)


def test_more_subscriptions_make_no_more_queries(signed: Subscription, assert_flat_queries):
    citizen = member(signed.cooperative)
    Subscription.objects.filter(pk=signed.pk).update(user=citizen)
    client = client_of(citizen)

    def grow() -> None:
        for _ in range(7):
            SubscriptionFactory(round=FundingRoundFactory(), user=citizen)

    assert_flat_queries(lambda: client.get(MINE), grow)


# the cooperative's


def test_the_treasurer_reads_signed_ones_with_names_and_no_draft(signed: Subscription):
    SubscriptionFactory(round=signed.round)
    client = client_with(signed.cooperative, Role.TREASURER)
    (row,) = client.get(url(signed.cooperative)).json()["results"]
    assert (row["name"], row["number"]) == ("Jeanne Delattre", signed.number)


def test_they_are_filtered_by_state(signed: Subscription):
    client = client_with(signed.cooperative, Role.BOARD)
    assert len(client.get(url(signed.cooperative), {"state": "signed"}).json()["results"]) == 1
    assert client.get(url(signed.cooperative), {"state": "issued"}).json()["results"] == []


@pytest.mark.parametrize("state", ["draft", "perdue", "\0"])
def test_a_state_that_is_none_is_a_400(signed: Subscription, state: str):
    client = client_with(signed.cooperative, Role.BOARD)
    assert is_problem(client.get(url(signed.cooperative), {"state": state}), 400)


def test_another_cooperative_s_are_not_there(signed: Subscription):
    stranger = member(CollegeFactory().cooperative, *Role)
    assert is_problem(client_of(stranger).get(url(signed.cooperative)), 404)


def test_more_of_them_make_no_more_queries(signed: Subscription, assert_flat_queries):
    client = client_with(signed.cooperative, Role.AUDITOR)

    def grow() -> None:
        for _ in range(7):
            SubscriptionFactory(round=signed.round, signed=True, college=signed.college)

    assert_flat_queries(lambda: client.get(url(signed.cooperative)), grow)


# the decision


def test_the_board_approves(signed: Subscription):
    client = client_with(signed.cooperative, Role.BOARD)
    response = client.post(decision(signed), {"approved": True}, format="json")
    assert (response.status_code, response.json()["decision"]) == (200, "approved")
    signed.refresh_from_db()
    assert (signed.decision, signed.state) == ("approved", "signed")


def test_a_refusal_says_why_and_ends_it(signed: Subscription):
    client = client_with(signed.cooperative, Role.BOARD)
    assert is_problem(client.post(decision(signed), {"approved": False}, format="json"), 400)
    told = {"approved": False, "reason": "Hors du territoire."}
    row = client.post(decision(signed), told, format="json").json()
    assert (row["state"], row["decision_reason"]) == ("refused", "Hors du territoire.")


def test_the_same_word_twice_is_one_word(signed: Subscription):
    client = client_with(signed.cooperative, Role.BOARD)
    first = client.post(decision(signed), {"approved": True}, format="json").json()
    again = client.post(decision(signed), {"approved": True}, format="json")
    assert (again.status_code, again.json()) == (200, first)


def test_the_same_key_gets_the_first_answer(signed: Subscription):
    client = client_with(signed.cooperative, Role.BOARD)
    key = {"Idempotency-Key": "une-clé".encode().hex()}
    client.post(decision(signed), {"approved": True}, format="json", headers=key)
    again = client.post(decision(signed), {"approved": True}, format="json", headers=key)
    assert again.headers["Idempotency-Replayed"] == "true"
    other = {"approved": False, "reason": "Non."}
    assert is_problem(client.post(decision(signed), other, format="json", headers=key), 422)


def test_another_word_after_the_first_is_a_409(signed: Subscription):
    client = client_with(signed.cooperative, Role.BOARD)
    client.post(decision(signed), {"approved": True}, format="json")
    told = {"approved": False, "reason": "Trop tard."}
    assert is_problem(client.post(decision(signed), told, format="json"), 409)


def test_the_treasurer_does_not_decide(signed: Subscription):
    client = client_with(signed.cooperative, Role.TREASURER)
    assert is_problem(client.post(decision(signed), {"approved": True}, format="json"), 403)


@pytest.mark.parametrize("number", [0, 424242, 10**25])
def test_an_unknown_number_is_a_404(signed: Subscription, number: int):
    client = client_with(signed.cooperative, Role.BOARD)
    path = url(signed.cooperative, f"{number}/decision/")
    assert is_problem(client.post(path, {"approved": True}, format="json"), 404)


def test_a_draft_cannot_be_decided(signed: Subscription):
    draft = SubscriptionFactory(round=signed.round)
    client = client_with(signed.cooperative, Role.BOARD)
    assert is_problem(client.post(decision(draft), {"approved": True}, format="json"), 404)


@pytest.mark.parametrize("body", [{}, {"approved": "peut-être"}, {"approved": True, "reason": "x" * 501}])
def test_a_word_that_is_none_is_a_400(signed: Subscription, body: dict):
    client = client_with(signed.cooperative, Role.BOARD)
    assert is_problem(client.post(decision(signed), body, format="json"), 400)
