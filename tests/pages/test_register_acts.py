"""The board's acts on the register: what would follow, a tick, done."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from mine_de_soleil.core.models import User
from shareholders.models import HolderPart, Shareholder, ShareMovement
from shareholders.roles import Role
from shareholders.services import issue_shares, transfer_shares
from shareholders.services.people import share_account
from tests.factories import ShareholderFactory, member
from tests.pages.scene import read
from tests.shareholders.village import ISSUED_ON, TODAY, Clock, Village, build_village

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
WHY = {"dated": "2025-06-16", "reason": "saisie deux fois"}


@pytest.fixture
def village(db: None, monkeypatch: pytest.MonkeyPatch) -> Village:
    Clock(monkeypatch)
    return build_village()


@pytest.fixture
def board(signed_in: SignIn, village: Village) -> Client:
    return signed_in(village.board)


@pytest.fixture
def sale(village: Village) -> ShareMovement:
    return transfer_shares(
        actor=None, seller=village.jeanne, buyer=village.karim, quantity=5, dated=ISSUED_ON
    )


def at(village: Village, path: str) -> str:
    return f"/{village.cooperative.slug}/conseil/{path}"


def refused(response: Any) -> str:
    """The words of a page that was refused."""
    assert response.status_code == 422
    response.status_code = 200
    return read(response)


def confirm(village: Village) -> dict[str, Any]:
    last = ShareMovement.objects.filter(cooperative=village.cooperative).latest("number")
    return {"seen": last.number, "sure": "on"}


def test_the_register_leads_to_each_line(board: Client, village: Village, sale: ShareMovement):
    assert f'href="{at(village, "registre/lignes/6/")}"' in board.get(at(village, "registre/")).text
    text = read(board.get(at(village, "registre/lignes/6/")))
    assert "5 actions" in text
    assert "Corriger cette ligne" in text
    assert sale.entry_sha256 in text


def test_an_auditor_reads_a_line_and_changes_nothing(
    signed_in: SignIn, village: Village, sale: ShareMovement
):
    auditor = signed_in(member(village.cooperative, Role.AUDITOR))
    assert "Corriger" not in read(auditor.get(at(village, "registre/lignes/6/")))
    assert "valeur nominale" not in read(auditor.get(at(village, "registre/"))).split("Tout le registre")[1]
    assert auditor.post(at(village, "registre/lignes/6/corriger/"), WHY).status_code == 403


def test_what_a_correction_changes_is_shown_before(board: Client, village: Village, sale: ShareMovement):
    shown = read(board.post(at(village, "registre/lignes/6/corriger/"), WHY))
    assert "Actions de Jeanne Delattre (n° 1) 35 40" in shown
    assert "Actions de Karim Haddad (n° 2) 35 30" in shown
    assert "Rien n’est encore inscrit" in shown
    assert ShareMovement.objects.count() == 6


def test_ticked_it_is_written(board: Client, village: Village, sale: ShareMovement):
    path = at(village, "registre/lignes/6/corriger/")
    answer = board.post(path, {**WHY, **confirm(village)}, follow=True)
    assert "Cette ligne a été contre-passée" in read(answer)
    assert village.held()[:2] == [40, 30]
    assert "Cette ligne en corrige une autre" in read(board.get(at(village, "registre/lignes/7/")))
    assert board.get(path).status_code == 302


def test_without_the_tick_nothing_is_written(board: Client, village: Village, sale: ShareMovement):
    data = {**WHY, "seen": 6}
    text = refused(board.post(at(village, "registre/lignes/6/corriger/"), data))
    assert "Cochez la case" in text
    assert ShareMovement.objects.count() == 6


def test_sent_twice_it_is_corrected_once(board: Client, village: Village, sale: ShareMovement):
    data = {**WHY, **confirm(village)}
    board.post(at(village, "registre/lignes/6/corriger/"), data)
    assert "déjà été contre-passée" in refused(board.post(at(village, "registre/lignes/6/corriger/"), data))
    assert ShareMovement.objects.count() == 7


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"dated": "hier", "reason": "x" * 3},
        {**WHY, "reason": "x" * 5_000},
        {**WHY, "dated": "2018-01-01"},
        {**WHY, "dated": "9999-12-31"},
        {**WHY, "reason": "a\x00b<script>"},
        {**WHY, "seen": "x", "sure": "on"},
        {**WHY, "seen": "-1", "sure": "on"},
    ],
)
def test_bad_input_writes_nothing(board: Client, village: Village, sale: ShareMovement, data: dict[str, Any]):
    answer = board.post(at(village, "registre/lignes/6/corriger/"), data)
    assert answer.status_code in (200, 422)
    assert ShareMovement.objects.count() == 6


@pytest.mark.parametrize("number", ["0", "99", "99999999999999999999"])
def test_a_line_that_is_not_there_is_404(board: Client, village: Village, number: str):
    assert board.get(at(village, f"registre/lignes/{number}/")).status_code == 404


def test_shares_are_cancelled_after_a_look(board: Client, village: Village):
    path = at(village, "titulaires/1/annuler-des-actions/")
    data = {**WHY, "quantity": "10"}
    shown = read(board.post(path, data))
    assert "Actions de Jeanne Delattre (n° 1) 40 30" in shown
    assert "Capital 20 000 € 19 500 €" in shown.replace("\u202f", " ").replace("\u00a0", " ")
    sent = {**data, **confirm(village)}
    board.post(path, sent)
    assert "a reçu une ligne" in refused(board.post(path, sent))
    assert village.held()[0] == 30


def test_more_than_held_is_refused_in_words(board: Client, village: Village):
    answer = board.post(at(village, "titulaires/1/annuler-des-actions/"), {**WHY, "quantity": "41"})
    assert "détient 40 actions" in refused(answer)


def test_another_nominal_value_shows_the_capital(board: Client, village: Village):
    path = at(village, "registre/valeur-nominale/")
    data = {
        "nominal_value": "60,00",
        "dated": "2025-06-16",
        "decided_on": "2025-06-12",
        "decision": "Résolution n° 4",
    }
    shown = read(board.post(path, data)).replace("\u202f", " ").replace("\u00a0", " ")
    assert "Capital 20 000 € 24 000 €" in shown
    board.post(path, {**data, **confirm(village)})
    line = ShareMovement.objects.latest("number")
    assert (line.nominal_value, line.reason) == (
        60,
        "Décision de l’assemblée du 12/06/2025 : Résolution n° 4",
    )


def test_a_death_entered_by_mistake_is_taken_back(board: Client, village: Village):
    path = at(village, "titulaires/1/deces/annuler/")
    assert board.get(path).status_code == 302
    Shareholder.objects.filter(pk=village.jeanne.pk).update(died_on=TODAY)
    assert "Ce décès est une erreur" in read(board.get(at(village, "titulaires/1/")))
    assert "Ce qui ne revient pas" in read(board.get(path))
    assert "Cochez" in refused(board.post(path, {"reason": "Homonyme"}))
    board.post(path, {"reason": "Homonyme", "sure": "on"})
    village.jeanne.refresh_from_db()
    assert village.jeanne.died_on is None


@pytest.fixture
def twin(village: Village) -> Shareholder:
    holder = ShareholderFactory(
        college=village.citizens,
        number=12,
        first_names="Jeanne",
        last_name="Delattre",
        birth_date=village.jeanne.birth_date,
    )
    issue_shares(actor=None, shareholder=holder, quantity=8, dated=ISSUED_ON)
    return holder


def test_two_accounts_are_shown_side_by_side_then_merged(board: Client, village: Village, twin: Shareholder):
    path = at(village, "titulaires/1/reunir/")
    assert "a un second compte" in read(board.get(path))
    assert "Actions après 48 0" in read(board.get(f"{path}?compte=12"))
    confirmed = confirm(village)
    for _ in range(2):
        board.post(f"{path}?compte=12", {"reason": "Inscrite deux fois", **confirmed})
    assert village.held()[0] == 48
    assert "Voir le compte n° 1" in read(board.get(at(village, "titulaires/12/")))


def test_a_merger_is_undone_from_the_account_it_closed(board: Client, village: Village, twin: Shareholder):
    data = {"reason": "Inscrite deux fois", **confirm(village)}
    board.post(at(village, "titulaires/1/reunir/?compte=12"), data)
    assert "Cette réunion est une erreur" in read(board.get(at(village, "titulaires/12/")))
    path = at(village, "titulaires/12/reunir/")
    assert "réuni par erreur" in read(board.get(path))
    assert "a reçu une ligne" in refused(board.post(path, {**data, "seen": "1"}))
    board.post(path, {"reason": "Deux homonymes", **confirm(village)})
    assert village.held()[0] == 40


def test_a_register_that_moved_asks_for_the_merger_again(board: Client, village: Village, twin: Shareholder):
    path = at(village, "titulaires/1/reunir/?compte=12")
    answer = board.post(path, {"reason": "Inscrite deux fois", "sure": "on", "seen": "1"})
    assert f'name="seen" value="{confirm(village)["seen"]}"' in answer.text
    assert "a reçu une ligne" in refused(answer)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [("99", "Aucun compte"), ("x", "nombre"), ("1", "le même compte"), ("5", "même nature")],
)
def test_a_wrong_other_account_is_told(
    board: Client, village: Village, twin: Shareholder, asked: str, sentence: str
):
    path = at(village, f"titulaires/1/reunir/?compte={asked}")
    assert sentence in refused(board.post(path, {"reason": "Inscrite deux fois", **confirm(village)}))
    assert not Shareholder.objects.exclude(merged_into=None).exists()


def test_other_identities_ask_for_a_paper(board: Client, village: Village):
    path = at(village, "titulaires/1/reunir/?compte=2")
    data: dict[str, Any] = {"reason": "Nom d’usage", **confirm(village)}
    assert "Joignez la pièce\u202f: les deux identités diffèrent." in board.post(path, data).text
    assert "(facultatif)" not in board.get(path).text
    board.post(path, {**data, "paper": SimpleUploadedFile("acte.pdf", b"%PDF-1.7 acte")})
    assert village.held()[:2] == [70, 0]


def rows(*people: dict[str, str]) -> dict[str, str]:
    sent = {"owners-TOTAL_FORMS": f"{len(people)}", "owners-INITIAL_FORMS": "2", "since": "2025-06-16"}
    for place, person in enumerate(people):
        sent |= {f"owners-{place}-{name}": value for name, value in person.items()}
    return sent


def test_the_people_of_a_joint_account_change(board: Client, village: Village):
    joint = ShareholderFactory(college=village.citizens, number=20, legal=True, legal_name="Indivision")
    Shareholder.objects.filter(pk=joint.pk).update(kind="joint")
    nadia = {
        "first_names": "Nadia",
        "last_name": "Roux",
        "quality": "joint_owner",
        "email": "n@essai.example",
    }
    omar = {"first_names": "Omar", "last_name": "Roux", "quality": "joint_owner", "email": "o@essai.example"}
    parts: list[dict[str, Any]] = [{**nadia, "is_proxy": True}, omar]
    share_account(actor=None, account=joint, since=ISSUED_ON, parts=parts)
    path = at(village, "titulaires/20/titulaires/")
    assert "Changer les titulaires" in read(board.get(at(village, "titulaires/20/")))
    assert "Nadia Roux" in read(board.get(path))
    both = rows({**nadia, "is_proxy": "on"}, {**omar, "is_proxy": "on"}) | {"sure": "on"}
    assert "une seule personne" in refused(board.post(path, both))
    for _ in range(2):
        assert board.post(path, rows(nadia, {**omar, "is_proxy": "on"}) | {"sure": "on"}).status_code == 302
    assert HolderPart.objects.get(is_proxy=True, until=None).first_names == "Omar"
    gone = rows({**nadia, "DELETE": "on"}, {**omar, "is_proxy": "on"}) | {"sure": "on"}
    assert "deux personnes au moins" in refused(board.post(path, gone))
    huge = {**both, "owners-TOTAL_FORMS": "99999"}
    assert board.post(path, huge).status_code == 422
