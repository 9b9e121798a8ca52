"""GET …/plants/<plant>/days/."""

import datetime as dt

import pytest

from installations.models import Plant
from tests.api.clients import API, client_of, is_problem
from tests.factories import PlantFactory, flat_forecast, plant_with_meter
from tests.production.deliveries import bring, paris_day

pytestmark = pytest.mark.django_db

BAD_SPANS = [
    "",
    "from=2025-06-01",
    "to=2025-06-01",
    "from=2025-06-02&to=2025-06-01",
    "from=2025-02-30&to=2025-03-01",
    "from=hier&to=demain",
    "from=2015-01-01&to=2025-01-01",
    "from=0001-01-01&to=0001-01-02",
    "from=9999-12-30&to=9999-12-31",
    "from=2025-06-01%00&to=2025-06-02",
]


def days(plant: Plant, query: str):
    return client_of().get(f"{API}/cooperatives/{plant.cooperative.slug}/plants/{plant.slug}/days/?{query}")


def test_anyone_reads_each_day_beside_an_ordinary_one():
    meter = plant_with_meter()
    flat_forecast(meter.plant)
    bring(meter, paris_day(dt.date(2025, 6, 10), 4_000))
    assert days(meter.plant, "from=2025-06-09&to=2025-06-10").json() == [
        {"day": "2025-06-09", "metered_wh": None, "ordinary_wh": 100_000.0, "is_complete": False},
        {"day": "2025-06-10", "metered_wh": 96_000, "ordinary_wh": 100_000.0, "is_complete": True},
    ]


@pytest.mark.parametrize("query", BAD_SPANS)
def test_a_span_without_a_sense_is_a_problem_document(query: str):
    response = days(PlantFactory(), query)
    assert is_problem(response, 400)
    assert set(response.json()["errors"]) <= {"from", "to"}


def test_five_years_are_allowed():
    assert len(days(PlantFactory(), "from=2020-01-01&to=2024-12-31").json()) == 1827


def test_an_unknown_plant_is_a_404():
    plant = PlantFactory()
    plant.slug = "personne"
    assert is_problem(days(plant, "from=2025-06-09&to=2025-06-10"), 404)
