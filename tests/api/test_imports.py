"""POST imports/ and GET imports/<id>/."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from installations.models import Meter
from production.api import imports as api
from production.models import MeterFile, Reading, ReadingImport
from production.services.imports import store_waiting_import
from shareholders.roles import Role
from tests.api.clients import API, client_of, client_with, is_problem
from tests.factories import CooperativeFactory, plant_with_meter
from tests.production.bad_files import GOOD, BadFile, every_bad_file, expects_another_prm
from tests.production.deliveries import bring

pytestmark = pytest.mark.django_db

URL = f"{API}/imports/"


@pytest.fixture
def meter() -> Meter:
    return plant_with_meter()


@pytest.fixture
def operator(meter: Meter) -> APIClient:
    return client_with(meter.plant.cooperative, Role.OPERATOR)


def post(client: APIClient, meter: Meter, name: str = "juin.csv", content: bytes = GOOD, **more: Any) -> Any:
    form = {"meter": meter.code, "file": SimpleUploadedFile(name, content), **more}
    return client.post(URL, form, format="multipart")


def nothing_is_stored() -> bool:
    return not (Reading.objects.exists() or MeterFile.objects.exists() or ReadingImport.objects.exists())


def test_a_good_file_is_accepted_then_stored_by_the_worker(meter: Meter, operator: APIClient):
    response = post(operator, meter)
    assert response.status_code == 202
    accepted = response.json()
    assert (accepted["state"], accepted["energy_wh"], accepted["rows_stored"]) == ("waiting", 24_000, 0)
    store_waiting_import(accepted["id"])
    done = operator.get(f"{URL}{accepted['id']}/").json()
    assert (done["state"], done["rows_stored"], done["meter"], done["file"]) == (
        "stored",
        24,
        meter.code,
        "juin.csv",
    )


def test_a_dry_run_stores_no_reading(meter: Meter, operator: APIClient):
    assert post(operator, meter, dry_run="true").json()["state"] == "checked"
    assert not Reading.objects.exists()


BARE = GOOD.replace(b"energie_wh", b"energie")


def test_the_sender_may_say_what_the_file_leaves_out(meter: Meter, operator: APIClient):
    assert is_problem(post(operator, meter, content=BARE), 422)
    accepted = post(operator, meter, content=BARE, unit="W", label="end").json()
    assert (accepted["energy_wh"], accepted["first_start"]) == (24_000, "2025-06-09T23:00:00+02:00")


def test_a_dry_run_says_what_would_change(meter: Meter, operator: APIClient):
    bring(meter, GOOD)
    checked = post(operator, meter, dry_run="true").json()
    assert (checked["rows_new"], checked["rows_unchanged"], checked["rows_stored"]) == (0, 24, 0)


def test_the_name_another_cooperative_gave_the_same_bytes_is_not_told(meter: Meter, operator: APIClient):
    bring(plant_with_meter(), GOOD, "chez-eux.csv")
    assert post(operator, meter).json()["file"] == "juin.csv"


@every_bad_file
def test_a_bad_file_is_a_422_that_names_it_and_nothing_is_stored(
    meter: Meter, operator: APIClient, bad: BadFile
):
    response = post(operator, expects_another_prm(meter), bad.name, bad.content)
    assert is_problem(response, 422)
    document = response.json()
    first = document["errors"][0]
    assert bad.name in first["message"]
    assert "Que faire" in first["message"]
    if bad.line:
        assert first["line"] == bad.line
        assert f"ligne {bad.line}" in first["message"]
    assert all(word in first["message"] for word in bad.words)
    assert document["rows_refused"] >= 1
    assert ("import" in document) == bad.rest
    assert not Reading.objects.exists()


def test_a_file_above_the_limit_is_a_413_and_is_never_read(
    meter: Meter, operator: APIClient, monkeypatch: pytest.MonkeyPatch
):
    def read(*args: object) -> bytes:
        raise AssertionError("read into memory")

    monkeypatch.setattr(api, "MAX_FILE_BYTES", 1_500_000)
    monkeypatch.setattr(TemporaryUploadedFile, "read", read)
    response = post(operator, meter, "enorme.csv", bytes(2_000_000))
    assert is_problem(response, 413)
    assert nothing_is_stored()


@pytest.mark.parametrize("missing", ["meter", "file"])
def test_a_missing_field_is_named(meter: Meter, operator: APIClient, missing: str):
    form = {"meter": meter.code, "file": SimpleUploadedFile("juin.csv", GOOD)}
    del form[missing]
    response = operator.post(URL, form, format="multipart")
    assert is_problem(response, 400)
    assert set(response.json()["errors"]) == {missing}


@pytest.mark.parametrize(
    ("field", "value"),
    [("format", "pdf"), ("dry_run", "peut-être"), ("meter", "\0"), ("unit", "BTU"), ("label", "milieu")],
)
def test_a_field_that_means_nothing_is_named(meter: Meter, operator: APIClient, field: str, value: str):
    form = {"meter": meter.code, "file": SimpleUploadedFile("juin.csv", GOOD)} | {field: value}
    response = operator.post(URL, form, format="multipart")
    assert is_problem(response, 400)
    assert set(response.json()["errors"]) == {field}


@pytest.mark.parametrize("content_type", ["application/json", "text/csv"])
def test_another_content_type_is_a_415(operator: APIClient, content_type: str):
    assert is_problem(operator.post(URL, "{}", content_type=content_type), 415)


@pytest.mark.parametrize("name", ["n" * 300 + ".csv", "été à Loos.csv", "../../etc/passwd", "💡.csv"])
def test_any_file_name_will_do(meter: Meter, operator: APIClient, name: str):
    assert post(operator, meter, name).status_code == 202


def test_a_visitor_is_a_401(meter: Meter):
    assert is_problem(post(client_of(), meter), 401)
    assert nothing_is_stored()


@pytest.mark.parametrize("role", [Role.SHAREHOLDER, Role.BOARD, Role.AUDITOR, Role.MUNICIPALITY])
def test_only_the_operator_brings_files(meter: Meter, role: Role):
    assert is_problem(post(client_with(meter.plant.cooperative, role), meter), 403)
    assert nothing_is_stored()


def test_the_meter_of_another_cooperative_is_not_there(meter: Meter):
    assert is_problem(post(client_with(CooperativeFactory(), Role.OPERATOR), meter), 404)
    assert nothing_is_stored()


# GET imports/<id>/


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.BOARD, Role.AUDITOR])
def test_who_sees_the_operation_sees_an_import_without_its_bytes_being_loaded(meter: Meter, role: Role):
    done = bring(meter, GOOD)
    client = client_with(meter.plant.cooperative, role)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(f"{URL}{done.pk}/").json()["file_id"] == done.file_id
    assert not any('"packed"' in query["sql"] for query in queries)


def test_an_import_is_hidden_from_others(meter: Meter):
    url = f"{URL}{bring(meter, GOOD).pk}/"
    assert is_problem(client_of().get(url), 401)
    assert is_problem(client_with(CooperativeFactory(), Role.OPERATOR).get(url), 404)
    assert is_problem(client_with(meter.plant.cooperative, Role.SHAREHOLDER).get(url), 403)


@pytest.mark.parametrize("pk", [0, 10**30])
def test_an_unknown_import_is_a_404(operator: APIClient, pk: int):
    assert is_problem(operator.get(f"{URL}{pk}/"), 404)


# Quarantine

NEGATIVE = GOOD.replace(b"T03:00:00Z;", b"T03:00:00Z;-")


def test_a_faulty_file_is_a_422_with_its_import_and_what_the_rest_brings(meter: Meter, operator: APIClient):
    response = post(operator, meter, content=NEGATIVE)
    assert is_problem(response, 422)
    document = response.json()
    assert [error["line"] for error in document["errors"]] == [7]
    hold = document["quarantine"]
    assert (hold["why"], hold["rows"], hold["energy_wh"], hold["left_out"]) == ("lines", 23, 23_000, [[7, 7]])
    assert operator.get(f"{URL}{document['import']}/").json()["state"] == "quarantined"


def test_consent_stores_the_rest_once(meter: Meter, operator: APIClient):
    pk = post(operator, meter, content=NEGATIVE).json()["import"]
    accepted = operator.post(f"{URL}{pk}/consent/", {}, format="json")
    assert accepted.status_code == 202
    assert (accepted.json()["state"], accepted.json()["left_out"]) == ("waiting", [[7, 7]])
    assert is_problem(operator.post(f"{URL}{pk}/consent/", {}, format="json"), 409)
    store_waiting_import(pk)
    assert Reading.objects.count() == 23


def test_consent_to_something_else_than_what_is_told_stores_nothing(meter: Meter, operator: APIClient):
    told = post(operator, meter, content=NEGATIVE).json()
    url = f"{URL}{told['import']}/consent/"
    other = operator.post(url, {"hold": "0" * 16}, format="json")
    assert is_problem(other, 409)
    assert other.json()["quarantine"] == told["quarantine"]
    assert operator.post(url, {"hold": told["quarantine"]["id"]}, format="json").status_code == 202


def test_a_part_that_the_file_does_not_have_is_refused(meter: Meter, operator: APIClient):
    answer = post(operator, meter, part="a")
    assert is_problem(answer, 422)
    assert "n’a pas de partie" in answer.json()["detail"]
    assert not ReadingImport.objects.exists()


def test_a_part_said_of_a_file_without_parts_is_not_kept(meter: Meter, operator: APIClient):
    pk = post(operator, meter, content=NEGATIVE).json()["import"]
    assert operator.post(f"{URL}{pk}/consent/", {"part": "zzz"}, format="json").status_code == 202
    assert ReadingImport.objects.get(pk=pk).asked_part == ""


def test_a_file_is_dropped_once(meter: Meter, operator: APIClient):
    pk = post(operator, meter, content=NEGATIVE).json()["import"]
    assert operator.post(f"{URL}{pk}/discard/").json()["state"] == "discarded"
    assert is_problem(operator.post(f"{URL}{pk}/discard/"), 409)
    assert not Reading.objects.exists()


@pytest.mark.parametrize("act", ["consent", "discard"])
def test_only_the_operator_decides_of_a_file_in_quarantine(meter: Meter, operator: APIClient, act: str):
    pk = post(operator, meter, content=NEGATIVE).json()["import"]
    assert is_problem(client_of().post(f"{URL}{pk}/{act}/"), 401)
    assert is_problem(client_with(meter.plant.cooperative, Role.BOARD).post(f"{URL}{pk}/{act}/"), 403)
    assert is_problem(client_with(CooperativeFactory(), Role.OPERATOR).post(f"{URL}{pk}/{act}/"), 404)
    assert ReadingImport.objects.get(pk=pk).state == "quarantined"


def test_a_program_may_say_what_the_columns_hold(meter: Meter, operator: APIClient):
    said = {
        "titles": ["horodate_utc", "energie"],
        "first_line": 2,
        "separator": ";",
        "instant": "horodate_utc",
        "values": ["energie"],
        "unit": "Wh",
        "time_zone": "UTC",
    }
    accepted = post(operator, meter, content=BARE, mapping=json.dumps(said)).json()
    assert (accepted["found_format"], accepted["energy_wh"]) == ("mapped", 24_000)


@pytest.mark.parametrize(
    "said", ["[]", "{}", '{"titles": 3}', '"x"', "3", '{"titles": ["a"], "values": [["a"]]}']
)
def test_a_mapping_of_another_shape_is_refused_with_a_sentence(meter: Meter, operator: APIClient, said: str):
    response = post(operator, meter, content=BARE, mapping=said)
    assert response.status_code in {400, 422}
    assert response.json()["detail"]
    assert "a mapping" not in response.json()["detail"]
    assert not Reading.objects.exists()
