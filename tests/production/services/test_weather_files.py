"""Weather files: looked into, kept once, remembered."""

import datetime as dt
import gzip
import json
from dataclasses import replace
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from installations.models import Plant
from mine_de_soleil.core.models import JournalEntry
from production.formats import FileRefused
from production.models import ExpectedDay, FrozenWeather, SensorLayout, WeatherDraft
from production.services import weather_files
from production.services.sensor_days import tell_sensor_days
from production.services.weather import keep_weather, thawed
from production.services.weather_files import (
    AlreadyKept,
    NotReady,
    RoofNeeded,
    TooManyDrafts,
    WeatherDelivery,
    bring_weather,
    check_sensor_draft,
    discard_draft,
    keep_draft,
    mapping_from,
    receive_weather_file,
)
from production.weather import (
    FileTooLarge,
    MissingColumn,
    MissingValues,
    UnreadableFile,
    WeatherError,
    get_typical_year,
)
from tests.factories import PlantFactory, plant_with_meter
from tests.production.weather import PVGIS, UCCLE, needs_shared_data
from tests.production.weather_files import MAPPING, NOON, draft_of, july_weather, logger_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def plant() -> Plant:
    return plant_with_meter(commissioned_on=dt.date(2020, 1, 1)).plant


def receive(plant: Plant, content: bytes, name: str = "f", *, roof: bool = False) -> WeatherDraft:
    delivery = WeatherDelivery(name, content, "", plant if roof else None)
    return receive_weather_file(actor=None, cooperative=plant.cooperative, delivery=delivery, now=NOON)


def bring(plant: Plant, content: bytes, *, roof: bool = True, **more: Any) -> Any:
    said: dict[str, Any] = {"mapping": MAPPING if roof else None, "dry_run": False} | more
    delivery = WeatherDelivery("capteurs.csv", content, "", plant if roof else None)
    return bring_weather(actor=None, cooperative=plant.cooperative, delivery=delivery, now=NOON, **said)


def test_looking_into_a_file_keeps_nothing(plant: Plant):
    draft = receive(plant, july_weather())
    assert draft.form == "open-meteo"
    assert draft.summary["rows"] == 31 * 24 - 1
    assert draft.summary["sums"]["irradiation_kwh_m2"]["ghi"] > 100
    assert not FrozenWeather.objects.exists()


def test_what_is_kept_is_what_was_shown(plant: Plant):
    draft = receive(plant, july_weather())
    kept = keep_draft(actor=None, draft=draft, now=NOON)
    assert kept.sha256 == draft.summary["meta"]["sha256"]
    assert (kept.kind, kept.source, bytes(kept.original)) == ("past", "open-meteo-archive", july_weather())
    assert len(thawed(kept)[0]) == draft.summary["rows"]
    assert not WeatherDraft.objects.exists()
    assert JournalEntry.objects.get(act="keep_weather_file").detail["sha256"] == kept.sha256


def test_days_to_come_are_told_from_days_that_were(plant: Plant):
    draft = receive_weather_file(
        actor=None,
        cooperative=plant.cooperative,
        delivery=WeatherDelivery("f", july_weather()),
        now=dt.datetime(2025, 7, 4, tzinfo=dt.UTC),
    )
    assert draft.summary["meta"]["kind"] == "forecast"


@needs_shared_data
@pytest.mark.parametrize(("path", "source"), [(UCCLE, "epw"), (PVGIS, "pvgis-tmy")])
def test_a_typical_year_is_recognized_by_its_content(plant: Plant, path: Any, source: str):
    draft = receive(plant, path.read_bytes(), "sans-nom")
    kept = keep_draft(actor=None, draft=draft, now=NOON)
    assert (kept.kind, kept.source) == ("typical", source)
    assert draft.summary["sums"]["days"] == 365


def test_the_same_bytes_twice_are_kept_once(plant: Plant):
    kept = keep_draft(actor=None, draft=receive(plant, july_weather()), now=NOON)
    with pytest.raises(AlreadyKept) as before:
        receive(plant, july_weather())
    assert before.value.weather.pk == kept.pk


def test_two_who_keep_the_same_draft_keep_it_once(plant: Plant):
    draft = receive(plant, july_weather())
    same = WeatherDraft.objects.get()
    keep_draft(actor=None, draft=draft, now=NOON)
    with pytest.raises(AlreadyKept):
        keep_draft(actor=None, draft=same, now=NOON)
    assert FrozenWeather.objects.count() == 1


def test_a_dropped_file_is_gone_and_dropping_it_again_changes_nothing(plant: Plant):
    draft = draft_of(plant)
    pk = draft.pk
    discard_draft(draft=draft)
    draft.pk = pk
    discard_draft(draft=draft)
    assert not WeatherDraft.objects.exists()


def test_drafts_nobody_wanted_for_a_week_go(plant: Plant):
    old = draft_of(plant)
    WeatherDraft.objects.filter(pk=old.pk).update(asked_at=NOON - dt.timedelta(days=8))
    receive(plant, july_weather())
    assert not WeatherDraft.objects.filter(pk=old.pk).exists()


# sensors


def test_sensors_are_read_as_the_operator_says_and_their_roof_is_told(plant: Plant):
    brought = bring(plant, logger_file(days=3))
    assert (brought.form, brought.weather.kind, brought.weather.plant) == ("sensor", "sensor", plant)
    assert brought.weather.columns == ["ghi", "temp_air", "wind_speed"]
    job = ProcrastinateJob.objects.get(task_name="production.tasks.tell_sensor_days")
    assert job.args == {"weather_id": brought.weather.pk}
    assert tell_sensor_days(brought.weather.pk) == 2  # the days whole in Paris of three whole in UTC
    tell_sensor_days(brought.weather.pk)
    assert ExpectedDay.objects.count() == 2
    assert set(ExpectedDay.objects.values_list("kind", "weather")) == {("past", brought.weather.pk)}
    assert min(ExpectedDay.objects.values_list("energy_wh", flat=True)) > 50_000


def test_the_mapping_is_remembered_for_the_roof(plant: Plant):
    bring(plant, logger_file())
    layout = SensorLayout.objects.get()
    assert (layout.plant, layout.used_at) == (plant, NOON)
    later = bring(plant, logger_file("2025-06-10"), mapping=None)
    assert later.weather.columns == ["ghi", "temp_air", "wind_speed"]
    assert SensorLayout.objects.count() == 1


def test_a_file_of_other_columns_needs_its_own_mapping(plant: Plant):
    bring(plant, logger_file())
    with pytest.raises(MissingColumn):
        bring(plant, logger_file("2025-06-10", columns="Date;A;B;C;D\n"), mapping=None)


def test_a_dry_run_leaves_nothing_behind(plant: Plant):
    brought = bring(plant, logger_file(), dry_run=True)
    assert brought.weather is None
    assert brought.summary["sums"]["missing"] == ()
    assert not (
        FrozenWeather.objects.exists() or WeatherDraft.objects.exists() or SensorLayout.objects.exists()
    )


def test_the_same_measures_twice_are_kept_once_but_may_be_read_otherwise(plant: Plant):
    bring(plant, logger_file())
    with pytest.raises(AlreadyKept):
        bring(plant, logger_file())
    otherwise = {**MAPPING, "label": "end"}
    bring(plant, logger_file(), mapping=otherwise)
    assert FrozenWeather.objects.count() == 2


def test_sensors_that_leave_out_the_wind_tell_no_day_and_the_journal_says_why(plant: Plant):
    mapping = {**MAPPING, "columns": MAPPING["columns"][:2]}  # type: ignore[index]
    brought = bring(plant, logger_file(), mapping=mapping)
    assert brought.summary["sums"]["missing"] == ("wind_speed",)
    assert tell_sensor_days(brought.weather.pk) == 0
    assert "wind_speed" in JournalEntry.objects.get(act="weather_failed").detail["reason"]


def test_a_draft_of_sensors_waits_for_its_mapping(plant: Plant):
    draft = receive(plant, logger_file(), "capteurs.csv", roof=True)
    assert not draft.summary
    with pytest.raises(NotReady):
        keep_draft(actor=None, draft=draft, now=NOON)
    check_sensor_draft(draft=draft, mapping=mapping_from(MAPPING), layout_name="station")
    keep_draft(actor=None, draft=WeatherDraft.objects.get(), now=NOON)
    assert SensorLayout.objects.get().name == "station"


def test_a_reading_that_fails_leaves_the_draft_as_it_was(plant: Plant):
    draft = receive(plant, logger_file(factor=1000), "capteurs.csv", roof=True)
    with pytest.raises(FileRefused, match="vérifiez l’unité"):
        check_sensor_draft(draft=draft, mapping=mapping_from(MAPPING), layout_name="")
    assert WeatherDraft.objects.get().mapping == {}


# refused


@pytest.mark.parametrize(
    ("content", "roof", "error"),
    [
        (b"", False, UnreadableFile),
        (b" \n", True, UnreadableFile),
        (b"\x1f\x8b\x08broken", False, UnreadableFile),
        (b"{}", False, UnreadableFile),
        (b'{"hourly_units": 1}', False, UnreadableFile),
        (b"LOCATION,short", False, WeatherError),
        (b"date;valeur\n01/01/2025;3\n", False, RoofNeeded),
        (b"<html>non</html>", True, FileRefused),
        (b"PK\x03\x04nothing", True, FileRefused),
        (b"\x00" * 4000, True, FileRefused),
        (july_weather(), True, UnreadableFile),
        (july_weather()[:-900], False, UnreadableFile),
        (july_weather().replace(b"[10.0, ", b"[null, "), False, WeatherError),
    ],
)
def test_a_bad_file_is_refused_and_nothing_is_stored(
    plant: Plant, content: bytes, roof: bool, error: type[Exception]
):
    with pytest.raises(error):
        receive(plant, content, "f.csv", roof=roof)
    assert not (WeatherDraft.objects.exists() or FrozenWeather.objects.exists())


@needs_shared_data
def test_an_epw_with_a_hole_names_its_line(plant: Plant):
    import gzip

    lines = gzip.decompress(UCCLE.read_bytes()).decode().split("\n")
    fields = lines[20].split(",")
    fields[6] = "99.9"
    lines[20] = ",".join(fields)
    with pytest.raises(MissingValues) as caught:
        receive(plant, "\n".join(lines).encode(), "a.epw")
    assert caught.value.line == 21


def test_a_file_over_the_limit_is_refused_unread(plant: Plant, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(weather_files, "MAX_FILE_BYTES", 1000)
    with pytest.raises(FileTooLarge):
        receive(plant, july_weather())


@pytest.mark.parametrize(
    "mapping",
    [
        {},
        {"columns": "x"},
        {"columns": [{"title": "a"}]},
        {"columns": [{"title": 1, "quantity": "ghi", "unit": "W/m²"}]},
        {**MAPPING, "label": "noon"},
        {**MAPPING, "timezone": 3},
        {**MAPPING, "longest_gap_s": "9"},
        {**MAPPING, "longest_gap_s": True},
        {**MAPPING, "longest_gap_s": 10**9},
        {**MAPPING, "other": 1},
        [],
        None,
        "x",
    ],
)
def test_a_mapping_of_another_shape_is_refused(mapping: Any):
    with pytest.raises(MissingColumn):
        mapping_from(mapping)


@pytest.mark.parametrize(
    "change",
    [{"timezone": "Mars/Olympus"}, {"columns": [{"title": "Vent (m/s)", "quantity": "colour", "unit": "1"}]}],
)
def test_a_mapping_nobody_can_read_with_is_refused(plant: Plant, change: dict[str, Any]):
    with pytest.raises(WeatherError):
        bring(plant, logger_file(), mapping={**MAPPING, **change})
    assert not FrozenWeather.objects.exists()


def test_a_file_that_one_company_brought_is_no_other_companys(plant: Plant):
    kept = keep_weather(*get_typical_year(50.456, 2.795, 55), cooperative=plant.cooperative)
    other = PlantFactory().cooperative
    assert kept in FrozenWeather.objects.usable_by(plant.cooperative)
    assert kept not in FrozenWeather.objects.usable_by(other)
    again = keep_weather(*get_typical_year(50.456, 2.795, 55), cooperative=other)
    assert again != kept


def test_a_place_put_right_is_another_weather_and_both_are_read_back(plant: Plant):
    data, meta = get_typical_year(50.456, 2.795, 55)
    wrong, right = (replace(meta, latitude=latitude) for latitude in (5.0456, 50.456))
    mine: dict[str, Any] = {"cooperative": plant.cooperative}
    kept = [keep_weather(data, place, **mine) for place in (wrong, right, wrong, right)]
    assert kept[0].pk == kept[2].pk != kept[1].pk == kept[3].pk
    assert [thawed(row)[1].latitude for row in kept[:2]] == [5.0456, 50.456]
    assert thawed(kept[1])[0].equals(data)


def test_a_file_whose_place_was_put_right_can_be_kept(plant: Plant):
    wrong, right = past_place(52.7), past_place(50.43)
    first = keep_draft(actor=None, draft=receive(plant, wrong), now=NOON)
    second = keep_draft(actor=None, draft=receive(plant, right), now=NOON)
    assert (first.latitude_deg, second.latitude_deg) == (52.7, 50.43)


def past_place(latitude: float) -> bytes:
    return json.dumps(json.loads(july_weather()) | {"latitude": latitude}).encode()


def test_the_same_file_dropped_again_is_the_same_draft(plant: Plant):
    assert receive(plant, july_weather()).pk == receive(plant, july_weather()).pk
    assert WeatherDraft.objects.count() == 1


def test_no_more_than_a_few_files_wait_but_programs_still_bring_theirs(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(weather_files, "MOST_DRAFTS", 1)
    receive(plant, logger_file(), roof=True)
    with pytest.raises(TooManyDrafts):
        receive(plant, logger_file("2025-06-05"), roof=True)
    assert bring(plant, logger_file("2025-06-05")).weather is not None
    assert WeatherDraft.objects.count() == 1


@pytest.mark.parametrize("content", [gzip.compress(bytes(10**6)), b"PK\x03\x04a.jpg", b"..\0.epw", b"hello"])
def test_junk_without_a_roof_isnt_asked_for_one(plant: Plant, content: bytes):
    with pytest.raises(UnreadableFile):
        receive(plant, content)
