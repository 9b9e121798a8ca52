"""Calls of the API are counted, by address for visitors and by account for others."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from rest_framework.throttling import SimpleRateThrottle

from mine_de_soleil.core.models import User
from tests.api.clients import is_problem
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

LIST = "/api/v1/cooperatives/"


@pytest.fixture(autouse=True)
def _few_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", {"anon": "3/min", "user": "5/min"})


def statuses(client: Client, calls: int) -> list[int]:
    return [client.get(LIST).status_code for _ in range(calls)]


def test_the_rates_are_those_the_documentation_says():
    assert settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"] == {"anon": "120/min", "user": "1200/min"}


def test_a_visitor_who_calls_too_often_is_told_when_to_come_back(client: Client):
    assert statuses(client, 3) == [200, 200, 200]
    refused = client.get(LIST)
    assert is_problem(refused, 429)
    assert refused.json()["title"] == "Trop de demandes"
    assert 0 < int(refused.headers["Retry-After"]) <= 60


def test_an_account_may_call_more_often_and_is_counted_for_itself(signed_in: Callable[[User], Client]):
    assert statuses(signed_in(UserFactory()), 6) == [200] * 5 + [429]
    assert statuses(signed_in(UserFactory()), 1) == [200]


def test_another_address_has_its_own_count(client: Client):
    statuses(client, 4)
    assert client.get(LIST, REMOTE_ADDR="192.0.2.7").status_code == 200


def test_pages_are_not_counted(client: Client):
    assert {client.get("/").status_code for _ in range(5)} == {200}
