"""The file of an import, byte for byte."""

from collections.abc import Callable
from email.message import Message

import pytest
from django.test import Client

from mine_de_soleil.core.models import User
from shareholders.roles import Role
from tests.factories import CooperativeFactory, member, plant_with_meter
from tests.production.bad_files import GOOD
from tests.production.deliveries import bring

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.BOARD, Role.AUDITOR])
def test_it_comes_back_as_it_came(signed_in: SignIn, role: Role):
    meter = plant_with_meter()
    done = bring(meter, GOOD)
    coop = meter.plant.cooperative
    response = signed_in(member(coop, role)).get(f"/{coop.slug}/exploitation/imports/{done.pk}/fichier/")
    assert response.content == GOOD
    assert response.headers["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize("name", ["juin.csv", "relevé d’août.csv", 'a"; filename="b.csv', "œuvre 💡.csv"])
def test_it_keeps_its_name_and_is_never_shown_in_the_browser(signed_in: SignIn, name: str):
    meter = plant_with_meter()
    done = bring(meter, GOOD, name)
    coop = meter.plant.cooperative
    client = signed_in(member(coop, Role.OPERATOR))
    header = client.get(f"/{coop.slug}/exploitation/imports/{done.pk}/fichier/").headers[
        "Content-Disposition"
    ]
    message = Message()
    message["Content-Disposition"] = header
    assert message.get_content_disposition() == "attachment"
    assert message.get_filename() == name


def test_the_file_of_another_cooperative_is_not_there(signed_in: SignIn):
    done = bring(plant_with_meter(), GOOD)
    stranger = CooperativeFactory()
    client = signed_in(member(stranger, Role.OPERATOR))
    assert client.get(f"/{stranger.slug}/exploitation/imports/{done.pk}/fichier/").status_code == 404


def test_a_citizen_does_not_get_it(signed_in: SignIn):
    meter = plant_with_meter()
    done = bring(meter, GOOD)
    coop = meter.plant.cooperative
    client = signed_in(member(coop, Role.SHAREHOLDER))
    assert client.get(f"/{coop.slug}/exploitation/imports/{done.pk}/fichier/").status_code == 403
