"""The home of the site: every cooperative."""

import pytest
from django.test import Client

from tests.factories import CooperativeFactory
from tests.pages.scene import read

pytestmark = pytest.mark.django_db


def test_every_cooperative_is_there_in_order_and_can_be_entered(client: Client):
    for name in ("Soleil du Sud", "Soleil du Nord"):
        CooperativeFactory(short_name=name, slug=name.lower().replace(" ", "-"), seat_commune="Liévin")
    response = client.get("/")
    text = read(response)
    assert text.index("Soleil du Nord") < text.index("Soleil du Sud")
    assert "SAS Soleil du Nord, Liévin" in text
    assert 'href="/soleil-du-nord/"' in response.text


def test_a_site_without_cooperative_says_so(client: Client):
    assert "Pas encore de coopérative" in read(client.get("/"))


@pytest.mark.parametrize("is_demo", [True, False])
def test_only_a_demonstration_is_marked_as_one(client: Client, is_demo: bool):
    cooperative = CooperativeFactory(demo=is_demo)
    assert ("démonstration" in read(client.get("/"))) is is_demo
    assert ("Données de démonstration" in client.get(f"/{cooperative.slug}/toitures/").text) is is_demo


def test_the_english_page_is_whole(client: Client):
    client.cookies["django_language"] = "en"
    assert "Pas encore" not in read(client.get("/"))
