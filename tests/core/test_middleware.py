"""French, unless the visitor chose English here."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_it_is_french_even_if_the_browser_prefers_english(client: Client):
    response = client.get("/", headers={"Accept-Language": "en-GB,en"})
    assert response.headers["Content-Language"] == "fr"
    assert '<html lang="fr"' in response.text


def test_it_is_english_after_choosing_it(client: Client):
    choice = client.post("/langue/", {"language": "en", "next": "/"})
    assert choice.headers["Location"] == "/"
    response = client.get("/", headers={"Accept-Language": "fr"})
    assert response.headers["Content-Language"] == "en"
    assert '<html lang="en"' in response.text


def test_french_can_be_chosen_again(client: Client):
    client.post("/langue/", {"language": "en", "next": "/"})
    client.post("/langue/", {"language": "fr", "next": "/"})
    assert client.get("/").headers["Content-Language"] == "fr"


def test_a_language_we_do_not_speak_is_french(client: Client):
    client.cookies["django_language"] = "xx"
    assert client.get("/").headers["Content-Language"] == "fr"


def test_no_cache_shows_one_visitors_language_to_another(client: Client):
    assert "Cookie" in client.get("/").headers["Vary"]
    assert "Cookie" in client.get("/api/v1/cooperatives/").headers["Vary"]


def test_choosing_a_language_leads_nowhere_else(client: Client):
    choice = client.post("/langue/", {"language": "en", "next": "https://ailleurs.example/"})
    assert choice.headers["Location"] == "/"
