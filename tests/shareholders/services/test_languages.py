"""Letters after the issue are in the reader's language, whoever acts."""

import pytest
from django.utils import translation

from shareholders.models import ShareTransfer, Subscription
from shareholders.services.languages import known_language, language_of, reader_language
from shareholders.services.transfers import agree, propose_transfer
from shareholders.services.withdrawals import ask_withdrawal
from tests.factories import SubscriptionFactory
from tests.shareholders.village import Village, letters

pytestmark = pytest.mark.django_db


def speaks_english(village: Village, email: str) -> Subscription:
    return SubscriptionFactory(round__cooperative=village.cooperative, email=email, language="en")


def test_nobody_known_is_written_to_in_french(db: None):
    assert (language_of("inconnue@essai.example"), known_language("inconnue@essai.example")) == ("fr", "")


def test_the_last_subscription_decides(village: Village):
    first = speaks_english(village, "Karim@essai.example")
    assert language_of("karim@essai.example") == "en"
    SubscriptionFactory(round=first.round, email="karim@essai.example", language="fr")
    assert language_of("karim@essai.example") == "fr"


def test_each_side_of_a_transfer_reads_her_own_language(village: Village):
    speaks_english(village, "karim@essai.example")
    asked = propose_transfer(
        actor=village.jeanne.user, giver=village.jeanne, taker=village.karim, quantity=2, kind="gift"
    )
    agree(actor=village.karim.user, transfer=asked)
    assert letters("karim@essai.example")[0]["body"].startswith("Hello")
    assert letters("karim@essai.example")[-1]["body"].startswith("Hello")
    assert letters("jeanne@essai.example")[-1]["body"].startswith("Bonjour")


def test_somebody_invited_is_written_to_in_the_language_of_who_invites(village: Village):
    with translation.override("en"):
        propose_transfer(
            actor=village.jeanne.user,
            giver=village.jeanne,
            taker_email="nadia@essai.example",
            quantity=2,
            kind="gift",
        )
    assert letters("nadia@essai.example")[-1]["body"].startswith("Hello")


def test_who_came_by_a_transfer_keeps_the_language_of_her_page(village: Village):
    ShareTransfer.objects.create(
        cooperative=village.cooperative,
        kind="gift",
        giver=village.jeanne,
        taker_email="nadia@essai.example",
        taker_identity={"language": "en"},
        quantity=1,
    )
    assert language_of("nadia@essai.example") == "en"


def test_a_withdrawal_answers_in_the_language_of_the_holder(village: Village):
    speaks_english(village, "jeanne@essai.example")
    ask_withdrawal(actor=village.jeanne.user, holder=village.jeanne, quantity=2)
    assert letters("jeanne@essai.example")[-1]["body"].startswith("Hello")


@pytest.mark.parametrize(("active", "told"), [("en", "en"), ("en-gb", "en"), ("fr", "fr"), (None, "fr")])
def test_a_page_is_in_french_or_english(active: str | None, told: str):
    with translation.override(active):
        assert reader_language() == told
