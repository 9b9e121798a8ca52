"""GET …/plants/<plant>/quality/."""

import datetime as dt

import pytest

from installations.models import Meter
from production.models import DayQuality
from shareholders.roles import Role
from tests.api.clients import API, client_with, is_problem
from tests.factories import MeterFactory, plant_with_meter

pytestmark = pytest.mark.django_db

FIRST = dt.date(2025, 6, 1)
FOUND = {"kind": "gap", "first": "2025-06-01T10:00:00+00:00", "last": "2025-06-01T12:00:00+00:00", "value": 2}


@pytest.fixture
def meter() -> Meter:
    meter = plant_with_meter()
    DayQuality.objects.bulk_create(
        DayQuality(meter=meter, day=FIRST + dt.timedelta(days=n), state="partial", findings=[FOUND])
        for n in range(40)
    )
    return meter


def url(meter: Meter, query: str = "?from=2025-06-01&to=2025-07-31") -> str:
    return f"{API}/cooperatives/{meter.plant.cooperative.slug}/plants/{meter.plant.slug}/quality/{query}"


def test_days_come_with_their_state_and_why(meter: Meter):
    found = client_with(meter.plant.cooperative, Role.AUDITOR).get(url(meter)).json()
    day = found["results"][0]
    assert (day["meter"], day["day"], day["state"]) == (meter.code, "2025-06-01", "partial")
    assert day["findings"][0]["kind"] == "gap" and day["findings"][0]["value"] == 2.0
    assert day["findings"][0]["first"].startswith("2025-06-01T1")


def test_pages_follow_each_other_without_losing_a_day(meter: Meter):
    client = client_with(meter.plant.cooperative, Role.OPERATOR)
    MeterFactory(plant=meter.plant)
    days, address = [], url(meter) + "&page_size=15"
    while address:
        page = client.get(address).json()
        days += [row["day"] for row in page["results"]]
        address = page["next"]
    assert len(days) == len(set(days)) == 40


@pytest.mark.parametrize(
    "query", ["", "?from=2025-06-01", "?from=2025-06-02&to=2025-06-01", "?from=1800-01-01&to=1800-01-02"]
)
def test_days_that_make_no_sense_are_a_400(meter: Meter, query: str):
    assert is_problem(client_with(meter.plant.cooperative, Role.OPERATOR).get(url(meter, query)), 400)


def test_an_unknown_roof_is_a_404(meter: Meter):
    client = client_with(meter.plant.cooperative, Role.OPERATOR)
    assert is_problem(client.get(url(meter).replace(meter.plant.slug, "ailleurs")), 404)
