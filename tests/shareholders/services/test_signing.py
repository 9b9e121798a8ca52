"""Codes that sign: bound to a text, short-lived, few tries."""

import pytest

from shareholders.models import SigningCode, Subscription
from shareholders.services import signing
from shareholders.services import subscriptions as steps
from shareholders.services.signing import SigningRefused
from shareholders.services.subscription_rules import SubscriptionRefused
from shareholders.services.subscription_starts import Started
from tests.shareholders.joining_scene import (
    ORIGIN,
    Offer,
    ask_code,
    draft,
    last_code,
    letters,
    make_offer,
    set_clock,
    sign,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def offer(monkeypatch: pytest.MonkeyPatch, db: None) -> Offer:
    return make_offer(set_clock(monkeypatch))


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_the_code_of_the_letter_signs(offer: Offer):
    assert sign(offer, draft(offer)).state == "signed"


def test_a_code_typed_with_spaces_signs(offer: Offer):
    started = draft(offer)
    code = ask_code(offer, started)
    assert sign(offer, started, f" {code[:3]} {code[3:]}").state == "signed"


def test_the_code_itself_is_nowhere_in_the_table(offer: Offer):
    started = draft(offer)
    code = ask_code(offer, started)
    kept = SigningCode.objects.get()
    assert code not in kept.code_hash + kept.text_sha256


def test_a_wrong_code_does_not_sign(offer: Offer):
    started = draft(offer)
    code = ask_code(offer, started)
    with pytest.raises(SigningRefused, match="Ce n’est pas le code"):
        sign(offer, started, other_than(code))
    assert not Subscription.objects.get(pk=started.subscription.pk).signed_at


def test_five_wrong_tries_use_the_code_up(offer: Offer):
    started = draft(offer)
    code = ask_code(offer, started)
    for _ in range(5):
        with pytest.raises(SigningRefused):
            sign(offer, started, other_than(code))
    with pytest.raises(SigningRefused, match="trop de fois"):
        sign(offer, started, code)


def test_after_four_wrong_tries_the_right_one_signs(offer: Offer):
    started = draft(offer)
    code = ask_code(offer, started)
    for _ in range(4):
        with pytest.raises(SigningRefused):
            sign(offer, started, other_than(code))
    assert sign(offer, started, code).signed_at


def test_a_quarter_of_an_hour_later_the_code_is_dead(offer: Offer):
    started = draft(offer)
    code = ask_code(offer, started)
    offer.clock.forward(minutes=15)
    with pytest.raises(SigningRefused, match="quart d’heure"):
        sign(offer, started, code)


def test_a_changed_bulletin_voids_the_code(offer: Offer):
    started = draft(offer)
    code = ask_code(offer, started)
    steps.choose_quantity(cooperative=offer.cooperative, key=started.key, quantity=3)
    with pytest.raises(SigningRefused, match="changé"):
        sign(offer, started, code)


def test_another_code_is_sent_after_a_minute_and_not_before(offer: Offer):
    started = draft(offer)
    ask_code(offer, started)
    with pytest.raises(SigningRefused, match="vient de partir"):
        ask_code(offer, started)
    offer.clock.forward(seconds=60)
    assert sign(offer, started).signed_at


def test_only_the_last_code_signs(offer: Offer):
    started = draft(offer)
    first = ask_code(offer, started)
    offer.clock.forward(seconds=61)
    second = ask_code(offer, started)
    if first != second:
        with pytest.raises(SigningRefused):
            sign(offer, started, first)
    assert sign(offer, started, second).signed_at


def test_nobody_is_flooded_with_codes(offer: Offer):
    started = draft(offer)
    for _ in range(8):
        ask_code(offer, started)
        offer.clock.forward(seconds=61)
    with pytest.raises(SigningRefused, match="Revenez demain"):
        ask_code(offer, started)


def test_without_a_code_nothing_is_signed(offer: Offer):
    with pytest.raises(SubscriptionRefused, match="manque une étape"):
        sign(offer, draft(offer), "123456")


def test_the_letter_says_what_is_signed_and_how_long(offer: Offer):
    started = draft(offer)
    code = ask_code(offer, started)
    letter = letters()[-1]
    assert (
        letter["subject"] == f"Votre code pour signer : {code}" == f"Votre code pour signer : {last_code()}"
    )
    assert started.subscription.reference in letter["body"]
    assert "15 minutes" in letter["body"]


def test_the_evidence_says_whose_address_and_when(offer: Offer):
    found = sign(offer, draft(offer))
    assert found.evidence["email"] == found.email
    assert found.evidence["network_address"] == ORIGIN["network_address"]
    assert found.evidence["code_used_at"] == found.signed_at.isoformat()


def at_one_address(offer: Offer, email: str = "famille@essai.example") -> Started:
    """A draft of somebody else each time, with the same letter box."""
    started = draft(offer)
    Subscription.objects.filter(pk=started.subscription.pk).update(email=email)
    return started


def test_one_address_gets_so_many_codes_an_hour_whatever_they_sign(
    offer: Offer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(signing, "MOST_TO_ONE_ADDRESS_AN_HOUR", 3)
    for _ in range(3):
        ask_code(offer, at_one_address(offer))
    fourth = at_one_address(offer)
    with pytest.raises(SigningRefused, match="beaucoup de codes"):
        ask_code(offer, fourth)
    assert not fourth.subscription.signing_codes.exists()
    assert ask_code(offer, draft(offer)), "another address isn't held back"
    offer.clock.forward(hours=1)
    assert ask_code(offer, fourth)


def test_one_address_gets_so_many_codes_a_day_however_it_is_typed(
    offer: Offer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(signing, "MOST_TO_ONE_ADDRESS_A_DAY", 2)
    for email in ("famille@essai.example", "Famille@Essai.example"):
        ask_code(offer, at_one_address(offer, email))
        offer.clock.forward(hours=2)
    third = at_one_address(offer, "FAMILLE@essai.example")
    with pytest.raises(SigningRefused, match="rien n’est perdu"):
        ask_code(offer, third)
    offer.clock.forward(hours=24)
    assert ask_code(offer, third)
