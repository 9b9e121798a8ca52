"""GET and POST …/weathers/, and a plant's expected days."""

import datetime as dt
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from installations.models import Plant
from production.models import ExpectedDay, FrozenWeather
from production.services.expected import expect_days
from shareholders.roles import Role
from tests.api.clients import API, all_pages, client_of, client_with, is_problem
from tests.factories import plant_with_meter
from tests.production.weather_files import MAPPING, july_weather, kept_weather, logger_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def plant() -> Plant:
    return plant_with_meter(commissioned_on=dt.date(2020, 1, 1)).plant


def url(plant: Plant) -> str:
    return f"{API}/cooperatives/{plant.cooperative.slug}/weathers/"


def post(plant: Plant, content: bytes, name: str = "f.json", /, **more: Any) -> Any:
    client = more.pop("client", None) or client_with(plant.cooperative, Role.OPERATOR)
    key = more.pop("key", "")
    headers = {"Idempotency-Key": key} if key else {}
    form = {"file": SimpleUploadedFile(name, content), **more}
    return client.post(url(plant), form, format="multipart", headers=headers)


def test_a_file_is_kept_and_listed_with_its_hash(plant: Plant):
    response = post(plant, july_weather())
    assert response.status_code == 201
    kept = response.json()["weather"]
    (listed,) = all_pages(client_with(plant.cooperative, Role.AUDITOR), url(plant))
    assert listed["sha256"] == kept["sha256"] == FrozenWeather.objects.get().sha256
    detail = client_with(plant.cooperative, Role.BOARD).get(f"{url(plant)}{kept['id']}/").json()
    assert detail["details"]["method"] == "open-meteo-archive"


def test_a_dry_run_keeps_nothing(plant: Plant):
    response = post(plant, july_weather(), dry_run="true")
    assert response.status_code == 200
    assert response.json()["weather"] is None
    assert response.json()["summary"]["sums"]["irradiation_kwh_m2"]["ghi"] > 100
    assert not FrozenWeather.objects.exists()


def test_the_same_file_again_is_told_and_kept_once(plant: Plant):
    first = post(plant, july_weather()).json()
    again = post(plant, july_weather())
    assert again.status_code == 200
    assert again.json()["already_kept"] is True
    assert again.json()["weather"]["id"] == first["weather"]["id"]


def test_the_same_key_brings_once(plant: Plant):
    client = client_with(plant.cooperative, Role.OPERATOR)
    first, again = (post(plant, july_weather(), client=client, key="k").json() for _ in range(2))
    assert first == again
    assert FrozenWeather.objects.count() == 1


def test_sensors_come_with_their_mapping(plant: Plant):
    response = post(plant, logger_file(), "a.csv", plant=plant.slug, mapping=json.dumps(MAPPING))
    assert response.status_code == 201
    assert response.json()["weather"]["plant"] == plant.slug


@pytest.mark.parametrize(
    ("content", "more"),
    [
        (b"", {}),
        (b"a;b\n1;2\n", {}),
        (logger_file(), {"mapping": json.dumps(MAPPING)}),
        (july_weather()[:-900], {}),
    ],
)
def test_a_refused_file_is_a_422_with_its_code_and_keeps_nothing(
    plant: Plant, content: bytes, more: dict[str, Any]
):
    response = post(plant, content, **more)
    assert is_problem(response, 422)
    assert response.json()["errors"][0]["code"]
    assert not FrozenWeather.objects.exists()


def test_sensors_without_a_mapping_are_a_422(plant: Plant):
    response = post(plant, logger_file(), "a.csv", plant=plant.slug, mapping="null")
    assert is_problem(response, 422)


@pytest.mark.parametrize(
    "mapping",
    [
        "{}",
        "[]",
        '"x"',
        '{"columns": [3]}',
        "[" * 100_000,
        json.dumps({**MAPPING, "timezone": "Europe"}),
        json.dumps({**MAPPING, "timezone": "A" * 20_000}),
        json.dumps({**MAPPING, "instant": "\0"}),
        *(
            json.dumps({**MAPPING, "columns": [{**MAPPING["columns"][0], "plane": plane}]})  # type: ignore[index,dict-item]
            for plane in ("\0", "\ud800", "x" * 100_000, "99", "-1")
        ),
    ],
    ids=lambda mapping: mapping[:20],
)
def test_a_mapping_nothing_can_be_read_by_is_a_400_and_keeps_nothing(plant: Plant, mapping: str):
    response = post(plant, logger_file(), "a.csv", plant=plant.slug, mapping=mapping)
    assert is_problem(response, 400)
    assert not FrozenWeather.objects.exists()


def test_a_mapping_that_is_no_json_is_a_400(plant: Plant):
    assert is_problem(post(plant, logger_file(), "a.csv", plant=plant.slug, mapping="{"), 400)


def test_a_roof_of_somebody_else_isnt_there(plant: Plant):
    other = plant_with_meter().plant
    assert is_problem(post(plant, logger_file(), "a.csv", plant=other.slug), 404)


# expected days


def days_url(plant: Plant, more: str = "") -> str:
    return (
        f"{API}/cooperatives/{plant.cooperative.slug}/plants/{plant.slug}/expected-days/"
        f"?from=2025-06-01&to=2025-06-30{more}"
    )


@pytest.fixture
def told(plant: Plant) -> Plant:
    expect_days([plant], kept_weather(), kind=ExpectedDay.Kind.PAST)
    return plant


def test_expected_days_are_public_and_name_their_weather(told: Plant):
    rows = all_pages(client_of(), days_url(told))
    assert [row["day"] for row in rows][:2] == ["2025-06-02", "2025-06-03"]
    assert all(row["energy_wh"] > 50_000 for row in rows)
    assert {row["weather_sha256"] for row in rows} == {FrozenWeather.objects.get().sha256}


def test_pages_of_days_neither_repeat_nor_hide(told: Plant):
    whole = all_pages(client_of(), days_url(told))
    pages = []
    next_page: str | None = days_url(told, "&page_size=7")
    while next_page:
        page = client_of().get(next_page).json()
        pages += page["results"]
        next_page = page["next"]
    assert pages == whole


def test_a_day_told_again_is_given_as_told_last(told: Plant):
    before = all_pages(client_of(), days_url(told))
    later = kept_weather(july_weather())
    ExpectedDay.objects.create(
        plant=told, day=dt.date(2025, 6, 5), kind="past", energy_wh=7, weather=later, engine="x"
    )
    after = all_pages(client_of(), days_url(told))
    assert len(after) == len(before)
    assert {row["day"]: row["energy_wh"] for row in after}["2025-06-05"] == 7


def test_days_ahead_are_asked_by_kind(told: Plant):
    assert client_of().get(days_url(told, "&kind=ahead")).json()["results"] == []
    assert is_problem(client_of().get(days_url(told, "&kind=ever")), 400)
