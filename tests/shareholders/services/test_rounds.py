"""Rounds: changed before anybody signed, closed with an outcome for everybody."""

import datetime as dt
from typing import Any

import pytest

from shareholders.models import FundingRound, Payout, ShareMovement, Subscription
from shareholders.services.gates import decide, pass_gates
from shareholders.services.rounds import RoundRefused, change_round, close_round, create_round
from tests.factories import UserFactory
from tests.shareholders.joining_scene import Offer, letters, make_offer, receive, set_clock, signed

pytestmark = pytest.mark.django_db


@pytest.fixture
def offer(monkeypatch: pytest.MonkeyPatch, db: None) -> Offer:
    return make_offer(set_clock(monkeypatch))


def offer_of(monkeypatch: pytest.MonkeyPatch, **fields: Any) -> Offer:
    return make_offer(set_clock(monkeypatch), **fields)


def pay_and_approve(subscription: Subscription) -> Subscription:
    receive(subscription, subscription.quantity * 50)
    pass_gates(actor=None, subscription=subscription)
    return decide(actor=UserFactory(), subscription=subscription, approved=True)


def state_of(subscription: Subscription) -> str:
    return Subscription.objects.get(pk=subscription.pk).state


FIELDS = {
    "name": "L’école",
    "pitch": "Des panneaux.",
    "opens_on": dt.date(2025, 1, 1),
    "closes_on": dt.date(2025, 6, 30),
    "target_shares": 10,
    "maximum_shares": 20,
}


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"closes_on": dt.date(2024, 1, 1)}, "clôture vient après"),
        ({"target_shares": 30}, "minimum ne dépasse pas"),
        ({"minimum_shares": 15}, "minimum ne dépasse pas"),
        ({"least_each": 5, "most_each": 2}, "minimum par personne"),
        ({"premium": -1}, "pas négative"),
    ],
)
def test_an_impossible_round_is_refused_with_a_sentence(offer: Offer, changed: dict[str, Any], sentence: str):
    with pytest.raises(RoundRefused, match=sentence):
        create_round(actor=UserFactory(), cooperative=offer.cooperative, slug="ecole", **FIELDS | changed)


def test_two_rounds_of_one_name_are_refused(offer: Offer):
    create_round(actor=UserFactory(), cooperative=offer.cooperative, slug="ecole", **FIELDS)
    with pytest.raises(RoundRefused, match="déjà ce nom"):
        create_round(actor=UserFactory(), cooperative=offer.cooperative, slug="ecole", **FIELDS)


def test_before_the_first_signature_everything_may_change(offer: Offer):
    assert change_round(actor=UserFactory(), offer=offer.round, maximum_shares=500).maximum_shares == 500


def test_after_it_what_was_promised_stays(offer: Offer):
    signed(offer)
    with pytest.raises(RoundRefused, match="Des bulletins sont signés"):
        change_round(actor=UserFactory(), offer=offer.round, premium=5)
    later = change_round(actor=UserFactory(), offer=offer.round, closes_on=dt.date(2026, 3, 1))
    assert later.closes_on == dt.date(2026, 3, 1)


def test_a_closed_round_does_not_change(offer: Offer):
    closed = close_round(actor=UserFactory(), offer=offer.round)
    with pytest.raises(RoundRefused, match="est close"):
        change_round(actor=UserFactory(), offer=closed, name="Autre")


def test_below_its_minimum_it_fails_and_everybody_is_refunded(monkeypatch: pytest.MonkeyPatch, db: None):
    offer = offer_of(monkeypatch, minimum_shares=10)
    paid, unpaid = pay_and_approve(signed(offer, 4)), signed(offer, 7)
    assert paid.state == "signed"
    assert close_round(actor=UserFactory(), offer=offer.round).outcome == "failed"
    assert (state_of(paid), state_of(unpaid)) == ("expired", "expired")
    assert [payout.amount for payout in Payout.objects.all()] == [200]
    assert "n’a pas atteint son minimum" in letters()[-1]["subject"]


def test_exactly_its_minimum_is_enough(monkeypatch: pytest.MonkeyPatch, db: None):
    offer = offer_of(monkeypatch, minimum_shares=10)
    first = pay_and_approve(signed(offer, 4))
    second = pay_and_approve(signed(offer, 6))
    assert state_of(second) == "issued"
    assert close_round(actor=UserFactory(), offer=offer.round).outcome == "succeeded"
    # Who had come before the minimum was reached gets the shares at the latest at the close.
    assert state_of(first) == "issued"


def test_closing_twice_is_the_same_as_once(offer: Offer):
    pay_and_approve(signed(offer))
    first = close_round(actor=UserFactory(), offer=offer.round)
    again = close_round(actor=UserFactory(), offer=offer.round)
    assert first.closed_at == again.closed_at
    assert ShareMovement.objects.count() == 2


def test_over_subscribed_everybody_gets_a_part_and_the_rest_back(monkeypatch: pytest.MonkeyPatch, db: None):
    offer = offer_of(monkeypatch, target_shares=10, maximum_shares=10, rule="pro_rata")
    large = pay_and_approve(signed(offer, 10))
    small = pay_and_approve(signed(offer, 5))
    assert (large.state, small.state) == ("signed", "signed")
    close_round(actor=UserFactory(), offer=offer.round)
    large.refresh_from_db()
    small.refresh_from_db()
    # One each, then 8 more for 9 and 4 still wanted: 8×9/13 = 5.54, 8×4/13 = 2.46.
    assert (large.granted, small.granted) == (7, 3)
    assert (large.state, small.state) == ("issued", "issued")
    assert sorted(payout.amount for payout in Payout.objects.all()) == [100, 150]


def test_who_pays_after_an_over_subscribed_close_pays_for_what_was_granted(
    monkeypatch: pytest.MonkeyPatch, db: None
):
    offer = offer_of(monkeypatch, target_shares=2, maximum_shares=2, rule="pro_rata")
    late, early = signed(offer, 2), pay_and_approve(signed(offer, 2))
    close_round(actor=UserFactory(), offer=offer.round)
    late.refresh_from_db()
    assert late.granted == 1
    decide(actor=UserFactory(), subscription=late, approved=True)
    receive(late, 50)
    assert pass_gates(actor=None, subscription=late).state == "issued"
    assert state_of(early) == "issued"


def test_when_there_is_not_one_share_each_the_last_get_none_and_their_money(
    monkeypatch: pytest.MonkeyPatch, db: None
):
    offer = offer_of(monkeypatch, target_shares=1, maximum_shares=1, rule="pro_rata")
    first = pay_and_approve(signed(offer, 1))
    offer.clock.forward(minutes=2)
    second = pay_and_approve(signed(offer, 1))
    close_round(actor=UserFactory(), offer=offer.round)
    assert (state_of(first), state_of(second)) == ("issued", "expired")
    assert Payout.objects.get().subscription == second
    assert FundingRound.objects.get(pk=offer.round.pk).outcome == "succeeded"


def test_who_was_ready_first_is_issued_when_the_minimum_is_reached(monkeypatch: pytest.MonkeyPatch, db: None):
    offer = offer_of(monkeypatch, minimum_shares=4, target_shares=10, maximum_shares=20)
    first = pay_and_approve(signed(offer))
    assert first.state == "signed"
    pay_and_approve(signed(offer))
    assert state_of(first) == "issued"
    assert ShareMovement.objects.filter(subscription__isnull=False).count() == 2


def test_a_round_that_issued_shares_once_never_fails(monkeypatch: pytest.MonkeyPatch, db: None):
    offer = offer_of(monkeypatch, minimum_shares=4, target_shares=10, maximum_shares=20)
    pay_and_approve(signed(offer))
    pay_and_approve(signed(offer))
    Subscription.objects.filter(number=2).update(state="undone", ended_at=offer.clock.now)
    assert close_round(actor=UserFactory(), offer=offer.round).outcome == "succeeded"
