"""A holder's own data, and the board's page of a holder."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from mine_de_soleil.core.models import User
from shareholders.models import Attachment, HolderBankAccount, Shareholder
from tests.pages.scene import read
from tests.shareholders.village import Clock, Village, build_village, last_code

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
IBAN = "FR7630006000011234567890189"


@pytest.fixture
def village(db: None, monkeypatch: pytest.MonkeyPatch) -> Village:
    Clock(monkeypatch)
    return build_village()


def pdf(name: str = "acte.pdf", content: bytes = b"%PDF-1.7 acte") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def own(village: Village, path: str = "") -> str:
    return f"/{village.cooperative.slug}/mon-espace/mes-informations/{path}"


def dossier(village: Village, path: str = "", number: int = 1) -> str:
    return f"/{village.cooperative.slug}/conseil/titulaires/{number}/{path}"


def test_a_new_address_is_kept(signed_in: SignIn, village: Village):
    client = signed_in(village.jeanne.user)
    data = {"address": "5 rue Neuve", "postcode": "62300", "commune": "Lens", "country": "FR", "email": ""}
    client.post(own(village, "1/"), data)
    assert "5 rue Neuve" in client.get(own(village)).text
    refused = client.post(own(village, "1/"), {**data, "address": "7 rue Longue", "postcode": "6"})
    assert refused.status_code == 422
    assert "cinq chiffres" in refused.text
    assert "7 rue Longue" in refused.text


def test_a_bank_account_asks_for_a_code(signed_in: SignIn, village: Village):
    client = signed_in(village.jeanne.user)
    client.post(own(village, "1/compte/"), {"owner_name": "Jeanne Delattre", "iban": IBAN})
    assert "FR76 •••• •••• 0189" in read(client.get(own(village)))
    client.post(own(village, "1/compte/confirmer/"), {"code": last_code("jeanne@essai.example")})
    assert HolderBankAccount.objects.get().iban == IBAN
    assert "Vous êtes payé sur le compte FR76 •••• •••• 0189." in read(client.get(own(village)))


def test_a_wrong_iban_is_shown_again_with_what_is_wrong(signed_in: SignIn, village: Village):
    client = signed_in(village.jeanne.user)
    wrong = IBAN[:-1] + "0"
    page = client.post(own(village, "1/compte/"), {"owner_name": "Jeanne D.", "iban": wrong})
    assert page.status_code == 422
    assert "clé de contrôle" in page.text
    assert wrong in page.text
    assert '<details class="more" open>' in page.text
    assert "clé de contrôle" not in client.get(own(village)).text


def test_an_old_session_brings_no_tries_back(signed_in: SignIn, village: Village):
    client = signed_in(village.jeanne.user)
    client.post(own(village, "1/compte/"), {"owner_name": "Jeanne Delattre", "iban": IBAN})
    kept = dict(client.session.items())
    for _ in range(5):
        client.post(own(village, "1/compte/confirmer/"), {"code": "000000"})
        session = client.session
        session.update(kept)
        session.save()
    client.post(own(village, "1/compte/confirmer/"), {"code": last_code("jeanne@essai.example")})
    assert not HolderBankAccount.objects.exists()


def test_five_wrong_codes_use_it_up(signed_in: SignIn, village: Village):
    client = signed_in(village.jeanne.user)
    client.post(own(village, "1/compte/"), {"owner_name": "Jeanne Delattre", "iban": IBAN})
    code = last_code("jeanne@essai.example")
    for _ in range(5):
        client.post(own(village, "1/compte/confirmer/"), {"code": "x"})
    client.post(own(village, "1/compte/confirmer/"), {"code": code})
    assert "trop de fois" in client.get(own(village)).text
    assert not HolderBankAccount.objects.exists()


def test_nobody_changes_somebody_elses(signed_in: SignIn, village: Village):
    client = signed_in(village.karim.user)
    assert client.post(own(village, "1/"), {}).status_code == 404
    assert client.post(own(village, "1/compte/"), {"iban": IBAN}).status_code == 404


def test_the_board_reads_a_holders_whole_story(signed_in: SignIn, village: Village):
    text = read(signed_in(village.board).get(dossier(village)))
    assert "Jeanne Delattre détient 40 actions" in text
    assert "n° 1 1er août 2019 émission +40" in text
    assert "Citoyens depuis le" in text


def bury(client: Client, village: Village, deed: SimpleUploadedFile) -> Any:
    return client.post(
        dossier(village, "deces/"), {"death-died_on": "2025-06-01", "death-deed": deed}, follow=True
    )


def test_a_death_freezes_the_account(signed_in: SignIn, village: Village):
    board = signed_in(village.board)
    assert "compte gelé" in read(bury(board, village, pdf()))
    own_space = signed_in(village.jeanne.user).get(own(village))
    assert own_space.status_code == 404


@pytest.mark.parametrize(
    ("deed", "sentence"),
    [
        (pdf("acte.pdf", b"<script>alert(1)</script>"), "ni un PDF ni une photo"),
        (pdf("acte.pdf", b"MZ\x90"), "ni un PDF ni une photo"),
        (pdf("acte.pdf", b""), "vide"),
        (pdf("acte.pdf", b"%PDF-" + b"0" * 5_000_000), "dépasse 5 Mo"),
    ],
)
def test_a_hostile_deed_is_refused(
    signed_in: SignIn, village: Village, deed: SimpleUploadedFile, sentence: str
):
    deed.seek(0)
    assert sentence in bury(signed_in(village.board), village, deed).text
    assert not Attachment.objects.exists()
    assert Shareholder.objects.get(number=1, cooperative=village.cooperative).died_on is None


def heirs(*rows: dict[str, str], joint: bool = False) -> dict[str, Any]:
    data: dict[str, Any] = {
        "deed": pdf(),
        "heirs-TOTAL_FORMS": str(len(rows)),
        "heirs-INITIAL_FORMS": "0",
        **({"joint": "on"} if joint else {}),
    }
    return data | {f"heirs-{n}-{name}": value for n, row in enumerate(rows) for name, value in row.items()}


NADIA = {
    "last_name": "Delattre",
    "first_names": "Nadia",
    "birth_date": "1990-01-02",
    "address": "3 rue des Terrils",
    "postcode": "62750",
    "commune": "Loos-en-Gohelle",
    "email": "nadia@essai.example",
    "kinship": "descendant",
    "quantity": "30",
}
KARIM = {"number": "2", "last_name": "Haddad", "quantity": "10", "kinship": "spouse"}


def test_heirs_share_the_estate(signed_in: SignIn, village: Village):
    board = signed_in(village.board)
    bury(board, village, pdf())
    assert "40 actions de Jeanne Delattre sont à transmettre" in read(
        board.get(dossier(village, "heritiers/"))
    )
    assert board.post(dossier(village, "heritiers/"), heirs(NADIA, KARIM)).status_code == 302
    assert village.held() == [0, 40, 10, 20]
    done = board.get(dossier(village, "heritiers/"))
    assert "aucune action à transmettre" in read(done) and "Héritier 1" not in done.text


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([NADIA], "ni plus ni moins"),
        ([{**KARIM, "last_name": "Faux"}, NADIA], "Aucun actionnaire"),
        ([{**NADIA, "birth_date": ""}], "ce champ est nécessaire"),
    ],
)
def test_an_estate_that_doesnt_add_up_says_why(
    signed_in: SignIn, village: Village, rows: list[dict[str, str]], sentence: str
):
    board = signed_in(village.board)
    bury(board, village, pdf())
    response = board.post(dossier(village, "heritiers/"), heirs(*rows))
    assert response.status_code == 422
    assert sentence in response.text
    assert village.held()[0] == 40


def test_heirs_may_keep_the_shares_together(signed_in: SignIn, village: Village):
    board = signed_in(village.board)
    bury(board, village, pdf())
    omar = {**NADIA, "first_names": "Omar", "email": ""}
    response = board.post(dossier(village, "heritiers/"), heirs(NADIA, omar, joint=True))
    assert response.status_code == 302
    joint = Shareholder.objects.get(kind="joint")
    assert joint.legal_name == "Indivision Delattre"
    assert joint.parts.get(is_proxy=True).first_names == "Nadia"
    assert "parle pour tous" in read(board.get(dossier(village, number=joint.number)))


def test_a_college_that_doesnt_admit_the_holder_is_refused(signed_in: SignIn, village: Village):
    board = signed_in(village.board)
    data = {"college": village.sem.pk, "since": "2025-06-16"}
    assert "n’admet pas" in board.post(dossier(village, "college/"), data, follow=True).text
    data = {"college": village.citizens.pk, "since": "2025-06-16"}
    assert "Le collège est changé" in board.post(dossier(village, "college/"), data, follow=True).text


def test_a_representative_needs_a_paper_and_may_be_ended(signed_in: SignIn, village: Village):
    board = signed_in(village.board)
    named = {
        "rep-quality": "guardian",
        "rep-first_names": "Anne",
        "rep-last_name": "Essai",
        "rep-email": "anne@essai.example",
        "rep-since": "2025-06-16",
    }
    assert "Joignez l’acte" in board.post(dossier(village, "representants/"), named, follow=True).text
    board.post(dossier(village, "representants/"), {**named, "rep-mandate": pdf("mandat.pdf")})
    speaker = village.jeanne.representatives.get()
    assert speaker.user.role_grants.count() == 1
    board.post(dossier(village, f"representants/{speaker.pk}/fin/"))
    speaker.refresh_from_db()
    assert speaker.until is not None
    assert not speaker.user.role_grants.filter(revoked_at=None).exists()


def test_a_paper_is_downloaded_never_shown(signed_in: SignIn, village: Village):
    board = signed_in(village.board)
    data = {"paper-kind": "deliberation", "paper-reference": "2025-12", "paper-file": pdf("../../délib.pdf")}
    board.post(dossier(village, "pieces/"), data)
    paper = Attachment.objects.get()
    assert paper.file_name == "délib.pdf"
    response = board.get(dossier(village, f"pieces/{paper.pk}/"))
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.content == b"%PDF-1.7 acte"
    assert board.get(dossier(village, f"pieces/{paper.pk}/", number=2)).status_code == 404


def test_the_living_have_no_heirs(signed_in: SignIn, village: Village):
    board = signed_in(village.board)
    answer = board.get(dossier(village, "heritiers/"), follow=True)
    assert answer.redirect_chain[-1] == (dossier(village), 302)
    assert "il n’y a rien à transmettre" in answer.text
