"""Tokens of programs: what they open, and when they stop."""

import datetime as dt
import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from knox.models import AuthToken

from installations.models import Meter
from mine_de_soleil.core.models import JournalEntry, User
from production.models import MeterToken, Reading
from production.services.meter_tokens import TokenRefused, make_meter_token, revoke_meter_token, token_of
from shareholders.models import RoleGrant
from shareholders.roles import Role
from shareholders.services import revoke_role
from tests.api.clients import API, is_problem
from tests.factories import CooperativeFactory, PlantFactory, member, plant_with_meter, token_for

pytestmark = pytest.mark.django_db

URL = f"{API}/readings/"
YEAR = dt.timedelta(days=365)


@pytest.fixture
def meter() -> Meter:
    return plant_with_meter()


@pytest.fixture
def operator(meter: Meter) -> User:
    return member(meter.plant.cooperative, Role.OPERATOR)


def post(key: str, *meters: Meter, energy_wh: int = 1000, **headers: str) -> Any:
    sent = [
        {"meter": meter.code, "start": "2025-06-01T10:00:00Z", "minutes": 10, "energy_wh": energy_wh}
        for meter in meters
    ]
    headers |= {"Authorization": f"Token {key}"}
    return Client().post(
        URL, json.dumps({"readings": sent}), content_type="application/json", headers=headers
    )


def test_a_token_brings_readings_of_its_meters(meter: Meter, operator: User):
    token, key = token_for(meter, owner=operator, name="passerelle")
    response = post(key, meter)
    assert response.status_code == 201
    assert response.json()["imports"][0]["file"].startswith("passerelle ")
    entry = JournalEntry.objects.get(act="post_readings")
    assert (entry.actor, entry.detail["token"]) == (operator, "passerelle")
    token.refresh_from_db()
    assert token.last_used_at is not None


def test_of_another_meter_of_the_same_owner_it_knows_nothing(meter: Meter, operator: User):
    other = plant_with_meter(cooperative=meter.plant.cooperative)
    _, key = token_for(meter, owner=operator)
    assert is_problem(post(key, other), 404)
    refused = post(key, meter, other)
    assert is_problem(refused, 422)
    assert "compteur inconnu" in refused.json()["detail"]
    assert not Reading.objects.exists()


def test_of_another_cooperatives_meter_it_knows_nothing(meter: Meter):
    _, key = token_for(meter)
    assert is_problem(post(key, plant_with_meter()), 404)


@pytest.mark.parametrize("key", ["mds_releves_faux", "mds_releves_", "faux", "mds_releves_é"])
def test_a_key_that_nobody_made_is_a_401(meter: Meter, key: str):
    assert is_problem(post(key, meter), 401)


def test_a_revoked_token_is_a_401(meter: Meter, operator: User):
    token, key = token_for(meter)
    assert revoke_meter_token(actor=operator, token=token, now=timezone.now())
    assert is_problem(post(key, meter), 401)
    assert "révoqué" in post(key, meter).json()["detail"]


def test_an_expired_token_is_a_401(meter: Meter):
    _, key = token_for(meter, life=dt.timedelta(days=1), now=timezone.now() - dt.timedelta(days=2))
    assert is_problem(post(key, meter), 401)
    assert "échu" in post(key, meter).json()["detail"]


def test_it_ends_with_its_owners_role(meter: Meter, operator: User):
    _, key = token_for(meter, owner=operator)
    revoke_role(actor=None, grant=RoleGrant.objects.get(user=operator))
    assert is_problem(post(key, meter), 401)


def test_it_ends_with_its_owners_account(meter: Meter, operator: User):
    _, key = token_for(meter, owner=operator)
    operator.is_active = False
    operator.save()
    assert is_problem(post(key, meter), 401)


def test_a_meter_that_leaves_the_cooperative_leaves_the_token(meter: Meter, operator: User):
    other = plant_with_meter(cooperative=meter.plant.cooperative)
    _, key = token_for(meter, other, owner=operator)
    meter.plant = PlantFactory(cooperative=CooperativeFactory())
    meter.save()
    assert is_problem(post(key, meter), 404)
    assert post(key, other).status_code == 201
    other.plant = meter.plant
    other.save()
    assert is_problem(post(key, other), 403)


def test_a_token_replays_no_answer_of_its_owner(meter: Meter, operator: User):
    """The same bytes under the same key, by the account itself, then by a token that may not."""
    other = plant_with_meter(cooperative=meter.plant.cooperative)
    _, own = AuthToken.objects.create(operator)
    assert post(own, other, **{"Idempotency-Key": "k"}).status_code == 201
    _, key = token_for(meter, owner=operator)
    assert is_problem(post(key, other, **{"Idempotency-Key": "k"}), 404)


def test_a_replay_after_the_revocation_is_a_401(meter: Meter, operator: User):
    token, key = token_for(meter, owner=operator)
    assert post(key, meter, **{"Idempotency-Key": "k"}).status_code == 201
    revoke_meter_token(actor=operator, token=token, now=timezone.now())
    assert is_problem(post(key, meter, **{"Idempotency-Key": "k"}), 401)


# making and revoking


def test_the_key_is_kept_nowhere(meter: Meter):
    token, key = token_for(meter)
    assert key not in str(MeterToken.objects.values().get(pk=token.pk))
    assert key not in str(list(JournalEntry.objects.values()))


def test_both_acts_are_in_the_journal_once(meter: Meter, operator: User):
    token, _ = token_for(meter)
    for _time in range(2):
        revoke_meter_token(actor=operator, token=token, now=timezone.now())
    acts = (
        JournalEntry.objects.filter(act__contains="meter_token").order_by("pk").values_list("act", flat=True)
    )
    assert list(acts) == ["make_meter_token", "revoke_meter_token"]


def refused(meter: Meter, operator: User, **more: Any) -> str:
    said = {
        "actor": operator,
        "owner": operator,
        "cooperative": meter.plant.cooperative,
        "name": "passerelle",
        "meters": [meter],
        "life": YEAR,
        "now": timezone.now(),
    }
    before = MeterToken.objects.count()
    with pytest.raises(TokenRefused) as refusal:
        make_meter_token(**(said | more))
    assert MeterToken.objects.count() == before
    return str(refusal.value)


def test_what_makes_no_token_is_refused(meter: Meter, operator: User):
    cooperative = meter.plant.cooperative
    assert "au moins un compteur" in refused(meter, operator, meters=[])
    assert "aucun autre" in refused(meter, operator, meters=[meter, plant_with_meter()])
    assert "nom" in refused(meter, operator, name="  ")
    assert "60 caractères" in refused(meter, operator, name="n" * 61)
    assert "trois ans" in refused(meter, operator, life=dt.timedelta(days=4_000))
    assert "trois ans" in refused(meter, operator, life=dt.timedelta(0))
    assert "n’exploite pas" in refused(meter, operator, owner=member(cooperative, Role.BOARD))
    assert not MeterToken.objects.exists()


def test_two_tokens_in_service_have_two_names(meter: Meter, operator: User):
    token, _ = token_for(meter, owner=operator, name="Passerelle")
    assert "porte déjà ce nom" in refused(meter, operator)
    revoke_meter_token(actor=operator, token=token, now=timezone.now())
    assert token_for(meter, owner=operator, name="passerelle")


def test_last_use_is_noted_once_a_minute(meter: Meter):
    token, key = token_for(meter)
    now = timezone.now()
    for later, noted in ((0, 0), (30, 0), (61, 61)):
        token_of(key, now + dt.timedelta(seconds=later))
        token.refresh_from_db()
        assert token.last_used_at == now + dt.timedelta(seconds=noted)
