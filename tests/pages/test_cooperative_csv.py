"""This year's daily output of every roof as a file."""

import csv
import io

import pytest
from django.test import Client

from tests.factories import CooperativeFactory
from tests.pages.scene import Scene, roof

pytestmark = pytest.mark.django_db


def rows_of(client: Client, base: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(f"{base}production.csv").text)))


def test_it_is_a_file_named_after_the_cooperative_and_the_year(client: Client, scene: Scene):
    response = client.get(f"{scene.base}production.csv")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert f"{scene.cooperative.slug}_2025.csv" in response.headers["Content-Disposition"]


def test_the_day_read_is_there_to_the_watt_hour(client: Client, scene: Scene):
    read = {row["plant"]: row for row in rows_of(client, scene.base) if row["day"] == "2025-06-14"}
    assert read[scene.school.slug]["metered_wh"] == "96000"
    assert read[scene.pool.slug]["metered_wh"] == "24000"
    assert {row["ordinary_day_wh"] for row in read.values()} == {"100000"}
    assert {row["is_complete"] for row in read.values()} == {"1"}


def test_a_day_without_readings_is_empty_and_not_zero(client: Client, scene: Scene):
    rows = [row for row in rows_of(client, scene.base) if row["day"] == "2025-06-13"]
    assert {(row["metered_wh"], row["is_complete"]) for row in rows} == {("", "0")}


def test_it_begins_on_the_first_of_january_and_names_every_roof(client: Client, scene: Scene):
    rows = rows_of(client, scene.base)
    assert min(row["day"] for row in rows) == "2025-01-01"
    assert {row["plant"] for row in rows} == {scene.school.slug, scene.pool.slug}


def test_another_cooperatives_roofs_are_not_in_it(client: Client, scene: Scene):
    neighbour = roof(CooperativeFactory(), 2_000)
    assert neighbour.slug not in {row["plant"] for row in rows_of(client, scene.base)}


def test_without_a_roof_there_are_only_the_columns_names(client: Client):
    text = client.get(f"/{CooperativeFactory().slug}/production.csv").text
    columns = "plant,day,metered_wh,ordinary_day_wh,is_complete,weather_wh,weather_sha256"
    assert text.splitlines() == [columns]
