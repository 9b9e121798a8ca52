"""The pages of weather: the list, a file on its way in, one weather."""

import csv
import datetime as dt
import html
import io
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from installations.models import Plant
from mine_de_soleil.core.models import User
from production import weather_forms
from production.models import ExpectedDay, FrozenWeather, SensorLayout, WeatherDraft
from production.services.forecasts import make_forecasts
from production.services.weather import thawed
from shareholders.roles import Role
from tests.factories import member, plant_with_meter
from tests.production.weather_files import draft_of, july_weather, kept_weather, logger_file, past_weather

pytestmark = pytest.mark.django_db


@pytest.fixture
def plant() -> Plant:
    return plant_with_meter().plant


@pytest.fixture
def operator(plant: Plant, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(member(plant.cooperative, Role.OPERATOR))


def base(plant: Plant) -> str:
    return f"/{plant.cooperative.slug}/exploitation/meteo/"


def drop(client: Client, plant: Plant, content: bytes, name: str = "meteo.json", /, **more: Any) -> Any:
    return client.post(base(plant) + "deposer/", {"file": SimpleUploadedFile(name, content), **more})


def said(response: Any) -> str:
    return html.unescape(response.text)


def sensor_form(**more: Any) -> dict[str, Any]:
    return {
        "column_1": "ghi|W/m²|",
        "column_2": "temp_air|°C|",
        "column_3": "wind_speed|m/s|",
        "label": "start",
        "timezone": "UTC",
        "longest_gap_min": 0,
        "layout_name": "station",
    } | more


def test_an_empty_list_says_what_will_be_here(plant: Plant, operator: Client):
    assert "Aucune météo gardée pour l’instant" in said(operator.get(base(plant)))


def test_a_file_is_shown_then_kept_then_named_in_the_list(plant: Plant, operator: Client):
    response = drop(operator, plant, july_weather())
    assert response.status_code == 303
    page = said(operator.get(response.headers["Location"]))
    assert "Rien n’est encore gardé" in page
    assert "soleil reçu à plat" in page.lower()
    assert not FrozenWeather.objects.exists()
    kept = operator.post(response.headers["Location"] + "garder/")
    assert kept.status_code == 302
    weather = FrozenWeather.objects.get()
    assert weather.sha256[:8] in said(operator.get(base(plant)))
    assert weather.sha256 in said(operator.get(kept.headers["Location"]))


def test_no_english_stands_on_the_pages(plant: Plant, operator: Client):
    response = drop(operator, plant, july_weather())
    pages = [said(operator.get(response.headers["Location"]))]
    operator.post(response.headers["Location"] + "garder/")
    pages += [said(operator.get(f"{base(plant)}{FrozenWeather.objects.get().pk}/"))]
    for page in pages:
        for word in ("archive)", "sensors", "unknown", "operator's", "forecast"):
            assert word not in page.split("<main")[1]


def test_the_same_file_again_leads_to_what_is_kept(plant: Plant, operator: Client):
    kept = kept_weather()
    response = drop(operator, plant, past_weather(dt.date(2025, 6, 1), 30))
    assert response.headers["Location"] == f"{base(plant)}{kept.pk}/"
    assert "Ce fichier est déjà gardé." in said(operator.get(response.headers["Location"]))


def test_keeping_or_dropping_twice_changes_nothing(plant: Plant, operator: Client):
    draft = draft_of(plant)
    for act in ("garder", "garder", "jeter", "jeter"):
        assert operator.post(f"{base(plant)}depots/{draft.pk}/{act}/").status_code == 302
    assert FrozenWeather.objects.count() == 1
    assert not WeatherDraft.objects.exists()


def test_sensors_are_described_checked_kept_and_remembered(plant: Plant, operator: Client):
    where = drop(operator, plant, logger_file(), "capteurs.csv", plant=plant.pk).headers["Location"]
    first = said(operator.get(where))
    assert "Que contient chaque colonne" in first
    assert '<option value="ghi|W/m²|" selected>' in first
    assert operator.post(where + "garder/").headers["Location"] == where  # nothing was checked yet
    assert operator.post(where, sensor_form()).status_code == 303
    assert "Rien n’est encore gardé" in said(operator.get(where))
    operator.post(where + "garder/")
    assert FrozenWeather.objects.get().plant == plant
    assert SensorLayout.objects.get().name == "station"
    again = drop(operator, plant, logger_file("2025-07-01"), "b.csv", plant=plant.pk).headers["Location"]
    assert 'value="station"' in said(operator.get(again))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"label": ""}, "Dites ce que désigne chaque date."),
        ({"column_1": "", "column_2": "", "column_3": ""}, "Dites au moins ce que contient une colonne."),
        ({"column_2": "ghi|W/m²|"}, "Cette grandeur est déjà dans une autre colonne."),
        ({"column_1": "ghi|kW/m²|"}, "vérifiez l’unité"),
        ({"column_1": "gold|kg|"}, "Sélectionnez un choix valide"),
        ({"column_0": "ghi|W/m²|", "column_1": ""}, "valeur illisible"),
        ({"longest_gap_min": "100000"}, "inférieure ou égale"),
        ({"timezone": "Mars"}, "Sélectionnez un choix valide"),
    ],
)
def test_a_wrong_description_is_said_and_nothing_is_kept(
    plant: Plant, operator: Client, change: dict[str, Any], words: str
):
    where = drop(operator, plant, logger_file(), "capteurs.csv", plant=plant.pk).headers["Location"]
    response = operator.post(where, sensor_form(**change))
    assert response.status_code == 422
    assert words in said(response)
    assert not WeatherDraft.objects.get().summary


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "vide.epw", "n’est pas lisible"),
        (b"date;valeur\n01/01/2025;3\n", "a.csv", "choisissez le toit"),
        (b"LOCATION,court", "a.epw", "8\u202f760 heures"),
        (july_weather()[:-900], "<script>alert(1).json", "n’est pas lisible"),
    ],
)
def test_a_bad_file_is_a_422_with_a_remedy(
    plant: Plant, operator: Client, content: bytes, name: str, words: str
):
    response = drop(operator, plant, content, name)
    assert response.status_code == 422
    assert words in said(response)
    assert "Que faire" in said(response)
    assert "<script>alert" not in response.text
    assert not WeatherDraft.objects.exists()


def test_a_file_over_the_limit_is_never_read(plant: Plant, operator: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(weather_forms, "MAX_FILE_BYTES", 100)
    response = drop(operator, plant, july_weather())
    assert response.status_code == 422
    assert "dépasse 64 Mo" in said(response)


def test_the_roof_of_another_cooperative_cannot_be_chosen(plant: Plant, operator: Client):
    other = plant_with_meter().plant
    assert drop(operator, plant, logger_file(), plant=other.pk).status_code == 422


def test_the_numbers_come_back_as_they_were_kept(plant: Plant, operator: Client):
    kept = kept_weather()
    rows = list(csv.DictReader(io.StringIO(operator.get(f"{base(plant)}{kept.pk}/heures.csv").text)))
    data, _meta = thawed(kept)
    assert rows[0]["start"] == "2025-06-01T00:00:00Z"
    assert [float(row["ghi"]) for row in rows] == data["ghi"].tolist()
    assert pd.Timestamp(rows[-1]["start"]) == data.index[-1]


def test_the_file_comes_back_byte_for_byte(plant: Plant, operator: Client):
    kept = kept_weather()
    response = operator.get(f"{base(plant)}{kept.pk}/fichier/")
    assert response.content == past_weather(dt.date(2025, 6, 1), 30)


def test_what_others_sensors_measured_isnt_there(plant: Plant, operator: Client):
    other = plant_with_meter().plant
    weather = kept_weather(july_weather())
    mine = FrozenWeather.objects.usable_by(plant.cooperative)
    theirs = FrozenWeather(
        plant=other, cooperative=other.cooperative, kind="sensor", source="sensor", sha256="f" * 64
    )
    for name in ("latitude_deg", "longitude_deg", "first_start", "end", "step_s", "columns", "numbers"):
        setattr(theirs, name, getattr(weather, name))
    theirs.save()
    assert operator.get(f"{base(plant)}{theirs.pk}/").status_code == 404
    assert list(mine.values_list("pk", flat=True)) == [weather.pk]


def test_the_list_asks_as_much_for_nine_weathers_as_for_two(
    plant: Plant,
    operator: Client,
    assert_flat_queries: Callable[[Callable[[], object], Callable[[], object]], None],
):
    def grow(months: Any) -> None:
        for month in months:
            kept_weather(past_weather(dt.date(2025, month, 1), 3))

    grow((1, 2))
    assert_flat_queries(lambda: operator.get(base(plant)), lambda: grow(range(3, 10)))


def test_a_weather_names_the_forecasts_that_rest_on_it(plant: Plant, operator: Client):
    (forecast,) = make_forecasts(actor=None, plants=[plant])
    if forecast.weather_id is None:
        pytest.skip("forecasts keep no weather yet")
    page = said(operator.get(f"{base(plant)}{forecast.weather_id}/"))
    assert plant.name in page


def test_a_weather_says_the_days_that_rest_on_it(plant: Plant, operator: Client):
    kept = kept_weather()
    for kind in ("past", "ahead"):
        ExpectedDay.objects.create(
            plant=plant, day=dt.date(2025, 6, 2), kind=kind, energy_wh=1, weather=kept, engine="essai"
        )
    page = said(operator.get(f"{base(plant)}{kept.pk}/"))
    assert "Elle dit le temps qu’il a fait sur 1 installation" in page
    assert "Elle dit le temps annoncé pour 1 installation" in page
    assert "Rien pour l’instant" not in page
    listed = said(operator.get(base(plant)))
    assert "2 jours calculés" in listed
    assert "Du 1er juin 2025 au 30 juin 2025" in listed
