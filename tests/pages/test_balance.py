"""The page of a roof's balance."""

import csv
import datetime as dt
import io
from collections.abc import Callable

import pytest
from django.test import Client

from installations.models import Plant, TechnicalSheet
from mine_de_soleil.core.models import User
from shareholders.roles import Role
from tests.factories import an_alert, flat_forecast, member, plant_with_meter
from tests.pages.scene import read
from tests.production.deliveries import bring, paris_day
from tests.production.told import a_weather, tell

pytestmark = pytest.mark.django_db
SECOND = dt.date(2025, 6, 2)


@pytest.fixture
def plant() -> Plant:
    meter = plant_with_meter(name="École")
    flat_forecast(meter.plant)
    bring(meter, paris_day(SECOND, 3_000), name="juin.csv")
    tell(meter.plant, {SECOND: 90_000}, a_weather())
    return meter.plant


@pytest.fixture
def auditor(plant: Plant, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(member(plant.cooperative, Role.AUDITOR))


def address(plant: Plant, query: str = "") -> str:
    return f"/{plant.cooperative.slug}/exploitation/toitures/{plant.slug}/bilan/{query}"


def test_a_year_is_told_by_cause_and_each_figure_leads_to_its_source(plant: Plant, auditor: Client):
    TechnicalSheet.objects.create(plant=plant)
    an_alert(plant, began_on=SECOND, ended_on=SECOND + dt.timedelta(days=2))
    text = read(auditor.get(address(plant, "?annee=2025")))
    assert "72,0 kWh relevés pour 100 kWh prévus" in text
    assert "aucun contrat de vente enregistré" in text
    page = auditor.get(address(plant, "?annee=2025")).text
    for link in (
        "/exploitation/meteo/",
        "/exploitation/imports/",
        "/exploitation/alertes/",
        "/etudes/",
        "/fiche/",
    ):
        assert link in page
    assert "Rien, sur cette période : pannes" in text


def test_a_month_is_told_day_by_day(plant: Plant, auditor: Client):
    text = read(auditor.get(address(plant, "?annee=2025&mois=6")))
    assert "Jour par jour" in text
    assert "aucun jour complet à comparer" in text


def test_a_year_without_readings_says_what_is_missing(plant: Plant, auditor: Client):
    assert "Rien à comparer" in read(auditor.get(address(plant, "?annee=2021")))


@pytest.mark.parametrize(
    "query",
    ["?annee=deux", "?annee=1", "?annee=9999", "?annee=2025&mois=13", "?annee=2025&mois=x", "?annee=²"],
)
def test_a_period_that_cannot_be_is_refused(plant: Plant, auditor: Client, query: str):
    assert auditor.get(address(plant, query)).status_code == 400


def test_the_file_adds_up(plant: Plant, auditor: Client):
    response = auditor.get(address(plant, "bilan.csv?annee=2025"))
    rows = list(csv.DictReader(io.StringIO(response.text)))
    june = next(row for row in rows if row["first_day"] == "2025-06-01")
    causes = [
        name
        for name in june
        if name.endswith("_wh") and name not in ("forecast_wh", "compared_wh", "metered_wh")
    ]
    assert len(causes) == 8
    assert sum(int(june[name]) for name in causes) == int(june["forecast_wh"]) - int(june["compared_wh"])
    assert june["lost_euros"] == ""


def test_the_file_of_a_month_has_a_line_a_day(plant: Plant, auditor: Client):
    response = auditor.get(address(plant, "bilan.csv?annee=2025&mois=6"))
    assert len(list(csv.DictReader(io.StringIO(response.text)))) == 30
