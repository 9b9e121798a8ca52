"""The public page of a cooperative."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from production.services import Delivery, import_at_once
from tests.factories import CooperativeFactory, flat_forecast, hourly_csv, plant_with_meter

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
