"""Who never became a shareholder is forgotten in time; what is still owed, or in the register, is not."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from mine_de_soleil.core.models import JournalEntry
from mine_de_soleil.rules.law import parameter
from shareholders.models import Payout, SigningCode, Subscription
from shareholders.services import forgetting
from shareholders.services.forgetting import forget_ended
from shareholders.services.gates import decide, pass_gates
from shareholders.services.subscription_endings import expire_subscriptions
from tests.factories import UserFactory
from tests.shareholders.joining_scene import Offer, make_offer, receive, set_clock, signed

pytestmark = pytest.mark.django_db
IBAN = "FR7630006000011234567890189"


@pytest.fixture
def offer(monkeypatch: pytest.MonkeyPatch, db: None) -> Offer:
    return make_offer(set_clock(monkeypatch))


def refused(offer: Offer) -> Subscription:
    found = signed(offer)
    Subscription.objects.filter(pk=found.pk).update(
        refund_iban=IBAN, refund_iban_fingerprint="f" * 64, refund_iban_masked="FR76 … 0189"
    )
    decide(actor=UserFactory(), subscription=found, approved=False, reason="Doublon")
    return Subscription.objects.get(pk=found.pk)


def night(offer: Offer, **lapse: float) -> int:
    offer.clock.forward(**lapse)
    return forget_ended(now=offer.clock.now)


def test_the_account_goes_after_thirteen_months_and_the_name_after_five_years(offer: Offer):
    found = refused(offer)
    assert night(offer, days=390) == 0
    assert night(offer, days=8) == 1
    found.refresh_from_db()
    assert (found.refund_iban, found.refund_iban_fingerprint, found.refund_iban_masked) == ("", "", "")
    assert found.identity and found.evidence and found.email
    assert night(offer, days=365 * 3 + 300) == 0
    assert night(offer, days=140) == 1
    found.refresh_from_db()
    assert (found.identity, found.evidence, found.email, found.user) == ({}, {}, "", None)
    assert not SigningCode.objects.exists()
    assert found.bulletin_sha256 and found.reference and found.state == "refused"
    assert night(offer, days=1) == 0
    assert JournalEntry.objects.filter(act="forget_subscription").count() == 2


def test_an_expired_one_is_forgotten_too(offer: Offer):
    found = signed(offer)
    offer.clock.forward(days=31)
    expire_subscriptions()
    night(offer, days=365 * 5 + 3)
    found.refresh_from_db()
    assert (found.state, found.identity) == ("expired", {})


def test_while_money_is_owed_back_nothing_is_forgotten(offer: Offer):
    found = signed(offer)
    receive(found, 100)
    pass_gates(actor=None, subscription=found)
    decide(actor=UserFactory(), subscription=found, approved=False, reason="Doublon")
    assert Payout.objects.get().state == "due"
    assert night(offer, days=365 * 6) == 0
    found.refresh_from_db()
    assert found.identity


def test_what_was_issued_stays(offer: Offer):
    found = signed(offer)
    receive(found, 100)
    pass_gates(actor=None, subscription=found)
    decide(actor=UserFactory(), subscription=found, approved=True)
    assert night(offer, days=365 * 10) == 0
    found.refresh_from_db()
    assert found.state == "issued" and found.identity


def test_one_that_fails_doesnt_hold_the_others_back(offer: Offer, monkeypatch: pytest.MonkeyPatch):
    broken, other = refused(offer), refused(offer)
    right = forgetting.net_of

    def net_of(subscription: Subscription) -> object:
        if subscription.pk == broken.pk:
            raise ZeroDivisionError
        return right(subscription)

    monkeypatch.setattr(forgetting, "net_of", net_of)
    assert night(offer, days=365 * 6) == 2
    broken.refresh_from_db()
    other.refresh_from_db()
    assert broken.identity and not other.identity


@pytest.mark.parametrize("evidence", [{"email": "autre@essai.example"}, {}])
def test_the_evidence_of_a_signature_changes_for_nobody_else(offer: Offer, evidence: dict[str, str]):
    standing = signed(offer)
    with pytest.raises(IntegrityError, match="what was signed never changes"), transaction.atomic():
        Subscription.objects.filter(pk=standing.pk).update(evidence=evidence)
    ended = refused(offer)
    with pytest.raises(IntegrityError, match="what was signed never changes"), transaction.atomic():
        Subscription.objects.filter(pk=ended.pk).update(evidence=evidence)


@pytest.mark.parametrize("name", [forgetting.ACCOUNT_MONTHS, forgetting.IDENTITY_MONTHS])
def test_a_delay_from_memory_says_that_it_is_to_be_checked(name: str):
    step = parameter(name).on(dt.date(2026, 11, 20))
    assert step.confidence == "M" and "à vérifier" in step.source
