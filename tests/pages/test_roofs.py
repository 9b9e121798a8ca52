"""The roofs of a cooperative: a map and a list."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import CooperativeFactory, PlantFactory, flat_forecast, plant_with_meter
from tests.production.deliveries import bring, paris_day

pytestmark = pytest.mark.django_db


@pytest.fixture
def june_12(monkeypatch: pytest.MonkeyPatch) -> dt.date:
    """A day in the middle of a year, for pages that ask which day it is."""
    day = dt.date(2025, 6, 12)
    monkeypatch.setattr(timezone, "localdate", lambda *_: day)
    return day


def test_a_cooperative_without_a_roof_says_so(client: Client):
    text = client.get(f"/{CooperativeFactory().slug}/toitures/").text
    assert "Pas encore de toit" in text
    assert 'class="map"' not in text


def test_every_roof_is_on_the_map_and_in_the_list_under_one_number(client: Client):
    cooperative = CooperativeFactory()
    for name in ("École", "Mairie"):
        PlantFactory(cooperative=cooperative, name=name)
    text = client.get(f"/{cooperative.slug}/toitures/").text
    assert "2 toits produisent" in text
    for number, name in enumerate(("École", "Mairie"), start=1):
        assert text.count(f"{number}. {name}") == 3  # label and title on the map, then the list


def test_one_roof_is_said_in_the_singular(client: Client):
    text = client.get(f"/{PlantFactory().cooperative.slug}/toitures/").text
    assert "1 toit produit de l’électricité ici." in text


def test_a_roof_shows_its_energy_since_january_and_how_far_it_is_from_the_forecast(
    client: Client, june_12: dt.date
):
    meter = plant_with_meter()
    flat_forecast(meter.plant)  # 100 kWh an ordinary day of June
    bring(meter, paris_day(june_12 - dt.timedelta(days=1), 4_500))
    text = client.get(f"/{meter.plant.cooperative.slug}/toitures/").text
    assert "108\u202fkWh" in text
    assert "+8\u202f%" in text


def test_roofs_of_another_cooperative_are_not_listed(client: Client):
    own, other = PlantFactory(), PlantFactory(name="Ailleurs")
    assert other.name not in client.get(f"/{own.cooperative.slug}/toitures/").text


def test_an_unknown_cooperative_is_a_404(client: Client):
    assert client.get("/personne/toitures/").status_code == 404


def test_more_roofs_make_no_more_queries(client: Client, assert_flat_queries):
    cooperative = CooperativeFactory()
    flat_forecast(plant_with_meter(cooperative=cooperative).plant)

    def grow() -> None:
        for _ in range(7):
            flat_forecast(plant_with_meter(cooperative=cooperative).plant)

    assert_flat_queries(lambda: client.get(f"/{cooperative.slug}/toitures/"), grow)


def test_a_silent_roof_is_not_said_to_have_made_nothing(client: Client):
    plant = PlantFactory()
    text = client.get(f"/{plant.cooperative.slug}/toitures/").text
    assert "pas de relevé" in text
    assert "0,0\u202fkWh" not in text


def test_one_commune_may_be_chosen_and_an_unknown_one_shows_all(client: Client):
    cooperative = CooperativeFactory()
    PlantFactory(cooperative=cooperative, name="École")
    PlantFactory(cooperative=cooperative, name="Gare", commune="Lens", commune_insee="62498")
    address = f"/{cooperative.slug}/toitures/"
    chosen = client.get(f"{address}?commune=62498").text
    assert "2 toits produisent" in chosen
    assert "1. Gare" in chosen and "École" not in chosen
    for odd in ("?commune=99999", "?commune=%00", "?commune=" + "9" * 500):
        assert "1. École" in client.get(f"{address}{odd}").text


def test_many_roofs_are_folded_and_lose_their_numbers_on_the_map(client: Client):
    cooperative = CooperativeFactory()
    for n in range(31):
        PlantFactory(cooperative=cooperative, name=f"Toit {n:02}", latitude_deg=50.4 + n / 1_000)
    text = client.get(f"/{cooperative.slug}/toitures/").text
    assert "11 autres toits" in text
    assert "dot-number" not in text
    assert "31. Toit 30" in text
