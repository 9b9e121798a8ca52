"""French, unless the visitor chose English here."""

import pytest
from django.http import HttpResponse, HttpResponseNotAllowed
from django.test import Client, RequestFactory

from mine_de_soleil.core.middleware import way_back_from_forms

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


BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def test_reloading_what_a_form_was_sent_to_leads_to_the_page_above(client: Client):
    def sent(path: str, **more: str) -> HttpResponse:
        request = RequestFactory().get(path, headers=more or BROWSER)
        return way_back_from_forms(lambda _: HttpResponseNotAllowed(["POST"]))(request)

    assert sent("/coop/conseil/titulaires/21/deces/").headers["Location"] == "/coop/conseil/titulaires/21/"
    # Nothing is at "representants/3/": the next address up that is known.
    deep = "/coop/conseil/titulaires/21/representants/3/fin/"
    assert sent(deep).headers["Location"] == "/coop/conseil/titulaires/21/representants/"
    for bare in (sent("/coop/conseil/statuts/deposer/", Accept="*/*"), sent("/api/v1/cooperatives/")):
        assert (bare.status_code, bare.content) == (405, b"")


def test_a_form_sent_to_a_page_gets_a_page_that_says_so(client: Client):
    answer = client.post("/accessibilite/", headers=BROWSER)
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert "Cette adresse ne s’ouvre pas de cette façon." in answer.text
