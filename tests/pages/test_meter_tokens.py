"""The page of tokens: programs that bring readings."""

import datetime as dt
import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from installations.models import Meter
from mine_de_soleil.core.models import User
from production.models import MeterToken
from production.services.meter_tokens import revoke_meter_token
from shareholders.models import RoleGrant
from shareholders.roles import Role
from shareholders.services import revoke_role
from tests.factories import member, plant_with_meter, token_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def meter() -> Meter:
    return plant_with_meter(name="École Lamendin")


@pytest.fixture
def operator(meter: Meter, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(member(meter.plant.cooperative, Role.OPERATOR))


def base(meter: Meter) -> str:
    return f"/{meter.plant.cooperative.slug}/exploitation/acces/"


def said(response: Any) -> str:
    return html.unescape(response.text).split("<main")[1]


def make(client: Client, meter: Meter, **more: Any) -> Any:
    return client.post(base(meter) + "creer/", {"name": "Passerelle", "meters": meter.pk, "days": 90} | more)


def test_an_empty_page_says_what_a_token_is_for(meter: Meter, operator: Client):
    page = said(operator.get(base(meter)))
    assert "Aucun programme n’apporte de relevés pour l’instant." in page
    assert "École Lamendin" in page
    assert meter.code in page


def test_a_token_is_shown_once_and_works_with_the_example_as_it_stands(meter: Meter, operator: Client):
    made = make(operator, meter)
    assert made.status_code == 201
    assert made.headers["Cache-Control"] == "private, no-store"
    page = said(made)
    key = re.search(r'<code id="jeton">(mds_releves_[\w-]+)</code>', page)
    assert key
    body = re.search(r"-d '(\{.*?\})' ", page, re.S)
    assert body
    sent = Client().post(
        "/api/v1/readings/",
        body[1],
        content_type="application/json",
        headers={"Authorization": f"Token {key[1]}"},
    )
    assert sent.status_code == 201
    assert key[1] not in operator.get(base(meter)).text
    assert operator.get(base(meter) + "creer/").headers["Location"] == base(meter)


def test_the_list_says_for_which_meters_until_when_and_when_it_was_used(meter: Meter, operator: Client):
    token, _ = token_for(meter, name="Portail")
    page = said(operator.get(base(meter)))
    assert "1 programme peut apporter des relevés" in re.sub("<[^>]+>", "", page)
    assert all(
        word in page for word in ("Portail", meter.code, "jamais", "en service", token.first_characters)
    )
    MeterToken.objects.update(last_used_at=dt.datetime(2025, 6, 2, 8, 30, tzinfo=dt.UTC))
    assert re.search(r"10\W?h\W?30", said(operator.get(base(meter))))  # in the cooperative's zone


def test_a_revoked_token_moves_to_those_that_ended(meter: Meter, operator: Client):
    token, _ = token_for(meter)
    for _time in range(2):
        assert operator.post(f"{base(meter)}{token.pk}/revoquer/").headers["Location"] == base(meter)
    page = said(operator.get(base(meter)))
    assert "Jetons en service" not in page
    assert "révoqué" in page.split("Jetons qui ne servent plus")[1]


def test_a_token_whose_owner_left_is_told_as_dead(meter: Meter, operator: Client):
    owner = member(meter.plant.cooperative, Role.OPERATOR)
    token_for(meter, owner=owner)
    revoke_role(actor=None, grant=RoleGrant.objects.get(user=owner))
    assert "n’exploite plus ces toits" in said(operator.get(base(meter)))


def test_a_token_that_ends_soon_is_told(meter: Meter, operator: Client):
    token_for(meter, life=dt.timedelta(days=20))
    assert "échoit bientôt" in said(operator.get(base(meter)))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "Donnez un nom au jeton."),
        ({"name": "n" * 61}, "60"),
        ({"meters": []}, "Choisissez au moins un compteur."),
        ({"days": 5000}, "choix"),
        ({"days": ""}, "obligatoire"),
    ],
)
def test_a_form_that_makes_no_token_says_why(
    meter: Meter, operator: Client, change: dict[str, Any], words: str
):
    response = make(operator, meter, **change)
    assert response.status_code == 422
    assert words in said(response)
    assert not MeterToken.objects.exists()


def test_another_cooperatives_meter_is_no_choice(meter: Meter, operator: Client):
    assert make(operator, meter, meters=plant_with_meter().pk).status_code == 422
    assert not MeterToken.objects.exists()


def test_a_form_sent_twice_makes_one_token(meter: Meter, operator: Client):
    assert make(operator, meter).status_code == 201
    again = make(operator, meter)
    assert again.status_code == 422
    assert "porte déjà ce nom" in said(again)


def test_another_cooperatives_token_is_not_there(meter: Meter, operator: Client):
    token, _ = token_for(plant_with_meter())
    assert operator.post(f"{base(meter)}{token.pk}/revoquer/").status_code == 404
    assert MeterToken.objects.get().revoked_at is None


@pytest.mark.parametrize("role", [Role.BOARD, Role.AUDITOR])
def test_who_only_reads_sees_the_list_and_no_button(
    meter: Meter, signed_in: Callable[[User], Client], role: Role
):
    token_for(meter, name="Portail")
    page = said(signed_in(member(meter.plant.cooperative, role)).get(base(meter)))
    assert "Portail" in page
    assert "acces/creer/" not in page and "revoquer/" not in page


def test_the_page_makes_as_many_queries_for_nine_tokens_as_for_two(
    meter: Meter, operator: Client, assert_flat_queries: Any
):
    def grow() -> None:
        for n in range(7):
            token, _ = token_for(meter)
            if n % 2:
                revoke_meter_token(actor=token.owner, token=token, now=timezone.now())

    token_for(meter)
    revoke_meter_token(actor=member(meter.plant.cooperative), token=token_for(meter)[0], now=timezone.now())
    assert_flat_queries(lambda: operator.get(base(meter)), grow)
