"""The report of one import: while it waits, and once it ended; and taking it back."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from installations.models import Meter
from mine_de_soleil.core.models import User
from production.models import Reading, ReadingImport
from production.services.imports import Delivery, receive_file, store_waiting_import
from shareholders.roles import Role
from tests.factories import CooperativeFactory, hourly_csv, member, plant_with_meter
from tests.production.bad_files import GOOD
from tests.production.deliveries import bring

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]


@pytest.fixture
def meter() -> Meter:
    return plant_with_meter()


@pytest.fixture
def operator(meter: Meter, signed_in: SignIn) -> Client:
    return signed_in(member(meter.plant.cooperative, Role.OPERATOR))


def url_of(found: ReadingImport, act: str = "") -> str:
    return f"/{found.meter.plant.cooperative.slug}/exploitation/imports/{found.pk}/{act}"


def receive(meter: Meter, *, dry_run: bool = False) -> ReadingImport:
    delivery = Delivery("juin.csv", GOOD)
    return receive_file(actor=None, meter=meter, delivery=delivery, dry_run=dry_run, now=timezone.now())


def test_while_the_worker_is_busy_the_page_asks_again(meter: Meter, operator: Client):
    received = receive(meter)
    text = operator.get(url_of(received)).text
    assert f'hx-get="{url_of(received)}"' in text
    assert 'hx-trigger="every 1s"' in text
    assert '<progress max="100" value="30"' in text


def test_htmx_gets_the_report_alone(meter: Meter, operator: Client):
    response = operator.get(url_of(receive(meter)), headers={"HX-Request": "true"})
    assert response.status_code == 200
    assert "<html" not in response.text
    assert 'id="rapport"' in response.text


def test_asking_again_does_not_load_the_file(meter: Meter, operator: Client):
    received = receive(meter)
    with CaptureQueriesContext(connection) as queries:
        operator.get(url_of(received), headers={"HX-Request": "true"})
    assert not any('"content"' in query["sql"] for query in queries)


def test_a_stored_import_says_its_energy_and_asks_no_more(meter: Meter, operator: Client):
    received = receive(meter)
    store_waiting_import(received.pk)
    text = operator.get(url_of(received)).text
    assert '<span class="num">24,0\u202fkWh</span> lus dans ce fichier, et enregistrés.' in text
    assert "hx-get" not in text
    assert received.file_id[:16] in text


def test_a_checked_file_says_that_nothing_is_stored(meter: Meter, operator: Client):
    text = operator.get(url_of(receive(meter, dry_run=True))).text
    assert "Rien n’est enregistré." in text
    assert "Annuler cet import" not in text


def test_a_checked_file_says_what_it_would_change(meter: Meter, operator: Client):
    bring(meter, GOOD)
    text = operator.get(url_of(receive(meter, dry_run=True))).text
    assert '<dt>Déjà connus, inchangés</dt><dd class="num">24</dd>' in text


def test_the_report_shows_the_second_total_and_the_gaps(meter: Meter, operator: Client):
    done = bring(meter, GOOD.replace(b"T03:00:00Z;1000", b"T03:00:00Z;"))
    text = operator.get(url_of(done)).text
    assert '<dt>Lignes sans valeur</dt><dd class="num">1</dd>' in text
    assert "compteurs des onduleurs" not in text
    ReadingImport.objects.filter(pk=done.pk).update(counter_energy_wh=23_500)
    assert '<dd class="num">23,5\u202fkWh</dd>' in operator.get(url_of(done)).text


def test_an_import_refused_while_it_waited_says_why(meter: Meter, operator: Client):
    received = receive(meter)
    other = plant_with_meter(cooperative=meter.plant.cooperative)
    bring(other, GOOD)
    store_waiting_import(received.pk)
    text = operator.get(url_of(received)).text
    assert "Le fichier est refusé, rien n’est enregistré." in text
    assert other.code in text
    assert "hx-get" not in text


def test_the_operator_takes_an_import_back(meter: Meter, operator: Client):
    done = bring(meter, GOOD)
    assert "Annuler cet import" in operator.get(url_of(done)).text
    response = operator.post(url_of(done, "annuler/"), follow=True)
    assert "Cet import est annulé" in response.text
    assert "Annuler cet import" not in response.text
    assert not Reading.objects.exists()


def test_taken_back_twice_the_second_time_changes_nothing(meter: Meter, operator: Client):
    done = bring(meter, GOOD)
    operator.post(url_of(done, "annuler/"))
    bring(meter, GOOD)
    response = operator.post(url_of(done, "annuler/"), follow=True)
    assert response.status_code == 200
    assert "il n’y a rien à annuler" in response.text
    assert Reading.objects.count() == 24


def test_an_import_that_waits_cannot_be_taken_back(meter: Meter, operator: Client):
    received = receive(meter)
    assert "il n’y a rien à annuler" in operator.post(url_of(received, "annuler/"), follow=True).text
    received.refresh_from_db()
    assert received.state == ReadingImport.State.WAITING


@pytest.mark.parametrize("role", [Role.BOARD, Role.AUDITOR])
def test_who_only_looks_has_no_button_and_no_right(meter: Meter, signed_in: SignIn, role: Role):
    done = bring(meter, GOOD)
    client = signed_in(member(meter.plant.cooperative, role))
    assert "Annuler cet import" not in client.get(url_of(done)).text
    assert client.post(url_of(done, "annuler/")).status_code == 403
    assert Reading.objects.count() == 24


def test_looking_at_the_address_takes_nothing_back(meter: Meter, operator: Client):
    done = bring(meter, GOOD)
    assert operator.get(url_of(done, "annuler/")).status_code == 405
    assert Reading.objects.count() == 24


def test_the_import_of_another_cooperative_is_not_there(meter: Meter, signed_in: SignIn):
    done = bring(meter, GOOD)
    stranger = CooperativeFactory()
    client = signed_in(member(stranger, Role.OPERATOR))
    assert client.get(url_of(done)).status_code == 404
    assert client.get(f"/{stranger.slug}/exploitation/imports/{done.pk}/").status_code == 404
    assert client.post(f"/{stranger.slug}/exploitation/imports/{done.pk}/annuler/").status_code == 404
    assert Reading.objects.count() == 24


def test_a_checked_file_is_stored_by_one_button(signed_in):
    meter = plant_with_meter()
    client = signed_in(member(meter.plant.cooperative, Role.OPERATOR))
    content = hourly_csv(dt.datetime(2025, 6, 1, tzinfo=dt.UTC), [1_000, 2_000])
    base = f"/{meter.plant.cooperative.slug}/exploitation"
    file = SimpleUploadedFile("juin.csv", content)
    checked = client.post(f"{base}/deposer/", {"meter": meter.pk, "file": file, "dry_run": "on"}).url
    assert "Enregistrer ce fichier" in client.get(checked).text
    stored = client.post(f"{checked}enregistrer/").url
    assert stored != checked
    assert ReadingImport.objects.filter(state=ReadingImport.State.WAITING, dry_run=False).count() == 1
    assert client.post(f"{stored}enregistrer/").url == stored
