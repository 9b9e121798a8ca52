"""GET …/plants/<plant>/expected/."""

import pytest

from tests.api.clients import API, client_of, is_problem
from tests.factories import PlantFactory, flat_forecast

pytestmark = pytest.mark.django_db


def url_of(plant) -> str:
    return f"{API}/cooperatives/{plant.cooperative.slug}/plants/{plant.slug}/expected/"


def test_anyone_reads_the_frozen_forecast_and_its_weather():
    plant = PlantFactory()
    flat_forecast(plant)
    found = client_of().get(url_of(plant)).json()
    assert (found["weather_name"], found["weather_sha256"]) == ("essai", "0" * 64)
    assert [month["month"] for month in found["months"]] == list(range(1, 13))
    assert sum(month["p50_wh"] for month in found["months"]) == found["year_p50_wh"] == 36_000_000
    assert found["year_p90_wh"] < found["year_p75_wh"] < found["year_p50_wh"] < found["year_p10_wh"]
    assert found["valid_from"] == "2020-03-01"


def test_it_is_the_latest_one():
    plant = PlantFactory()
    flat_forecast(plant)
    flat_forecast(plant, 4_000_000)
    assert client_of().get(url_of(plant)).json()["year_p50_wh"] == 48_000_000


def test_a_plant_without_a_forecast_is_a_404():
    assert is_problem(client_of().get(url_of(PlantFactory())), 404)


def test_the_plant_of_another_cooperative_is_a_404():
    plant, other = PlantFactory(), PlantFactory()
    flat_forecast(other)
    url = f"{API}/cooperatives/{plant.cooperative.slug}/plants/{other.slug}/expected/"
    assert is_problem(client_of().get(url), 404)
