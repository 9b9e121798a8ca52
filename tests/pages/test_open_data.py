"""Every public series as CSV, JSON and Parquet, with its licence."""

import csv
import datetime as dt
import io
import json
from typing import Any

import pyarrow.parquet
import pytest
from django.http import HttpResponseBase
from django.test import Client
from django.utils import timezone

from mine_de_soleil.core.models import JournalEntry, User
from production.open_data.tables import ENDINGS, TABLES, Kind
from production.services.imports import undo_import
from production.services.open_data import choose_licence
from shareholders.models import Cooperative
from shareholders.roles import Role
from tests.factories import CooperativeFactory, flat_forecast, member, plant_with_meter
from tests.pages.scene import SATURDAY, Scene
from tests.production.deliveries import bring, paris_day
from tests.production.told import a_weather, tell
from tests.production.troubles import a_quality

pytestmark = pytest.mark.django_db


def get(client: Client, cooperative: Cooperative, name: str, **headers: str) -> HttpResponseBase:
    return client.get(f"/{cooperative.slug}/transparence/donnees/{name}", headers=headers)


def body(response: HttpResponseBase) -> bytes:
    assert response.status_code == 200, response.status_code
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


def from_csv(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def from_parquet(content: bytes) -> list[dict[str, Any]]:
    return pyarrow.parquet.read_table(io.BytesIO(content)).to_pylist()


def test_a_day_of_a_roof_says_everything_known_of_it(client: Client, scene: Scene):
    tell(scene.school, {SATURDAY: 110_000}, a_weather("c" * 64))
    a_quality(scene.school.meters.get(), SATURDAY)
    rows = from_csv(body(get(client, scene.cooperative, "jours-2025.csv")))
    (found,) = (row for row in rows if row["plant"] == scene.school.slug and row["day"] == "2025-06-14")
    assert found == {
        "plant": scene.school.slug,
        "day": "2025-06-14",
        "metered_wh": "96000",
        "ordinary_wh": "100000",
        "is_complete": "true",
        "quality": "doubtful",
        "weather_wh": "110000",
        "weather_sha256": "c" * 64,
    }
    # Up to yesterday, the 15th of June: 31 + 28 + 31 + 30 + 31 + 15 days of two roofs.
    assert len(rows) == 2 * 166


def test_totals_say_how_many_roofs_they_count(client: Client, scene: Scene):
    rows = from_csv(body(get(client, scene.cooperative, "total-jours-2025.csv")))
    (found,) = (row for row in rows if row["day"] == "2025-06-14")
    assert found == {
        "day": "2025-06-14",
        "metered_wh": "120000",
        "compared_wh": "120000",
        "expected_wh": "200000",
        "roofs_read": "2",
        "roofs": "2",
    }
    (gap,) = (row for row in rows if row["day"] == "2025-06-13")
    assert (gap["metered_wh"], gap["roofs_read"], gap["roofs"]) == ("0", "0", "2")


def test_months_say_the_days_they_lack(client: Client, scene: Scene):
    data = json.loads(body(get(client, scene.cooperative, "mois.json")))
    assert data["licence"]["code"] == "etalab-2.0"
    (june,) = (row for row in data["data"] if row["plant"] == scene.pool.slug)
    assert june == {
        "plant": scene.pool.slug,
        "month": "2025-06-01",
        "metered_wh": 24_000,
        "compared_wh": 24_000,
        "expected_wh": 100_000,
        "days_read": 1,
        "days_missing": 1,
        "weather_wh": 0,
        "days_told": 0,
    }
    (total,) = json.loads(body(get(client, scene.cooperative, "total-mois.json")))["data"]
    assert total["metered_wh"] == 120_000
    assert total["days_missing"] == 2


@pytest.mark.parametrize("name", ["toits", "mois", "total-mois", "jours-2025", "total-jours-2025"])
def test_three_formats_hold_the_same_rows(client: Client, scene: Scene, name: str):
    tell(scene.school, {SATURDAY: 110_000}, a_weather())
    raw = {ending: body(get(client, scene.cooperative, f"{name}.{ending}")) for ending in ENDINGS}
    as_json = json.loads(raw["json"])
    as_parquet = [
        {key: value.isoformat() if isinstance(value, dt.date) else value for key, value in row.items()}
        for row in from_parquet(raw["parquet"])
    ]
    assert as_json["data"] == as_parquet
    lines = from_csv(raw["csv"])
    assert len(lines) == len(as_parquet) > 0
    words = {True: "true", False: "false", None: ""}
    for line, row in zip(lines, as_parquet, strict=True):
        assert line == {
            key: words[value] if value is None or isinstance(value, bool) else str(value)
            for key, value in row.items()
        }


def test_a_roofs_name_is_no_formula_in_a_spreadsheet_and_itself_elsewhere(client: Client, scene: Scene):
    scene.school.name = '=HYPERLINK("https://x.example")'
    scene.school.save()
    names = {row["name"] for row in from_csv(body(get(client, scene.cooperative, "toits.csv")))}
    assert "'" + scene.school.name in names
    told = json.loads(body(get(client, scene.cooperative, "toits.json")))["data"]
    assert scene.school.name in {row["name"] for row in told}


def test_an_independent_reader_finds_types_and_licence_in_parquet(client: Client, scene: Scene):
    content = body(get(client, scene.cooperative, "jours-2025.parquet"))
    schema = pyarrow.parquet.read_schema(io.BytesIO(content))
    assert [str(schema.field(name).type) for name in ("plant", "day", "metered_wh", "is_complete")] == [
        "string",
        "date32[day]",
        "int64",
        "bool",
    ]
    assert schema.field("metered_wh").nullable
    assert not schema.field("day").nullable
    assert json.loads(schema.metadata[b"licence"])["code"] == "etalab-2.0"
    assert from_parquet(content)[0]["day"] == dt.date(2025, 1, 1)


def test_several_batches_of_roofs_make_one_file(
    client: Client, scene: Scene, monkeypatch: pytest.MonkeyPatch
):
    whole = {ending: body(get(client, scene.cooperative, f"jours-2025.{ending}")) for ending in ENDINGS}
    monkeypatch.setattr("production.open_data.rows.ROOFS_A_BATCH", 1)
    cut = {ending: body(get(client, scene.cooperative, f"jours-2025.{ending}")) for ending in ENDINGS}
    assert cut["csv"] == whole["csv"]
    assert json.loads(cut["json"]) == json.loads(whole["json"])
    assert from_parquet(cut["parquet"]) == from_parquet(whole["parquet"])
    assert pyarrow.parquet.ParquetFile(io.BytesIO(cut["parquet"])).metadata.num_rows == 332


def test_headers_and_names_tell_the_licence(client: Client, scene: Scene):
    response = get(client, scene.cooperative, "mois.csv")
    assert "etalab-2.0.csv" in response.headers["Content-Disposition"]
    assert 'ETALAB-Licence-Ouverte-v2.0.pdf>; rel="license"' in response.headers["Link"]
    assert response.headers["Cache-Control"] == "public, max-age=300"


def test_who_has_the_file_is_not_sent_it_again_until_it_changes(client: Client, scene: Scene):
    first = get(client, scene.cooperative, "mois.csv")
    etag, since = first.headers["ETag"], first.headers["Last-Modified"]
    assert get(client, scene.cooperative, "mois.csv", if_none_match=etag).status_code == 304
    assert get(client, scene.cooperative, "mois.csv", if_modified_since=since).status_code == 304
    assert get(client, scene.cooperative, "mois.json", if_none_match=etag).status_code == 200
    done = bring(scene.school.meters.get(), paris_day(SATURDAY - dt.timedelta(days=1), 4_000), "13.csv")
    changed = get(client, scene.cooperative, "mois.csv", if_none_match=etag)
    assert changed.status_code == 200
    undo_import(actor=None, target=done)
    assert (
        get(client, scene.cooperative, "mois.csv", if_none_match=changed.headers["ETag"]).status_code == 200
    )


@pytest.mark.parametrize(
    "name",
    [
        "jours.csv",
        "jours-1999.csv",
        "jours-0000.csv",
        "jours-20255.csv",
        "mois-2025.csv",
        "mois.xls",
        "capital.csv",
        "toits-.csv",
        "JOURS-2025.csv",
    ],
)
def test_what_is_not_published_is_not_there(client: Client, scene: Scene, name: str):
    assert get(client, scene.cooperative, name).status_code == 404


def test_before_any_reading_there_are_tables_without_rows(client: Client):
    cooperative = CooperativeFactory()
    for ending in ENDINGS:
        content = body(get(client, cooperative, f"mois.{ending}"))
        assert content
    assert json.loads(body(get(client, cooperative, "mois.json")))["data"] == []
    assert from_parquet(body(get(client, cooperative, "toits.parquet"))) == []
    assert get(client, cooperative, "jours-2025.csv").status_code == 404


def test_a_hostile_name_stays_a_value(client: Client, scene: Scene):
    scene.pool.name = 'Piscine"; <script>,\n=1+1'
    scene.pool.save()
    for ending, read in (("csv", from_csv), ("parquet", from_parquet)):
        names = [row["name"] for row in read(body(get(client, scene.cooperative, f"toits.{ending}")))]
        assert scene.pool.name in [name.replace("\r\n", "\n") for name in names]


def test_the_package_describes_every_file(client: Client, scene: Scene):
    response = get(client, scene.cooperative, "datapackage.json")
    package = json.loads(response.content)
    assert package["licenses"][0]["name"] == "etalab-2.0"
    assert len(package["resources"]) == 5 * 3
    for resource in package["resources"]:
        answer = client.get(resource["path"].removeprefix("http://localhost:8000"))
        assert answer.status_code == 200
        if resource["format"] == "csv":
            names = [field["name"] for field in resource["schema"]["fields"]]
            assert body(answer).decode().splitlines()[0].split(",") == names


def test_every_column_has_a_meaning_and_a_key_of_its_own():
    for table in TABLES:
        names = [column.name for column in table.columns]
        assert set(table.key) <= set(names)
        assert len(set(names)) == len(names)
        assert all(column.meaning and column.kind in Kind for column in table.columns)


def test_the_board_chooses_another_licence(signed_in, scene: Scene, client: Client):
    board: User = member(scene.cooperative, Role.BOARD)
    address = f"{scene.base}transparence/licence/"
    assert signed_in(board).post(address, {"licence": "ODbL-1.0"}).status_code == 302
    assert "ODbL-1.0" in get(client, scene.cooperative, "mois.csv").headers["Content-Disposition"]
    assert JournalEntry.objects.filter(act="choose_licence", actor=board).count() == 1
    signed_in(board).post(address, {"licence": "mine"})
    assert "ODbL-1.0" in get(client, scene.cooperative, "mois.csv").headers["Content-Disposition"]


def test_an_unknown_licence_is_refused_by_the_service(scene: Scene):
    with pytest.raises(KeyError):
        choose_licence(actor=None, cooperative=scene.cooperative, code="mine")


def test_the_page_lists_every_series_and_only_the_board_its_choice(signed_in, client: Client, scene: Scene):
    text = client.get(f"{scene.base}transparence/").text
    for name in ("toits.csv", "mois.parquet", "jours-2025.json", "total-jours-2025.csv"):
        assert f"{scene.base}transparence/donnees/{name}" in text
    assert "Licence Ouverte 2.0" in text
    assert 'name="licence"' not in text
    board = signed_in(member(scene.cooperative, Role.BOARD))
    assert 'name="licence"' in board.get(f"{scene.base}transparence/").text


def test_an_address_that_asks_too_often_is_told_so(client: Client, scene: Scene, monkeypatch):
    monkeypatch.setattr("production.views.open_data.FILES_AN_HOUR", "2/hour")
    answers = [get(client, scene.cooperative, "mois.csv").status_code for _ in range(3)]
    assert answers == [200, 200, 429]


def test_more_roofs_make_no_more_queries(client: Client, scene: Scene, assert_flat_queries):
    def grow() -> None:
        for n in range(7):
            meter = plant_with_meter(cooperative=scene.cooperative)
            flat_forecast(meter.plant)
            bring(meter, paris_day(SATURDAY, 1_001 + n), f"{n}.csv")

    assert_flat_queries(lambda: body(get(client, scene.cooperative, "jours-2025.csv")), grow)


def test_a_new_day_brings_a_new_file(client: Client, scene: Scene, monkeypatch: pytest.MonkeyPatch):
    etag = get(client, scene.cooperative, "mois.csv").headers["ETag"]
    tomorrow = timezone.now() + dt.timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    assert get(client, scene.cooperative, "mois.csv", if_none_match=etag).status_code == 200
