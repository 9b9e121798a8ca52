"""A municipality's page: its own roofs and no other."""

from collections.abc import Callable

import pytest
from django.test import Client

from mine_de_soleil.core.models import User
from shareholders.roles import Role
from tests.factories import CooperativeFactory, member
from tests.pages.scene import Scene, read, roof

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]


def test_only_the_roofs_of_ones_own_commune_are_there(signed_in: SignIn, scene: Scene):
    text = read(signed_in(member(scene.cooperative, Role.MUNICIPALITY)).get(f"{scene.base}commune/"))
    assert "1 toit en service chez vous." in text
    assert "École Ovide-Leroy" in text
    assert "Piscine de Lens" not in text


def test_the_energy_is_that_of_its_own_roofs(signed_in: SignIn, scene: Scene):
    text = read(signed_in(member(scene.cooperative, Role.MUNICIPALITY)).get(f"{scene.base}commune/"))
    assert "Ils ont produit 96,0 kWh depuis janvier" in text
    assert "24,0 kWh" not in text
    assert "120 kWh" not in text


def test_96_kwh_where_100_were_forecast_is_4_percent_less(signed_in: SignIn, scene: Scene):
    text = read(signed_in(member(scene.cooperative, Role.MUNICIPALITY)).get(f"{scene.base}commune/"))
    # Read on 14 June alone: 165 days since January are missing, and the sum says so.
    assert "96,0 kWh Somme incomplète : 165 jours ne sont pas relevés en entier. −4 %" in text


def test_a_roof_of_the_same_commune_in_another_cooperative_is_not_there(signed_in: SignIn, scene: Scene):
    roof(CooperativeFactory(), 2_000, name="Mairie voisine")
    text = read(signed_in(member(scene.cooperative, Role.MUNICIPALITY)).get(f"{scene.base}commune/"))
    assert "Mairie voisine" not in text


def test_without_a_roof_there_is_nothing_to_count(signed_in: SignIn):
    cooperative = CooperativeFactory()
    text = read(signed_in(member(cooperative, Role.MUNICIPALITY)).get(f"/{cooperative.slug}/commune/"))
    assert "Ils ont produit 0,0 kWh depuis janvier." in text
