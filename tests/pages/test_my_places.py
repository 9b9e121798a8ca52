"""Where to go after signing in."""

from collections.abc import Callable

import pytest
from django.test import Client

from mine_de_soleil.core.models import User
from shareholders.roles import Role
from tests.factories import CooperativeFactory, RoleGrantFactory, UserFactory, member
from tests.pages.scene import read

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]


def test_the_only_space_there_is_opens_at_once(signed_in: SignIn):
    cooperative = CooperativeFactory()
    response = signed_in(member(cooperative, Role.SHAREHOLDER)).get("/mes-espaces/")
    assert (response.status_code, response.headers["Location"]) == (302, f"/{cooperative.slug}/mon-espace/")


def test_who_belongs_to_two_cooperatives_chooses(signed_in: SignIn):
    user = member(CooperativeFactory(short_name="Soleil du Nord"), Role.SHAREHOLDER)
    RoleGrantFactory(cooperative__short_name="Soleil du Sud", user=user, role=Role.MUNICIPALITY)
    text = read(signed_in(user).get("/mes-espaces/"))
    assert "Où voulez-vous aller ?" in text
    assert "Soleil du Nord Mon espace Soleil du Sud Commune" in text


def test_an_account_without_any_role_is_told_what_to_do(signed_in: SignIn):
    CooperativeFactory(short_name="Soleil du Nord")
    text = read(signed_in(UserFactory()).get("/mes-espaces/"))
    assert "Votre compte est ouvert. Il n’est encore relié à aucune coopérative" in text
    assert "Soleil du Nord" not in text


def test_a_visitor_signs_in_first(client: Client):
    assert client.get("/mes-espaces/").headers["Location"] == "/connexion/?next=/mes-espaces/"
