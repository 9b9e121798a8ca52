"""GET cooperatives/<coop>/plants/ and …/plants/<plant>/."""

import pytest

from tests.api.clients import API, all_pages, client_of, is_problem
from tests.factories import CooperativeFactory, PlantFactory, PVArrayFactory, plant_with_meter

pytestmark = pytest.mark.django_db


def plants_url(slug: str) -> str:
    return f"{API}/cooperatives/{slug}/plants/"


def test_anyone_reads_how_a_plant_is_built():
    plant = PlantFactory()
    PVArrayFactory(plant=plant, peak_power_w=30_000, azimuth_deg=90)
    PVArrayFactory(plant=plant, peak_power_w=20_000, azimuth_deg=270)
    found = client_of().get(f"{plants_url(plant.cooperative.slug)}{plant.slug}/").json()
    assert found["slug"] == plant.slug
    assert found["peak_power_w"] == 50_000
    assert [array["azimuth_deg"] for array in found["arrays"]] == [90, 270]
    assert (found["commissioned_on"], found["time_zone"]) == ("2020-03-01", "Europe/Paris")


def test_the_list_is_that_of_one_cooperative():
    own, other = plant_with_meter().plant, plant_with_meter().plant
    rows = all_pages(client_of(), plants_url(own.cooperative.slug))
    assert [row["slug"] for row in rows] == [own.slug]
    assert is_problem(client_of().get(f"{plants_url(own.cooperative.slug)}{other.slug}/"), 404)


def test_every_plant_comes_once_page_after_page():
    cooperative = CooperativeFactory()
    slugs = [plant.slug for plant in PlantFactory.create_batch(7, cooperative=cooperative)]
    rows = all_pages(client_of(), f"{plants_url(cooperative.slug)}?page_size=3")
    assert [row["slug"] for row in rows] == slugs


def test_a_cooperative_without_plants_has_an_empty_list():
    response = client_of().get(plants_url(CooperativeFactory().slug))
    assert (response.status_code, response.json()["results"]) == (200, [])


def test_the_plants_of_nobody_are_a_404():
    assert is_problem(client_of().get(plants_url("personne")), 404)


def test_more_plants_make_no_more_queries(assert_flat_queries):
    cooperative = CooperativeFactory()
    PVArrayFactory(plant__cooperative=cooperative)

    def grow() -> None:
        for _ in range(5):
            PVArrayFactory(plant__cooperative=cooperative)

    assert_flat_queries(lambda: client_of().get(plants_url(cooperative.slug)), grow)
