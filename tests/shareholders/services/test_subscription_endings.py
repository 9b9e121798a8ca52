"""Given up, forgotten, never paid: what ends without shares gives all money back, once."""

import datetime as dt
from decimal import Decimal

import pytest

from mine_de_soleil.core.models import JournalEntry
from shareholders.models import Payout, Subscription
from shareholders.services import subscription_endings
from shareholders.services.gates import decide, pass_gates
from shareholders.services.rounds import close_round
from shareholders.services.subscription_endings import (
    abandon,
    end_subscriptions_of,
    expire_subscriptions,
)
from shareholders.services.subscription_rules import SubscriptionRefused
from tests.factories import ShareholderFactory, UserFactory
from tests.shareholders.joining_scene import (
    Offer,
    draft,
    letters,
    make_offer,
    receive,
    set_clock,
    sign,
    signed,
)
from tests.shareholders.services.test_subscriptions import gift

pytestmark = pytest.mark.django_db


@pytest.fixture
def offer(monkeypatch: pytest.MonkeyPatch, db: None) -> Offer:
    return make_offer(set_clock(monkeypatch))


def state_of(subscription: Subscription) -> str:
    return Subscription.objects.get(pk=subscription.pk).state


def test_unpaid_it_ends_when_the_statutes_say_and_not_a_day_before(offer: Offer):
    found = signed(offer)
    offer.clock.forward(days=29, hours=23)
    assert expire_subscriptions() == 0
    offer.clock.forward(hours=1)
    assert expire_subscriptions() == 1
    assert state_of(found) == "expired"
    assert letters()[-1]["subject"].startswith("La souscription")


def test_a_week_before_it_is_reminded_once(offer: Offer):
    found = signed(offer)
    offer.clock.forward(days=22)
    expire_subscriptions()
    assert "attend votre paiement" not in letters()[-1]["subject"]
    offer.clock.forward(days=1)
    expire_subscriptions()
    assert "attend votre paiement" in letters()[-1]["subject"]
    count = len(letters())
    offer.clock.forward(days=1)
    expire_subscriptions()
    assert len(letters()) == count
    assert JournalEntry.objects.filter(act="remind_subscription").count() == 1
    assert state_of(found) == "signed"


def test_paid_it_does_not_end(offer: Offer):
    found = signed(offer)
    receive(found, 100)
    pass_gates(actor=None, subscription=found)
    offer.clock.forward(days=60)
    assert expire_subscriptions() == 0
    assert state_of(found) == "signed"


def test_what_was_paid_in_part_is_owed_back_once(offer: Offer):
    found = signed(offer)
    receive(found, 40)
    pass_gates(actor=None, subscription=found)
    offer.clock.forward(days=30)
    expire_subscriptions()
    expire_subscriptions()
    assert [payout.amount for payout in Payout.objects.all()] == [Decimal("40.00")]


def test_a_draft_ends_after_thirty_days_and_nothing_personal_stays(offer: Offer):
    started = draft(offer)
    offer.clock.forward(days=30)
    assert expire_subscriptions() == 1
    found = Subscription.objects.get(pk=started.subscription.pk)
    assert (found.state, found.email, found.identity) == ("expired", "", {})


def test_a_gift_never_signed_is_refunded_to_its_giver(offer: Offer):
    started = gift(offer)
    receive(started.subscription, 100)
    pass_gates(actor=None, subscription=started.subscription)
    offer.clock.forward(days=30)
    expire_subscriptions()
    assert Payout.objects.get().amount == 100
    assert {letter["to"] for letter in letters()[-2:]} == {"jeanne@essai.example", "lucie@essai.example"}


def test_giving_up_twice_is_the_same_as_once(offer: Offer):
    started = draft(offer)
    for _ in range(2):
        assert abandon(cooperative=offer.cooperative, key=started.key).state == "abandoned"
    assert JournalEntry.objects.filter(act="abandon_subscription").count() == 1


def test_a_signed_bulletin_is_not_given_up(offer: Offer):
    started = draft(offer)
    sign(offer, started)
    with pytest.raises(SubscriptionRefused, match="il ne change plus"):
        abandon(cooperative=offer.cooperative, key=started.key)


def test_money_that_comes_after_the_end_goes_back(offer: Offer):
    found = signed(offer)
    offer.clock.forward(days=30)
    expire_subscriptions()
    receive(found, 100)
    pass_gates(actor=None, subscription=found)
    assert Payout.objects.get().amount == 100
    assert state_of(found) == "expired"


def test_refused_after_payment_everything_goes_back(offer: Offer):
    found = signed(offer)
    receive(found, 100)
    pass_gates(actor=None, subscription=found)
    decide(actor=UserFactory(), subscription=found, approved=False, reason="Doublon")
    assert Payout.objects.get().amount == 100
    assert "Doublon" in letters()[-1]["body"]


def test_a_debit_under_way_is_waited_for(offer: Offer):
    found = signed(offer)
    offer.clock.forward(days=29)
    found.checkouts.create(
        amount=100, idempotency_key="0" * 32, pending_since=offer.clock.now - dt.timedelta(days=1)
    )
    offer.clock.forward(days=2)
    assert expire_subscriptions() == 0
    assert state_of(found) == "signed"
    offer.clock.forward(days=20)
    assert expire_subscriptions() == 1


def test_unpaid_after_its_round_closed_it_ends_too(offer: Offer):
    found = signed(offer)
    close_round(actor=UserFactory(), offer=offer.round)
    offer.clock.forward(days=31)
    assert expire_subscriptions() == 1
    assert state_of(found) == "expired"


def test_one_that_fails_does_not_hold_the_others_back(offer: Offer, monkeypatch: pytest.MonkeyPatch):
    broken, other = signed(offer), signed(offer)
    right = subscription_endings.owe_back

    def owe(*, actor: object, subscription: Subscription) -> object:
        if subscription.pk == broken.pk:
            raise ZeroDivisionError
        return right(actor=None, subscription=subscription)

    monkeypatch.setattr(subscription_endings, "owe_back", owe)
    offer.clock.forward(days=31)
    assert expire_subscriptions() == 1
    assert (state_of(broken), state_of(other)) == ("signed", "expired")


def test_a_death_ends_what_was_asked_for_and_owes_the_money(offer: Offer):
    born = dt.date(1956, 3, 3)
    holder = ShareholderFactory(
        college=offer.colleges["citoyens"], number=9, last_name="Delattre", birth_date=born
    )
    theirs = signed(offer, first_names="Jeanne", birth_date="1956-03-03")
    others = signed(offer, first_names="Jeanne", birth_date="1956-03-04")
    receive(theirs, 100)
    pass_gates(actor=None, subscription=theirs)
    assert end_subscriptions_of(holder, actor=UserFactory()) == 1
    assert (state_of(theirs), state_of(others)) == ("expired", "signed")
    assert Payout.objects.get().amount == 100
    assert end_subscriptions_of(holder, actor=None) == 0


def test_the_dead_get_no_shares(offer: Offer):
    born = dt.date(1956, 3, 3)
    holder = ShareholderFactory(
        college=offer.colleges["citoyens"], number=9, last_name="Delattre", birth_date=born
    )
    found = signed(offer, first_names="Jeanne", birth_date="1956-03-03")
    holder.died_on = dt.date(2025, 6, 1)
    holder.save()
    receive(found, 100)
    pass_gates(actor=None, subscription=found)
    decide(actor=UserFactory(), subscription=found, approved=True)
    assert state_of(found) == "signed"


def test_of_a_gift_never_signed_nor_paid_nothing_personal_stays(offer: Offer):
    given = gift(offer).subscription
    offer.clock.forward(days=31)
    expire_subscriptions()
    given.refresh_from_db()
    assert (given.giver_name, given.giver_email, given.gift_message) == ("–", "–", "")
