"""…/sales/: contracts, months and invoices read, statements brought."""

import json
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from installations.models import Plant
from production.models import BuyerStatement
from production.services.sales.invoices import cancel_invoice
from shareholders.roles import Role
from tests.api.clients import API, all_pages, client_with, is_problem
from tests.factories import CooperativeFactory
from tests.production.sales.scenes import NOW, TODAY, a_roof, june, sold

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def roof() -> Plant:
    return a_roof()


def url_of(plant: Plant, path: str) -> str:
    return f"{API}/cooperatives/{plant.cooperative.slug}/sales/{path}"


def test_contracts_tell_each_figure_with_its_source_and_mark(roof: Plant):
    sold(roof)
    [told] = all_pages(client_with(roof.cooperative, Role.AUDITOR), url_of(roof, "contracts/"))
    assert (told["plant"], told["kind"], told["edition"]) == (roof.slug, "purchase", 1)
    [price] = told["terms"]["prices"]
    assert price["figure"] == {"value": "7.92", "source": "contrat signé", "mark": "C"}


def test_months_go_from_energy_to_euros_and_name_their_invoice(roof: Plant):
    june(sold(roof))
    client = client_with(roof.cooperative, Role.OPERATOR)
    told = client.get(url_of(roof, "months/"), {"year": 2025}).json()
    first, july = told["months"]
    assert (first["net_eur"], first["energy_wh"], first["invoice"]) == ("462.24", 5_760_000, "2025-0001")
    assert first["lines"][0]["coefficient"]["value"] == "1.013250000000"
    assert (july["days_read"], july["invoice"]) == (0, None)
    assert client.get(url_of(roof, "months/"), {"year": 2024}).json()["months"] == []
    for year in ("abc", "1", "99999"):
        assert is_problem(client.get(url_of(roof, "months/"), {"year": year}), 400)


def test_invoices_come_in_order_with_what_takes_them_back(roof: Plant):
    issued = june(sold(roof))
    cancel_invoice(actor=None, target=issued, reason="x", today=TODAY)
    first, second = all_pages(client_with(roof.cooperative, Role.BOARD), url_of(roof, "invoices/"))
    assert (first["number"], first["total_eur"], first["cancels"]) == ("2025-0001", "462.24", None)
    assert (second["number"], second["total_eur"], second["cancels"]) == ("2025-0002", "-462.24", "2025-0001")


def statements_url(plant: Plant) -> str:
    return url_of(plant, f"contracts/{sold(plant).pk}/statements/")


LINE = {"first_day": "2025-06-01", "last_day": "2025-06-30", "amount_eur": "461.07", "energy_wh": 5_760_000}


def test_a_statement_is_compared_in_the_answer_and_kept_once(roof: Plant):
    client, url = client_with(roof.cooperative, Role.OPERATOR), statements_url(roof)
    asked = {"lines": [LINE | {"price": "7.90", "coefficient": "1.01325"}]}
    made, again = client.post(url, asked, format="json"), client.post(url, asked, format="json")
    assert (made.status_code, again.status_code) == (201, 200)
    told = made.json()
    assert (told["difference_eur"], told["agrees"]) == ("-1.17", False)
    assert told["lines"][0]["causes"] == {"price": "-1.17"}
    assert "le prix du relevé est 7,9" in told["lines"][0]["sentences"][0]
    assert BuyerStatement.objects.count() == 1


def test_a_file_is_read_and_a_bad_one_refused_with_its_lines(roof: Plant):
    client, url = client_with(roof.cooperative, Role.TREASURER), statements_url(roof)
    good = SimpleUploadedFile("r.csv", b"mois;montant\n2025-06;462,24\n")
    assert client.post(url, {"file": good}, format="multipart").json()["agrees"] is True
    bad = SimpleUploadedFile("r.csv", b"mois;montant\n2025-06;un\n2025-99;1\n")
    refused = client.post(url, {"file": bad}, format="multipart")
    assert is_problem(refused, 422)
    assert [fault["line"] for fault in refused.json()["errors"]] == [2, 3]


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"lines": []},
        {"lines": [LINE | {"last_day": "2025-05-01"}]},
        {"lines": [LINE | {"first_day": "0001-01-01"}]},
        {"lines": [LINE | {"last_day": "9999-12-31"}]},
        {"lines": [LINE | {"amount_eur": "1.234"}]},
        {"lines": [LINE | {"amount_eur": "1e40"}]},
        {"lines": [LINE | {"energy_wh": -1}]},
        {"lines": [LINE | {"price": "1e9"}]},
        {"lines": [LINE | {"part": "prime"}]},
        {"lines": "non"},
    ],
)
def test_statements_that_cannot_be_are_problems(roof: Plant, wrong: dict[str, object]):
    client = client_with(roof.cooperative, Role.TREASURER)
    answer = client.post(statements_url(roof), wrong, format="json")
    assert answer.status_code in (400, 422) and is_problem(answer, answer.status_code)
    assert not BuyerStatement.objects.exists()


def test_half_a_character_is_a_problem_and_no_failure(roof: Plant):
    client = client_with(roof.cooperative, Role.TREASURER)
    body = json.dumps({"lines": [LINE | {"part": "\ud800"}]})
    answer = client.post(statements_url(roof), body, content_type="application/json")
    assert is_problem(answer, 400)
    assert "?" in answer.json()["errors"]["lines"]["0"]["part"][0]


def test_another_cooperatives_contract_isnt_there(roof: Plant):
    contract, other = sold(roof), CooperativeFactory()
    url = f"{API}/cooperatives/{other.slug}/sales/contracts/{contract.pk}/statements/"
    client = client_with(other, Role.TREASURER)
    assert is_problem(client.post(url, {"lines": [LINE]}, format="json"), 404)


def test_an_amount_is_a_text_never_a_float(roof: Plant):
    june(sold(roof, price=Decimal("7.92")))
    answer = client_with(roof.cooperative, Role.AUDITOR).get(url_of(roof, "invoices/"))
    assert b'"462.24"' in answer.content
