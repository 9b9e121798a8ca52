"""The menu shows what one may open, and what it shows opens."""

from collections.abc import Callable

import pytest
from django.test import Client

from mine_de_soleil.core.models import User
from mine_de_soleil.navigation import menu_of, places_of
from shareholders.models import Cooperative
from shareholders.permissions import actor_in
from shareholders.roles import Role
from tests.factories import CooperativeFactory, UserFactory, member

pytestmark = pytest.mark.django_db

SPACES = {
    Role.SHAREHOLDER: ["Mon espace"],
    Role.MUNICIPALITY: ["Commune"],
    Role.OPERATOR: ["Exploitation"],
    Role.BOARD: ["Conseil", "Exploitation"],
    Role.TREASURER: ["Conseil"],
    Role.SCRUTINEER: [],
    Role.AUDITOR: ["Conseil", "Exploitation", "Commune", "Comptes d’accès"],
    Role.ADMINISTRATOR: ["Comptes d’accès"],
}
ADDRESSES = ["mon-espace", "commune", "exploitation", "conseil", "comptes"]


@pytest.fixture
def cooperative() -> Cooperative:
    return CooperativeFactory()


def spaces(user: User, cooperative: Cooperative) -> list[str]:
    return [place.label for place in places_of(actor_in(user, cooperative))]


@pytest.mark.parametrize("role", list(Role))
def test_each_role_sees_its_own_spaces(cooperative: Cooperative, role: Role):
    assert spaces(member(cooperative, role), cooperative) == SPACES[role]


def test_a_person_with_two_roles_sees_both_most_personal_first(cooperative: Cooperative):
    user = member(cooperative, Role.BOARD, Role.SHAREHOLDER)
    assert spaces(user, cooperative) == ["Mon espace", "Conseil", "Exploitation"]


def test_a_space_that_two_roles_open_is_listed_once(cooperative: Cooperative):
    user = member(cooperative, Role.BOARD, Role.OPERATOR)
    assert spaces(user, cooperative) == ["Conseil", "Exploitation"]


@pytest.mark.parametrize("role", list(Role))
def test_what_the_menu_shows_opens_and_the_rest_is_refused(
    signed_in: Callable[[User], Client], cooperative: Cooperative, role: Role
):
    user = member(cooperative, role)
    shown = {place.url for place in places_of(actor_in(user, cooperative))}
    every = {f"/{cooperative.slug}/{address}/" for address in ADDRESSES}
    client = signed_in(user)
    assert shown <= every
    assert {url for url in every if client.get(url).status_code == 200} == shown
    assert {client.get(url).status_code for url in every - shown} == {403}


def test_a_visitor_sees_the_public_pages_only(cooperative: Cooperative):
    menu = menu_of(actor_in(UserFactory(), cooperative))
    assert [place.label for place in menu] == ["Accueil", "Toitures"]


def test_no_entry_leads_to_another_cooperative(cooperative: Cooperative):
    actor = actor_in(member(cooperative, *Role), cooperative)
    assert all(place.url.startswith(f"/{cooperative.slug}/") for place in menu_of(actor))


def test_outside_a_cooperative_there_is_no_menu(client: Client):
    context = client.get("/").context
    assert (context["menu"], context["cooperative"], context["actor"]) == ([], None, None)


def test_the_menu_marks_the_page_one_is_on(client: Client, cooperative: Cooperative):
    text = client.get(f"/{cooperative.slug}/toitures/").text
    assert text.count('aria-current="page"') >= 1
