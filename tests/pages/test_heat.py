"""The public page of heat networks."""

import datetime as dt

import pytest
from django.test import Client

from production.study.heat import HeatStudy
from tests.factories import CooperativeFactory
from tests.production.heat_networks import bare_heat_plant, frozen_heat_study, heat_plant

pytestmark = pytest.mark.django_db


def page(client: Client, cooperative) -> str:
    return client.get(f"/{cooperative.slug}/chaleur/").text


def test_a_cooperative_without_a_network_says_so(client: Client):
    assert "Pas de réseau de chaleur" in page(client, CooperativeFactory())


def test_a_network_under_study_says_what_it_would_heat_and_with_how_much_wood(client: Client):
    plant = heat_plant()
    forecast = frozen_heat_study(plant)
    text = page(client, plant.cooperative)
    assert "est à l’étude\u202f: Centre-ville." in text
    assert "2 bâtiments, 500 MWh de chaleur par an" in text
    study = HeatStudy.from_json(forecast.study)
    sent = round((study.year_wh + study.gas_heat_wh) / 1e6)
    assert f"le réseau en enverrait {sent} (une partie se perd dans les tuyaux)" in text
    assert sent >= round(forecast.year_p50_wh / 1e6)
    assert f"par an, sur {sent}\u202fMWh envoyés dans le réseau" in text
    assert f"{round(forecast.year_p50_wh / 1e6)}\u202fMWh" in text
    assert "CO₂ évité" in text and "à vérifier" in text
    assert "Mise en service envisagée" in text


def test_before_a_study_is_frozen_the_page_gives_no_figure_of_it(client: Client):
    plant = heat_plant()
    text = page(client, plant.cooperative)
    assert "Il relierait 2 bâtiments." in text
    assert "Aucune étude n’est encore arrêtée" in text
    assert "CO₂" not in text


def test_a_network_without_description_is_no_fault(client: Client):
    plant = bare_heat_plant()
    assert "Ses bâtiments ne sont pas encore décrits." in page(client, plant.cooperative)


def test_a_network_in_service_is_not_said_to_be_under_study(client: Client):
    plant = heat_plant(under_study=False, commissioned_on=dt.date(2024, 10, 1))
    text = page(client, plant.cooperative)
    assert "est en service\u202f: Centre-ville." in text
    assert "à l’étude" not in text


def test_a_network_is_on_no_page_of_roofs(client: Client):
    plant = heat_plant()
    text = client.get(f"/{plant.cooperative.slug}/toitures/").text
    assert "Centre-ville" not in text
    assert "chaleur au bois" in text
    assert client.get(f"/{plant.cooperative.slug}/toitures/{plant.slug}/").status_code == 404


def test_more_networks_make_no_more_queries(client: Client, assert_flat_queries):
    plant = heat_plant()
    frozen_heat_study(plant)

    def grow() -> None:
        for number in range(3):
            frozen_heat_study(heat_plant(cooperative=plant.cooperative, slug=f"reseau-{number}"))

    assert_flat_queries(lambda: page(client, plant.cooperative), grow)


def test_networks_of_another_cooperative_are_not_shown(client: Client):
    heat_plant(name="Ailleurs")
    assert "Ailleurs" not in page(client, CooperativeFactory())
