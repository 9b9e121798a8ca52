"""Management commands: one JSON document, French refusals, exit codes."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from knox.models import AuthToken

from mine_de_soleil.core.commands import Refused, misuse
from shareholders.roles import Role
from tests.factories import UserFactory, member, plant_with_meter

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    """What a command prints on standard output."""
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_a_token_opens_the_api(client: Client):
    user = UserFactory()
    token = run("api_token", user.email).strip()
    assert client.get("/api/v1/my-holdings/").status_code == 401
    response = client.get("/api/v1/my-holdings/", headers={"Authorization": f"Token {token}"})
    assert response.status_code == 200


def test_an_account_is_found_whatever_the_case():
    user = UserFactory(email="jeanne@essai.example")
    run("api_token", "Jeanne@Essai.EXAMPLE")
    assert AuthToken.objects.get().user == user


def test_json_is_one_readable_document():
    user = UserFactory()
    text = run("api_token", user.email, "--json")
    document = json.loads(text)
    assert document["email"] == user.email
    assert text == json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def test_an_unknown_address_is_refused_in_french_with_exit_code_1():
    with pytest.raises(
        Refused, match=r"Aucun compte actif à l’adresse « personne@essai\.example »"
    ) as refusal:
        run("api_token", "personne@essai.example")
    assert refusal.value.returncode == 1
    assert not AuthToken.objects.exists()


def test_a_refusal_is_one_document_too():
    out = StringIO()
    with pytest.raises(Refused):
        call_command("api_token", "personne@essai.example", "--json", stdout=out)
    assert "personne@essai.example" in json.loads(out.getvalue())["refused"]


def test_a_closed_account_gets_no_token():
    user = UserFactory(is_active=False)
    with pytest.raises(Refused):
        run("api_token", user.email)


def test_a_token_of_a_meter_brings_its_readings_and_opens_nothing_else(client: Client):
    meter = plant_with_meter()
    user = member(meter.plant.cooperative, Role.OPERATOR)
    done = json.loads(run("api_token", user.email, "--meter", meter.code, "--name", "École", "--json"))
    assert (done["name"], done["meters"]) == ("École", [meter.code])
    assert not AuthToken.objects.exists()
    headers = {"Authorization": f"Token {done['token']}"}
    assert client.get("/api/v1/my-holdings/", headers=headers).status_code == 401
    body = f"meter;start;minutes;energy_wh\n{meter.code};2025-06-01T10:00:00Z;10;1\n"
    assert client.post("/api/v1/readings/", body, "text/csv", headers=headers).status_code == 201


def test_a_token_for_meters_that_are_not_ones_own_is_refused():
    meter = plant_with_meter()
    stranger = UserFactory()
    with pytest.raises(Refused, match="n’exploite pas"):
        run("api_token", stranger.email, "--meter", meter.code)
    with pytest.raises(Refused, match="Aucun compteur «\u202fRIEN\u202f»"):
        run("api_token", stranger.email, "--meter", "RIEN")
    with pytest.raises(CommandError) as misused:
        run("api_token", stranger.email, "--name", "sans compteur")
    assert misused.value.returncode == 2


def test_misuse_has_exit_code_2():
    assert misuse("deux fois").returncode == 2
    with pytest.raises(CommandError):
        run("api_token")
