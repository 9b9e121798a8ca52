"""…/plants/<plant>/studies/: reading, drafting, freezing."""

import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone

from installations.models import Plant, TechnicalSheet
from production.models import Forecast, FrozenWeather
from production.services.weather import keep_weather
from production.study import Study
from production.weather import get_typical_year
from production.weather.meta import describe
from shareholders.roles import Role
from tests.api.clients import API, all_pages, client_of, client_with, is_problem
from tests.factories import (
    CooperativeFactory,
    PlantFactory,
    PVArrayFactory,
    flat_forecast,
    frozen_study,
    member,
)

pytestmark = pytest.mark.django_db

TODAY = dt.date(2025, 6, 16)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda *_, **__: TODAY)


@pytest.fixture
def roof() -> Plant:
    plant = PlantFactory()
    PVArrayFactory(plant=plant, tilt_deg=35)
    return plant


def url_of(plant: Plant, path: str = "") -> str:
    return f"{API}/cooperatives/{plant.cooperative.slug}/plants/{plant.slug}/studies/{path}"


def test_what_is_drafted_is_what_is_frozen(roof: Plant):
    client = client_with(roof.cooperative, Role.OPERATOR)
    draft = client.post(url_of(roof, "draft/"), {}, format="json")
    assert draft.status_code == 200 and not Forecast.objects.exists()
    study = Study.from_json(draft.json())
    made = client.post(url_of(roof), {"seen": study.fingerprint}, format="json")
    assert made.status_code == 201
    assert made.json()["fingerprint"] == study.fingerprint
    assert (made.json()["year_p50_wh"], made.json()["valid_from"]) == (study.year_wh, "2020-03-01")
    told = client.get(url_of(roof, f"{made.json()['id']}/")).json()
    assert Study.from_json(told["study"]) == study


def test_the_list_is_newest_first_and_without_the_studies_themselves(roof: Plant):
    old = flat_forecast(roof)
    new = [frozen_study(roof).pk for _ in range(3)]
    rows = all_pages(client_with(roof.cooperative, Role.BOARD), url_of(roof, "?page_size=2"))
    assert [row["id"] for row in rows] == [*reversed(new), old.pk]
    assert rows[-1]["fingerprint"] is None and rows[0]["fingerprint"]
    assert "study" not in rows[0]


def test_a_forecast_older_than_studies_is_its_figures_alone(roof: Plant):
    old = flat_forecast(roof)
    told = client_with(roof.cooperative, Role.AUDITOR).get(url_of(roof, f"{old.pk}/")).json()
    assert told["study"] is None and told["year_p50_wh"] == 36_000_000


def test_a_key_sent_again_freezes_once(roof: Plant):
    client = client_with(roof.cooperative, Role.OPERATOR)
    sent = [client.post(url_of(roof), {}, format="json", headers={"Idempotency-Key": "un"}) for _ in range(2)]
    assert sent[0].json() == sent[1].json()
    assert sent[1].headers["Idempotency-Replayed"] == "true"
    assert Forecast.objects.count() == 1


def test_a_study_that_moved_or_judges_the_past_is_a_409(roof: Plant):
    client = client_with(roof.cooperative, Role.OPERATOR)
    seen = client.post(url_of(roof, "draft/"), {}, format="json").json()["fingerprint"]
    TechnicalSheet.objects.create(plant=roof, losses={"soiling": 0.3}, physics={}, horizon_deg=[])
    assert is_problem(client.post(url_of(roof), {"seen": seen}, format="json"), 409)
    assert not Forecast.objects.exists()
    flat_forecast(roof)
    answer = client.post(url_of(roof), {"valid_from": "2024-01-01"}, format="json")
    assert is_problem(answer, 409) and "16 juin 2025" in answer.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [
        {"weather": 99},
        {"weather": -1},
        {"weather": 2**40},
        {"weather": "x"},
        {"weather": [1]},
        {"valid_from": "31/02/2026"},
        {"valid_from": "0001-01-01"},
        {"valid_from": "9999-12-31"},
        {"seen": "x" * 65},
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_frozen(roof: Plant, body: dict[str, object]):
    answer = client_with(roof.cooperative, Role.OPERATOR).post(url_of(roof), body, format="json")
    assert is_problem(answer, 400)
    assert list(answer.json()["errors"]) == list(body)
    assert not Forecast.objects.exists()


def test_a_part_of_a_year_is_a_422_with_its_days(roof: Plant):
    data, meta = get_typical_year(50.456, 2.795, 55)
    part = data.iloc[: 24 * 30]
    kept: FrozenWeather = keep_weather(part, describe(part, meta))
    client = client_with(roof.cooperative, Role.OPERATOR)
    for path in ("", "draft/"):
        answer = client.post(url_of(roof, path), {"weather": kept.pk}, format="json")
        assert is_problem(answer, 422) and "couvre 30 jours" in answer.json()["detail"]
    assert not Forecast.objects.exists()


def test_overseas_and_without_panels_are_422s():
    coop = CooperativeFactory(latitude_deg=-21.3, longitude_deg=55.5)
    far = PlantFactory(cooperative=coop, latitude_deg=-21.3, longitude_deg=55.5)
    PVArrayFactory(plant=far)
    bare = PlantFactory(cooperative=coop)
    client = client_with(coop, Role.OPERATOR)
    answer = client.post(url_of(far, "draft/"), {}, format="json")
    assert is_problem(answer, 422) and "EPW ou PVGIS" in answer.json()["detail"]
    assert is_problem(client.post(url_of(bare), {}, format="json"), 422)


@pytest.mark.as_owner
def test_an_altered_study_is_a_409(roof: Plant):
    forecast = frozen_study(roof)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE production_forecast SET study = jsonb_set(study, '{place}', '\"Ailleurs\"')")
    answer = client_with(roof.cooperative, Role.BOARD).get(url_of(roof, f"{forecast.pk}/"))
    assert is_problem(answer, 409)


def test_a_municipality_reads_its_own_roofs_alone(roof: Plant):
    elsewhere = PlantFactory(cooperative=roof.cooperative, commune="Lens", commune_insee="62498")
    client = client_of(member(roof.cooperative, Role.MUNICIPALITY))
    for plant, status in ((roof, 200), (elsewhere, 403)):
        assert client.get(url_of(plant)).status_code == status
        assert client.get(url_of(plant, f"{frozen_study(plant).pk}/")).status_code == status
    assert is_problem(client.post(url_of(roof), {}, format="json"), 403)


def test_the_list_asks_no_more_for_many(roof: Plant, assert_flat_queries):
    client = client_with(roof.cooperative, Role.BOARD)
    frozen_study(roof)
    assert_flat_queries(lambda: client.get(url_of(roof)), lambda: [frozen_study(roof) for _ in range(4)])
