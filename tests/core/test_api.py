"""What every API route shares: problem documents, and writes that are done once."""

import datetime as dt
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils.functional import Promise
from rest_framework.test import APIClient

from installations.models import Meter
from mine_de_soleil.core.api import _TITLES
from mine_de_soleil.core.models import IdempotentAnswer, User
from production.models import ReadingImport
from shareholders.roles import Role
from tests.factories import CooperativeFactory, hourly_csv, member, plant_with_meter

pytestmark = pytest.mark.django_db

IMPORTS = "/api/v1/imports/"
DAY = hourly_csv(dt.datetime(2025, 6, 14, tzinfo=dt.UTC), [4_000] * 24)
OTHER_DAY = hourly_csv(dt.datetime(2025, 6, 15, tzinfo=dt.UTC), [4_000] * 24)


@pytest.fixture
def meter() -> Meter:
    return plant_with_meter()


@pytest.fixture
def operator(meter: Meter) -> User:
    return member(meter.plant.cooperative, Role.OPERATOR)


@pytest.fixture
def api(operator: User) -> APIClient:
    """The operator's own client."""
    return client_of(operator)


@pytest.fixture
def meter_and_operator(transactional_db: None) -> Iterator[tuple[Meter, User]]:
    """Both committed, for tests with several connections."""
    meter = plant_with_meter()
    yield meter, member(meter.plant.cooperative, Role.OPERATOR)


def client_of(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def bring(
    api: APIClient, meter: Meter, content: bytes = DAY, *, key: str = "", name: str = "juin.csv"
) -> Any:
    """Post a meter file as a dry run: checked and reported, with nothing left for a worker."""
    form = {"meter": meter.code, "file": SimpleUploadedFile(name, content), "dry_run": "true"}
    return api.post(IMPORTS, form, format="multipart", headers={"Idempotency-Key": key} if key else {})


def assert_problem(response: Any, status: int, title: str) -> None:
    """An RFC 9457 document of that status."""
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    document = response.json()
    assert document["type"] == "about:blank"
    assert (document["title"], document["status"]) == (title, status)
    assert document["detail"]


# --- once per key -----------------------------------------------------------------------------------------


def test_without_a_key_each_request_is_done(api: APIClient, meter: Meter):
    assert bring(api, meter).json()["id"] != bring(api, meter).json()["id"]


def test_the_same_key_twice_is_done_once_and_answered_the_same(api: APIClient, meter: Meter):
    first, second = bring(api, meter, key="a"), bring(api, meter, key="a")
    assert first.status_code == second.status_code == 202
    assert first.json() == second.json()
    assert ReadingImport.objects.count() == 1
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"


def test_another_key_is_another_request(api: APIClient, meter: Meter):
    bring(api, meter, key="a")
    bring(api, meter, key="b")
    assert ReadingImport.objects.count() == 2


def test_the_same_key_with_another_body_is_refused(api: APIClient, meter: Meter):
    bring(api, meter, key="a")
    assert_problem(bring(api, meter, OTHER_DAY, key="a"), 422, "Idempotency-Key déjà employée")
    assert ReadingImport.objects.count() == 1


def test_the_same_file_under_another_name_is_another_body(api: APIClient, meter: Meter):
    bring(api, meter, key="a")
    assert bring(api, meter, key="a", name="juillet.csv").status_code == 422


def test_two_people_may_choose_the_same_key(api: APIClient, meter: Meter):
    bring(api, meter, key="a")
    colleague = client_of(member(meter.plant.cooperative, Role.OPERATOR))
    assert bring(colleague, meter, key="a").status_code == 202
    assert ReadingImport.objects.count() == 2


def test_a_refused_file_is_refused_again_with_the_same_document(api: APIClient, meter: Meter):
    first, second = bring(api, meter, b"", key="a"), bring(api, meter, b"", key="a")
    assert_problem(first, 422, "Fichier refusé")
    assert_problem(second, 422, "Fichier refusé")
    assert first.json() == second.json()


def test_a_request_that_did_nothing_leaves_its_key_free(api: APIClient, meter: Meter):
    forgotten = api.post(IMPORTS, {"meter": meter.code}, format="multipart", headers={"Idempotency-Key": "a"})
    assert forgotten.status_code == 400
    assert bring(api, meter, key="a").status_code == 202


def test_a_key_of_200_characters_is_long_enough(api: APIClient, meter: Meter):
    assert bring(api, meter, key="k" * 200).status_code == 202


def test_a_longer_key_is_refused(api: APIClient, meter: Meter):
    assert_problem(bring(api, meter, key="k" * 201), 400, "Idempotency-Key trop longue")
    assert not ReadingImport.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_simultaneous_requests_one_is_done_and_both_are_answered(
    meter_and_operator: tuple[Meter, User],
):
    meter, operator = meter_and_operator
    together, answers = threading.Barrier(2), []

    def send() -> None:
        try:
            together.wait(timeout=10)
            answers.append(bring(client_of(operator), meter, key="a"))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].json() == answers[1].json()
    assert ReadingImport.objects.count() == IdempotentAnswer.objects.count() == 1


# --- problem documents ------------------------------------------------------------------------------------


def test_a_visitor_is_told_to_sign_in(client: Client):
    response = client.get("/api/v1/my-holdings/")
    assert_problem(response, 401, "Connexion nécessaire")
    assert response.headers["WWW-Authenticate"] == "Token"


def test_a_wrong_token_is_a_401(client: Client):
    response = client.get("/api/v1/my-holdings/", headers={"Authorization": "Token rien"})
    assert_problem(response, 401, "Connexion nécessaire")


def test_a_member_without_the_role_is_refused(meter: Meter):
    citizen = client_of(member(meter.plant.cooperative, Role.SHAREHOLDER))
    assert_problem(bring(citizen, meter), 403, "Non autorisé")


def test_another_cooperatives_meter_does_not_exist(meter: Meter):
    neighbour = client_of(member(CooperativeFactory(), Role.OPERATOR))
    assert_problem(bring(neighbour, meter), 404, "Introuvable")


def test_an_unknown_cooperative_is_a_404(client: Client):
    assert_problem(client.get("/api/v1/cooperatives/personne/"), 404, "Introuvable")


def test_a_method_that_is_not_admitted_names_those_that_are(client: Client):
    response = client.delete("/api/v1/cooperatives/")
    assert_problem(response, 405, "Méthode non admise")
    assert "GET" in response.headers["Allow"]


def test_wrong_fields_are_named(api: APIClient):
    response = api.post(IMPORTS, {"meter": "x" * 41}, format="multipart")
    assert_problem(response, 400, "Demande mal formée")
    assert set(response.json()["errors"]) == {"meter", "file"}


def test_a_file_that_waits_for_a_decision_names_its_lines(api: APIClient, meter: Meter):
    torn = b"\n".join([*DAY.splitlines()[:3], b"2025-06-14T02:00:00Z;beaucoup", *DAY.splitlines()[4:]])
    response = bring(api, meter, torn)
    assert_problem(response, 422, "Fichier en quarantaine")
    assert 4 in {fault["line"] for fault in response.json()["errors"]}


def test_titles_wait_for_the_readers_language():
    assert all(isinstance(title, Promise) for title in _TITLES.values())


# --- pages of a list --------------------------------------------------------------------------------------


def test_a_list_is_read_page_by_page_to_its_end(client: Client):
    cooperatives = {CooperativeFactory().slug for _ in range(5)}
    seen, url = [], "/api/v1/cooperatives/?page_size=2"
    while url:
        page = client.get(url).json()
        assert len(page["results"]) <= 2
        seen += [row["slug"] for row in page["results"]]
        url = page["next"]
    assert len(seen) == 5
    assert set(seen) == cooperatives
