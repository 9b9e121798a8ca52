"""Letters about a subscription: each can be written, to the right people, once each."""

import pytest

from shareholders.services.gates import decide, pass_gates
from shareholders.services.subscription_mails import TOLD, tell
from tests.factories import UserFactory
from tests.shareholders.joining_scene import Offer, letters, make_offer, receive, set_clock, signed
from tests.shareholders.services.test_subscriptions import gift

pytestmark = pytest.mark.django_db


@pytest.fixture
def offer(monkeypatch: pytest.MonkeyPatch, db: None) -> Offer:
    return make_offer(set_clock(monkeypatch))


@pytest.mark.parametrize("what", sorted(set(TOLD) - {"issued"}))
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_letter_has_a_subject_and_says_whom_to_ask(offer: Offer, what: str, language: str):
    found = signed(offer)
    found.language, found.granted = language, 1
    found.is_gift, found.giver_name, found.giver_email = (
        what.startswith("gift"),
        "Lucie",
        "lucie@essai.example",
    )
    if what in ("abandoned",):
        found.is_gift = True
    before = len(letters())
    tell(found, what, link="https://essai.example/x/")
    added = letters()[before:]
    assert added
    for letter in added:
        assert letter["subject"].strip()
        assert "\n" not in letter["subject"]
        assert "bonjour@essai.example" in letter["body"]
        assert "{" not in letter["body"] + letter["subject"]


def test_the_letter_of_issued_shares_names_the_line_of_the_register(offer: Offer):
    found = signed(offer)
    receive(found, 100)
    pass_gates(actor=None, subscription=found)
    decide(actor=UserFactory(), subscription=found, approved=True)
    assert any("à la ligne 2" in letter["body"] for letter in letters())


def test_after_the_signature_the_letter_says_how_to_pay(offer: Offer):
    signed(offer)
    body = letters()[-1]["body"]
    assert "FR7630006000011234567890189" in body
    assert "RF76 MDS0 0000 01" in body
    assert "16 juillet 2025" in body


def test_giver_and_receiver_under_one_address_get_one_letter(offer: Offer):
    started = gift(offer, recipient_email="lucie@essai.example")
    before = len(letters())
    tell(started.subscription, "expired")
    assert len(letters()) == before + 1


def test_a_name_cannot_break_the_subject(offer: Offer):
    gift(offer, giver_name="Lucie\nBcc: x@essai.example")
    assert all("\n" not in letter["subject"] for letter in letters())
