"""The page of one meter: digits, exchanges, energies without a day."""

import html
from collections.abc import Callable

import pytest
from django.test import Client

from installations.models import Meter, MeterReplacement
from mine_de_soleil.core.models import User
from shareholders.roles import Role
from tests.factories import CooperativeFactory, member, plant_with_meter
from tests.production.deliveries import bring

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
MONTHS = b"Date;Index (kWh)\n2025-01-01;1000\n2025-02-01;1310\n"
SAID = {"at": "2025-02-15T10:30", "removed_index": "512,5", "installed_index": "3", "unit": "kWh"}


@pytest.fixture
def meter() -> Meter:
    return plant_with_meter()


@pytest.fixture
def operator(meter: Meter, signed_in: SignIn) -> Client:
    return signed_in(member(meter.plant.cooperative, Role.OPERATOR))


def url_of(meter: Meter, act: str = "") -> str:
    return f"/{meter.plant.cooperative.slug}/exploitation/compteurs/{meter.pk}/{act}"


def test_a_meter_without_anything_says_so(meter: Meter, operator: Client):
    text = html.unescape(operator.get(url_of(meter)).text)
    assert "Aucun remplacement déclaré." in text
    assert "se lisent tout seuls" in text
    assert text.count('class="button"') == 1


def test_what_was_counted_on_no_known_day_is_told_with_its_line(meter: Meter, operator: Client):
    done = bring(meter, MONTHS)
    text = html.unescape(operator.get(url_of(meter)).text)
    assert (
        "310\u202fkWh comptés, sans jour connu" in text or "310,0\u202fkWh comptés, sans jour connu" in text
    )
    assert f"/imports/{done.pk}/" in text
    assert "ligne 3 de son fichier" in text
    report = html.unescape(
        operator.get(f"/{meter.plant.cooperative.slug}/exploitation/imports/{done.pk}/").text
    )
    assert "sans jour connu." in report


def test_digits_are_saved_and_emptied(meter: Meter, operator: Client):
    assert operator.post(url_of(meter, "enregistrer/"), {"digits": "6"}).status_code == 303
    meter.refresh_from_db()
    assert meter.counter_digits == 6
    operator.post(url_of(meter, "enregistrer/"), {"digits": ""})
    meter.refresh_from_db()
    assert meter.counter_digits is None


@pytest.mark.parametrize("digits", ["3", "13", "-1", "six", "1e9", "9" * 400])
def test_digits_no_counter_has_are_a_422(meter: Meter, operator: Client, digits: str):
    assert operator.post(url_of(meter, "enregistrer/"), {"digits": digits}).status_code == 422


def test_an_exchange_is_declared_in_the_plants_own_time(meter: Meter, operator: Client):
    meter.plant.time_zone = "Indian/Reunion"
    meter.plant.save()
    assert operator.post(url_of(meter, "remplacer/"), SAID).status_code == 303
    known = MeterReplacement.objects.get()
    assert known.at.isoformat() == "2025-02-15T06:30:00+00:00"
    assert str(known.removed_index) == "512.500"
    assert (
        "512,500\u202fkWh" in operator.get(url_of(meter)).text
        or "512,500 kWh" in operator.get(url_of(meter)).text
    )


@pytest.mark.parametrize(
    "said",
    [
        {"at": ""},
        {"at": "hier"},
        {"at": "2999-01-01T00:00"},
        {"removed_index": "-1"},
        {"removed_index": "NaN"},
        {"installed_index": "9" * 30},
        {"unit": "BTU"},
    ],
)
def test_an_exchange_that_cannot_be_is_a_422(meter: Meter, operator: Client, said: dict[str, str]):
    assert operator.post(url_of(meter, "remplacer/"), SAID | said).status_code == 422
    assert not MeterReplacement.objects.exists()


def test_the_same_exchange_twice_is_told(meter: Meter, operator: Client):
    operator.post(url_of(meter, "remplacer/"), SAID)
    response = operator.post(url_of(meter, "remplacer/"), SAID)
    assert response.status_code == 422
    assert "déjà déclaré" in html.unescape(response.text)


def test_an_exchange_is_taken_back_once(meter: Meter, operator: Client):
    operator.post(url_of(meter, "remplacer/"), SAID)
    known = MeterReplacement.objects.get()
    for _time in range(2):
        assert operator.post(url_of(meter, f"remplacements/{known.pk}/retirer/")).status_code == 303
    assert not MeterReplacement.objects.exists()


def test_the_pages_of_a_refused_form_opened_again_lead_back(meter: Meter, operator: Client):
    for act in ("enregistrer/", "remplacer/"):
        assert operator.get(url_of(meter, act)).headers["Location"] == url_of(meter)


def test_who_only_looks_sees_no_form(meter: Meter, signed_in: SignIn):
    client = signed_in(member(meter.plant.cooperative, Role.BOARD))
    assert "Déclarer ce remplacement" not in client.get(url_of(meter)).text
    assert client.post(url_of(meter, "remplacer/"), SAID).status_code == 403


def test_the_meter_of_another_cooperative_is_not_there(meter: Meter, signed_in: SignIn):
    stranger = CooperativeFactory()
    client = signed_in(member(stranger, Role.OPERATOR))
    assert client.get(f"/{stranger.slug}/exploitation/compteurs/{meter.pk}/").status_code == 404
