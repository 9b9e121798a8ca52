"""What no yield is computed from: refused with a name and a sentence at every door, before any computation.

The engine's own door is tried in tests/production/fleet/test_checking.py, the readers' in tests/production/
weather/; here, those of the commands and of the API.
"""

import gzip
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from installations.models import Plant, PVArray, TechnicalSheet
from production.fleet import engine
from production.models import Forecast, FrozenWeather, WeatherDraft
from shareholders.roles import Role
from tests.api.clients import API, client_with, is_problem
from tests.factories import PlantFactory, PVArrayFactory, plant_with_meter
from tests.production.weather import UCCLE, needs_shared_data

pytestmark = pytest.mark.django_db
GHI, ZONE, LATITUDE = 13, ",4.35810,1.0,", ",50.79690,"


@pytest.fixture
def plant() -> Plant:
    return plant_with_meter().plant


@pytest.fixture
def nothing_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine's first step behind its own checks, which a refusal never reaches."""

    def computing(*_: object, **__: object) -> None:
        raise AssertionError("computed")

    monkeypatch.setattr(engine, "run_here", computing)
    monkeypatch.setattr(engine.cluster, "run", computing)


def uccle() -> list[str]:
    return gzip.decompress(UCCLE.read_bytes()).decode().rstrip("\n").split("\n")


def of_hours(change: Callable[[str], str], rows: list[str]) -> list[str]:
    return [*rows[:8], *(",".join(_with(row.split(","), change)) for row in rows[8:])]


def _with(fields: list[str], change: Callable[[str], str]) -> list[str]:
    return [*fields[:GHI], change(fields[GHI]), *fields[GHI + 1 :]]


def in_the_head(before: str, after: str) -> Callable[[list[str]], list[str]]:
    def change(rows: list[str]) -> list[str]:
        assert before in rows[0]
        return [rows[0].replace(before, after), *rows[1:]]

    return change


# The code a program reads, what a person reads, and the file.
WEATHERS: dict[str, tuple[str, str, Callable[[list[str]], list[str]]]] = {
    "latitude 95": ("invalid-place", "latitude", in_the_head(LATITUDE, ",95.0,")),
    "a missing hour": ("missing-hours", "ligne 501", lambda rows: [*rows[:500], *rows[501:], rows[-1]]),
    "fewer hours": ("wrong-year-length", "8\u202f750", lambda rows: rows[:500] + rows[510:]),
    "8,784 hours": ("wrong-year-length", "8 784", lambda rows: rows + rows[-24:]),
    "wrong time zone": ("wrong-time-zone", "fuseau", in_the_head(ZONE, ",4.35810,8.0,")),
    "kWh for Wh": (
        "implausible",
        "unité",
        lambda rows: of_hours(lambda text: f"{float(text) / 1000:.4f}", rows),
    ),
    "NaN irradiance": ("missing-values", "manque", lambda rows: of_hours(lambda text: "nan", rows)),
}


def refusal(*words: str) -> tuple[int, str]:
    with pytest.raises(CommandError) as caught:
        call_command(*words, stdout=io.StringIO())
    return caught.value.returncode, str(caught.value)


@needs_shared_data
@pytest.mark.parametrize("fault", WEATHERS)
def test_a_faulty_weather_is_refused_by_the_commands(
    plant: Plant, nothing_computed: None, tmp_path: Path, fault: str
):
    _code, said, change = WEATHERS[fault]
    path = tmp_path / "faute.epw"
    path.write_text("\n".join(change(uccle())))
    for words in (("forecast", "--plant", plant.slug, "--weather", str(path)), ("weather_import", str(path))):
        exit_code, sentence = refusal(*words)
        assert exit_code == 1
        assert said in sentence and "Que faire" in sentence and "faute.epw" in sentence
    assert not FrozenWeather.objects.exists()


@needs_shared_data
@pytest.mark.parametrize("fault", WEATHERS)
def test_a_faulty_weather_is_refused_by_the_api(plant: Plant, nothing_computed: None, fault: str):
    code, said, change = WEATHERS[fault]
    client = client_with(plant.cooperative, Role.OPERATOR)
    file = SimpleUploadedFile("faute.epw", "\n".join(change(uccle())).encode())
    url = f"{API}/cooperatives/{plant.cooperative.slug}/weathers/"
    answer = client.post(url, {"file": file}, format="multipart")
    assert is_problem(answer, 422)
    (error,) = answer.json()["errors"]
    assert error["code"] == code and said in error["message"]
    assert not (FrozenWeather.objects.exists() or WeatherDraft.objects.exists())


def test_a_place_at_latitude_95_is_asked_of_nobody_and_has_no_roof(nothing_computed: None):
    exit_code, sentence = refusal("weather_import", "--pvgis", "95", "3")
    assert exit_code == 1 and "95" in sentence and "Que faire" in sentence
    with pytest.raises(IntegrityError, match="plant_is_on_earth"), transaction.atomic():
        PlantFactory(latitude_deg=95.0)


def described_wrongly() -> dict[str, Callable[[], Plant]]:
    """Roofs that the database lets in and the engine refuses."""

    def in_kilowatts() -> Plant:
        plant = PlantFactory(name="Gymnase", inverter_power_w=36_000)
        PVArrayFactory(plant=plant, peak_power_w=36)
        return plant

    def with_losses_of(percent: float) -> Plant:
        plant = plant_with_meter(name="Gymnase").plant
        TechnicalSheet.objects.create(plant=plant, losses={"soiling": percent}, physics={}, horizon_deg=[])
        return plant

    return {
        "array in kilowatts": in_kilowatts,
        "array without area": lambda: PlantFactory(name="Gymnase"),
        "losses of 140 %": lambda: with_losses_of(1.4),
    }


@pytest.mark.parametrize("fault", described_wrongly())
def test_a_roof_described_wrongly_is_refused_at_each_door_and_named(nothing_computed: None, fault: str):
    plant = described_wrongly()[fault]()
    right = plant_with_meter(cooperative=plant.cooperative, name="Mairie").plant
    exit_code, sentence = refusal("forecast", "--cooperative", plant.cooperative.slug)
    assert exit_code == 1 and "Que faire" in sentence
    assert plant.name in sentence or plant.slug in sentence
    assert right.name not in sentence and "plant " not in sentence
    client = client_with(plant.cooperative, Role.OPERATOR)
    for path in ("", "draft/"):
        url = f"{API}/cooperatives/{plant.cooperative.slug}/plants/{plant.slug}/studies/{path}"
        answer = client.post(url, {}, format="json")
        assert is_problem(answer, 422) and "Que faire" in answer.json()["detail"]
    assert not Forecast.objects.exists()


def test_an_array_of_no_power_is_not_even_stored():
    with pytest.raises(IntegrityError, match="array_has_power"), transaction.atomic():
        PVArray.objects.create(plant=PlantFactory(), peak_power_w=0, tilt_deg=30, azimuth_deg=180)
