"""GET …/heat-networks/ and what hangs below."""

import datetime as dt

import pytest

from installations.models import Plant
from production.models import ExpectedDay
from production.services.expected import expect_days
from production.services.weather import keep_weather
from tests.api.clients import API, client_of, is_problem
from tests.factories import CooperativeFactory, PlantFactory
from tests.production.heat_networks import bare_heat_plant, frozen_heat_study, heat_plant
from tests.production.services.test_heat_networks import january

pytestmark = pytest.mark.django_db


def url(plant: Plant, path: str = "") -> str:
    return f"{API}/cooperatives/{plant.cooperative.slug}/heat-networks/{path}"


def test_a_network_is_read_with_its_buildings():
    plant = heat_plant()
    (found,) = client_of().get(url(plant)).json()["results"]
    assert found["slug"] == "centre-ville" and found["under_study"] is True
    assert found["network"]["boiler_power_w"] == 150_000
    assert [house["annual_heat_wh"] for house in found["network"]["buildings"]] == [200e6, 300e6]
    assert client_of().get(url(plant, "centre-ville/")).json() == found


def test_a_network_nobody_described_has_none():
    plant = bare_heat_plant()
    assert client_of().get(url(plant, f"{plant.slug}/")).json()["network"] is None


def test_a_planned_network_s_expected_year_is_that_of_its_latest_study():
    plant = heat_plant()
    assert is_problem(client_of().get(url(plant, "centre-ville/expected/")), 404)
    forecast = frozen_heat_study(plant)
    found = client_of().get(url(plant, "centre-ville/expected/")).json()
    assert found["year_p50_wh"] == forecast.year_p50_wh
    assert sum(month["p50_wh"] for month in found["months"]) == forecast.year_p50_wh


def test_expected_days_of_a_network_in_service_are_read_like_a_roof_s():
    plant = heat_plant(under_study=False, commissioned_on=dt.date(2024, 1, 1))
    expect_days([plant], keep_weather(*january()), kind=ExpectedDay.Kind.PAST)
    answer = client_of().get(url(plant, "centre-ville/expected-days/?from=2025-01-13&to=2025-01-19")).json()
    assert len(answer["results"]) == 7


def test_a_roof_is_no_network_and_a_network_no_roof():
    plant = heat_plant()
    roof = PlantFactory(cooperative=plant.cooperative)
    base = f"{API}/cooperatives/{plant.cooperative.slug}"
    assert is_problem(client_of().get(f"{base}/heat-networks/{roof.slug}/"), 404)
    assert is_problem(client_of().get(f"{base}/plants/{plant.slug}/"), 404)
    assert [found["slug"] for found in client_of().get(f"{base}/plants/").json()["results"]] == [roof.slug]


def test_an_unknown_cooperative_is_a_404():
    assert is_problem(client_of().get(f"{API}/cooperatives/personne/heat-networks/"), 404)


def test_networks_of_another_cooperative_are_not_there():
    heat_plant()
    other = CooperativeFactory()
    assert client_of().get(f"{API}/cooperatives/{other.slug}/heat-networks/").json()["results"] == []
