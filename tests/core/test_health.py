"""The health probe: 200 when the database and a worker answer, 503 when one doesn't."""

import pytest
from django.db import connection
from django.test import Client

pytestmark = pytest.mark.django_db


def heartbeat(seconds_ago: int) -> None:
    """A worker that was last heard that long ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => %s))",
            [seconds_ago],
        )


def test_a_site_without_worker_is_not_well(client: Client):
    response = client.get("/sante/")
    assert response.status_code == 503
    assert response.json() == {"database": True, "worker": False}


def test_a_heartbeat_makes_the_site_well(client: Client):
    heartbeat(seconds_ago=5)
    response = client.get("/sante/")
    assert response.status_code == 200
    assert response.json() == {"database": True, "worker": True}


def test_a_worker_silent_for_a_minute_has_stopped(client: Client):
    heartbeat(seconds_ago=60)
    assert client.get("/sante/").status_code == 503


def test_one_living_worker_among_dead_ones_is_enough(client: Client):
    heartbeat(seconds_ago=3600)
    heartbeat(seconds_ago=5)
    assert client.get("/sante/").status_code == 200


def test_a_probe_is_never_answered_from_a_cache(client: Client):
    assert "no-store" in client.get("/sante/").headers["Cache-Control"]


def test_a_probe_cannot_write(client: Client):
    assert client.post("/sante/").status_code == 405
