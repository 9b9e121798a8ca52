"""The public page of newborns' panels, the family's page, the town's answers."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from mine_de_soleil.core.models import User
from shareholders.models import NewbornPanel, Subscription
from shareholders.paper_keys import panel_key
from shareholders.roles import Role
from shareholders.services.newborns import give_panel
from shareholders.services.paper_making import make_newborn_paper
from shareholders.services.people import adopt_statutes
from tests.factories import CooperativeFactory, FundingRoundFactory, UserFactory, demo_statutes, member
from tests.pages.scene import NOW, read
from tests.shareholders.sealed import give_certificate, panel

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
REQUEST = {
    "first_names": "Léonie",
    "last_name": "Delattre",
    "born_on": "2025-03-03",
    "commune": "Loos-en-Gohelle",
    "offered_by": "ses grands-parents",
    "contact_email": "famille@essai.example",
}
OFFER = {key: value for key, value in REQUEST.items() if key != "offered_by"}


@pytest.fixture(autouse=True)
def _the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def base(db: None) -> str:
    return f"/{CooperativeFactory(slug='soleil').slug}/panneau-de-naissance/"


def given(**fields: Any) -> NewbornPanel:
    from shareholders.models import Cooperative

    made = panel(Cooperative.objects.get(slug="soleil"), **fields)
    return give_panel(actor=UserFactory(), panel=made)


def family(made: NewbornPanel) -> str:
    return f"/soleil/panneau-de-naissance/{made.pk}/{panel_key(made)}/"


def test_the_page_says_what_it_is_and_counts_without_names(client: Client, base: str):
    assert "Le premier panneau attend son enfant." in read(client.get(base))
    given()
    text = read(client.get(base))
    assert "1 enfant a son panneau." in text
    assert "Léonie" not in text


def test_a_family_asks_and_confirms_by_its_letter(client: Client, base: str):
    answer = client.post(base, REQUEST)
    made = NewbornPanel.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{base}merci/")
    assert "Un e-mail vous attend." in read(client.get(f"{base}merci/"))
    page = client.get(family(made))
    assert "Il reste à confirmer la demande pour Léonie." in read(page)
    assert NewbornPanel.objects.get().state == NewbornPanel.State.TO_CONFIRM, "reading confirms nothing"
    for _ in range(2):
        answer = client.post(f"{family(made)}confirmer/")
        assert (answer.status_code, answer.headers["Location"]) == (303, family(made))
    assert "La demande pour Léonie est bien arrivée." in read(client.get(family(made)))


def test_who_typed_anothers_address_learns_nothing_of_the_key(client: Client, base: str):
    answer = client.post(base, REQUEST, follow=True)
    made = NewbornPanel.objects.get()
    assert panel_key(made) not in answer.text
    assert client.post(f"{base}{made.pk}/{'0' * 43}/confirmer/").status_code == 404
    made.refresh_from_db()
    assert made.state == NewbornPanel.State.TO_CONFIRM


def test_too_late_to_confirm_gets_a_sentence(client: Client, base: str, monkeypatch: pytest.MonkeyPatch):
    client.post(base, REQUEST)
    made = NewbornPanel.objects.get()
    monkeypatch.setattr(timezone, "now", lambda: NOW + dt.timedelta(days=15))
    answer = client.post(f"{family(made)}confirmer/", follow=True)
    assert "trop ancienne : refaites-la" in read(answer)


def test_no_shares_are_offered_before_the_panel_is(client: Client, base: str):
    client.post(base, REQUEST)
    made = NewbornPanel.objects.get()
    adopt_statutes(actor=None, cooperative=made.cooperative, text=demo_statutes())
    FundingRoundFactory(cooperative=made.cooperative)
    gift = {"giver_name": "Ali Essai", "giver_email": "ali@essai.example", "quantity": "1"}
    assert client.post(family(made), gift).status_code == 422
    assert not Subscription.objects.exists()


def test_the_board_sees_that_two_people_asked_for_one_child(signed_in: SignIn, base: str):
    given(child_first_names="Ana")
    first = panel(given(child_first_names="Max").cooperative)
    panel(first.cooperative, contact_email="autre@essai.example", child_first_names="LÉONIE")
    panel(first.cooperative, child_first_names="Ana")
    text = read(signed_in(member(first.cooperative, Role.BOARD)).get(f"{base}demandes/"))
    assert text.count("Plusieurs personnes ont demandé un panneau pour cet enfant") == 2
    assert "Cet enfant a déjà son panneau, le n° 1" in text


def test_a_request_nobody_confirmed_is_shown_to_nobody(client: Client, signed_in: SignIn, base: str):
    client.post(base, REQUEST)
    made = NewbornPanel.objects.get()
    text = read(signed_in(member(made.cooperative, Role.BOARD)).get(f"{base}demandes/"))
    assert "Aucune famille n’attend de réponse." in text and "Léonie" not in text


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("born_on", "2025-06-17", "pas encore né"),
        ("born_on", "2021-01-01", "moins de trois ans"),
        ("born_on", "hier", "date"),
        ("first_names", "", "obligatoire"),
        ("first_names", "L\u202eéonie", "ne peut pas être imprimé"),
        ("last_name", "☀☀☀", "ne peut pas être imprimé"),
        ("last_name", "<script>x</script>", "ne peut pas être imprimé"),
        ("last_name", "x" * 121, "120"),
        ("contact_email", "famille", "valide"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(
    client: Client, base: str, field: str, value: str, sentence: str
):
    refused = client.post(base, REQUEST | {field: value})
    assert refused.status_code == 422
    assert sentence in refused.text
    assert not NewbornPanel.objects.exists()


def test_a_child_who_has_a_panel_gets_a_sentence(client: Client, base: str):
    given()
    again = client.post(base, REQUEST)
    assert again.status_code == 422
    assert "Un panneau est déjà offert à cet enfant" in again.text


def test_the_same_request_twice_is_one(client: Client, base: str):
    for _ in range(2):
        assert client.post(base, REQUEST).status_code == 303
    assert NewbornPanel.objects.count() == 1


def test_a_hostile_name_is_shown_as_text(client: Client, base: str):
    client.post(base, REQUEST | {"first_names": "Léonie {{ x }} & l'amie"})
    page = client.get(family(NewbornPanel.objects.get()))
    assert "Léonie {{ x }} &amp; l&#x27;amie" in page.text


def test_a_machine_is_thanked_and_forgotten(client: Client, base: str):
    answer = client.post(base, REQUEST | {"website": "https://spam.example"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{base}merci/")
    assert not NewbornPanel.objects.exists()


def test_a_flood_is_stopped(client: Client, base: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("shareholders.views.newborns.REQUESTS_AN_HOUR", "1/hour")
    client.post(base, REQUEST)
    assert client.post(base, REQUEST | {"first_names": "Noé"}).status_code == 429


def test_the_familys_page_needs_its_key(client: Client, base: str):
    made = given()
    assert client.get(family(made)).headers["Cache-Control"] == "private, no-store"
    assert client.get(f"{base}{made.pk}/{'0' * 43}/").status_code == 404


def test_the_certificate_is_downloaded_from_the_familys_page(client: Client, base: str):
    made = given()
    assert "Le certificat se prépare" in read(client.get(family(made)))
    give_certificate(made.cooperative)
    [paper] = make_newborn_paper(made.pk)
    page = client.get(family(made))
    link = page.text.split(f'href="/soleil/documents/{paper.pk}/')[1].split('"')[0]
    assert client.get(f"/soleil/documents/{paper.pk}/{link}").content == bytes(paper.content)


def test_a_share_in_the_childs_name_goes_on_to_the_subscription(client: Client, base: str):
    made = given()
    adopt_statutes(actor=None, cooperative=made.cooperative, text=demo_statutes())
    FundingRoundFactory(cooperative=made.cooperative)
    gift = {"giver_name": "Ali Essai", "giver_email": "ali@essai.example", "quantity": "1"}
    assert "Offrir aussi une action" in client.get(family(made)).text
    assert client.post(family(made), gift).status_code == 303
    begun = Subscription.objects.get()
    assert begun.is_gift and begun.email == "famille@essai.example" and begun.newborn_panel == made
    refused = client.post(family(made), gift)
    assert refused.status_code == 422
    assert Subscription.objects.count() == 1


def test_a_town_sees_the_requests_of_its_own_children(signed_in: SignIn, base: str):
    given()
    waiting = panel(given(child_first_names="Ana").cooperative, child_first_names="Noé")
    panel(waiting.cooperative, child_first_names="Zoé", commune="Lens", commune_insee="62498")
    town = signed_in(member(waiting.cooperative, Role.MUNICIPALITY))
    text = read(town.get(f"{base}demandes/"))
    assert "1 famille attend votre réponse." in text
    assert "Noé" in text and "Zoé" not in text
    board = signed_in(member(waiting.cooperative, Role.BOARD))
    assert "2 familles attendent votre réponse." in read(board.get(f"{base}demandes/"))


def test_who_only_reads_is_told_who_answers_and_finds_the_way_back(signed_in: SignIn, base: str):
    cooperative = panel(given().cooperative, child_first_names="Noé").cooperative
    response = signed_in(member(cooperative, Role.AUDITOR)).get(f"{base}demandes/")
    assert "1 famille attend la réponse de la mairie ou du conseil." in read(response)
    assert '<a class="back" href="/soleil/conseil/">' in response.text
    town = signed_in(member(cooperative, Role.MUNICIPALITY))
    assert '<a class="back" href="/soleil/commune/">' in town.get(f"{base}demandes/").text


def test_a_towns_own_page_says_how_many_families_wait(signed_in: SignIn, base: str):
    cooperative = panel(given().cooperative, child_first_names="Noé").cooperative
    panel(cooperative, child_first_names="Ana")
    panel(cooperative, child_first_names="Zoé", commune="Lens", commune_insee="62498")
    town = signed_in(member(cooperative, Role.MUNICIPALITY))
    text = read(town.get("/soleil/commune/"))
    assert "Nous attendons de vous : 2 panneaux de naissance à confirmer." in text


def test_a_town_answers_once_for_its_own_and_never_for_others(signed_in: SignIn, base: str):
    waiting = panel(given(child_first_names="Ana").cooperative)
    other = panel(waiting.cooperative, child_first_names="Zoé", commune="Lens", commune_insee="62498")
    town = signed_in(member(waiting.cooperative, Role.MUNICIPALITY))
    for _ in range(2):
        assert town.post(f"{base}demandes/{waiting.pk}/", {"answer": "give"}).status_code == 302
    waiting.refresh_from_db()
    assert waiting.state == NewbornPanel.State.GIVEN
    assert town.post(f"{base}demandes/{other.pk}/", {"answer": "give"}).status_code == 404
    answer = town.post(f"{base}demandes/{waiting.pk}/", {"answer": "decline"}, follow=True)
    assert "Ce panneau est déjà offert" in answer.text


def test_a_town_offers_a_panel_at_once(signed_in: SignIn, base: str):
    cooperative = given().cooperative
    town = signed_in(member(cooperative, Role.MUNICIPALITY))
    answer = town.post(f"{base}demandes/", OFFER | {"first_names": "Noé"}, follow=True)
    assert "Le panneau n° 2 est offert." in answer.text
    made = NewbornPanel.objects.get(child_first_names="Noé")
    assert (made.offered_by, made.commune_insee, made.by_municipality) == ("Loos-en-Gohelle", "62528", True)


def test_the_auditor_reads_and_changes_nothing(signed_in: SignIn, base: str):
    waiting = panel(given().cooperative, child_first_names="Noé")
    auditor = signed_in(member(waiting.cooperative, Role.AUDITOR))
    assert "Offrir" not in auditor.get(f"{base}demandes/").text
    assert auditor.post(f"{base}demandes/{waiting.pk}/", {"answer": "give"}).status_code == 403
    assert auditor.post(f"{base}demandes/", OFFER).status_code == 404
