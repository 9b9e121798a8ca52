"""Bringing a meter file through the form."""

import html
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.test import Client

from installations.models import Meter
from mine_de_soleil.core.models import User
from production import uploads
from production.models import MeterFile, Reading, ReadingImport
from shareholders.roles import Role
from tests.factories import member, plant_with_meter
from tests.production.bad_files import GOOD, BadFile, every_bad_file, expects_another_prm

pytestmark = pytest.mark.django_db


@pytest.fixture
def meter() -> Meter:
    return plant_with_meter()


@pytest.fixture
def operator(meter: Meter, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(member(meter.plant.cooperative, Role.OPERATOR))


def send(client: Client, meter: Meter, name: str = "juin.csv", content: bytes = GOOD, **more: Any) -> Any:
    form = {"meter": meter.pk, "file": SimpleUploadedFile(name, content), "format": "", **more}
    return client.post(f"/{meter.plant.cooperative.slug}/exploitation/deposer/", form)


def nothing_is_stored() -> bool:
    return not (Reading.objects.exists() or MeterFile.objects.exists() or ReadingImport.objects.exists())


def no_reading_is_stored() -> bool:
    waits = ReadingImport.objects.exclude(state=ReadingImport.State.QUARANTINED)
    return not (Reading.objects.exists() or waits.exists())


def test_a_good_file_leads_to_its_report(meter: Meter, operator: Client):
    response = send(operator, meter)
    received = ReadingImport.objects.get()
    assert response.status_code == 303
    assert response.headers["Location"] == (
        f"/{meter.plant.cooperative.slug}/exploitation/imports/{received.pk}/"
    )
    assert received.asked_by == User.objects.get(role_grants__role=Role.OPERATOR)


def test_checking_only_stores_no_reading(meter: Meter, operator: Client):
    response = send(operator, meter, dry_run="on")
    assert "Rien n’est enregistré." in operator.get(response.headers["Location"]).text
    assert not Reading.objects.exists()


def test_what_the_file_leaves_out_may_be_said(meter: Meter, operator: Client):
    bare = GOOD.replace(b"energie_wh", b"energie")
    refused = send(operator, meter, content=bare)
    assert refused.status_code == 422
    assert "choisissez-la à l’envoi" in html.unescape(refused.text)
    assert send(operator, meter, content=bare, unit="W", label="end").status_code == 303
    received = ReadingImport.objects.get(state=ReadingImport.State.WAITING)
    assert (received.asked_unit, received.asked_label, received.energy_wh) == ("W", "end", 24_000)


@every_bad_file
def test_a_bad_file_is_a_422_that_names_it_and_nothing_is_stored(
    meter: Meter, operator: Client, bad: BadFile
):
    response = send(operator, expects_another_prm(meter), bad.name, bad.content)
    assert response.status_code == 422
    text = html.unescape(response.text)
    assert "Rien n’a été enregistré." in text
    sentence = text[text.index('class="notice bad"') :].split("</p>")[0]
    assert bad.name in sentence
    assert "Que faire" in sentence
    assert bad.line is None or f"ligne {bad.line}" in sentence
    assert all(word in sentence for word in bad.words)
    assert no_reading_is_stored()
    assert bad.rest == ReadingImport.objects.filter(state=ReadingImport.State.QUARANTINED).exists()


def test_many_faults_are_counted_and_the_first_ones_told(meter: Meter, operator: Client):
    response = send(operator, meter, "tout.csv", GOOD.replace(b";1000", b";-9000"))
    assert response.text.count('class="notice bad"') == 20
    assert "Et 4 autres lignes en défaut." in response.text


def test_a_file_above_the_limit_is_a_422_and_is_never_read(
    meter: Meter, operator: Client, monkeypatch: pytest.MonkeyPatch
):
    def read(*args: object) -> bytes:
        raise AssertionError("read into memory")

    monkeypatch.setattr(uploads, "MAX_FILE_BYTES", 1_500_000)
    monkeypatch.setattr(TemporaryUploadedFile, "read", read)
    response = send(operator, meter, "enorme.csv", bytes(2_000_000))
    assert response.status_code == 422
    text = html.unescape(response.text)
    for words in ("enorme.csv", "dépasse", "Que faire : exportez une période plus courte."):
        assert words in text
    assert nothing_is_stored()


def test_two_hundred_megabytes_are_refused_by_their_size_alone(meter: Meter):
    class Sparse(SimpleUploadedFile):
        def read(self, *args: object) -> bytes:
            raise AssertionError("read into memory")

    huge = Sparse("enorme.csv", b"x")
    huge.size = 200_000_000
    form = uploads.UploadForm(meter.plant.cooperative, {"meter": meter.pk, "format": ""}, {"file": huge})
    assert not form.is_valid()
    assert "enorme.csv" in form.errors["file"][0]


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [("meter", "Choisissez le compteur de ce fichier."), ("file", "Choisissez un fichier.")],
)
def test_a_forgotten_field_is_asked_for(meter: Meter, operator: Client, missing: str, sentence: str):
    form = {"meter": meter.pk, "file": SimpleUploadedFile("juin.csv", GOOD)}
    del form[missing]
    response = operator.post(f"/{meter.plant.cooperative.slug}/exploitation/deposer/", form)
    assert response.status_code == 422
    assert sentence in response.text
    assert nothing_is_stored()


def test_the_meter_of_another_cooperative_cannot_be_chosen(meter: Meter, operator: Client):
    other = plant_with_meter()
    response = operator.post(
        f"/{meter.plant.cooperative.slug}/exploitation/deposer/",
        {"meter": other.pk, "file": SimpleUploadedFile("juin.csv", GOOD)},
    )
    assert response.status_code == 422
    assert nothing_is_stored()


def test_a_file_name_cannot_write_on_the_page(meter: Meter, operator: Client):
    response = send(operator, meter, "<script>alert(1).csv", b"")
    assert response.status_code == 422
    assert "<script>alert" not in response.text


@pytest.mark.parametrize("role", [Role.BOARD, Role.AUDITOR, Role.SHAREHOLDER])
def test_only_the_operator_brings_files(meter: Meter, signed_in: Callable[[User], Client], role: Role):
    client = signed_in(member(meter.plant.cooperative, role))
    assert send(client, meter).status_code == 403
    assert nothing_is_stored()


def test_a_refused_files_page_opened_again_leads_back_to_the_form(meter: Meter, operator: Client):
    base = f"/{meter.plant.cooperative.slug}/exploitation/"
    response = operator.get(f"{base}deposer/")
    assert response.status_code == 302
    assert response.headers["Location"] == base
    assert nothing_is_stored()


def test_a_form_from_elsewhere_is_refused(meter: Meter):
    client = Client(enforce_csrf_checks=True)
    client.force_login(
        member(meter.plant.cooperative, Role.OPERATOR),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    assert send(client, meter).status_code == 403
    assert nothing_is_stored()
