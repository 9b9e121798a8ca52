"""GET meters/<code>/readings/."""

import base64
import datetime as dt

import pytest

from installations.models import Meter
from shareholders.roles import Role
from tests.api.clients import API, all_pages, client_of, client_with, is_problem
from tests.api.test_days import BAD_SPANS
from tests.factories import CooperativeFactory, plant_with_meter
from tests.production.deliveries import bring, held, paris_day

pytestmark = pytest.mark.django_db

SUNDAY = dt.date(2025, 10, 26)  # 25 hours


def url_of(meter: Meter, query: str = "") -> str:
    return f"{API}/meters/{meter.code}/readings/{query}"


@pytest.fixture
def meter() -> Meter:
    found = plant_with_meter()
    around = (SUNDAY - dt.timedelta(days=1), SUNDAY, SUNDAY + dt.timedelta(days=1))
    bring(found, {start: wh for day in around for start, wh in paris_day(day, 1000).items()})
    return found


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.BOARD, Role.AUDITOR])
def test_each_reading_names_its_import_and_line(meter: Meter, role: Role):
    first = client_with(meter.plant.cooperative, role).get(url_of(meter)).json()["results"][0]
    assert dt.datetime.fromisoformat(first["start"]) == dt.datetime(2025, 10, 24, 22, tzinfo=dt.UTC)
    source = meter.imports.get()
    assert (first["length_s"], first["energy_wh"]) == (3600, 1000)
    assert (first["source_import"], first["line"]) == (source.pk, 2)


@pytest.mark.parametrize("size", [1, 7, 73, 1000])
def test_every_reading_comes_once_oldest_first(meter: Meter, size: int):
    rows = all_pages(client_with(meter.plant.cooperative, Role.OPERATOR), url_of(meter, f"?page_size={size}"))
    starts = [dt.datetime.fromisoformat(row["start"]) for row in rows]
    assert starts == list(held(meter))


def test_readings_that_arrive_between_two_pages_repeat_and_hide_none(meter: Meter):
    client = client_with(meter.plant.cooperative, Role.OPERATOR)
    page = client.get(url_of(meter, "?page_size=40")).json()
    bring(
        meter, paris_day(SUNDAY - dt.timedelta(days=2), 500) | paris_day(SUNDAY + dt.timedelta(days=2), 700)
    )
    rest = all_pages(client, page["next"])
    starts = [row["start"] for row in [*page["results"], *rest]]
    assert len(starts) == len(set(starts)) == 73 + 24


def test_a_span_is_of_local_days_and_includes_the_25th_hour(meter: Meter):
    client = client_with(meter.plant.cooperative, Role.OPERATOR)
    found = client.get(url_of(meter, f"?from={SUNDAY}&to={SUNDAY}")).json()["results"]
    assert len(found) == 25


@pytest.mark.parametrize("query", [query for query in BAD_SPANS if query])
def test_a_span_without_a_sense_is_a_problem_document(meter: Meter, query: str):
    client = client_with(meter.plant.cooperative, Role.OPERATOR)
    assert is_problem(client.get(url_of(meter, f"?{query}")), 400)


@pytest.mark.parametrize("position", ["abc", "2025-02-30", "\x00", ""])
def test_a_forged_cursor_is_a_problem_document(meter: Meter, position: str):
    cursor = base64.b64encode(f"p={position}".encode()).decode()
    response = client_with(meter.plant.cooperative, Role.OPERATOR).get(url_of(meter, f"?cursor={cursor}"))
    assert response.status_code == 200 or is_problem(response, 404)


def test_a_visitor_is_a_401(meter: Meter):
    assert is_problem(client_of().get(url_of(meter)), 401)


@pytest.mark.parametrize("role", [Role.SHAREHOLDER, Role.MUNICIPALITY, Role.TREASURER])
def test_a_member_without_the_role_is_a_403(meter: Meter, role: Role):
    assert is_problem(client_with(meter.plant.cooperative, role).get(url_of(meter)), 403)


def test_the_meter_of_another_cooperative_is_not_there(meter: Meter):
    assert is_problem(client_with(CooperativeFactory(), Role.OPERATOR).get(url_of(meter)), 404)


@pytest.mark.parametrize("code", ["PERSONNE", "%00", "%F0%9F%92%A1"])
def test_an_unknown_meter_is_a_404(meter: Meter, code: str):
    client = client_with(meter.plant.cooperative, Role.OPERATOR)
    assert is_problem(client.get(f"{API}/meters/{code}/readings/"), 404)
