"""POST readings/: what a program sends, in JSON or CSV."""

import datetime as dt
import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest
from rest_framework.test import APIClient

from installations.models import Meter
from mine_de_soleil.core.models import IdempotentAnswer, JournalEntry
from production.api import bodies
from production.models import MeterFile, Reading, ReadingHistory, ReadingImport
from production.readings_body import body as body_module
from production.services.imports import undo_import
from shareholders.roles import Role
from tests.api.clients import API, client_of, client_with, is_problem
from tests.factories import CooperativeFactory, plant_with_meter
from tests.production.deliveries import bring, day_sums, held, paris_day, sums_of

pytestmark = pytest.mark.django_db

URL = f"{API}/readings/"
HEAD = "meter;start;minutes;energy_wh\n"
START = dt.datetime(2025, 6, 1, 10, tzinfo=dt.UTC)


@pytest.fixture
def meter() -> Meter:
    return plant_with_meter()


@pytest.fixture
def other(meter: Meter) -> Meter:
    return plant_with_meter(cooperative=meter.plant.cooperative)


@pytest.fixture
def operator(meter: Meter) -> APIClient:
    return client_with(meter.plant.cooperative, Role.OPERATOR)


def at(n: int, minutes: int = 10) -> str:
    return f"{START + dt.timedelta(minutes=n * minutes):%Y-%m-%dT%H:%M:%SZ}"


def single(meter: Meter | str, n: int = 0, energy_wh: Any = 1000, **more: Any) -> dict[str, Any]:
    code = meter if isinstance(meter, str) else meter.code
    return {"meter": code, "start": at(n), "minutes": 10, "energy_wh": energy_wh} | more


def series(meter: Meter, energies: list[Any], **more: Any) -> dict[str, Any]:
    return {"meter": meter.code, "start": at(0), "step_minutes": 10, "energy_wh": energies} | more


def post(client: APIClient, body: Any, query: str = "", content_type: str = "", **headers: str) -> Any:
    """Send an object as JSON, a text as CSV, bytes as JSON unless told otherwise."""
    data = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
    kind = content_type or ("text/csv" if isinstance(body, str) else "application/json")
    return client.post(URL + query, data, content_type=kind, headers=headers)


def nothing_is_stored() -> bool:
    return not (Reading.objects.exists() or MeterFile.objects.exists() or ReadingImport.objects.exists())


def faults(response: Any) -> list[dict[str, Any]]:
    assert is_problem(response, 422), response.content
    assert nothing_is_stored()
    return response.json()["errors"]


# what is taken


def test_readings_of_two_meters_are_stored_at_once_with_their_daily_sums(
    meter: Meter, other: Meter, operator: APIClient
):
    sent = {"readings": [single(meter, 0), single(other, 0, 500), single(meter, 1, 2000)]}
    response = post(operator, sent)
    assert response.status_code == 201
    receipt = response.json()
    assert (receipt["rows_read"], receipt["rows_new"], receipt["energy_wh"]) == (3, 3, 3500)
    assert {row["meter"]: row["rows_stored"] for row in receipt["imports"]} == {meter.code: 2, other.code: 1}
    assert held(meter) == {START: 1000, START + dt.timedelta(minutes=10): 2000}
    assert day_sums(meter) == {START.date(): 3000}
    assert day_sums(other) == {START.date(): 500}


def test_a_series_is_as_good_as_its_readings_one_by_one(meter: Meter, other: Meter, operator: APIClient):
    post(operator, {"series": [series(meter, [1, 2, None, 4])]})
    post(operator, {"readings": [single(other, n, wh) for n, wh in ((0, 1), (1, 2), (2, None), (3, 4))]})
    assert held(meter) == held(other) == {START + dt.timedelta(minutes=10 * n): n + 1 for n in (0, 1, 3)}


def test_a_csv_says_the_same_as_a_json(meter: Meter, other: Meter, operator: APIClient):
    post(operator, {"readings": [single(meter, 0, 1234), single(meter, 1, None), single(meter, 2, 5)]})
    response = post(
        operator,
        HEAD + f"{other.code};{at(0)};10;1234\n{other.code};{at(1)};10;\n{other.code};{at(2)};10;5\n",
    )
    assert response.status_code == 201
    assert response.json()["gaps"] == 1
    assert held(meter) == held(other)


def test_a_mean_power_becomes_energy_and_its_day_adds_up(meter: Meter, operator: APIClient):
    """100 W all day, by ten minutes: 2,400 Wh, though no ten minutes hold a whole number of them."""
    midnight = "2025-06-01T00:00:00+02:00"
    post(
        operator,
        {"series": [{"meter": meter.code, "start": midnight, "step_minutes": 10, "power_w": [100] * 144}]},
    )
    assert day_sums(meter) == {dt.date(2025, 6, 1): 2400}
    assert set(held(meter).values()) == {16, 17}


def test_an_instant_is_taken_by_its_offset(meter: Meter, operator: APIClient):
    post(operator, {"readings": [single(meter, start="2025-06-01T12:00:00+02:00")]})
    assert held(meter) == {START: 1000}


def test_each_reading_knows_its_import_and_its_place(meter: Meter, other: Meter, operator: APIClient):
    sent = {"readings": [single(other), single(meter)], "series": [series(meter, [7, 8], start=at(6))]}
    receipt = post(operator, sent).json()
    source = ReadingImport.objects.get(meter=meter)
    assert source.pk in [row["id"] for row in receipt["imports"]]
    rows = Reading.objects.filter(meter=meter).order_by("start").values_list("source_id", "line")
    assert list(rows) == [(source.pk, 2), (source.pk, 3), (source.pk, 4)]
    assert json.loads(bytes(source.file.content)) == sent
    assert (source.state, source.format_label) == ("stored", "Relevés envoyés par un programme (JSON)")


def test_a_csv_line_is_the_place_of_its_reading(meter: Meter, operator: APIClient):
    text = f"\ufeffmeter,start,minutes,power_w\r\n\r\n{meter.code},{at(0)},10,60.0\r\n"
    assert post(operator, text).status_code == 201
    found = Reading.objects.get()
    assert (found.line, found.energy_wh) == (3, 10)


def test_a_gzip_body_is_read_and_kept_unpacked(meter: Meter, operator: APIClient):
    plain = json.dumps({"readings": [single(meter)]}).encode()
    assert post(operator, gzip.compress(plain), **{"Content-Encoding": "gzip"}).status_code == 201
    assert bytes(MeterFile.objects.get().content) == plain


def test_one_journal_entry_names_the_meters(meter: Meter, other: Meter, operator: APIClient):
    post(operator, {"readings": [single(meter), single(other)]})
    entry = JournalEntry.objects.get(act="post_readings")
    assert entry.scope == meter.plant.cooperative.slug
    assert entry.detail["meters"] == sorted([meter.code, other.code])


def test_a_dry_run_reports_and_keeps_nothing(meter: Meter, operator: APIClient):
    response = post(operator, {"readings": [single(meter)]}, "?dry_run=true")
    assert response.status_code == 200
    (row,) = response.json()["imports"]
    assert (row["id"], row["rows_new"], row["rows_stored"], row["state"]) == (None, 1, 0, "checked")
    assert nothing_is_stored()
    assert not JournalEntry.objects.filter(act="post_readings").exists()


# history


def test_the_same_readings_again_change_nothing(meter: Meter, operator: APIClient):
    sent = {"series": [series(meter, [1, 2, 3])]}
    post(operator, sent)
    before = list(Reading.objects.values_list("start", "energy_wh", "source_id", "line"))
    again = post(operator, sent).json()
    assert (again["rows_new"], again["rows_unchanged"]) == (0, 3)
    assert list(Reading.objects.values_list("start", "energy_wh", "source_id", "line")) == before
    assert not ReadingHistory.objects.exists()


def test_readings_are_stored_the_same_however_they_are_cut_into_requests(
    meter: Meter, other: Meter, operator: APIClient
):
    powers = [101, 333, 77, 4, 999, 12]
    post(operator, {"series": [series(meter, [], power_w=powers) | {"energy_wh": None}]})
    whole = {k: v for k, v in series(meter, []).items() if k != "energy_wh"} | {"power_w": powers}
    post(operator, {"series": [whole]})
    for n, power in enumerate(powers):
        one = {k: v for k, v in single(other, n).items() if k != "energy_wh"} | {"power_w": power}
        assert post(operator, {"readings": [one]}).json()["rows_new"] == 1
    assert list(held(meter).values()) == list(held(other).values())
    assert post(operator, {"series": [whole]}).json()["rows_unchanged"] == len(powers)


@pytest.mark.parametrize("difference", [1, 500])
def test_a_correction_replaces_and_keeps_what_was(meter: Meter, operator: APIClient, difference: int):
    post(operator, {"series": [series(meter, [10, 20, 30])]})
    corrected = post(operator, {"readings": [single(meter, 1, 20 + difference)]}).json()
    assert corrected["rows_corrected"] == 1
    assert list(held(meter).values()) == [10, 20 + difference, 30]
    assert ReadingHistory.objects.get().energy_wh == 20
    assert day_sums(meter) == {START.date(): 60 + difference}


def test_late_data_is_welcome(meter: Meter, operator: APIClient):
    post(operator, {"readings": [single(meter, 6)]})
    assert post(operator, {"readings": [single(meter, 0)]}).status_code == 201
    assert len(held(meter)) == 2


def test_an_import_of_one_meter_is_undone_and_the_other_stays(
    meter: Meter, other: Meter, operator: APIClient
):
    post(operator, {"readings": [single(meter), single(other)]})
    undo_import(actor=None, target=meter.imports.get())
    assert held(meter) == {} and day_sums(meter) == {}
    assert len(held(other)) == 1


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_what_a_request_repeats_comes_back_when_the_first_is_undone(
    meter: Meter, other: Meter, operator: APIClient, kind: str
):
    """The second request stored nothing; undoing the first reads the second's kept body again."""
    post(operator, {"series": [series(meter, [10, 20])]})
    first = meter.imports.get()
    sent: Any = {"readings": [single(other), single(meter, 1, 20)]}
    post(
        operator,
        sent if kind == "json" else HEAD + f"{other.code};{at(0)};10;1000\n{meter.code};{at(1)};10;20\n",
    )
    undo_import(actor=None, target=first)
    assert held(meter) == {START + dt.timedelta(minutes=10): 20}
    assert Reading.objects.get(meter=meter).line == (2 if kind == "json" else 3)


def test_a_file_that_says_the_same_is_unchanged_too(meter: Meter, operator: APIClient):
    day = paris_day(dt.date(2025, 6, 1), 1000)
    bring(meter, day)
    starts = sorted(day)
    sent = {
        "meter": meter.code,
        "start": starts[0].isoformat(),
        "step_minutes": 60,
        "energy_wh": [day[start] for start in starts],
    }
    assert post(operator, {"series": [sent]}).json()["rows_unchanged"] == 24
    assert day_sums(meter) == sums_of(day)


def test_readings_that_would_make_energy_vanish_are_refused(meter: Meter, other: Meter, operator: APIClient):
    bring(meter, paris_day(dt.date(2025, 6, 1), 1000))
    response = post(operator, {"readings": [single(other), single(meter, minutes=10)]})
    assert is_problem(response, 422)
    assert meter.code in response.json()["detail"]
    assert not Reading.objects.filter(meter=other).exists()


# what is refused: all of a request, each fault with its place


def reading(**more: Any) -> dict[str, Any]:
    return {"meter": "M", "start": at(0), "minutes": 10, "energy_wh": 1} | more


FAULTS: list[tuple[dict[str, Any], str, str]] = [
    (reading(energy_wh=-900), "energy_wh", "puissance négative"),
    (reading(energy_wh=900_000), "energy_wh", "plus de 1,3 fois la puissance crête"),
    (reading(energy_wh=1e308), "energy_wh", "puissance impossible (sans limite)"),
    (reading(energy_wh=10**400), "energy_wh", "que rien ne mesure"),
    (reading(energy_wh="12"), "energy_wh", "n’est pas un nombre"),
    (reading(energy_wh=True), "energy_wh", "n’est pas un nombre"),
    (reading(energy_wh=[1]), "energy_wh", "n’est pas un nombre"),
    (reading(start="2025-06-01T10:00:00"), "start", "ne dit pas son décalage"),
    (reading(start="01/06/2025 10:00Z"), "start", "n’est pas un instant"),
    (reading(start="2025-02-30T10:00:00Z"), "start", "n’est pas un instant"),
    (reading(start=1748772000), "start", "n’est pas un instant"),
    (reading(start="2125-06-01T10:00:00Z"), "start", "dans le futur"),
    (reading(start="1999-06-01T10:00:00Z"), "start", "avant l’année 2000"),
    (reading(minutes=0), "minutes", "durée de l’intervalle"),
    (reading(minutes=-10), "minutes", "durée de l’intervalle"),
    (reading(minutes=1e300), "minutes", "durée de l’intervalle"),
    (reading(minutes=0.001), "minutes", "durée de l’intervalle"),
    (reading(minutes="dix"), "minutes", "n’est pas un nombre"),
    (reading(minutes=None), "minutes", "durée de l’intervalle"),
    (reading(meter=["M"]), "meter", "n’est pas un code de compteur"),
    (reading(energy_kwh=1), "", "champ inconnu"),
    (reading(power_w=1), "", "soit « energy_wh », soit « power_w »"),
    ({"meter": "M", "start": at(0), "minutes": 10}, "", "soit « energy_wh », soit « power_w »"),
    ({"start": at(0), "minutes": 10, "energy_wh": 1}, "", "champ manquant « meter »"),
]


@pytest.mark.parametrize(
    ("item", "field", "words"), FAULTS, ids=[f"{f[1]} {f[2]} {n}" for n, f in enumerate(FAULTS)]
)
def test_a_faulty_reading_refuses_the_request_and_is_told_with_its_place(
    meter: Meter, operator: APIClient, item: dict[str, Any], field: str, words: str
):
    item = item | {"meter": meter.code} if item.get("meter") == "M" else item
    (fault,) = faults(post(operator, {"readings": [single(meter, 20), item]}))
    assert (fault["line"], fault["field"]) == (2, field)
    assert fault["pointer"] == "/readings/1" + (f"/{field}" if field else "")
    said = fault["message"].replace("\u202f", " ")
    assert said.startswith("Relevé 2") and words in said and "Que faire" in said


def test_a_fault_in_a_series_points_at_its_value(meter: Meter, operator: APIClient):
    found = faults(
        post(operator, {"readings": [single(meter, 50)], "series": [series(meter, [1, 2, "x", -9e5])]})
    )
    assert [fault["pointer"] for fault in found] == ["/series/0/energy_wh/2", "/series/0/energy_wh/3"]
    assert [fault["line"] for fault in found] == [4, 5]


def test_overlaps_and_repetitions_that_disagree_are_told(meter: Meter, operator: APIClient):
    sent = [
        single(meter, 0),
        single(meter, 0, 999),
        single(meter, 3),
        single(meter, 4, start="2025-06-01T10:35:00Z"),
    ]
    said = [fault["message"] for fault in faults(post(operator, {"readings": sent}))]
    assert "deux valeurs différentes" in said[0] and "déjà donné relevé 1" in said[0]
    assert "chevauche celui du relevé 3" in said[1]


def test_one_instant_with_two_lengths_is_told(meter: Meter, operator: APIClient):
    (fault,) = faults(post(operator, {"readings": [single(meter), single(meter, minutes=20)]}))
    assert "deux durées" in fault["message"]


def test_an_identical_repetition_counts_once(meter: Meter, operator: APIClient):
    receipt = post(operator, {"readings": [single(meter), single(meter)]}).json()
    assert (receipt["rows_new"], receipt["duplicates"]) == (1, 1)


def test_a_csv_tells_its_lines(meter: Meter, operator: APIClient):
    rows = ["1,5", "NaN", "1e999", "douze"]
    text = (
        HEAD
        + "".join(f"{meter.code};{at(n)};10;{value}\n" for n, value in enumerate(rows))
        + f"{meter.code};x\n"
    )
    found = faults(post(operator, text))
    assert [fault["line"] for fault in found] == [2, 3, 4, 5, 6]
    assert all(fault["pointer"] is None for fault in found)
    assert found[0]["message"].startswith("Ligne 2, energy_wh")


def test_the_first_twenty_faults_are_told_and_all_are_counted(meter: Meter, operator: APIClient):
    response = post(operator, {"series": [series(meter, [-1000] * 50)]})
    assert [fault["line"] for fault in faults(response)] == list(range(1, 21))
    assert response.json()["rows_refused"] == 50
    assert "Et 49 autres erreurs" in response.json()["detail"]


def test_thousands_of_broken_lines_are_a_refusal(meter: Meter, operator: APIClient):
    response = post(operator, HEAD + "x\n" * 20_000)
    assert is_problem(response, 422)
    assert "au moins" in response.json()["detail"]


@pytest.mark.parametrize("spelling", ["{0} ", " {0}", "lower"])
def test_a_code_in_another_spelling_is_unknown_and_the_right_one_is_told(
    meter: Meter, operator: APIClient, spelling: str
):
    code = meter.code.lower() if spelling == "lower" else spelling.format(meter.code)
    (fault,) = faults(post(operator, {"readings": [single(meter, 1), single(code)]}))
    assert fault["field"] == "meter"
    assert meter.code in fault["message"]


def test_another_cooperatives_meter_is_as_unknown_as_one_that_is_nowhere(meter: Meter, operator: APIClient):
    theirs = plant_with_meter()
    told = []
    for code in (theirs.code, "PERSONNE"):
        (fault,) = faults(post(operator, {"readings": [single(meter), single(code)]}))
        told.append(fault["message"].replace(code, "X"))
    assert told[0] == told[1]


@pytest.mark.parametrize("code", ["\0", "\ud800", "é" * 5000, "'; DROP TABLE x", ""])
def test_a_hostile_code_is_only_unknown(meter: Meter, operator: APIClient, code: str):
    (fault,) = faults(post(operator, {"readings": [single(meter), single(code)]}))
    assert fault["field"] == "meter"


def test_where_no_meter_is_known_nothing_is_there(meter: Meter, operator: APIClient):
    response = post(operator, {"readings": [single("PERSONNE")]})
    assert is_problem(response, 404)
    assert response.json()["errors"][0]["line"] == 1


def test_meters_of_two_cooperatives_need_two_requests(meter: Meter, operator: APIClient):
    """The body is kept whole, and each cooperative may read what it keeps."""
    from tests.factories import RoleGrantFactory

    theirs = plant_with_meter()
    RoleGrantFactory(
        cooperative=theirs.plant.cooperative, user=operator.handler._force_user, role=Role.OPERATOR
    )
    assert is_problem(post(operator, {"readings": [single(meter), single(theirs)]}), 422)
    assert nothing_is_stored()


@pytest.mark.parametrize(("field", "n"), [("removed_on", 30), ("installed_on", 0)])
def test_a_meter_counts_only_while_it_is_there(meter: Meter, operator: APIClient, field: str, n: int):
    setattr(meter, field, dt.date(2025, 6, 15))
    meter.save()
    inside, outside = ("2025-06-15T21:50:00Z", "2025-06-15T22:00:00Z")  # midnight in Paris
    if field == "installed_on":
        inside, outside = "2025-06-14T22:00:00Z", "2025-06-14T21:50:00Z"
    (fault,) = faults(
        post(operator, {"readings": [single(meter, start=inside), single(meter, start=outside)]})
    )
    assert fault["line"] == 2
    assert "15/06/2025" in fault["message"]


# bodies that are no bodies

UNREADABLE: list[tuple[str, bytes, str]] = [
    ("cut json", b'{"readings": [{"meter": "M", "sta', "coupé ou abîmé"),
    ("list", b"[]", "doit être un objet"),
    ("text", b'"x"', "doit être un objet"),
    ("nan", b'{"readings": [{"energy_wh": NaN}]}', "null pour une mesure absente"),
    ("infinity", b'{"readings": [{"energy_wh": -Infinity}]}', "null pour une mesure absente"),
    ("deep", b'{"readings": ' + b"[" * 200_000 + b"]" * 200_000 + b"}", "trop profondément"),
    ("digits", b'{"readings": [' + b"9" * 10_000 + b"]}", "démesuré"),
    ("latin", '{"é": 1}'.encode("latin-1"), "UTF-8"),
]


@pytest.mark.parametrize(
    ("content", "words"), [row[1:] for row in UNREADABLE], ids=[row[0] for row in UNREADABLE]
)
def test_a_json_that_is_none_is_a_400(operator: APIClient, content: bytes, words: str):
    response = post(operator, content)
    assert is_problem(response, 400)
    assert words in response.json()["detail"]
    assert nothing_is_stored()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a;b\n1;2\n", "première ligne"),
        (HEAD + "M;2025-06-01T10:00:00Z;10;12", "coupé"),
        ("\n", "première ligne"),
        ("%PDF-1.7\n", "première ligne"),
    ],
)
def test_a_csv_that_is_none_is_a_400(operator: APIClient, text: str, words: str):
    response = post(operator, text)
    assert is_problem(response, 400)
    assert words in response.json()["detail"]


@pytest.mark.parametrize("sent", [{}, {"readings": []}, {"series": []}, HEAD])
def test_a_request_without_a_reading_is_told(meter: Meter, operator: APIClient, sent: Any):
    (fault,) = faults(post(operator, sent))
    assert "aucune mesure" in fault["message"]


def test_gaps_alone_are_no_reading(meter: Meter, operator: APIClient):
    (fault,) = faults(post(operator, {"series": [series(meter, [None, None])]}))
    assert "aucune mesure" in fault["message"]


def test_an_empty_body_is_a_400(operator: APIClient):
    assert is_problem(post(operator, b""), 400)


@pytest.mark.parametrize("content_type", ["application/xml", "multipart/form-data; boundary=x", "text/plain"])
def test_another_content_type_is_a_415(operator: APIClient, content_type: str):
    assert is_problem(post(operator, b"x", content_type=content_type), 415)


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(bodies, "MAX_BODY_BYTES", 2_000)
    monkeypatch.setattr(body_module, "MAX_READINGS", 10)
    monkeypatch.setattr(body_module, "MAX_METERS", 3)
    yield


@pytest.mark.usefixtures("small_limits")
def test_too_much_is_a_413(meter: Meter, operator: APIClient):
    assert is_problem(post(operator, b" " * 2_001), 413)
    assert is_problem(post(operator, {"series": [series(meter, [1] * 11)]}), 413)
    assert is_problem(post(operator, HEAD + "M;x;1;1\n" * 11), 413)
    assert is_problem(post(operator, {"readings": [single(f"M{n}") for n in range(4)]}), 413)
    assert nothing_is_stored()


@pytest.mark.usefixtures("small_limits")
def test_a_gzip_bomb_is_stopped_at_the_limit(operator: APIClient):
    bomb = gzip.compress(b" " * 1_000_000)
    assert len(bomb) < 2_000
    assert is_problem(post(operator, bomb, **{"Content-Encoding": "gzip"}), 413)


@pytest.mark.parametrize("damage", ["cut", "not gzip", "two members"])
def test_a_damaged_gzip_is_a_400(meter: Meter, operator: APIClient, damage: str):
    whole = gzip.compress(json.dumps({"readings": [single(meter)]}).encode())
    sent = {"cut": whole[:-9], "not gzip": b"x" * 40, "two members": whole + whole}[damage]
    assert is_problem(post(operator, sent, **{"Content-Encoding": "gzip"}), 400)
    assert nothing_is_stored()


def test_another_encoding_is_a_415(operator: APIClient):
    assert is_problem(post(operator, b"x", **{"Content-Encoding": "br"}), 415)


@pytest.mark.parametrize("value", ["peut-être", "[]"])
def test_a_dry_run_that_means_nothing_is_named(operator: APIClient, value: str):
    response = post(operator, {}, f"?dry_run={value}")
    assert is_problem(response, 400)
    assert set(response.json()["errors"]) == {"dry_run"}


# the same request twice


def test_the_same_key_replays_the_first_answer(meter: Meter, operator: APIClient):
    sent = {"readings": [single(meter)]}
    first = post(operator, sent, **{"Idempotency-Key": "k"})
    again = post(operator, sent, **{"Idempotency-Key": "k"})
    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert ReadingImport.objects.count() == 1


def test_the_same_key_with_another_body_is_a_422(meter: Meter, operator: APIClient):
    post(operator, {"readings": [single(meter)]}, **{"Idempotency-Key": "k"})
    assert is_problem(post(operator, {"readings": [single(meter, 0, 7)]}, **{"Idempotency-Key": "k"}), 422)
    assert held(meter) == {START: 1000}


def test_a_body_cut_on_its_way_leaves_the_key_free(meter: Meter, operator: APIClient):
    whole = json.dumps({"readings": [single(meter)]}).encode()
    assert post(operator, whole[:-5], **{"Idempotency-Key": "k"}).status_code == 400
    assert not IdempotentAnswer.objects.exists()
    assert post(operator, whole, **{"Idempotency-Key": "k"}).status_code == 201


# who may


def test_a_visitor_is_a_401(meter: Meter):
    assert is_problem(post(client_of(), {"readings": [single(meter)]}), 401)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OPERATOR])
def test_only_operators_bring_readings(meter: Meter, role: Role):
    assert is_problem(post(client_with(meter.plant.cooperative, role), {"readings": [single(meter)]}), 403)
    assert nothing_is_stored()


def test_an_operator_elsewhere_finds_no_meter(meter: Meter):
    plant_with_meter()
    client = client_with(plant_with_meter(cooperative=CooperativeFactory()).plant.cooperative, Role.OPERATOR)
    assert is_problem(post(client, {"readings": [single(meter)]}), 404)
    assert nothing_is_stored()


def test_a_request_makes_as_many_queries_for_a_thousand_readings_as_for_two(
    meter: Meter, operator: APIClient, assert_flat_queries: Any
):
    sizes = iter((2, 2, 1000))

    def send() -> None:
        sent = series(meter, [1] * next(sizes), step_minutes=1)
        assert post(operator, {"series": [sent]}).status_code == 201

    assert_flat_queries(send, lambda: None)


# Doubts: three days and more that may all be wrong


DAYS = 6 * 24 * 5  # readings of ten minutes


def summer_days(shift_h: int = 0, factor: float = 1.0) -> list[int]:
    """Five days under a June sun, each ten minutes other than the last [Wh], from 10 h UTC on."""
    hours = [(10 + n / 6 - shift_h) % 24 for n in range(DAYS)]
    lit = [max(0.0, 1 - ((hour - 12) / 8) ** 2) for hour in hours]
    return [round(factor * (900 * light + n % 7 if light else 0)) for n, light in enumerate(lit)]


def test_readings_that_contradict_what_is_stored_are_refused_until_consented_to(
    operator: APIClient, meter: Meter
):
    post(operator, {"series": [series(meter, summer_days())]})
    other = {"series": [series(meter, summer_days(factor=0.5))]}
    refused = post(operator, other)
    assert is_problem(refused, 422)
    assert "contredit ce qui est enregistré" in refused.json()["detail"]
    assert "?accept=energies" in refused.json()["detail"]
    assert [row["line"] is None for row in refused.json()["errors"]] == [True] + [False] * 10
    assert sum(held(meter).values()) == sum(summer_days())

    stored = post(operator, other, "?accept=energies")
    assert stored.status_code == 201
    assert sum(held(meter).values()) == sum(summer_days(factor=0.5))
    kept = ReadingImport.objects.get(pk=stored.json()["imports"][0]["id"])
    assert (kept.accepted, kept.consented_by) == (["energies"], kept.asked_by)
    assert kept.consented_at


def test_a_clock_that_is_wrong_is_not_consented_to_by_another_consent(operator: APIClient, meter: Meter):
    late = {"series": [series(meter, summer_days(shift_h=2))]}
    answer = post(operator, late, "?accept=energies")
    assert is_problem(answer, 422)
    assert "?accept=clock" in answer.json()["detail"]
    assert post(operator, late, "?accept=energies&accept=clock").status_code == 201


def test_readings_of_another_meter_are_refused(operator: APIClient, meter: Meter, other: Meter):
    assert post(operator, {"series": [series(meter, summer_days())]}).status_code == 201
    answer = post(operator, {"series": [series(other, summer_days())]})
    assert is_problem(answer, 422)
    assert meter.code in answer.json()["detail"]
    assert not Reading.objects.filter(meter=other).exists()


def test_a_consent_to_nothing_known_is_refused(operator: APIClient, meter: Meter):
    answer = post(operator, {"series": [series(meter, [1])]}, "?accept=everything")
    assert is_problem(answer, 400)
    assert not Reading.objects.exists()


def test_readings_of_another_step_that_make_way_are_counted(operator: APIClient, meter: Meter):
    post(operator, {"series": [series(meter, [100] * 12)]})
    answer = post(operator, {"series": [series(meter, [900, 900], step_minutes=60)]}).json()
    assert (answer["rows_new"], answer["rows_displaced"]) == (2, 12)
    assert "font place" in answer["imports"][0]["remarks"][0]["message"]


def test_days_of_another_step_that_contradict_what_is_stored_are_doubted(operator: APIClient, meter: Meter):
    post(operator, {"series": [series(meter, summer_days())]})
    hourly = [sum(summer_days()[n : n + 6]) // 10 for n in range(0, DAYS, 6)]
    answer = post(operator, {"series": [series(meter, hourly, step_minutes=60)]})
    assert is_problem(answer, 422)
    assert "d’un autre pas de temps, contredit" in answer.json()["detail"]


def test_less_than_three_days_are_never_doubted(operator: APIClient, meter: Meter, other: Meter):
    day = summer_days()[:144]
    post(operator, {"series": [series(meter, day)]})
    # As a file it would be held back: another meter has it.
    assert post(operator, {"series": [series(other, day)]}).status_code == 201


def test_each_doubted_meter_is_told_before_the_lines_that_show_why(
    operator: APIClient, meter: Meter, other: Meter
):
    post(operator, {"series": [series(meter, summer_days()), series(other, summer_days(factor=0.9))]})
    halved = [series(meter, summer_days(factor=0.5)), series(other, summer_days(factor=0.4))]
    errors = post(operator, {"series": halved}).json()["errors"]
    assert [row["line"] is None for row in errors[:3]] == [True, True, False]
    assert all(meter.code in row["message"] or other.code in row["message"] for row in errors)
    assert errors[2]["message"].startswith(f"Relevé {errors[2]['line']}, compteur")
    assert errors[2]["pointer"] == "/series/0"
    assert len(errors) == 20
    assert post(operator, {"series": halved}, "?accept=energies").status_code == 201
    assert JournalEntry.objects.filter(act="post_readings").first().detail["doubts"] == ["energies"]
