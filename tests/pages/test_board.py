"""The board's page: capital, output, latest acts."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client

from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from shareholders.roles import Role
from shareholders.services import grant_role
from shareholders.templatetags import board_words
from tests.factories import CooperativeFactory, UserFactory, member
from tests.pages.scene import Scene, read

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]


def test_it_says_the_capital_and_among_how_many(signed_in: SignIn, scene: Scene):
    text = read(signed_in(member(scene.cooperative, Role.BOARD)).get(f"{scene.base}conseil/"))
    assert "Le capital est de 100 000 € , entre 2 actionnaires." in text


def test_the_colleges_add_up_to_it(signed_in: SignIn, scene: Scene):
    text = read(signed_in(member(scene.cooperative, Role.BOARD)).get(f"{scene.base}conseil/"))
    assert "Citoyens 1 500 25 000 € 25,0 %" in text
    assert "SEM 1 1 500 75 000 € 75,0 %" in text
    assert "Ensemble 2 2 000 100 000 € 100,0 %" in text


def test_it_says_what_all_roofs_made(signed_in: SignIn, scene: Scene):
    text = read(signed_in(member(scene.cooperative, Role.TREASURER)).get(f"{scene.base}conseil/"))
    assert "Les toits ont produit 120 kWh depuis janvier" in text
    assert "École Ovide-Leroy" in text
    assert "Piscine de Lens" in text


def test_the_latest_acts_are_said_in_words(signed_in: SignIn, scene: Scene):
    grant_role(
        actor=UserFactory(full_name="Karim Admin"),
        cooperative=scene.cooperative,
        user=scene.jeanne,
        role=Role.BOARD,
    )
    text = read(signed_in(member(scene.cooperative, Role.AUDITOR)).get(f"{scene.base}conseil/"))
    assert "Karim Admin Rôle donné (board)" in text
    assert "automatique Actions émises (n° 2)" in text


def test_its_first_words_count_things_and_not_kinds_of_things():
    tasks = [SimpleNamespace(count=3), SimpleNamespace(count=2)]
    assert board_words.things(tasks) == 5


def test_another_cooperatives_acts_are_not_there(signed_in: SignIn, scene: Scene):
    quiet = CooperativeFactory()
    text = read(signed_in(member(quiet, Role.BOARD)).get(f"/{quiet.slug}/conseil/"))
    assert "Rien encore." in text
    assert "Actions émises" not in text


def test_before_the_first_issue_the_capital_is_nothing(signed_in: SignIn):
    cooperative = CooperativeFactory()
    text = read(signed_in(member(cooperative, Role.BOARD)).get(f"/{cooperative.slug}/conseil/"))
    assert "Le capital est de 0 € , entre 0 actionnaires." in text


def test_an_act_repeated_in_a_row_is_told_once_with_how_often(signed_in: SignIn, scene: Scene):
    board = member(scene.cooperative, Role.BOARD)
    for _ in range(14):
        record(None, "make_paper", scene.jeanne, scope=scene.cooperative.slug)
    text = read(signed_in(board).get(f"{scene.base}conseil/"))
    assert "Document établi et scellé (14 fois)" in text
    assert text.count("Document établi et scellé") == 1


def test_the_list_of_shareholders_is_one_click_away(signed_in: SignIn, scene: Scene):
    page = signed_in(member(scene.cooperative, Role.BOARD)).get(f"{scene.base}conseil/").text
    assert f'href="{scene.base}conseil/titulaires/"' in page
