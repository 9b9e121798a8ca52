"""What every answer carries to protect its reader, and what keeps a half-configured site from starting."""

import os
import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.test import Client

from tests.factories import PASSWORD, CooperativeFactory

pytestmark = pytest.mark.django_db

SECURE = {
    "MDS_SECRET_KEY": "s" * 60,
    "MDS_DATA_KEYS": "k" * 60,
    "MDS_HOSTS": "soleil.example",
    "MDS_EMAIL_HOST": "mail.example",
}


def directives(client: Client, address: str = "/") -> dict[str, list[str]]:
    """The content security policy of a page, by directive."""
    header = client.get(address).headers["Content-Security-Policy"]
    return {name: sources for name, *sources in (part.split() for part in header.split(";"))}


class Inline(HTMLParser):
    """Collects what a strict policy would block."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_data = given.get("type") in {"application/json", "application/ld+json"}
        if tag == "style" or (tag == "script" and "src" not in given and not is_data):
            self.found.append(f"<{tag}>")
        self.found += [name for name in given if name == "style" or name.startswith("on")]


def start(**variables: str) -> subprocess.CompletedProcess[str]:
    """Load the settings in a process of their own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MDS_")}
    return subprocess.run(
        [sys.executable, "-c", "import mine_de_soleil.settings as s; print(s.SECURE_SSL_REDIRECT)"],
        env=kept | {"MDS_PRODUCTION": "1"} | variables,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )


def test_no_policy_lets_inline_code_run(client: Client):
    policy = directives(client)
    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == policy["style-src"] == ["'self'"]
    assert not {"'unsafe-inline'", "'unsafe-eval'"} & {source for one in policy.values() for source in one}


def test_nothing_is_fetched_from_or_sent_to_anybody_else(client: Client):
    sources = {source for one in directives(client).values() for source in one}
    assert sources == {"'none'", "'self'", "data:"}


def test_a_page_cannot_be_framed(client: Client):
    assert directives(client)["frame-ancestors"] == ["'none'"]
    assert client.get("/").headers["X-Frame-Options"] == "DENY"


def test_a_refusal_is_protected_like_a_page(client: Client):
    assert directives(client, "/personne/") == directives(client)


def test_a_page_says_how_a_browser_must_treat_it(client: Client):
    headers = client.get("/").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize("address", ["/", "/{slug}/", "/{slug}/toitures/", "/connexion/", "/accessibilite/"])
def test_no_page_has_inline_code(client: Client, address: str):
    response = client.get(address.format(slug=CooperativeFactory().slug))
    assert response.status_code == 200
    assert Inline(response.text).found == []


def test_cookies_are_out_of_reach_of_scripts(client: Client):
    response = client.post("/connexion/", {"login": "personne@essai.example", "password": PASSWORD})
    assert response.cookies
    assert all(cookie["httponly"] for cookie in response.cookies.values())


def test_a_form_without_its_token_is_refused_with_a_sentence():
    response = Client(enforce_csrf_checks=True).post("/connexion/", {"login": "x", "password": "y"})
    assert response.status_code == 403
    assert '<html lang="fr"' in response.text


@pytest.mark.parametrize("missing", SECURE)
def test_production_without_a_required_variable_refuses_to_start(missing: str):
    started = start(**{name: value for name, value in SECURE.items() if name != missing})
    assert started.returncode == 1
    assert re.search(rf"ImproperlyConfigured: {missing} must be set", started.stderr)


def test_production_with_all_of_them_starts_and_wants_https():
    started = start(**SECURE)
    assert started.stdout == "True\n", started.stderr
