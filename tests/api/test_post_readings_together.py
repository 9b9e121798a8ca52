"""POST readings/ by several at once, and by one that is killed."""

import json
import threading
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client

from installations.models import Meter
from production.models import MeterFile, ReadingHistory, ReadingImport
from shareholders.roles import Role
from tests.factories import member, plant_with_meter, token_for
from tests.killing import Killer
from tests.production.deliveries import held
from tests.production.test_storage import database_url

pytestmark = pytest.mark.django_db(transaction=True)


def body_of(meters: list[Meter]) -> bytes:
    sent = [
        {"meter": meter.code, "start": "2025-06-01T10:00:00Z", "step_minutes": 10, "energy_wh": [1, 2, 3]}
        for meter in meters
    ]
    return json.dumps({"series": sent}).encode()


def all_at_once(bodies: list[bytes], key: str, idempotency_key: str = "") -> list[Any]:
    """The answers to posts that start together, each in a thread of its own."""
    answers: list[Any] = [None] * len(bodies)
    ready = threading.Barrier(len(bodies))
    headers = {"Authorization": f"Token {key}"}
    headers |= {"Idempotency-Key": idempotency_key} if idempotency_key else {}

    def post(n: int) -> None:
        try:
            ready.wait(timeout=30)
            answers[n] = Client(headers=headers).post(
                "/api/v1/readings/", bodies[n], content_type="application/json"
            )
        finally:
            connections.close_all()

    threads = [threading.Thread(target=post, args=(n,)) for n in range(len(bodies))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


@pytest.fixture
def meters() -> list[Meter]:
    first = plant_with_meter()
    return [first, plant_with_meter(cooperative=first.plant.cooperative)]


def test_two_identical_posts_at_once_store_once(meters: list[Meter]):
    _, key = token_for(*meters)
    answers = all_at_once([body_of(meters)] * 2, key)
    assert [answer.status_code for answer in answers] == [201, 201]
    assert sorted(answer.json()["rows_new"] for answer in answers) == [0, 6]
    assert not ReadingHistory.objects.exists()


def test_two_posts_of_the_same_meters_in_other_orders_do_not_wait_in_a_ring(meters: list[Meter]):
    _, key = token_for(*meters)
    answers = all_at_once([body_of(meters), body_of(meters[::-1])] * 2, key)
    assert [answer.status_code for answer in answers] == [201] * 4
    assert sum(answer.json()["rows_new"] for answer in answers) == 6


def test_two_at_once_under_one_key_get_one_answer(meters: list[Meter]):
    _, key = token_for(*meters)
    first, second = all_at_once([body_of(meters)] * 2, key, "k")
    assert first.json() == second.json()
    assert ReadingImport.objects.count() == 2


def post_as(email: str, text: str) -> None:
    """The act that is killed, in a process of its own."""
    from django.utils import timezone

    from mine_de_soleil.core.models import User
    from production.permissions import meters_operated_by
    from production.readings_body import API_JSON
    from production.services.readings import Posted, receive_readings

    actor = User.objects.get(email=email)
    receive_readings(
        actor=actor,
        allowed=dict(meters_operated_by(actor).values_list("code", "pk")),
        posted=Posted(text.encode(), API_JSON),
        dry_run=False,
        now=timezone.now(),
    )


def test_a_kill_at_any_moment_leaves_all_of_a_request_or_nothing(meters: list[Meter]):
    operator = member(meters[0].plant.cooperative, Role.OPERATOR)
    text = body_of(meters).decode()
    connection.close()

    def check() -> None:
        assert [len(held(meter)) for meter in meters] == [3, 3]
        assert MeterFile.objects.exists()

    with Killer.running(database_url()) as killer:
        act = "tests.api.test_post_readings_together:post_as"
        steps = killer.kill_everywhere(
            act, check=check, until=ReadingImport.objects.exists, stride=4, email=operator.email, text=text
        )
    assert len(steps) == 1
