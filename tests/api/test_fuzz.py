"""No generated request makes any route fail: schemathesis over the schema the site itself publishes."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from knox.models import AuthToken

from installations.models import Meter
from mine_de_soleil.wsgi import application
from shareholders.models import Shareholder, Subscription
from shareholders.roles import Role
from shareholders.services.register import issue_shares
from tests.factories import (
    CollegeFactory,
    FundingRoundFactory,
    ShareholderFactory,
    SubscriptionFactory,
    flat_forecast,
    member,
    plant_with_meter,
)
from tests.production.bad_files import GOOD
from tests.production.deliveries import bring

pytestmark = pytest.mark.django_db

quick = settings(
    max_examples=30,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def meter() -> Meter:
    found = plant_with_meter()
    flat_forecast(found.plant)
    bring(found, GOOD)
    return found


@pytest.fixture
def register(meter: Meter) -> Subscription:
    """A register of one line, and a signed subscription in the same cooperative."""
    college = CollegeFactory(cooperative=meter.plant.cooperative)
    issue_shares(
        actor=None, shareholder=ShareholderFactory(college=college), quantity=3, dated=dt.date(2024, 3, 3)
    )
    offer = FundingRoundFactory(cooperative=meter.plant.cooperative)
    return SubscriptionFactory(round=offer, signed=True, college=college)


@pytest.fixture
def token(meter: Meter, register: Subscription) -> str:
    """A token of the roles that together reach every route."""
    somebody = member(meter.plant.cooperative, Role.OPERATOR, Role.BOARD, Role.TREASURER, Role.SHAREHOLDER)
    Shareholder.objects.update(user=somebody)
    return AuthToken.objects.create(somebody)[1]


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """As Django's own test client does: the end of a request doesn't close this test's connection."""
    ends = (request_started, request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    yield
    for signal in ends:
        signal.connect(close_old_connections)


@pytest.mark.parametrize("known", [True, False], ids=["of what is there", "of anything"])
def test_no_route_fails_on_generated_input(meter: Meter, register: Subscription, token: str, known: bool):
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", application)
    there: dict[str, Any] = {
        "coop": meter.plant.cooperative.slug,
        "slug": meter.plant.slug,
        "code": meter.code,
        "id": meter.imports.get().pk,
        "number": register.number,
    }
    failures: list[str] = []
    walked = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        walked += 1

        @quick
        @given(case=operation.as_strategy())
        def call(case: schemathesis.Case) -> None:
            if known:
                case.path_parameters.update({k: v for k, v in there.items() if k in case.path_parameters})
            response = case.call(headers={"Authorization": f"Token {token}"})
            if response.status_code >= 500:
                failures.append(f"{response.status_code} {case.as_curl_command()}")

        call()
    assert walked >= 20
    assert not failures, "\n".join(failures)
