"""GET schema/ and docs/."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from mine_de_soleil.api_urls import urlpatterns

pytestmark = pytest.mark.django_db


@pytest.fixture
def schema(client: Client) -> dict:
    response = client.get("/api/v1/schema/?format=json")
    assert response.status_code == 200
    return json.loads(response.content)


def test_it_is_openapi_3_1(schema: dict):
    assert schema["openapi"].startswith("3.1")


def test_every_route_is_in_it(schema: dict):
    about_itself = {"api_schema", "api_docs", "api_unknown"}
    routes = [route for route in urlpatterns if route.name not in about_itself]
    assert len(schema["paths"]) == len(routes)
    assert all(path.startswith("/api/v1/") for path in schema["paths"])


def test_every_operation_says_what_it_does_and_answers(schema: dict):
    for path, methods in schema["paths"].items():
        for operation in methods.values():
            assert operation["operationId"], path
            assert operation["description"], path
            assert operation["responses"], path


def test_days_are_asked_by_from_and_to(schema: dict):
    (path,) = [path for path in schema["paths"] if path.endswith("/days/")]
    names = {parameter["name"] for parameter in schema["paths"][path]["get"]["parameters"]}
    assert {"from", "to"} <= names


def test_the_documentation_has_no_inline_script(client: Client):
    response = client.get(reverse("api_docs"))
    assert response.status_code == 200
    assert "<script>" not in response.text
