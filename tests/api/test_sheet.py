"""GET and PUT …/plants/<plant>/sheet/."""

from typing import Any

import pytest

from installations.models import Plant, TechnicalSheet
from shareholders.roles import Role
from tests.api.clients import API, client_with, is_problem
from tests.factories import plant_with_meter

pytestmark = pytest.mark.django_db


@pytest.fixture
def plant() -> Plant:
    return plant_with_meter().plant


def url(plant: Plant) -> str:
    return f"{API}/cooperatives/{plant.cooperative.slug}/plants/{plant.slug}/sheet/"


def put(plant: Plant, sheet: dict[str, Any]) -> Any:
    return client_with(plant.cooperative, Role.OPERATOR).put(url(plant), sheet, format="json")


def test_a_sheet_is_put_whole_and_read_back(plant: Plant):
    sheet = {"losses": {"soiling": [0.01] * 11 + [0.02]}, "physics": {"albedo": 0.3}, "horizon_deg": [2] * 8}
    assert put(plant, sheet).status_code == 200
    found = client_with(plant.cooperative, Role.AUDITOR).get(url(plant)).json()
    assert found["losses"] == sheet["losses"]
    assert found["physics"] == {"albedo": 0.3}
    assert found["horizon_deg"] == [2.0] * 8
    assert found["defaults"]["losses"]["wiring"] == 0.02


def test_another_change_meanwhile_is_a_409(plant: Plant):
    seen = client_with(plant.cooperative, Role.BOARD).get(url(plant)).json()["seen"]
    assert put(plant, {"losses": {"wiring": 0.03}, "seen": seen}).status_code == 200
    response = put(plant, {"losses": {"wiring": 0.09}, "seen": seen})
    assert is_problem(response, 409)
    assert TechnicalSheet.objects.get().losses == {"wiring": 0.03}


@pytest.mark.parametrize(
    ("sheet", "field"),
    [
        ({"losses": {"wiring": 3}}, "wiring"),
        ({"losses": {"x": 3}}, "x"),
        ({"physics": {"module": "nothing like it"}}, "module"),
        ({"horizon_deg": [1, 2, 3]}, "horizon_deg"),
    ],
)
def test_what_the_engine_refuses_is_a_422_by_field(plant: Plant, sheet: dict[str, Any], field: str):
    response = put(plant, sheet)
    assert is_problem(response, 422)
    assert set(response.json()["errors"]) == {field}
    assert not TechnicalSheet.objects.exists()


@pytest.mark.parametrize(
    "sheet", [{"losses": 3}, {"horizon_deg": "x"}, {"horizon_deg": [1] * 361}, {"source": 3 * ["x"]}]
)
def test_another_shape_is_a_400(plant: Plant, sheet: dict[str, Any]):
    assert is_problem(put(plant, sheet), 400)


def test_the_same_key_gets_the_first_answer(plant: Plant):
    client = client_with(plant.cooperative, Role.OPERATOR)
    headers, sheet = {"Idempotency-Key": "k"}, {"losses": {"wiring": 0.03}}
    first = client.put(url(plant), sheet, format="json", headers=headers)
    put(plant, {"losses": {"wiring": 0.05}})
    again = client.put(url(plant), sheet, format="json", headers=headers)
    assert first.json() == again.json()
    assert TechnicalSheet.objects.get().losses == {"wiring": 0.05}


@pytest.mark.parametrize("role", [Role.SHAREHOLDER, Role.MUNICIPALITY])
def test_others_are_kept_out(plant: Plant, role: Role):
    client = client_with(plant.cooperative, role)
    assert is_problem(client.get(url(plant)), 403)
    assert is_problem(client.put(url(plant), {}, format="json"), 403)


@pytest.mark.parametrize("sheet", [{"loses": {"soiling": 0.02}}, {"xx": 1}, {"losses": {}, "Source": "x"}])
def test_a_misspelt_name_is_a_400_and_wipes_nothing(plant: Plant, sheet: dict[str, Any]):
    assert put(plant, {"losses": {"wiring": 0.03}, "source": "visite"}).status_code == 200
    assert is_problem(put(plant, sheet), 400)
    kept = TechnicalSheet.objects.get()
    assert (kept.losses, kept.source) == ({"wiring": 0.03}, "visite")


def test_what_was_read_can_be_put_back_as_it_is(plant: Plant):
    client = client_with(plant.cooperative, Role.OPERATOR)
    put(plant, {"losses": {"wiring": 0.03}})
    assert client.put(url(plant), client.get(url(plant)).json(), format="json").status_code == 200
    assert TechnicalSheet.objects.get().losses == {"wiring": 0.03}
