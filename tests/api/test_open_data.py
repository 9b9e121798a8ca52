"""The public series by program."""

import json

import pytest
from django.test import Client

from tests.factories import CooperativeFactory
from tests.pages.scene import SATURDAY, set_the_scene

pytestmark = pytest.mark.django_db


def test_what_there_is_names_licence_columns_and_files(client: Client):
    scene = set_the_scene()
    answer = client.get(f"/api/v1/cooperatives/{scene.cooperative.slug}/open-data/")
    assert answer.status_code == 200
    package = answer.json()
    assert package["licenses"][0]["name"] == "etalab-2.0"
    assert 'rel="license"' in answer.headers["Link"]
    names = {resource["name"] for resource in package["resources"]}
    assert {"toits-csv", f"jours-{SATURDAY.year}-parquet", "total-mois-json"} <= names


def test_a_file_comes_whatever_the_client_says_it_accepts(client: Client):
    scene = set_the_scene()
    path = f"/api/v1/cooperatives/{scene.cooperative.slug}/open-data/total-mois"
    for accept in ("text/csv", "application/xml", "*/*"):
        answer = client.get(f"{path}.json", headers={"accept": accept})
        assert answer.status_code == 200
        data = json.loads(b"".join(answer.streaming_content))
        assert data["data"][0]["metered_wh"] == 120_000
    etag = answer.headers["ETag"]
    assert client.get(f"{path}.json", headers={"if-none-match": etag}).status_code == 304


def test_what_is_not_there_is_a_problem_document(client: Client):
    coop = CooperativeFactory().slug
    for path in (f"{coop}/open-data/jours-1999.csv", f"{coop}/open-data/mois.exe", "personne/open-data/"):
        answer = client.get(f"/api/v1/cooperatives/{path}")
        assert answer.status_code == 404
        assert answer.headers["Content-Type"] == "application/problem+json"
