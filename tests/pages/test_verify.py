"""The page where anybody verifies a document: by its file, its code or its fingerprint."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from mine_de_soleil.core.papers.seal import seal, self_signed
from shareholders.models import Paper
from shareholders.paper_keys import printed_code
from shareholders.services.paper_making import make_missing_papers
from shareholders.verifying import MOST_BYTES, READERS, READING
from tests.pages.scene import read
from tests.shareholders.money import open_cooperative
from tests.shareholders.sealed import NOW, give_certificate, shared_certificate, signed

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper(db: None) -> Paper:
    cooperative = open_cooperative(legal_name="SAS Soleil d’essai")
    give_certificate(cooperative)
    [made] = make_missing_papers(signed(cooperative).pk)
    return made


def drop(client: Client, content: bytes, name: str = "document.pdf") -> str:
    return read(client.post("/verifier/", {"file": SimpleUploadedFile(name, content)}))


def test_the_file_as_it_was_sent_is_recognised(client: Client, paper: Paper):
    text = drop(client, bytes(paper.content))
    assert "Ce document a bien été émis par SAS Soleil d’essai le" in text
    assert f"bulletin de souscription, n° {paper.pk}. Il n’a pas été modifié." in text


def test_its_fingerprint_however_it_is_typed_says_the_same(client: Client, paper: Paper):
    spaced = " ".join(paper.sha256.upper()[i : i + 8] for i in range(0, 64, 8))
    assert "Il n’a pas été modifié." in read(client.post("/verifier/", {"text": f" {spaced} "}))
    assert "Il n’a pas été modifié." in read(client.get(f"/verifier/{paper.sha256}/"))


def test_the_printed_code_says_which_paper_it_is_not_that_it_is_intact(client: Client, paper: Paper):
    text = read(client.get(f"/verifier/{printed_code(paper.pk)}/"))
    assert "Un document portant ce code a bien été émis par SAS Soleil d’essai" in text
    assert "Le code ne dit pas si votre exemplaire est intact" in text
    assert paper.sha256 in text


def test_nobody_learns_whom_a_paper_concerns(client: Client, paper: Paper):
    texts = [drop(client, bytes(paper.content)), read(client.get(f"/verifier/{printed_code(paper.pk)}/"))]
    assert not any(word in text for text in texts for word in ("Jeanne", "Delattre", "MDS"))


@pytest.mark.parametrize("place", [1_000, -3_000])
def test_one_changed_byte_breaks_the_seal(client: Client, paper: Paper, place: int):
    content = bytearray(paper.content)
    content[place] ^= 1
    text = drop(client, bytes(content))
    assert "modifié après avoir été scellé" in text or "pas un PDF lisible" in text


def test_what_was_added_after_the_seal_is_noticed(client: Client, paper: Paper):
    text = drop(client, bytes(paper.content) + b"\n% plus riche de 100 actions\n")
    assert "Ce fichier a été modifié après avoir été scellé." in text
    assert "Il porte le sceau de SAS Soleil d’essai, mais ce sceau est rompu" in text


def unsealed() -> bytes:
    from dataclasses import asdict

    from mine_de_soleil.core.papers.typeset import typeset
    from tests.core.papers import samples

    made = samples.newborn()
    return typeset(made.template, asdict(made))


def test_somebody_elses_certificate_of_the_same_name_isnt_ours(client: Client, paper: Paper):
    other = self_signed("SAS Soleil d’essai", at=NOW)
    text = drop(client, seal(unsealed(), other, reason="Faux", at=NOW + dt.timedelta(hours=1)))
    assert "scellé par un certificat qui n’est pas d’ici" in text
    assert "N’importe qui peut écrire n’importe quel nom" in text


def test_our_seal_on_a_paper_we_dont_have_is_said(client: Client, paper: Paper):
    text = drop(client, seal(unsealed(), shared_certificate(), reason="Égaré", at=NOW))
    assert "Le sceau est celui de SAS Soleil d’essai, mais ce document n’est pas dans nos archives." in text


def test_a_pdf_without_seal_isnt_ours(client: Client, paper: Paper):
    assert "Ce fichier n’est pas un document émis ici." in drop(client, unsealed())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"Bonjour",
        b"%PDF-1.7\n",
        b"%PDF-1.7\n" + b"\xff" * 5_000,
        b"%PDF-1.4\n1 0 obj\n<< /A 1 0 R >>\n" * 500,
    ],
)
def test_what_is_no_pdf_gets_a_sentence(client: Client, content: bytes):
    assert "Ce fichier n’est pas un PDF lisible." in drop(client, content)


def test_a_file_beyond_ten_megabytes_is_refused_before_it_is_read(client: Client):
    file = SimpleUploadedFile("gros.pdf", b"%PDF" + bytes(MOST_BYTES))
    refused = client.post("/verifier/", {"file": file})
    assert refused.status_code == 422
    assert "Ce fichier dépasse 10" in refused.text


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("0" * 64, "Aucun document émis ici n’a ce code ni cette empreinte."),
        ("41-K7QM2F9DXW", "Aucun document émis ici n’a ce code ni cette empreinte."),
        ("bonjour", "Ce n’est ni un code ni une empreinte."),
        ("<script>alert(1)</script>", "Ce n’est ni un code ni une empreinte."),
        ("9" * 60 + "-K7QM2F9DXW", "Ce n’est ni un code ni une empreinte."),
    ],
)
def test_a_wrong_code_gets_a_sentence(client: Client, text: str, answer: str):
    assert answer in read(client.post("/verifier/", {"text": text}))


def test_nothing_sent_is_asked_for_again(client: Client):
    refused = client.post("/verifier/", {})
    assert refused.status_code == 422
    assert "Choisissez un fichier." in refused.text


def test_an_empty_code_is_asked_for_again(client: Client):
    refused = client.post("/verifier/", {"text": "  "})
    assert refused.status_code == 422
    assert "Écrivez le code ou l’empreinte." in refused.text


def test_too_many_files_from_one_address_are_stopped(client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("shareholders.views.papers.FILES_AN_HOUR", "2/hour")
    for _ in range(2):
        drop(client, b"rien")
    stopped = client.post("/verifier/", {"file": SimpleUploadedFile("a.pdf", b"rien")})
    assert stopped.status_code == 429
    assert client.get("/verifier/").status_code == 200


def test_with_two_files_being_read_a_third_is_asked_to_come_back(client: Client):
    pdf = b"%PDF-1.7"
    busy = connection.copy()
    try:
        with busy.cursor() as cursor:
            for place in range(READERS):
                cursor.execute("SELECT pg_advisory_lock(%s, %s)", [READING, place])
        stopped = client.post("/verifier/", {"file": SimpleUploadedFile("a.pdf", pdf)})
        assert stopped.status_code == 429
        assert "réessayez dans une minute" in stopped.text
    finally:
        busy.close()
    again = client.post("/verifier/", {"file": SimpleUploadedFile("a.pdf", pdf)})
    assert again.status_code == 200


def test_a_file_is_kept_nowhere(client: Client):
    drop(client, b"%PDF-1.7 secret")
    assert not Paper.objects.exists()
