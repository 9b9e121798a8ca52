"""/<coop>/conseil/statuts/: what rules, what a file changes, adopting it."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from shareholders.models import Cooperative, StatutesEdition
from shareholders.roles import Role
from tests.factories import CollegeFactory, demo_statutes, member
from tests.shareholders.bands import edition_of, put_in_force

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
VOTED = dt.date(2025, 6, 10)


@pytest.fixture
def cooperative() -> Cooperative:
    return CollegeFactory(code="citoyens", name="Citoyens").cooperative


@pytest.fixture
def client(cooperative: Cooperative, signed_in: SignIn) -> Client:
    return signed_in(member(cooperative, Role.BOARD))


def url(cooperative: Cooperative, more: str = "") -> str:
    return f"/{cooperative.slug}/conseil/statuts/{more}"


def drop(client: Client, cooperative: Cooperative, content: bytes | str):
    file = SimpleUploadedFile("statuts.toml", content if isinstance(content, bytes) else content.encode())
    return client.post(url(cooperative, "deposer/"), {"file": file})


def adopt(client: Client, cooperative: Cooperative, page, day: dt.date = VOTED, start: dt.date = VOTED):
    data = {
        "sha256": page.context["adoption"].sha256,
        "adopted_on": f"{day}",
        "effective_on": f"{start}",
    }
    return client.post(url(cooperative, "adopter/"), data, follow=True)


def test_a_text_is_looked_at_then_adopted(client: Client, cooperative: Cooperative):
    put_in_force(cooperative, floor=7_000)
    page = drop(client, cooperative, edition_of(floor=7_000, ceiling=600_000, adopted_on=VOTED))
    assert "Rien n’est encore enregistré." in page.text
    assert "Plafond du capital" in page.text
    assert "600\u202f000" in page.text.replace("\xa0", "\u202f")
    assert StatutesEdition.objects.count() == 1
    done = adopt(client, cooperative, page)
    assert "Les statuts sont adoptés." in done.text
    assert "10 juin 2025" in done.text
    assert StatutesEdition.objects.count() == 2


def test_values_are_shown_with_how_sure_they_are(client: Client, cooperative: Cooperative):
    edition = put_in_force(cooperative, floor=7_000)
    for address in (url(cooperative), url(cooperative, f"{edition.pk}/")):
        page = client.get(address).text
        assert "valeur de démonstration" in page
        assert "Pages publiques de la société" in page
        assert "60 mois" in page


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Il manque la partie «\u202fLa société\u202f» ([company])."),
        (b"a = ", "TOML lisible"),
        (b"\xff\xfe\x00", "n’est pas un texte"),
        (b"x" * 400_001, "dépasse 400"),
        (b"x" * 200_000, "dépasse 100000"),
        (demo_statutes().replace("floor_eur", "plancher_eur"), "n’est le nom d’aucune règle"),
        (
            demo_statutes().replace("floor_eur = 7_000", "floor_eur = 1"),
            "Plancher du capital (capital.floor_eur)",
        ),
    ],
)
def test_what_is_no_edition_is_told_and_stores_nothing(
    client: Client, cooperative: Cooperative, content: bytes | str, sentence: str
):
    page = drop(client, cooperative, content)
    assert page.status_code == 422
    assert sentence in page.text
    assert not StatutesEdition.objects.exists()


def test_an_older_text_and_the_same_again_are_refused(client: Client, cooperative: Cooperative):
    put_in_force(cooperative, floor=7_000, adopted_on=VOTED)
    older = drop(client, cooperative, demo_statutes())
    assert (older.status_code, "plus ancien" in older.text) == (422, True)
    same = drop(client, cooperative, edition_of(floor=7_000, adopted_on=VOTED))
    assert (same.status_code, "déjà enregistré" in same.text) == (422, True)


def test_a_second_click_on_adopt_changes_nothing(client: Client, cooperative: Cooperative):
    page = drop(client, cooperative, edition_of(floor=7_000, adopted_on=VOTED))
    adopt(client, cooperative, page)
    again = adopt(client, cooperative, page)
    assert (again.status_code, "déjà enregistré" in again.text) == (422, True)
    assert StatutesEdition.objects.count() == 1


def test_another_day_than_the_text_s_keeps_the_form_and_stores_nothing(
    client: Client, cooperative: Cooperative
):
    page = drop(client, cooperative, edition_of(floor=7_000, adopted_on=VOTED))
    wrong = adopt(client, cooperative, page, day=dt.date(2025, 6, 11))
    assert (wrong.status_code, "corrigez l’un ou l’autre" in wrong.text) == (422, True)
    assert not StatutesEdition.objects.exists()
    empty = client.post(url(cooperative, "adopter/"), {"sha256": page.context["adoption"].sha256})
    assert (empty.status_code, "Indiquez le jour de l’assemblée." in empty.text) == (422, True)


def test_a_text_no_longer_kept_is_asked_for_again(client: Client, cooperative: Cooperative):
    page = client.post(url(cooperative, "adopter/"), {"sha256": "\x00 nothing"}, follow=True)
    assert "déposez-le de nouveau" in page.text


def test_only_the_board_sees_where_to_drop(cooperative: Cooperative, signed_in: SignIn):
    put_in_force(cooperative, floor=7_000)
    page = signed_in(member(cooperative, Role.AUDITOR)).get(url(cooperative))
    assert page.status_code == 200
    assert "Enregistrer de nouveaux statuts" not in page.text


def test_an_edition_of_another_cooperative_is_not_there(client: Client, cooperative: Cooperative):
    other = CollegeFactory().cooperative
    edition = put_in_force(other, floor=7_000)
    assert client.get(url(cooperative, f"{edition.pk}/")).status_code == 404


def test_a_hostile_name_is_shown_as_text(client: Client, cooperative: Cooperative):
    text = edition_of(floor=7_000, adopted_on=VOTED).replace('name = "SEM"', 'name = "<script>x</script>"')
    page = drop(client, cooperative, text)
    assert page.status_code == 200
    assert "<script>x" not in page.text


def test_the_text_in_force_can_be_had_as_a_file_to_start_from(client: Client, cooperative: Cooperative):
    edition = put_in_force(cooperative, floor=7_000)
    address = url(cooperative, f"{edition.pk}/texte/")
    assert address in client.get(url(cooperative)).text
    assert address in drop(client, cooperative, b"a = ").text
    file = client.get(address)
    assert file.content.decode() == edition.text
    assert "attachment" in file.headers["Content-Disposition"]


def test_a_reload_after_a_refused_file_leads_back_to_the_form(client: Client, cooperative: Cooperative):
    for step in ("deposer/", "adopter/"):
        again = client.get(url(cooperative, step), headers={"Accept": "text/html,*/*;q=0.8"})
        assert (again.status_code, again.headers["Location"]) == (302, url(cooperative))
