"""The public page: what a share costs, gives and risks; and shares as a gift."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.test import Client

from shareholders.models import FundingRound, Subscription
from shareholders.services.subscription_endings import expire_subscriptions
from shareholders.views.joining import Starts
from tests.factories import CooperativeFactory, FundingRoundFactory
from tests.pages.scene import read
from tests.shareholders.joining_scene import Offer, letters, make_offer, set_clock, signed

pytestmark = pytest.mark.django_db


@pytest.fixture
def offer(monkeypatch: pytest.MonkeyPatch, db: None) -> Offer:
    Starts.cache.clear()
    return make_offer(set_clock(monkeypatch))


def page(offer: Offer) -> str:
    return read(Client().get(offer.base))


def test_its_first_words_say_what_it_costs(offer: Offer):
    assert "Une action coûte 50 € . Une seule suffit." in page(offer)


def test_it_says_what_one_gets_and_promises_no_dividend(offer: Offer):
    assert "il n’est jamais promis" in page(offer)


def test_it_says_that_all_may_be_lost_and_how_long_shares_are_kept(offer: Offer):
    text = page(offer)
    assert "Vous pouvez perdre une partie ou tout ce que vous mettez" in text
    assert "5 ans au moins" in text
    assert "après 5 ans, en prévenant 6 mois avant" in text


def test_a_premium_is_explained(monkeypatch: pytest.MonkeyPatch, db: None):
    offer = make_offer(set_clock(monkeypatch), premium=Decimal("2.50"), least_each=2)
    text = page(offer)
    assert "Une action coûte 52,50 €" in text
    assert "Il en faut 2 au moins, soit 105 €" in text
    assert "2,50 € de prime d’émission" in text


def test_the_bar_says_how_far_the_round_is(offer: Offer):
    signed(offer, 25)
    assert "1 250 € sur 5 000 € : 25 % de l’objectif" in page(offer)


def test_a_full_round_offers_no_button(offer: Offer):
    FundingRound.objects.update(target_shares=2, maximum_shares=2)
    signed(offer, 2)
    assert "Je souscris" not in page(offer)
    assert "Toutes les actions sont demandées" in page(offer)


def test_without_an_open_round_it_says_when_the_next_one_opens(offer: Offer):
    FundingRound.objects.update(opens_on=dt.date(2025, 9, 1))
    text = page(offer)
    assert "ouvre le lundi 1er septembre 2025" in text
    assert "bonjour@essai.example" in text
    assert "Je souscris" not in text


def test_without_any_round_it_says_whom_to_write_to(offer: Offer):
    FundingRound.objects.all().delete()
    assert "Aucune levée de fonds n’est ouverte" in page(offer)


def test_without_statutes_nobody_can_join(monkeypatch: pytest.MonkeyPatch, db: None):
    set_clock(monkeypatch)
    cooperative = CooperativeFactory()
    FundingRoundFactory(cooperative=cooperative)
    text = read(Client().get(f"/{cooperative.slug}/devenir-actionnaire/"))
    assert "On ne peut pas encore souscrire ici" in text


def test_a_round_of_another_cooperative_cannot_be_joined_here(offer: Offer):
    other = make_offer(offer.clock)
    response = Client().post(offer.base + "commencer/", {"round": other.round.pk})
    assert response.status_code == 404
    assert not Subscription.objects.exists()


@pytest.mark.parametrize("asked", ["", "x", "-1", "99999999999999999999"])
def test_an_impossible_round_leads_back(offer: Offer, asked: str):
    assert Client().post(offer.base + "commencer/", {"round": asked}).status_code in (302, 404)


GIFT = {
    "quantity": 2,
    "recipient_name": "Jeanne Delattre",
    "recipient_email": "jeanne@essai.example",
    "giver_name": "Lucie Morel",
    "giver_email": "lucie@essai.example",
    "message": "Bon anniversaire !",
}


def test_a_gift_is_sent_and_its_giver_is_told_how_to_pay(offer: Offer):
    response = Client().post(offer.base + "offrir/", GIFT, follow=True)
    text = read(response)
    found = Subscription.objects.get()
    assert "Votre cadeau est parti" in text
    assert found.reference in text.replace(" ", "")
    assert "100 €" in text
    assert [letter["to"] for letter in letters()] == ["jeanne@essai.example", "lucie@essai.example"]


def test_the_receiver_says_who_she_is_without_being_asked_for_number_or_address(offer: Offer):
    Client().post(offer.base + "offrir/", GIFT)
    link = re.search(r"http://testserver(\S+)", letters()[0]["body"])
    assert link
    response = Client().get(link[1], follow=True)
    assert response.redirect_chain[-1][0].endswith("/identite/")
    assert "Lucie Morel vous offre 2 actions. « Bon anniversaire ! »" in read(response)


@pytest.mark.parametrize(
    "changed", [{"quantity": "0"}, {"quantity": "500"}, {"giver_email": "x"}, {"recipient_email": ""}]
)
def test_an_impossible_gift_is_told_and_nobody_is_written_to(offer: Offer, changed: dict[str, str]):
    response = Client().post(offer.base + "offrir/", GIFT | changed)
    assert response.status_code == 422
    assert "Bon anniversaire" in response.text
    assert letters() == []


def test_a_robot_gives_nothing(offer: Offer):
    Client().post(offer.base + "offrir/", GIFT | {"website": "http://spam.example"})
    assert letters() == []


def test_the_givers_page_cannot_be_guessed(offer: Offer):
    assert Client().get(offer.base + "cadeau/RF00MDS0000001:faux/").status_code == 404


def test_a_gift_that_ended_is_not_to_be_paid_any_more(offer: Offer):
    response = Client().post(offer.base + "offrir/", GIFT)
    offer.clock.forward(days=30)
    expire_subscriptions()
    assert "ne le payez plus" in read(Client().get(response.headers["Location"]))


@pytest.mark.parametrize("typed", ["http://piege.example", "WWW.piege.example", "ftp://x"])
@pytest.mark.parametrize("name", ["giver_name", "message"])
def test_a_gift_carries_no_link(offer: Offer, name: str, typed: str):
    response = Client().post(f"{offer.base}offrir/", GIFT | {name: typed})
    assert "N’écrivez pas d’adresse de site ici." in response.text
    assert letters() == []
