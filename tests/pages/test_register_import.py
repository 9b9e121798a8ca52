"""/<coop>/conseil/registre/importer/: drop, look, confirm."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from shareholders.models import Cooperative, ShareMovement
from shareholders.roles import Role
from tests.factories import CollegeFactory, member
from tests.shareholders.register_texts import HOLDERS, MOVEMENTS, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def cooperative() -> Cooperative:
    return CollegeFactory(code="citoyens", name="Citoyens").cooperative


@pytest.fixture
def client(cooperative: Cooperative, signed_in: Callable[..., Client]) -> Client:
    return signed_in(member(cooperative, Role.BOARD))


def url(cooperative: Cooperative, more: str = "") -> str:
    return f"/{cooperative.slug}/conseil/registre/importer/{more}"


def drop(client: Client, cooperative: Cooperative, content: bytes, **fields: str):
    file = SimpleUploadedFile("registre.csv", content)
    return client.post(url(cooperative), {"file": file, **fields})


def confirm(client: Client, cooperative: Cooperative, page):
    sha256 = page.context["report"].sha256
    return client.post(url(cooperative, "confirmer/"), {"sha256": sha256}, follow=True)


def test_the_page_says_what_will_happen_first(client: Client, cooperative: Cooperative):
    assert "vous verrez ce qu’il change avant de confirmer" in client.get(url(cooperative)).text


def test_a_file_is_looked_at_then_confirmed(client: Client, cooperative: Cooperative):
    page = drop(client, cooperative, text(*MOVEMENTS))
    assert "4 lignes entreraient au registre. Rien n’est encore inscrit." in page.text
    assert "Jeanne Delattre" in page.text and "650\u202f€" in page.text.replace("\xa0", "\u202f")
    assert ShareMovement.objects.count() == 0
    done = confirm(client, cooperative, page)
    assert "Le registre est repris." in done.text
    assert ShareMovement.objects.count() == 4


def test_a_double_click_imports_once(client: Client, cooperative: Cooperative):
    page = drop(client, cooperative, text(*MOVEMENTS))
    confirm(client, cooperative, page)
    assert "rien n’a changé" in confirm(client, cooperative, page).text
    assert ShareMovement.objects.count() == 4


def test_a_file_already_taken_over_has_nothing_to_confirm(client: Client, cooperative: Cooperative):
    confirm(client, cooperative, drop(client, cooperative, text(*MOVEMENTS)))
    page = drop(client, cooperative, text(*MOVEMENTS))
    assert "rien ne changerait" in page.text
    assert "Inscrire au registre" not in page.text


def test_faults_are_told_each_with_its_line(client: Client, cooperative: Cooperative):
    page = drop(client, cooperative, text(*MOVEMENTS[:2], "2;31/02/2020;émission;;;Roy;Léa;;;;beaucoup;"))
    assert page.status_code == 422
    assert page.text.count("Ligne 3") == 2


def test_the_day_of_a_list_without_dates_is_asked(client: Client, cooperative: Cooperative):
    confirm(client, cooperative, drop(client, cooperative, text(*HOLDERS), on="2024-12-31"))
    assert {f"{line.dated}" for line in ShareMovement.objects.all()} == {"2024-12-31"}


@pytest.mark.parametrize("sha256", ["", "0" * 64, "é" * 999])
def test_a_file_nobody_looked_at_cannot_be_confirmed(client: Client, cooperative: Cooperative, sha256: str):
    done = client.post(url(cooperative, "confirmer/"), {"sha256": sha256}, follow=True)
    assert "déposez-le de nouveau" in done.text


def test_one_confirms_only_what_one_looked_at_oneself(
    client: Client, cooperative: Cooperative, signed_in: Callable[..., Client]
):
    page = drop(client, cooperative, text(*MOVEMENTS))
    colleague = signed_in(member(cooperative, Role.BOARD))
    assert "déposez-le de nouveau" in confirm(colleague, cooperative, page).text
    assert ShareMovement.objects.count() == 0


def test_a_file_kept_too_long_is_dropped_again(client: Client, cooperative: Cooperative):
    page = drop(client, cooperative, text(*MOVEMENTS))
    cache.clear()
    assert "déposez-le de nouveau" in confirm(client, cooperative, page).text


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"\x00\x01\x02", b"un;deux\n1;2\n"])
def test_what_is_no_register_gets_a_sentence(client: Client, cooperative: Cooperative, content: bytes):
    page = drop(client, cooperative, content)
    assert page.status_code == 422
    assert "Rien n’a été inscrit" in page.text and "Que faire" in page.text


def test_no_file_at_all_is_said_at_its_field(client: Client, cooperative: Cooperative):
    page = client.post(url(cooperative), {})
    assert (page.status_code, "Choisissez un fichier." in page.text) == (422, True)
