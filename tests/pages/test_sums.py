"""Never a sum over a gap without saying so: every page that adds energy up, on a scene read on one day."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from mine_de_soleil.core.models import User
from shareholders.roles import Role
from tests.factories import member
from tests.pages.scene import NOW, SATURDAY, Scene, read, set_the_scene
from tests.production.deliveries import bring, paris_day

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
OF_ROOFS = "Somme incomplète : certains jours, un toit au moins n’est pas relevé en entier."


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setattr(timezone, "localdate", lambda *_, **__: NOW.date())
    return set_the_scene()


@pytest.mark.parametrize(
    ("role", "path"),
    [
        (None, ""),
        (Role.BOARD, "conseil/"),
        (Role.SHAREHOLDER, "mon-espace/"),
    ],
)
def test_a_sum_over_roofs_says_that_days_are_missing(
    role: Role | None, path: str, scene: Scene, signed_in: SignIn
):
    who = scene.jeanne if role is Role.SHAREHOLDER else member(scene.cooperative, role) if role else None
    client = signed_in(who) if who else Client()
    assert OF_ROOFS in read(client.get(scene.base + path))


def test_the_list_of_roofs_says_for_each_how_many_days_its_sum_lacks(scene: Scene):
    text = read(Client().get(f"{scene.base}toitures/"))
    assert text.count("Somme incomplète : 165 jours ne sont pas relevés en entier.") == 2


def test_a_roofs_page_says_it_of_the_year_of_the_chart_and_of_all_time(scene: Scene):
    bring(scene.school.meters.get(), paris_day(SATURDAY.replace(day=10), 4_000))
    text = read(Client().get(f"{scene.base}toitures/{scene.school.slug}/"))
    assert "Somme incomplète : 164 jours ne sont pas relevés en entier." in text
    # From the first reading, 10 June, to the 14th: three days between.
    assert "Somme incomplète : 3 jours ne sont pas relevés en entier." in text
    assert "Total, incomplet ou en cours" in text


def test_a_month_under_way_lacks_no_day_to_come(scene: Scene):
    path = f"{scene.base}toitures/{scene.school.slug}/?pas=jour&periode=2025-06"
    # 1 to 15 June but for the 14th; the 16th runs, the others are to come.
    assert "Somme incomplète : 14 jours ne sont pas relevés en entier." in read(Client().get(path))
