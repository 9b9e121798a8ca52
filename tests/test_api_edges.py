"""What a failure looks like: a problem document to a program, a page to a person."""

import logging

import pytest
from django.test import Client

from mine_de_soleil import views
from shareholders.api.cooperatives import CooperativeList
from tests.api.clients import is_problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor() -> Client:
    """A client that sees failures as a browser would."""
    return Client(raise_request_exception=False)


@pytest.fixture(autouse=True)
def _everything_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("nobody foresaw this")

    monkeypatch.setattr(CooperativeList, "get", fail)
    monkeypatch.setattr(views, "list", fail, raising=False)


def test_a_program_gets_a_problem_document(visitor: Client):
    response = visitor.get("/api/v1/cooperatives/")
    assert is_problem(response, 500)
    assert response.json()["title"] == "Panne de notre côté"
    assert "nobody foresaw" not in response.text


def test_a_person_gets_a_page(visitor: Client):
    response = visitor.get("/")
    assert response.status_code == 500
    assert response.headers["Content-Type"].startswith("text/html")


def test_the_failure_is_logged(visitor: Client, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.ERROR, logger="django.request"):
        visitor.get("/api/v1/cooperatives/")
    assert "nobody foresaw this" in caplog.text
