"""Pages of the monthly letter."""

import re
from typing import Any

import pytest
from django.core import signing
from django.test import Client

from production.models import LetterReader
from production.services.letters import CONFIRM, STOP, choose_letter
from shareholders.roles import Role
from tests.factories import CooperativeFactory, member
from tests.pages.scene import Scene, read

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def posted(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    monkeypatch.setattr("mine_de_soleil.core.post.send_letter.defer", lambda **letter: found.append(letter))
    return found


def path_in(letter: dict[str, Any]) -> str:
    found = re.search(r"http://localhost:8000(/\S+)", letter["body"])
    assert found
    return found[1]


def test_a_neighbour_asks_confirms_and_stops(client: Client, scene: Scene, posted: list[dict[str, Any]]):
    answer = client.post(f"{scene.base}lettre/", {"email": "ali@essai.example"}, follow=True)
    assert "Un e-mail vous attend." in answer.text
    link = path_in(posted[0])
    # A program that opens every link of a mail says yes to nothing.
    assert "Recevoir la lettre du mois ?" in read(client.get(link))
    assert not LetterReader.objects.of(scene.cooperative).exists()
    assert "C’est noté" in client.post(link).text
    reader = LetterReader.objects.of(scene.cooperative).get()
    stop = f"{scene.base}lettre/arret/{signing.dumps(reader.pk, salt=STOP)}/"
    assert "Ne plus recevoir" in read(client.get(stop))
    assert LetterReader.objects.of(scene.cooperative).exists()
    assert "Vous ne recevrez plus la lettre" in read(client.post(stop))
    assert not LetterReader.objects.exists()
    assert client.post(stop).status_code == 200


def test_a_mail_program_stops_it_at_one_click_without_a_cookie(scene: Scene):
    reader = choose_letter(actor=scene.jeanne, cooperative=scene.cooperative, wanted=True, language="fr")
    assert reader is not None
    stop = f"{scene.base}lettre/arret/{signing.dumps(reader.pk, salt=STOP)}/"
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(stop, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert not LetterReader.objects.of(scene.cooperative).exists()


def test_the_answer_is_the_same_for_who_reads_already(client: Client, scene: Scene, posted: list[Any]):
    choose_letter(actor=scene.jeanne, cooperative=scene.cooperative, wanted=True, language="fr")
    known = client.post(f"{scene.base}lettre/", {"email": scene.jeanne.email})
    new = client.post(f"{scene.base}lettre/", {"email": "ali@essai.example"})
    assert (known.status_code, known.headers["Location"]) == (new.status_code, new.headers["Location"])
    assert [letter["to"] for letter in posted] == ["ali@essai.example"]


@pytest.mark.parametrize("email", ["", "ali", "a" * 250 + "@essai.example", "a@b.example\nBcc: c@d.example"])
def test_what_is_no_address_is_told(client: Client, scene: Scene, email: str, posted: list[Any]):
    assert client.post(f"{scene.base}lettre/", {"email": email}).status_code == 422
    assert posted == []


def test_a_machine_is_thanked_and_written_to_by_nobody(client: Client, scene: Scene, posted: list[Any]):
    filled = {"email": "ali@essai.example", "website": "http://spam.example"}
    assert client.post(f"{scene.base}lettre/", filled).status_code == 303
    assert posted == []


def test_a_flood_of_requests_is_stopped(client: Client, scene: Scene, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("production.views.letters.REQUESTS_AN_HOUR", "2/hour")
    codes = [client.post(f"{scene.base}lettre/", {"email": f"{n}@b.example"}).status_code for n in range(3)]
    assert codes == [303, 303, 429]


def test_a_made_up_or_old_link_leads_nowhere(client: Client, scene: Scene):
    token = signing.dumps(1, salt=CONFIRM)
    for path in (f"oui/{token}/", "oui/faux/", "arret/faux/", f"arret/{token}/"):
        assert client.get(f"{scene.base}lettre/{path}").status_code == 404
        assert client.post(f"{scene.base}lettre/{path}").status_code == 404


def test_a_shareholder_chooses_in_her_space(signed_in, scene: Scene):
    client = signed_in(scene.jeanne)
    assert "Recevoir la lettre du mois" in client.get(f"{scene.base}mon-espace/").text
    client.post(f"{scene.base}mon-espace/lettre/", {"lettre": "oui"})
    assert LetterReader.objects.of(scene.cooperative).get().user == scene.jeanne
    assert "Vous recevez la lettre du mois." in client.get(f"{scene.base}mon-espace/").text
    client.post(f"{scene.base}mon-espace/lettre/", {"lettre": "non"})
    assert not LetterReader.objects.of(scene.cooperative).exists()
    assert f"{scene.base}mon-espace/#lettre" in client.get(f"{scene.base}mon-espace/mes-informations/").text


def test_the_board_reads_the_letter_before_it_leaves(signed_in, scene: Scene, posted: list[Any]):
    board = signed_in(member(scene.cooperative, Role.BOARD))
    text = read(board.get(f"{scene.base}conseil/lettre/"))
    assert "Mai : pas encore de relevé." in text
    assert "La prochaine lettre part au début du mois qui vient." in text
    assert board.post(f"{scene.base}conseil/lettre/exemplaire/").status_code == 302
    assert len(posted) == 1
    auditor = signed_in(member(scene.cooperative, Role.AUDITOR))
    assert "M’envoyer un exemplaire" not in read(auditor.get(f"{scene.base}conseil/lettre/"))


def test_before_the_first_roof_there_is_nothing_to_write(signed_in, posted: list[Any]):
    cooperative = CooperativeFactory()
    board = signed_in(member(cooperative, Role.BOARD))
    assert "la lettre naîtra avec le premier" in read(board.get(f"/{cooperative.slug}/conseil/lettre/"))
    board.post(f"/{cooperative.slug}/conseil/lettre/exemplaire/")
    assert posted == []


@pytest.mark.django_db(transaction=True)
def test_a_link_opens_where_no_transaction_is(client: Client):
    """As on the site: the test client's own transaction would hide a lock taken outside one."""
    cooperative = CooperativeFactory()
    reader = LetterReader.objects.create(cooperative=cooperative, email="ali@essai.example")
    token = signing.dumps(reader.pk, salt=CONFIRM)
    for act in (client.get, client.post):
        assert act(f"/{cooperative.slug}/lettre/oui/{token}/").status_code == 200
    stop = signing.dumps(reader.pk, salt=STOP)
    for act in (client.get, client.post):
        assert act(f"/{cooperative.slug}/lettre/arret/{stop}/").status_code == 200
    assert not LetterReader.objects.exists()
