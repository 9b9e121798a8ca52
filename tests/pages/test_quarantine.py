"""A file in quarantine on the operator's pages: why, what the rest would bring, and the decision."""

import html
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from installations.models import Meter
from mine_de_soleil.core.models import User
from production.models import MeterLayout, Reading, ReadingImport
from production.services.imports import store_waiting_import
from shareholders.roles import Role
from tests.factories import CooperativeFactory, member, plant_with_meter
from tests.production.bad_files import GOOD
from tests.production.deliveries import PRM, enedis

pytestmark = pytest.mark.django_db

State = ReadingImport.State
SignIn = Callable[[User], Client]
NEGATIVE = GOOD.replace(b"T03:00:00Z;", b"T03:00:00Z;-")
OTHER = "19125759625999"
BARE = b"Moment;Temp;A;B\n" + b"".join(
    f"0{day}/06/2025 {hour:02}:00;21;1,5;0,5\n".encode() for day in (1, 2) for hour in range(6, 20)
)
DRAWN = {
    "column_0": "instant",
    "column_2": "value",
    "column_3": "value",
    "content": "energy|kWh",
    "label": "start",
    "time_zone": "",
    "day_order": "day first",
    "decimal_mark": "",
    "first_line": "2",
    "separator": ";",
    "name": "export du portail",
}


@pytest.fixture
def meter() -> Meter:
    return plant_with_meter()


@pytest.fixture
def operator(meter: Meter, signed_in: SignIn) -> Client:
    return signed_in(member(meter.plant.cooperative, Role.OPERATOR))


def send(client: Client, meter: Meter, content: bytes, name: str = "juin.csv", **more: Any) -> Any:
    form = {"meter": meter.pk, "file": SimpleUploadedFile(name, content), "format": "", **more}
    return client.post(f"/{meter.plant.cooperative.slug}/exploitation/deposer/", form)


def held() -> ReadingImport:
    return ReadingImport.objects.get(state=State.QUARANTINED)


def url_of(found: ReadingImport, act: str = "") -> str:
    return f"/{found.meter.plant.cooperative.slug}/exploitation/imports/{found.pk}/{act}"


def test_a_faulty_file_is_a_422_with_its_lines_what_the_rest_brings_and_two_ways_out(
    meter: Meter, operator: Client
):
    response = send(operator, meter, NEGATIVE)
    text = html.unescape(response.text)
    assert response.status_code == 422
    assert "ligne 7" in text
    assert "Enregistrer le reste (sans la ligne fautive)" in text
    assert '<dd class="num">23,0\u202fkWh</dd>' in text
    assert "Jeter ce fichier" in text
    assert text.count('class="button"') == 1


def test_the_report_can_be_opened_again_and_says_it_is_in_quarantine(meter: Meter, operator: Client):
    send(operator, meter, NEGATIVE)
    text = operator.get(url_of(held())).text
    assert "en quarantaine" in text
    assert "Enregistrer le reste" in text
    assert "en quarantaine" in operator.get(f"/{meter.plant.cooperative.slug}/exploitation/").text


def test_consent_is_one_button_and_the_report_says_who_gave_it(meter: Meter, operator: Client):
    send(operator, meter, NEGATIVE)
    found = held()
    response = operator.post(url_of(found, "reste/"), follow=True)
    assert response.status_code == 200
    store_waiting_import(found.pk)
    text = html.unescape(operator.get(url_of(found)).text)
    assert "Accepté malgré les défauts par" in text
    assert "1 ligne fautive laissée de côté, et comptée comme un trou" in text
    assert Reading.objects.count() == 23


def test_a_page_shown_before_something_else_came_to_light_decides_nothing(meter: Meter, operator: Client):
    send(operator, meter, NEGATIVE)
    found = held()
    shown = operator.get(url_of(found)).text
    assert f'name="hold" value="{found.quarantine["id"]}"' in shown
    response = operator.post(url_of(found, "reste/"), {"hold": "0" * 16}, follow=True)
    assert "Autre chose est apparu depuis" in html.unescape(response.text)
    assert held() == found


def test_thrown_away_nothing_is_stored_and_a_second_click_changes_nothing(meter: Meter, operator: Client):
    send(operator, meter, NEGATIVE)
    found = held()
    assert "Ce fichier est jeté" in operator.post(url_of(found, "jeter/"), follow=True).text
    again = operator.post(url_of(found, "reste/"), follow=True)
    assert "n’attend plus de décision" in html.unescape(again.text)
    assert not Reading.objects.exists()


def test_the_part_of_one_meter_is_chosen_from_a_list(meter: Meter, operator: Client):
    text = send(operator, meter, enedis(PRM) + enedis(OTHER, "300"), "deux.csv").text
    assert f'<option value="{OTHER}">' in text
    found = held()
    operator.post(url_of(found, "reste/"), {"part": OTHER})
    found.refresh_from_db()
    assert (found.state, found.asked_part, found.energy_wh) == (State.WAITING, OTHER, 7_200)


def test_a_part_that_is_not_there_stores_nothing(meter: Meter, operator: Client):
    send(operator, meter, enedis(PRM) + enedis(OTHER, "300"), "deux.csv")
    response = operator.post(url_of(held(), "reste/"), {"part": "personne"})
    assert response.status_code == 422
    assert not Reading.objects.exists()


def test_an_unknown_table_leads_to_its_columns(meter: Meter, operator: Client):
    response = send(operator, meter, BARE)
    assert response.status_code == 422
    assert url_of(held(), "colonnes/") in response.text


def test_the_page_of_columns_shows_the_first_lines_and_guesses(meter: Meter, operator: Client):
    send(operator, meter, BARE)
    text = html.unescape(operator.get(url_of(held(), "colonnes/")).text)
    assert "Que contient chaque colonne ?" in text.replace("\u202f", " ")
    assert '<label for="id_column_0">Moment</label>' in text
    assert "01/06/2025 06:00 · 01/06/2025 07:00" in text
    assert '<option value="instant" selected>' in text


def test_what_would_be_read_is_shown_before_anything_is_kept(meter: Meter, operator: Client):
    send(operator, meter, BARE)
    text = operator.post(url_of(held(), "colonnes/"), DRAWN | {"voir": "1"}).text
    assert '<span class="num">56,0\u202fkWh</span> seraient lus ainsi' in text
    assert "Retenir cette lecture et enregistrer" in text
    assert not MeterLayout.objects.exists()


def test_kept_the_description_reads_this_file_and_the_next(meter: Meter, operator: Client):
    send(operator, meter, BARE)
    found = held()
    operator.post(url_of(found, "colonnes/"), DRAWN | {"retenir": "1"})
    found.refresh_from_db()
    assert (found.state, found.energy_wh) == (State.WAITING, 56_000)
    response = send(operator, meter, BARE.replace(b"/06/", b"/05/"))
    assert response.status_code == 303


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"column_0": ""}, "Dites quelle colonne contient la date"),
        ({"column_1": "instant"}, "une, et une seule"),
        ({"column_2": "", "column_3": ""}, "Dites quelle colonne contient la production"),
        ({"content": ""}, "Dites ce que sont les valeurs"),
        ({"content": "energy|BTU"}, ""),
        ({"first_line": "0"}, ""),
        ({"first_line": "9999999999999999999999"}, ""),
        ({"first_line": "²"}, ""),
        ({"first_line": "1" * 5000}, ""),
        ({"first_line": "0001" + "0" * 5000}, ""),
        ({"time_zone": "Mars/Olympe"}, ""),
        ({"separator": "\0"}, ""),
        ({"name": ""}, ""),
        ({"column_0": "n’importe quoi"}, ""),
    ],
)
def test_a_description_that_makes_no_sense_is_a_422(
    meter: Meter, operator: Client, said: dict[str, str], words: str
):
    send(operator, meter, BARE)
    response = operator.post(url_of(held(), "colonnes/"), DRAWN | said | {"retenir": "1"})
    assert response.status_code == 422
    assert words in html.unescape(response.text)
    assert not MeterLayout.objects.exists()


def test_a_description_that_reads_nothing_says_why_and_keeps_nothing(meter: Meter, operator: Client):
    send(operator, meter, BARE)
    said = DRAWN | {"column_0": "value", "column_2": "instant", "column_3": ""}
    response = operator.post(url_of(held(), "colonnes/"), said | {"retenir": "1"})
    assert response.status_code == 422
    assert "date illisible" in html.unescape(response.text)
    assert not MeterLayout.objects.exists()


@pytest.mark.parametrize("role", [Role.BOARD, Role.AUDITOR])
def test_who_only_looks_reads_the_report_and_decides_nothing(meter: Meter, signed_in: SignIn, role: Role):
    operator = signed_in(member(meter.plant.cooperative, Role.OPERATOR))
    send(operator, meter, NEGATIVE)
    client = signed_in(member(meter.plant.cooperative, role))
    assert "Enregistrer le reste" not in client.get(url_of(held())).text
    for act in ("reste/", "jeter/", "colonnes/"):
        assert client.post(url_of(held(), act)).status_code == 403


def test_the_quarantine_of_another_cooperative_is_not_there(meter: Meter, signed_in: SignIn):
    send(signed_in(member(meter.plant.cooperative, Role.OPERATOR)), meter, NEGATIVE)
    stranger = CooperativeFactory()
    client = signed_in(member(stranger, Role.OPERATOR))
    for act in ("reste/", "jeter/", "colonnes/"):
        found = held()
        assert client.post(f"/{stranger.slug}/exploitation/imports/{found.pk}/{act}").status_code == 404


def test_a_title_of_a_column_cannot_write_on_the_page(meter: Meter, operator: Client):
    send(operator, meter, BARE.replace(b"Temp", b"<script>alert(1)"))
    assert "<script>alert" not in operator.get(url_of(held(), "colonnes/")).text
