"""The daily output of one roof as a file."""

import csv
import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from installations.models import Plant
from tests.factories import PlantFactory, flat_forecast, plant_with_meter
from tests.production.deliveries import bring, paris_day
from tests.production.told import a_weather, tell

pytestmark = pytest.mark.django_db


def answer(client: Client, plant: Plant, query: str):
    return client.get(f"/{plant.cooperative.slug}/toitures/{plant.slug}/production.csv?{query}")


def test_each_day_has_its_line(client: Client):
    meter = plant_with_meter()
    flat_forecast(meter.plant)
    bring(meter, paris_day(dt.date(2025, 6, 10), 4_000))
    tell(meter.plant, {dt.date(2025, 6, 10): 99_000}, kept := a_weather())
    response = answer(client, meter.plant, "du=2025-06-09&au=2025-06-10")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert (
        f'filename="{meter.plant.slug}_2025-06-09_2025-06-10.csv"' in response.headers["Content-Disposition"]
    )
    assert list(csv.reader(response.text.splitlines())) == [
        ["day", "metered_wh", "ordinary_day_wh", "is_complete", "weather_wh", "weather_sha256"],
        ["2025-06-09", "", "100000", "0", "", ""],
        ["2025-06-10", "96000", "100000", "1", "99000", kept.sha256],
    ]


@pytest.mark.parametrize(
    "query",
    [
        "du=2025-06-01",
        "du=2025-06-02&au=2025-06-01",
        "du=2025-02-30&au=2025-03-01",
        "du=hier&au=demain",
        "du=0001-01-01&au=9999-12-31",
        "du=%00&au=2025-01-01",
    ],
)
def test_days_without_a_sense_are_a_400_with_a_sentence(client: Client, query: str):
    response = answer(client, PlantFactory(), query)
    assert response.status_code == 400
    assert "<h1" in response.text


def test_without_days_it_is_this_year(client: Client):
    response = answer(client, PlantFactory(), "")
    assert response.status_code == 200
    assert f"{timezone.localdate().year}-01-01" in response.text


@pytest.mark.parametrize("query", ["du=0001-01-01&au=0001-01-03", "du=9999-12-29&au=9999-12-31"])
def test_the_ends_of_the_calendar_are_days_like_others(client: Client, query: str):
    response = answer(client, PlantFactory(), query)
    assert response.status_code == 200
    assert len(response.text.splitlines()) == 4


def test_an_unknown_roof_is_a_404(client: Client):
    plant = PlantFactory()
    plant.slug = "personne"
    assert answer(client, plant, "du=2025-06-09&au=2025-06-10").status_code == 404


def test_all_roofs_come_in_one_file_of_flat_queries(client: Client, assert_flat_queries):
    meter = plant_with_meter()
    cooperative = meter.plant.cooperative
    flat_forecast(meter.plant)

    def read() -> str:
        return client.get(reverse("cooperative_csv", args=[cooperative.slug])).text

    def grow() -> None:
        for _ in range(7):
            flat_forecast(plant_with_meter(cooperative=cooperative).plant)

    assert_flat_queries(read, grow)
    header, *lines = csv.reader(read().splitlines())
    assert header[:5] == ["plant", "day", "metered_wh", "ordinary_day_wh", "is_complete"]
    assert header[5:] == ["weather_wh", "weather_sha256"]
    assert len({line[0] for line in lines}) == 8
