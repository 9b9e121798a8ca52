"""`weather_import`, and `forecast` under a weather one names."""

import datetime as dt
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from installations.models import Plant
from production.models import FrozenWeather, SensorLayout
from production.services import weather_fetching
from production.services.weather import keep_weather
from production.weather import SourceUnreachable, get_typical_year, read_epw
from tests.factories import plant_with_meter
from tests.production.weather import UCCLE, needs_shared_data
from tests.production.weather_files import july_weather, kept_weather, logger_file

pytestmark = pytest.mark.django_db

MAPPING = """
label = "start"
timezone = "UTC"
[[columns]]
title = "Rayonnement global (W/m²)"
quantity = "ghi"
unit = "W/m²"
"""


@pytest.fixture
def plant() -> Plant:
    return plant_with_meter().plant


def run(*words: str) -> Any:
    out = io.StringIO()
    call_command(*words, "--json", stdout=out)
    return json.loads(out.getvalue())


def refusal(*words: str) -> tuple[int, str]:
    with pytest.raises(CommandError) as caught:
        call_command(*words, stdout=io.StringIO())
    return caught.value.returncode, str(caught.value)


def written(folder: Path, name: str, content: bytes | str) -> str:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def test_a_file_is_kept_once(plant: Plant, tmp_path: Path):
    path = written(tmp_path, "juillet.json", july_weather())
    (first,) = run("weather_import", path)["files"]
    (again,) = run("weather_import", path)["files"]
    assert (first["kept"], first["already_kept"], again["already_kept"]) == (True, False, True)
    assert first["weather_sha256"] == again["weather_sha256"] == FrozenWeather.objects.get().sha256


def test_a_dry_run_keeps_nothing(plant: Plant, tmp_path: Path):
    (row,) = run("weather_import", written(tmp_path, "j.json", july_weather()), "--dry-run")["files"]
    assert row["irradiation_kwh_m2"]["ghi"] > 100
    assert not FrozenWeather.objects.exists()


def test_sensors_are_read_by_a_mapping_and_then_by_the_one_remembered(plant: Plant, tmp_path: Path):
    mapping = written(tmp_path, "m.toml", MAPPING)
    file = written(tmp_path, "a.csv", logger_file())
    (row,) = run("weather_import", file, "--plant", plant.slug, "--mapping", mapping)["files"]
    assert (row["form"], row["missing"]) == ("sensor", ["temp_air", "wind_speed"])
    assert SensorLayout.objects.get().plant == plant
    later = written(tmp_path, "b.csv", logger_file("2025-07-01"))
    assert run("weather_import", later, "--plant", plant.slug)["files"][0]["kept"]


def test_a_person_reads_a_line_a_file(plant: Plant, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    call_command("weather_import", written(tmp_path, "j.json", july_weather()))
    assert "j.json: gardé, open-meteo" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "mapping", "code"),
    [(b"", None, 1), (b"a;b\n", None, 1), (logger_file(), "x = [", 1), (logger_file(), "label = 3", 1)],
)
def test_a_bad_file_or_mapping_ends_with_one_and_a_sentence(
    plant: Plant, tmp_path: Path, content: bytes, mapping: str | None, code: int
):
    words = ["weather_import", written(tmp_path, "f.csv", content)]
    if mapping:
        words += ["--plant", plant.slug, "--mapping", written(tmp_path, "m.toml", mapping)]
    found, message = refusal(*words)
    assert found == code
    assert message
    assert not FrozenWeather.objects.exists()


def test_wrong_use_ends_with_two(plant: Plant, tmp_path: Path):
    assert refusal("weather_import", str(tmp_path / "absent.epw"))[0] == 2
    file = written(tmp_path, "f.csv", b"x")
    assert refusal("weather_import", file, "--mapping", file)[0] == 2


def test_of_two_files_the_good_one_stays(plant: Plant, tmp_path: Path):
    good, bad = written(tmp_path, "g.json", july_weather()), written(tmp_path, "b.json", b"{}")
    assert refusal("weather_import", good, bad)[0] == 1
    assert FrozenWeather.objects.count() == 1


# forecast --weather


@needs_shared_data
@pytest.mark.parametrize("by", ["path", "number", "hash", "code", "name"])
def test_a_forecast_is_made_under_the_weather_one_names(plant: Plant, by: str):
    data, meta = read_epw(UCCLE)
    kept = keep_weather(data, meta)
    names = {
        "path": str(UCCLE),
        "number": str(kept.pk),
        "hash": kept.sha256[:10],
        "code": meta.code,
        "name": meta.name,
    }
    (row,) = run("forecast", "--plant", plant.slug, "--weather", names[by])["plants"]
    assert row["weather_sha256"] == kept.sha256
    assert 700 < row["specific_yield_kwh_per_kwp"] < 1200


@needs_shared_data
def test_people_read_the_weathers_name_and_hash(plant: Plant, capsys: pytest.CaptureFixture[str]):
    call_command("forecast", "--plant", plant.slug)
    assert "météo : typical-year" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["rien", "999999", "deadbeef", "\0", "' OR 1=1", "x" * 5000])
def test_an_unknown_weather_ends_with_one(plant: Plant, name: str):
    code, message = refusal("forecast", "--plant", plant.slug, "--weather", name)
    assert code == 1
    assert "Que faire" in message


def test_a_month_is_no_ordinary_year(plant: Plant):
    code, message = refusal("forecast", "--plant", plant.slug, "--weather", str(kept_weather().pk))
    assert code == 1
    assert "365 jours" in message


def test_a_file_that_is_no_weather_ends_with_one(plant: Plant, tmp_path: Path):
    path = written(tmp_path, "non.epw", b"LOCATION,court")
    code, message = refusal("forecast", "--plant", plant.slug, "--weather", path)
    assert code == 1
    assert "ligne" in message or "heures" in message


@pytest.fixture
def pvgis(monkeypatch: pytest.MonkeyPatch) -> list[tuple[float, float]]:
    """Places asked of a PVGIS that answers with the embedded year; north of 60° it is silent."""
    asked: list[tuple[float, float]] = []

    def answer(latitude: float, longitude: float, *, retrieved_at: dt.datetime) -> Any:
        asked.append((latitude, longitude))
        if latitude > 60:
            raise SourceUnreachable("pvgis.example.org", "timeout")
        data, meta = get_typical_year(latitude, longitude, 55)
        return data, replace(meta, method="pvgis-tmy", retrieved_at=retrieved_at)

    monkeypatch.setattr(weather_fetching, "get_pvgis_tmy", answer)
    return asked


def test_a_year_of_pvgis_is_fetched_by_its_place_and_kept_once_for_all(pvgis: list):
    (first,) = run("weather_import", "--pvgis", "50.456", "2.795")["files"]
    (again,) = run("weather_import", "--pvgis", "50.456", "2.795")["files"]
    kept = FrozenWeather.objects.get()
    assert (kept.source, kept.cooperative, kept.plant) == ("pvgis-tmy", None, None)
    assert (first["weather"], first["already_kept"], again["already_kept"]) == (kept.pk, False, True)
    assert pvgis == [(50.456, 2.795)] * 2


def test_a_year_of_pvgis_only_looked_at_is_not_kept(pvgis: list):
    (row,) = run("weather_import", "--pvgis", "50.456", "2.795", "--dry-run")["files"]
    assert row["irradiation_kwh_m2"]["ghi"] > 900
    assert not FrozenWeather.objects.exists()


def test_a_silent_pvgis_is_a_sentence_and_files_do_not_go_with_it(pvgis: list, tmp_path: Path):
    code, words = refusal("weather_import", "--pvgis", "65", "2.795")
    assert code == 1 and "Que faire" in words
    assert refusal("weather_import")[0] == 2
    assert refusal("weather_import", written(tmp_path, "j.json", "{}"), "--pvgis", "50", "3")[0] == 2
    assert refusal("weather_import", "--pvgis", "50", "3", "--plant", "roof")[0] == 2
