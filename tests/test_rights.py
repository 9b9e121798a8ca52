"""Walks the rights matrix: every route × every role × own or another's cooperative."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from mine_de_soleil.core.account_urls import urlpatterns as account_urls
from mine_de_soleil.core.models import User
from production.services.imports import Delivery, import_at_once
from shareholders.models import Cooperative
from shareholders.roles import Role
from tests.factories import (
    CooperativeFactory,
    an_alert,
    flat_forecast,
    frozen_study,
    hourly_csv,
    member,
    plant_with_meter,
    shares_examples,
    token_for,
)
from tests.production.heat_networks import frozen_heat_study, heat_plant
from tests.production.sales.scenes import sales_examples
from tests.production.weather_files import july_weather, weather_examples
from tests.rights import ROWS, Row

NOON = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)


def route_names(patterns: list[URLPattern | URLResolver]) -> set[str]:
    found: set[str] = set()
    for entry in patterns:
        if isinstance(entry, URLResolver):
            found |= route_names(entry.url_patterns)
        else:
            found.add(str(entry.name))
    return found


@pytest.mark.django_db  # for the whole module: pytest-django makes a database only where a test is marked
def test_every_route_is_in_the_matrix():
    # Accounts are allauth's: open to whoever they concern, tested in tests/pages/test_account_urls.py.
    ours = route_names(get_resolver().url_patterns) - route_names(list(account_urls))
    assert ours == {row.route for row in ROWS}


@pytest.fixture(scope="module")
def names(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, object]]:
    """An example of everything an address may name: made once, for it takes longer than all the questions."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield examples()
        transaction.set_rollback(True)


@pytest.fixture
def alone(names: dict[str, object]) -> Iterator[None]:
    """What one question changes is gone before the next."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def examples() -> dict[str, object]:
    meter = plant_with_meter()
    flat_forecast(meter.plant)
    delivery = Delivery("un.csv", hourly_csv(NOON, [1000, 2000]))
    done = import_at_once(actor=None, meter=meter, delivery=delivery, now=NOON + dt.timedelta(days=9))
    network = heat_plant(cooperative=meter.plant.cooperative)
    return {
        "coop": meter.plant.cooperative.slug,
        "plant": meter.plant.slug,
        "meter": meter.code,
        "meter_pk": meter.pk,
        "import": done.pk,
        "meter_token": token_for(meter)[0].pk,
        "study": frozen_study(meter.plant).pk,
        "network": network.slug,
        "heat_study": frozen_heat_study(network).pk,
        "alert": an_alert(meter.plant).pk,
        **weather_examples(meter.plant),
        **sales_examples(meter.plant),
        **shares_examples(meter.plant.cooperative),
    }


def person(role: str, own: str) -> User | None:
    """Somebody who holds just `role` there; a stranger holds every role elsewhere; a visitor is nobody."""
    if role == "visitor":
        return None
    if role == "stranger":
        return member(CooperativeFactory(), *Role)
    return member(Cooperative.objects.get(slug=own), Role(role))


def ask(client: Client, row: Row, names: dict[str, object]) -> HttpResponseBase:
    path = row.path.format(**names)
    if row.method == "GET":
        return client.get(path)
    if row.method == "PUT":
        return client.put(path, {}, content_type="application/json")
    data: dict[str, object] = {}
    if row.route == "api_imports":
        file = SimpleUploadedFile("deux.csv", hourly_csv(NOON, [1500, 2500, 500]))
        data = {"meter": names["meter"], "file": file}
    if row.route == "api_weathers":
        data = {"file": SimpleUploadedFile("juillet.json", july_weather())}
    if row.route == "api_post_readings":
        sent = {"meter": names["meter"], "start": NOON.isoformat(), "minutes": 60, "energy_wh": 1500}
        return client.post(path, {"readings": [sent]}, content_type="application/json")
    return client.post(path, data)


def expected_status(row: Row, role: str) -> int:
    if role in row.who:
        return row.granted
    if role == "visitor":
        return 401 if row.is_api else 302
    return 404 if role == "stranger" else 403


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("role", ["visitor", "stranger", *Role.values])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.route)
def test_each_role_gets_what_the_matrix_says(row: Row, role: str, names: dict[str, object]):
    user = person(role, str(names["coop"]))
    client = Client()
    if user:
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    response = ask(client, row, names)
    if row.granted == 0 and role in row.who:
        assert response.status_code in (200, 302)
        assert "/connexion/" not in response.headers.get("Location", "")
    else:
        assert response.status_code == expected_status(row, role)
    if role == "visitor" and response.status_code == 302 and role not in row.who:
        assert response.headers["Location"].startswith("/connexion/")
