"""Callers of the API."""

from typing import Any

from rest_framework.test import APIClient

from mine_de_soleil.core.models import User
from shareholders.models import Cooperative
from shareholders.roles import Role
from tests.factories import member

API = "/api/v1"


def client_of(user: User | None = None) -> APIClient:
    """A client signed in as somebody, or a visitor's."""
    client = APIClient()
    if user:
        client.force_authenticate(user)
    return client


def client_with(cooperative: Cooperative, *roles: Role) -> APIClient:
    """A member's client."""
    return client_of(member(cooperative, *roles))


def is_problem(response: Any, status: int) -> bool:
    """Whether a response is an RFC 9457 document of that status, with something to read."""
    document = response.json()
    return (
        response.status_code == document["status"] == status
        and response.headers["Content-Type"] == "application/problem+json"
        and bool(document["title"] and document["detail"])
    )


def all_pages(client: APIClient, url: str) -> list[dict[str, Any]]:
    """Follow a list to its end."""
    rows: list[dict[str, Any]] = []
    while url:
        page = client.get(url).json()
        assert page["results"]
        rows += page["results"]
        url = page["next"]
    return rows
