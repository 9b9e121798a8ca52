"""A shareholder's own space."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from mine_de_soleil.core.models import User
from shareholders.models import Representative, Shareholder
from shareholders.roles import Role
from shareholders.services import issue_shares
from tests.factories import CooperativeFactory, ShareholderFactory, member
from tests.pages.scene import NOW, Scene, read

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]


def test_it_says_what_one_holds_and_what_it_weighs(signed_in: SignIn, scene: Scene):
    text = read(signed_in(scene.jeanne).get(f"{scene.base}mon-espace/"))
    assert "Vous détenez 500 actions ( 25 000 € )" in text
    assert "soit 25,0 % du capital et 1 voix sur 1 au collège « Citoyens »" in text


def test_it_says_what_the_figures_rest_on(signed_in: SignIn, scene: Scene):
    text = read(signed_in(scene.jeanne).get(f"{scene.base}mon-espace/"))
    assert "jusqu’au mouvement n° 2, arrêté au lundi 16 juin 2025 ; votre numéro d’ordre est le 1." in text
    assert "Une action vaut 50 € de nominal ; le capital compte 2 000 actions." in text


def test_a_quarter_of_the_capital_made_a_quarter_of_the_energy(signed_in: SignIn, scene: Scene):
    text = read(signed_in(scene.jeanne).get(f"{scene.base}mon-espace/"))
    assert "Énergie produite, votre part 30,0 kWh" in text
    assert "Ensemble, ils ont produit 120 kWh depuis janvier." in text


def test_nobody_elses_shares_are_shown(signed_in: SignIn, scene: Scene):
    text = read(signed_in(scene.jeanne).get(f"{scene.base}mon-espace/"))
    assert "SEM d’essai" not in text
    assert "1 500" not in text


def test_an_account_not_yet_in_the_register_is_told_whom_to_write_to(signed_in: SignIn):
    cooperative = CooperativeFactory(contact_email="ecrire@essai.example")
    text = read(signed_in(member(cooperative, Role.SHAREHOLDER)).get(f"/{cooperative.slug}/mon-espace/"))
    assert "Vous n’avez pas encore d’actions ici." in text
    assert "écrivez à ecrire@essai.example" in text


def test_a_childs_shares_are_said_to_be_the_childs(signed_in: SignIn, scene: Scene):
    college = Shareholder.objects.get(user=scene.jeanne).memberships.get().college
    child = ShareholderFactory(college=college, number=7, first_names="Léonie", last_name="Delattre")
    told = {"quality": "parent", "first_names": "Jeanne", "last_name": "Delattre", "since": NOW.date()}
    Representative.objects.create(holder=child, user=scene.jeanne, **told)
    issue_shares(actor=None, shareholder=child, quantity=2, dated=dt.date(2025, 1, 2))
    response = signed_in(scene.jeanne).get(f"{scene.base}mon-espace/")
    text = read(response)
    assert "Léonie Delattre détient 2 actions ( 100 € )" in text
    assert "Ce que ses actions ont fait cette année" in text
    assert "Énergie produite, sa part" in text
    assert response.text.count("<h1") == 1
