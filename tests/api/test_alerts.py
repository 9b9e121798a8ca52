"""The API of alerts, maintenance and judgement."""

import datetime as dt

import pytest
from rest_framework.test import APIClient

from production.models import MaintenanceEntry, PlantAlert
from shareholders.roles import Role
from tests.factories import an_alert, flat_forecast, member, plant_with_meter
from tests.production.deliveries import bring, paris_day

pytestmark = pytest.mark.django_db


@pytest.fixture
def alert() -> PlantAlert:
    return an_alert(plant_with_meter().plant)


@pytest.fixture
def operator(alert: PlantAlert) -> APIClient:
    client = APIClient()
    client.force_authenticate(member(alert.plant.cooperative, Role.OPERATOR, full_name="Opale Ratrice"))
    return client


def base(alert: PlantAlert) -> str:
    return f"/api/v1/cooperatives/{alert.plant.cooperative.slug}/"


def test_alerts_are_listed_and_filtered_by_state(alert: PlantAlert, operator: APIClient):
    an_alert(
        alert.plant, kind="outage", state="taken", acknowledged_at=dt.datetime(2025, 6, 4, tzinfo=dt.UTC)
    )
    listed = operator.get(base(alert) + "alerts/").json()["results"]
    assert [row["kind"] for row in listed] == ["behind", "outage"]
    assert "moins que d’habitude" in listed[0]["seen"]
    taken = operator.get(base(alert) + "alerts/?state=taken").json()["results"]
    assert [row["kind"] for row in taken] == ["outage"]
    assert operator.get(base(alert) + "alerts/?state=lost").status_code == 400


def test_an_alert_is_taken_then_closed(alert: PlantAlert, operator: APIClient):
    one = f"{base(alert)}alerts/{alert.pk}/"
    assert operator.post(one + "acknowledgement/").json()["acknowledged_by"] == "Opale Ratrice"
    closed = operator.post(one + "closing/", {"cause": "grid", "note": "Enedis"}, format="json").json()
    assert (closed["state"], closed["cause"], closed["lost_amount"]) == ("closed", "grid", "0.00")
    assert operator.get(one).json() == closed
    again = operator.post(one + "closing/", {"cause": "outage"}, format="json")
    assert (again.status_code, again.headers["Content-Type"]) == (409, "application/problem+json")
    assert operator.post(one + "acknowledgement/").status_code == 409


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({}, 400),
        ({"cause": "sorcery"}, 400),
        ({"cause": "outage", "ended_on": "2999-01-01"}, 422),
        ({"cause": "outage", "ended_on": "2025-06-01"}, 422),
        ({"cause": "outage", "note": "x" * 2001}, 400),
        ({"cause": "outage", "note": "\u0000"}, 400),
    ],
)
def test_a_closing_that_makes_no_sense_is_a_problem_document(
    alert: PlantAlert, operator: APIClient, said: dict[str, str], status: int
):
    response = operator.post(f"{base(alert)}alerts/{alert.pk}/closing/", said, format="json")
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    assert PlantAlert.objects.get().state == "open"


def test_a_closing_repeated_with_its_key_gets_the_same_answer(alert: PlantAlert, operator: APIClient):
    ask = {"path": f"{base(alert)}alerts/{alert.pk}/closing/", "data": {"cause": "outage"}, "format": "json"}
    first, second = (operator.post(**ask, headers={"Idempotency-Key": "un"}) for _again in range(2))
    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()


def test_the_log_is_written_and_read(alert: PlantAlert, operator: APIClient):
    log = f"{base(alert)}plants/{alert.plant.slug}/maintenance/"
    said = {"day": "2025-06-05", "text": "Nettoyé", "alert": alert.pk}
    assert operator.post(log, said, format="json").status_code == 201
    assert operator.post(log, said, format="json").status_code == 201  # the same line
    assert MaintenanceEntry.objects.count() == 1
    assert [row["text"] for row in operator.get(log).json()["results"]] == ["Nettoyé"]
    assert operator.post(log, said | {"day": "2999-01-01"}, format="json").status_code == 422
    assert operator.post(log, said | {"alert": 10**6}, format="json").status_code == 404


def test_judgement_adds_up(alert: PlantAlert, operator: APIClient):
    flat_forecast(alert.plant)
    bring(alert.plant.meters.get(), paris_day(dt.date(2025, 6, 2), 3_000))
    url = f"{base(alert)}plants/{alert.plant.slug}/judgement/?from=2025-05-01&to=2025-06-30"
    for by, spans in (("month", 2), ("year", 1), ("day", 61)):
        told = operator.get(f"{url}&by={by}").json()
        assert len(told["spans"]) == spans
        for span in told["spans"]:
            lost = sum(cause["energy_wh"] for cause in span["lost"])
            assert lost == span["forecast_wh"] - span["compared_wh"]
    assert operator.get(f"{url}&by=week").status_code == 400
