"""The public page of a cooperative."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from mine_de_soleil.core.models import User
from production.services.imports import Delivery, import_at_once
from shareholders.roles import Role
from tests.factories import (
    CollegeFactory,
    CooperativeFactory,
    flat_forecast,
    hourly_csv,
    member,
    plant_with_meter,
)
from tests.production.deliveries import bring, paris_day
from tests.production.told import Kind, a_weather, tell

pytestmark = pytest.mark.django_db


def test_it_answers_before_any_reading(client: Client):
    cooperative = CooperativeFactory()
    response = client.get(f"/{cooperative.slug}/")
    assert response.status_code == 200
    assert "Nos toits vont bientôt compter" in response.text


def test_it_says_what_the_roofs_made_yesterday(client: Client):
    meter = plant_with_meter()
    flat_forecast(meter.plant)
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    midnight = dt.datetime.combine(yesterday, dt.time(), dt.UTC) - dt.timedelta(hours=2)
    delivery = Delivery("hier.csv", hourly_csv(midnight, [4_000] * 24))
    import_at_once(actor=None, meter=meter, delivery=delivery, now=timezone.now())
    text = client.get(f"/{meter.plant.cooperative.slug}/").text
    assert "Hier, notre toit a produit" in text


def test_readings_of_this_morning_do_not_make_yesterday_a_day_of_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch
):
    today = dt.date(2025, 6, 12)
    monkeypatch.setattr(timezone, "localdate", lambda *_: today)
    meter = plant_with_meter()
    for day in (dt.date(2025, 6, 7), today):
        bring(meter, paris_day(day, 4_000))
    text = client.get(f"/{meter.plant.cooperative.slug}/").text
    assert "Hier," not in text
    assert "Journée du samedi 7 juin 2025" in text
    assert "Ce jour-là, notre toit a produit" in text
    assert "96,0\u202fkWh" in text


def test_it_says_how_many_roofs_spoke_when_not_all_did(client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_: dt.date(2025, 6, 12))
    first = plant_with_meter()
    cooperative = first.plant.cooperative
    second, _ = (plant_with_meter(cooperative=cooperative) for _ in range(2))
    plant_with_meter(cooperative=cooperative, commissioned_on=dt.date(2025, 6, 12))  # not yet in service
    bring(first, paris_day(dt.date(2025, 6, 11), 4_000))
    bring(second, paris_day(dt.date(2025, 6, 11), 3_000))
    text = client.get(f"/{cooperative.slug}/").text
    assert "Hier, 2 de nos 3 toits ont produit" in text


def test_tomorrow_is_said_where_the_weather_is_announced(
    client: Client, monkeypatch: pytest.MonkeyPatch, assert_flat_queries
):
    today = dt.date(2025, 6, 12)
    monkeypatch.setattr(timezone, "localdate", lambda *_: today)
    meter = plant_with_meter()
    bring(meter, paris_day(dt.date(2025, 6, 11), 4_000))
    address = f"/{meter.plant.cooperative.slug}/"
    assert "Demain" not in client.get(address).text
    tomorrow = today + dt.timedelta(days=1)
    tell(meter.plant, {tomorrow: 150_000}, a_weather(kind="forecast"), Kind.AHEAD)
    sentence = "Demain, si le temps annoncé se confirme\u202f: environ 150\u202fkWh."
    assert sentence in client.get(address).text

    def grow() -> None:
        for n in range(9):
            kept = a_weather(f"{n:064d}", kind="forecast")
            tell(meter.plant, {tomorrow: 150_000}, kept, Kind.AHEAD)

    assert_flat_queries(lambda: client.get(address), grow)


def test_a_college_goes_by_its_own_name(client: Client):
    college = CollegeFactory(name="Communes et habitants")
    text = client.get(f"/{college.cooperative.slug}/").text
    assert "au collège « Communes et habitants »" in text
    assert "citoyens," not in text


@pytest.mark.parametrize(("page", "role"), [("conseil", Role.BOARD), ("commune", Role.MUNICIPALITY)])
def test_boards_and_communes_see_where_their_figures_come_from(
    signed_in: Callable[[User], Client], page: str, role: Role
):
    plant = plant_with_meter().plant
    flat_forecast(plant)
    text = signed_in(member(plant.cooperative, role)).get(f"/{plant.cooperative.slug}/{page}/").text
    assert "D’où vient ce chiffre ?" in text
    assert "météo « essai »" in text


def test_an_unknown_cooperative_is_a_404(client: Client):
    assert client.get("/personne/").status_code == 404


def test_more_roofs_make_no_more_queries(client: Client, assert_flat_queries):
    meter = plant_with_meter()
    cooperative = meter.plant.cooperative
    flat_forecast(meter.plant)

    def grow() -> None:
        for _ in range(7):
            flat_forecast(plant_with_meter(cooperative=cooperative).plant)

    assert_flat_queries(lambda: client.get(f"/{cooperative.slug}/"), grow)


def test_own_colours_come_as_a_stylesheet(client: Client):
    cooperative = CooperativeFactory(primary_colour="#1f5fa8", accent_colour="#f2a900")
    assert f"/{cooperative.slug}/couleurs.css" in client.get(f"/{cooperative.slug}/").text
    sheet = client.get(f"/{cooperative.slug}/couleurs.css")
    assert sheet.headers["Content-Type"].startswith("text/css")
    assert "--action: #1f5fa8" in sheet.text


def test_colours_nobody_could_read_are_refused():
    with pytest.raises(ValidationError, match="contraste"):
        CooperativeFactory.build(primary_colour="#ffee00").clean()
