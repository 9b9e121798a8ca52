"""Yield studies: the list, a draft, the frozen one, its files; who reads them."""

import csv
import datetime as dt
import io
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from installations.models import Plant, TechnicalSheet
from mine_de_soleil.core.models import User
from production.models import Forecast, FrozenWeather
from production.services.studies import freeze_study
from production.services.weather import keep_weather
from production.study_tables import TABLES
from production.weather import get_typical_year
from production.weather.meta import describe
from shareholders.models import Paper
from shareholders.roles import Role
from tests.factories import (
    CooperativeFactory,
    PlantFactory,
    PVArrayFactory,
    RoleGrantFactory,
    flat_forecast,
    frozen_study,
    member,
)
from tests.pages.scene import read

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
TODAY = dt.date(2025, 6, 16)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda *_, **__: TODAY)


@pytest.fixture
def roof() -> Plant:
    plant = PlantFactory(name="École Ovide-Leroy", slug="ecole")
    PVArrayFactory(plant=plant, tilt_deg=35)
    return plant


def base(plant: Plant) -> str:
    return f"/{plant.cooperative.slug}/exploitation/toitures/{plant.slug}/etudes/"


def as_role(signed_in: SignIn, plant: Plant, *roles: Role) -> Client:
    return signed_in(member(plant.cooperative, *(roles or (Role.OPERATOR,))))


def hidden(response: HttpResponse) -> dict[str, str]:
    """What a draft's form would send."""
    found = dict(re.findall(r'<input type="hidden" name="(meteo|seen)" value="([^"]*)"', response.text))
    day = re.search(r'name="valid_from" value="([^"]*)"', response.text)
    return found | {"valid_from": day[1] if day else ""}


def a_year(plant: Plant | None = None, days: int = 365, **fields: Any) -> FrozenWeather:
    data, meta = get_typical_year(50.456, 2.795, 55)
    part = data.iloc[: days * 24].copy()
    part[["ghi", "dni", "dhi"]] *= 1.02
    told = replace(describe(part, meta), method="open-meteo-archive", kind="past", **fields)
    return keep_weather(part, told, plant=plant)


def test_the_first_words_of_a_draft_are_the_answer(signed_in: SignIn, roof: Plant):
    text = read(as_role(signed_in, roof).get(base(roof) + "nouvelle/"))
    assert re.search(r"Ce toit devrait produire 5\d MWh par an ; neuf années sur dix, au moins 4\d MWh", text)
    assert "étude à relire, pas encore figée" in text
    assert not Forecast.objects.exists()


def test_what_was_read_is_frozen_and_read_again(signed_in: SignIn, roof: Plant):
    client = as_role(signed_in, roof)
    shown = client.get(base(roof) + "nouvelle/?meteo=annee-type")
    sent = hidden(shown)
    assert sent["valid_from"] == "2020-03-01"
    answer = client.post(base(roof) + "figer/", sent)
    forecast = Forecast.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{base(roof)}{forecast.pk}/")
    assert forecast.study["fingerprint"] == sent["seen"]
    again = client.post(base(roof) + "figer/", sent)
    assert again.headers["Location"] == answer.headers["Location"]
    assert Forecast.objects.count() == 1
    text = read(client.get(answer.headers["Location"]))
    assert "L’étude est figée" in text and "juge la production à partir du 1 mars 2020" in text.replace(
        "1er", "1"
    )


def test_a_roof_changed_meanwhile_is_shown_anew_and_nothing_is_frozen(signed_in: SignIn, roof: Plant):
    client = as_role(signed_in, roof)
    sent = hidden(client.get(base(roof) + "nouvelle/"))
    TechnicalSheet.objects.create(plant=roof, losses={"soiling": 0.3}, physics={}, horizon_deg=[])
    answer = client.post(base(roof) + "figer/", sent)
    assert answer.status_code == 409
    assert "a changé depuis que l’étude a été montrée" in answer.text
    assert not Forecast.objects.exists()
    anew = hidden(answer)
    assert anew["seen"] != sent["seen"] and anew["valid_from"] == sent["valid_from"]
    assert client.post(base(roof) + "figer/", anew).status_code == 303


def test_days_judged_already_are_said_with_the_first_day_left(signed_in: SignIn, roof: Plant):
    flat_forecast(roof)
    client = as_role(signed_in, roof)
    sent = hidden(client.get(base(roof) + "nouvelle/"))
    assert sent["valid_from"] == "2025-06-16"
    answer = client.post(base(roof) + "figer/", sent | {"valid_from": "2024-01-01"})
    assert answer.status_code == 409
    assert "Les jours d’avant le 16 juin 2025 sont déjà jugés" in answer.text
    assert Forecast.objects.count() == 1


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"valid_from": "31/02/2026", "seen": "x"},
        {"valid_from": "1066-10-14", "seen": "x"},
        {"valid_from": "9999-12-31", "seen": "x"},
        {"valid_from": "2026-01-01"},
        {"valid_from": "2026-01-01", "seen": "x" * 5_000},
        {"valid_from": "2026-01-01\0", "seen": "\0"},
    ],
)
def test_a_wrong_form_is_shown_again_and_freezes_nothing(
    signed_in: SignIn, roof: Plant, sent: dict[str, str]
):
    answer = as_role(signed_in, roof).post(base(roof) + "figer/", sent)
    assert answer.status_code == 422
    assert 'class="field-error"' in answer.text or 'role="alert"' in answer.text
    assert not Forecast.objects.exists()


@pytest.mark.parametrize("asked", ["0", "99", "-1", "1.5", "x", "%00", "9" * 40, "²", "' OR 1=1"])
def test_a_weather_that_isnt_there_is_a_404(signed_in: SignIn, roof: Plant, asked: str):
    assert as_role(signed_in, roof).get(f"{base(roof)}nouvelle/?meteo={asked}").status_code == 404


def test_a_kept_year_is_offered_and_half_a_year_is_not(signed_in: SignIn, roof: Plant):
    whole, half = a_year(), a_year(days=180)
    client = as_role(signed_in, roof)
    listed = client.get(base(roof)).text
    assert f'value="{whole.pk}"' in listed and f'value="{half.pk}"' not in listed
    assert "Open-Meteo" in listed and whole.sha256[:12] in listed
    told = client.get(f"{base(roof)}nouvelle/?meteo={whole.pk}")
    assert f"/exploitation/meteo/{whole.pk}/" in told.text
    refused = client.get(f"{base(roof)}nouvelle/?meteo={half.pk}")
    assert refused.status_code == 422
    assert "Cette météo couvre 180 jours" in refused.text and "Rien n’a été figé" in refused.text


def test_the_sensors_of_another_roof_are_not_offered(signed_in: SignIn, roof: Plant):
    other = PlantFactory(cooperative=roof.cooperative)
    theirs = a_year(plant=other)
    client = as_role(signed_in, roof)
    assert f'value="{theirs.pk}"' not in client.get(base(roof)).text
    assert client.get(f"{base(roof)}nouvelle/?meteo={theirs.pk}").status_code == 404


@pytest.mark.as_owner
def test_a_weather_that_was_altered_is_refused_in_words(signed_in: SignIn, roof: Plant):
    kept = a_year()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE production_frozenweather SET sha256 = %s", ["0" * 64])
    answer = as_role(signed_in, roof).get(f"{base(roof)}nouvelle/?meteo={kept.pk}")
    assert answer.status_code == 422
    assert "ne sont plus ceux d’origine" in answer.text


def test_overseas_the_page_says_which_file_to_bring(signed_in: SignIn):
    coop = CooperativeFactory(latitude_deg=-21.3, longitude_deg=55.5)
    roof = PlantFactory(cooperative=coop, latitude_deg=-21.3, longitude_deg=55.5)
    PVArrayFactory(plant=roof)
    client = as_role(signed_in, roof)
    listed = client.get(base(roof)).text
    assert "déposez un fichier EPW ou PVGIS de ce lieu" in listed
    assert "annee-type" not in listed
    answer = client.get(base(roof) + "nouvelle/")
    assert answer.status_code == 422 and "France métropolitaine" in answer.text


def test_a_roof_without_panels_says_so(signed_in: SignIn):
    roof = PlantFactory()
    answer = as_role(signed_in, roof).get(base(roof) + "nouvelle/")
    assert answer.status_code == 422
    assert "décrivez d’abord les pans" in answer.text


def test_the_list_says_which_one_judges(signed_in: SignIn, roof: Plant):
    old = flat_forecast(roof)
    now = frozen_study(roof, valid_from=dt.date(2025, 1, 1))
    frozen_study(roof, valid_from=dt.date(2025, 6, 10))
    text = read(as_role(signed_in, roof, Role.BOARD).get(base(roof)))
    assert "Ce toit devrait produire" in text and "par an, dit l’étude du" in text
    assert text.count("juge la production") == 1
    assert "juge à partir du 1" in text and "juillet 2025" in text
    assert "remplacée" in text and "chiffres seuls, d’avant les études" in text
    page = as_role(signed_in, roof, Role.BOARD).get(base(roof)).text
    assert f"{base(roof)}{now.pk}/" in page and f"{base(roof)}{old.pk}/" not in page


def test_an_old_forecast_has_no_page_of_its_own(signed_in: SignIn, roof: Plant):
    old = flat_forecast(roof)
    assert as_role(signed_in, roof).get(f"{base(roof)}{old.pk}/").status_code == 404


def test_a_plant_without_a_study_says_what_will_be_there(signed_in: SignIn, roof: Plant):
    assert "Ce toit n’a pas encore d’étude." in read(as_role(signed_in, roof, Role.AUDITOR).get(base(roof)))


def test_only_the_operator_makes_one(signed_in: SignIn, roof: Plant):
    assert "Nouvelle étude" in as_role(signed_in, roof).get(base(roof)).text
    assert "Nouvelle étude" not in as_role(signed_in, roof, Role.BOARD).get(base(roof)).text


def test_the_page_holds_what_a_bank_asks_for(signed_in: SignIn, roof: Plant):
    forecast = frozen_study(roof)
    response = as_role(signed_in, roof, Role.BOARD).get(f"{base(roof)}{forecast.pk}/")
    text = read(response)
    for words in (
        "P50",
        "P75",
        "P90",
        "Moyenne de 10 années, vieillissement compris",
        "Moyenne de 20 années",
        "à vérifier",
        "Thevenard",
        "Uccle",
        "Empreinte de l’étude",
        "Perez-Driesse",
        "Ce que l’étude ne dit pas",
        "D’où vient ce chiffre",
    ):
        assert words in text
    assert response.text.count("data-chart") == len(TABLES) == 5
    assert forecast.study["fingerprint"] in text


def test_a_municipality_reads_the_studies_of_its_own_roofs_alone(signed_in: SignIn, roof: Plant):
    elsewhere = PlantFactory(cooperative=roof.cooperative, commune="Lens", commune_insee="62498")
    client = as_role(signed_in, roof, Role.MUNICIPALITY)
    for plant, status in ((roof, 200), (elsewhere, 403)):
        forecast = frozen_study(plant)
        for path in ("", f"{forecast.pk}/", f"{forecast.pk}/etude.xlsx", f"{forecast.pk}/etude-vie.csv"):
            assert client.get(base(plant) + path).status_code == status
    page = client.get(f"{base(roof)}{roof.forecasts.get().pk}/").text
    # Neither the sheet nor the weather is open to it: no link that would be refused.
    assert "/fiche/" not in page and "/exploitation/meteo/" not in page


def test_an_operator_who_is_also_a_mayor_elsewhere_reads_all(signed_in: SignIn, roof: Plant):
    user = member(roof.cooperative, Role.OPERATOR)
    RoleGrantFactory(cooperative=roof.cooperative, user=user, role=Role.MUNICIPALITY, commune_insee="62498")
    assert signed_in(user).get(base(roof)).status_code == 200


def test_the_study_of_another_roof_or_cooperative_is_a_404(signed_in: SignIn, roof: Plant):
    other, foreign = PlantFactory(cooperative=roof.cooperative), PlantFactory()
    client = as_role(signed_in, roof)
    for plant in (other, foreign):
        pk = frozen_study(plant).pk
        assert client.get(f"{base(roof)}{pk}/").status_code == 404
        assert client.post(f"{base(roof)}{pk}/rapport/").status_code == 404


def test_each_chart_has_its_file(signed_in: SignIn, roof: Plant):
    forecast = frozen_study(roof)
    client = as_role(signed_in, roof)
    page = client.get(f"{base(roof)}{forecast.pk}/").text
    for chart in TABLES:
        url = f"{base(roof)}{forecast.pk}/{chart}.csv"
        assert url in page
        rows = list(csv.reader(io.StringIO(client.get(url).text), delimiter=";"))
        assert len(rows) > 10 and len({len(row) for row in rows}) == 1
    months = client.get(f"{base(roof)}{forecast.pk}/etude-mois.csv").text.splitlines()[1:]
    assert sum(int(line.split(";")[1]) for line in months) == forecast.year_p50_wh
    assert client.get(f"{base(roof)}{forecast.pk}/rien.csv").status_code == 404


def test_json_and_workbook_say_the_same_year(signed_in: SignIn, roof: Plant):
    user = member(roof.cooperative, Role.OPERATOR)
    forecast = freeze_study(actor=user, plant=roof)
    client = signed_in(user)
    told = client.get(f"{base(roof)}{forecast.pk}/etude.json")
    assert sum(told.json()["energy_wh"]) == forecast.year_p50_wh
    assert told.json()["fingerprint"] == forecast.study["fingerprint"]
    assert told.headers["Content-Disposition"].startswith(
        'attachment; filename="etude-ecole-ovide-leroy-2025-06-16-'
    )
    book = client.get(f"{base(roof)}{forecast.pk}/etude.xlsx")
    sheets = openpyxl.load_workbook(io.BytesIO(book.content), read_only=True)
    hours = list(sheets["Heures"].iter_rows(min_row=2, max_row=8761, values_only=True))
    assert sum(row[1] for row in hours) == forecast.year_p50_wh
    assert max(row[2] for row in hours if row[2] is not None) > 500  # with the sun of each hour


def test_the_sealed_report_is_made_once(signed_in: SignIn):
    roof = PlantFactory(cooperative=CooperativeFactory(demo=True))
    PVArrayFactory(plant=roof)
    forecast = frozen_study(roof)
    client = as_role(signed_in, roof, Role.BOARD)
    first = client.post(f"{base(roof)}{forecast.pk}/rapport/")
    assert first.status_code == 200 and first.content.startswith(b"%PDF")
    assert first.headers["Content-Type"] == "application/pdf"
    assert client.post(f"{base(roof)}{forecast.pk}/rapport/").content == first.content
    assert Paper.objects.count() == 1


def test_without_a_certificate_the_page_says_so(signed_in: SignIn, roof: Plant):
    forecast = frozen_study(roof)
    client = as_role(signed_in, roof)
    answer = client.post(f"{base(roof)}{forecast.pk}/rapport/", follow=True)
    assert "n’a pas encore de certificat" in read(answer)
    assert not Paper.objects.exists()


@pytest.mark.as_owner
def test_an_altered_study_is_said_and_not_shown(signed_in: SignIn, roof: Plant):
    forecast = frozen_study(roof)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE production_forecast SET study = jsonb_set(study, '{name}', '\"Ailleurs\"')")
    client = as_role(signed_in, roof)
    for path in ("", "etude.xlsx", "etude.json", "etude-mois.csv"):
        answer = client.get(f"{base(roof)}{forecast.pk}/{path}")
        assert answer.status_code == 409
        assert "son empreinte ne correspond pas" in answer.text and "MWh" not in answer.text
    assert client.post(f"{base(roof)}{forecast.pk}/rapport/").status_code == 409
    assert client.get(base(roof)).status_code == 200


def test_the_list_asks_no_more_for_many_studies(signed_in: SignIn, roof: Plant, assert_flat_queries: Any):
    client = as_role(signed_in, roof)
    frozen_study(roof)
    assert_flat_queries(lambda: client.get(base(roof)), lambda: [frozen_study(roof) for _ in range(5)])


def test_no_list_loads_a_study(signed_in: SignIn, roof: Plant):
    frozen_study(roof)
    client = as_role(signed_in, roof)
    with CaptureQueriesContext(connection) as asked:
        client.get(base(roof))
        client.get(f"/{roof.cooperative.slug}/toitures/{roof.slug}/")
        client.get(f"/{roof.cooperative.slug}/exploitation/")
    assert not any('"study",' in query["sql"] for query in asked.captured_queries)


@pytest.mark.parametrize(
    ("role", "is_linked"),
    [(Role.OPERATOR, True), (Role.BOARD, True), (Role.MUNICIPALITY, True), (Role.SHAREHOLDER, False)],
)
def test_the_roofs_page_links_its_studies_to_those_who_read_them(
    signed_in: SignIn, roof: Plant, role: Role, is_linked: bool
):
    page = as_role(signed_in, roof, role).get(f"/{roof.cooperative.slug}/toitures/{roof.slug}/").text
    assert (base(roof) in page) is is_linked
    assert base(roof) not in Client().get(f"/{roof.cooperative.slug}/toitures/{roof.slug}/").text


def test_the_addresses_of_acts_lead_back_when_opened(signed_in: SignIn, roof: Plant):
    client = as_role(signed_in, roof)
    assert client.get(base(roof) + "figer/").headers["Location"] == base(roof)
    assert client.get(f"{base(roof)}{frozen_study(roof).pk}/rapport/").status_code == 405
