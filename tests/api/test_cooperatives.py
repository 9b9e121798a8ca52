"""GET cooperatives/ and cooperatives/<coop>/."""

import base64

import pytest

from tests.api.clients import API, all_pages, client_of, is_problem
from tests.factories import CooperativeFactory

pytestmark = pytest.mark.django_db

URL = f"{API}/cooperatives/"


def test_anyone_reads_what_a_cooperative_is():
    cooperative = CooperativeFactory()
    assert client_of().get(f"{URL}{cooperative.slug}/").json() == {
        "slug": cooperative.slug,
        "short_name": cooperative.short_name,
        "legal_name": cooperative.legal_name,
        "seat_commune": "Loos-en-Gohelle",
        "seat_insee": "62528",
        "founded_on": "2019-07-12",
        "nominal_value": "50.00",
        "is_demo": False,
    }


def test_an_unknown_one_is_a_404():
    assert is_problem(client_of().get(f"{URL}personne/"), 404)


def test_every_cooperative_comes_once_page_after_page():
    slugs = {cooperative.slug for cooperative in CooperativeFactory.create_batch(5)}
    rows = all_pages(client_of(), f"{URL}?page_size=2")
    assert len(rows) == 5
    assert {row["slug"] for row in rows} == slugs


@pytest.mark.parametrize("size", ["0", "-1", "beaucoup", "1e3", ""])
def test_a_page_size_without_a_sense_is_the_usual_one(size: str):
    CooperativeFactory.create_batch(3)
    assert len(client_of().get(f"{URL}?page_size={size}").json()["results"]) == 3


@pytest.mark.parametrize("cursor", ["abc", "cD0", "é", "%00é"])
def test_a_cursor_that_is_none_is_a_404(cursor: str):
    assert is_problem(client_of().get(f"{URL}?cursor={cursor}"), 404)


def test_a_forged_cursor_is_a_404():
    assert is_problem(client_of().get(f"{URL}?cursor={base64.b64encode(b'p=abc').decode()}"), 404)


def test_nothing_can_be_written():
    cooperative = CooperativeFactory()
    for method in ("post", "put", "patch", "delete"):
        response = getattr(client_of(), method)(f"{URL}{cooperative.slug}/")
        assert response.status_code in {401, 405}
