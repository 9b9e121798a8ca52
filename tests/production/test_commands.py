"""`readings_import`, `forecast` and `performance`: what they say, and how they end."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, ManagementUtility, call_command
from django.db import connection
from django.utils import timezone

from production.formats import detection
from production.management.commands import readings_import
from production.models import MeterFile, Reading, ReadingImport
from tests.factories import PlantFactory, PVArrayFactory, flat_forecast, plant_with_meter
from tests.production.deliveries import bring, csv_of, enedis, paris_day
from tests.production.test_storage import DAY, NEXT, database_url
from tests.production.told import a_weather, tell

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parent.parent.parent
HUAWEI = "formats/fusionsolar_Inverter_1_2025_03.xlsx"
AARHUS = "metered/aarhus_roof_hourly_2024-09_2025-08.csv"


def run(*words: str) -> dict[str, Any]:
    """The JSON document a command prints."""
    out = io.StringIO()
    call_command(*words, "--json", stdout=out)
    return json.loads(out.getvalue())


def refusal(*words: str) -> tuple[int, str, dict[str, Any]]:
    """Exit code, message and JSON document of a command that refuses."""
    out = io.StringIO()
    with pytest.raises(CommandError) as refused:
        call_command(*words, "--json", stdout=out)
    return refused.value.returncode, str(refused.value), json.loads(out.getvalue() or "{}")


@pytest.fixture
def june(tmp_path: Path) -> Path:
    path = tmp_path / "juin.csv"
    path.write_bytes(csv_of(paris_day(DAY, 1000)))
    return path


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    path = tmp_path / "abime.csv"
    path.write_bytes(csv_of(paris_day(NEXT, 1000)).replace(b"T03:00:00Z;1000", b"T03:00:00Z;beaucoup"))
    return path


# readings_import


def test_the_huawei_spring_month_imports_to_its_total(shared_data: Path):
    meter = plant_with_meter()
    (file,) = run("readings_import", str(shared_data / HUAWEI), "--meter", meter.code)["files"]
    assert round(file["energy_kwh"], 1) == 3_731.6
    assert file["format"] == "fusionsolar"
    assert file["rows_stored"] == Reading.objects.filter(meter=meter).count()
    assert file["counter_energy_kwh"] == pytest.approx(3_720.5, abs=0.1)
    assert len(file["devices"]) == 1


def test_the_aarhus_year_imports_to_its_total(shared_data: Path):
    meter = plant_with_meter()
    (file,) = run("readings_import", str(shared_data / AARHUS), "--meter", meter.code)["files"]
    assert round(file["energy_kwh"], 1) == 40_673.5
    assert (file["rows_read"], file["rows_stored"]) == (8760, 8760)
    assert file["first"].startswith("2024-09-01T00:00:00")
    assert file["last"].startswith("2025-09-01T00:00:00")


def test_a_dry_run_reads_for_a_meter_that_does_not_exist_yet(shared_data: Path):
    document = run("readings_import", str(shared_data / HUAWEI), "--meter", "A-VENIR", "--dry-run")
    (file,) = document["files"]
    assert document["dry_run"] is True
    assert (round(file["energy_kwh"], 1), file["counter_energy_kwh"]) == (
        3_731.6,
        pytest.approx(3_720.5, abs=0.1),
    )
    assert file["rows_stored"] == 0
    assert not MeterFile.objects.exists()


def test_a_dry_run_for_a_known_meter_stores_nothing(june: Path):
    meter = plant_with_meter()
    run("readings_import", str(june), "--meter", meter.code, "--dry-run")
    assert not ReadingImport.objects.exists()


def test_a_second_run_leaves_everything_unchanged(june: Path):
    meter = plant_with_meter()
    words = ("readings_import", str(june), "--meter", meter.code)
    first, second = run(*words)["files"][0], run(*words)["files"][0]
    assert (first["rows_stored"], second["rows_stored"]) == (24, 0)
    assert (second["rows_unchanged"], second["energy_kwh"]) == (24, 24)


def test_a_refused_file_ends_with_one_and_names_its_line(broken: Path):
    meter = plant_with_meter()
    code, message, document = refusal("readings_import", str(broken), "--meter", meter.code)
    assert code == 1
    assert "abime.csv" in message
    assert "ligne 7" in message
    assert "Que faire" in message
    assert document["files"][0]["errors"][0]["line"] == 7
    assert document["files"][0]["rows_refused"] == 1
    assert not Reading.objects.exists()


def test_files_before_a_refused_one_stay_and_are_told(june: Path, broken: Path):
    meter = plant_with_meter()
    _, _, document = refusal("readings_import", str(june), str(broken), "--meter", meter.code)
    assert [file["rows_stored"] for file in document["files"]] == [24, 0]
    assert Reading.objects.count() == 24


def test_a_dry_run_reads_every_file_and_ends_with_one_if_any_was_refused(june: Path, broken: Path):
    meter = plant_with_meter()
    words = ("readings_import", str(broken), str(june), str(broken), "--meter", meter.code, "--dry-run")
    code, message, document = refusal(*words)
    assert code == 1
    assert message.count("abime.csv") == 2
    assert [file["rows_refused"] for file in document["files"]] == [1, 0, 1]
    assert document["files"][1]["rows_new"] == 24
    assert not MeterFile.objects.exists()


def test_a_dry_run_and_an_import_say_the_same_keys(june: Path):
    meter = plant_with_meter()
    words = ("readings_import", str(june), "--meter", meter.code)
    unknown = run("readings_import", str(june), "--meter", "A-VENIR", "--dry-run")["files"][0]
    checked, stored = run(*words, "--dry-run")["files"][0], run(*words)["files"][0]
    assert unknown.keys() == checked.keys() == stored.keys()
    changing = ("import", "rows_stored")
    same = [{k: v for k, v in file.items() if k not in changing} for file in (unknown, checked, stored)]
    assert same[0] == same[1] == same[2]
    assert run(*words, "--dry-run")["files"][0]["rows_unchanged"] == 24


def test_the_command_takes_the_unit_and_the_end_that_the_file_leaves_out(tmp_path: Path):
    path = tmp_path / "nu.csv"
    path.write_bytes(csv_of(paris_day(DAY, 1)).replace(b"energie_wh", b"energie"))
    words = ("readings_import", str(path), "--meter", plant_with_meter().code)
    assert "choisissez-la à l’envoi" in refusal(*words)[1]
    (file,) = run(*words, "--unit", "kWh", "--label", "end")["files"]
    assert (file["energy_kwh"], file["first"][:13]) == (24, "2025-06-09T21")


def test_a_refused_file_says_what_the_rest_of_it_would_bring(broken: Path):
    plant_with_meter(name="École")
    meter = plant_with_meter()
    _code, _words, document = refusal("readings_import", str(broken), "--meter", meter.code)
    (file,) = document["files"]
    assert file["rest"]["rows"] == 23
    assert len(file["rest"]["lines_left_out"]) == 1
    assert not Reading.objects.exists()


def test_faulty_lines_are_left_out_with_consent_and_named(broken: Path):
    meter = plant_with_meter()
    words = ("readings_import", str(broken), "--meter", meter.code, "--without-faulty-lines")
    checked = run(*words, "--dry-run")["files"][0]
    assert not Reading.objects.exists()
    (file,) = run(*words)["files"]
    assert (file["rows_stored"], file["rows_refused"]) == (23, 1)
    assert checked["lines_left_out"] == file["lines_left_out"] != []
    done = ReadingImport.objects.get()
    assert (done.left_out, done.consented_by) == (file["lines_left_out"], None)
    assert done.consented_at is not None
    assert Reading.objects.count() == 23


def test_consent_saves_nothing_of_a_file_that_is_wrong_as_a_whole(tmp_path: Path):
    path = tmp_path / "vide.csv"
    path.write_bytes(b"")
    code, words, _document = refusal(
        "readings_import", str(path), "--meter", plant_with_meter().code, "--without-faulty-lines"
    )
    assert code == 1
    assert "vide" in words


def test_the_part_of_one_meter_is_taken_by_its_number(tmp_path: Path):
    path = tmp_path / "deux.csv"
    path.write_bytes(enedis() + enedis("19125759625999", "300"))
    meter = plant_with_meter()
    _code, _words, document = refusal("readings_import", str(path), "--meter", meter.code)
    assert document["files"][0]["parts"] == ["19125759625988", "19125759625999"]
    done = run("readings_import", str(path), "--meter", meter.code, "--part", "19125759625999")
    assert done["files"][0]["energy_kwh"] == 7.2


def test_a_missing_file_ends_with_two_before_anything_is_stored(june: Path, tmp_path: Path):
    meter = plant_with_meter()
    code, message, _ = refusal(
        "readings_import", str(june), str(tmp_path / "rien.csv"), "--meter", meter.code
    )
    assert code == 2
    assert "rien.csv" in message
    assert not Reading.objects.exists()


def test_an_unknown_meter_ends_with_one_and_is_named(june: Path):
    code, message, _ = refusal("readings_import", str(june), "--meter", "PERSONNE")
    assert code == 1
    assert "PERSONNE" in message


def test_the_wrong_meter_ends_with_one(tmp_path: Path):
    meter = plant_with_meter()
    meter.identifier = "99999999999999"
    meter.save()
    path = tmp_path / "enedis.csv"
    path.write_bytes(enedis())
    assert refusal("readings_import", str(path), "--meter", meter.code)[0] == 1


def test_a_file_above_the_limit_is_refused_without_reading_it_all(
    june: Path, monkeypatch: pytest.MonkeyPatch
):
    for module in (detection, readings_import):
        monkeypatch.setattr(module, "MAX_FILE_BYTES", 100)
    code, message, _ = refusal("readings_import", str(june), "--meter", plant_with_meter().code)
    assert code == 1
    assert "trop gros" in message


def test_people_read_a_sentence_a_file(june: Path, capsys: pytest.CaptureFixture[str]):
    call_command("readings_import", str(june), "--meter", plant_with_meter().code)
    assert "juin.csv: generic, 24.0 kWh, 24 lignes enregistrées" in capsys.readouterr().out


# forecast


def test_a_forecast_adds_its_plants_and_names_its_weather():
    cooperative = plant_with_meter().plant.cooperative
    plant_with_meter(cooperative=cooperative)
    plant_with_meter()  # of another cooperative
    document = run("forecast", "--cooperative", cooperative.slug)
    assert len(document["plants"]) == 2
    for key in ("p50_kwh", "p75_kwh", "p90_kwh", "peak_power_kwp"):
        assert document["total"][key] == pytest.approx(sum(row[key] for row in document["plants"]))
    for row in document["plants"]:
        assert row["p90_kwh"] < row["p75_kwh"] < row["p50_kwh"]
        assert sum(row["months_kwh"]) == pytest.approx(row["p50_kwh"])
        assert len(row["weather_sha256"]) == 64 and row["weather_name"]
    assert sum(document["total"]["months_kwh"]) == pytest.approx(document["total"]["p50_kwh"])


def test_one_plant_is_asked_by_its_name():
    plant = plant_with_meter().plant
    plant_with_meter()
    (row,) = run("forecast", "--plant", plant.slug)["plants"]
    assert row["plant"] == plant.slug
    assert 800 < row["specific_yield_kwh_per_kwp"] < 1200


@pytest.mark.parametrize("words", [("--plant", "personne"), ("--cooperative", "personne"), ()])
def test_a_forecast_of_nothing_ends_with_one(words: tuple[str, ...]):
    assert refusal("forecast", *words)[0] == 1


def test_a_plant_without_panels_ends_with_one_and_a_sentence():
    bare = PlantFactory()
    code, message, _ = refusal("forecast", "--plant", bare.slug)
    assert code == 1
    assert bare.slug in message


def test_a_plant_overseas_ends_with_one_and_a_sentence():
    plant = PlantFactory(latitude_deg=-21.3, longitude_deg=55.5)
    PVArrayFactory(plant=plant)
    code, message, _ = refusal("forecast", "--plant", plant.slug)
    assert code == 1
    assert "Prévision impossible" in message


# performance


def test_performance_compares_day_by_day():
    meter = plant_with_meter()
    flat_forecast(meter.plant)  # 3,000 kWh in June: 100 kWh a day
    bring(meter, paris_day(DAY, 5_000) | paris_day(NEXT, 4_000))  # 120 + 96 kWh
    document = run("performance", "--plant", meter.plant.slug, "--from", "2025-06-10", "--to", "2025-06-12")
    assert document["total"].pop("under_weather")["days"] == 0
    assert document["weathers_that_were"] == []
    assert document["total"] == {
        "metered_kwh": 216.0,
        "compared_kwh": 216.0,
        "expected_kwh": 200.0,
        "deviation": 0.08,
        "days_read": 2,
        "days_missing": 1,
    }
    assert document["months"][0]["first_day"] == "2025-06-10"
    assert document["weather"] == "essai"


def test_performance_names_the_weather_that_was_and_what_it_allowed():
    meter = plant_with_meter()
    flat_forecast(meter.plant)
    bring(meter, paris_day(DAY, 5_000) | paris_day(NEXT, 4_000))
    tell(meter.plant, {DAY: 125_000}, kept := a_weather())
    document = run("performance", "--plant", meter.plant.slug, "--from", "2025-06-10", "--to", "2025-06-12")
    # Of the two days read only the 10th is told: 120 of 125 kWh, against 100 forecast.
    assert document["months"][0]["under_weather"] == {
        "days": 1,
        "metered_kwh": 120.0,
        "weather_kwh": 125.0,
        "forecast_kwh": 100.0,
        "weather_share": 0.25,
        "rest": -0.04,
        "days_told": 1,
        "expected_kwh": None,
    }
    (weather,) = document["weathers_that_were"]
    assert (weather["name"], weather["sha256"], weather["engine"]) == (kept.name, kept.sha256, "essai")


def test_performance_of_an_unknown_plant_ends_with_one():
    assert refusal("performance", "--plant", "personne", "--from", "2025-01-01", "--to", "2025-01-02")[0] == 1


def test_two_plants_of_one_name_ask_for_their_cooperative():
    one, other = PlantFactory(slug="ecole"), PlantFactory(slug="ecole")
    words = ("performance", "--plant", "ecole", "--from", "2025-01-01", "--to", "2025-01-02")
    code, message, _ = refusal(*words)
    assert code == 1
    assert "--cooperative" in message
    assert run(*words, "--cooperative", other.cooperative.slug)["plant"] == one.slug


def test_days_the_wrong_way_round_end_with_two():
    plant = PlantFactory()
    assert refusal("performance", "--plant", plant.slug, "--from", "2025-01-02", "--to", "2025-01-01")[0] == 2


def test_a_day_that_is_none_ends_with_two():
    words = ["performance", "--plant", "x", "--from", "2025-02-30", "--to", "2025-03-01"]
    with pytest.raises(SystemExit) as ended:
        ManagementUtility(["manage.py", *words]).execute()
    assert ended.value.code == 2


def test_all_of_time_is_a_period_too():
    plant = PlantFactory()
    words = ("--plant", plant.slug, "--from", "0001-01-01", "--to", "9999-12-31")
    total = run("performance", *words)["total"]
    assert total["metered_kwh"] == 0
    # Days to come aren't missing.
    assert total["days_missing"] == (timezone.localdate() - plant.commissioned_on).days


# As a program


@pytest.mark.django_db(transaction=True)
def test_standard_output_is_exactly_one_json_document(june: Path):
    meter = plant_with_meter()
    assert connection.settings_dict["NAME"].startswith("test_")
    ended = subprocess.run(
        [sys.executable, "manage.py", "readings_import", str(june), "--meter", meter.code, "--json"],
        env={"PATH": "/usr/bin:/bin", "DATABASE_URL": database_url()},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["files"][0]["energy_kwh"] == 24
    assert Reading.objects.count() == 24
