"""Public figures and where each comes from."""

import pytest
from django.test import Client

from mine_de_soleil.rules.law import parameters
from tests.factories import CooperativeFactory
from tests.pages.scene import NOW, Scene, read

pytestmark = pytest.mark.django_db


def test_a_visitor_reads_what_each_roof_made(client: Client, scene: Scene):
    text = read(client.get(f"{scene.base}transparence/"))
    incomplete = "Somme incomplète : 165 jours ne sont pas relevés en entier."
    assert f"École Ovide-Leroy 50 kWc 96,0 kWh {incomplete} −4 %" in text
    assert f"Piscine de Lens 50 kWc 24,0 kWh {incomplete} −76 %" in text


def test_the_capital_is_told_by_college_and_by_nobodys_name(client: Client, scene: Scene):
    text = read(client.get(f"{scene.base}transparence/"))
    assert "Citoyens 1 500 25 000 € 25,0 %" in text
    assert "jusqu’au mouvement n° 2, arrêté au lundi 16 juin 2025." in text
    assert "Delattre" not in text


def test_every_figure_of_the_law_is_there_with_its_source(client: Client, scene: Scene):
    text = read(client.get(f"{scene.base}transparence/"))
    for parameter in parameters().values():
        in_force = [step for step in parameter.steps if step.since <= NOW.date()]
        # What begins later is left out until it does.
        assert (parameter.label_in("fr") in text) == bool(in_force)
        assert not in_force or " ".join(in_force[-1].source.split()) in text


def test_every_day_of_the_year_can_be_taken_away(client: Client, scene: Scene):
    response = client.get(f"{scene.base}transparence/")
    assert f'href="{scene.base}production.csv"' in response.text
    assert 'href="/api/v1/docs/"' in response.text


def test_it_answers_before_any_roof_share_or_forecast(client: Client):
    text = read(client.get(f"/{CooperativeFactory().slug}/transparence/"))
    assert "Ensemble 0 0 0 €" in text
    assert "La prévision" not in text
